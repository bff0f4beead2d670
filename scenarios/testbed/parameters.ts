/** A scenario's parameters as data: what forms, `schema`, CSV columns and value parsing are derived from. */
import type { z } from 'zod';
import { allowedWords, type SchemaNode } from './allowed.ts';
import { schemaForm, shown } from './problems.ts';
import type { ParameterValue } from './scenario.ts';

export interface ParameterInfo {
  readonly name: string;
  /** CSV column: snake_case of the name. */
  readonly column: string;
  readonly title: string;
  readonly unit: string;
  readonly group: string;
  readonly description: string;
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  readonly default: ParameterValue;
  /** Allowed values in words, with unit. */
  readonly allowed: string;
}

export function describeParameters(schema: z.ZodObject): ParameterInfo[] {
  return Object.entries(schemaForm(schema).properties ?? {}).map(([name, node]) => describe(name, node));
}

function describe(name: string, node: SchemaNode): ParameterInfo {
  const low = node.minimum ?? node.exclusiveMinimum;
  const high = node.maximum ?? node.exclusiveMaximum;
  return {
    name,
    column: snakeCase(name),
    title: node.title ?? name,
    unit: node.unit ?? '',
    group: node.group ?? 'Parameters',
    description: node.description ?? '',
    kind: kindOf(node),
    ...(low === undefined || low === Number.MIN_SAFE_INTEGER ? {} : { minimum: low }),
    ...(high === undefined || high === Number.MAX_SAFE_INTEGER ? {} : { maximum: high }),
    ...(node.enum === undefined ? {} : { choices: node.enum.map(String) }),
    default: node.default as ParameterValue,
    allowed: allowedWords(node),
  };
}

function kindOf(node: SchemaNode): ParameterInfo['kind'] {
  if (node.enum !== undefined && node.type !== 'integer' && node.type !== 'number') return 'choice';
  if (node.type === 'integer' || node.type === 'number' || node.type === 'boolean') return node.type;
  return 'text';
}

/** `l0CompactionTriggerFiles` -> `l0_compaction_trigger_files`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A value from the command line or a link. What is no value of the right kind stays text, for the schema to refuse. */
export function readValue(info: ParameterInfo, text: string): ParameterValue {
  if (info.kind === 'integer' || info.kind === 'number') return DECIMAL.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
  if (info.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

export function refusal(info: ParameterInfo, value: unknown): string {
  return `${shown(value)} is not allowed; allowed is ${info.allowed}`;
}

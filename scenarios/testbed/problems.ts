/** Turns what zod objects to into problems a user can act on: path, value found, what is allowed with unit, nearest name. */
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { allowedWords, alternatives, nodeAt, type SchemaNode } from './allowed.ts';
import { ConfigError, type Problem } from './config-error.ts';

/** Longest piece of a refused value that is shown. */
const SHOWN_CHARACTERS = 60;

/** zod's issues, as far as we read them. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

const schemaForms = new WeakMap<z.ZodType, SchemaNode>();

export function schemaForm(schema: z.ZodType): SchemaNode {
  let form = schemaForms.get(schema);
  if (form === undefined) {
    form = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
    schemaForms.set(schema, form);
  }
  return form;
}

/** Parses input by a schema, or throws ConfigError with every problem. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, prefix = ''): z.output<Schema> {
  const form = schemaForm(schema);
  const unknown = unknownFields(form, input, [], prefix);
  const parsed = schema.safeParse(input);
  if (parsed.success && unknown.length === 0) return parsed.data;
  const refused = parsed.success ? [] : parsed.error.issues.filter(({ code }) => code !== 'unrecognized_keys' || unknown.length === 0);
  const problems = [...unknown, ...refused.flatMap((issue) => problemsOf(issue as Issue, form, input, prefix))];
  // zod may object twice to one value
  throw new ConfigError(problems.filter(({ path, message }, index) => problems.findIndex((other) => other.path === path && other.message === message) === index));
}

/** zod drops unknown fields in silence; a misspelt option would then silently be the default. */
function unknownFields(form: SchemaNode, input: unknown, path: readonly PropertyKey[], prefix: string): Problem[] {
  if (Array.isArray(input)) return isPlain(nodeAt(form, path)) ? [] : input.flatMap((element: unknown, index) => unknownFields(form, element, [...path, index], prefix));
  if (typeof input !== 'object' || input === null) return [];
  const known = fieldNames(nodeAt(form, path));
  return Object.entries(input).flatMap(([key, value]) => {
    if (known !== undefined && !known.includes(key)) return [{ path: joinPath(prefix, [...path, key]), message: unknownWords('field', key, known) }];
    return unknownFields(form, value, [...path, key], prefix);
  });
}

/** A list of numbers or texts holds no fields; long ones need no walk. */
function isPlain(node: SchemaNode | undefined): boolean {
  return node?.items?.type !== undefined && node.items.type !== 'object' && node.items.type !== 'array';
}

/** The fields an object may have; undefined where any name is allowed. */
function fieldNames(node: SchemaNode | undefined): string[] | undefined {
  if (node === undefined) return undefined;
  const objects = alternatives(node).filter(({ type }) => type === 'object');
  if (objects.length === 0 || objects.some(({ properties, additionalProperties }) => properties === undefined || (additionalProperties !== undefined && additionalProperties !== false))) return undefined;
  return [...new Set(objects.flatMap(({ properties }) => Object.keys(properties!)))];
}

function problemsOf(issue: Issue, form: SchemaNode, input: unknown, prefix: string): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(nodeAt(form, issue.path)?.properties ?? {});
    return (issue.keys ?? []).map((key) => ({ path: joinPath(prefix, [...issue.path, key]), message: unknownWords('field', key, known) }));
  }
  const branch = nearestBranch(issue);
  if (branch !== undefined) return branch.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, form, input, prefix));
  const found = valueAt(input, issue.path);
  const node = nodeAt(form, issue.path);
  const state = found === undefined ? 'is missing' : `${shown(found)} is not allowed`;
  const own = issue.code === 'custom' ? `${issue.message}; ` : '';
  return [{ path: joinPath(prefix, issue.path), message: `${own}${state}; allowed is ${node === undefined ? 'another value' : allowedWords(node)}` }];
}

/** Of a union's branches the one that objects deepest inside: the one the user meant. None when all fail at the top. */
function nearestBranch(issue: Issue): readonly Issue[] | undefined {
  if (issue.code !== 'invalid_union' || issue.errors === undefined) return undefined;
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((inner) => inner.path.length));
  const best = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
  return best !== undefined && depth(best) > 0 ? best : undefined;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

export function joinPath(prefix: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`), prefix);
}

/** A value as the user wrote it, cut to a readable length, control characters escaped. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1)}…`;
}

/** "no parameter 'l0trigger'; did you mean l0Trigger? There are: ..." */
export function unknownWords(kind: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `there is no ${kind} ${shown(name)}${hint}${hint === '' ? ';' : ''} known: ${known.length === 0 ? 'none' : known.join(', ')}`;
}

/** The nearest accepted name: at most half of the letters differ. Ties go to the first in order. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < bestDistance) [best, bestDistance] = [candidate, edits];
  }
  return best !== undefined && bestDistance <= Math.max(2, Math.ceil(best.length / 2)) ? best : undefined;
}

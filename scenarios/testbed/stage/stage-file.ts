/**
 * A run of the stage as a file, and as what a link says: checked here, since both come from outside. The file is JSON: options, script, and
 * the fingerprint that the page saw, so that whoever runs it again can say whether it is the same run.
 */
import { z } from 'zod';
import { ConfigError } from '../config-error.ts';
import { type KnownNodes, nodeProblem, replicaProblem } from '../known-nodes.ts';
import { parseInput } from '../problems.ts';
import { STAGE_PROTOCOLS, stageProtocol } from './protocols.ts';
import type { Row } from './script.ts';
import { STAGE_DEFAULTS, type StageOptions } from './stage-protocol.ts';

const MOST_NODES = 64;
/** Which are there, the options say: see checkScript. */
const node = z.number().int();
const message = z.number().int().min(1).max(1e9);
const ns = z.number().int().min(0).max(1e15);
const at = { atEvent: z.number().int().min(0).max(1e9).optional(), atNs: ns.optional() };

const row = z.discriminatedUnion('act', [
  z.strictObject({ ...at, act: z.literal('drop'), message }),
  z.strictObject({ ...at, act: z.literal('delay'), message, byNs: ns }),
  z.strictObject({ ...at, act: z.literal('duplicate'), message }),
  z.strictObject({ ...at, act: z.literal('crash'), node }),
  z.strictObject({ ...at, act: z.literal('restart'), node, disk: z.enum(['kept', 'lost']) }),
  z.strictObject({ ...at, act: z.literal('partition'), nodes: z.array(node).min(1).max(MOST_NODES) }),
  z.strictObject({ ...at, act: z.literal('one-way'), from: node, to: node }),
  z.strictObject({ ...at, act: z.literal('slow'), node, byNs: ns }),
  z.strictObject({ ...at, act: z.literal('heal') }),
  z.strictObject({ ...at, act: z.literal('lie'), node, behaviour: z.string() }),
]);

const options = z.strictObject({
  protocol: z.enum(STAGE_PROTOCOLS.map(({ id }) => id)).default(STAGE_PROTOCOLS[0]!.id),
  replicas: z.number().int().min(1).max(MOST_NODES / 2).optional(),
  clients: z.number().int().min(1).max(8).default(STAGE_DEFAULTS.clients),
  requests: z.number().int().min(1).max(100).default(STAGE_DEFAULTS.requests),
  delayMs: z.number().min(0.001).max(10_000).default(STAGE_DEFAULTS.delayMs),
  spreadPercent: z.number().min(0).max(100).default(STAGE_DEFAULTS.spreadPercent),
  timeoutMs: z.number().min(0.1).max(100_000).default(STAGE_DEFAULTS.timeoutMs),
  seed: z.string().min(1).max(100).default(STAGE_DEFAULTS.seed),
});

const file = z.strictObject({
  stage: options,
  script: z.array(row).max(500),
  /** Where the page stood, and the run it saw up to its end. */
  atEvent: z.number().int().min(0).optional(),
  events: z.number().int().min(0).optional(),
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/).optional(),
});

export interface StageFile {
  readonly options: StageOptions;
  readonly script: readonly Row[];
  readonly atEvent?: number | undefined;
  readonly events?: number | undefined;
  readonly fingerprint?: string | undefined;
}

/** Throws ConfigError with path, value and what is allowed. */
export function stageFileFromJson(json: unknown): StageFile {
  const { stage, script, ...rest } = parseInput(file, json, '') as z.output<typeof file>;
  const checked = completeOptions(stage);
  return { options: checked, script: checkScript(script, checked), ...rest };
}

export function stageFileToText({ options: stage, script, atEvent, events, fingerprint }: StageFile): string {
  return `${JSON.stringify({ stage, script, atEvent, events, fingerprint }, undefined, 2)}\n`;
}

/** Of a link: names to values; what is missing gets its default. */
export function stageOptionsFrom(values: Readonly<Record<string, unknown>>): StageOptions {
  return completeOptions(parseInput(options, values, 'stage') as z.output<typeof options>);
}

export function stageScriptFrom(rows: readonly unknown[], given: StageOptions): readonly Row[] {
  return checkScript((parseInput(z.strictObject({ script: z.array(row).max(500) }), { script: rows }, '') as { script: z.output<typeof row>[] }).script, given);
}

function completeOptions({ replicas, ...rest }: z.output<typeof options>): StageOptions {
  const { replicas: range } = stageProtocol(rest.protocol);
  const count = replicas ?? range.usual;
  parseInput(z.strictObject({ replicas: z.number().int().min(range.least).max(range.most) }), { replicas: count }, 'stage');
  return { ...rest, replicas: count };
}

/** What depends on the run: that the nodes are there, that the behaviour is known, that each row says when. */
function checkScript(rows: readonly z.output<typeof row>[], { protocol, replicas, clients }: StageOptions): readonly Row[] {
  const { behaviours } = stageProtocol(protocol);
  const known: KnownNodes = { replicas, clients, raise: 'stage.replicas' };
  rows.forEach((each, index) => {
    const path = `script[${index}]`;
    const dated = [each.atEvent, each.atNs].filter((value) => value !== undefined).length;
    if (dated !== 1) throw new ConfigError([{ path, message: `${dated} of atEvent and atNs are given; allowed is one of them, an event number or an instant in ns` }]);
    const problems =
      each.act === 'partition' ? each.nodes.map((one, place) => nodeProblem(`${path}.nodes[${place}]`, one, known))
      : each.act === 'one-way' ? [nodeProblem(`${path}.from`, each.from, known), nodeProblem(`${path}.to`, each.to, known)]
      : 'node' in each ? [replicaProblem(`${path}.node`, each.node, known)] : [];
    const found = problems.filter((problem) => problem !== undefined);
    if (found.length > 0) throw new ConfigError(found);
    if (each.act === 'lie') parseInput(z.strictObject({ behaviour: z.enum(behaviours.map(({ id }) => id)) }), { behaviour: each.behaviour }, path);
  });
  return rows as unknown as Row[];
}

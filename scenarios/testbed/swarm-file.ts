/** A case of the swarm as a file: JSON, with null where a time is infinite. */
import { z } from 'zod';
import { BEHAVIOURS } from '../../sim/consensus/pbft/byzantine.ts';
import type { Fault } from '../../sim/faults/plan.ts';
import { ConfigError, type Problem } from './config-error.ts';
import { replicaProblem } from './known-nodes.ts';
import { parseInput } from './problems.ts';
import type { SwarmCase } from './pbft-swarm.ts';

const ns = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const positive = z.number().int().min(1).max(1e15);
/** Which are there, n says: see problemsOf. */
const node = z.number().int();
const window = { atNs: ns, untilNs: ns };
const infinite = <T extends z.ZodType<number>>(schema: T) => schema.nullable().transform((value) => value ?? Infinity);

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('crash'), node, atNs: ns, backNs: infinite(ns), keepsDisk: z.boolean() }),
  z.strictObject({ kind: z.literal('leader-kill'), atNs: ns, backNs: ns }),
  z.strictObject({ kind: z.literal('partition'), nodes: z.array(node), ...window }),
  z.strictObject({ kind: z.literal('one-way'), from: node, to: node, ...window }),
  z.strictObject({ kind: z.literal('flapping'), node, periodNs: positive, ...window }),
  z.strictObject({ kind: z.literal('loss'), probability: z.number().min(0).max(1), ...window }),
  z.strictObject({ kind: z.literal('duplicate'), probability: z.number().min(0).max(1), ...window }),
  z.strictObject({ kind: z.literal('delay'), node, extraNs: ns, ...window }),
  z.strictObject({ kind: z.literal('slow-cpu'), node, factor: positive, ...window }),
  z.strictObject({ kind: z.literal('slow-disk'), node, factor: positive, ...window }),
  z.strictObject({ kind: z.literal('clock-skew'), node, factor: z.number().min(0.01).max(100) }),
  z.strictObject({ kind: z.literal('byzantine'), node, behaviour: z.enum(BEHAVIOURS) }),
]);

const schema = z.strictObject({
  protocol: z.literal('pbft'),
  broken: z.string().optional(),
  case: z.strictObject({
    seed: z.string(),
    config: z.strictObject({
      n: z.number().int().min(4).max(200), checkpointEvery: positive, logMultiplier: positive, proposeAhead: positive, pipelineDepth: infinite(positive), batchSize: positive,
      batchTimeoutNs: ns, requestTimeoutNs: positive, viewChangeTimeoutNs: positive, resendViewChangeNs: positive, nullRequestNs: ns,
    }),
    clients: z.number().int().min(1).max(1000),
    requests: z.number().int().min(1).max(100_000),
    delayMs: z.number().min(0).max(1e6),
    jitter: z.number().min(0).max(1),
    hasCosts: z.boolean(),
    calmNs: ns,
    plan: z.array(fault),
  }),
});

export function caseToText(swarmCase: SwarmCase, broken: string): string {
  return `${JSON.stringify({ protocol: 'pbft', broken, case: swarmCase }, undefined, 2)}\n`;
}

/** Throws ConfigError with path, value and what is allowed. */
export function caseFromJson(json: unknown): { readonly swarmCase: SwarmCase; readonly broken: string | undefined } {
  const parsed = parseInput(schema, json, '') as z.output<typeof schema>;
  const problems = parsed.case.plan.flatMap((drawn, index) => problemsOf(drawn, `case.plan[${index}]`, parsed.case));
  const { proposeAhead, checkpointEvery, logMultiplier } = parsed.case.config;
  const log = checkpointEvery * logMultiplier;
  if (proposeAhead > log) problems.push({ path: 'case.config.proposeAhead', message: `${proposeAhead} is not allowed; allowed is at most L = checkpointEvery x logMultiplier = ${log}` });
  if (problems.length > 0) throw new ConfigError(problems);
  return { swarmCase: parsed.case, broken: parsed.broken };
}

/** A plan names replicas only, and its faults end after they begin. */
function problemsOf(drawn: Fault, path: string, { config: { n }, clients }: SwarmCase): Problem[] {
  const named: readonly (readonly [string, number])[] =
    drawn.kind === 'partition' ? drawn.nodes.map((each, index) => [`nodes[${index}]`, each]) : drawn.kind === 'one-way' ? [['from', drawn.from], ['to', drawn.to]] : 'node' in drawn ? [['node', drawn.node]] : [];
  const end = 'backNs' in drawn ? 'backNs' : 'untilNs';
  const endNs = 'backNs' in drawn ? drawn.backNs : 'untilNs' in drawn ? drawn.untilNs : Infinity;
  const turned = 'atNs' in drawn && endNs < drawn.atNs ? [{ path: `${path}.${end}`, message: `${endNs} ns is not allowed; allowed is ${drawn.atNs} ns (atNs) or later` }] : [];
  return [...named.flatMap(([field, each]) => replicaProblem(`${path}.${field}`, each, { replicas: n, clients, raise: 'case.config.n' }) ?? []), ...turned];
}

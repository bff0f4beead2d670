/** Many runs under random faults: what breaks, the smallest plan that breaks it, and which faults and branches were met at all. */
import { BEHAVIOURS } from '../../sim/consensus/pbft/byzantine.ts';
import { OBSERVATION_NAMES } from '../../sim/consensus/observations.ts';
import { FAULT_KINDS } from '../../sim/faults/plan.ts';
import { shrink } from '../../sim/faults/shrink.ts';
import { drawCase, runCase, type SwarmCase, type SwarmOptions, type SwarmOutcome } from './pbft-swarm.ts';

export interface SwarmFailure {
  readonly run: number;
  /** With the smallest plan that breaks the same thing. */
  readonly smallest: SwarmCase;
  /** Of the smallest: a plan beyond f may shrink to one within it. */
  readonly outcome: SwarmOutcome;
  readonly drawnFaults: number;
}

export interface SwarmReport {
  runs: number;
  events: number;
  readonly failures: SwarmFailure[];
  /** How often each kind of fault took effect; of a behaviour, in how many runs. */
  readonly faults: Map<string, number>;
  /** In how many runs each behaviour was drawn: one that is never in the position to lie says nothing. */
  readonly drawnLiars: Map<string, number>;
  readonly branches: Map<string, number>;
}

export function emptyReport(): SwarmReport {
  return { runs: 0, events: 0, failures: [], faults: new Map(), drawnLiars: new Map(), branches: new Map() };
}

/** One run of the campaign `seed`, added to the report. */
export function swarmRun(report: SwarmReport, seed: string, run: number, options: SwarmOptions): void {
  const swarmCase = drawCase(`${seed}/${run}`, options);
  const outcome = runCase(swarmCase);
  report.runs += 1;
  report.events += outcome.events;
  add(report.faults, outcome.faults);
  if (swarmCase.plan.some(({ kind }) => kind === 'clock-skew')) add(report.faults, new Map([['clock-skew', 1]]));
  for (const behaviour of new Set(swarmCase.plan.flatMap((fault) => (fault.kind === 'byzantine' ? [fault.behaviour] : [])))) {
    add(report.drawnLiars, new Map([[`byzantine: ${behaviour}`, 1]]));
    if (outcome.lies.has(behaviour)) add(report.faults, new Map([[`byzantine: ${behaviour}`, 1]]));
  }
  add(report.branches, outcome.branches);
  if (outcome.broken === undefined) return;
  const smallest = smallestCase(swarmCase, outcome.broken);
  report.failures.push({ run, smallest, outcome: runCase(smallest), drawnFaults: swarmCase.plan.length });
}

/** Fewest faults, then fewest clients and requests, with which the same thing breaks. */
export function smallestCase(swarmCase: SwarmCase, broken: string): SwarmCase {
  const breaks = (candidate: SwarmCase): boolean => runCase(candidate).broken === broken;
  let smallest: SwarmCase = { ...swarmCase, plan: shrink(swarmCase.plan, (plan) => breaks({ ...swarmCase, plan })) };
  for (const change of [{ clients: 1 }, { requests: 2 }, { hasCosts: false }, { jitter: 0 }] as const) {
    const candidate = { ...smallest, ...change };
    if (breaks(candidate)) smallest = candidate;
  }
  return { ...smallest, plan: shrink(smallest.plan, (plan) => breaks({ ...smallest, plan })) };
}

/** Kinds of fault and observations that a campaign never met: it says nothing about them. */
export function neverMet({ faults, branches }: SwarmReport): { faults: string[]; branches: string[] } {
  const kinds = [...FAULT_KINDS.filter((kind) => kind !== 'byzantine'), ...BEHAVIOURS.map((behaviour) => `byzantine: ${behaviour}`)];
  return { faults: kinds.filter((kind) => !faults.has(kind)), branches: OBSERVATION_NAMES.filter((name) => name !== '' && !branches.has(name)) };
}

function add(total: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, count] of more) total.set(name, (total.get(name) ?? 0) + count);
}

/** A scheduler as plain data, and the policy it stands for: one vocabulary for calculators, scenarios and the viewer. */
import type { Simulation } from '../simulation.ts';
import { Cfs } from './policies/cfs.ts';
import { Eevdf, type EevdfOptions } from './policies/eevdf.ts';
import { Fcfs } from './policies/fcfs.ts';
import { Mlfq, type MlfqOptions } from './policies/mlfq.ts';
import { ProcessorSharing } from './policies/processor-sharing.ts';
import { RoundRobin } from './policies/round-robin.ts';
import { Spn } from './policies/spn.ts';
import { Srt } from './policies/srt.ts';
import type { Policy } from './policy.ts';
import type { RegulatedOptions } from './regulated/options.ts';
import { Regulated } from './regulated/regulated.ts';
import type { TaskTable } from './tasks.ts';

export const INNER_POLICIES = ['fcfs', 'spn', 'srt', 'rr', 'ps', 'dps', 'cfs', 'eevdf', 'mlfq'] as const;
export type InnerName = (typeof INNER_POLICIES)[number];

export interface InnerOptions {
  /** Round robin's. Default 1 ms: choice. */
  readonly quantumNs?: number;
  /** Of CFS and EEVDF: size of the machine, meaning of weights, and slices. They need a processor with a tick. */
  readonly fair?: EevdfOptions;
  readonly mlfq?: MlfqOptions;
}

/** One queue with this policy. */
export function innerPolicy(tasks: TaskTable, name: InnerName, options: InnerOptions = {}): Policy {
  switch (name) {
    case 'fcfs':
      return new Fcfs(tasks);
    case 'spn':
      return new Spn(tasks);
    case 'srt':
      return new Srt(tasks);
    case 'rr':
      return new RoundRobin(tasks, options.quantumNs ?? 1_000_000);
    case 'ps':
      return new ProcessorSharing(tasks, false);
    case 'dps':
      return new ProcessorSharing(tasks, true);
    case 'cfs':
      return new Cfs(tasks, options.fair);
    case 'eevdf':
      return new Eevdf(tasks, options.fair);
    case 'mlfq':
      return new Mlfq(tasks, options.mlfq);
  }
}

/** As many queue levels as `inner` has entries, each with its policy, under the regulated scheduler; bounds with timers need `sim`. */
export function regulatedPolicy(tasks: TaskTable, inner: readonly InnerName[], options: RegulatedOptions, innerOptions: InnerOptions = {}, sim?: Simulation): Regulated {
  const fluid = inner.find((name) => name === 'ps' || name === 'dps');
  if (fluid !== undefined && (options.agingNs !== undefined || options.boostNs !== undefined)) throw new RangeError(`regulated scheduler: aging and boost move tasks between levels, and '${fluid}' serves all of its level at once; required: another policy inside`);
  return new Regulated(tasks, inner.map((name) => innerPolicy(tasks, name, innerOptions)), options, sim);
}

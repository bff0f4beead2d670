/**
 * The schedulers under comparison. Main arms run at every load; the others fix load 0.9 (or an overload) and answer one further
 * question each. Every regulated arm has its mode, np, pr or poll, in its name.
 */
import type { Arm, ParameterValue } from '../testbed/scenario.ts';

type Setting = Readonly<Record<string, ParameterValue>>;

/** Load at which arms that explain are run, and the overload. */
export const HIGH_LOAD = 0.9;
export const OVERLOAD = 1.1;

const arm = (title: string, description: string, set: Setting): Arm => ({ title, description, set });
const atHighLoad = (title: string, description: string, set: Setting): Arm => arm(title, `${description}; load ${HIGH_LOAD} only`, { ...set, load: HIGH_LOAD });
const regulated = (between: 'np' | 'pr' | 'poll', inner: string, more: Setting = {}): Setting => ({ scheduler: 'regulated', between, inner, ...more });

export const MAIN_ARMS = {
  cfs: arm('CFS', 'Linux 6.1, all jobs at nice 0', { scheduler: 'cfs' }),
  'cfs-nice': arm('CFS, nice −10 −5 0 10', 'Linux 6.1, nice by queue level', { scheduler: 'cfs-nice' }),
  'np-fcfs': arm('Regulated np', 'Four levels, non-preemptive, first come first served inside: the literal reading', regulated('np', 'fcfs')),
  'pr-fcfs': arm('Regulated pr', 'Four levels, preemptive, first come first served inside', regulated('pr', 'fcfs')),
  'poll-fcfs': arm('Regulated poll', 'Four levels, looked at every poll interval, first come first served inside', regulated('poll', 'fcfs')),
  fcfs: arm('FCFS', 'One queue, no levels', { scheduler: 'fcfs' }),
} as const satisfies Readonly<Record<string, Arm>>;

const EXPLAINING = {
  eevdf: atHighLoad('EEVDF', 'Linux 6.12, equal weights', { scheduler: 'eevdf' }),
  'eevdf-short': atHighLoad('EEVDF, short slices', 'Linux 6.12, slice 0.1 ms for real-time jobs', { scheduler: 'eevdf-short' }),
  'fifo-fair': atHighLoad('FIFO and fair server', 'Linux 6.12: levels 1 to 3 as SCHED_FIFO 30, 20, 10, level 4 fair with its 50 ms a second', { scheduler: 'fifo-fair' }),
  srt: atHighLoad('SRT, no levels', 'Shortest remaining time over all jobs, an oracle: the bound for the mean', { scheduler: 'srt' }),
  'srt-s1': atHighLoad('SRT, error 1', 'The same with estimates off by a lognormal factor, sigma 1', { scheduler: 'srt', estimateSigma: 1 }),
  'np-spn': atHighLoad('Regulated np, SPN', 'Non-preemptive, shortest next inside', regulated('np', 'spn')),
  'pr-spn': atHighLoad('Regulated pr, SPN', 'Preemptive, shortest next inside', regulated('pr', 'spn')),
  'pr-srt': atHighLoad('Regulated pr, SRT', 'Preemptive, shortest remaining inside, an oracle', regulated('pr', 'srt')),
  'pr-srt-s05': atHighLoad('Regulated pr, SRT, error 0.5', 'Estimates off, sigma 0.5', regulated('pr', 'srt', { estimateSigma: 0.5 })),
  'pr-srt-s1': atHighLoad('Regulated pr, SRT, error 1', 'Estimates off, sigma 1', regulated('pr', 'srt', { estimateSigma: 1 })),
  'pr-srt-s2': atHighLoad('Regulated pr, SRT, error 2', 'Estimates off, sigma 2', regulated('pr', 'srt', { estimateSigma: 2 })),
  'srt-average': atHighLoad('SRT, learned averages', 'No levels; a job is believed to take the running average of its type', { scheduler: 'srt', estimates: 'average' }),
  'pr-srt-average': atHighLoad('Regulated pr, SRT, learned averages', 'A job is believed to take the running average of its type, which is all that its level knows of it', regulated('pr', 'srt', { estimates: 'average' })),
  'pr-cfs': atHighLoad('Regulated pr, CFS', 'Preemptive, CFS inside each level', regulated('pr', 'cfs')),
  'pr-mis': atHighLoad('Regulated pr, 5 % misclassified', 'One job in twenty on a level drawn at random', regulated('pr', 'fcfs', { misclassified: 0.05 })),
  'pr-classify': atHighLoad('Regulated pr, classification 50 us', 'Finding the level costs 50 us a job', regulated('pr', 'fcfs', { classifyUs: 50 })),
  'pr-aging': atHighLoad('Regulated pr, aging', 'Preemptive with aging', regulated('pr', 'fcfs', { bound: 'aging' })),
  'pr-reserve': atHighLoad('Regulated pr, reservation', 'Preemptive, CPU time reserved for level 4', regulated('pr', 'fcfs', { bound: 'reservation' })),
  'pr-weights': atHighLoad('Regulated pr, weights', 'Levels share by weight 8, 4, 2, 1', regulated('pr', 'fcfs', { bound: 'weights' })),
  'pr-boost': atHighLoad('Regulated pr, boost', 'Everybody to the top twice a second', regulated('pr', 'fcfs', { bound: 'boost' })),
  'pr-reserve-over': arm('Regulated pr, reservation, overload', `CPU time reserved for level 4; load ${OVERLOAD} only`, regulated('pr', 'fcfs', { bound: 'reservation', load: OVERLOAD })),
} as const satisfies Readonly<Record<string, Arm>>;

export const ARMS: Readonly<Record<string, Arm>> = { ...MAIN_ARMS, ...EXPLAINING };
export const MAIN_NAMES = Object.keys(MAIN_ARMS) as (keyof typeof MAIN_ARMS)[];
export type ArmName = keyof typeof MAIN_ARMS | keyof typeof EXPLAINING;

/** Arms whose tails are drawn: all their replications go into latency.csv, of the others the first (measures.csv has quantiles of all). */
export const TAIL_ARMS = ['cfs', 'np-fcfs', 'pr-fcfs', 'fcfs'] as const;

export const titleOf = (name: string): string => ARMS[name]?.title ?? name;

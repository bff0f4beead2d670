/** The regulated queue in its three modes, what it is compared with, and the same with costs. Every regulated arm names its mode. */
import type { Arm, ParameterValue } from '../testbed/scenario.ts';

export const MODES = ['pr', 'np', 'poll'] as const;
export type Mode = (typeof MODES)[number];

export const BASELINES = ['fcfs', 'ps', 'cfs'] as const;
export type Baseline = (typeof BASELINES)[number];
export const BASELINE_TITLES: Readonly<Record<Baseline, string>> = { fcfs: 'FCFS', ps: 'processor sharing', cfs: 'CFS' };

/** Point at which costs are swept. */
export const COST_LOAD = 0.9;
export const COST_SHARE = 0.3;
export const CLASSIFY_US = [10, 50, 100] as const;
export const HANDOVER_US = [10, 50, 100] as const;

const arm = (title: string, description: string, set: Readonly<Record<string, ParameterValue>>): Arm => ({ title, description, set });
const costly = (title: string, set: Readonly<Record<string, ParameterValue>>): Arm =>
  arm(title, `Mode pr; load ${COST_LOAD} and regulated share ${COST_SHARE} only`, { scheduler: 'regulated', between: 'pr', load: COST_LOAD, regulatedShare: COST_SHARE, ...set });

export const ARMS: Readonly<Record<string, Arm>> = {
  fcfs: arm('FCFS', 'One queue, first come, first served', { scheduler: 'fcfs' }),
  ps: arm('Processor sharing', 'All jobs at once at equal rates, an ideal fluid', { scheduler: 'ps' }),
  cfs: arm('CFS', 'Linux 6.1, all jobs at nice 0', { scheduler: 'cfs' }),
  pr: arm('Regulated pr', 'Four levels, preemptive, first come, first served inside', { scheduler: 'regulated', between: 'pr' }),
  np: arm('Regulated np', 'Four levels, non-preemptive: the literal reading', { scheduler: 'regulated', between: 'np' }),
  poll: arm('Regulated poll', 'Four levels, looked at every poll interval', { scheduler: 'regulated', between: 'poll' }),
  ...Object.fromEntries(CLASSIFY_US.map((us) => [`pr-classify-${us}`, costly(`Regulated pr, classification ${us} us`, { classifyUs: us })])),
  ...Object.fromEntries(HANDOVER_US.map((us) => [`pr-handover-${us}`, costly(`Regulated pr, hand-over ${us} us`, { handoverUs: us })])),
};

export const COST_ARMS = Object.keys(ARMS).filter((name) => name.startsWith('pr-'));
export const titleOf = (name: string): string => ARMS[name]?.title ?? name;

/** Parameters: the jobs, the mode between the levels, and each bound's one number. */
import { z } from 'zod';

export const BOUNDS = ['none', 'aging', 'reservation', 'weights', 'boost'] as const;
export type Bound = (typeof BOUNDS)[number];

/** Jobs of one run: some minutes of work. */
const MOST_JOBS = 20_000_000;

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  load: number(0.9, 0.05, 3, 'Load of the core', '', 'Workload', 'Offered CPU time over core time. With the default mix, levels 1 to 3 ask for 0.64 of it, so from 1.57 on they alone are too much for the core.'),
  regulatedShare: number(0.4, 0.01, 0.99, 'Regulated share of the load', '', 'Workload', 'Levels 1 and 3 together; choice.'),
  realTimeShare: number(0.4, 0.01, 0.99, 'Real-time share of the load', '', 'Workload', 'Levels 1 and 2 together; choice.'),
  realTimeMeanUs: number(1000, 1, 1e6, 'Mean size of real-time jobs', 'us', 'Workload', 'CPU time of a job on levels 1 and 2; choice.'),
  batchMeanUs: number(8000, 1, 1e7, 'Mean size of other jobs', 'us', 'Workload', 'CPU time of a job on levels 3 and 4; choice.'),
  sizeLaw: z.enum(['exponential', 'hyper-exponential', 'deterministic', 'bounded-pareto-1.5', 'bimodal']).default('hyper-exponential').meta({ title: 'Size law', unit: '', group: 'Workload', description: 'Of every level; hyper-exponential has a squared coefficient of variation of 4.' }),
  between: z.enum(['np', 'pr', 'poll']).default('pr').meta({ title: 'Between levels', unit: '', group: 'Scheduler', description: 'np: a running job is never interrupted; pr: a higher level interrupts it at once; poll: queues are looked at every poll interval.' }),
  pollUs: number(4000, 1, 1e6, 'Poll interval', 'us', 'Scheduler', 'For poll; choice: the tick at 250 Hz.'),
  bound: z.enum(BOUNDS).default('none').meta({ title: 'Bound on starvation', unit: '', group: 'Bounds', description: 'Set by the arm. Inside a level: first come, first served.' }),
  agingMs: number(100, 0.1, 1e6, 'Aging', 'ms', 'Bounds', 'After waiting so long on a level a job competes one level higher; its label stays.'),
  budgetMs: number(20, 0.01, 1e6, 'Reserved budget Q', 'ms', 'Bounds', 'CPU time that level 4 is guaranteed in each period. The promise that every arm is held against.'),
  periodMs: number(100, 0.1, 1e6, 'Reservation period P', 'ms', 'Bounds', 'See budget.'),
  weightRatio: number(2, 1, 100, 'Ratio of weights', '', 'Bounds', 'Of each level to the one below: 2 gives 8, 4, 2, 1.'),
  quantumUs: number(1000, 1, 1e6, 'Quantum of the weights', 'us', 'Bounds', 'Service after which the levels are compared again (pr); choice.'),
  boostMs: number(200, 0.1, 1e6, 'Boost interval', 'ms', 'Bounds', 'All ready jobs go to level 1 at these instants.'),
  contextSwitchUs: number(0, 0, 1000, 'Context switch', 'us', 'Machine', 'Core time to start another job. Default 0, so that the promise of a reservation can be held against it exactly.'),
  horizonMs: number(30_000, 100, 1e7, 'Measured until', 'ms', 'Run', 'Jobs that arrive after the warm-up and before this instant are measured.'),
  warmUpMs: number(3000, 0, 1e6, 'Warm-up', 'ms', 'Run', 'Jobs that arrive before are served and not measured.'),
});

export type BoundsParameters = z.output<typeof parameters>;

/** What single fields cannot show. */
export function refine(params: BoundsParameters): { path: string; message: string }[] {
  const found: { path: string; message: string }[] = [];
  if (params.warmUpMs >= params.horizonMs) found.push({ path: 'warmUpMs', message: `${params.warmUpMs} ms given; must be below horizonMs = ${params.horizonMs} ms` });
  if (params.budgetMs > params.periodMs) found.push({ path: 'budgetMs', message: `${params.budgetMs} ms given; must be at most periodMs = ${params.periodMs} ms` });
  const jobs = (params.load * params.horizonMs * 1000) / Math.min(params.realTimeMeanUs, params.batchMeanUs);
  if (jobs > MOST_JOBS) found.push({ path: 'horizonMs', message: `${params.horizonMs} ms hold up to ${Math.round(jobs)} jobs; must be at most ${MOST_JOBS}, so shorten the run or lengthen the jobs` });
  return found;
}

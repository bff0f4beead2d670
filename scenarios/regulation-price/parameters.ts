/** Parameters: the mix of the load, the scheduler, and what regulation costs the core. */
import { z } from 'zod';

export const SCHEDULERS = ['regulated', 'fcfs', 'ps', 'cfs'] as const;

/** Jobs of one run: some minutes of work. */
const MOST_JOBS = 20_000_000;

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  load: number(0.9, 0.05, 0.98, 'Load of the core', '', 'Workload', 'Offered CPU time over core time, costs of regulation not counted.'),
  regulatedShare: number(0.3, 0.01, 0.9, 'Regulated share of the load', '', 'Workload', 'Levels 1 and 3 together.'),
  realTimeShare: number(0.4, 0.05, 0.95, 'Real-time share of the load', '', 'Workload', 'Levels 1 and 2 together; independent of the regulated share. Choice.'),
  realTimeMeanUs: number(1000, 1, 1e6, 'Mean size of real-time jobs', 'us', 'Workload', 'CPU time of a job on levels 1 and 2; choice.'),
  batchMeanUs: number(8000, 1, 1e7, 'Mean size of other jobs', 'us', 'Workload', 'CPU time of a job on levels 3 and 4; choice.'),
  sizeLaw: z.enum(['exponential', 'hyper-exponential', 'deterministic', 'bounded-pareto-1.5', 'bimodal']).default('hyper-exponential').meta({ title: 'Size law', unit: '', group: 'Workload', description: 'Of every level; hyper-exponential has a squared coefficient of variation of 4.' }),
  scheduler: z.enum(SCHEDULERS).default('regulated').meta({ title: 'Scheduler', unit: '', group: 'Scheduler', description: 'Set by the arm. ps: processor sharing as an ideal fluid; cfs: Linux 6.1, all at nice 0.' }),
  between: z.enum(['np', 'pr', 'poll']).default('pr').meta({ title: 'Between levels', unit: '', group: 'Scheduler', description: 'np: a running job is never interrupted; pr: a higher level interrupts it at once; poll: queues are looked at every poll interval. Inside a level: first come, first served.' }),
  pollUs: number(4000, 1, 1e6, 'Poll interval', 'us', 'Scheduler', 'For poll; choice: the tick at 250 Hz.'),
  classifyUs: number(0, 0, 10_000, 'Classification', 'us', 'Costs', 'Core time a job, regulated or not, to find its queue level; only under the regulated scheduler.'),
  handoverUs: number(0, 0, 10_000, 'Hand-over', 'us', 'Costs', 'Core time at each change between the regulatory and the ordinary program.'),
  contextSwitchUs: number(0, 0, 1000, 'Context switch', 'us', 'Costs', 'Core time to start another job, under every scheduler but ps.'),
  tickUs: number(4000, 100, 100_000, 'Timer tick', 'us', 'Machine', 'For cfs: 4 ms is 250 Hz, a usual setting.'),
  warmUpMs: number(2000, 0, 1e6, 'Warm-up', 'ms', 'Run', 'Jobs that arrive before are served and not measured.'),
  measuredMs: number(20_000, 100, 1e7, 'Measured time', 'ms', 'Run', 'At least so long.'),
  measuredJobs: number(1000, 10, 1e6, 'Measured jobs of a level', 'jobs', 'Run', 'The run is made longer until levels 1, 2 and 4 each expect so many: a p99 needs a hundred at the very least.'),
});

export type PriceParameters = z.output<typeof parameters>;

/** Shares of the load of levels 1 to 4. */
export const sharesOf = ({ regulatedShare, realTimeShare }: Pick<PriceParameters, 'regulatedShare' | 'realTimeShare'>): readonly number[] =>
  [realTimeShare * regulatedShare, realTimeShare * (1 - regulatedShare), (1 - realTimeShare) * regulatedShare, (1 - realTimeShare) * (1 - regulatedShare)];

/** Arrivals of each level, jobs a second. */
export function ratesOf(params: PriceParameters): number[] {
  const meansUs = [params.realTimeMeanUs, params.realTimeMeanUs, params.batchMeanUs, params.batchMeanUs];
  return sharesOf(params).map((share, index) => (params.load * share * 1e6) / meansUs[index]!);
}

/** Time after the warm-up in which arrivals are measured, ms. */
export function measuredTimeMs(params: PriceParameters): number {
  const [l1, l2, , l4] = ratesOf(params);
  return Math.max(params.measuredMs, Math.ceil((1000 * params.measuredJobs) / Math.min(l1!, l2!, l4!)));
}

/** What single fields cannot show. */
export function refine(params: PriceParameters): { path: string; message: string }[] {
  const jobs = (ratesOf(params).reduce((sum, rate) => sum + rate, 0) * (params.warmUpMs + measuredTimeMs(params))) / 1000;
  return jobs <= MOST_JOBS ? [] : [{ path: 'measuredJobs', message: `${params.measuredJobs} jobs of the rarest level make a run of ${Math.round(jobs)}; must be at most ${MOST_JOBS}, so measure fewer, or raise regulatedShare` }];
}

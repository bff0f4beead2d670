/** Parameters of the comparison: workload, machine, and what each kind of scheduler leaves open. */
import { z } from 'zod';

export const SCHEDULERS = ['cfs', 'cfs-nice', 'eevdf', 'eevdf-short', 'fifo-fair', 'fcfs', 'srt', 'regulated'] as const;
export const SIZE_LAWS = ['exponential', 'hyper-exponential', 'deterministic', 'bounded-pareto-1.5', 'bounded-pareto-1.1', 'bimodal'] as const;
export const ARRIVALS = ['poisson', 'mmpp', 'daily', 'correlated'] as const;
export const BOUNDS = ['none', 'aging', 'reservation', 'weights', 'boost'] as const;

/** Jobs of one run: some minutes of work. */
const MOST_JOBS = 20_000_000;

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  load: number(0.9, 0.05, 1.5, 'Load of a core', '', 'Workload', 'Offered CPU time over core time, costs of switching not counted. From 1 on queues grow without bound.'),
  regulatedShare: number(0.4, 0.01, 0.99, 'Regulated share of the load', '', 'Workload', 'Levels 1 and 3 together; choice.'),
  realTimeShare: number(0.4, 0.01, 0.99, 'Real-time share of the load', '', 'Workload', 'Levels 1 and 2 together; independent of the regulated share. Choice.'),
  realTimeMeanUs: number(1000, 1, 1e6, 'Mean size of real-time jobs', 'us', 'Workload', 'CPU time of a job on levels 1 and 2; choice.'),
  batchMeanUs: number(8000, 1, 1e7, 'Mean size of other jobs', 'us', 'Workload', 'CPU time of a job on levels 3 and 4; choice.'),
  sizeLaw: z.enum(SIZE_LAWS).default('hyper-exponential').meta({ title: 'Size law', unit: '', group: 'Workload', description: 'Of every level. Hyper-exponential has a squared coefficient of variation of 4; bounded Pareto spans a factor of 1000; bimodal has 0.5 % jobs 100 times as long.' }),
  arrivals: z.enum(ARRIVALS).default('poisson').meta({ title: 'Arrivals', unit: '', group: 'Workload', description: 'mmpp: bursts at three times the rate; daily: the rate follows a sine; correlated: each level-2 job triggers a level-1 job with probability 1/2.' }),
  misclassified: number(0, 0, 0.5, 'Misclassified jobs', '', 'Workload', 'Share of jobs put on a level drawn at random.'),
  scheduler: z.enum(SCHEDULERS).default('regulated').meta({ title: 'Scheduler', unit: '', group: 'Scheduler', description: 'Set by the arm.' }),
  between: z.enum(['np', 'pr', 'poll']).default('pr').meta({ title: 'Between levels', unit: '', group: 'Scheduler', description: 'np: a running job is never interrupted; pr: a higher level interrupts it at once; poll: queues are looked at every poll interval.' }),
  inner: z.enum(['fcfs', 'spn', 'srt', 'rr', 'cfs']).default('fcfs').meta({ title: 'Inside a level', unit: '', group: 'Scheduler', description: 'Policy within each queue level of the regulated scheduler.' }),
  bound: z.enum(BOUNDS).default('none').meta({ title: 'Bound on starvation', unit: '', group: 'Scheduler', description: 'What keeps level 4 from waiting for ever under the regulated scheduler.' }),
  estimateSigma: number(0, 0, 3, 'Error of size estimates', '', 'Scheduler', 'Estimates are the true size times a lognormal factor of median 1 with this deviation of its logarithm; 0 is an oracle.'),
  estimates: z.enum(['oracle', 'average']).default('oracle').meta({ title: 'Size estimates', unit: '', group: 'Scheduler', description: 'oracle: the true size, times the error; average: the running average of the finished jobs of the type (here: of the level).' }),
  averageShare: number(0.125, 0.001, 1, 'Weight of the newest size', '', 'Scheduler', 'For average: est becomes a * observed + (1 - a) * est. Choice: an eighth, as for round-trip times in RFC 6298.'),
  pollUs: number(4000, 1, 1e6, 'Poll interval', 'us', 'Scheduler', 'For poll; choice: the tick at 250 Hz.'),
  agingMs: number(200, 0.1, 1e6, 'Aging', 'ms', 'Bounds', 'After waiting so long a job competes one level higher; its label stays. Choice.'),
  reserveBudgetMs: number(40, 0.01, 1e5, 'Reserved budget', 'ms', 'Bounds', 'CPU time that level 4 is guaranteed in each period. Choice: a little more than it asks for at load 0.9.'),
  reservePeriodMs: number(100, 0.1, 1e6, 'Reservation period', 'ms', 'Bounds', 'See budget.'),
  boostMs: number(500, 1, 1e6, 'Boost interval', 'ms', 'Bounds', 'All waiting jobs go to the top at these instants. Choice.'),
  tickUs: number(4000, 100, 100_000, 'Timer tick', 'us', 'Machine', 'Period of the timer interrupt for CFS, EEVDF: 4 ms is 250 Hz, a usual setting.'),
  contextSwitchUs: number(2, 0, 1000, 'Context switch', 'us', 'Machine', 'Core time to start another job; choice, of the order that lmbench reports.'),
  handoverUs: number(0, 0, 1000, 'Hand-over', 'us', 'Machine', 'Core time at each change between the regulatory and the ordinary program.'),
  classifyUs: number(0, 0, 1000, 'Classification', 'us', 'Machine', 'Core time a job to find its queue level, under the regulated scheduler only.'),
  deadlineMs: number(20, 0.01, 1e6, 'Deadline', 'ms', 'Measures', 'Real-time jobs later than this count as misses. Choice.'),
  starvedMs: number(1000, 1, 1e7, 'Starved after', 'ms', 'Measures', 'A wait for the first service longer than this is an episode of starvation. Choice.'),
  horizonMs: number(30_000, 100, 1e7, 'Measured until', 'ms', 'Run', 'Jobs that arrive after the warm-up and before this instant are measured.'),
  warmUpMs: number(5000, 0, 1e6, 'Warm-up', 'ms', 'Run', 'Jobs that arrive before are served and not measured.'),
});

export type CompareParameters = z.output<typeof parameters>;

/** What single fields cannot show. */
export function refine(params: CompareParameters): { path: string; message: string }[] {
  const found: { path: string; message: string }[] = [];
  if (params.warmUpMs >= params.horizonMs) found.push({ path: 'warmUpMs', message: `${params.warmUpMs} ms given; must be below horizonMs = ${params.horizonMs} ms` });
  if (params.reserveBudgetMs > params.reservePeriodMs) found.push({ path: 'reserveBudgetMs', message: `${params.reserveBudgetMs} ms given; must be at most reservePeriodMs = ${params.reservePeriodMs} ms` });
  const jobs = (params.load * params.horizonMs * 1000) / Math.min(params.realTimeMeanUs, params.batchMeanUs);
  if (jobs > MOST_JOBS) found.push({ path: 'horizonMs', message: `${params.horizonMs} ms hold up to ${Math.round(jobs)} jobs; must be at most ${MOST_JOBS}, so shorten the run or lengthen the jobs` });
  return found;
}

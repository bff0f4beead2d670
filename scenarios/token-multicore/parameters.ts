/** Parameters: the machine, how its cores share the queues, and the mix of the load. */
import { z } from 'zod';

const number = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(low).max(high).default(value).meta({ title, unit, group, description });
const whole = (value: number, low: number, high: number, title: string, unit: string, group: string, description: string): z.ZodDefault<z.ZodNumber> =>
  z.number().int().min(low).max(high).default(value).meta({ title, unit, group, description });

export const parameters = z.object({
  cores: whole(4, 1, 64, 'Cores', '', 'Machine', 'All alike, behind one cache.'),
  queues: z.enum(['shared', 'own', 'token']).default('shared').meta({ title: 'Queues', unit: '', group: 'Scheduler', description: 'Set by the arm: one queue for all cores, one a core, or one with a single right for the machine.' }),
  between: z.enum(['np', 'pr']).default('pr').meta({ title: 'Between levels', unit: '', group: 'Scheduler', description: 'np: a running job is never interrupted; pr: a higher level interrupts it at once. Inside a level: first come, first served.' }),
  contextSwitchUs: number(0, 0, 1000, 'Context switch', 'us', 'Costs', 'Core time to start another job.'),
  migrationUs: number(0, 0, 10_000, 'Warm-up after a move', 'us', 'Costs', 'On top, if the job last ran on another core.'),
  handoverUs: number(0, 0, 10_000, 'Hand-over', 'us', 'Costs', 'Core time at each change of a core between the regulatory and the ordinary program.'),
  load: number(0.7, 0.05, 1.5, 'Load of a core', '', 'Workload', 'Offered CPU time over core time; above 1 the machine is overloaded.'),
  regulatedShare: number(0.5, 0.01, 0.99, 'Regulated share of the load', '', 'Workload', 'Levels 1 and 3 together; choice.'),
  realTimeShare: number(0.4, 0.05, 0.95, 'Real-time share of the load', '', 'Workload', 'Levels 1 and 2 together; independent of the regulated share. Choice.'),
  realTimeMeanUs: number(2000, 1, 1e6, 'Mean size of real-time jobs', 'us', 'Workload', 'CPU time of a job on levels 1 and 2; choice, equal to that of the others so that closed forms apply.'),
  batchMeanUs: number(2000, 1, 1e6, 'Mean size of other jobs', 'us', 'Workload', 'CPU time of a job on levels 3 and 4.'),
  sizeLaw: z.enum(['exponential', 'hyper-exponential', 'deterministic', 'bounded-pareto-1.5', 'bimodal']).default('exponential').meta({ title: 'Size law', unit: '', group: 'Workload', description: 'Of every level.' }),
  measuredJobs: whole(20_000, 100, 1e7, 'Measured jobs', 'jobs', 'Run', 'The run is as long as it takes to offer so many jobs on all cores together.'),
  warmUpShare: number(0.25, 0, 2, 'Warm-up', '', 'Run', 'Before it, as a part of the measured time: jobs are served and not measured.'),
});

export type TokenParameters = z.output<typeof parameters>;

/** Share of the load on levels 1 to 3, the regulatory program's. */
export const upperShare = ({ regulatedShare, realTimeShare }: Pick<TokenParameters, 'regulatedShare' | 'realTimeShare'>): number => 1 - (1 - regulatedShare) * (1 - realTimeShare);

/** Do the closed forms of theory.ts apply? */
export const hasTheory = (params: TokenParameters): boolean => params.sizeLaw === 'exponential' && params.realTimeMeanUs === params.batchMeanUs && params.contextSwitchUs + params.migrationUs + params.handoverUs === 0;

/** Time in which so many jobs are offered, ms. */
export function measuredTimeMs({ load, cores, realTimeShare, realTimeMeanUs, batchMeanUs, measuredJobs }: TokenParameters): number {
  const jobsPerMs = 1000 * load * cores * (realTimeShare / realTimeMeanUs + (1 - realTimeShare) / batchMeanUs);
  return Math.ceil(measuredJobs / jobsPerMs);
}

/**
 * A task trace of your own through the schedulers of `cfs-vs-regulated`: the same jobs, one core, what each queue level gets.
 *
 * The trace is CSV with the header arrival_us,size_us,level,weight (a file named in `file`, or the text itself in `csv`). Every job
 * is measured from arrival to completion; nothing is warmed up and nothing repeated, so there is no interval: one trace, one answer.
 */
import { z } from 'zod';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { schedulerCheckers } from '../../sim/os/checkers/scheduler-checkers.ts';
import { OpenJobs } from '../../sim/os/open-jobs.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { Simulation } from '../../sim/simulation.ts';
import { MAX_TIME_NS, NS_PER_US } from '../../sim/time.ts';
import { ARMS } from '../cfs-vs-regulated/arms.ts';
import { parameters } from '../cfs-vs-regulated/parameters.ts';
import { buildScheduler } from '../cfs-vs-regulated/schedulers.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { readTaskTrace, type TracedJob, traceSource } from '../testbed/task-trace.ts';
import { defineEval } from './model.ts';

const LEVELS = 4;
const JOBS_MAX = 5_000_000;
/** Arms that differ in the scheduler alone: those that disturb the jobs themselves have nothing to disturb in a given trace. */
const SCHEDULERS = Object.keys(ARMS).filter((name) => !('estimateSigma' in ARMS[name]!.set || 'misclassified' in ARMS[name]!.set));

const input = z.strictObject({
  file: z.string().min(1).max(4096).optional().meta({ title: 'Trace, a CSV file (relative to the input file or the working directory)', unit: '' }),
  csv: z.string().max(64 << 20).optional().meta({ title: 'The trace itself, in place of a file', unit: '' }),
  schedulers: z.array(z.enum(SCHEDULERS as [string, ...string[]])).min(1).max(32).default(['cfs', 'np-fcfs', 'pr-fcfs']).meta({ title: 'Schedulers', unit: '' }),
  contextSwitchUs: z.number().min(0).max(1000).default(0).meta({ title: 'Context switch', unit: 'us' }),
  tickUs: z.number().min(100).max(100_000).default(4000).meta({ title: 'Timer tick of CFS and EEVDF', unit: 'us' }),
});

interface LevelAnswer {
  readonly level: number;
  readonly jobs: number;
  readonly preemptions: number;
  readonly responseUs: { readonly mean: number; readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  readonly longestWaitUs: number;
}

/** All jobs of the trace under one scheduler. */
function replay(jobs: readonly TracedJob[], scheduler: string, costs: { contextSwitchUs: number; tickUs: number }): { readonly scheduler: string; readonly makespanUs: number; readonly levels: readonly LevelAnswer[] } {
  const sim = new Simulation({ seed: 'task-trace', scenario: 'task-trace' });
  const tasks = new TaskTable();
  const params = parameters.parse({ ...ARMS[scheduler]!.set, ...costs });
  const { policy, rules, needsTick, prepare } = buildScheduler(sim, tasks, params);
  const cpuCosts = { contextSwitchNs: Math.round(costs.contextSwitchUs * NS_PER_US), warmUpNs: 0, classifyNs: 0 };
  const horizonNs = Math.round(jobs.at(-1)!.arrivalUs * NS_PER_US) + 1;
  // Work and costs of all jobs one after the other bound the time after the last arrival.
  const drainNs = 2 * jobs.reduce((sum, { sizeUs }) => sum + Math.ceil(sizeUs * NS_PER_US), 0) + jobs.length * 1e6 + 4e9;
  const checkers = schedulerCheckers(sim, tasks, { ...rules, costs: cpuCosts });
  const run = new OpenJobs(sim, tasks, {
    policies: policy, source: traceSource(jobs), levels: LEVELS, warmUpNs: 0, horizonNs, drainNs, prepare, costs: cpuCosts,
    tickNs: needsTick ? Math.round(params.tickUs * NS_PER_US) : 0, probes: [checkers],
  });
  sim.run();
  checkers.finish(run.processor);
  const levels = run.accounts.flatMap(({ responseNs, waitNs, preemptions }, index): LevelAnswer[] => {
    if (responseNs.length === 0) return [];
    const values = responseNs.values;
    const [p50, p90, p99, max] = exactQuantiles(values, [0.5, 0.9, 0.99, 1]).map((ns) => ns / NS_PER_US);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length / NS_PER_US;
    return [{ level: index + 1, jobs: values.length, preemptions, responseUs: { mean, p50: p50!, p90: p90!, p99: p99!, max: max! }, longestWaitUs: waitNs.values.reduce((most, value) => Math.max(most, value), 0) / NS_PER_US }];
  });
  return { scheduler, makespanUs: sim.now / NS_PER_US, levels };
}

export default defineEval({
  id: 'task-trace',
  title: 'Replay of a task trace',
  description: 'Response times by queue level of the jobs in a CSV trace (arrival_us,size_us,level,weight) under CFS, EEVDF, regulated queues and others.',
  input,
  example: { csv: 'arrival_us,size_us,level,weight\n0,30000,4,1\n1000,500,1,1\n2000,800,2,1\n', schedulers: ['cfs', 'np-fcfs', 'pr-fcfs'] },
  evaluate: ({ file, csv, schedulers, contextSwitchUs, tickUs }, context) => {
    if ((file === undefined) === (csv === undefined)) throw new ConfigError([{ path: 'file', message: `${file === undefined ? 'neither file nor csv' : 'both file and csv'} given; give the trace once, as a file or as text` }]);
    const text = csv ?? new TextDecoder().decode(context.readFile(file!));
    const jobs = readTaskTrace(text, file ?? 'csv');
    if (jobs.length > JOBS_MAX) throw new ConfigError([{ path: file ?? 'csv', message: `${jobs.length} jobs; must be at most ${JOBS_MAX}` }]);
    const longestNs = (jobs.at(-1)!.arrivalUs + 2 * jobs.reduce((sum, { sizeUs }) => sum + sizeUs, 0)) * NS_PER_US + jobs.length * 1e6 + 5e9;
    if (longestNs > MAX_TIME_NS) throw new ConfigError([{ path: file ?? 'csv', message: `arrivals and sizes together may last ${Number((longestNs / 1e9).toPrecision(3))} s; must be at most ${Math.floor(MAX_TIME_NS / 1e9)} s, the end of the clock (are the columns in microseconds?)` }]);
    return { jobs: jobs.length, schedulers: schedulers.map((scheduler) => replay(jobs, scheduler, { contextSwitchUs, tickUs })) };
  },
});

/** One replication: open jobs of four levels through one core under one scheduler. */
import { OpenJobs } from '../../sim/os/open-jobs.ts';
import { schedulerCheckers } from '../../sim/os/checkers/scheduler-checkers.ts';
import { EXIT } from '../../sim/os/cpu/processor.ts';
import { TypeAverages } from '../../sim/os/regulated/type-averages.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../sim/time.ts';
import type { Run } from '../testbed/scenario.ts';
import { TAIL_ARMS } from './arms.ts';
import type { CompareParameters } from './parameters.ts';
import { buildScheduler } from './schedulers.ts';
import { buildWorkload } from './workload.ts';

export const LEVEL_COUNT = 4;
/** Latency measures of one level, in the order of `LEVEL_QUANTILES`. */
const LEVEL_QUANTILES = ['0.5', '0.9', '0.99', '0.999'] as const;
/** Measured jobs are waited for this long after the horizon, in horizons: beyond it their level counts as saturated. */
const DRAIN = 1;
const DECILES = 10;

export function buildRun({ sim, params, arm, record, replication }: Run<CompareParameters & Record<string, number | string | boolean>>): () => void {
  const tasks = new TaskTable();
  const horizonNs = Math.round(params.horizonMs * NS_PER_MS);
  const warmUpNs = Math.min(horizonNs, Math.round(params.warmUpMs * NS_PER_MS));
  const costs = {
    contextSwitchNs: Math.round(params.contextSwitchUs * NS_PER_US),
    warmUpNs: 0,
    classifyNs: params.scheduler === 'regulated' ? Math.round(params.classifyUs * NS_PER_US) : 0,
  };
  const { policy, rules, needsTick, prepare } = buildScheduler(sim, tasks, params);
  const checkers = schedulerCheckers(sim, tasks, { ...rules, costs });
  const averages = params.estimates === 'average' ? new TypeAverages(tasks, params.averageShare, Math.round(params.batchMeanUs * NS_PER_US)) : undefined;
  const jobs = new OpenJobs(sim, tasks, {
    policies: policy,
    source: buildWorkload(sim, params),
    prepare: averages === undefined ? prepare : (task) => {
      prepare(task);
      averages.estimate(task);
    },
    next: (task) => {
      averages?.observe(task);
      return EXIT;
    },
    levels: LEVEL_COUNT,
    warmUpNs,
    horizonNs,
    drainNs: DRAIN * horizonNs,
    costs,
    tickNs: needsTick ? Math.round(params.tickUs * NS_PER_US) : 0,
    probes: [checkers],
    onProgress: (fraction) => record.progress(fraction),
  });
  return () => {
    checkers.finish(jobs.processor);
    const measuredS = (horizonNs - warmUpNs) / NS_PER_S;
    let completed = 0;
    let preemptions = 0;
    jobs.accounts.forEach((account, index) => {
      const level = index + 1;
      const { responseNs, waitNs, sizeNs } = account;
      completed += responseNs.length;
      preemptions += account.preemptions;
      record.measure(`growthL${level}PerS`, (account.presentAtHorizon - account.presentAtWarmUp) / measuredS);
      sim.note(responseNs.length);
      if (jobs.isSaturated(level) || responseNs.length === 0) return;
      const response = responseNs.values;
      const [p50, p90, p99, p999] = exactQuantiles(response, LEVEL_QUANTILES.map(Number));
      record.measure(`meanL${level}Ns`, Math.round(sumOf(response) / response.length));
      record.measure(`p50L${level}Ns`, p50!);
      record.measure(`p90L${level}Ns`, p90!);
      record.measure(`p99L${level}Ns`, p99!);
      record.measure(`p999L${level}Ns`, p999!);
      record.measure(`maxWaitL${level}Ns`, maximumOf(waitNs.values));
      record.measure(`starvedL${level}`, countAbove(waitNs.values, params.starvedMs * NS_PER_MS));
      if (level <= 2) record.measure(`missedL${level}`, countAbove(response, params.deadlineMs * NS_PER_MS) / response.length);
      if (replication === 0 || TAIL_ARMS.some((name) => name === arm)) record.latency(`response L${level}`, response);
      if (replication === 0) for (const row of slowdownRows(level, response, sizeNs.values)) record.row('slowdowns', row);
    });
    record.measure('throughputPerS', completed / measuredS);
    record.measure('utilisation', jobs.measuredServiceNs / (horizonNs - warmUpNs));
    record.measure('overheadShare', jobs.measuredOverheadNs / (horizonNs - warmUpNs));
    record.measure('preemptionsPerJob', completed === 0 ? 0 : preemptions / completed);
  };
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function maximumOf(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

function countAbove(values: Float64Array, limit: number): number {
  let count = 0;
  for (const value of values) if (value > limit) count += 1;
  return count;
}

/** Mean slowdown (response over size) of each tenth of a level's jobs by size. */
function slowdownRows(level: number, responseNs: Float64Array, sizeNs: Float64Array): Record<string, number>[] {
  const bySize = Uint32Array.from(sizeNs, (_, index) => index).sort((a, b) => sizeNs[a]! - sizeNs[b]! || a - b);
  return Array.from({ length: DECILES }, (_, decile) => {
    const part = bySize.subarray(Math.floor((decile * bySize.length) / DECILES), Math.floor(((decile + 1) * bySize.length) / DECILES));
    const slowdowns = Array.from(part, (index) => responseNs[index]! / Math.max(1, sizeNs[index]!));
    const sizes = Array.from(part, (index) => sizeNs[index]!);
    const mean = (values: readonly number[]): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
    return { level, size_decile: decile + 1, mean_size_ns: Math.round(mean(sizes)), mean_slowdown: Number(mean(slowdowns).toPrecision(6)) };
  });
}

/** One replication: open jobs of four levels through one core under strict order with one bound. */
import { exactQuantiles } from '../../sim/measure/index.ts';
import { OpenJobs } from '../../sim/os/open-jobs.ts';
import type { RegulatedOptions } from '../../sim/os/regulated/options.ts';
import { type RecordColumn, TaskRecords } from '../../sim/os/regulated/records.ts';
import { REGULATORY } from '../../sim/os/regulated/regulated.ts';
import { SupplyCheck } from '../../sim/os/regulated/supply-check.ts';
import { regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../sim/time.ts';
import { buildWorkload } from '../cfs-vs-regulated/workload.ts';
import type { Run } from '../testbed/scenario.ts';
import type { BoundsParameters } from './parameters.ts';
import { StarvationWatch } from './watch.ts';

/** Measured jobs are waited for this long after the horizon, in horizons: beyond it their level counts as saturated. */
const DRAIN = 0.5;
/** Below this a shortfall is rounding: the check sums products of times of up to 1e11 ns. */
const NOISE_NS = 0.01;

/** In overload a level whose backlog grew by more than this share of its arrivals has no latency: it would grow with the run. Choice. */
const GROWING = 0.05;

const INNER = ['fcfs', 'fcfs', 'fcfs', 'fcfs'] as const;

export function boundOf(params: BoundsParameters): Partial<RegulatedOptions> {
  const ms = (value: number): number => Math.round(value * NS_PER_MS);
  switch (params.bound) {
    case 'none':
      return {};
    case 'aging':
      return { agingNs: [Infinity, ms(params.agingMs), ms(params.agingMs), ms(params.agingMs)] };
    case 'reservation':
      return { reservation: { budgetNs: ms(params.budgetMs), periodNs: ms(params.periodMs) } };
    case 'weights': {
      const ratio = params.weightRatio;
      return { shares: { weights: [ratio * ratio * ratio, ratio * ratio, ratio, 1], per: 'level', quantumNs: Math.round(params.quantumUs * NS_PER_US) } };
    }
    case 'boost':
      return { boostNs: ms(params.boostMs) };
  }
}

/** Rows of the table of longest waits: choice. */
const SHOWN = 10;

/** The jobs that were longest without service, with all that is known of them. */
function longestWaits(records: TaskRecords): Record<string, number | string>[] {
  const rows = Array.from({ length: records.count }, (_, row) => row).sort((a, b) => records.get(b, 'waitNs') - records.get(a, 'waitNs') || a - b);
  const of = (row: number, column: RecordColumn): number => records.get(row, column);
  return rows.slice(0, SHOWN).map((row) => ({
    id: of(row, 'id'), label: of(row, 'label'), level: of(row, 'level'), program: of(row, 'program') === REGULATORY ? 'regulatory' : 'ordinary',
    arrival_ns: of(row, 'arrivalNs'), first_start_ns: of(row, 'firstStartNs'), end_ns: of(row, 'endNs'), cpu_ns: of(row, 'cpuNs'), wait_ns: of(row, 'waitNs'), preemptions: of(row, 'preemptions'),
  }));
}

export function buildRun({ sim, params, record, replication }: Run<BoundsParameters & Record<string, number | string | boolean>>): () => void {
  const tasks = new TaskTable();
  const horizonNs = Math.round(params.horizonMs * NS_PER_MS);
  const warmUpNs = Math.min(horizonNs, Math.round(params.warmUpMs * NS_PER_MS));
  const policies = regulatedPolicy(tasks, INNER, { between: params.between, pollNs: Math.round(params.pollUs * NS_PER_US), ...boundOf(params) }, {}, sim);
  const supply = new SupplyCheck(tasks, { budgetNs: Math.round(params.budgetMs * NS_PER_MS), periodNs: Math.round(params.periodMs * NS_PER_MS) }, 4);
  const watch = new StarvationWatch(tasks, warmUpNs, horizonNs);
  const records = new TaskRecords(tasks);
  const jobs = new OpenJobs(sim, tasks, {
    policies,
    source: buildWorkload(sim, { ...params, arrivals: 'poisson', estimateSigma: 0, misclassified: 0 }),
    levels: INNER.length,
    warmUpNs,
    horizonNs,
    drainNs: DRAIN * horizonNs,
    costs: { contextSwitchNs: Math.round(params.contextSwitchUs * NS_PER_US), warmUpNs: 0, classifyNs: 0 },
    probes: [supply, watch],
    ...(replication === 0 ? { onMeasured: (task: number) => records.add(task, sim.now, policies.programOf(0)) } : {}),
    onProgress: (fraction) => record.progress(fraction),
  });
  return () => {
    supply.finish(sim.now);
    watch.finish(sim.now);
    const measuredNs = horizonNs - warmUpNs;
    jobs.accounts.forEach((account, index) => {
      const level = index + 1;
      const { responseNs } = account;
      sim.note(responseNs.length);
      const grown = account.presentAtHorizon - account.presentAtWarmUp;
      record.measure(`growthL${level}PerS`, grown / (measuredNs / NS_PER_S));
      record.measure(`supplyL${level}`, watch.servedNs[index]! / measuredNs);
      if (jobs.isSaturated(level) || responseNs.length === 0 || (params.load >= 1 && grown > GROWING * account.arrived)) return;
      const [p50, p99] = exactQuantiles(responseNs.values, [0.5, 0.99]);
      record.measure(`p50L${level}Ns`, p50!);
      record.measure(`p99L${level}Ns`, p99!);
      record.measure(`longestWaitL${level}Ns`, watch.longestWaitNs[index]!);
      // One replication's whole distribution; measures.csv has the quantiles of all.
      if (replication === 0) record.latency(`response L${level}`, responseNs.values);
    });
    for (const row of longestWaits(records)) record.row('longest', row);
    record.measure('quietL4Ns', supply.blackoutNs);
    const shortfallNs = Math.max(0, supply.shortfallNs);
    // What a turn of the reserved level may have to wait for: the end of a task, the next look, nothing.
    const delayNs = { np: watch.longestStretchNs, poll: params.pollUs * NS_PER_US, pr: 0 }[params.between];
    const excessNs = shortfallNs - (delayNs * params.budgetMs) / params.periodMs;
    record.measure('shortfallL4Ns', shortfallNs > NOISE_NS ? shortfallNs : 0);
    record.measure('excessL4Ns', excessNs > NOISE_NS ? excessNs : 0);
    record.measure('promotions', watch.promotions);
    record.measure('relabelled', watch.relabelled);
  };
}

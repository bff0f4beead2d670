/** One replication: open jobs of four levels through one core under one scheduler. */
import { exactQuantiles } from '../../sim/measure/index.ts';
import type { SchedulerRules } from '../../sim/os/checkers/rules.ts';
import { schedulerCheckers } from '../../sim/os/checkers/scheduler-checkers.ts';
import type { Probe } from '../../sim/os/cpu/probe.ts';
import { NICE_0_WEIGHT } from '../../sim/os/linux/load-weight.ts';
import { OpenJobs } from '../../sim/os/open-jobs.ts';
import { Cfs } from '../../sim/os/policies/cfs.ts';
import type { Policy } from '../../sim/os/policy.ts';
import { isRegulated } from '../../sim/os/regulated/options.ts';
import { innerPolicy, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_US } from '../../sim/time.ts';
import { buildWorkload } from '../cfs-vs-regulated/workload.ts';
import type { Run } from '../testbed/scenario.ts';
import { measuredTimeMs, type PriceParameters } from './parameters.ts';

const LEVEL_COUNT = 4;
/** Measured jobs are waited for this long after the horizon, in measured times; the load is below 1, so none is left. */
const DRAIN = 4;

const us = (value: number): number => Math.round(value * NS_PER_US);

function policyOf(sim: Simulation, tasks: TaskTable, params: PriceParameters): Policy {
  switch (params.scheduler) {
    case 'fcfs':
    case 'ps':
      return innerPolicy(tasks, params.scheduler);
    case 'cfs':
      return new Cfs(tasks);
    case 'regulated':
      return regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: params.between, pollNs: us(params.pollUs), handoverNs: us(params.handoverUs) }, {}, sim);
  }
}

/** What the checkers hold the run to. */
function rulesOf({ scheduler, between, pollUs, handoverUs }: PriceParameters): SchedulerRules {
  if (scheduler !== 'regulated') return { inner: [scheduler] };
  return { inner: ['fcfs', 'fcfs', 'fcfs', 'fcfs'], regulated: { between, pollNs: us(pollUs), handoverNs: us(handoverUs) } };
}

export function buildRun({ sim, params, record, arm, replication }: Run<PriceParameters & Record<string, number | string | boolean>>): () => void {
  const tasks = new TaskTable();
  const warmUpNs = Math.round(params.warmUpMs * NS_PER_MS);
  const measuredNs = Math.round(measuredTimeMs(params) * NS_PER_MS);
  const horizonNs = warmUpNs + measuredNs;
  const isRegulatedQueue = params.scheduler === 'regulated';
  const costs = { contextSwitchNs: params.scheduler === 'ps' ? 0 : us(params.contextSwitchUs), warmUpNs: 0, classifyNs: isRegulatedQueue ? us(params.classifyUs) : 0 };
  let ordinaryFirsts = 0;
  // A first dispatch pays for the classification, whoever the job belongs to.
  const firsts: Probe = {
    onDispatch: (_core, task, _overheadNs, nowNs) => {
      if (tasks.firstStartNs[task] === nowNs && nowNs >= warmUpNs && nowNs < horizonNs && !isRegulated(tasks.label[task]!)) ordinaryFirsts += 1;
    },
  };
  const checkers = schedulerCheckers(sim, tasks, { ...rulesOf(params), costs });
  const jobs = new OpenJobs(sim, tasks, {
    policies: policyOf(sim, tasks, params),
    source: buildWorkload(sim, { ...params, arrivals: 'poisson', estimateSigma: 0, misclassified: 0 }),
    prepare: (task) => {
      tasks.weight[task] = NICE_0_WEIGHT;
    },
    levels: LEVEL_COUNT,
    warmUpNs,
    horizonNs,
    drainNs: DRAIN * measuredNs,
    costs,
    tickNs: params.scheduler === 'cfs' ? us(params.tickUs) : 0,
    probes: costs.classifyNs > 0 ? [checkers, firsts] : [checkers],
    onProgress: (fraction) => record.progress(fraction),
  });
  return () => {
    checkers.finish(jobs.processor);
    jobs.accounts.forEach(({ responseNs }, index) => {
      const level = index + 1;
      sim.note(responseNs.length);
      if (jobs.isSaturated(level) || responseNs.length === 0) return record.warn('saturated', 'At some points costs made the core too slow for the load: levels whose jobs did not get done have no latency.');
      const values = responseNs.values;
      const [p99] = exactQuantiles(values, [0.99]);
      record.measure(`meanL${level}Ns`, Math.round(values.reduce((sum, value) => sum + value, 0) / values.length));
      record.measure(`p99L${level}Ns`, p99!);
      // One replication's whole distribution; measures.csv has the quantiles of all.
      if (replication === 0 || arm === 'pr') record.latency(`response L${level}`, values);
    });
    record.measure('overheadShare', jobs.measuredOverheadNs / measuredNs);
    record.measure('ordinaryOverheadShare', (ordinaryFirsts * costs.classifyNs) / measuredNs);
    record.measure('serviceShare', jobs.measuredServiceNs / measuredNs);
  };
}

/** One replication: open jobs of four levels through several cores. */
import { exactQuantiles } from '../../sim/measure/index.ts';
import { schedulerCheckers } from '../../sim/os/checkers/scheduler-checkers.ts';
import { OpenJobs } from '../../sim/os/open-jobs.ts';
import type { Policy } from '../../sim/os/policy.ts';
import type { RegulatedOptions } from '../../sim/os/regulated/options.ts';
import { type InnerName, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../sim/time.ts';
import { buildWorkload } from '../cfs-vs-regulated/workload.ts';
import type { Run } from '../testbed/scenario.ts';
import { measuredTimeMs, type TokenParameters } from './parameters.ts';
import { CoreWatch } from './watch.ts';

const INNER: readonly InnerName[] = ['fcfs', 'fcfs', 'fcfs', 'fcfs'];
/** Measured jobs are waited for this long after the horizon, in measured times: beyond it their level counts as saturated. */
const DRAIN = 0.25;

const us = (value: number): number => Math.round(value * NS_PER_US);

export function buildRun({ sim, params, record, replication }: Run<TokenParameters & Record<string, number | string | boolean>>): () => void {
  const { cores, queues } = params;
  const tasks = new TaskTable();
  const measuredNs = Math.round(measuredTimeMs(params) * NS_PER_MS);
  const warmUpNs = Math.round(params.warmUpShare * measuredNs);
  const horizonNs = warmUpNs + measuredNs;
  const costs = { contextSwitchNs: us(params.contextSwitchUs), warmUpNs: us(params.migrationUs), classifyNs: 0 };
  const regulated: RegulatedOptions = { between: params.between, handoverNs: us(params.handoverUs), cores, token: queues === 'token' };
  const policy = (): Policy => regulatedPolicy(tasks, INNER, regulated, {}, sim);
  const checkers = schedulerCheckers(sim, tasks, { cores, inner: INNER, regulated, queues: queues === 'own' ? 'stealing' : 'shared', costs });
  const watch = new CoreWatch(tasks, cores, warmUpNs, horizonNs);
  let migrations = 0;
  const jobs = new OpenJobs(sim, tasks, {
    cores,
    policies: queues === 'own' ? Array.from({ length: cores }, policy) : policy(),
    source: buildWorkload(sim, { ...params, load: params.load * cores, arrivals: 'poisson', estimateSigma: 0, misclassified: 0 }),
    levels: INNER.length,
    warmUpNs,
    horizonNs,
    drainNs: Math.round(DRAIN * measuredNs),
    costs,
    probes: [checkers, watch],
    onMeasured: (task) => {
      migrations += tasks.migrations[task]!;
    },
    onProgress: (fraction) => record.progress(fraction),
  });
  return () => {
    checkers.finish(jobs.processor);
    watch.finish(sim.now);
    const coreNs = cores * measuredNs;
    let completed = 0;
    let preemptions = 0;
    let growth = 0;
    jobs.accounts.forEach((account, index) => {
      const level = index + 1;
      const responses = account.responseNs.values;
      completed += responses.length;
      preemptions += account.preemptions;
      const levelGrowth = (account.presentAtHorizon - account.presentAtWarmUp) / (measuredNs / NS_PER_S);
      growth += levelGrowth;
      record.measure(`growthL${level}PerS`, levelGrowth);
      record.measure(`coresL${level}`, watch.heldNs[index]! / coreNs);
      sim.note(responses.length);
      if (jobs.isSaturated(level) || responses.length === 0) return;
      record.measure(`meanL${level}Ns`, Math.round(responses.reduce((sum, value) => sum + value, 0) / responses.length));
      record.measure(`p99L${level}Ns`, exactQuantiles(responses, [0.99])[0]!);
      // One replication's whole distribution; measures.csv has the quantiles of all.
      if (replication === 0) record.latency(`response L${level}`, responses);
    });
    const arrived = jobs.accounts.reduce((sum, account) => sum + account.arrived, 0);
    // What came and did not pile up has gone.
    record.measure('throughputPerS', arrived / (measuredNs / NS_PER_S) - growth);
    record.measure('utilisation', jobs.measuredServiceNs / coreNs);
    record.measure('idleBesideWork', watch.idleBesideWorkNs / coreNs);
    record.measure('inverted', watch.invertedNs / coreNs);
    record.measure('overheadShare', jobs.measuredOverheadNs / coreNs);
    record.measure('migrationsPerJob', completed === 0 ? 0 : migrations / completed);
    record.measure('preemptionsPerJob', completed === 0 ? 0 : preemptions / completed);
  };
}

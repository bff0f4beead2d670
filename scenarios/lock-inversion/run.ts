/** One replication: open jobs of four levels on one core; those of levels 1 and 4 take the same lock in their middle. */
import { exactQuantiles } from '../../sim/measure/index.ts';
import { EXIT, SLEEP } from '../../sim/os/cpu/processor.ts';
import type { Probe } from '../../sim/os/cpu/probe.ts';
import { OpenJobs } from '../../sim/os/open-jobs.ts';
import { Locks } from '../../sim/os/regulated/locks.ts';
import { regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { NONE, TaskTable } from '../../sim/os/tasks.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_US } from '../../sim/time.ts';
import { buildWorkload } from '../cfs-vs-regulated/workload.ts';
import type { Run } from '../testbed/scenario.ts';
import type { LockParameters } from './parameters.ts';

const LEDGER = 0;
/** Levels that use the ledger; its ceiling is the best of them. */
const USES_LEDGER: ReadonlySet<number> = new Set([1, 4]);
const CEILING = 1;
/** Measured jobs are waited for this long after the horizon, in horizons: beyond it their level counts as saturated. */
const DRAIN = 0.5;

/** Where a job stands: before its critical section, in it, behind it. Jobs without one begin at the end. */
const BEFORE = 0;
const INSIDE = 1;
const BEHIND = 2;

/** Inversion: a transaction waits for the lock, and the core serves a job of a lower level that does not hold it. */
class InversionWatch implements Probe {
  inversionNs = 0;
  /** Transactions that wait for the lock now; who holds it. */
  blocked = 0;
  holder = NONE;
  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private running = NONE;
  private runningLabel = 0;
  private sinceNs = 0;

  constructor(sim: Simulation, tasks: TaskTable) {
    this.sim = sim;
    this.tasks = tasks;
  }

  onDispatch(_core: number, task: number): void {
    this.settle();
    this.running = task;
    this.runningLabel = this.tasks.label[task]!;
  }

  onStop(): void {
    this.settle();
    this.running = NONE;
  }

  /** Counts what was until now; before every change. */
  settle(): void {
    const { now } = this.sim;
    if (this.blocked > 0 && this.running !== NONE && this.running !== this.holder && this.runningLabel > 1) this.inversionNs += now - this.sinceNs;
    this.sinceNs = now;
  }
}

export function buildRun({ sim, params, record, replication }: Run<LockParameters & Record<string, number | string | boolean>>): () => void {
  const tasks = new TaskTable();
  const horizonNs = Math.round(params.horizonMs * NS_PER_MS);
  const warmUpNs = Math.min(horizonNs, Math.round(params.warmUpMs * NS_PER_MS));
  const policies = regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: params.between, pollNs: Math.round(params.pollUs * NS_PER_US) }, {}, sim);
  const phase = tasks.column();
  const criticalNs = tasks.column();
  const behindNs = tasks.column();
  const blockedSinceNs = tasks.column();
  const watch = new InversionWatch(sim, tasks);
  let longestBlockedNs = 0;

  const enterSection = (task: number): number => {
    watch.settle();
    watch.holder = task;
    phase.values[task] = INSIDE;
    return criticalNs.values[task]!;
  };
  const locks = new Locks(tasks, policies, { protocol: params.protocol, count: 1, ceilings: [CEILING] }, (task) => {
    if (tasks.label[task] === 1) {
      watch.settle();
      watch.blocked -= 1;
      longestBlockedNs = Math.max(longestBlockedNs, sim.now - blockedSinceNs.values[task]!);
    }
    jobs.processor.wake(task, enterSection(task));
  });
  const next = (task: number): number => {
    if (phase.values[task] === BEHIND) return EXIT;
    if (phase.values[task] === INSIDE) {
      phase.values[task] = BEHIND;
      watch.settle();
      watch.holder = NONE;
      locks.release(task, LEDGER, sim.now);
      return behindNs.values[task]!;
    }
    if (locks.acquire(task, LEDGER, sim.now)) return enterSection(task);
    blockedSinceNs.values[task] = sim.now;
    if (tasks.label[task] === 1) {
      watch.settle();
      watch.blocked += 1;
    }
    return SLEEP;
  };
  const jobs: OpenJobs = new OpenJobs(sim, tasks, {
    policies,
    source: buildWorkload(sim, { ...params, sizeLaw: 'exponential', arrivals: 'poisson', estimateSigma: 0, misclassified: 0 }),
    prepare: (task) => {
      const sizeNs = tasks.sizeNs[task]!;
      const inside = Math.round(params.lockedShare * sizeNs);
      const before = Math.round((sizeNs - inside) / 2);
      const behind = sizeNs - inside - before;
      const hasSection = USES_LEDGER.has(tasks.label[task]!) && inside > 0 && before > 0 && behind > 0;
      phase.values[task] = hasSection ? BEFORE : BEHIND;
      if (!hasSection) return;
      criticalNs.values[task] = inside;
      behindNs.values[task] = behind;
      tasks.sizeNs[task] = before;
      tasks.remainingNs[task] = before;
    },
    next,
    levels: 4,
    warmUpNs,
    horizonNs,
    drainNs: DRAIN * horizonNs,
    probes: [watch],
    onProgress: (fraction) => record.progress(fraction),
  });
  return () => {
    watch.settle();
    jobs.accounts.forEach(({ responseNs }, index) => {
      const level = index + 1;
      sim.note(responseNs.length);
      if (jobs.isSaturated(level) || responseNs.length === 0) return;
      const [p99, most] = exactQuantiles(responseNs.values, [0.99, 1]);
      record.measure(`p99L${level}Ns`, p99!);
      record.measure(`maxL${level}Ns`, most!);
      // One replication's whole distribution; measures.csv has the quantiles of all.
      if (replication === 0) record.latency(`response L${level}`, responseNs.values);
    });
    record.measure('inversionShare', watch.inversionNs / sim.now);
    record.measure('longestBlockedNs', longestBlockedNs);
    record.measure('contentions', locks.contentions);
  };
}

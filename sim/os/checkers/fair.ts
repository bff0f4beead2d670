/**
 * Promises of CFS (6.1) and EEVDF (6.12), for tasks that are alone in their core's queue (no real-time class above them). Figures of one
 * CPU, times 1 + log2 of the CPUs up to 8; sources in ../policies/cfs.ts and eevdf.ts.
 *
 * CFS: min_vruntime never goes back. Virtual runtime grows by service times 1024 / weight. A sleeper comes back at most half a latency
 * behind min_vruntime, a new task not behind it. Nobody, moved from another core or not, is further ahead of it than a turn of the lightest
 * weight and two ticks. A tick ends no turn shorter than the minimal granularity.
 * EEVDF: the lag of a ready task, in CPU time, is bounded by slice and tick (Stoica et al. 1995, theorem 1), twice that where others come
 * and go with lag of their own. An eligible task goes before one that had more than its share.
 */
import type { Cfs } from '../policies/cfs.ts';
import type { Eevdf } from '../policies/eevdf.ts';
import { MOVED, NEW, type EnqueueCause, type PutCause, PREEMPTED } from '../policy.ts';
import type { Column } from '../tasks.ts';
import type { Account } from './account.ts';
import type { Checker } from './checker.ts';

const NICE_0_WEIGHT = 1024;
const LATENCY_NS = 6_000_000;
const MIN_GRANULARITY_NS = 750_000;
const EEVDF_SLICE_NS = 700_000;
/** Each bringing up to date rounds virtual time down by less than 1 ns; a turn has no more of them than this. */
const ROUNDING_NS = 1000;
/** choice: longer queues are not searched for one that should have been served. */
const MOST_SCANNED = 64;

/** 1 + floor(log2(CPUs)), at most 4. */
const factorOf = (cpus: number): number => (cpus >= 8 ? 4 : cpus >= 4 ? 3 : cpus >= 2 ? 2 : 1);

export class CfsPromises implements Checker {
  readonly name = 'cfs';
  private readonly account: Account;
  private readonly queues: readonly Cfs[];
  private readonly tickNs: number;
  private readonly factor: number;
  private readonly lastMin: Float64Array;
  private lightest = Infinity;
  /** Virtual runtime as the task was dispatched. */
  private readonly before: Column;
  /** When a task last became ready for the core. */
  private readonly readyNs: Float64Array;

  /** One queue a core; `tickNs` is the processor's. */
  constructor(account: Account, queues: readonly Cfs[], tickNs: number) {
    this.account = account;
    this.queues = queues;
    this.tickNs = tickNs;
    this.factor = factorOf(queues.length);
    this.lastMin = new Float64Array(queues.length);
    this.before = account.tasks.column();
    this.readyNs = new Float64Array(queues.length).fill(-1);
  }

  onReady(task: number, cause: EnqueueCause, nowNs: number, core: number): void {
    this.readyNs[core] = nowNs;
    this.lightest = Math.min(this.lightest, this.account.tasks.weight[task]!);
    const queue = this.queues[core]!;
    const behindNs = queue.minVruntimeNs - queue.vruntimeNs(task);
    const mostNs = cause === NEW || cause === MOVED ? 0 : (this.factor * LATENCY_NS) / 2;
    if (!(behindNs <= mostNs)) this.account.fail(this.name, `${this.account.nameOf(task)} becomes ready ${behindNs} ns of virtual time behind the others; required: at most ${mostNs} ns`);
    this.check(core, task);
  }

  onDispatch(core: number, task: number): void {
    this.before.values[task] = this.queues[core]!.vruntimeNs(task);
    this.check(core, task);
  }

  onStop(core: number, task: number, cause: PutCause, ranNs: number, nowNs: number): void {
    const { account } = this;
    const grownNs = this.queues[core]!.vruntimeNs(task) - this.before.values[task]!;
    const dueNs = (ranNs * NICE_0_WEIGHT) / account.tasks.weight[task]!;
    if (!(Math.abs(grownNs - dueNs) <= ROUNDING_NS)) account.fail(this.name, `the virtual runtime of ${account.nameOf(task)} grew by ${grownNs} ns while it ran ${ranNs} ns with weight ${account.tasks.weight[task]!}; required: ${dueNs} ns`);
    const leastNs = this.factor * MIN_GRANULARITY_NS;
    if (cause === PREEMPTED && this.readyNs[core]! < nowNs && ranNs < leastNs) account.fail(this.name, `a turn of ${account.nameOf(task)} ends after ${ranNs} ns though nobody woke up; required: at least ${leastNs} ns`);
    if (cause === PREEMPTED) this.check(core, task);
  }

  onMove(task: number, _from: number, to: number, nowNs: number): void {
    this.readyNs[to] = nowNs;
    this.check(to, task);
  }

  private check(core: number, task: number): void {
    const { account } = this;
    const queue = this.queues[core]!;
    const minNs = queue.minVruntimeNs;
    if (!(minNs >= this.lastMin[core]!)) account.fail(this.name, `min_vruntime of core ${core} goes from ${this.lastMin[core]!} ns back to ${minNs} ns; required: never`);
    this.lastMin[core] = minNs;
    const turnNs = this.factor * LATENCY_NS + 2 * this.tickNs;
    const mostNs = (turnNs * NICE_0_WEIGHT) / this.lightest;
    const aheadNs = queue.vruntimeNs(task) - minNs;
    if (!(aheadNs <= mostNs)) account.fail(this.name, `${account.nameOf(task)} is ${aheadNs} ns of virtual time ahead of the others; required: at most ${mostNs} ns`);
  }
}

export class EevdfPromises implements Checker {
  readonly name = 'eevdf';
  private readonly account: Account;
  private readonly queues: readonly Eevdf[];
  /** What lag is cut to as a task joins or leaves, and how far it moves before a decision. */
  private readonly joinNs: number;
  private readonly turnNs: number;
  private seen = 0;

  constructor(account: Account, queues: readonly Eevdf[], tickNs: number) {
    this.account = account;
    this.queues = queues;
    const sliceNs = factorOf(queues.length) * EEVDF_SLICE_NS;
    this.joinNs = Math.max(2 * sliceNs, tickNs);
    this.turnNs = sliceNs + tickNs;
  }

  onReady(task: number, _cause: EnqueueCause, _nowNs: number, core: number): void {
    this.check(core, task);
  }

  onDispatch(core: number, task: number): void {
    this.check(core, task);
    // One of the others in turn: all are seen in the course of a run.
    const list = this.account.listOf(this.account.queueOfCore(core), 1);
    if (list.length === 0) return;
    this.check(core, list[this.seen++ % list.length]!);
    const lagNs = this.queues[core]!.lagOf(task);
    if (lagNs >= -ROUNDING_NS || list.length > MOST_SCANNED) return;
    for (const other of list) {
      const otherNs = this.queues[core]!.lagOf(other);
      if (otherNs > ROUNDING_NS) this.account.fail(this.name, `${this.account.nameOf(task)} with a lag of ${lagNs} ns is served while ${this.account.nameOf(other)} waits with ${otherNs} ns; required: an eligible one, whose lag is not below 0`);
    }
  }

  private check(core: number, task: number): void {
    const lagNs = this.queues[core]!.lagOf(task);
    // choice: twice. Who comes or goes with a lag shifts the others' by their part of it; the theorem has no such tasks.
    const mostNs = 2 * (this.joinNs + this.turnNs);
    if (!(Math.abs(lagNs) <= mostNs)) this.account.fail(this.name, `the lag of ${this.account.nameOf(task)} is ${lagNs} ns of CPU time; required: within ${mostNs} ns`);
  }
}

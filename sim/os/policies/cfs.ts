/**
 * The Completely Fair Scheduler as in Linux 6.1, the last line of kernels that had it: the task with the least virtual runtime is
 * next; the periodic tick ends turns; sleepers come back with a bounded credit and may interrupt whoever runs.
 * Source: kernel/sched/fair.c and features.h of 6.1.192; rules restated, features at their defaults (GENTLE_FAIR_SLEEPERS,
 * START_DEBIT, LAST_BUDDY, WAKEUP_PREEMPTION, BASE_SLICE on; NEXT_BUDDY, HRTICK off). Times in integer ns.
 *
 * Without a tick (`tickNs` of the processor) nobody's turn ever ends: as in the kernel, the tick is what sets the granularity.
 * Left out: control groups and bandwidth limits, sched_yield, a child's start from its parent's virtual runtime.
 */
import { CARRIED, FairQueue, type FairOptions } from '../linux/fair-queue.ts';
import { BATCH, NICE_0_WEIGHT, tunableFactor, virtualNs } from '../linux/load-weight.ts';
import { type EnqueueCause, MOVED, NEW } from '../policy.ts';
import { NONE, type TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

/** fair.c: sysctl_sched_latency, _min_granularity, _wakeup_granularity of one CPU, and the count up to which the period is the latency. */
const LATENCY_NS = 6_000_000;
const MIN_GRANULARITY_NS = 750_000;
const WAKEUP_GRANULARITY_NS = 1_000_000;
const LATENCY_TASKS = 8;
/** fair.c: shortest slice of an idle task beside others, the same on every machine. */
const IDLE_MIN_GRANULARITY_NS = 750_000;

export class Cfs extends FairQueue {
  private readonly latencyNs: number;
  private readonly minGranularityNs: number;
  private readonly wakeupGranularityNs: number;
  /** Waiting tasks by virtual runtime. */
  private readonly timeline: TaskHeap;
  /** The queue's virtual time: follows the least virtual runtime, never goes back. */
  private minVruntime = 0;
  /** Buddies: the waker's choice goes first, the task it interrupted goes on next, both only while that is not unfair. */
  private next = NONE;
  private last = NONE;

  constructor(tasks: TaskTable, options: FairOptions = {}, sibling?: Cfs) {
    super(tasks, options, sibling);
    const factor = tunableFactor(options.cpus ?? 1);
    this.latencyNs = factor * LATENCY_NS;
    this.minGranularityNs = factor * MIN_GRANULARITY_NS;
    this.wakeupGranularityNs = factor * WAKEUP_GRANULARITY_NS;
    this.timeline = new TaskHeap(tasks);
  }

  get waiting(): number {
    return this.timeline.size;
  }

  /** For tests and figures. */
  get minVruntimeNs(): number {
    return this.minVruntime;
  }

  vruntimeNs(task: number): number {
    return this.vruntime.values[task]!;
  }

  enqueue(task: number, cause: EnqueueCause, _nowNs: number): void {
    this.updateRunning();
    const ownNs = this.ownVruntime(task);
    this.account(task);
    let vruntime = Math.max(ownNs, this.minVruntime - this.sleeperCreditNs(task));
    if (cause === NEW) vruntime = this.minVruntime + virtualNs(this.sliceNs(task), this.load.values[task]!);
    else if (cause === MOVED) vruntime = ownNs === -Infinity ? this.minVruntime : ownNs;
    this.vruntime.values[task] = vruntime;
    this.insert(task);
  }

  /** What the task's virtual runtime is in this queue's virtual time; -Infinity if none of the family has seen it. */
  private ownVruntime(task: number): number {
    if (!this.isKnown(task)) return -Infinity;
    const home = this.home.values[task]!;
    const fromNs = home === CARRIED ? 0 : (this.family[home] as Cfs).minVruntime;
    return this.vruntime.values[task]! + this.minVruntime - fromNs;
  }

  pick(core: number, nowNs: number): number {
    const left = this.timeline.first;
    if (left === NONE) return NONE;
    const current = this.currentOf(core, nowNs);
    let task = left;
    if (this.next !== NONE && !this.isFarBehind(left, this.next)) task = this.next;
    else if (this.last !== NONE && !this.isFarBehind(left, this.last)) task = this.last;
    this.timeline.remove(task);
    if (task !== current) this.clearBuddies(task);
    this.start(task, current);
    return task;
  }

  preempts(newcomer: number, running: number, _nowNs: number): boolean {
    const isManyTasks = this.count >= LATENCY_TASKS;
    if (!this.isIdle(running) || this.isIdle(newcomer)) {
      if (this.isIdle(newcomer) || this.tasks.priority[newcomer] === BATCH) return false;
      this.update(running);
      if (!this.isFarBehind(newcomer, running)) return false;
      this.next = newcomer;
    }
    if (isManyTasks && !this.isIdle(running)) this.last = running;
    return true;
  }

  /** The kernel's periodic check of the running task against its slice. */
  tick(running: number, _nowNs: number): boolean {
    this.update(running);
    const left = this.timeline.first;
    if (left === NONE) return false;
    const sliceNs = this.sliceNs(running);
    const ranNs = this.turnNs.values[running]!;
    if (ranNs > sliceNs) {
      this.clearBuddies(running);
      return true;
    }
    return ranNs >= this.minGranularityNs && this.vruntime.values[running]! - this.vruntime.values[left]! > sliceNs;
  }

  /** CFS draws no conclusion from an update alone. */
  refresh(running: number): boolean {
    this.update(running);
    return false;
  }

  untilDueNs(_running: number): number {
    return Infinity;
  }

  before(a: number, b: number): boolean {
    return this.vruntime.values[a]! < this.vruntime.values[b]!;
  }

  /** A waiting task leaves for another queue, with its distance from this queue's virtual time. */
  remove(task: number, _nowNs: number): void {
    this.updateRunning();
    this.timeline.remove(task);
    this.unaccount(task);
    this.clearBuddies(task);
    this.vruntime.values[task]! -= this.minVruntime;
    this.home.values[task] = CARRIED;
    this.updateMinVruntime();
  }

  stealable(_nowNs: number): number {
    return this.timeline.first;
  }

  protected update(task: number): void {
    const pendingNs = this.pendingNs.values[task]!;
    if (pendingNs === 0) return;
    this.pendingNs.values[task] = 0;
    this.vruntime.values[task]! += virtualNs(pendingNs, this.load.values[task]!);
    this.updateMinVruntime();
  }

  protected insert(task: number): void {
    this.timeline.push(task, this.vruntime.values[task]!, this.nextInsertion());
  }

  protected leave(task: number, _isExit: boolean): void {
    this.unaccount(task);
    this.clearBuddies(task);
    this.updateMinVruntime();
  }

  private updateMinVruntime(): void {
    const vruntime = this.vruntime.values;
    let least = this.timeline.size > 0 ? vruntime[this.timeline.first]! : Infinity;
    for (const task of this.running) least = Math.min(least, vruntime[task]!);
    if (least !== Infinity) this.minVruntime = Math.max(this.minVruntime, least);
  }

  /** The task's part of a period in which everybody runs once. */
  private sliceNs(task: number): number {
    const periodNs = this.count > LATENCY_TASKS ? this.count * this.minGranularityNs : this.latencyNs;
    const leastNs = this.isIdle(task) && this.idleCount < this.count ? IDLE_MIN_GRANULARITY_NS : this.minGranularityNs;
    return Math.max(leastNs, Math.floor((periodNs * this.load.values[task]!) / this.loadSum));
  }

  /** How far behind the queue's virtual time a sleeper may come back. Half of the threshold: GENTLE_FAIR_SLEEPERS. */
  private sleeperCreditNs(task: number): number {
    return Math.floor((this.isIdle(task) ? this.minGranularityNs : this.latencyNs) / 2);
  }

  /** Is `task` behind `other` by more than the wake-up granularity, in its own virtual time? */
  private isFarBehind(task: number, other: number): boolean {
    const vruntime = this.vruntime.values;
    return vruntime[other]! - vruntime[task]! > (this.wakeupGranularityNs * NICE_0_WEIGHT) / this.load.values[task]!;
  }

  private clearBuddies(task: number): void {
    if (this.next === task) this.next = NONE;
    if (this.last === task) this.last = NONE;
  }
}

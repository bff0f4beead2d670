/**
 * Earliest eligible virtual deadline first as in Linux 6.12: of the tasks that were served no more than their share, the one with the
 * earliest virtual deadline is next. A sleeper gets no credit: it comes back with the lag it left with.
 * Source: kernel/sched/fair.c and features.h of 6.12.117; Stoica et al. 1995. Rules restated, features at their defaults (PLACE_LAG,
 * PLACE_DEADLINE_INITIAL, PLACE_REL_DEADLINE, RUN_TO_PARITY, PREEMPT_SHORT, DELAY_DEQUEUE, DELAY_ZERO, WAKEUP_PREEMPTION on;
 * NEXT_BUDDY, HRTICK off). Times in integer ns; virtual times are those of a nice-0 task.
 *
 * V is the weighted mean of all virtual runtimes v, so the sum of w (V - v) is 0. A slice is granted as a deadline; that it has passed
 * is noticed where virtual time is brought up to date: at the tick, and when another task wakes.
 * Left out: control groups and bandwidth limits, sched_yield, changes of weight while a task is queued.
 */
import { CARRIED, FairQueue, type FairOptions } from '../linux/fair-queue.ts';
import { BATCH, NICE_0_WEIGHT, tunableFactor, virtualNs } from '../linux/load-weight.ts';
import { type EnqueueCause, MOVED, NEW } from '../policy.ts';
import { type Column, NONE, type TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

/** fair.c: sysctl_sched_base_slice of one CPU. */
const BASE_SLICE_NS = 700_000;
/** Tick of a kernel with HZ = 250, Debian's. */
const DEFAULT_TICK_NS = 4_000_000;

export interface EevdfOptions extends FairOptions {
  /** Lag is bounded by two slices or one tick, whichever is longer. Default 4 ms. */
  readonly tickNs?: number;
  /** Slice that a task asked for (sched_setattr; 0.1 to 100 ms), asked at each enqueue; undefined: the base slice. */
  readonly sliceNsOf?: (task: number) => number | undefined;
}

/** Where a queued task is: nowhere (it runs), among the candidates, or among those that were not eligible when last looked at. */
const OUT = 0;
const CANDIDATE = 1;
const AHEAD = 2;

export class Eevdf extends FairQueue {
  private readonly baseSliceNs: number;
  private readonly tickNs: number;
  private readonly sliceNsOf: ((task: number) => number | undefined) | undefined;
  private readonly deadline: Column;
  /** V - v as the task left the queue. */
  private readonly lag: Column;
  private readonly slice: Column;
  /** Deadline as the task got the core; while it is still the same, the task runs on as long as it is eligible. */
  private readonly protectedDeadline: Column;
  /** 1: asleep, but competing until it is picked, to pay for what it got too much. */
  private readonly delayed: Column;
  /** 1: the running task should be exchanged. */
  private readonly resched: Column;
  private readonly place: Column;
  /**
   * Waiting tasks. The earliest deadline among `candidates` is the answer if it is eligible; those that turn out not to be go to
   * `ahead`, ordered by v, and come back once V has reached them. V rarely steps back, so each task moves about once a turn.
   */
  private readonly candidates: TaskHeap;
  private readonly ahead: TaskHeap;
  /** V = origin + weighted / loadSum, where `weighted` sums w (v - origin): small numbers keep the sum exact. */
  private origin = 0;
  private weighted = 0;
  private delayedCount = 0;

  constructor(tasks: TaskTable, options: EevdfOptions = {}, sibling?: Eevdf) {
    super(tasks, options, sibling);
    this.baseSliceNs = tunableFactor(options.cpus ?? 1) * BASE_SLICE_NS;
    this.tickNs = options.tickNs ?? DEFAULT_TICK_NS;
    this.sliceNsOf = options.sliceNsOf;
    this.deadline = sibling?.deadline ?? tasks.column();
    this.lag = sibling?.lag ?? tasks.column();
    this.slice = sibling?.slice ?? tasks.column();
    this.protectedDeadline = sibling?.protectedDeadline ?? tasks.column();
    this.delayed = sibling?.delayed ?? tasks.column();
    this.resched = sibling?.resched ?? tasks.column();
    this.place = sibling?.place ?? tasks.column();
    this.candidates = new TaskHeap(tasks);
    this.ahead = new TaskHeap(tasks);
  }

  get waiting(): number {
    return this.candidates.size + this.ahead.size - this.delayedCount;
  }

  enqueue(task: number, cause: EnqueueCause, _nowNs: number): void {
    const isKnown = this.isKnown(task) && cause !== NEW;
    if (!isKnown) {
      this.lag.values[task] = 0;
      this.delayed.values[task] = 0;
    }
    if (this.delayed.values[task] === 1) {
      const home = this.family[this.home.values[task]!] as Eevdf;
      if (home === this) return this.requeue(task);
      home.finishDelayed(task);
    }
    this.updateRunning();
    this.settle(task, cause === NEW, isKnown && cause === MOVED && this.home.values[task] === CARRIED);
    this.account(task);
    this.addToSum(task);
    this.insert(task);
  }

  pick(core: number, nowNs: number): number {
    for (;;) {
      if (this.candidates.size + this.ahead.size === 0) return NONE;
      const current = this.currentOf(core, nowNs);
      const isProtected = current !== NONE && this.isProtected(current) && this.isEligible(current);
      const task = isProtected ? current : this.firstEligible();
      if (this.delayed.values[task] === 1) {
        this.finishDelayed(task);
        continue;
      }
      this.takeOut(task);
      this.start(task, current);
      this.resched.values[task] = 0;
      if (task !== current) this.protectedDeadline.values[task] = this.deadline.values[task]!;
      return task;
    }
  }

  preempts(newcomer: number, running: number, _nowNs: number): boolean {
    if (this.resched.values[running] === 1) return true;
    if (this.isIdle(running) !== this.isIdle(newcomer)) {
      if (this.isIdle(running)) this.cancelProtection(running);
      return this.isIdle(running);
    }
    if (this.isIdle(newcomer) || this.tasks.priority[newcomer] === BATCH) return false;
    this.update(running);
    if (this.isUrgent(newcomer, running)) this.cancelProtection(running);
    const isOn = this.isEligible(running);
    if (isOn && this.isProtected(running)) return this.resched.values[running] === 1;
    const isBest = this.firstEligible() === newcomer && this.isEligible(newcomer) && !(isOn && this.deadline.values[running]! < this.deadline.values[newcomer]!);
    return isBest || this.resched.values[running] === 1;
  }

  tick(running: number, _nowNs: number): boolean {
    return this.refresh(running);
  }

  refresh(running: number): boolean {
    this.update(running);
    return this.resched.values[running] === 1;
  }

  untilDueNs(running: number): number {
    const load = this.load.values[running]!;
    const vruntime = this.vruntime.values[running]!;
    let virtual = this.deadline.values[running]! - vruntime;
    // As it runs, V follows at load / loadSum of its pace.
    if (!this.isProtected(running) && this.count > 1) virtual = Math.min(virtual, ((this.averageNs() - vruntime) * this.loadSum) / (this.loadSum - load));
    return Math.max(0, Math.ceil((virtual * load) / NICE_0_WEIGHT));
  }

  before(a: number, b: number): boolean {
    return this.deadline.values[a]! < this.deadline.values[b]!;
  }

  /** A waiting task leaves for another queue with its lag and what is left of its slice. */
  remove(task: number, _nowNs: number): void {
    this.updateRunning();
    this.lag.values[task] = this.lagNs(task);
    this.deadline.values[task]! -= this.vruntime.values[task]!;
    this.withdraw(task);
    this.home.values[task] = CARRIED;
  }

  stealable(_nowNs: number): number {
    const task = this.candidates.size + this.ahead.size === 0 ? NONE : this.firstEligible();
    return task !== NONE && this.delayed.values[task] === 1 ? NONE : task;
  }

  /** For tests and figures: V - v of a queued task, times its weight over that of nice 0. */
  lagOf(task: number): number {
    return ((this.averageNs() - this.vruntime.values[task]!) * this.load.values[task]!) / NICE_0_WEIGHT;
  }

  protected update(task: number): void {
    const pendingNs = this.pendingNs.values[task]!;
    if (pendingNs === 0) return;
    this.pendingNs.values[task] = 0;
    const load = this.load.values[task]!;
    const stepNs = virtualNs(pendingNs, load);
    this.vruntime.values[task]! += stepNs;
    this.weighted += stepNs * load;
    const isSliceUsed = this.grantSlice(task);
    if (this.count === 1) return;
    // A task past its first slice has no protection left: it goes as soon as it is seen to have more than its share.
    if (isSliceUsed || (!this.isProtected(task) && !this.isEligible(task))) this.resched.values[task] = 1;
  }

  protected insert(task: number): void {
    this.candidates.push(task, this.deadline.values[task]!, this.nextInsertion());
    this.place.values[task] = CANDIDATE;
  }

  /** A sleeper with more than its share stays in the competition until it is picked (DELAY_DEQUEUE). */
  protected leave(task: number, isExit: boolean): void {
    if (!isExit && !this.isEligible(task)) {
      this.delayed.values[task] = 1;
      this.delayedCount += 1;
      this.insert(task);
      return;
    }
    this.lag.values[task] = this.lagNs(task);
    this.withdraw(task);
  }

  /** A sleeper that still competes woke up again: it goes on as it is, but with no more than its share (DELAY_ZERO). */
  private requeue(task: number): void {
    const lagNs = this.lagNs(task);
    if (lagNs > 0) {
      this.withdraw(task);
      this.lag.values[task] = 0;
      this.settle(task, false, false);
      this.account(task);
      this.addToSum(task);
      this.insert(task);
    }
    this.delayed.values[task] = 0;
    this.delayedCount -= 1;
  }

  /** A sleeper's competition is over: it keeps at most a debt. */
  private finishDelayed(task: number): void {
    this.lag.values[task] = Math.min(0, this.lagNs(task));
    this.withdraw(task);
    this.delayed.values[task] = 0;
    this.delayedCount -= 1;
  }

  /** Virtual runtime and deadline of a task that joins, so that its lag *after* joining is the one it left with. */
  private settle(task: number, isNew: boolean, keepsDeadline: boolean): void {
    const load = this.tasks.weight[task]! * this.weightScale;
    const sliceNs = (this.slice.values[task] = this.sliceNsOf?.(task) ?? this.baseSliceNs);
    let lagNs = 0;
    if (this.count > 0) lagNs = Math.trunc((this.lag.values[task]! * (this.loadSum + load)) / this.loadSum);
    const vruntime = (this.vruntime.values[task] = this.averageNs() - lagNs);
    if (keepsDeadline) {
      this.deadline.values[task]! += vruntime;
      return;
    }
    const grantNs = virtualNs(sliceNs, load);
    // The others are, on average, halfway through their slices.
    this.deadline.values[task] = vruntime + (isNew ? Math.floor(grantNs / 2) : grantNs);
  }

  /** Has the task reached its deadline? Then it gets another slice. */
  private grantSlice(task: number): boolean {
    if (this.vruntime.values[task]! < this.deadline.values[task]!) return false;
    this.deadline.values[task] = this.vruntime.values[task]! + virtualNs(this.slice.values[task]!, this.load.values[task]!);
    return true;
  }

  /** V, rounded down. Moves the origin there. */
  private averageNs(): number {
    if (this.count === 0) return this.origin;
    const stepNs = Math.floor(this.weighted / this.loadSum);
    this.origin += stepNs;
    this.weighted -= stepNs * this.loadSum;
    return this.origin;
  }

  /** V - v, within two slices or a tick. */
  private lagNs(task: number): number {
    const limitNs = virtualNs(Math.max(2 * this.slice.values[task]!, this.tickNs), this.load.values[task]!);
    return Math.min(limitNs, Math.max(-limitNs, this.averageNs() - this.vruntime.values[task]!));
  }

  /** v <= V, without the division. */
  private isEligible(task: number): boolean {
    return this.weighted >= (this.vruntime.values[task]! - this.origin) * this.loadSum;
  }

  /** The waiting task that is eligible and has the earliest deadline; some are waiting. */
  private firstEligible(): number {
    const { candidates, ahead, place } = this;
    while (ahead.size > 0 && this.isEligible(ahead.first)) {
      const task = ahead.pop();
      candidates.push(task, this.deadline.values[task]!, ahead.minorOf(task));
      place.values[task] = CANDIDATE;
    }
    while (candidates.size > 0 && !this.isEligible(candidates.first)) {
      const task = candidates.pop();
      ahead.push(task, this.vruntime.values[task]!, candidates.minorOf(task));
      place.values[task] = AHEAD;
    }
    // Where only running tasks are owed service nobody is eligible: then the one nearest to V.
    return candidates.size > 0 ? candidates.first : ahead.first;
  }

  private isProtected(task: number): boolean {
    return this.protectedDeadline.values[task] === this.deadline.values[task];
  }

  private cancelProtection(task: number): void {
    if (this.isProtected(task)) this.protectedDeadline.values[task]! += 1;
  }

  /** A newcomer with a shorter slice need not respect the slice of the task that runs (PREEMPT_SHORT). */
  private isUrgent(newcomer: number, running: number): boolean {
    if (this.slice.values[newcomer]! >= this.slice.values[running]! || !this.isEligible(newcomer)) return false;
    return this.deadline.values[newcomer]! < this.deadline.values[running]! || !this.isEligible(running);
  }

  private addToSum(task: number): void {
    this.weighted += (this.vruntime.values[task]! - this.origin) * this.load.values[task]!;
  }

  /** Takes a task out of the queue and its sums. */
  private withdraw(task: number): void {
    this.takeOut(task);
    this.weighted -= (this.vruntime.values[task]! - this.origin) * this.load.values[task]!;
    this.unaccount(task);
    if (this.count === 0) this.weighted = 0;
  }

  private takeOut(task: number): void {
    const place = this.place.values[task]!;
    if (place === CANDIDATE) this.candidates.remove(task);
    else if (place === AHEAD) this.ahead.remove(task);
    this.place.values[task] = OUT;
  }
}

/**
 * What CFS and EEVDF have in common as run queues: virtual runtime per task, who runs, and when CPU time turns into virtual time.
 *
 * The kernel brings a running task's virtual time up to date only at certain points (its tick, an enqueue, a decision), and some rules
 * see it stale. So service is booked at once, and collected in `pendingNs` until the policy calls `update`.
 *
 * One object is the queue of one core, or of several that share it; then several tasks run. Queues of several cores are made as
 * siblings: they share the columns, so that a task keeps its account when it changes queue.
 */
import { EXITED, type EnqueueCause, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import { type Column, NONE, type TaskTable } from '../tasks.ts';
import { IDLE, NICE_0_WEIGHT } from './load-weight.ts';

export interface FairOptions {
  /** CPUs of the machine: slices grow with them. Default 1. */
  readonly cpus?: number;
  /** Value of the task column `weight` that stands for nice 0. Default 1024: the column holds the kernel's weights. */
  readonly nice0Weight?: number;
}

/** The task's account is relative, on its way to another queue. */
export const CARRIED = -1;

export abstract class FairQueue implements Policy {
  readonly needsCharge = true;
  protected readonly tasks: TaskTable;
  /** Per task, in columns shared among siblings: virtual runtime (ns of a nice-0 task). */
  protected readonly vruntime: Column;
  /** Kernel weight, as of its last enqueue. */
  protected readonly load: Column;
  /** CPU time since it was given the core in exchange for another task. */
  protected readonly turnNs: Column;
  protected readonly pendingNs: Column;
  /** Whom the columns are about: serial number + 1, since slots are reused. */
  private readonly owner: Column;
  /** Index of the queue that the task was in last, CARRIED after it was taken out to be moved. */
  protected readonly home: Column;
  protected readonly family: FairQueue[];
  private readonly index: number;

  protected readonly running: number[] = [];
  /** Tasks here, running ones and (EEVDF) sleepers that still compete included, and their weights. */
  protected count = 0;
  protected loadSum = 0;
  protected idleCount = 0;
  /** Counts up with every insertion: among equal keys the earlier one stays first. */
  private insertions = 0;
  protected readonly weightScale: number;
  /** Who was put back last, by which core and when: at that instant it is still the current task to the rules. */
  private lastPut = NONE;
  private lastPutCore = 0;
  private lastPutNs = -1;

  constructor(tasks: TaskTable, options: FairOptions, sibling?: FairQueue) {
    this.tasks = tasks;
    this.weightScale = NICE_0_WEIGHT / (options.nice0Weight ?? NICE_0_WEIGHT);
    this.vruntime = sibling?.vruntime ?? tasks.column();
    this.load = sibling?.load ?? tasks.column();
    this.turnNs = sibling?.turnNs ?? tasks.column();
    this.pendingNs = sibling?.pendingNs ?? tasks.column();
    this.owner = sibling?.owner ?? tasks.column();
    this.home = sibling?.home ?? tasks.column();
    this.family = sibling?.family ?? [];
    this.index = this.family.push(this) - 1;
  }

  abstract readonly waiting: number;

  get queuedWeight(): number {
    return this.loadSum / this.weightScale;
  }

  abstract enqueue(task: number, cause: EnqueueCause, nowNs: number): void;
  abstract pick(core: number, nowNs: number): number;
  abstract preempts(newcomer: number, running: number, nowNs: number): boolean;
  abstract remove(task: number, nowNs: number): void;
  abstract stealable(nowNs: number): number;
  abstract tick(running: number, nowNs: number): boolean;
  abstract before(a: number, b: number): boolean;
  /** Turns the task's pending CPU time into virtual time. */
  protected abstract update(task: number): void;
  /** The same, asked from outside; true: the core should decide again. */
  abstract refresh(running: number): boolean;
  /** CPU time of the running task, just refreshed, until another refresh would answer true; Infinity if none ever does. */
  abstract untilDueNs(running: number): number;
  /** Puts a ready task among those that wait. */
  protected abstract insert(task: number): void;
  /** The running task sleeps or is gone. */
  protected abstract leave(task: number, isExit: boolean): void;

  charge(task: number, ranNs: number, _nowNs: number): void {
    this.tasks.serve(task, ranNs);
    this.pendingNs.values[task]! += ranNs;
    this.turnNs.values[task]! += ranNs;
  }

  put(task: number, cause: PutCause, nowNs: number, core: number): void {
    this.update(task);
    this.running.splice(this.running.indexOf(task), 1);
    if (cause === PREEMPTED) {
      this.insert(task);
      this.lastPut = task;
      this.lastPutCore = core;
      this.lastPutNs = nowNs;
    } else this.leave(task, cause === EXITED);
  }

  quantumNs(_running: number, _nowNs: number): number {
    return Infinity;
  }

  burstNs(running: number): number {
    return this.tasks.remainingNs[running]!;
  }

  /** The task that `core` is just about to exchange, or NONE: put back at this very instant, so no other class ran between. */
  protected currentOf(core: number, nowNs: number): number {
    return this.lastPutNs === nowNs && this.lastPutCore === core ? this.lastPut : NONE;
  }

  /** `task`, no longer waiting, has the core now. A task that goes on keeps its turn. */
  protected start(task: number, current: number): void {
    this.running.push(task);
    this.lastPut = NONE;
    if (task !== current) this.turnNs.values[task] = 0;
  }

  protected updateRunning(): void {
    for (const task of this.running) this.update(task);
  }

  /** Takes the task into the sums. */
  protected account(task: number): void {
    const load = this.tasks.weight[task]! * this.weightScale;
    this.load.values[task] = load;
    this.owner.values[task] = this.tasks.serial[task]! + 1;
    this.home.values[task] = this.index;
    this.loadSum += load;
    this.count += 1;
    if (this.isIdle(task)) this.idleCount += 1;
  }

  protected unaccount(task: number): void {
    this.loadSum -= this.load.values[task]!;
    this.count -= 1;
    if (this.isIdle(task)) this.idleCount -= 1;
    if (this.lastPut === task) this.lastPut = NONE;
  }

  /** Was the task here, or in a sibling, before? */
  protected isKnown(task: number): boolean {
    return this.owner.values[task] === this.tasks.serial[task]! + 1;
  }

  protected nextInsertion(): number {
    return this.insertions++;
  }

  protected isIdle(task: number): boolean {
    return this.tasks.priority[task] === IDLE;
  }
}

/**
 * Real-time queue with static priorities: the highest runs until it blocks or a higher one comes. Among equals the order is that of
 * becoming ready; a task that a higher one interrupted stays first of its priority (SCHED_FIFO), and may be given turns of 100 ms
 * among equals (SCHED_RR). Source: sched(7), kernel/sched/rt.c of Linux 6.1. The task column `priority`: larger first.
 */
import { type EnqueueCause, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import type { Column, TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

/** include/linux/sched/rt.h: RR_TIMESLICE. */
const RR_SLICE_NS = 100_000_000;

export interface FifoOptions {
  /** Tasks that take turns with their equals; counted at the tick, as the kernel does. Default: none. */
  readonly isRoundRobin?: (task: number) => boolean;
  readonly tickNs?: number;
}

export class Fifo implements Policy {
  readonly needsCharge = false;
  private readonly tasks: TaskTable;
  private readonly isRoundRobin: (task: number) => boolean;
  private readonly sliceTicks: number;
  private readonly line: TaskHeap;
  /** Place among equals, per task. */
  private readonly ticket: Column;
  private readonly ticksUsed: Column;
  private tickets = 0;

  constructor(tasks: TaskTable, options: FifoOptions = {}) {
    this.tasks = tasks;
    this.isRoundRobin = options.isRoundRobin ?? (() => false);
    this.sliceTicks = Math.max(1, Math.floor(RR_SLICE_NS / (options.tickNs ?? RR_SLICE_NS)));
    this.line = new TaskHeap(tasks);
    this.ticket = tasks.column();
    this.ticksUsed = tasks.column();
  }

  get waiting(): number {
    return this.line.size;
  }

  enqueue(task: number, _cause: EnqueueCause, _nowNs: number): void {
    this.ticket.values[task] = this.tickets++;
    this.ticksUsed.values[task] = 0;
    this.insert(task);
  }

  pick(_core: number, _nowNs: number): number {
    return this.line.pop();
  }

  charge(task: number, ranNs: number, _nowNs: number): void {
    this.tasks.serve(task, ranNs);
  }

  put(task: number, cause: PutCause, _nowNs: number, _core: number): void {
    if (cause === PREEMPTED) this.insert(task);
  }

  preempts(newcomer: number, running: number, _nowNs: number): boolean {
    return this.tasks.priority[newcomer]! > this.tasks.priority[running]!;
  }

  before(a: number, b: number): boolean {
    const difference = this.tasks.priority[a]! - this.tasks.priority[b]!;
    return difference === 0 ? this.ticket.values[a]! < this.ticket.values[b]! : difference > 0;
  }

  /** A turn is over only where an equal waits for it. */
  tick(running: number, _nowNs: number): boolean {
    if (!this.isRoundRobin(running)) return false;
    this.ticksUsed.values[running]! += 1;
    if (this.ticksUsed.values[running]! < this.sliceTicks) return false;
    this.ticksUsed.values[running] = 0;
    const { first } = this.line;
    if (first < 0 || this.tasks.priority[first] !== this.tasks.priority[running]) return false;
    this.ticket.values[running] = this.tickets++;
    return true;
  }

  quantumNs(_running: number, _nowNs: number): number {
    return Infinity;
  }

  burstNs(running: number): number {
    return this.tasks.remainingNs[running]!;
  }

  remove(task: number, _nowNs: number): void {
    this.line.remove(task);
  }

  stealable(_nowNs: number): number {
    return this.line.first;
  }

  private insert(task: number): void {
    this.line.push(task, -this.tasks.priority[task]!, this.ticket.values[task]!);
  }
}

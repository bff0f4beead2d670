/**
 * Round robin: a ring; each task has the core for at most one quantum, then goes to the end. A task that a higher level preempted in
 * the middle of its quantum stays first and uses up the rest.
 */
import { type EnqueueCause, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import type { Column, TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

export class RoundRobin implements Policy {
  readonly needsCharge = false;
  private readonly tasks: TaskTable;
  private readonly lengthNs: number;
  private readonly ring: TaskHeap;
  /** Place in the ring, per task: a ticket drawn at the end of the line. */
  private readonly ticket: Column;
  private readonly usedNs: Column;
  private tickets = 0;

  constructor(tasks: TaskTable, quantumNs: number) {
    this.tasks = tasks;
    this.lengthNs = quantumNs;
    this.ring = new TaskHeap(tasks);
    this.ticket = tasks.column();
    this.usedNs = tasks.column();
  }

  get waiting(): number {
    return this.ring.size;
  }

  enqueue(task: number, _cause: EnqueueCause, _nowNs: number): void {
    this.toEnd(task);
  }

  pick(_core: number, _nowNs: number): number {
    return this.ring.pop();
  }

  charge(task: number, ranNs: number, _nowNs: number): void {
    this.tasks.serve(task, ranNs);
    this.usedNs.values[task]! += ranNs;
  }

  put(task: number, cause: PutCause, _nowNs: number, _core: number): void {
    if (cause !== PREEMPTED) return;
    if (this.usedNs.values[task]! >= this.lengthNs) this.toEnd(task);
    else this.ring.push(task, this.ticket.values[task]!);
  }

  preempts(_newcomer: number, _running: number, _nowNs: number): boolean {
    return false;
  }

  before(a: number, b: number): boolean {
    return this.ticket.values[a]! < this.ticket.values[b]!;
  }

  quantumNs(running: number, _nowNs: number): number {
    return this.lengthNs - this.usedNs.values[running]!;
  }

  burstNs(running: number): number {
    return this.tasks.remainingNs[running]!;
  }

  remove(task: number, _nowNs: number): void {
    this.ring.remove(task);
  }

  stealable(_nowNs: number): number {
    return this.ring.first;
  }

  private toEnd(task: number): void {
    this.usedNs.values[task] = 0;
    this.ticket.values[task] = this.tickets++;
    this.ring.push(task, this.ticket.values[task]!);
  }
}

/** What the policies that serve by a fixed key have in common: FCFS, SPN and SRT differ only in key and preemption. */
import { type EnqueueCause, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import type { TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

export abstract class OrderedPolicy implements Policy {
  abstract readonly needsCharge: boolean;
  protected readonly tasks: TaskTable;
  protected readonly heap: TaskHeap;

  constructor(tasks: TaskTable) {
    this.tasks = tasks;
    this.heap = new TaskHeap(tasks);
  }

  /** Key of a task at this moment; smaller is served first, equals by arrival and serial number. */
  protected abstract keyOf(task: number): number;

  get waiting(): number {
    return this.heap.size;
  }

  enqueue(task: number, _cause: EnqueueCause, _nowNs: number): void {
    this.heap.push(task, this.keyOf(task));
  }

  pick(_core: number, _nowNs: number): number {
    return this.heap.pop();
  }

  charge(task: number, ranNs: number, _nowNs: number): void {
    this.tasks.serve(task, ranNs);
  }

  put(task: number, cause: PutCause, _nowNs: number, _core: number): void {
    if (cause === PREEMPTED) this.heap.push(task, this.keyOf(task));
  }

  preempts(_newcomer: number, _running: number, _nowNs: number): boolean {
    return false;
  }

  before(a: number, b: number): boolean {
    const difference = this.keyOf(a) - this.keyOf(b);
    return difference === 0 ? this.tasks.isEarlier(a, b) : difference < 0;
  }

  quantumNs(_running: number, _nowNs: number): number {
    return Infinity;
  }

  burstNs(running: number): number {
    return this.tasks.remainingNs[running]!;
  }

  remove(task: number, _nowNs: number): void {
    this.heap.remove(task);
  }

  stealable(_nowNs: number): number {
    return this.heap.first;
  }
}

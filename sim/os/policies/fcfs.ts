/**
 * First come, first served; never preempts inside its queue. Order is that of becoming ready here, not of creation: a task that
 * slept goes to the end, one that was preempted by a higher level keeps its place.
 */
import { type EnqueueCause, MOVED } from '../policy.ts';
import type { Column, TaskTable } from '../tasks.ts';
import { OrderedPolicy } from './ordered.ts';

export class Fcfs extends OrderedPolicy {
  readonly needsCharge = false;
  private readonly readySince: Column;

  constructor(tasks: TaskTable) {
    super(tasks);
    this.readySince = tasks.column();
  }

  override enqueue(task: number, cause: EnqueueCause, nowNs: number): void {
    this.readySince.values[task] = nowNs;
    super.enqueue(task, cause, nowNs);
  }

  rejoin(task: number, nowNs: number): void {
    this.readySince.values[task] = this.tasks.readyNs[task]!;
    super.enqueue(task, MOVED, nowNs);
  }

  protected keyOf(task: number): number {
    return this.readySince.values[task]!;
  }
}

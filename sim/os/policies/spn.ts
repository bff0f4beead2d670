/**
 * Shortest process next: the smallest (estimated) demand first, never preempted inside its queue. A task that was started and then
 * preempted by a higher level goes on before any that was not: its key is below every demand. Of several such, with several cores,
 * the last one to lose its core is first, so that a core that decides again keeps its task.
 */
import { PREEMPTED, type PutCause } from '../policy.ts';
import type { Column, TaskTable } from '../tasks.ts';
import { OrderedPolicy } from './ordered.ts';

export class Spn extends OrderedPolicy {
  readonly needsCharge = false;
  /** Number of its last loss of a core, per task. */
  private readonly loss: Column;
  private losses = 0;

  constructor(tasks: TaskTable) {
    super(tasks);
    this.loss = tasks.column();
  }

  override put(task: number, cause: PutCause, nowNs: number, core: number): void {
    if (cause === PREEMPTED) this.loss.values[task] = ++this.losses;
    super.put(task, cause, nowNs, core);
  }

  protected keyOf(task: number): number {
    const { remainingNs, sizeNs, estimateNs } = this.tasks;
    return remainingNs[task]! < sizeNs[task]! ? -this.loss.values[task]! : estimateNs[task]!;
  }
}

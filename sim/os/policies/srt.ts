/**
 * Shortest remaining time, preemptive: SPN's preemptive form. What is compared is the estimate less the service already had; with a
 * wrong estimate it may reach 0 before the task ends, and then stays there. An equal newcomer does not preempt.
 */
import { OrderedPolicy } from './ordered.ts';

export class Srt extends OrderedPolicy {
  readonly needsCharge = true;

  protected keyOf(task: number): number {
    const { remainingNs, sizeNs, estimateNs } = this.tasks;
    return Math.max(0, estimateNs[task]! - (sizeNs[task]! - remainingNs[task]!));
  }

  override preempts(newcomer: number, running: number, _nowNs: number): boolean {
    return this.keyOf(newcomer) < this.keyOf(running);
  }

  /** The further burst may be longer than what others wait with. */
  continues(running: number, nowNs: number): boolean {
    return this.heap.size > 0 && this.preempts(this.heap.first, running, nowNs);
  }
}

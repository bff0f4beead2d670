/**
 * Shortest process next: the smallest (estimated) demand first, never preempted inside its queue. A task that was started and then
 * preempted by a higher level goes on before any that was not: its key is below every demand.
 */
import { OrderedPolicy } from './ordered.ts';

/** Below every demand, which is at least 0. */
const STARTED = -1;

export class Spn extends OrderedPolicy {
  readonly needsCharge = false;

  protected keyOf(task: number): number {
    const { remainingNs, sizeNs, estimateNs } = this.tasks;
    return remainingNs[task]! < sizeNs[task]! ? STARTED : estimateNs[task]!;
  }
}

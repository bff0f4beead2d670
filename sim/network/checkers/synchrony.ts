/**
 * Partial synchrony holds: every message sent at t arrives, and by max(t, GST) + delta (faults/partial-synchrony.ts). What breaks it is
 * seldom the network itself: a loss below, or a transport that sends again after its own timeout.
 */
import type { Failing } from '../../invariant.ts';
import { formatNs } from '../../time.ts';
import { deadlineNs, type SynchronyBound } from '../faults/partial-synchrony.ts';

export class SynchronyChecker {
  readonly name = 'synchrony';
  /** Longest time a message took that was sent at or after GST. */
  worstAfterGstNs = 0;
  private readonly sim: Failing;
  private readonly bound: SynchronyBound;
  private readonly pending = new Map<number, number>();

  constructor(sim: Failing, bound: SynchronyBound) {
    this.sim = sim;
    this.bound = bound;
  }

  /** A message, by a number of the caller's. */
  send(message: number, nowNs: number): void {
    this.pending.set(message, nowNs);
  }

  deliver(message: number, nowNs: number): void {
    const sentNs = this.pending.get(message);
    if (sentNs === undefined) this.sim.fail(`${this.name}: message ${message} delivered and not pending; required: once, after it was sent`);
    this.pending.delete(message);
    if (nowNs < sentNs) this.sim.fail(`${this.name}: message ${message} sent at ${formatNs(sentNs)} delivered before, at ${formatNs(nowNs)}`);
    if (nowNs > deadlineNs(this.bound, sentNs)) this.late(message, sentNs, `delivered at ${formatNs(nowNs)}`);
    if (sentNs >= this.bound.gstNs) this.worstAfterGstNs = Math.max(this.worstAfterGstNs, nowNs - sentNs);
  }

  /** The run ends now: what is still on its way must have time left. */
  finish(nowNs: number): void {
    for (const [message, sentNs] of this.pending) if (nowNs > deadlineNs(this.bound, sentNs)) this.late(message, sentNs, `not delivered by ${formatNs(nowNs)}`);
  }

  private late(message: number, sentNs: number, found: string): never {
    const { gstNs, deltaNs } = this.bound;
    this.sim.fail(`${this.name}: message ${message} sent at ${formatNs(sentNs)} ${found}; required: by ${formatNs(deadlineNs(this.bound, sentNs))} (GST ${formatNs(gstNs)}, delta ${formatNs(deltaNs)})`);
  }
}

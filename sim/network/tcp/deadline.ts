/**
 * A timer that is moved far more often than it fires. Moving it later only writes down the new instant: the event that is pending finds on
 * arrival that it is early and goes to sleep again. So an acknowledgement costs no cancel and no insertion.
 */
import type { Simulation } from '../../simulation.ts';

export class Deadline {
  /** Infinity: not set. */
  atNs = Infinity;
  private readonly sim: Simulation;
  private readonly code: number;
  private readonly target: number;
  private pendingNs = Infinity;
  private handle = 0;

  constructor(sim: Simulation, code: number, target: number) {
    this.sim = sim;
    this.code = code;
    this.target = target;
  }

  set(atNs: number): void {
    this.atNs = atNs;
    if (this.pendingNs <= atNs) return;
    if (this.pendingNs !== Infinity) this.sim.cancel(this.handle);
    this.pendingNs = atNs;
    this.handle = this.sim.scheduleAt(atNs, this.code, this.target);
  }

  clear(): void {
    this.atNs = Infinity;
  }

  /** The event has come: is it time? Then the deadline is no longer set. */
  isDue(): boolean {
    this.pendingNs = Infinity;
    if (this.atNs <= this.sim.now) {
      this.atNs = Infinity;
      return true;
    }
    if (this.atNs !== Infinity) this.set(this.atNs);
    return false;
  }
}

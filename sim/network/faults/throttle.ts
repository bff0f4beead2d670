/** Stage 9: the rate of a port over time. */
import type { Simulation } from '../../simulation.ts';
import type { RateChange } from './plan.ts';

/** Schedules the rate changes of a port. */
export function throttle(sim: Simulation, port: { setRate(rateBps: number): void }, changes: readonly RateChange[]): void {
  for (const { fromNs, rateBps } of changes) sim.after(fromNs - sim.now, () => port.setRate(rateBps));
}

/** The rate at an instant, for messages; `initialBps` before the first change. */
export function rateAt(changes: readonly RateChange[], nowNs: number, initialBps: number): number {
  let rateBps = initialBps;
  for (const change of changes) {
    if (change.fromNs > nowNs) break;
    rateBps = change.rateBps;
  }
  return rateBps;
}

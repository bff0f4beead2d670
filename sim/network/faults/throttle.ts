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

/** The mean rate between two instants. */
export function meanRate(changes: readonly RateChange[], fromNs: number, toNs: number, initialBps: number): number {
  let sum = 0;
  let atNs = fromNs;
  for (const change of changes) {
    if (change.fromNs <= atNs) continue;
    if (change.fromNs >= toNs) break;
    sum += rateAt(changes, atNs, initialBps) * (change.fromNs - atNs);
    atNs = change.fromNs;
  }
  return (sum + rateAt(changes, atNs, initialBps) * (toNs - atNs)) / (toNs - fromNs);
}

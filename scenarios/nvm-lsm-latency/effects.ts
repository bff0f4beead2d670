/** Effects of one arm against another at one value size, paired by replication, as claims and figures show them. */
import { type Effect, meanOf as meanOfSelection, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';

export { type Effect, estimate, percent, percentRange, round6 } from '../testbed/effects.ts';

export const SIZES = [4096, 8192, 16384] as const;

export const sizeTitle = (valueBytes: number): string => (valueBytes % 1024 === 0 ? `${valueBytes / 1024} kB` : `${valueBytes} B`);

/** Value sizes in a result, ascending. */
export function sizesOf(results: ResultSet): number[] {
  return results.distinct('valueBytes').map(Number).sort((a, b) => a - b);
}

/** Relative change of the mean, 95 % interval; undefined where one side is missing. One replication has no interval. */
export function effectOf(results: ResultSet, measure: string, treatment: string, baseline: string, valueBytes: number): Effect | undefined {
  return relativeEffect(results, measure, { arm: treatment, where: { valueBytes } }, { arm: baseline, where: { valueBytes } });
}

/** Mean of a measure over replications, NaN where there is none. */
export function meanOf(results: ResultSet, measure: string, arm: string, valueBytes: number): number {
  return meanOfSelection(results, measure, { arm, where: { valueBytes } });
}

/** Says where the replications are too few to bound an effect; empty where they do. */
export function boundText(effect: Effect | undefined): string {
  if (effect === undefined || effect.n === 1 || effect.high - effect.low < 1) return '';
  return `, though ${effect.n} replications do not bound it`;
}

/** Microseconds with three significant digits. */
export function micros(ns: number): string {
  return Number.isFinite(ns) ? `${Number((ns / 1000).toPrecision(3))} µs` : 'no figure';
}

/** Effects of one arm against another at one value size, paired by replication, as claims and figures show them. */
import { pairedRatioInterval, tInterval } from '../../sim/measure/index.ts';
import type { ResultSet } from '../testbed/result-set.ts';

export const SIZES = [4096, 8192, 16384] as const;

export const sizeTitle = (valueBytes: number): string => (valueBytes % 1024 === 0 ? `${valueBytes / 1024} kB` : `${valueBytes} B`);

/** Value sizes in a result, ascending. */
export function sizesOf(results: ResultSet): number[] {
  return results.distinct('valueBytes').map(Number).sort((a, b) => a - b);
}

export interface Effect {
  readonly mean: number;
  /** Ends of the 95 % interval: equal to the mean for one replication, infinite where the replications bound nothing. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Relative change of the mean, 95 % interval; undefined where one side is missing. One replication has no interval. */
export function effectOf(results: ResultSet, measure: string, treatment: string, baseline: string, valueBytes: number): Effect | undefined {
  const treated = byReplication(results, measure, treatment, valueBytes);
  const based = byReplication(results, measure, baseline, valueBytes);
  const shared = [...treated.keys()].filter((replication) => based.has(replication));
  const pairs = shared.map((replication) => [treated.get(replication)!, based.get(replication)!] as const);
  const base = pairs.reduce((sum, [, value]) => sum + value, 0);
  if (pairs.length === 0 || base === 0) return undefined;
  const mean = pairs.reduce((sum, [value]) => sum + value, 0) / base - 1;
  if (pairs.length === 1) return { mean, low: mean, high: mean, n: 1 };
  const { low, high } = pairedRatioInterval(pairs.map(([value]) => value), pairs.map(([, value]) => value));
  return { mean, low, high, n: pairs.length };
}

function byReplication(results: ResultSet, measure: string, arm: string, valueBytes: number): Map<number, number> {
  return new Map(results.select({ arm, where: { valueBytes } }).flatMap((job) => (job.measures[measure] === undefined ? [] : [[job.replication, job.measures[measure]] as const])));
}

/** Mean of a measure over replications, NaN where there is none. */
export function meanOf(results: ResultSet, measure: string, arm: string, valueBytes: number): number {
  const values = results.values(measure, { arm, where: { valueBytes } });
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean with its 95 % half-width; half-width 0 for a single replication. */
export function estimate(values: readonly number[]): { mean: number; low: number; high: number } {
  if (values.length < 2) return { mean: values[0] ?? NaN, low: values[0] ?? NaN, high: values[0] ?? NaN };
  const { mean, low, high } = tInterval(values);
  return { mean, low, high };
}

/** `−47 %`, `+3.1 %`. */
export function percent(value: number): string {
  if (!Number.isFinite(value)) return 'no figure';
  const text = (100 * value).toFixed(Math.abs(value) < 0.1 ? 1 : 0);
  return `${Number(text) > 0 ? '+' : ''}${text.replace('-', '−')} %`;
}

/** Says where the replications are too few to bound an effect; empty where they do. */
export function boundText(effect: Effect | undefined): string {
  if (effect === undefined || effect.n === 1 || effect.high - effect.low < 1) return '';
  return `, though ${effect.n} replications do not bound it`;
}

/** `−12 to −9.6 %`, or one figure. */
export function percentRange(values: readonly number[]): string {
  const low = percent(Math.min(...values));
  const high = percent(Math.max(...values));
  return values.length === 0 ? 'no figure' : low === high ? low : `${low.replace(' %', '')} to ${high}`;
}

/** Microseconds with three significant digits. */
export function micros(ns: number): string {
  return Number.isFinite(ns) ? `${Number((ns / 1000).toPrecision(3))} µs` : 'no figure';
}

export const round6 = (value: number): number => Number(value.toPrecision(6));

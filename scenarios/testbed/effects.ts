/** Effects and estimates over replications, as figures and sentences show them; verdicts are claims.ts's. */
import { pairedRatioInterval, tInterval } from '../../sim/measure/index.ts';
import type { ResultSet } from './result-set.ts';
import type { Selection } from './scenario.ts';

export interface Effect {
  readonly mean: number;
  /** Ends of the 95 % interval: equal to the mean for one replication, infinite where the replications bound nothing. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** One value a replication of a measure. */
function byReplication(results: ResultSet, measure: string, selection: Selection): Map<number, number> {
  return new Map(results.select(selection).flatMap((job) => (job.measures[measure] === undefined ? [] : [[job.replication, job.measures[measure]] as const])));
}

/** Values of both sides, paired by replication. */
export function pairsOf(results: ResultSet, measure: string, treatment: Selection, baseline: Selection): (readonly [treated: number, based: number])[] {
  const treated = byReplication(results, measure, treatment);
  const based = byReplication(results, measure, baseline);
  return [...treated.keys()].filter((replication) => based.has(replication)).map((replication) => [treated.get(replication)!, based.get(replication)!] as const);
}

/** Relative change of the mean, 95 % interval (Fieller); undefined where one side is missing. One replication has no interval. */
export function relativeEffect(results: ResultSet, measure: string, treatment: Selection, baseline: Selection): Effect | undefined {
  const pairs = pairsOf(results, measure, treatment, baseline);
  const base = pairs.reduce((sum, [, value]) => sum + value, 0);
  if (pairs.length === 0 || base === 0) return undefined;
  const mean = pairs.reduce((sum, [value]) => sum + value, 0) / base - 1;
  if (pairs.length === 1) return { mean, low: mean, high: mean, n: 1 };
  const { low, high } = pairedRatioInterval(pairs.map(([value]) => value), pairs.map(([, value]) => value));
  return { mean, low, high, n: pairs.length };
}

/** Paired difference of the means, 95 % t interval; undefined where one side is missing. */
export function differenceEffect(results: ResultSet, measure: string, treatment: Selection, baseline: Selection): Effect | undefined {
  const pairs = pairsOf(results, measure, treatment, baseline);
  if (pairs.length === 0) return undefined;
  return { ...estimate(pairs.map(([treated, based]) => treated - based)), n: pairs.length };
}

/** Mean with its 95 % t interval; a point for a single replication. */
export function estimate(values: readonly number[]): { mean: number; low: number; high: number } {
  if (values.length < 2) return { mean: values[0] ?? NaN, low: values[0] ?? NaN, high: values[0] ?? NaN };
  const { mean, low, high } = tInterval(values);
  return { mean, low, high };
}

/** Mean of a measure over replications, NaN where there is none. */
export function meanOf(results: ResultSet, measure: string, selection: Selection): number {
  const values = results.values(measure, selection);
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `−47 %`, `+3.1 %`. */
export function percent(value: number): string {
  if (!Number.isFinite(value)) return 'no figure';
  const text = (100 * value).toFixed(Math.abs(value) < 0.1 ? 1 : 0);
  return `${Number(text) > 0 ? '+' : ''}${text.replace('-', '−')} %`;
}

/** `−12 to −9.6 %`, or one figure. */
export function percentRange(values: readonly number[]): string {
  const low = percent(Math.min(...values));
  const high = percent(Math.max(...values));
  return values.length === 0 ? 'no figure' : low === high ? low : `${low.replace(' %', '')} to ${high}`;
}

/** Six significant digits: what a table or a specification needs. */
export const round6 = (value: number): number => Number(value.toPrecision(6));

/** How many replications a result has. */
export const replicationsOf = (results: ResultSet): number => new Set(results.jobs.map((job) => job.replication)).size;

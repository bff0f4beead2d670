/**
 * The price: what a level's p99 loses for each millisecond that the p99 of level 1 gains, against a scheduler without levels at equal
 * load, as a ratio of means over replications on the same jobs. Below 0 the level gains, too.
 */
import { pairedRatioInterval } from '../../sim/measure/index.ts';
import { type Effect, estimate, meanOf, pairsOf, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Selection } from '../testbed/scenario.ts';
import { ARMS, BASELINES, type Baseline, MODES } from './arms.ts';

export interface Point {
  readonly load: number;
  readonly regulatedShare: number;
}

export const at = (arm: string, { load, regulatedShare }: Point): Selection => ({ arm, where: { load, regulatedShare } });
export const hasRun = (results: ResultSet, arm: string, point: Point): boolean => results.select(at(arm, point)).length > 0;
export const mean = (results: ResultSet, measure: string, arm: string, point: Point): number => meanOf(results, measure, at(arm, point));
export const change = (results: ResultSet, measure: string, arm: string, baseline: string, point: Point): Effect | undefined => relativeEffect(results, measure, at(arm, point), at(baseline, point));

const ascending = (values: readonly unknown[]): number[] => values.map(Number).sort((a, b) => a - b);

/** Points of the grid at which regulated queues ran. */
export function pointsOf(results: ResultSet): Point[] {
  return ascending(results.distinct('load')).flatMap((load) => ascending(results.distinct('regulatedShare')).map((regulatedShare) => ({ load, regulatedShare }))).filter((point) => MODES.some((mode) => hasRun(results, mode, point)));
}

export const baselinesOf = (results: ResultSet): Baseline[] => BASELINES.filter((baseline) => results.arms().includes(baseline));
export const costArmsOf = (results: ResultSet): string[] => Object.keys(ARMS).filter((arm) => arm.startsWith('pr-') && results.arms().includes(arm));

export interface Price {
  /** Mean changes: ns that level 1 gains, ns that the level loses. */
  readonly gainNs: number;
  readonly lossNs: number;
  /** Loss over gain with its 95 % interval; absent where level 1 gains nothing that can be told from 0, so that nothing has a price. */
  readonly price?: Effect;
}

/** Price of a level's p99 or mean; undefined where a side is missing. */
export function priceOf(results: ResultSet, level: number, arm: string, baseline: string, point: Point, statistic: 'p99' | 'mean' = 'p99'): Price | undefined {
  const gains = pairsOf(results, `${statistic}L1Ns`, at(arm, point), at(baseline, point));
  const losses = pairsOf(results, `${statistic}L${level}Ns`, at(arm, point), at(baseline, point));
  if (gains.length === 0 || gains.length !== losses.length) return undefined;
  const gain = gains.map(([treated, based]) => based - treated);
  const loss = losses.map(([treated, based]) => treated - based);
  const { mean: gainNs, low } = estimate(gain);
  const { mean: lossNs } = estimate(loss);
  const ratio = pairedRatioInterval(loss, gain);
  if (low <= 0 || !Number.isFinite(ratio.low)) return { gainNs, lossNs };
  return { gainNs, lossNs, price: { mean: 1 + ratio.mean, low: 1 + ratio.low, high: 1 + ratio.high, n: gain.length } };
}

/** Milliseconds with three significant digits. */
export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms`.replace('-', '−') : 'no figure');

const signed = (value: number): string => String(Number(value.toPrecision(2))).replace('-', '−');

/** `1.2 (0.9 to 1.6)`. */
export function priceText(found: Price | undefined): string {
  if (found === undefined) return 'not run';
  if (found.price === undefined) return 'none';
  const { mean: value, low, high } = found.price;
  return `${signed(value)} (${signed(low)} to ${signed(high)})`;
}

/** `× 0.21 (0.18 to 0.24)`: a ratio from a relative change. */
export function factor(effect: Effect | undefined): string {
  if (effect === undefined) return 'not run';
  // Close to 1 the third digit is what is told.
  const digits = Math.abs(effect.mean) < 0.1 ? 3 : 2;
  const end = (value: number): string => String(Number((1 + value).toPrecision(digits)));
  return `× ${end(effect.mean)} (${effect.n > 1 && Number.isFinite(effect.low) && Number.isFinite(effect.high) ? `${end(effect.low)} to ${end(effect.high)}` : 'no interval'})`;
}

/** `2.1 %`, of the core. */
export const share = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;

/**
 * The two-sample tests behind `check`: has a mean changed between baseline and current result?
 *
 * Same seed and same replications: the runs are pairs on common random numbers, so a paired t test. Other seeds: Welch.
 * Without any variance a difference is certain (p = 0) and equality too (p = 1). One value a side has no test (NaN).
 */
import { moments, tCdf } from '../../sim/measure/index.ts';

export interface Change {
  /** Mean of current minus mean of baseline. */
  readonly difference: number;
  readonly before: number;
  readonly after: number;
  /** Two-sided; NaN when there is no test. */
  readonly p: number;
  readonly test: 'paired t' | 'Welch t' | 'none';
}

export function testChange(before: readonly number[], after: readonly number[], isPaired: boolean): Change {
  const paired = isPaired && before.length === after.length;
  const a = moments(after);
  const b = moments(before);
  const difference = a.mean - b.mean;
  const result = (p: number, test: Change['test']): Change => ({ difference, before: b.mean, after: a.mean, p, test });
  if (a.n < 2 || b.n < 2) return result(NaN, 'none');
  if (paired) {
    const pairs = moments(after.map((value, index) => value - before[index]!));
    return result(twoSided(pairs.mean, pairs.variance / pairs.n, pairs.n - 1), 'paired t');
  }
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  const df = (va + vb) * (va + vb) / ((va * va) / (a.n - 1) + (vb * vb) / (b.n - 1));
  return result(twoSided(difference, va + vb, df), 'Welch t');
}

/** Differences below this share of the values are rounding, not findings. */
const ROUNDING = 1e-12;

function twoSided(difference: number, squaredError: number, df: number): number {
  if (!(squaredError > 0)) return Math.abs(difference) <= ROUNDING ? 1 : 0;
  return 2 * tCdf(-Math.abs(difference) / Math.sqrt(squaredError), df);
}

/**
 * One value a replication whose mean is the relative effect (mean a - mean b) / mean b and whose spread is that effect's
 * (the delta method's influence values), so that two effects can be compared by a t test.
 */
export function relativeEffects(treated: readonly number[], based: readonly number[]): number[] {
  const base = moments(based).mean;
  const effect = (moments(treated).mean - base) / base;
  return treated.map((value, index) => effect + (value - based[index]! - effect * based[index]!) / base);
}

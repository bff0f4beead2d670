/**
 * Two systems, one difference: paired on common random numbers, unpaired (Welch), and the relative effect.
 * Pairing pays when both systems see the same randomness: varianceRatio < 1 says that they did.
 */
import { type Interval, intervalAround } from './interval.ts';
import { moments } from './sums.ts';
import { tQuantile } from './student-t.ts';

function differences(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  if (a.length !== b.length) throw new RangeError(`paired comparison: ${a.length} values against ${b.length}; pairs are required`);
  return Float64Array.from(a, (value, index) => value - b[index]!);
}

/** Interval of mean(a - b) over pairs; `varianceRatio` = Var(a-b) / (Var a + Var b), 1 for independent samples, NaN where nothing varies. */
export function pairedInterval(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): Interval & { readonly varianceRatio: number } {
  const { n, mean, variance } = moments(differences(a, b));
  const varianceRatio = variance / (moments(a).variance + moments(b).variance);
  return { ...intervalAround(mean, Math.sqrt(variance / n), n - 1, n, level), varianceRatio };
}

/** Interval of mean(a) - mean(b), samples independent, variances unlike (Welch 1947, degrees of freedom by Satterthwaite). */
export function welchInterval(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): Interval {
  const first = moments(a);
  const second = moments(b);
  const va = first.variance / first.n;
  const vb = second.variance / second.n;
  const total = va + vb;
  const df = first.n < 2 || second.n < 2 ? 0 : total === 0 ? first.n + second.n - 2 : (total * total) / ((va * va) / (first.n - 1) + (vb * vb) / (second.n - 1));
  return intervalAround(first.mean - second.mean, Math.sqrt(total), df, first.n + second.n, level);
}

/**
 * Interval of (mean a - mean b) / mean b over pairs, by Fieller's theorem (1954): all ratios R for which mean(a - R b) could be
 * zero at that level. Not symmetric about `mean`; unbounded where mean(b) cannot be told from zero.
 */
export function pairedRatioInterval(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): Interval {
  const n = a.length;
  const d = differences(a, b);
  const base = moments(b);
  const effect = moments(d);
  const mean = effect.mean / base.mean;
  const unbounded = { mean, halfWidth: Infinity, low: -Infinity, high: Infinity, n, level };
  if (n < 2 || base.mean === 0) return unbounded;
  // every pair shows the same ratio: nothing is left to estimate
  if (d.every((difference, index) => difference === mean * b[index]!)) return { mean, halfWidth: 0, low: mean, high: mean, n, level };
  let covariance = 0;
  for (let i = 0; i < n; i++) covariance += (d[i]! - effect.mean) * (b[i]! - base.mean);
  covariance /= n - 1;
  const t = tQuantile((1 + level) / 2, n - 1);
  const scale = (t * t) / n;
  // (D - E B)^2 <= scale (vD - 2 E cov + E^2 vB) as a quadratic in E
  const quadratic = base.mean * base.mean - scale * base.variance;
  if (quadratic <= 0) return unbounded;
  const half = effect.mean * base.mean - scale * covariance;
  const constant = effect.mean * effect.mean - scale * effect.variance;
  const root = Math.sqrt(Math.max(0, half * half - quadratic * constant));
  const low = (half - root) / quadratic;
  const high = (half + root) / quadratic;
  return { mean, halfWidth: (high - low) / 2, low, high, n, level };
}

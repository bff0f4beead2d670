/**
 * Confidence interval of a mean over replications: x +- t(n-1, 1-alpha/2) s / sqrt(n).
 * The values must be independent, one a replication; never feed it consecutive latencies of one run (see batch-means.ts).
 */
import { moments } from './sums.ts';
import { tQuantile } from './student-t.ts';

export interface Interval {
  readonly mean: number;
  /** Half of high - low; `mean` is the centre unless a function says otherwise. */
  readonly halfWidth: number;
  readonly low: number;
  readonly high: number;
  /** How many independent values stand behind it. */
  readonly n: number;
  /** Nominal coverage, e.g. 0.95. */
  readonly level: number;
}

/** An interval from a centre and its standard error; zero error gives a point, whatever the degrees of freedom. */
export function intervalAround(mean: number, standardError: number, df: number, n: number, level: number): Interval {
  const halfWidth = df < 1 ? Infinity : standardError === 0 ? 0 : tQuantile((1 + level) / 2, df) * standardError;
  return { mean, halfWidth, low: mean - halfWidth, high: mean + halfWidth, n, level };
}

/** t interval of the mean of independent values; a single value has an infinite one. */
export function tInterval(values: ArrayLike<number>, level = 0.95): Interval {
  const { n, mean, variance } = moments(values);
  return intervalAround(mean, Math.sqrt(variance / n), n - 1, n, level);
}

/** Interval of a probability from counts: Wilson's score interval (1927), which keeps its level near 0 and 1 where x +- z s does not. */
import { normalQuantile } from '../special-functions.ts';
import type { Interval } from './interval.ts';

/** Wilson interval of successes / n; `mean` is the plain share, not the centre. */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval {
  if (!(n >= 1 && successes >= 0 && successes <= n)) throw new RangeError(`wilsonInterval: ${successes} of ${n} given; must be 0 .. n of n >= 1`);
  const z = normalQuantile((1 + level) / 2);
  const mean = successes / n;
  const centre = (mean + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const halfWidth = ((z / (1 + (z * z) / n)) * Math.sqrt((mean * (1 - mean)) / n + (z * z) / (4 * n * n)));
  return { mean, halfWidth, low: successes === 0 ? 0 : centre - halfWidth, high: successes === n ? 1 : centre + halfWidth, n, level };
}

/** Student's t distribution through the incomplete beta function; quantiles to about 1e-13 relative. */
import { normalQuantile, regularizedBeta } from '../special-functions.ts';

/** P(T > t) for t >= 0. */
function upperTail(t: number, df: number): number {
  return regularizedBeta(df / (df + t * t), df / 2, 0.5) / 2;
}

/** P(T <= t). */
export function tCdf(t: number, df: number): number {
  return t < 0 ? upperTail(-t, df) : 1 - upperTail(t, df);
}

/** The t with P(T <= t) = p, df >= 1 (not necessarily an integer: Welch). */
export function tQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1) || !(df >= 1)) return NaN;
  if (p < 0.5) return -tQuantile(1 - p, df);
  if (p === 0.5) return 0;
  const tail = 1 - p;
  // The normal quantile bounds t from below; double from there, then bisect to the last bit: some sixty steps, no tuning.
  let low = normalQuantile(p);
  let high = 2 * low + 1;
  while (upperTail(high, df) > tail) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (upperTail(middle, df) > tail) low = middle;
    else high = middle;
  }
}

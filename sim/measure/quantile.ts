/** Exact quantiles: the smallest value with at least a share q of the sample at or below it, i.e. rank ceil(q n), 1-based. */

/** Rank of the q-quantile among n values; rounding noise of q n (0.07 * 100 = 7.000000000000001) is not let through. */
export function quantileRank(n: number, q: number): number {
  const exact = q * n;
  const nearest = Math.round(exact);
  const rank = Math.abs(exact - nearest) <= 1e-9 * Math.max(1, exact) ? nearest : Math.ceil(exact);
  return Math.min(n, Math.max(1, rank));
}

/** The q-quantile of values already in ascending order. */
export function exactQuantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new RangeError('exactQuantile: no values given; at least one is required');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`exactQuantile: q = ${q} given; must lie within 0 .. 1`);
  return sorted[quantileRank(sorted.length, q) - 1]!;
}

/** Several quantiles of values in any order; sorts a copy. */
export function exactQuantiles(values: ArrayLike<number>, qs: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort((a, b) => a - b);
  return qs.map((q) => exactQuantile(sorted, q));
}

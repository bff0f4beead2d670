/** Mean and variance, two passes with compensated sums: the order of the values decides the last bit, so keep it fixed. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** With n - 1; NaN for a single value. */
  readonly variance: number;
}

/** Neumaier's compensated sum. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Mean and sample variance of one or more finite values. */
export function moments(values: ArrayLike<number>): Moments {
  const n = values.length;
  if (n === 0) throw new RangeError('moments: no values given; at least one is required');
  const mean = sum(values) / n;
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const deviation = values[i]! - mean;
    squares[i] = deviation * deviation;
  }
  if (!Number.isFinite(mean)) throw new RangeError('moments: a value is not finite');
  return { n, mean, variance: n === 1 ? NaN : sum(squares) / (n - 1) };
}

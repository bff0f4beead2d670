/**
 * MSER-5 warm-up cut (White 1997; Spratt 1998): of batch means of five, drop the first d so that the squared standard error
 * of the rest, sum (Z - mean)^2 / (m-d)^2, is least, d <= m/2. A minimum at the right edge means that the run is too short to
 * tell: then nothing is cut and the result says so.
 */
export interface WarmUp {
  /** Observations to leave out; 0 if not valid. */
  readonly cut: number;
  /** False if the minimum lies at the right edge or there are fewer than two batches to choose from. */
  readonly valid: boolean;
  /** Least value of the criterion. */
  readonly statistic: number;
}

const BATCH = 5;

/** Where the warm-up of a series of observations ends. */
export function mser5(observations: ArrayLike<number>): WarmUp {
  const m = Math.floor(observations.length / BATCH);
  const edge = Math.floor(m / 2);
  if (edge < 1) return { cut: 0, valid: false, statistic: NaN };
  // Suffix sums about the last value, so that a large common level does not cancel digits away.
  const origin = observations[m * BATCH - 1]!;
  let sum = 0;
  let squares = 0;
  let best = Infinity;
  let bestAt = 0;
  for (let d = m - 1; d >= 0; d--) {
    let batch = 0;
    for (let i = 0; i < BATCH; i++) batch += observations[d * BATCH + i]! - origin;
    const z = batch / BATCH;
    sum += z;
    squares += z * z;
    if (d > edge) continue;
    const left = m - d;
    const statistic = Math.max(0, squares - (sum * sum) / left) / (left * left);
    // on a tie the smaller cut wins: it keeps more data
    if (statistic <= best) {
      best = statistic;
      bestAt = d;
    }
  }
  const valid = bestAt < edge;
  return { cut: valid ? bestAt * BATCH : 0, valid, statistic: best };
}

/**
 * Interval from one long run: means of non-overlapping batches, treated as independent once their lag-1 correlation is no longer
 * significant. Starts with 30 batches and merges down to 10 (Schmeiser 1982 recommends that range).
 */
import { type Interval, tInterval } from './interval.ts';
import { normalQuantile } from '../special-functions.ts';
import { moments } from './sums.ts';

export interface BatchMeans extends Interval {
  readonly batchCount: number;
  readonly batchSize: number;
  /** Lag-1 correlation of the batch means used. */
  readonly lag1: number;
  /** False if the means of even ten batches are correlated: the run is too short for the interval to hold. */
  readonly valid: boolean;
}

const BATCH_COUNTS = [30, 20, 15, 10];
// one-sided 5 % test: positive correlation is what makes intervals too short
const CRITICAL = normalQuantile(0.95);

/** Correlation of neighbours in a series; 0 where nothing varies. */
export function lag1Correlation(values: ArrayLike<number>): number {
  const { n, mean, variance } = moments(values);
  if (!(variance > 0)) return 0;
  let sum = 0;
  for (let i = 1; i < n; i++) sum += (values[i]! - mean) * (values[i - 1]! - mean);
  return sum / (variance * (n - 1));
}

/** Interval of the steady-state mean from consecutive observations of one run, warm-up already cut. */
export function batchMeans(observations: ArrayLike<number>, level = 0.95): BatchMeans {
  if (observations.length < 20) throw new RangeError(`batchMeans: ${observations.length} observations given; at least 20 are required`);
  let result: BatchMeans | undefined;
  for (const batchCount of BATCH_COUNTS) {
    const batchSize = Math.floor(observations.length / batchCount);
    if (batchSize < 1) continue;
    const skipped = observations.length - batchSize * batchCount; // the oldest go, closest to the warm-up
    const means = Float64Array.from({ length: batchCount }, (_, batch) => {
      let sum = 0;
      for (let i = 0; i < batchSize; i++) sum += observations[skipped + batch * batchSize + i]!;
      return sum / batchSize;
    });
    const lag1 = lag1Correlation(means);
    const valid = lag1 <= CRITICAL / Math.sqrt(batchCount);
    result = { ...tInterval(means, level), batchCount, batchSize, lag1, valid };
    if (valid) break;
  }
  return result!;
}

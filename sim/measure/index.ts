/** The measures, one subject a file; see README.md for which one to take. */
export { Counter } from './counter.ts';
export { TimeWeightedGauge } from './gauge.ts';
export { exactQuantile, exactQuantiles, quantileRank } from './quantile.ts';
export { RELATIVE_ERROR, StreamingQuantiles } from './streaming-quantiles.ts';
export { type Moments, moments, sum } from './sums.ts';
export { type Interval, tInterval } from './interval.ts';
export { controlledInterval, regressionInterval } from './control.ts';
export { pairedInterval, pairedRatioInterval, welchInterval } from './comparison.ts';
export { binomialCdf, quantileInterval, quantileRanks, type RankInterval } from './quantile-interval.ts';
export { mser5, type WarmUp } from './mser5.ts';
export { type BatchMeans, batchMeans, lag1Correlation } from './batch-means.ts';
export { sequentialStopping, type Stopped, type StoppingRule } from './sequential-stopping.ts';
export { equivalence } from './equivalence.ts';
export { holm } from './holm.ts';
export { wilsonInterval } from './proportion.ts';
export { tCdf, tQuantile } from './student-t.ts';
export { normalQuantile } from '../special-functions.ts';

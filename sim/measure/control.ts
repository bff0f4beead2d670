/**
 * Intervals that use what is known of the input. A control varies with the values from replication to replication and has a known
 * expectation: where the runs happened to draw little of it, the values are too small as well, and a regression says by how much
 * (Lavenberg and Welch, Management Science 27, 1981).
 *
 * Needed for heavy tails: where much of a mean rests on customers so rare that most replications meet none, the t interval of the
 * replications is narrow and too low, and nothing in the values themselves shows it.
 */
import { type Interval, intervalAround, tInterval } from './interval.ts';
import { moments } from './sums.ts';

/** Fewer replications do not bear a regression. */
const LEAST_REPLICATIONS = 5;

/** Interval of the mean where the control is at its expectation, by linear regression; the t interval where the control does not vary. */
export function regressionInterval(values: ArrayLike<number>, control: ArrayLike<number>, expectation: number, level = 0.95): Interval {
  const { n, mean } = moments(values);
  const { mean: controlMean } = moments(control);
  let spread = 0;
  let common = 0;
  for (let i = 0; i < n; i++) {
    const deviation = control[i]! - controlMean;
    spread += deviation * deviation;
    common += deviation * (values[i]! - mean);
  }
  // An input without chance varies by rounding only.
  if (Math.sqrt(spread) <= 1e-9 * Math.abs(controlMean)) return tInterval(values, level);
  const slope = common / spread;
  const missing = expectation - controlMean;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const residual = values[i]! - mean - slope * (control[i]! - controlMean);
    squares += residual * residual;
  }
  return intervalAround(mean + slope * missing, Math.sqrt((squares / (n - 2)) * (1 / n + (missing * missing) / spread)), n - 2, n, level);
}

/** t interval of the mean, widened to both sides until it holds the regression interval: covers as the better of the two does. */
export function controlledInterval(values: ArrayLike<number>, control: ArrayLike<number>, expectation: number, level = 0.95): Interval {
  const plain = tInterval(values, level);
  if (plain.n < LEAST_REPLICATIONS) return plain;
  const regression = regressionInterval(values, control, expectation, level);
  const halfWidth = Math.max(plain.halfWidth, Math.abs(regression.mean - plain.mean) + regression.halfWidth);
  return { ...plain, halfWidth, low: plain.mean - halfWidth, high: plain.mean + halfWidth };
}

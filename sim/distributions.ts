/**
 * Random variates on named streams. Values are real numbers in the unit of their parameters; `roundNs` makes the integer
 * nanoseconds that are scheduled.
 *
 * Sampling is by inversion wherever that is practical: then each value takes the same number of draws whatever its parameters,
 * and two arms on common random numbers stay in step. The number of draws stands beside each function; gamma and poisson
 * (above a mean of 10) vary, so give them a stream of their own in coupled comparisons.
 */
import { exp, ln, pow } from './dmath.ts';
import type { RandomStream } from './random.ts';
import { lnGamma, normalQuantile } from './special-functions.ts';

/** Nearest integer, for times in ns; refuses what is no time. */
export function roundNs(x: number): number {
  const rounded = Math.round(x);
  if (!(rounded >= 0 && rounded <= 9007199254740991)) throw new RangeError(`roundNs: ${x} ns given; must lie within 0 .. 2^53-1 ns`);
  return rounded;
}

/** Exponential with the given mean. One value, one `open`. */
export function exponential(stream: RandomStream, mean: number): number {
  return -mean * ln(stream.open());
}

/** Uniform on [low, high). One `float`. */
export function uniform(stream: RandomStream, low: number, high: number): number {
  return low + (high - low) * stream.float();
}

/** Normal. One `open`. */
export function normal(stream: RandomStream, mean: number, standardDeviation: number): number {
  return mean + standardDeviation * normalQuantile(stream.open());
}

/** e^N for a normal N with mean `logMean` and deviation `logDeviation`: median e^logMean. One `open`. */
export function lognormal(stream: RandomStream, logMean: number, logDeviation: number): number {
  return exp(normal(stream, logMean, logDeviation));
}

/**
 * Gamma with mean shape * scale. Marsaglia and Tsang, ACM TOMS 26 (2000): squeeze and rejection, accepted with probability
 * above 0.95, so two draws a try, and one more for the power when shape < 1.
 */
export function gamma(stream: RandomStream, shape: number, scale: number): number {
  if (shape < 1) return gamma(stream, shape + 1, scale) * power(stream.open(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalQuantile(stream.open());
    const u = stream.open();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const x2 = x * x;
    if (u < 1 - 0.0331 * x2 * x2 || ln(u) < 0.5 * x2 + d * (1 - v + ln(v))) return d * v * scale;
  }
}

/** x to the power y for a draw, x > 0: two roundings where `pow` has one, at half its cost. */
function power(x: number, y: number): number {
  return exp(y * ln(x));
}

/** Pareto: P(X > x) = (min/x)^alpha for x >= min. One `open`. */
export function pareto(stream: RandomStream, min: number, alpha: number): number {
  return min * power(stream.open(), -1 / alpha);
}

/** Pareto cut to [min, max] and normalised again (Crovella, Harchol-Balter, Murta 1998). One `float`. */
export function boundedPareto(stream: RandomStream, min: number, max: number, alpha: number): number {
  return min * power(1 - stream.float() * (1 - power(min / max, alpha)), -1 / alpha);
}

/** E[X^k] of the bounded Pareto; written in the ratio min / max, so that no power leaves the range of a float64. */
export function boundedParetoMoment(min: number, max: number, alpha: number, k: number): number {
  const ratio = min / max;
  const shape = alpha === k ? -ln(ratio) : (1 - pow(ratio, alpha - k)) / (alpha - k);
  return (pow(min, k) * alpha * shape) / (1 - pow(ratio, alpha));
}

/** Probability of the short phase of a hyper-exponential with two phases of equal share of the mean. */
export function balancedPhase(scv: number): number {
  return (1 + Math.sqrt((scv - 1) / (scv + 1))) / 2;
}

/** Two exponential phases with balanced means and squared coefficient of variation scv >= 1. One `float`, one `open`. */
export function hyperExponential(stream: RandomStream, mean: number, scv: number): number {
  const p = balancedPhase(scv);
  const phase = stream.float() < p ? p : 1 - p;
  return exponential(stream, mean / (2 * phase));
}

// Below this mean the search from 0 is short; above it Hörmann's fit holds (he requires 10).
const POISSON_SEARCH_BELOW = 10;

/**
 * Poisson count. Mean up to 10: inversion by search, one `float`. Above: transformed rejection PTRS (Hörmann, Insurance:
 * Mathematics and Economics 12, 1993), two draws a try, fewer than 1.2 tries on average.
 */
export function poisson(stream: RandomStream, mean: number): number {
  if (mean < POISSON_SEARCH_BELOW) {
    let u = stream.float();
    let probability = exp(-mean);
    let count = 0;
    // probability falls below the spacing of u long before 200: the loop ends even where rounding leaves a remainder
    while (u >= probability && count < 200) {
      u -= probability;
      count += 1;
      probability *= mean / count;
    }
    return count;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const lnInverseAlpha = ln(1.1239 + 1.1328 / (b - 3.4));
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = stream.open() - 0.5;
    const v = stream.open();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    if (ln(v) + lnInverseAlpha - ln(a / (us * us) + b) <= -mean + count * ln(mean) - lnGamma(count + 1)) return count;
  }
}

/**
 * Zipf ranks 0 .. items-1, P(rank) proportional to (rank + 1)^-theta. One `float` a value in both methods.
 *
 * `ycsb` (Gray et al., SIGMOD 1994, as YCSB uses it; 0 < theta < 1): constant memory, ranks 0 and 1 exact, the rest a
 * continuous fit that is off by several per cent at small ranks. `exact`: table of cumulative sums, 8 bytes an item, any theta >= 0.
 */
export class Zipf {
  readonly items: number;
  readonly theta: number;
  /** sum of i^-theta for i = 1 .. items. */
  readonly zeta: number;
  private readonly cumulative: Float64Array | undefined;
  private readonly alpha: number;
  private readonly eta: number;
  private readonly secondBelow: number;

  constructor(items: number, theta: number, method: 'ycsb' | 'exact' = 'ycsb') {
    if (!(Number.isSafeInteger(items) && items >= 1)) throw new RangeError(`Zipf: ${items} items given; must be an integer from 1`);
    if (!(theta >= 0) || (method === 'ycsb' && !(theta > 0 && theta < 1))) throw new RangeError(`Zipf: theta ${theta} given; must be ${method === 'ycsb' ? 'between 0 and 1, both excluded' : 'at least 0'}`);
    this.items = items;
    this.theta = theta;
    const cumulative = method === 'exact' ? new Float64Array(items) : undefined;
    let sum = 0;
    let lost = 0; // compensation: a million terms otherwise cost the last four digits
    for (let rank = 1; rank <= items; rank++) {
      const term = pow(rank, -theta) - lost;
      const next = sum + term;
      lost = next - sum - term;
      sum = next;
      if (cumulative !== undefined) cumulative[rank - 1] = sum;
    }
    this.zeta = sum;
    this.cumulative = cumulative;
    this.secondBelow = 1 + pow(0.5, theta);
    this.alpha = 1 / (1 - theta);
    this.eta = (1 - pow(2 / items, 1 - theta)) / (1 - this.secondBelow / sum);
  }

  /** Exact probability of a rank. */
  frequency(rank: number): number {
    return pow(rank + 1, -this.theta) / this.zeta;
  }

  next(stream: RandomStream): number {
    const u = stream.float();
    const uz = u * this.zeta;
    if (this.cumulative !== undefined) return this.search(uz);
    if (uz < 1 || this.items === 1) return 0;
    if (uz < this.secondBelow || this.items === 2) return 1;
    return Math.min(this.items - 1, Math.floor(this.items * power(this.eta * u - this.eta + 1, this.alpha)));
  }

  /** First rank whose cumulative sum exceeds uz. */
  private search(uz: number): number {
    const cumulative = this.cumulative!;
    let low = 0;
    let high = this.items - 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (cumulative[middle]! > uz) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Draws from a measured sample: each value as likely as it was seen, or, interpolated, from the polygon through the sorted sample. One `float`. */
export class Empirical {
  private readonly sorted: Float64Array;
  private readonly interpolated: boolean;

  constructor(sample: ArrayLike<number>, interpolated = false) {
    if (sample.length === 0) throw new RangeError('Empirical: no values given; must be at least one');
    this.sorted = Float64Array.from(sample).sort((a, b) => a - b);
    this.interpolated = interpolated;
    if (this.sorted.some((value) => !Number.isFinite(value))) throw new RangeError('Empirical: a value is not finite');
  }

  next(stream: RandomStream): number {
    const { sorted } = this;
    if (!this.interpolated) return sorted[Math.floor(stream.float() * sorted.length)]!;
    const position = stream.float() * (sorted.length - 1);
    const index = Math.floor(position);
    const value = sorted[index]!;
    return value + (position - index) * ((sorted[index + 1] ?? value) - value);
  }
}

/**
 * Distribution-free interval of a quantile from order statistics: ranks l < u with P(l <= Bin(n, q) < u) >= level.
 * For independent values only: latencies of one run are not; take the quantile of each replication and a t interval over those.
 */
import { regularizedBeta } from '../special-functions.ts';

/** P(Bin(n, q) <= k). */
export function binomialCdf(k: number, n: number, q: number): number {
  if (k < 0) return 0;
  return k >= n ? 1 : regularizedBeta(1 - q, n - k, k + 1);
}

export interface RankInterval {
  /** 1-based ranks of the two order statistics. */
  readonly lowRank: number;
  readonly highRank: number;
  /** Probability that they enclose the quantile; at least `level`. */
  readonly coverage: number;
}

/** Largest rank l with P(Bin < l) <= tail. */
function lowestRank(n: number, q: number, tail: number): number {
  let below = 0;
  let above = n + 1;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (binomialCdf(middle - 1, n, q) <= tail) below = middle;
    else above = middle;
  }
  return below;
}

/**
 * Ranks with equal tails where the sample allows it; in small samples and far out, where the sample's end is reached, that end
 * takes what tail it must and the other side gets the rest. Undefined where no pair of ranks reaches the level.
 */
export function quantileRanks(n: number, q: number, level = 0.95): RankInterval | undefined {
  const alpha = 1 - level;
  const slack = 1e-12; // rounding of the binomial sums must not cost a rank
  let lowRank = lowestRank(n, q, alpha / 2 + slack);
  let highRank = lowestRank(n, q, 1 - alpha / 2 - slack) + 1;
  if (highRank > n) {
    highRank = n;
    lowRank = lowestRank(n, q, alpha - (1 - binomialCdf(n - 1, n, q)) + slack);
  } else if (lowRank < 1) {
    lowRank = 1;
    highRank = lowestRank(n, q, 1 - alpha + binomialCdf(0, n, q) - slack) + 1;
  }
  if (lowRank < 1 || highRank > n || lowRank >= highRank) return undefined;
  const coverage = binomialCdf(highRank - 1, n, q) - binomialCdf(lowRank - 1, n, q);
  return coverage + slack < level ? undefined : { lowRank, highRank, coverage };
}

/** Interval of the q-quantile of independent values in ascending order; undefined where there are too few of them. */
export function quantileInterval(sorted: ArrayLike<number>, q: number, level = 0.95): (RankInterval & { readonly low: number; readonly high: number }) | undefined {
  const ranks = quantileRanks(sorted.length, q, level);
  return ranks && { ...ranks, low: sorted[ranks.lowRank - 1]!, high: sorted[ranks.highRank - 1]! };
}

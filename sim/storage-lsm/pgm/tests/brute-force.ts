/**
 * The smallest number of segments by definition, for small sets: the yardstick of the tests. Rational arithmetic in
 * BigInt, O(n^2). A line of slope b passes within epsilon of all points exactly if
 * (lower_j - upper_i) / (x_j - x_i) <= b <= (upper_j - lower_i) / (x_j - x_i) for every pair i < j, so a set fits one
 * segment if the largest left side does not exceed the smallest right side. Any part of a fitting set fits, so taking
 * as many points as fit, again and again, is minimal.
 */
interface Fraction {
  readonly numerator: bigint;
  /** Positive. */
  readonly denominator: bigint;
}

function isLess(a: Fraction, b: Fraction): boolean {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

/** Ranks at which the segments of a minimal approximation start; of equal keys only the first is a point. */
export function minimalFirstRanks(keys: readonly bigint[], epsilon: bigint): number[] {
  const starts: number[] = [];
  let points: { x: bigint; rank: bigint }[] = [];
  let least: Fraction | undefined;
  let most: Fraction | undefined;
  keys.forEach((x, index) => {
    if (index > 0 && keys[index - 1] === x) return;
    const rank = BigInt(index);
    for (const point of points) {
      const denominator = x - point.x;
      const atLeast = { numerator: rank - epsilon - (point.rank + epsilon), denominator };
      const atMost = { numerator: rank + epsilon - (point.rank - epsilon), denominator };
      if (least === undefined || isLess(least, atLeast)) least = atLeast;
      if (most === undefined || isLess(atMost, most)) most = atMost;
    }
    if (points.length === 0 || (least !== undefined && most !== undefined && isLess(most, least))) {
      starts.push(index);
      points = [];
      least = undefined;
      most = undefined;
    }
    points.push({ x, rank });
  });
  return starts;
}

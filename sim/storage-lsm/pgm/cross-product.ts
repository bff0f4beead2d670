/**
 * Exact sign of a cross product of two vectors whose abscissas are differences of unsigned 64-bit keys.
 *
 * Comparing two slopes dy1/dx1 and dy2/dx2 needs dx1*dy2 - dx2*dy1, up to 2^98: doubles alone decide it wrongly on large
 * keys (O'Rourke's segmentation then yields too many segments, or segments that break the error bound). So: a double
 * estimate with an error bound settles almost every case, and the rest is computed in limbs whose products stay below
 * 2^53. No BigInt, no allocation. A difference of keys is given as two halves, 2^32 * high + low, each |half| < 2^32,
 * of any sign; ordinates are integers below 2^34 in size (ranks below 2^32, epsilon up to 2^32).
 */

/** Weight of the upper half of a key. */
export const TWO_32 = 0x1_0000_0000;
const TWO_17 = 0x2_0000;
const TWO_15 = 0x8000;
/**
 * Relative error bound of the estimate: each product carries two roundings (its dx, itself), the difference one more;
 * together below 3 * 2^-53 of the sum of sizes. 2^-50 leaves room.
 */
const FILTER = 1 / 1_125_899_906_842_624;

/** Sign (-1, 0, 1) of dx1*dy2 - dx2*dy1; positive when the second slope is the larger one and both dx are positive. */
export function crossSign(high1: number, low1: number, dy1: number, high2: number, low2: number, dy2: number): number {
  const first = (high1 * TWO_32 + low1) * dy2;
  const second = (high2 * TWO_32 + low2) * dy1;
  const difference = first - second;
  const bound = FILTER * (Math.abs(first) + Math.abs(second));
  if (difference > bound) return 1;
  if (difference < -bound) return -1;
  return exactCrossSign(high1, low1, dy1, high2, low2, dy2);
}

/** The same sign by limbs of 17 bits of dy against 32 bits of dx: every partial product is below 2^50, hence exact. */
export function exactCrossSign(high1: number, low1: number, dy1: number, high2: number, low2: number, dy2: number): number {
  const upper1 = Math.floor(dy1 / TWO_17);
  const lower1 = dy1 - upper1 * TWO_17;
  const upper2 = Math.floor(dy2 / TWO_17);
  const lower2 = dy2 - upper2 * TWO_17;
  // Weights 2^0, 2^17, 2^32, 2^49; carry upwards so that each remainder lies in [0, next weight / own weight).
  const limb0 = low1 * lower2 - low2 * lower1;
  const carry0 = Math.floor(limb0 / TWO_17);
  const limb1 = low1 * upper2 - low2 * upper1 + carry0;
  const carry1 = Math.floor(limb1 / TWO_15);
  const limb2 = high1 * lower2 - high2 * lower1 + carry1;
  const carry2 = Math.floor(limb2 / TWO_17);
  const limb3 = high1 * upper2 - high2 * upper1 + carry2;
  if (limb3 !== 0) return limb3 > 0 ? 1 : -1;
  const remainder = limb0 !== carry0 * TWO_17 || limb1 !== carry1 * TWO_15 || limb2 !== carry2 * TWO_17;
  return remainder ? 1 : 0;
}

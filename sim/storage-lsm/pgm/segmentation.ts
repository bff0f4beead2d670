/**
 * Optimal piecewise linear approximation of the ranks of sorted keys (O'Rourke, CACM 24(9), 1981; the construction step
 * of the PGM-index, Ferragina and Vinciguerra, PVLDB 13(8), 2020).
 *
 * One pass, O(n) time: a segment is extended as long as some line passes within epsilon of every (key, rank) seen, so
 * the number of segments is the smallest possible. State of the open segment: the convex chains of the upper points
 * (key, rank + epsilon) and lower points (key, rank - epsilon) and four of their points, of which r0-r2 carries the
 * feasible line of smallest slope and r1-r3 the one of largest slope. All comparisons are exact (cross-product.ts).
 * Keys are unsigned 64-bit integers, given as two 32-bit halves; no key value is reserved.
 */
import { crossSign, TWO_32 } from './cross-product.ts';

/** From here on epsilon exceeds any rank, so every key set is one segment; keeps ordinates inside the exact range. */
const EPSILON_MAX = TWO_32;

/** Chain of points with halves of the key and an ordinate; grows by doubling, drops points from either end. */
class Chain {
  high = new Float64Array(64);
  low = new Float64Array(64);
  y = new Float64Array(64);
  start = 0;
  end = 0;

  push(high: number, low: number, y: number): void {
    if (this.end === this.y.length) {
      this.high = doubled(this.high);
      this.low = doubled(this.low);
      this.y = doubled(this.y);
    }
    this.high[this.end] = high;
    this.low[this.end] = low;
    this.y[this.end] = y;
    this.end += 1;
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
  }
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** Result: parallel columns, one entry a segment; the line is intercept + slope * (key - first key). */
export interface Segments {
  readonly count: number;
  /** Rank of the segment's first key; count + 1 entries, the last one is the number of ranks. */
  readonly firstRank: Float64Array;
  /** Ranks per key unit, never negative. */
  readonly slope: Float64Array;
  /** Real-valued rank at the segment's first key. */
  readonly intercept: Float64Array;
}

/** Feed points in ascending order with `add`, then take the columns with `finish`. */
export class Segmenter {
  readonly #epsilon: number;
  readonly #clampAtZero: boolean;
  readonly #upper = new Chain();
  readonly #lower = new Chain();
  /** r0..r3, each (high, low, y). */
  readonly #corner = new Float64Array(12);
  #points = 0;
  #firstHigh = 0;
  #firstLow = 0;
  #firstY = 0;
  #lastY = 0;
  #count = 0;
  #firstRank = new Float64Array(64);
  #slope = new Float64Array(64);
  #intercept = new Float64Array(64);

  /** `clampAtZero`: lower points never below rank 0, as some releases of the C++ library do; may cost a segment. */
  constructor(epsilon: number, clampAtZero = false) {
    this.#epsilon = epsilon < EPSILON_MAX ? epsilon : EPSILON_MAX;
    this.#clampAtZero = clampAtZero;
  }

  /** Next key (larger than the one before) with its rank. */
  add(high: number, low: number, rank: number): void {
    if (this.#points > 0 && !this.#extend(high, low, rank)) this.#close();
    if (this.#points === 0) this.#open(high, low, rank);
    this.#points += 1;
    this.#lastY = rank;
  }

  /** Closes the last segment; `ranks` is the number of ranks, entered behind the last first rank. */
  finish(ranks: number): Segments {
    if (this.#points > 0) this.#close();
    const count = this.#count;
    const firstRank = this.#firstRank.slice(0, count + 1);
    firstRank[count] = ranks;
    return { count, firstRank, slope: this.#slope.slice(0, count), intercept: this.#intercept.slice(0, count) };
  }

  #lowerOrdinate(rank: number): number {
    const y = rank - this.#epsilon;
    return this.#clampAtZero && y < 0 ? 0 : y;
  }

  #setCorner(index: number, high: number, low: number, y: number): void {
    const corner = this.#corner;
    corner[3 * index] = high;
    corner[3 * index + 1] = low;
    corner[3 * index + 2] = y;
  }

  #open(high: number, low: number, rank: number): void {
    const up = rank + this.#epsilon;
    const down = this.#lowerOrdinate(rank);
    this.#firstHigh = high;
    this.#firstLow = low;
    this.#firstY = rank;
    this.#setCorner(0, high, low, up);
    this.#setCorner(1, high, low, down);
    this.#upper.clear();
    this.#lower.clear();
    this.#upper.push(high, low, up);
    this.#lower.push(high, low, down);
  }

  /** False when no line within epsilon of all points so far also passes within epsilon of this one. */
  #extend(high: number, low: number, rank: number): boolean {
    const up = rank + this.#epsilon;
    const down = this.#lowerOrdinate(rank);
    if (this.#points === 1) {
      this.#setCorner(2, high, low, down);
      this.#setCorner(3, high, low, up);
      this.#upper.push(high, low, up);
      this.#lower.push(high, low, down);
      return true;
    }
    const c = this.#corner;
    const h0 = c[0]!, l0 = c[1]!, y0 = c[2]!;
    const h1 = c[3]!, l1 = c[4]!, y1 = c[5]!;
    const h2 = c[6]!, l2 = c[7]!, y2 = c[8]!;
    const h3 = c[9]!, l3 = c[10]!, y3 = c[11]!;
    // The new interval must reach both extreme lines; touching one is still feasible, hence the strict comparisons.
    if (crossSign(high - h2, low - l2, up - y2, h2 - h0, l2 - l0, y2 - y0) > 0) return false;
    if (crossSign(high - h3, low - l3, down - y3, h3 - h1, l3 - l1, y3 - y1) < 0) return false;
    // Both tests before either update: the points they use change below.
    const lowersMaximum = crossSign(high - h1, low - l1, up - y1, h3 - h1, l3 - l1, y3 - y1) > 0;
    const raisesMinimum = crossSign(high - h0, low - l0, down - y0, h2 - h0, l2 - l0, y2 - y0) < 0;
    if (lowersMaximum) this.#turn(this.#lower, 1, high, low, up, 1);
    if (raisesMinimum) this.#turn(this.#upper, 0, high, low, down, -1);
    if (lowersMaximum) this.#append(this.#upper, high, low, up, 1);
    if (raisesMinimum) this.#append(this.#lower, high, low, down, -1);
    return true;
  }

  /**
   * Moves an extreme line: it now ends in (high, low, y) and starts at the point of `chain` from which the slope
   * towards there is smallest (sense 1, largest feasible slope) or largest (sense -1). Slopes along a convex chain have
   * one extremum, so the walk stops at the first worsening; points before the extremum never matter again.
   */
  #turn(chain: Chain, cornerIndex: number, high: number, low: number, y: number, sense: number): void {
    const chainHigh = chain.high, chainLow = chain.low, chainY = chain.y;
    let best = chain.start;
    for (let i = best + 1; i < chain.end; i++) {
      const worse = crossSign(high - chainHigh[i]!, low - chainLow[i]!, y - chainY[i]!, high - chainHigh[best]!, low - chainLow[best]!, y - chainY[best]!);
      if (worse * sense < 0) break;
      best = i;
    }
    chain.start = best;
    this.#setCorner(cornerIndex, chainHigh[best]!, chainLow[best]!, chainY[best]!);
    this.#setCorner(cornerIndex + 2, high, low, y);
  }

  /** Appends to a chain and keeps it convex: upper points from below (sense 1), lower points from above (sense -1). */
  #append(chain: Chain, high: number, low: number, y: number, sense: number): void {
    const chainHigh = chain.high, chainLow = chain.low, chainY = chain.y;
    let end = chain.end;
    while (end >= chain.start + 2) {
      const o = end - 2;
      const a = end - 1;
      const oh = chainHigh[o]!, ol = chainLow[o]!, oy = chainY[o]!;
      const turn = crossSign(chainHigh[a]! - oh, chainLow[a]! - ol, chainY[a]! - oy, high - oh, low - ol, y - oy);
      if (turn * sense > 0) break;
      end -= 1;
    }
    chain.end = end;
    chain.push(high, low, y);
  }

  /**
   * Emits the open segment. Its line is the mean of the two extreme lines, both feasible, hence feasible. Evaluated in
   * doubles its error is below 2^-15 rank (values below 2^34, a handful of roundings of 2^-53), far less than the half
   * rank by which a rounded real rank may stray before it leaves an integer epsilon.
   */
  #close(): void {
    let slope = 0;
    let intercept = this.#firstY;
    if (this.#points > 1) {
      const c = this.#corner;
      const least = (c[8]! - c[2]!) / ((c[6]! - c[0]!) * TWO_32 + (c[7]! - c[1]!));
      const most = (c[11]! - c[5]!) / ((c[9]! - c[3]!) * TWO_32 + (c[10]! - c[4]!));
      const fromFirst0 = (c[0]! - this.#firstHigh) * TWO_32 + (c[1]! - this.#firstLow);
      const fromFirst1 = (c[3]! - this.#firstHigh) * TWO_32 + (c[4]! - this.#firstLow);
      slope = (least + most) / 2;
      intercept = (c[2]! - least * fromFirst0 + (c[5]! - most * fromFirst1)) / 2;
      if (slope < 0) {
        // A falling line fits only ranks that span at most 2 epsilon: a level one through their middle fits as well.
        slope = 0;
        intercept = (this.#firstY + this.#lastY) / 2;
      }
    }
    this.#emit(slope, intercept);
    this.#points = 0;
  }

  #emit(slope: number, intercept: number): void {
    if (this.#count + 1 >= this.#firstRank.length) {
      this.#firstRank = doubled(this.#firstRank);
      this.#slope = doubled(this.#slope);
      this.#intercept = doubled(this.#intercept);
    }
    this.#firstRank[this.#count] = this.#firstY;
    this.#slope[this.#count] = slope;
    this.#intercept[this.#count] = intercept;
    this.#count += 1;
  }
}

/** Segments of sorted integers below 2^53; of equal keys only the first is a point. */
export function segmentNumbers(keys: Float64Array, epsilon: number, clampAtZero = false): Segments {
  const segmenter = new Segmenter(epsilon, clampAtZero);
  let previous = -1;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key === previous) continue;
    previous = key;
    const high = Math.floor(key / TWO_32);
    segmenter.add(high, key - high * TWO_32, i);
  }
  return segmenter.finish(keys.length);
}

/** Segments of sorted 64-bit keys given as (low, high) pairs of 32-bit halves; of equal keys only the first is a point. */
export function segmentHalves(halves: Uint32Array, epsilon: number, clampAtZero = false): Segments {
  const segmenter = new Segmenter(epsilon, clampAtZero);
  const count = halves.length / 2;
  let previousHigh = -1;
  let previousLow = -1;
  for (let i = 0; i < count; i++) {
    const low = halves[2 * i]!;
    const high = halves[2 * i + 1]!;
    if (high === previousHigh && low === previousLow) continue;
    previousHigh = high;
    previousLow = low;
    segmenter.add(high, low, i);
  }
  return segmenter.finish(count);
}

/**
 * Quantiles of any number of integers (ns, bytes) in fixed memory: a histogram whose buckets are 1 wide below 2^SUB_BITS and
 * then split each power of two into 2^SUB_BITS equal parts (the HDR layout of G. Tene). A quantile is the middle of its bucket,
 * so it is off by at most RELATIVE_ERROR of itself; count, sum, least and largest value are exact. Histograms merge
 * without further loss; quantiles themselves may not be averaged.
 */
import { quantileRank } from './quantile.ts';

const SUB_BITS = 7;
const SUB_COUNT = 128;
const BUCKETS = (53 - SUB_BITS + 1) * SUB_COUNT;

/** Half a bucket, relative to its lower end: 2^-8. */
export const RELATIVE_ERROR = 1 / (2 * SUB_COUNT);

/** Bits needed to write the integer: 0 for 0. */
function bitLength(value: number): number {
  const high = Math.floor(value / 4294967296);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value >>> 0);
}

/** 2^n for 0 <= n <= 60. */
function powerOfTwo(n: number): number {
  return n < 31 ? (1 << n) >>> 0 : 1073741824 * (1 << (n - 30));
}

function bucketOf(value: number): number {
  const shift = bitLength(value) - 1 - SUB_BITS;
  if (shift <= 0) return value;
  // value / 2^shift lies in [SUB_COUNT, 2 SUB_COUNT)
  return shift * SUB_COUNT + Math.floor(value / powerOfTwo(shift));
}

/** Least value of a bucket and how many integers it holds. */
function boundsOf(bucket: number): { low: number; width: number } {
  if (bucket < 2 * SUB_COUNT) return { low: bucket, width: 1 };
  const shift = Math.floor(bucket / SUB_COUNT) - 1;
  const width = powerOfTwo(shift);
  return { low: (bucket - shift * SUB_COUNT) * width, width };
}

export class StreamingQuantiles {
  private readonly counts = new Float64Array(BUCKETS + SUB_COUNT);
  private countValue = 0;
  private sumValue = 0;
  private least = Infinity;
  private largest = -Infinity;

  get count(): number {
    return this.countValue;
  }

  get sum(): number {
    return this.sumValue;
  }

  get min(): number {
    return this.least;
  }

  get max(): number {
    return this.largest;
  }

  /** One more value: an integer from 0 to 2^53 - 1. */
  add(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(`StreamingQuantiles: ${value} given; must be an integer within 0 .. 2^53-1`);
    this.counts[bucketOf(value)]! += 1;
    this.countValue += 1;
    this.sumValue += value;
    if (value < this.least) this.least = value;
    if (value > this.largest) this.largest = value;
  }

  /** Takes over all values of another histogram. */
  merge(other: StreamingQuantiles): void {
    for (let i = 0; i < this.counts.length; i++) this.counts[i]! += other.counts[i]!;
    this.countValue += other.countValue;
    this.sumValue += other.sumValue;
    this.least = Math.min(this.least, other.least);
    this.largest = Math.max(this.largest, other.largest);
  }

  /** The q-quantile (rank ceil(q n)) to within RELATIVE_ERROR; exact below 2^(SUB_BITS + 1) and at both ends. */
  quantile(q: number): number {
    if (this.countValue === 0) throw new RangeError('StreamingQuantiles: no values yet');
    let rank = quantileRank(this.countValue, q);
    if (rank === 1) return this.least;
    if (rank === this.countValue) return this.largest;
    let bucket = 0;
    while (rank > this.counts[bucket]!) {
      rank -= this.counts[bucket]!;
      bucket += 1;
    }
    const { low, width } = boundsOf(bucket);
    return Math.min(this.largest, Math.max(this.least, low + Math.floor(width / 2)));
  }
}

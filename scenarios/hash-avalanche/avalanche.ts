/** Avalanche statistics of a 256-bit hash: strict-avalanche matrix, distances and their comparison with the ideal law. */
import { DIGEST_BYTES, type PlainHash } from '../../sim/ledger/msha256.ts';
import type { RandomStream } from '../../sim/random.ts';

const DIGEST_BITS = 8 * DIGEST_BYTES;
/** Mean and standard deviation of a binomial(256, 1/2). */
export const IDEAL_MEAN = 128;
export const IDEAL_DEVIATION = 8;

/** Random bytes. */
export function fill(stream: RandomStream, message: Uint8Array): void {
  for (let i = 0; i < message.length; i++) message[i] = stream.uint32() & 255;
}

function flip(message: Uint8Array, bit: number): void {
  message[bit >> 3] = message[bit >> 3]! ^ (128 >> (bit & 7));
}

/** Counts of flipped output bits per (input bit, output bit), and of distances. */
export class Avalanche {
  readonly cells: Int32Array;
  readonly distances = new Float64Array(DIGEST_BITS + 1);
  messages = 0;

  constructor(inputBits: number) {
    this.cells = new Int32Array(inputBits * DIGEST_BITS);
  }

  add(hash: PlainHash, message: Uint8Array, positions: readonly number[]): void {
    const base = hash.digest(message);
    positions.forEach((bit, row) => {
      flip(message, bit);
      const changed = hash.digest(message);
      flip(message, bit);
      let distance = 0;
      for (let byte = 0; byte < DIGEST_BYTES; byte++) {
        const difference = base[byte]! ^ changed[byte]!;
        const at = row * DIGEST_BITS + 8 * byte;
        for (let k = 0; k < 8; k++) {
          const bitDiffers = (difference >> (7 - k)) & 1;
          this.cells[at + k] = this.cells[at + k]! + bitDiffers;
          distance += bitDiffers;
        }
      }
      this.distances[distance] = this.distances[distance]! + 1;
    });
    this.messages += 1;
  }

  /** Largest |p_ij - 1/2| of the strict-avalanche matrix. */
  maxDeviation(): number {
    let largest = 0;
    for (let i = 0; i < this.cells.length; i++) {
      const deviation = Math.abs(this.cells[i]! / this.messages - 0.5);
      if (deviation > largest) largest = deviation;
    }
    return largest;
  }
}

export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** Moments of a histogram of distances. */
export function momentsOf(distances: ArrayLike<number>): Moments {
  let count = 0;
  let sum = 0;
  let squares = 0;
  let min = -1;
  let max = 0;
  for (let d = 0; d < distances.length; d++) {
    const times = distances[d]!;
    if (times === 0) continue;
    if (min < 0) min = d;
    max = d;
    count += times;
    sum += times * d;
    squares += times * d * d;
  }
  const mean = sum / count;
  return { count, mean, deviation: Math.sqrt((squares - count * mean * mean) / (count - 1)), min: Math.max(min, 0), max };
}

/** Chi-square of distances against binomial(256, 1/2); neighbours are pooled until 5 are expected in each class. */
export function chiSquare(distances: ArrayLike<number>): { readonly statistic: number; readonly degrees: number } {
  let count = 0;
  for (let d = 0; d < distances.length; d++) count += distances[d]!;
  // C(256, d) / 2^256 by recurrence from 2^-256.
  let probability = 1;
  for (let i = 0; i < DIGEST_BITS; i++) probability /= 2;
  const classes: { observed: number; expected: number }[] = [];
  let observed = 0;
  let expected = 0;
  for (let d = 0; d <= DIGEST_BITS; d++) {
    observed += distances[d]!;
    expected += count * probability;
    probability = (probability * (DIGEST_BITS - d)) / (d + 1);
    if (expected >= 5) {
      classes.push({ observed, expected });
      observed = 0;
      expected = 0;
    }
  }
  const last = classes.at(-1);
  if (last !== undefined) {
    last.observed += observed;
    last.expected += expected;
  }
  const statistic = classes.reduce((sum, each) => sum + ((each.observed - each.expected) * (each.observed - each.expected)) / each.expected, 0);
  return { statistic, degrees: Math.max(1, classes.length - 1) };
}

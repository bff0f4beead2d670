/**
 * What an index accepts as keys: sorted unsigned integers, either 64-bit (BigUint64Array) or below 2^53
 * (Float64Array, exact in doubles and faster). 64-bit keys are worked on as pairs of 32-bit halves (low, high), seen
 * through a view of the same bytes: no BigInt is made on the way. All engines we run on are little-endian; a
 * big-endian one is refused rather than misread.
 */
export type Keys = Float64Array | BigUint64Array;

/** Largest integer a Float64Array key may have. */
export const NUMBER_KEY_MAX = 9_007_199_254_740_991;
/** Largest 64-bit key. */
export const KEY_MAX = 18_446_744_073_709_551_615n;

/** A key that breaks the contract, with its position (from 0). */
export class KeyError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.name = 'KeyError';
    this.position = position;
  }
}

/** (low, high) halves of 64-bit keys, a view of the same memory. */
export function halvesOf(keys: BigUint64Array): Uint32Array {
  const probe = new Uint32Array(BigUint64Array.of(1n).buffer);
  if (probe[0] !== 1) throw new Error('pgm: 64-bit keys need a little-endian machine');
  return new Uint32Array(keys.buffer, keys.byteOffset, keys.length * 2);
}

/** Throws KeyError at the first key that is smaller than the one before, or no integer in [0, 2^53). */
export function checkNumberKeys(keys: Float64Array): void {
  let previous = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (!(key >= 0 && key <= NUMBER_KEY_MAX && Math.floor(key) === key)) {
      throw new KeyError(i, `key ${key} is no integer from 0 to 2^53 - 1`);
    }
    if (key < previous) throw new KeyError(i, `key ${key} is smaller than the key before it, ${previous}; keys must ascend`);
    previous = key;
  }
}

/** Throws KeyError at the first 64-bit key that is smaller than the one before. */
export function checkHalves(halves: Uint32Array): void {
  let previousLow = 0;
  let previousHigh = 0;
  for (let i = 0; i < halves.length; i += 2) {
    const low = halves[i]!;
    const high = halves[i + 1]!;
    if (high < previousHigh || (high === previousHigh && low < previousLow)) {
      throw new KeyError(i / 2, `key ${joined(high, low)} is smaller than the key before it, ${joined(previousHigh, previousLow)}; keys must ascend`);
    }
    previousLow = low;
    previousHigh = high;
  }
}

/** The 64-bit integer of two halves. */
export function joined(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

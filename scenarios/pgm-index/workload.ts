/** Keys with known statistics for the PGM scenario, and what a lookup reads in 64-byte lines. */
import { exponential, lognormal } from '../../sim/distributions.ts';
import type { RandomStream } from '../../sim/random.ts';
import { bisectionProbes } from '../../sim/storage-lsm/pgm/binary-search.ts';
import { type PgmIndex, SEGMENT_BYTES } from '../../sim/storage-lsm/pgm/pgm-index.ts';

/** choice: mean gap 2^30 keeps two million keys below 2^53 and makes rounding of gaps invisible. */
const MEAN_GAP = 1_073_741_824;
const LINE_BYTES = 64;
const KEYS_PER_LINE = LINE_BYTES / 8;

export const KEY_SETS = ['exponential-gaps', 'lognormal-gaps', 'squares'] as const;
export type KeySet = (typeof KEY_SETS)[number];

/**
 * Ascending keys. Exponential gaps are random (Poisson) keys, what hash prefixes look like; lognormal gaps vary more;
 * squares are smooth and strictly convex.
 */
export function makeKeys(keySet: KeySet, count: number, stream: RandomStream): Float64Array {
  const keys = new Float64Array(count);
  let key = 0;
  for (let i = 0; i < count; i++) {
    if (keySet === 'exponential-gaps') key += 1 + Math.floor(exponential(stream, MEAN_GAP));
    else if (keySet === 'lognormal-gaps') key += 1 + Math.floor(MEAN_GAP * Math.min(1000, lognormal(stream, -0.5, 1)));
    else key = i * i;
    keys[i] = key;
  }
  return keys;
}

/** Distinct 64-byte lines of the key array that bisecting `count` keys from `start` reads to find `rank`. */
export function linesOfBisection(start: number, count: number, rank: number, scratch: Float64Array): number {
  const probes = bisectionProbes(start, count, rank, scratch);
  let lines = 0;
  for (let i = 0; i < probes; i++) {
    const line = Math.floor(scratch[i]! / KEYS_PER_LINE);
    let seen = false;
    for (let j = 0; j < i && !seen; j++) seen = Math.floor(scratch[j]! / KEYS_PER_LINE) === line;
    if (!seen) lines += 1;
  }
  return lines;
}

/**
 * Lines of the index a lookup reads: r neighbouring records of a level cover 1 + (r * bytes - 4) / 64 lines on average
 * over their alignment (4-byte steps); summed over the levels only the total number of records matters.
 */
export function linesOfLevels(index: PgmIndex, keysRead: number): number {
  const records = 1 + keysRead;
  return index.height + (records * SEGMENT_BYTES - 4 * index.height) / LINE_BYTES;
}

export interface Errors {
  readonly maxError: number;
  readonly meanError: number;
  /** Keys off by more than epsilon. */
  readonly beyond: number;
  /** Keys by lower end of their class of position - rank; classes are epsilon / 8 wide, at least 1. */
  readonly classes: ReadonlyMap<number, number>;
}

/** Errors of all present keys; none without an index. */
export function errorsOf(index: PgmIndex | undefined, keys: Float64Array): Errors {
  const classes = new Map<number, number>();
  if (index === undefined) return { maxError: 0, meanError: 0, beyond: 0, classes };
  const width = Math.max(1, Math.floor(index.epsilon / 8));
  let maxError = 0;
  let errors = 0;
  let beyond = 0;
  for (let rank = 0; rank < keys.length; rank++) {
    const error = index.positionOfNumber(keys[rank]!) - rank;
    const size = Math.abs(error);
    if (size > maxError) maxError = size;
    if (size > index.epsilon) beyond += 1;
    errors += size;
    const lowerEnd = Math.floor(error / width) * width;
    classes.set(lowerEnd, (classes.get(lowerEnd) ?? 0) + 1);
  }
  return { maxError, meanError: errors / keys.length, beyond, classes };
}

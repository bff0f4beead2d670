/**
 * Finding a key inside a level-0 file that lies on byte-addressable memory: what is read there, access by access.
 *
 * Without a learned index: binary search over the file's n keys; each probe is a dependent random access, and the next one
 * is not known before the previous key has arrived. With one: the PGM-index (in DRAM) predicts a position; the key there is
 * one random access, and from it the search walks forwards or backwards key by key (the paper, section 2.2), each step the
 * sequential access after the last. Positions are real: the index is trained on the file's keys, and the walk's length is
 * the distance between its prediction and the key's place, at most epsilon + 1 for present keys.
 *
 * Keys enter as the top 52 bits of the key bytes, exact in a double. Equal prefixes of different keys (chance 1e-5 among
 * 1e5 hashes) count as equal here; the answer of a read never depends on it. Left out: cache lines shared by neighbouring keys.
 */
import type { KeyTable } from '../leveldb/key-table.ts';
import { PgmIndex } from '../pgm/pgm-index.ts';

/** Dependent accesses of one search. */
export interface SearchAccesses {
  random: number;
  sequential: number;
}

/** Top 52 bits of a key as an integer; bytes beyond the key's end count as zero. */
export function keyPrefix52(keys: KeyTable, id: number): number {
  return keys.prefix52Of(id);
}

/** The same as a fraction of the key space, for pictures. */
export function keyFraction(keys: KeyTable, id: number): number {
  return keyPrefix52(keys, id) / 4_503_599_627_370_496;
}

/** Probes of a binary search for the lower bound among n keys. */
export function binarySearchProbes(count: number): number {
  let probes = 0;
  for (let left = count; left > 0; left = left >>> 1) probes += 1;
  return probes;
}

/** Reads of the walk from position `from` to where the key is or would be; `at` is its lower bound. */
export function walkReads(sorted: Float64Array, key: number, from: number, at: number): number {
  const start = from >= sorted.length ? sorted.length - 1 : from;
  const found = sorted[start]!;
  if (found < key) return Math.min(at, sorted.length - 1) - start + 1;
  if (found === key) return 1;
  // Backwards until a key that is not larger; if the key itself is there, that one, else the one before its place.
  const last = sorted[at] === key ? at : Math.max(0, at - 1);
  return start - last + 1;
}

export class LearnedTable {
  readonly pgm: PgmIndex;
  readonly keys: Float64Array;

  /** Trains the index on the file's keys, ascending. */
  constructor(keys: Float64Array, epsilon: number, epsilonRecursive: number) {
    this.keys = keys;
    this.pgm = PgmIndex.build(keys, { epsilon, epsilonRecursive });
  }

  /** Keys read from the file to find this key or learn that it is absent. */
  keysRead(key: number): number {
    const at = this.pgm.lowerBound(key);
    return walkReads(this.keys, key, this.pgm.position(key), at);
  }

  /** Where the segments of the bottom level begin, as fractions of the key space. */
  segmentFractions(): number[] {
    return this.pgm.firstKeys().map((key) => Number(key) / 4_503_599_627_370_496);
  }
}

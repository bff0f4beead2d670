/**
 * Plain lower bound on the same arrays: what the index is measured against, in time (bench/pgm-lookup.ts) and in keys
 * read (scenario pgm-index). The halving keeps one moving base and a length, the fastest form we measured in V8.
 */

/** Rank of the first key >= the sought one. */
export function lowerBoundOfNumbers(keys: Float64Array, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keys a lower bound over `length` keys compares when every probe is counted; `rank` is the answer. */
export function keysReadByBisection(length: number, rank: number): number {
  let low = 0;
  let high = length;
  let keysRead = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    keysRead += 1;
    if (middle < rank) low = middle + 1;
    else high = middle;
  }
  return keysRead;
}

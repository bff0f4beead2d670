/**
 * Plain lower bound on the same arrays: what the index is measured against, in time (bench/pgm-lookup.ts) and in keys
 * read (scenario pgm-index). One moving base and a shrinking length: of the forms tried in V8 the fastest (1e7 keys: 590
 * against 690 ns for the textbook form with two ends).
 */

/** Rank of the first key >= the sought one. */
export function lowerBoundOfNumbers(keys: Float64Array, key: number): number {
  let base = 0;
  let length = keys.length;
  if (length === 0) return 0;
  while (length > 1) {
    const half = length >> 1;
    base += keys[base + half - 1]! < key ? half : 0;
    length -= half;
  }
  return base + (keys[base]! < key ? 1 : 0);
}

/** Positions that search compares, in order, when `rank` is the answer; written to `out`, their number returned. */
export function bisectionProbes(start: number, count: number, rank: number, out: Float64Array): number {
  if (count === 0) return 0;
  let base = start;
  let length = count;
  let probes = 0;
  while (length > 1) {
    const half = length >> 1;
    const position = base + half - 1;
    out[probes++] = position;
    base += position < rank ? half : 0;
    length -= half;
  }
  out[probes++] = base;
  return probes;
}

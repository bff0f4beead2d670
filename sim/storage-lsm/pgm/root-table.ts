/**
 * A shortcut past the upper levels for 53-bit keys: the key range is cut into equal slices, and each slice names the
 * segment that holds its lowest key. On evenly spread keys a lookup then walks past one segment or none. Slices into
 * which many segments fall are left to the levels, so that skewed keys cost no more than before. It changes no answer.
 */

/** Slices at most: 256 KiB, so that the table stays in a second-level cache. */
const SLICES_MAX = 65_536;
/** Segments that may begin inside a slice; more than that, and the levels are walked. */
const SEGMENTS_PER_SLICE_MAX = 4;
/** Entry of a slice that is left to the levels. */
export const CROWDED = -1;

export interface RootTable {
  /** Per slice: four times the segment of its lowest key, or CROWDED. One entry more than slices, for rounding. */
  readonly starts: Int32Array;
  /** Slices per key unit: slice = floor((key - first key) * scale), for keys up to the greatest. */
  readonly scale: number;
}

/** Over `count` >= 1 ascending first keys; `greatest` is the largest key of all. */
export function rootTable(firstKeys: Float64Array, count: number, greatest: number): RootTable {
  const least = firstKeys[0]!;
  let slices = 1;
  while (slices < 2 * count && slices < SLICES_MAX) slices *= 2;
  const scale = slices / (greatest - least + 1);
  const starts = new Int32Array(slices + 1);
  // The same rounded product as in a lookup, hence monotone in the key: a segment of an earlier slice begins before
  // every key of this one.
  const sliceOf = (segment: number): number => Math.floor((firstKeys[segment]! - least) * scale);
  let segment = 0;
  for (let slice = 0; slice <= slices; slice++) {
    while (segment + 1 < count && sliceOf(segment + 1) < slice) segment += 1;
    const beyond = segment + SEGMENTS_PER_SLICE_MAX + 1;
    starts[slice] = beyond < count && sliceOf(beyond) <= slice ? CROWDED : 4 * segment;
  }
  return { starts, scale };
}

/** Sizes of LevelDB's variable-length integers. Source: LevelDB 1.23, util/coding.cc. Units: bytes. */

/** Bytes of a base-128 varint; values up to 2^53. */
export function varintBytes(value: number): number {
  if (value < 128) return 1;
  if (value < 16384) return 2;
  if (value < 2097152) return 3;
  if (value < 268435456) return 4;
  if (value < 34359738368) return 5;
  if (value < 4398046511104) return 6;
  return value < 562949953421312 ? 7 : 8;
}

/** Bytes of a block handle: offset and size, both varints. Source: table/format.cc. */
export function handleBytes(offsetBytes: number, sizeBytes: number): number {
  return varintBytes(offsetBytes) + varintBytes(sizeBytes);
}

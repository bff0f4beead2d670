/**
 * LevelDB's Bloom filter, bits and all, inside the filter block of a table.
 *
 * A filter covers the keys of the data blocks that start in one 2 KiB stretch of the file. It has max(64, n x bits per
 * key) bits, rounded up to bytes, and one byte more for k = floor(0.69 x bits per key), 1..30. Probe j stands at
 * h + j x rotr(h, 17) modulo the number of bits, h being the hash with seed 0xbc9f1d34.
 * Source: LevelDB 1.23, util/bloom.cc, table/filter_block.cc. Units: bits, bytes.
 *
 * Consequence worth knowing: one key per block (values of 4 KiB and more) gives 64-bit filters with 4096 distinct probe
 * patterns, false-positive rate about 0.2 %, not the textbook's 0.84 % for 10 bits.
 */
const FILTER_SEED = 0xbc9f1d34;
const MIN_FILTER_BITS = 64;
const MAX_PROBES = 30;

/** A filter covers this many bytes of file offset, as a shift. */
export const FILTER_BASE_SHIFT = 11;

export function probeCount(bitsPerKey: number): number {
  const k = Math.trunc(bitsPerKey * 0.69); // 0.69 is LevelDB's rounding of ln 2
  return k < 1 ? 1 : k > MAX_PROBES ? MAX_PROBES : k;
}

/** Bytes of a filter of `keyCount` keys without its closing k byte. */
export function filterBitBytes(keyCount: number, bitsPerKey: number): number {
  const bits = keyCount * bitsPerKey;
  return ((bits < MIN_FILTER_BITS ? MIN_FILTER_BITS : bits) + 7) >>> 3;
}

/** Step from probe to probe: the hash rotated right by 17 bits. */
function rotatedBy17(hash: number): number {
  return ((hash >>> 17) | (hash << 15)) >>> 0;
}

export function setFilterBits(array: Uint8Array, from: number, sizeBytes: number, k: number, hash: number): void {
  const bits = sizeBytes * 8;
  const delta = rotatedBy17(hash);
  let h = hash;
  for (let probe = 0; probe < k; probe++) {
    const bit = h % bits;
    array[from + (bit >>> 3)]! |= 1 << (bit & 7);
    h = (h + delta) >>> 0;
  }
}

export function filterMayContain(array: Uint8Array, from: number, sizeBytes: number, k: number, hash: number): boolean {
  const bits = sizeBytes * 8;
  const delta = rotatedBy17(hash);
  let h = hash;
  for (let probe = 0; probe < k; probe++) {
    const bit = h % bits;
    if ((array[from + (bit >>> 3)]! & (1 << (bit & 7))) === 0) return false;
    h = (h + delta) >>> 0;
  }
  return true;
}

/** The hash from which all probes of a key follow. */
export function filterHash(keys: { hashOf(id: number, seed: number): number }, key: number): number {
  return keys.hashOf(key, FILTER_SEED);
}

/**
 * LevelDB's 32-bit hash, a murmur-like mix of little-endian words. It decides Bloom filter bits and cache shards.
 * Source: LevelDB 1.23, util/hash.cc.
 */
const MULTIPLIER = 0xc6a4a793;

export function hashBytes(data: Uint8Array, from: number, lengthBytes: number, seed: number): number {
  let h = seed ^ Math.imul(lengthBytes, MULTIPLIER);
  const end = from + lengthBytes;
  let at = from;
  for (; at + 4 <= end; at += 4) {
    const word = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
    h = Math.imul(h + word, MULTIPLIER);
    h ^= h >>> 16;
  }
  if (at < end) {
    if (end - at === 3) h += data[at + 2]! << 16;
    if (end - at >= 2) h += data[at + 1]! << 8;
    h = Math.imul(h + data[at]!, MULTIPLIER);
    h ^= h >>> 24;
  }
  return h >>> 0;
}

/** The same for one or two numbers written as 8 bytes little-endian each, seed 0: the keys of LevelDB's caches. */
export function hashNumbers(first: number, second?: number): number {
  let h = Math.imul(second === undefined ? 8 : 16, MULTIPLIER);
  h = mixed(h, first >>> 0);
  h = mixed(h, Math.floor(first / 4294967296));
  if (second !== undefined) {
    h = mixed(h, second >>> 0);
    h = mixed(h, Math.floor(second / 4294967296));
  }
  return h >>> 0;
}

function mixed(h: number, word: number): number {
  const product = Math.imul(h + word, MULTIPLIER);
  return product ^ (product >>> 16);
}

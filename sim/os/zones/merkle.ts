/**
 * Merkle tree hash of a list of entries, after RFC 6962 section 2.1: leaves and inner nodes are hashed under different first bytes,
 * and a list is split at the largest power of two below its length. Both matter: a tree that repeats its last leaf to even out a level
 * gives two lists one root (CVE-2012-2459), and without the first bytes an inner node could be passed off as an entry.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function merkleRoot(entries: readonly Uint8Array[]): Uint8Array {
  return entries.length === 0 ? sha256(new Uint8Array(0)) : treeHash(entries, 0, entries.length);
}

function treeHash(entries: readonly Uint8Array[], from: number, to: number): Uint8Array {
  if (to - from === 1) return sha256(concatBytes(LEAF, entries[from]!));
  let half = 1;
  while (2 * half < to - from) half *= 2;
  return sha256(concatBytes(NODE, treeHash(entries, from, from + half), treeHash(entries, from + half, to)));
}

/**
 * Shape of a radix trie over hashed keys, as ledgers use it for state: up to 64 levels, one hex digit of a 256-bit key
 * each (high nibble first), up to 16 children, data only in leaves, a leaf at the shallowest depth at which its prefix
 * is unique (rippled's SHAMap). Keys are SHA-256 of the 8-byte big-endian index. Depth counts edges from the root.
 * Built by insertion, so every number is of a real trie. Left out: node contents, hashes of nodes, deletions.
 */
import { sha256 } from '@noble/hashes/sha2.js';

const FANOUT = 16;
const KEY_NIBBLES = 64;
/** Nibbles of a key kept in memory; deeper ones are derived again, which practically never happens. */
const KEPT_NIBBLES = 16;
const KEPT_BYTES = KEPT_NIBBLES / 2;
/** Largest accepted number of keys: 16 entries of 4 bytes per inner node, 0.36 inner nodes a key. */
export const TRIE_KEYS_MAX = 20_000_000;

export interface TrieShape {
  readonly meanLeafDepth: number;
  readonly maxLeafDepth: number;
  /** Prefixes shared by two or more keys, the root's empty one included. */
  readonly innerNodes: number;
  /** Inner nodes with two or more children. */
  readonly branchNodes: number;
}

/** SHA-256 of a key's index as 8 bytes, big-endian. */
export function hashedKey(index: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(index / 0x1_0000_0000));
  view.setUint32(4, index >>> 0);
  return sha256(bytes);
}

/** Shape of the trie over keys 0..n-1. One key is a leaf at depth 0 and no inner node: its empty prefix is unique. */
export function trieShape(n: number, keyOf: (index: number) => Uint8Array = hashedKey): TrieShape {
  if (!Number.isInteger(n) || n < 1 || n > TRIE_KEYS_MAX) throw new RangeError(`trie-shape: n ${n} must be an integer from 1 to ${TRIE_KEYS_MAX}`);
  const trie = new RadixTrie(n, keyOf);
  for (let index = 0; index < n; index++) trie.insert(index);
  return trie.shape();
}

/** Child entry: 0 = none, positive = inner node number, negative = leaf of key -entry - 1. The root is entry 1. */
class RadixTrie {
  readonly #keyOf: (index: number) => Uint8Array;
  readonly #prefix: Uint8Array;
  readonly #count: number;
  #children = new Int32Array(FANOUT * 1024);
  #nodes = 1;
  #leafDepthSum = 0;
  #leafDepthMax = 0;
  /** The root holds one key as a leaf until the second arrives. */
  #root = 0;

  constructor(count: number, keyOf: (index: number) => Uint8Array) {
    this.#count = count;
    this.#keyOf = keyOf;
    this.#prefix = new Uint8Array(count * KEPT_BYTES);
  }

  insert(index: number): void {
    const key = this.#keyOf(index);
    for (let i = 0; i < KEPT_BYTES; i++) this.#prefix[index * KEPT_BYTES + i] = key[i]!;
    let depth = 0;
    let entry = this.#root;
    let slot = -1;
    while (entry > 0) {
      slot = entry * FANOUT + this.#nibble(index, depth);
      entry = this.#children[slot]!;
      depth += 1;
    }
    const place = entry === 0 ? -index - 1 : this.#split(-entry - 1, index, depth);
    if (slot < 0) this.#root = place;
    else this.#children[slot] = place;
    if (entry === 0) this.#addLeaf(depth, 1);
  }

  /** Replaces the leaf of `other` at `depth` by inner nodes down to where both keys part; returns the first of them. */
  #split(other: number, index: number, depth: number): number {
    this.#addLeaf(depth, -1);
    const first = this.#newNode();
    let node = first;
    let level = depth;
    let a = this.#nibble(other, level);
    let b = this.#nibble(index, level);
    while (a === b) {
      const next = this.#newNode();
      this.#children[node * FANOUT + a] = next;
      node = next;
      level += 1;
      a = this.#nibble(other, level);
      b = this.#nibble(index, level);
    }
    this.#children[node * FANOUT + a] = -other - 1;
    this.#children[node * FANOUT + b] = -index - 1;
    this.#addLeaf(level + 1, 2);
    return first;
  }

  shape(): TrieShape {
    let branchNodes = 0;
    for (let node = 1; node < this.#nodes; node++) {
      let occupied = 0;
      for (let child = 0; child < FANOUT; child++) if (this.#children[node * FANOUT + child] !== 0) occupied += 1;
      if (occupied >= 2) branchNodes += 1;
    }
    return {
      meanLeafDepth: this.#leafDepthSum / this.#count,
      maxLeafDepth: this.#leafDepthMax,
      innerNodes: this.#nodes - 1,
      branchNodes,
    };
  }

  /** The deepest leaf only moves down: a split leaf's depth is always exceeded by its two successors'. */
  #addLeaf(depth: number, leaves: number): void {
    this.#leafDepthSum += depth * leaves;
    if (leaves > 0 && depth > this.#leafDepthMax) this.#leafDepthMax = depth;
  }

  #newNode(): number {
    const node = this.#nodes;
    this.#nodes += 1;
    if (this.#nodes * FANOUT > this.#children.length) {
      const larger = new Int32Array(this.#children.length * 2);
      larger.set(this.#children);
      this.#children = larger;
    }
    return node;
  }

  #nibble(index: number, depth: number): number {
    if (depth >= KEY_NIBBLES) throw new RangeError(`trie-shape: key ${index} equals another one`);
    const byte = depth < KEPT_NIBBLES ? this.#prefix[index * KEPT_BYTES + (depth >> 1)]! : this.#keyOf(index)[depth >> 1]!;
    return (depth & 1) === 0 ? byte >> 4 : byte & 15;
  }
}

/**
 * LevelDB's sharded LRU cache, for data blocks (charge = block bytes) and for open tables (charge = 1).
 *
 * 16 shards, each with a sixteenth of the capacity, rounded up; an entry's shard is the top four bits of the hash of its
 * key. A block's key is its table's cache number and its offset, a table's key is its file number, 8 bytes little-endian
 * each. As there, entries hang in a hash table and in one list a shard, oldest first; both are arrays of slots here.
 * Source: LevelDB 1.23, util/cache.cc, table/table.cc, db/table_cache.cc. Left out: pinning of entries in use, because a
 * driver uses an entry at one instant only. Unit of charge: the caller's.
 */
import { hashNumbers } from './hash.ts';

const SHARD_COUNT = 16;
const SHARD_SHIFT = 28;
/** Second part of a key that has none. */
const NO_OFFSET = -1;
const NO_SLOT = -1;

export class LruCache {
  hits = 0;
  misses = 0;
  readonly #shardCapacity: number;
  readonly #used = new Float64Array(SHARD_COUNT);
  /** Slots below `SHARD_COUNT` are the ends of the shards' rings: next is the oldest entry, previous the newest. */
  #owner = new Float64Array(64);
  #offset = new Float64Array(64);
  #charge = new Float64Array(64);
  #hash = new Uint32Array(64);
  #next = new Int32Array(64);
  #previous = new Int32Array(64);
  /** Next slot of the same bucket; of a free slot, the next free one. */
  #chain = new Int32Array(64);
  #buckets = new Int32Array(64).fill(NO_SLOT);
  #slotEnd = SHARD_COUNT;
  #free = NO_SLOT;

  /** Capacity 0 caches nothing. */
  constructor(capacity: number) {
    this.#shardCapacity = Math.floor((capacity + SHARD_COUNT - 1) / SHARD_COUNT);
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      this.#next[shard] = shard;
      this.#previous[shard] = shard;
    }
  }

  get usedCharge(): number {
    return this.#used.reduce((sum, used) => sum + used, 0);
  }

  /** True, and now the most recently used, if (owner, offset) is cached. `offset` undefined: a one-part key. */
  lookup(owner: number, offset?: number): boolean {
    const hash = hashNumbers(owner, offset);
    const slot = this.#find(hash, owner, offset ?? NO_OFFSET);
    if (slot === NO_SLOT) {
      this.misses++;
      return false;
    }
    this.#unlink(slot);
    this.#linkNewest(slot, hash >>> SHARD_SHIFT);
    this.hits++;
    return true;
  }

  /** Caches (owner, offset) and evicts the least recently used while the shard is over its share. */
  insert(charge: number, owner: number, offset?: number): void {
    if (this.#shardCapacity === 0) return;
    const hash = hashNumbers(owner, offset);
    const shard = hash >>> SHARD_SHIFT;
    const known = this.#find(hash, owner, offset ?? NO_OFFSET);
    if (known !== NO_SLOT) this.#remove(known);
    const slot = this.#allocate();
    this.#owner[slot] = owner;
    this.#offset[slot] = offset ?? NO_OFFSET;
    this.#charge[slot] = charge;
    this.#hash[slot] = hash;
    const bucket = hash & (this.#buckets.length - 1);
    this.#chain[slot] = this.#buckets[bucket]!;
    this.#buckets[bucket] = slot;
    this.#linkNewest(slot, shard);
    this.#used[shard] = this.#used[shard]! + charge;
    // The entry just inserted is in use by its reader: it is never the one that goes.
    for (let oldest = this.#next[shard]!; this.#used[shard]! > this.#shardCapacity && oldest !== slot; oldest = this.#next[shard]!) this.#remove(oldest);
  }

  erase(owner: number, offset?: number): void {
    const slot = this.#find(hashNumbers(owner, offset), owner, offset ?? NO_OFFSET);
    if (slot !== NO_SLOT) this.#remove(slot);
  }

  #find(hash: number, owner: number, offset: number): number {
    let slot = this.#buckets[hash & (this.#buckets.length - 1)]!;
    while (slot !== NO_SLOT && (this.#owner[slot] !== owner || this.#offset[slot] !== offset)) slot = this.#chain[slot]!;
    return slot;
  }

  #remove(slot: number): void {
    const hash = this.#hash[slot]!;
    const shard = hash >>> SHARD_SHIFT;
    this.#used[shard] = this.#used[shard]! - this.#charge[slot]!;
    this.#unlink(slot);
    const bucket = hash & (this.#buckets.length - 1);
    if (this.#buckets[bucket] === slot) {
      this.#buckets[bucket] = this.#chain[slot]!;
    } else {
      let before = this.#buckets[bucket]!;
      while (this.#chain[before] !== slot) before = this.#chain[before]!;
      this.#chain[before] = this.#chain[slot]!;
    }
    this.#chain[slot] = this.#free;
    this.#free = slot;
  }

  #unlink(slot: number): void {
    const next = this.#next[slot]!;
    const previous = this.#previous[slot]!;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #linkNewest(slot: number, shard: number): void {
    const newest = this.#previous[shard]!;
    this.#next[newest] = slot;
    this.#previous[slot] = newest;
    this.#next[slot] = shard;
    this.#previous[shard] = slot;
  }

  #allocate(): number {
    if (this.#free !== NO_SLOT) {
      const slot = this.#free;
      this.#free = this.#chain[slot]!;
      return slot;
    }
    if (this.#slotEnd === this.#owner.length) this.#grow();
    return this.#slotEnd++;
  }

  /** Twice the slots and as many buckets; every slot is in use here, so each gets its place in a bucket anew. */
  #grow(): void {
    const slots = this.#owner.length * 2;
    this.#owner = copied(this.#owner, new Float64Array(slots));
    this.#offset = copied(this.#offset, new Float64Array(slots));
    this.#charge = copied(this.#charge, new Float64Array(slots));
    this.#hash = copied(this.#hash, new Uint32Array(slots));
    this.#next = copied(this.#next, new Int32Array(slots));
    this.#previous = copied(this.#previous, new Int32Array(slots));
    this.#chain = copied(this.#chain, new Int32Array(slots));
    this.#buckets = new Int32Array(slots).fill(NO_SLOT);
    for (let slot = SHARD_COUNT; slot < this.#slotEnd; slot++) {
      const bucket = this.#hash[slot]! & (slots - 1);
      this.#chain[slot] = this.#buckets[bucket]!;
      this.#buckets[bucket] = slot;
    }
  }
}

function copied<A extends Float64Array | Uint32Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

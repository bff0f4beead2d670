/**
 * LevelDB's sharded LRU cache, for data blocks (charge = block bytes) and for open tables (charge = 1).
 *
 * 16 shards, each with a sixteenth of the capacity, rounded up; an entry's shard is the top four bits of the hash of its
 * key. A block's key is its table's cache number and its offset, a table's key is its file number, 8 bytes little-endian
 * each. Source: LevelDB 1.23, util/cache.cc, table/table.cc, db/table_cache.cc. Left out: pinning of entries in use,
 * because a driver uses an entry at one instant only. Unit of charge: the caller's.
 */
import { hashBytes } from './hash.ts';

const SHARD_COUNT = 16;
const SHARD_SHIFT = 28;

interface Shard {
  /** Charge by key; a Map keeps insertion order, so the first key is the least recently used. */
  readonly charges: Map<string, number>;
  used: number;
}

export class LruCache {
  hits = 0;
  misses = 0;
  readonly #shardCapacity: number;
  readonly #shards: Shard[] = Array.from({ length: SHARD_COUNT }, () => ({ charges: new Map(), used: 0 }));
  readonly #bytes = new Uint8Array(16);
  readonly #view = new DataView(this.#bytes.buffer);

  /** Capacity 0 caches nothing. */
  constructor(capacity: number) {
    this.#shardCapacity = Math.floor((capacity + SHARD_COUNT - 1) / SHARD_COUNT);
  }

  get usedCharge(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.used, 0);
  }

  /** True, and now the most recently used, if (owner, offset) is cached. `offset` undefined: a one-part key. */
  lookup(owner: number, offset?: number): boolean {
    const { charges } = this.#shardOf(owner, offset);
    const key = keyText(owner, offset);
    const charge = charges.get(key);
    if (charge === undefined) {
      this.misses++;
      return false;
    }
    charges.delete(key);
    charges.set(key, charge);
    this.hits++;
    return true;
  }

  /** Caches (owner, offset) and evicts the least recently used while the shard is over its share. */
  insert(charge: number, owner: number, offset?: number): void {
    if (this.#shardCapacity === 0) return;
    const shard = this.#shardOf(owner, offset);
    const key = keyText(owner, offset);
    this.#remove(shard, key);
    shard.charges.set(key, charge);
    shard.used += charge;
    for (const oldest of shard.charges.keys()) {
      // The entry just inserted is in use by its reader: it is never the one that goes.
      if (shard.used <= this.#shardCapacity || oldest === key) break;
      this.#remove(shard, oldest);
    }
  }

  erase(owner: number, offset?: number): void {
    this.#remove(this.#shardOf(owner, offset), keyText(owner, offset));
  }

  #remove(shard: Shard, key: string): void {
    const charge = shard.charges.get(key);
    if (charge === undefined) return;
    shard.charges.delete(key);
    shard.used -= charge;
  }

  #shardOf(owner: number, offset: number | undefined): Shard {
    this.#putNumber(0, owner);
    if (offset !== undefined) this.#putNumber(8, offset);
    return this.#shards[hashBytes(this.#bytes, 0, offset === undefined ? 8 : 16, 0) >>> SHARD_SHIFT]!;
  }

  #putNumber(at: number, value: number): void {
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setUint32(at + 4, Math.floor(value / 4294967296), true);
  }
}

function keyText(owner: number, offset: number | undefined): string {
  return offset === undefined ? `${owner}` : `${owner}:${offset}`;
}

/** The parts one by one, against formulas worked out by hand or slow second versions. */
import { describe, expect, it } from 'vitest';
import { Arena } from './arena.ts';
import { filterBitBytes, filterMayContain, probeCount, setFilterBits } from './bloom.ts';
import { EntryLog } from './entry-log.ts';
import { hashBytes, hashNumbers } from './hash.ts';
import { KeyTable } from './key-table.ts';
import { LruCache } from './lru-cache.ts';
import { Memtable } from './memtable.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { ParkMiller } from './park-miller.ts';
import { splitmix64Mod } from './splitmix.ts';
import { TableBuilder } from './table-builder.ts';
import { putRecordBytes, WalFile } from './wal.ts';

const text = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));

describe('parts', () => {
  it('hashes as the vectors of LevelDB util/hash_test.cc', () => {
    const hash = (bytes: number[], seed: number): number => hashBytes(Uint8Array.from(bytes), 0, bytes.length, seed);
    expect(hash([], 0xbc9f1d34)).toBe(0xbc9f1d34);
    expect(hash([0x62], 0xbc9f1d34)).toBe(0xef1345c4);
    expect(hash([0xc3, 0x97], 0xbc9f1d34)).toBe(0x5b663814);
    expect(hash([0xe2, 0x99, 0xa5], 0xbc9f1d34)).toBe(0x323c078f);
    expect(hash([0xe1, 0x80, 0xb9, 0x32], 0xbc9f1d34)).toBe(0xed21633a);
  });

  it('splitmix64 agrees with BigInt arithmetic', () => {
    const slow = (x: number, n: number): number => {
      let z = BigInt.asUintN(64, BigInt(x) + 0x9e3779b97f4a7c15n);
      z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
      z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
      return Number((z ^ (z >> 31n)) % BigInt(n));
    };
    const points = [0, 1, 1_000_003, 2147483647, 4294967295, 4294967296, 4294967297, 2 ** 53 - 1];
    for (const x of points) for (const n of [1, 2, 1000, 100_000, 4294967296]) expect(splitmix64Mod(x, n)).toBe(slow(x, n));
    for (let i = 0; i < 2000; i++) expect(splitmix64Mod(i * 4_503_599_627, 99_991)).toBe(slow(i * 4_503_599_627, 99_991));
  });

  it('the skip list draws a height above 1 for a quarter of the nodes', () => {
    const generator = new ParkMiller(0xdeadbeef);
    let tall = 0;
    for (let i = 0; i < 100_000; i++) if (generator.next() % 4 === 0) tall++;
    expect(tall).toBeGreaterThan(24_600);
    expect(tall).toBeLessThan(25_400);
  });

  it('the arena packs small requests, wastes what is left, and gives large ones their own block', () => {
    const arena = new Arena();
    arena.allocate(1000);
    expect(arena.usedBytes).toBe(4104);
    arena.allocate(2000); // fits into what is left
    arena.allocate(1100); // neither fits into the 1096 B left nor is small: its own block
    expect(arena.usedBytes).toBe(4104 + 1108);
    arena.allocateAligned(1024); // the shared block is still open
    expect(arena.usedBytes).toBe(4104 + 1108);
    arena.allocate(100); // 72 B are left: a new block
    expect(arena.usedBytes).toBe(2 * 4104 + 1108);
  });

  it('log records of one put cost 12 + the record + 7 a fragment, and skip the last bytes of a block', () => {
    const wal = new WalFile(3);
    const payload = 12 + putRecordBytes(32, 4096);
    expect(payload).toBe(4144);
    expect(wal.append(payload)).toBe(4151);
    for (let i = 0; i < 6; i++) wal.append(payload);
    expect(wal.append(payload)).toBe(4144 + 2 * 7);
    const edge = new WalFile(3);
    edge.append(32768 - 7 - 6);
    expect(edge.append(1)).toBe(6 + 7 + 1);
    expect(new WalFile(3).append(0)).toBe(7);
  });

  it('short filters: 64 bits for one key pass 0.2033 % of foreign keys at 10 bits a key', () => {
    // Only the hash and its rotation modulo 64 matter: 64 x 64 probe patterns, all enumerated against one fixed key's 6 bits.
    expect(probeCount(10)).toBe(6);
    expect(filterBitBytes(1, 10)).toBe(8);
    const patterns = 64 * 64;
    const patternHash = (start: number, step: number): number => ((step << 17) | start) >>> 0;
    let passes = 0;
    for (let own = 0; own < patterns; own++) {
      const filter = new Uint8Array(8);
      setFilterBits(filter, 0, 8, 6, patternHash(own & 63, own >>> 6));
      for (let foreign = 0; foreign < patterns; foreign++) if (filterMayContain(filter, 0, 8, 6, patternHash(foreign & 63, foreign >>> 6))) passes++;
    }
    expect(((100 * passes) / (patterns * patterns)).toFixed(4)).toBe('0.2033');
  });

  it('a table of two small entries has the size worked out by hand', () => {
    const keys = new KeyTable();
    const log = new EntryLog(keys);
    const builder = new TableBuilder(log, DEFAULT_OPTIONS);
    builder.add(log.put(keys.intern(text('alpha')), 10));
    builder.add(log.put(keys.intern(text('alpine')), 10));
    const { table } = builder.finish();
    const data = 3 + 13 + 10 + (3 + 11 + 10) + 4 + 4 + 5; // the second entry shares "alp"
    const metaindex = 8 + 5;
    const index = 3 + (1 + 8) + 2 + 4 + 4 + 5; // successor "b" + tag; handle (0, 58) takes two bytes
    expect(table.layout.fileBytes).toBe(data + metaindex + index + 48);
    expect(table.openReadBytes()).toBe(index + 48);
  });

  it('separators are cut at the first byte that differs, if it can grow by one and stay below', () => {
    const keys = new KeyTable();
    const log = new EntryLog(keys);
    const separators = (names: string[]): number[] => {
      const builder = new TableBuilder(log, DEFAULT_OPTIONS);
      for (const name of names) builder.add(log.put(keys.intern(text(name)), 5000));
      return [...builder.finish().table.layout.separatorBytes];
    };
    expect(separators(['aaaa', 'accc'])).toEqual([2, 1]); // "ab"
    expect(separators(['aaaa', 'abbb'])).toEqual([0, 1]); // "ab" would not stay below "abbb"
    expect(separators(['ab', 'abbb'])).toEqual([0, 1]); // a prefix is never shortened
    expect(separators(['a', 'c'])).toEqual([0, 0]); // no byte would be saved
  });

  it('the memtable finds the newest entry that a snapshot sees', () => {
    const keys = new KeyTable();
    const log = new EntryLog(keys);
    const memtable = new Memtable(log);
    const ids = ['b', 'a', 'c'].map((name) => keys.intern(text(name)));
    for (let round = 0; round < 3; round++) for (const id of ids) memtable.insert(log.put(id, round));
    expect(memtable.find(ids[1]!, 9)).toBe(8);
    expect(memtable.find(ids[1]!, 7)).toBe(5);
    expect(memtable.find(ids[2]!, 2)).toBe(0);
    const order: number[] = [];
    for (let node = memtable.firstNode(); node !== 0; node = memtable.nodeAfter(node)) order.push(memtable.entryAt(node));
    expect(order).toEqual([8, 5, 2, 7, 4, 1, 9, 6, 3]);
  });

  it('the cache evicts the least recently used entry of a full shard', () => {
    const cache = new LruCache(16 * 10_000);
    for (let offset = 0; offset < 400; offset++) cache.insert(4000, 1, offset);
    // Two entries fit into a shard of 10 000.
    expect(cache.usedCharge).toBe(16 * 8000);
    const kept = Array.from({ length: 400 }, (_, offset) => offset).filter((offset) => cache.lookup(1, offset));
    expect(kept.length).toBe(32);
    cache.erase(1, kept[0]!);
    expect(cache.lookup(1, kept[0]!)).toBe(false);
    expect([cache.hits, cache.misses]).toEqual([32, 369]);
  });

  it('the cache does what a plain list of each shard does, and hashes numbers as their bytes', () => {
    const cache = new LruCache(16 * 50);
    const shards: { key: string; charge: number }[][] = Array.from({ length: 16 }, () => []);
    const bytes = new DataView(new ArrayBuffer(16));
    let draws = 0;
    const random = (n: number): number => splitmix64Mod(11 + draws++, n);
    for (let round = 0; round < 20_000; round++) {
      const owner = random(40) + (random(2) === 0 ? 0 : 2 ** 33);
      const offset = random(3) === 0 ? undefined : random(12) * 4100;
      const key = `${owner} ${offset}`;
      bytes.setBigUint64(0, BigInt(owner), true);
      bytes.setBigUint64(8, BigInt(offset ?? 0), true);
      const hash = hashBytes(new Uint8Array(bytes.buffer), 0, offset === undefined ? 8 : 16, 0);
      expect(hashNumbers(owner, offset)).toBe(hash);
      const shard = shards[hash >>> 28]!;
      const at = shard.findIndex((entry) => entry.key === key);
      if (random(20) === 0) {
        cache.erase(owner, offset);
        if (at >= 0) shard.splice(at, 1);
        continue;
      }
      expect(cache.lookup(owner, offset)).toBe(at >= 0);
      const charge = at >= 0 ? shard.splice(at, 1)[0]!.charge : 1 + random(30);
      if (at < 0) cache.insert(charge, owner, offset);
      shard.push({ key, charge });
      while (shard.length > 1 && shard.reduce((sum, entry) => sum + entry.charge, 0) > 50) shard.shift();
    }
    expect(cache.hits).toBeGreaterThan(1000);
    expect(cache.usedCharge).toBe(shards.flat().reduce((sum, { charge }) => sum + charge, 0));
  });

  it('prefixes of keys order them where they differ', () => {
    const keys = new KeyTable();
    const ids = ['', 'a', 'ab', 'ab\0', 'abc', 'abcd', 'abcde', 'abcdefgh', 'b', '\xff'].map((name) => keys.intern(text(name)));
    for (const a of ids) {
      for (const b of ids) {
        if (keys.prefixOf(a) < keys.prefixOf(b) || keys.prefix52Of(a) < keys.prefix52Of(b)) expect(keys.compare(a, b)).toBeLessThan(0);
      }
    }
    expect(keys.prefix52Of(ids[7]!)).toBe(Number(0x6162636465666n));
    expect(keys.sharedPrefix(ids[3]!, ids[4]!)).toBe(2);
    expect(keys.sharedPrefix(ids[2]!, ids[3]!)).toBe(2);
    expect(keys.sharedPrefix(ids[6]!, ids[7]!)).toBe(5);
  });
});

/** Where the time goes: what each path costs in closed form, and who waits for whom. */
import { describe, expect, it } from 'vitest';
import { sha256 } from '@noble/hashes/sha2.js';
import type { ObservedArgs } from '../../ports.ts';
import { Simulation } from '../../simulation.ts';
import { PROFILES } from '../devices/profiles.ts';
import { DEFAULT_OPTIONS } from '../leveldb/options.ts';
import { CPU_COSTS, FREE_CPU, PAPER_NVM_V1, STOCK, type TimedStoreOptions } from './options.ts';
import { TimedStore } from './timed-store.ts';

const SMALL = { ...DEFAULT_OPTIONS, writeBufferBytes: 256 * 1024, maxFileBytes: 128 * 1024, level1LimitBytes: 640 * 1024 };
const VALUE_BYTES = 4096;

function key(index: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(4, index);
  return sha256(bytes);
}

interface Span { name: string; startNs: number; endNs: number; args: ObservedArgs | undefined }

/** A store with an observer that keeps every span. */
function observed(options: TimedStoreOptions): { sim: Simulation; store: TimedStore; spans: Span[] } {
  const spans: Span[] = [];
  const observer = {
    span: (_track: string, name: string, startNs: number, endNs: number, args?: ObservedArgs) => void spans.push({ name, startNs, endNs, args }),
    instant: () => {},
    counter: () => {},
  };
  const sim = new Simulation({ seed: 'timing', observer });
  return { sim, store: new TimedStore(sim, options), spans };
}

function puts(sim: Simulation, store: TimedStore, from: number, count: number, valueBytes = VALUE_BYTES): number[] {
  const latencies: number[] = [];
  let index = from;
  const next = (): void => {
    if (index === from + count) return;
    const startNs = sim.now;
    store.put(key(index++), valueBytes, () => {
      latencies.push(sim.now - startNs);
      next();
    });
  };
  next();
  sim.run();
  return latencies;
}

function getNs(sim: Simulation, store: TimedStore, index: number): number {
  const startNs = sim.now;
  let latency = -1;
  store.get(key(index), () => (latency = sim.now - startNs));
  sim.run();
  return latency;
}

describe('writes', () => {
  const one = (options: Partial<TimedStoreOptions>): number => {
    const { sim, store } = observed({ ...STOCK, cpu: FREE_CPU, ...options });
    return puts(sim, store, 0, 1)[0]!;
  };

  it('never touches the device when the log is in the page cache', () => {
    const { sim, store } = observed(STOCK);
    const [latency] = puts(sim, store, 0, 1);
    const payload = 12 + 1 + 1 + 32 + 2 + VALUE_BYTES;
    const { putNs, memtableInsertNs, syscallNs, copyNsPerByte, crcNsPerByte } = CPU_COSTS;
    expect(latency).toBe(Math.round(putNs + memtableInsertNs + syscallNs + payload * (2 * copyNsPerByte + crcNsPerByte) + (payload + 7) * copyNsPerByte));
  });

  it('costs a device write, and a barrier on top when synced', () => {
    const ssd = PROFILES['nvme-tlc'];
    const writeNs = ssd.writeSequentialNs + Math.ceil((8192 / ssd.writeStreamBps) * 1e9);
    expect(one({ walMode: 'write-through' })).toBe(writeNs);
    expect(one({ walMode: 'fsync' })).toBe(writeNs + ssd.barrierNs);
    expect(one({ walMode: 'fsync', walTier: 'nvm' })).toBeLessThan(3000);
    expect(one({ walTier: 'none' })).toBe(0);
  });

  it('sleeps 1 ms once per write while level 0 is at the slowdown limit, before anything else', () => {
    const options = { ...STOCK, leveldb: { ...SMALL, l0CompactionTriggerFiles: 100, l0SlowdownFiles: 2, l0StopFiles: 200 } };
    const { sim, store } = observed(options);
    while (store.core.l0Files < 2) puts(sim, store, store.core.counters.puts, 1);
    const latencies = puts(sim, store, store.core.counters.puts, 10);
    for (const latency of latencies) expect(latency - 1_000_000).toBeLessThan(10_000);
    for (const latency of latencies) expect(latency).toBeGreaterThan(1_000_000);
    expect(store.writer.stalls.slowdown).toMatchObject({ totalNs: store.writer.stalls.slowdown.count * 1_000_000 });
  });

  it('waits for the flush when both memtables are full, and goes on when it is done', () => {
    const { sim, store, spans } = observed({ ...STOCK, leveldb: SMALL });
    const latencies = puts(sim, store, 0, 400);
    expect(latencies).toHaveLength(400);
    expect(store.writer.stalls['memtable full'].count).toBeGreaterThan(0);
    const stalls = spans.filter(({ name }) => name === 'stall: memtable full');
    const flushEnds = new Set(spans.filter(({ name }) => name.startsWith('flush')).map(({ endNs }) => endNs));
    for (const stall of stalls) expect(flushEnds.has(stall.endNs)).toBe(true);
  });

  it('waits at the stop limit until a compaction has emptied level 0', () => {
    const { sim, store, spans } = observed({ ...STOCK, leveldb: { ...SMALL, l0CompactionTriggerFiles: 2, l0SlowdownFiles: 3, l0StopFiles: 3 }, cpu: { ...CPU_COSTS, mergeKeyNs: 2_000_000 } });
    puts(sim, store, 0, 1000);
    expect(store.writer.stalls['L0 stop'].count).toBeGreaterThan(0);
    const ends = new Set(spans.filter(({ name }) => /@0/.test(name)).map(({ endNs }) => endNs));
    for (const { endNs } of spans.filter(({ name }) => name === 'stall: L0 stop')) expect(ends.has(endNs)).toBe(true);
    store.checkLaws();
  });

  it('takes writers that queue behind the leader along in one group', () => {
    const { sim, store } = observed({ ...STOCK, walMode: 'fsync' });
    const done: number[] = [];
    for (let index = 0; index < 10; index += 1) store.put(key(index), VALUE_BYTES, () => done.push(sim.now));
    sim.run();
    // The first goes alone, the nine that came meanwhile share one record and one barrier.
    expect(new Set(done).size).toBe(2);
    expect(store.core.tiers.ssd.counters.barriers).toBe(2);
    expect(store.core.counters.puts).toBe(10);
  });
});

describe('write groups', () => {
  /** How many writers each barrier served, for writers that all came at once behind a first one. */
  function groups(sizes: readonly number[]): number[] {
    const { sim, store } = observed({ ...STOCK, walMode: 'fsync' });
    const done: number[] = [];
    store.put(key(0), 10, () => {});
    sizes.forEach((bytes, index) => store.put(key(index + 1), bytes, () => done.push(sim.now)));
    sim.run();
    return [...new Set(done)].map((timeNs) => done.filter((other) => other === timeNs).length);
  }

  it('end 128 KiB beyond a small leader, each batch counted with its header', () => {
    const small = 1000;
    const batchBytes = 12 + 1 + 1 + 32 + 2 + small;
    // The leader's own size goes on top of the limit, so it is the followers that fill 128 KiB.
    const followers = Math.floor((128 * 1024) / batchBytes);
    expect(groups(Array.from({ length: 300 }, () => small))[0]).toBe(1 + followers);
  });

  it('take a leader of up to 128 KiB for a small one', () => {
    const small = 128 * 1024 - 12 - 1 - 1 - 32 - 3;
    expect(groups(Array.from({ length: 9 }, () => small))[0]).toBe(2);
    expect(groups(Array.from({ length: 9 }, () => small + 1))[0]).toBe(7);
  });

  it('end at 1 MiB for a large leader', () => {
    const large = 200 * 1024;
    expect(groups(Array.from({ length: 12 }, () => large))[0]).toBe(Math.floor((1024 * 1024) / (large + 12 + 38)));
  });
});

describe('background thread', () => {
  it('flushes a waiting memtable between two keys of a compaction', () => {
    const keyNs = 400_000;
    const { sim, store, spans } = observed({ ...STOCK, leveldb: SMALL, ssd: PROFILES.ideal, cpu: { ...FREE_CPU, putNs: 50_000, mergeKeyNs: keyNs } });
    const switches: number[] = [];
    const switched = store.core.switchMemtable.bind(store.core);
    store.core.switchMemtable = () => {
      switches.push(sim.now);
      switched();
    };
    puts(sim, store, 0, 1500);
    const compactions = spans.filter(({ name }) => name.includes('@'));
    const inside = spans.filter(({ name, startNs, endNs }) => name.startsWith('flush') && compactions.some((compaction) => compaction.startNs < startNs && endNs < compaction.endNs));
    expect(inside.length).toBeGreaterThan(3);
    for (const flush of inside) {
      const switchNs = switches.filter((timeNs) => timeNs <= flush.startNs).at(-1)!;
      expect(flush.startNs - switchNs).toBeLessThanOrEqual(keyNs);
    }
    store.checkLaws();
  });

  it('copies a file that moves from NVM to a deeper level', () => {
    const { sim, store } = observed({ ...PAPER_NVM_V1, leveldb: { ...SMALL, l0CompactionTriggerFiles: 1, maxFlushLevel: 0 } });
    puts(sim, store, 0, 80);
    sim.run();
    expect(store.core.counters.moves).toBeGreaterThan(0);
    const deeper = store.core.versions.current.levels.slice(1).flat();
    expect(deeper.length).toBeGreaterThan(0);
    for (const file of deeper) expect(store.core.tierOf(file)).toBe('ssd');
    expect(store.core.tiers.trafficOf('ssd', 'compaction').bytesWritten).toBeGreaterThanOrEqual(deeper[0]!.sizeBytes);
  });

  it('counts every byte of a tier that its device has moved', () => {
    const { sim, store } = observed({ ...PAPER_NVM_V1, leveldb: SMALL });
    puts(sim, store, 0, 1500);
    for (let index = 0; index < 300; index += 1) getNs(sim, store, index);
    const { tiers, counters } = store.core;
    const sum = (tier: string, direction: 'bytesRead' | 'bytesWritten'): number => tiers.traffic.filter((entry) => entry.tier === tier).reduce((total, entry) => total + entry[direction], 0);
    expect(tiers.nvm.counters.bytesWritten).toBe(sum('nvm', 'bytesWritten'));
    expect(tiers.nvm.counters.bytesRead).toBe(sum('nvm', 'bytesRead'));
    expect(tiers.ssd.counters.bytesRead).toBe(sum('ssd', 'bytesRead'));
    expect(tiers.ssd.counters.bytesWritten).toBe(sum('ssd', 'bytesWritten') - tiers.pageCache.droppedBytes - tiers.pageCache.dirtyBytes);
    expect(sum('nvm', 'bytesWritten') + tiers.trafficOf('ssd', 'flush').bytesWritten).toBe(counters.flushBytes);
    expect(tiers.trafficOf('ssd', 'wal').bytesWritten).toBe(counters.walBytes);
  });
});

describe('reads', () => {
  /** A settled store with `files` tables in level 0 over some deeper ones, and the mean cost of a read. */
  function meanReadNs(options: TimedStoreOptions, files: number): { meanNs: number; shareInL0: number; lost: number } {
    const quiet = { ...options, seekCompaction: false, blockCacheBytes: 0, leveldb: { ...options.leveldb, l0CompactionTriggerFiles: 12, l0SlowdownFiles: 100, l0StopFiles: 100 } };
    const { sim, store } = observed(quiet);
    do puts(sim, store, store.core.counters.puts, 1); while (store.core.counters.compactions < 2 || store.core.l0Files !== files);
    const count = store.core.counters.puts;
    let totalNs = 0;
    for (let index = 0; index < 200; index += 1) totalNs += getNs(sim, store, Math.floor((index * count) / 200));
    const { answers } = store.reader;
    return { meanNs: totalNs / 200, shareInL0: answers['level 0'].gets / 200, lost: answers.nowhere.gets };
  }

  const leveldb = SMALL;
  const stock = { ...STOCK, leveldb };
  const paper = { ...PAPER_NVM_V1, leveldb };
  const withBloom = (options: TimedStoreOptions): TimedStoreOptions => ({ ...options, leveldb: { ...leveldb, bloomBitsPerKey: 10 } });

  it('cost a wasted block for each level-0 file on SSD, and almost nothing for one on NVM', () => {
    const blockNs = PROFILES['nvme-tlc'].readRandomNs;
    const [stock0, stock8] = [0, 8].map((files) => meanReadNs(stock, files).meanNs) as [number, number];
    const [paper0, paper8] = [0, 8].map((files) => meanReadNs(paper, files).meanNs) as [number, number];
    expect((stock8 - stock0) / 8 / blockNs).toBeGreaterThan(0.75);
    expect((paper8 - paper0) / 8 / blockNs).toBeLessThan(0.1);
    expect(paper8).toBeLessThan(0.5 * stock8);
  });

  it('cost the same on both tiers with no file in level 0', () => {
    expect(meanReadNs(paper, 0).meanNs / meanReadNs(stock, 0).meanNs).toBeCloseTo(1, 3);
  });

  it('gain from NVM no more than the share that level 0 answers once there are Bloom filters', () => {
    const onSsd = meanReadNs(withBloom(stock), 8);
    const onNvm = meanReadNs(withBloom(paper), 8);
    expect(onNvm.shareInL0).toBe(onSsd.shareInL0);
    expect(1 - onNvm.meanNs / onSsd.meanNs).toBeLessThan(1.05 * onSsd.shareInL0);
    expect(1 - onNvm.meanNs / onSsd.meanNs).toBeGreaterThan(0.9 * onSsd.shareInL0);
    expect(onSsd.lost + onNvm.lost).toBe(0);
  });

  it('gain nothing from a learned index on SSD', () => {
    expect(meanReadNs({ ...stock, learnedL0: true }, 8).meanNs / meanReadNs(stock, 8).meanNs).toBeCloseTo(1, 2);
  });

  it('search one sorted run once, whatever the number of flushes in it', () => {
    const run = { ...paper, l0Reading: 'sorted-run' as const };
    expect(meanReadNs(run, 8).meanNs).toBeLessThan(meanReadNs(paper, 8).meanNs);
  });
});

describe('table cache', () => {
  it('makes a read open its table again when more tables are in use than it holds', () => {
    const latencies = [0, 990].map((openTables) => {
      const { sim, store } = observed({ ...STOCK, openTables, blockCacheBytes: 0, leveldb: SMALL });
      puts(sim, store, 0, 600);
      const table = store.core.versions.current.levels.flat()[0]!.table;
      return { ns: getNs(sim, store, 5), openBytes: table.openReadBytes() };
    });
    const openNs = PROFILES['nvme-tlc'].readRandomNs + CPU_COSTS.fileOpenNs;
    expect(latencies[0]!.openBytes).toBeGreaterThan(48);
    expect(latencies[0]!.ns - latencies[1]!.ns).toBeGreaterThanOrEqual(openNs);
    // At most one table a level is probed.
    expect(latencies[0]!.ns - latencies[1]!.ns).toBeLessThan(7 * 1.1 * openNs);
  });
});

describe('walk of a read', () => {
  it('names each place it looked into; the parts add up to its latency', () => {
    const { sim, store } = observed({ ...PAPER_NVM_V1, seekCompaction: false, leveldb: { ...SMALL, l0CompactionTriggerFiles: 100, l0SlowdownFiles: 100, l0StopFiles: 100 } });
    puts(sim, store, 0, 600);
    store.reader.keepsWalk = true;
    const latency = getNs(sim, store, 3);
    const walk = store.reader.lastWalk;
    // The first memtable sank past an empty level 0, so every level-0 file is probed in vain first.
    expect(walk.filter(({ level }) => level === 0)).toHaveLength(store.core.l0Files);
    expect(walk.map(({ tier }) => tier)).toEqual([...Array.from({ length: store.core.l0Files }, () => 'nvm'), ...walk.slice(store.core.l0Files).map(() => 'ssd')]);
    expect(walk.map(({ found }) => found)).toEqual([...walk.slice(1).map(() => false), true]);
    expect(walk.reduce((sum, { costNs }) => sum + costNs, 0)).toBe(latency);
    getNs(sim, store, 599);
    expect(store.reader.lastWalk).toMatchObject([{ tier: 'memory', found: true }]);
  });
});

describe('scan', () => {
  it('returns the present keys of a range in order, with the newest lengths, and reads their blocks', () => {
    const { sim, store } = observed({ ...STOCK, leveldb: SMALL });
    puts(sim, store, 0, 600);
    puts(sim, store, 0, 50, 100);
    store.batch([{ key: key(7), deleted: true }], () => {});
    sim.run();
    const startNs = sim.now;
    let entries: readonly { key: Uint8Array; valueBytes: number }[] = [];
    store.scan(new Uint8Array(0), new Uint8Array(33).fill(255), 1000, (found) => (entries = found));
    sim.run();
    expect(entries).toHaveLength(599);
    const hex = entries.map((entry) => Buffer.from(entry.key).toString('hex'));
    expect(hex).toEqual([...hex].sort((a, b) => (a < b ? -1 : 1)));
    expect(entries.filter(({ valueBytes }) => valueBytes === 100)).toHaveLength(49);
    expect(sim.now - startNs).toBeGreaterThan(PROFILES['nvme-tlc'].readSequentialNs);
  });
});

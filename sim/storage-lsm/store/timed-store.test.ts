import { describe, expect, it } from 'vitest';
import { sha256 } from '@noble/hashes/sha2.js';
import { Simulation } from '../../simulation.ts';
import { DeterministicStore } from '../leveldb/deterministic-store.ts';
import { DEFAULT_OPTIONS } from '../leveldb/options.ts';
import { PROFILES } from '../devices/profiles.ts';
import type { StoreEvent } from './core.ts';
import { FREE_CPU, PAPER_NVM_V1, STOCK, type TimedStoreOptions } from './options.ts';
import { TimedStore } from './timed-store.ts';

const SMALL = { ...DEFAULT_OPTIONS, writeBufferBytes: 256 * 1024, maxFileBytes: 128 * 1024, level1LimitBytes: 640 * 1024 };
const FREE: TimedStoreOptions = { ...STOCK, leveldb: SMALL, ssd: PROFILES.ideal, nvm: PROFILES.ideal, cpu: FREE_CPU };

function key(index: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(4, index);
  return sha256(bytes);
}

const keys = Array.from({ length: 12_000 }, (_, index) => key(index));

/** Puts keys from..to-1 one after the other; with `waits`, each after the background thread has come to rest. */
function load(sim: Simulation, store: TimedStore, from: number, to: number, valueBytes: number, waits: boolean): void {
  let index = from;
  const next = (): void => {
    if (index === to) return;
    store.put(keys[index++]!, valueBytes, () => (waits ? store.whenIdle(next) : next()));
  };
  next();
  sim.run();
}

/** Reads every `stride`-th key below `count`; returns how many were found with the right length. */
function readAll(sim: Simulation, store: TimedStore, count: number, stride: number, valueBytes: number): number {
  let index = 0;
  let found = 0;
  const next = (): void => {
    if (index >= count) return;
    store.get(keys[index]!, (bytes) => {
      if (bytes === valueBytes) found += 1;
      index += stride;
      next();
    });
  };
  next();
  sim.run();
  return found;
}

describe('timed store', () => {
  it('does exactly what the untimed one does when devices cost nothing and each put waits', () => {
    const sim = new Simulation({ seed: 'same events' });
    const store = new TimedStore(sim, FREE);
    const events: StoreEvent[] = [];
    store.onEvent((event) => events.push(event));
    load(sim, store, 0, 8000, 1000, true);
    const untimed = new DeterministicStore(SMALL);
    for (let index = 0; index < 8000; index += 1) untimed.put(untimed.keys.intern(keys[index]!), 1000);
    const plain = events.map((event) => (event.event === 'flush' ? { event: 'flush', bytes: event.bytes } : event));
    expect(plain).toEqual(untimed.events);
    expect(plain.filter(({ event }) => event === 'compaction').length).toBeGreaterThan(15);
    expect(store.core.counters).toMatchObject({
      walBytes: untimed.walBytes, flushBytes: untimed.flushBytes, userBytes: untimed.userBytes,
      compactionBytesWritten: untimed.compactionBytesWritten, compactionBytesRead: untimed.compactionBytesRead,
    });
    // Reads too, and the seek compactions they cause.
    const before = untimed.events.length;
    for (let index = 0; index < 8000; index += 1) untimed.get(untimed.keys.intern(keys[index]!));
    let index = 0;
    const next = (): void => {
      if (index < 8000) store.get(keys[index++]!, () => store.whenIdle(next));
    };
    next();
    sim.run();
    expect(untimed.events.length).toBeGreaterThan(before);
    expect(events.map((event) => (event.event === 'flush' ? { event: 'flush', bytes: event.bytes } : event))).toEqual(untimed.events);
    expect(store.core.versions.current.fileCounts()).toEqual(untimed.set.current.fileCounts());
    store.checkLaws();
  });

  it.each([
    ['stock', { ...STOCK, leveldb: SMALL }],
    ['paper', { ...PAPER_NVM_V1, leveldb: { ...SMALL, l0CompactionTriggerFiles: 10, l0SlowdownFiles: 20, l0StopFiles: 30 } }],
    ['paper, sorted run', { ...PAPER_NVM_V1, leveldb: SMALL, l0Reading: 'sorted-run' as const }],
    ['NVM without learned index', { ...PAPER_NVM_V1, leveldb: SMALL, learnedL0: false, l0Reading: 'routing' as const }],
    ['Bloom, log synced', { ...STOCK, leveldb: { ...SMALL, bloomBitsPerKey: 10 }, walMode: 'fsync' as const }],
    ['log on NVM', { ...PAPER_NVM_V1, leveldb: SMALL, walTier: 'nvm' as const, walMode: 'fsync' as const }],
    ['no log, page cache warm', { ...STOCK, leveldb: SMALL, walTier: 'none' as const, warmPageCache: true }],
  ] satisfies [string, TimedStoreOptions][])('finds every key and keeps its laws, running freely: %s', (_, options) => {
    const sim = new Simulation({ seed: 'free' });
    const store = new TimedStore(sim, options);
    load(sim, store, 0, 6000, 1000, false);
    expect(readAll(sim, store, 6000, 3, 1000)).toBe(2000);
    store.checkLaws();
    expect(store.isIdle).toBe(true);
  });
});

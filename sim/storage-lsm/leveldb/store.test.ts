/** The store against a naive model, and its invariants, over random histories. */
import { describe, expect, it } from 'vitest';
import { problemsOf } from './checks.ts';
import { DeterministicStore } from './deterministic-store.ts';
import { firstDisagreement } from './tests/naive-model.ts';
import { SMALL_OPTIONS } from './tests/small-options.ts';

describe('store', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('answers as a sorted map with history would (seed %i)', (seed) => {
    const store = new DeterministicStore(SMALL_OPTIONS);
    expect(firstDisagreement(store, seed, 6000, 400)).toBeUndefined();
    expect(problemsOf(store)).toEqual([]);
    const depth = store.set.current.fileCounts().findLastIndex((count) => count > 0);
    expect(depth).toBeGreaterThanOrEqual(2);
    expect(store.events.some(({ event }) => event === 'compaction')).toBe(true);
  });

  it('drops a tombstone and what it hides once no deeper level can hold the key', () => {
    const store = new DeterministicStore(SMALL_OPTIONS);
    const ids = Array.from({ length: 200 }, (_, i) => store.keys.intern(Uint8Array.of(i)));
    for (let round = 0; round < 30; round++) for (const id of ids) store.put(id, 50);
    for (let round = 0; round < 60; round++) for (const id of ids) store.remove(id);
    const live = store.set.current.levels.flat().reduce((sum, file) => sum + file.table.entryCount, 0);
    expect(store.droppedEntries).toBeGreaterThan(15_000);
    expect(live + store.memtableEntries + store.droppedEntries).toBe(18_000);
    expect(ids.map((id) => store.get(id))).toEqual(ids.map(() => undefined));
  });

  it('keeps what a snapshot sees, and drops it after the release', () => {
    const run = (held: boolean): number => {
      const store = new DeterministicStore(SMALL_OPTIONS);
      const id = store.keys.intern(Uint8Array.of(1));
      store.put(id, 7);
      const snapshot = held ? store.snapshots.take(store.log.lastSequence) : 0;
      for (let i = 0; i < 3000; i++) store.put(store.keys.intern(Uint8Array.of(i & 3)), 40);
      if (held) expect(store.get(id, snapshot)).toBe(7);
      return store.droppedEntries;
    };
    expect(run(true)).toBeLessThan(run(false));
  });

  it('seek compactions start when probes are wasted, and a hit in the memtable charges nothing', () => {
    const store = new DeterministicStore(SMALL_OPTIONS);
    const ids = Array.from({ length: 2000 }, (_, i) => store.keys.intern(Uint8Array.of((i * 37) & 255, i >>> 8, i & 255)));
    for (let round = 0; round < 3; round++) for (const id of ids) store.put(id, 60);
    const occupied = (): number => store.set.current.fileCounts().filter((count) => count > 0).length;
    expect(occupied()).toBeGreaterThan(2);
    const before = store.events.length;
    store.put(ids[0]!, 60);
    for (let i = 0; i < 5000; i++) store.get(ids[0]!);
    expect(store.events.length).toBe(before);
    for (let i = 0; i < 400_000; i++) store.get(ids[i % 2000]!);
    expect(store.events.length).toBeGreaterThan(before);
    expect(occupied()).toBeLessThanOrEqual(2);
    expect(store.events.slice(before).some(({ event }) => event === 'flush')).toBe(false);
  });
});

/** The model against traces of the real program: every event and every total must be equal. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOf } from './checks.ts';
import { DeterministicStore, type StoreEvent } from './deterministic-store.ts';
import { NO_ENTRY } from './entry-log.ts';
import { load, readPass, type Workload, WorkloadKeys } from './deterministic-run.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { splitmix64Mod } from './splitmix.ts';
import { cachedBlockReads } from './tests/cached-reads.ts';

interface RealTrace extends Workload {
  readonly l0CompactionTriggerFiles: number;
  readonly bloomBitsPerKey: number;
  readonly deleteEvery?: number;
  readonly events: { readonly count: number; readonly sha256: string; readonly first: string };
  readonly blockCacheBytes?: number;
  readonly blockReads?: number;
  readonly blockReadBytes?: number;
  readonly scans?: number;
  readonly scannedKeys?: number;
  readonly [total: string]: unknown;
}

const { traces } = JSON.parse(readFileSync(new URL('testdata/real-traces.json', import.meta.url), 'utf8')) as { traces: RealTrace[] };

function shortForm(event: StoreEvent): string {
  if (event.event === 'flush') return `F${event.bytes}`;
  if (event.event === 'move') return `M${event.level}`;
  return `C${event.level}:${event.inputs}+${event.inputsNext}=${event.bytes}`;
}

/** Puts with a delete in between, as the traces with `deleteEvery` were taken. */
function loadWithDeletes(store: DeterministicStore, keys: WorkloadKeys, trace: RealTrace, deleteEvery: number): ReturnType<typeof load> {
  for (let j = 0; j < trace.n; j++) {
    const draw = trace.drawSeed + j;
    if (j % deleteEvery === deleteEvery - 1) store.remove(keys.id(splitmix64Mod(Number(BigInt(draw) ^ 77n), trace.n)));
    else store.put(keys.id(trace.order === 'index' ? j : splitmix64Mod(draw, trace.n)), trace.valueBytes);
  }
  return load(store, keys, { ...trace, n: 0 });
}

/** Full forward scans; they sample keys and so cause seek compactions. Returns the keys met. */
function scanAll(store: DeterministicStore, scans: number): number {
  let met = 0;
  for (let scan = 0; scan < scans; scan++) {
    const cursor = store.scan();
    for (cursor.seekToFirst(); cursor.entry !== NO_ENTRY; cursor.next()) met++;
  }
  return met;
}

describe('real LevelDB 1.23', () => {
  it.each(traces.map((trace, index) => [index, trace] as const))('trace %i', (_index, trace) => {
    const store = new DeterministicStore({ ...DEFAULT_OPTIONS, l0CompactionTriggerFiles: trace.l0CompactionTriggerFiles, bloomBitsPerKey: trace.bloomBitsPerKey });
    const keys = new WorkloadKeys(store, trace);
    const totals = trace.deleteEvery === undefined ? load(store, keys, trace) : loadWithDeletes(store, keys, trace, trace.deleteEvery);
    expect(scanAll(store, trace.scans ?? 0)).toBe(trace.scannedKeys ?? 0);
    if (trace.scans !== undefined) expect(store.set.current.fileCounts()).toEqual(trace['filesPerLevelAfterScans']);
    const passes = Array.from({ length: trace.reads.passes }, (_, pass) => readPass(store, keys, trace, pass));
    const events = store.events.map(shortForm);
    expect(events.slice(0, 8).join(' ')).toBe(trace.events.first);
    for (const [name, total] of Object.entries(totals)) expect(total, name).toEqual(trace[name]);
    expect(passes).toEqual(trace['passes']);
    expect(events.length).toBe(trace.events.count);
    expect(createHash('sha256').update(events.join(' ')).digest('hex')).toBe(trace.events.sha256);
    if (trace.blockCacheBytes === 0) expect(store.blockReads).toBe(trace.blockReads);
    expect(problemsOf(store)).toEqual([]);
  });

  const counted = traces.flatMap((trace, index) => (trace.blockReadBytes === undefined ? [] : [[index, trace] as const]));

  it('has runs without, with a small and with the default block cache', () => {
    expect([...new Set(counted.map(([, trace]) => trace.blockCacheBytes))]).toEqual([8_388_608, 1_048_576, 0]);
  });

  it.each(counted)('block reads of Gets past the cache, trace %i', (_index, trace) => {
    const options = { ...DEFAULT_OPTIONS, l0CompactionTriggerFiles: trace.l0CompactionTriggerFiles, bloomBitsPerKey: trace.bloomBitsPerKey };
    expect(cachedBlockReads(options, trace, trace.blockCacheBytes!)).toEqual({ blockReads: trace.blockReads, blockReadBytes: trace.blockReadBytes });
  });

  it('reproduces the calibration load in full', () => {
    const calibration = traces.find((trace) => trace.n === 100_000 && trace.valueBytes === 4096)!;
    expect(calibration.events.first).toBe('F4212506 F4212745 F4212687 F4212779 F4212440 F4212869 C0:4+1=21040545 C1:10+1=25249481');
    expect(calibration).toMatchObject({ walBytes: 415188277, flushBytes: 417051426, compactionBytesWritten: 2479507794, filesPerLevel: [1, 7, 57, 145, 0, 0, 0] });
  });
});

/**
 * The calibration workload on the deterministic store: n puts, then passes of reads, everything counted.
 *
 * Key i is SHA-256 of the 8-byte big-endian i (32 raw bytes), or i as 16 decimal digits. Put j writes key j, or key
 * splitmix64(drawSeed + j) mod n. Read j of pass p asks for key splitmix64(seed + j + p x count) mod n. Units: bytes.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { DeterministicStore } from './deterministic-store.ts';
import type { KeyTable } from './key-table.ts';
import type { LevelDbOptions } from './options.ts';
import { splitmix64Mod } from './splitmix.ts';

export interface Workload {
  readonly keys: 'sha256' | 'decimal16';
  readonly order: 'index' | 'with-replacement';
  readonly drawSeed: number;
  readonly n: number;
  readonly valueBytes: number;
  readonly reads: { readonly count: number; readonly seed: number; readonly passes: number };
}

/** Length of a key of each kind. */
export const KEY_BYTES = { sha256: 32, decimal16: 16 } as const;

/** Everything about the load is as of its end, before the first read; each pass as of its own end. */
export interface LoadTotals {
  readonly filesPerLevel: number[];
  readonly walBytes: number;
  readonly flushBytes: number;
  readonly compactionBytesWritten: number;
  readonly compactionBytesRead: number;
  readonly userBytes: number;
}

export interface PassTotals {
  readonly filesPerLevel: number[];
  /** Since the start, load included. */
  readonly compactionBytesWritten: number;
  readonly misses: number;
}

/** Hands out the key ids of the workload's key numbers. */
export class WorkloadKeys {
  readonly #keys: KeyTable;
  readonly #kind: Workload['keys'];
  readonly #ids: Int32Array;

  constructor(store: { readonly keys: KeyTable }, workload: Pick<Workload, 'keys' | 'n'>) {
    this.#keys = store.keys;
    this.#kind = workload.keys;
    this.#ids = new Int32Array(workload.n).fill(-1);
  }

  id(number: number): number {
    const known = this.#ids[number]!;
    if (known >= 0) return known;
    const id = this.#keys.intern(this.#kind === 'sha256' ? sha256Key(number) : decimalKey(number));
    this.#ids[number] = id;
    return id;
  }
}

/** Loads the store; call it on a fresh one. */
export function load(store: DeterministicStore, keys: WorkloadKeys, workload: Workload): LoadTotals {
  const { n, valueBytes, drawSeed } = workload;
  for (let j = 0; j < n; j++) store.put(keys.id(workload.order === 'index' ? j : splitmix64Mod(drawSeed + j, n)), valueBytes);
  return {
    filesPerLevel: store.set.current.fileCounts(),
    walBytes: store.walBytes,
    flushBytes: store.flushBytes,
    compactionBytesWritten: store.compactionBytesWritten,
    compactionBytesRead: store.compactionBytesRead,
    userBytes: store.userBytes,
  };
}

/** Reads pass `pass`, numbered from 0. */
export function readPass(store: DeterministicStore, keys: WorkloadKeys, workload: Workload, pass: number): PassTotals {
  const { count, seed } = workload.reads;
  let misses = 0;
  for (let j = 0; j < count; j++) {
    if (store.get(keys.id(splitmix64Mod(seed + j + pass * count, workload.n))) === undefined) misses++;
  }
  return { filesPerLevel: store.set.current.fileCounts(), compactionBytesWritten: store.compactionBytesWritten, misses };
}

/** Load and all read passes. */
export function deterministicRun(options: LevelDbOptions, workload: Workload): { store: DeterministicStore; load: LoadTotals; passes: PassTotals[] } {
  const store = new DeterministicStore(options);
  const keys = new WorkloadKeys(store, workload);
  const totals = load(store, keys, workload);
  const passes: PassTotals[] = [];
  for (let pass = 0; pass < workload.reads.passes; pass++) passes.push(readPass(store, keys, workload, pass));
  return { store, load: totals, passes };
}

function sha256Key(number: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(number / 4294967296));
  view.setUint32(4, number >>> 0);
  return sha256(bytes);
}

function decimalKey(number: number): Uint8Array {
  const digits = String(number).padStart(KEY_BYTES.decimal16, '0');
  return Uint8Array.from({ length: KEY_BYTES.decimal16 }, (_, i) => digits.charCodeAt(i));
}

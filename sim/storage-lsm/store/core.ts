/**
 * What writer, reader and background thread of one store share: memtables, log, versions, homes of files, counters.
 *
 * Nothing here takes time; the three actors charge time around it. Source of the structure: LevelDB 1.23, db/db_impl.{h,cc}.
 * Units: ns, bytes, files.
 */
import { invariant } from '../../invariant.ts';
import type { Simulation } from '../../simulation.ts';
import { EntryLog } from '../leveldb/entry-log.ts';
import { KeyTable } from '../leveldb/key-table.ts';
import { Memtable } from '../leveldb/memtable.ts';
import type { FileMeta } from '../leveldb/version.ts';
import { type VersionEdit, VersionSet } from '../leveldb/version-set.ts';
import { WalFile } from '../leveldb/wal.ts';
import { keyPrefix52, LearnedTable } from './nvm-search.ts';
import type { Tier, TimedStoreOptions } from './options.ts';
import { Tiers } from './tiers.ts';

/** Where a table file lies and what was trained on it. */
export interface Home {
  readonly tier: Tier;
  readonly learned: LearnedTable | undefined;
}

/** Why a write had to wait. */
export type StallReason = 'slowdown' | 'memtable full' | 'L0 stop';
export const STALL_REASONS: readonly StallReason[] = ['slowdown', 'memtable full', 'L0 stop'];

export interface Stalls {
  count: number;
  totalNs: number;
}

/** Level 0 on NVM kept as one sorted run (option `sorted-run`): all its keys, with one index. */
export interface SortedRun {
  readonly entryCount: number;
  readonly bytes: number;
  readonly learned: LearnedTable | undefined;
}

/** One step of the background thread, as the deterministic driver would list it. */
export type StoreEvent =
  | { readonly event: 'flush'; readonly level: number; readonly bytes: number }
  | { readonly event: 'compaction'; readonly level: number; readonly inputs: number; readonly inputsNext: number; readonly bytes: number }
  | { readonly event: 'move'; readonly level: number };

/** Totals of entries and bytes; the reads and writes of devices are counted in tiers.ts. */
export interface StoreCounters {
  puts: number;
  /** Keys and values handed in by users. */
  userBytes: number;
  walBytes: number;
  flushBytes: number;
  compactionBytesWritten: number;
  /** Sizes of all input files. */
  compactionBytesRead: number;
  flushes: number;
  compactions: number;
  seekCompactions: number;
  moves: number;
  entriesDropped: number;
  trainedKeys: number;
}

export class StoreCore {
  readonly sim: Simulation;
  readonly options: TimedStoreOptions;
  readonly log = new EntryLog(new KeyTable());
  readonly versions: VersionSet;
  readonly tiers: Tiers;
  readonly homes = new Map<number, Home>();
  readonly counters: StoreCounters = {
    puts: 0, userBytes: 0, walBytes: 0, flushBytes: 0, compactionBytesWritten: 0, compactionBytesRead: 0,
    flushes: 0, compactions: 0, seekCompactions: 0, moves: 0, entriesDropped: 0, trainedKeys: 0,
  };
  memtable: Memtable;
  immutable: Memtable | undefined = undefined;
  wal: WalFile;
  /** Log of the immutable memtable; deleted once that is flushed. */
  immutableWal: WalFile | undefined = undefined;
  sortedRun: SortedRun | undefined = undefined;
  /** Called with each finished step of the background thread. */
  onEvent: ((event: StoreEvent) => void) | undefined = undefined;
  /** Called when the number of files in L0 may have changed. */
  onLevels: (() => void) | undefined = undefined;
  /** Called with files that no version holds any more. */
  onObsolete: ((file: FileMeta) => void) | undefined = undefined;
  #entriesInTables = 0;

  constructor(sim: Simulation, options: TimedStoreOptions) {
    this.sim = sim;
    this.options = options;
    this.versions = new VersionSet(this.log, options.leveldb);
    this.tiers = new Tiers(sim, options);
    this.memtable = new Memtable(this.log);
    this.wal = new WalFile(this.versions.newFileNumber());
  }

  get l0Files(): number {
    return this.versions.current.levels[0]!.length;
  }

  tierOf(file: FileMeta): Tier {
    return this.homes.get(file.number)!.tier;
  }

  /** Starts a new memtable and log; the old ones wait for their flush. */
  switchMemtable(): void {
    this.immutable = this.memtable;
    this.immutableWal = this.wal;
    this.memtable = new Memtable(this.log);
    this.wal = new WalFile(this.versions.newFileNumber());
  }

  /** Bytes of an entry in a table, near enough for processor costs: internal key and value. */
  entryBytes(entry: number): number {
    return this.log.internalKeyBytes(entry) + this.log.valueBytesOf(entry);
  }

  /** Trains an index on the keys of these files, in key order; each key once. */
  train(files: readonly FileMeta[]): LearnedTable {
    const keys = new Float64Array(files.reduce((sum, file) => sum + file.table.entryCount, 0));
    let count = 0;
    for (const file of files) for (const entry of file.table.layout.entries) keys[count++] = keyPrefix52(this.log.keys, this.log.keyOf(entry));
    if (files.length > 1) keys.sort((a, b) => a - b);
    this.counters.trainedKeys += count;
    return new LearnedTable(keys, this.options.epsilon, this.options.epsilonRecursive);
  }

  /** Installs a change of the tree, gives new files their homes, and forgets files that nothing needs. */
  apply(edit: VersionEdit, homes: ReadonlyMap<number, Home>): void {
    for (const [number, home] of homes) this.homes.set(number, home);
    for (const { file } of edit.added) if (!edit.removed.some((gone) => gone.file.number === file.number)) this.#entriesInTables += file.table.entryCount;
    for (const { file } of edit.removed) if (!edit.added.some((kept) => kept.file.number === file.number)) this.#entriesInTables -= file.table.entryCount;
    this.versions.apply(edit);
    if (this.l0Files === 0) this.sortedRun = undefined;
    this.collectGarbage();
    this.sim.observer?.counter('levels', 'L0 files', this.sim.now, this.l0Files);
    this.onLevels?.();
  }

  collectGarbage(): void {
    for (const file of this.versions.takeObsolete()) {
      this.tiers.remove(this.tierOf(file), file.number);
      this.homes.delete(file.number);
      this.onObsolete?.(file);
    }
  }

  /** Laws that hold whenever no flush or compaction is half done. */
  checkLaws(): void {
    const { sim, counters } = this;
    const inMemory = this.memtable.count + (this.immutable?.count ?? 0);
    const held = this.#entriesInTables + inMemory + counters.entriesDropped;
    invariant(sim, this.log.lastSequence === held, () => `store: ${this.log.lastSequence} entries written, ${this.#entriesInTables} in tables, ${inMemory} in memory, ${counters.entriesDropped} dropped`);
    for (const files of this.versions.current.levels) for (const file of files) invariant(sim, this.homes.has(file.number), () => `store: file ${file.number} is in the tree and nowhere on a device`);
    this.tiers.checkLaws();
  }
}

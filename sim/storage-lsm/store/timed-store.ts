/**
 * LevelDB on simulated devices, in virtual time, behind the `Store` port.
 *
 * Mechanics (what is written, compacted, probed) come from ../leveldb; this store adds one writer queue, one background
 * thread and reads, each charged on processor and devices. Foreground and background have a core each. The same class is
 * stock LevelDB and the paper's variant with level 0 on NVM: options.ts says which. Units: ns, bytes.
 */
import type { Store, StoreEntry, StoreWrite } from '../../ports.ts';
import type { Simulation } from '../../simulation.ts';
import { NO_ENTRY } from '../leveldb/entry-log.ts';
import { LruCache } from '../leveldb/lru-cache.ts';
import { ScanCursor } from '../leveldb/scan-cursor.ts';
import type { FileMeta } from '../leveldb/version.ts';
import { Background } from './background.ts';
import { StoreCore, type StoreEvent } from './core.ts';
import type { TimedStoreOptions } from './options.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

export class TimedStore implements Store {
  readonly core: StoreCore;
  readonly writer: Writer;
  readonly reader: Reader;
  readonly background: Background;
  readonly blockCache: LruCache;
  readonly openTables: LruCache;
  readonly #idleWaiters: (() => void)[] = [];
  readonly #idleCode: number;
  #scans = 0;

  constructor(sim: Simulation, options: TimedStoreOptions) {
    const core = new StoreCore(sim, options);
    this.core = core;
    this.blockCache = new LruCache(options.blockCacheBytes);
    this.openTables = new LruCache(options.openTables);
    this.background = new Background(core, this.openTables, () => this.#onBackground());
    this.writer = new Writer(core, () => this.background.wake());
    this.reader = new Reader(core, this.blockCache, this.openTables, () => this.background.wake());
    this.#idleCode = sim.register('store is idle', () => this.#tellIdle());
    core.onObsolete = (file) => this.openTables.erase(file.number);
  }

  get(key: Uint8Array, then: (valueBytes: number | undefined) => void): void {
    this.reader.get(this.core.log.keys.intern(key), then);
  }

  put(key: Uint8Array, valueBytes: number, then: () => void): void {
    this.writer.write([{ key: this.core.log.keys.intern(key), valueBytes }], then);
  }

  batch(writes: readonly StoreWrite[], then: () => void): void {
    const { keys } = this.core.log;
    if (writes.length === 0) this.core.sim.after(0, then);
    else this.writer.write(writes.map((write) => ({ key: keys.intern(write.key), valueBytes: 'deleted' in write ? undefined : write.valueBytes })), then);
  }

  /** Entries as of the call; their blocks are then read one after the other, past the block cache. */
  scan(from: Uint8Array, to: Uint8Array, limit: number, then: (entries: readonly StoreEntry[]) => void): void {
    const { core } = this;
    const { log, versions, options, sim } = core;
    const { keys } = log;
    const version = versions.current;
    const found: StoreEntry[] = [];
    const reads: { readonly file: FileMeta; readonly bytes: number }[] = [];
    const io = {
      openTable: (file: FileMeta): void => {
        if (this.openTables.lookup(file.number)) return;
        this.openTables.insert(1, file.number);
        reads.push({ file, bytes: file.table.openReadBytes() });
      },
      readBlock: (file: FileMeta, _block: number, bytes: number): void => {
        reads.push({ file, bytes });
      },
    };
    const memtables = core.immutable === undefined ? [core.memtable] : [core.memtable, core.immutable];
    const onSample = (entry: number): void => {
      if (options.seekCompaction && version.recordReadSample(entry)) this.background.wake();
    };
    const cursor = new ScanCursor(log, options.leveldb, memtables, version, log.lastSequence, ++this.#scans, onSample);
    const end = keys.intern(to);
    const { getNs, mergeKeyNs, copyNsPerByte } = options.cpu;
    let cpuNs = getNs;
    for (cursor.seek(keys.intern(from), io); cursor.entry !== NO_ENTRY && found.length < limit; cursor.next(io)) {
      const key = log.keyOf(cursor.entry);
      if (keys.compare(key, end) >= 0) break;
      const valueBytes = log.valueBytesOf(cursor.entry);
      found.push({ key: keys.bytesOf(key), valueBytes });
      cpuNs += mergeKeyNs + valueBytes * copyNsPerByte;
    }
    versions.pin(version);
    let next = 0;
    const readOn = (): void => {
      const read = reads[next++];
      if (read !== undefined) {
        core.tiers.read(core.tierOf(read.file), 'get', read.bytes, true, readOn);
        return;
      }
      versions.unpin(version);
      then(found);
    };
    sim.after(Math.round(cpuNs), readOn);
  }

  /** Runs `then` once no write, flush or compaction is under way or due. */
  whenIdle(then: () => void): void {
    this.#idleWaiters.push(then);
    if (this.isIdle) this.core.sim.schedule(0, this.#idleCode);
  }

  get isIdle(): boolean {
    return this.writer.isIdle && !this.background.isBusy && this.core.immutable === undefined;
  }

  /** Calls back with each flush, compaction and move, in the order in which they took effect. */
  onEvent(listener: (event: StoreEvent) => void): void {
    this.core.onEvent = listener;
  }

  /** Calls back whenever the tree has changed. */
  onLevels(listener: (filesPerLevel: readonly number[]) => void): void {
    this.core.onLevels = () => listener(this.core.versions.current.fileCounts());
  }

  /** Invariants that hold between operations. */
  checkLaws(): void {
    this.core.checkLaws();
  }

  #onBackground(): void {
    this.writer.wake();
    if (this.#idleWaiters.length > 0 && this.isIdle) this.core.sim.schedule(0, this.#idleCode);
  }

  #tellIdle(): void {
    if (!this.isIdle) return;
    for (const then of this.#idleWaiters.splice(0)) then();
  }
}

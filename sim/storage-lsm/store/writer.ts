/**
 * The write path: one queue of writers, room in the memtable, the log, the memtable.
 *
 * Order of the tests for room, exactly as in LevelDB 1.23 (db/db_impl.cc, MakeRoomForWrite): with L0 at the slowdown limit
 * sleep 1 ms, once a call and before everything else; memtable not full: go; immutable memtable still there: wait; L0 at the
 * stop limit: wait; else switch. The front writer leads and takes followers along up to 1 MiB, or its own size + 128 KiB if
 * it is small. Log and memtable follow under one leader at a time. Units: ns, bytes.
 */
import { NS_PER_MS } from '../../time.ts';
import { BATCH_HEADER_BYTES, deleteRecordBytes, putRecordBytes } from '../leveldb/wal.ts';
import { STALL_REASONS, type StallReason, type Stalls, type StoreCore } from './core.ts';

export const WRITER_TRACK = 'writer';

const SLOWDOWN_NS = NS_PER_MS;
const MAX_GROUP_BYTES = 1 << 20;
const SMALL_GROUP_BYTES = 128 << 10;

/** One change, key interned. */
export interface Change {
  readonly key: number;
  /** Undefined deletes. */
  readonly valueBytes: number | undefined;
}

interface Waiting {
  readonly changes: readonly Change[];
  readonly recordBytes: number;
  readonly done: () => void;
}

export class Writer {
  readonly stalls: Readonly<Record<StallReason, Stalls>> = {
    slowdown: { count: 0, totalNs: 0 },
    'memtable full': { count: 0, totalNs: 0 },
    'L0 stop': { count: 0, totalNs: 0 },
  };
  readonly #core: StoreCore;
  readonly #onSwitch: () => void;
  readonly #queue: Waiting[] = [];
  readonly #retryCode: number;
  readonly #insertedCode: number;
  #group: Waiting[] = [];
  #isLeading = false;
  #mayDelay = true;
  #stall: { readonly reason: StallReason; readonly sinceNs: number } | undefined;
  #isRetryPending = false;

  /** `onSwitch` is called when a memtable has become immutable. */
  constructor(core: StoreCore, onSwitch: () => void) {
    this.#core = core;
    this.#onSwitch = onSwitch;
    this.#retryCode = core.sim.register('writer looks for room', () => {
      this.#isRetryPending = false;
      this.#makeRoom();
    });
    this.#insertedCode = core.sim.register('write done', () => this.#finish());
  }

  /** Reason for which the front writer waits now. */
  get stalledFor(): StallReason | undefined {
    return this.#stall?.reason;
  }

  get isIdle(): boolean {
    return !this.#isLeading;
  }

  write(changes: readonly Change[], done: () => void): void {
    const { keys } = this.#core.log;
    let recordBytes = 0;
    for (const { key, valueBytes } of changes) {
      const keyBytes = keys.lengthOf(key);
      recordBytes += valueBytes === undefined ? deleteRecordBytes(keyBytes) : putRecordBytes(keyBytes, valueBytes);
    }
    this.#queue.push({ changes, recordBytes, done });
    if (!this.#isLeading) this.#lead();
  }

  /** The background thread has finished something: a writer that waits looks again. */
  wake(): void {
    if (this.#stall === undefined || this.#stall.reason === 'slowdown' || this.#isRetryPending) return;
    this.#isRetryPending = true;
    this.#core.sim.schedule(0, this.#retryCode);
  }

  #lead(): void {
    this.#isLeading = true;
    this.#mayDelay = true;
    this.#makeRoom();
  }

  #makeRoom(): void {
    const core = this.#core;
    const { leveldb } = core.options;
    for (;;) {
      if (this.#mayDelay && core.l0Files >= leveldb.l0SlowdownFiles) {
        this.#mayDelay = false;
        this.#beginStall('slowdown');
        core.sim.schedule(SLOWDOWN_NS, this.#retryCode);
        return;
      }
      if (core.memtable.usedBytes <= leveldb.writeBufferBytes) break;
      if (core.immutable !== undefined) return this.#beginStall('memtable full');
      if (core.l0Files >= leveldb.l0StopFiles) return this.#beginStall('L0 stop');
      core.switchMemtable();
      this.#onSwitch();
    }
    this.#endStall();
    this.#append();
  }

  #append(): void {
    const core = this.#core;
    const { options, wal, sim, tiers } = core;
    const { putNs, syscallNs, crcNsPerByte, copyNsPerByte, memtableInsertNs } = options.cpu;
    this.#group = this.#takeGroup();
    let payloadBytes = BATCH_HEADER_BYTES;
    let changes = 0;
    for (const waiting of this.#group) {
      payloadBytes += waiting.recordBytes;
      changes += waiting.changes.length;
    }
    // Copied into the batch and into the memtable.
    const ownNs = this.#group.length * putNs + changes * memtableInsertNs + payloadBytes * 2 * copyNsPerByte;
    if (options.walTier === 'none') return this.#insertAfter(ownNs);
    const walBytes = wal.append(payloadBytes);
    core.counters.walBytes += walBytes;
    const tier = options.walTier;
    const file = wal.fileNumber;
    const crcNs = payloadBytes * crcNsPerByte;
    const copyNs = walBytes * copyNsPerByte;
    if (tier === 'ssd' && options.walMode === 'page-cache') {
      // One system call copies the record into the page cache; it returns at once unless too much is dirty.
      return tiers.append(tier, 'wal', file, walBytes, () => this.#insertAfter(ownNs + crcNs + syscallNs + copyNs));
    }
    const callNs = tier === 'ssd' ? syscallNs + copyNs : 0;
    sim.after(Math.round(crcNs + callNs), () => {
      tiers.writeThrough(tier, 'wal', file, walBytes, () => {
        if (options.walMode === 'fsync') tiers.sync(tier, file, () => this.#insertAfter(ownNs));
        else this.#insertAfter(ownNs);
      });
    });
  }

  #insertAfter(ns: number): void {
    this.#core.sim.schedule(Math.round(ns), this.#insertedCode);
  }

  #finish(): void {
    const { log, memtable, counters } = this.#core;
    const group = this.#group;
    for (const { changes } of group) {
      for (const { key, valueBytes } of changes) {
        memtable.insert(valueBytes === undefined ? log.remove(key) : log.put(key, valueBytes));
        counters.puts += 1;
        counters.userBytes += log.keys.lengthOf(key) + (valueBytes ?? 0);
      }
    }
    this.#isLeading = false;
    for (const { done } of group) done();
    if (!this.#isLeading && this.#queue.length > 0) this.#lead();
  }

  /** The front writer and those behind it that fit into one record. */
  #takeGroup(): Waiting[] {
    const first = this.#queue.shift()!;
    const group = [first];
    if (this.#queue.length === 0) return group;
    // Each batch counts with its own header, although the merged record keeps only one.
    let bytes = BATCH_HEADER_BYTES + first.recordBytes;
    const limit = bytes <= SMALL_GROUP_BYTES ? bytes + SMALL_GROUP_BYTES : MAX_GROUP_BYTES;
    while (this.#queue.length > 0) {
      bytes += BATCH_HEADER_BYTES + this.#queue[0]!.recordBytes;
      if (bytes > limit) break;
      group.push(this.#queue.shift()!);
    }
    return group;
  }

  #beginStall(reason: StallReason): void {
    const { sim } = this.#core;
    // Woken in vain: the same stall goes on.
    if (this.#stall?.reason === reason) return;
    this.#endStall();
    this.#stall = { reason, sinceNs: sim.now };
    this.stalls[reason].count += 1;
    sim.observer?.instant(WRITER_TRACK, 'stall', sim.now, { reason, l0Files: this.#core.l0Files });
  }

  #endStall(): void {
    if (this.#stall === undefined) return;
    const { reason, sinceNs } = this.#stall;
    const { sim } = this.#core;
    this.#stall = undefined;
    this.stalls[reason].totalNs += sim.now - sinceNs;
    if (sim.now > sinceNs) sim.observer?.span(WRITER_TRACK, `stall: ${reason}`, sinceNs, sim.now);
  }
}

/** Stalls of all reasons together. */
export function totalStalls(stalls: Readonly<Record<StallReason, Stalls>>): Stalls {
  return STALL_REASONS.reduce((sum, reason) => ({ count: sum.count + stalls[reason].count, totalNs: sum.totalNs + stalls[reason].totalNs }), { count: 0, totalNs: 0 });
}

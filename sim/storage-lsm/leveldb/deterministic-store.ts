/**
 * LevelDB on zero time: after every operation the background thread runs until it has nothing left to do.
 *
 * So there is no stall and no race, and the whole sequence of flushes, moves and compactions is a function of the
 * operations alone; the real program repeats it bit for bit when each Put waits for the background thread. This driver
 * uses only the public parts (memtable, jobs, picking, get path); a timed driver uses the same ones.
 * Source of the order: LevelDB 1.23, db/db_impl.cc (Write, MakeRoomForWrite, BackgroundCompaction, Get).
 */
import { isTrivialMove, pickCompaction } from './compaction-picking.ts';
import { CompactionJob } from './compaction-job.ts';
import { EntryLog, NO_ENTRY } from './entry-log.ts';
import { FlushJob } from './flush-job.ts';
import { GetPath } from './get-path.ts';
import { KeyTable } from './key-table.ts';
import { Memtable } from './memtable.ts';
import type { LevelDbOptions } from './options.ts';
import { ScanCursor } from './scan-cursor.ts';
import { Snapshots } from './snapshots.ts';
import { describeTable } from './version.ts';
import { VersionSet } from './version-set.ts';
import { BATCH_HEADER_BYTES, deleteRecordBytes, putRecordBytes, WalFile } from './wal.ts';

/** What the background thread did, in order. `level` of a move is the source level. Units: bytes, files. */
export type StoreEvent =
  | { readonly event: 'flush'; readonly bytes: number }
  | { readonly event: 'compaction'; readonly level: number; readonly inputs: number; readonly inputsNext: number; readonly bytes: number }
  | { readonly event: 'move'; readonly level: number };

export class DeterministicStore {
  readonly keys = new KeyTable();
  readonly log = new EntryLog(this.keys);
  readonly set: VersionSet;
  readonly snapshots = new Snapshots();
  readonly events: StoreEvent[] = [];
  /** Bytes written per output level, flushes by the level they were placed on, compactions by theirs. */
  readonly flushedBytesPerLevel = [0, 0, 0, 0, 0, 0, 0];
  readonly compactedBytesPerLevel = [0, 0, 0, 0, 0, 0, 0];
  walBytes = 0;
  flushBytes = 0;
  compactionBytesWritten = 0;
  compactionBytesRead = 0;
  userBytes = 0;
  /** Entries that compactions dropped. */
  droppedEntries = 0;
  /** Data blocks that Gets read, in all and from L0. */
  blockReads = 0;
  blockReadsL0 = 0;
  readonly #options: LevelDbOptions;
  readonly #path: GetPath;
  #memtable: Memtable;
  #wal: WalFile;
  #cursorCount = 0;

  constructor(options: LevelDbOptions) {
    this.#options = options;
    this.set = new VersionSet(this.log, options);
    this.#path = new GetPath(this.log);
    this.#memtable = new Memtable(this.log);
    this.#wal = new WalFile(this.set.newFileNumber());
  }

  /** Entries in the memtable. */
  get memtableEntries(): number {
    return this.#memtable.count;
  }

  put(key: number, valueBytes: number): void {
    const keyBytes = this.keys.lengthOf(key);
    this.#makeRoom();
    this.walBytes += this.#wal.append(BATCH_HEADER_BYTES + putRecordBytes(keyBytes, valueBytes));
    this.#memtable.insert(this.log.put(key, valueBytes));
    this.userBytes += keyBytes + valueBytes;
  }

  remove(key: number): void {
    this.#makeRoom();
    this.walBytes += this.#wal.append(BATCH_HEADER_BYTES + deleteRecordBytes(this.keys.lengthOf(key)));
    this.#memtable.insert(this.log.remove(key));
  }

  /** Length of the value, undefined if absent or deleted. */
  get(key: number, snapshot = this.log.lastSequence): number | undefined {
    const valueBytes = this.getUncharged(key, snapshot);
    if (this.#path.chargeSeek()) this.#runBackground();
    return valueBytes;
  }

  /** A Get as with seek compaction switched off: counts its block reads and charges no seek. */
  getUncharged(key: number, snapshot = this.log.lastSequence): number | undefined {
    this.#path.clear();
    const entry = this.#memtable.find(key, snapshot);
    if (entry !== NO_ENTRY) return this.log.isTombstone(entry) ? undefined : this.log.valueBytesOf(entry);
    const path = this.#path;
    path.start(this.set.current, key, snapshot);
    while (path.advance()) {
      if (!path.readsBlock) continue;
      this.blockReads++;
      if (path.level === 0) this.blockReadsL0++;
    }
    return path.valueBytes();
  }

  /** A forward scan over the state of now; seek compactions it causes run at once. */
  scan(snapshot = this.log.lastSequence): ScanCursor {
    const onSample = (entry: number): void => {
      if (this.set.current.recordReadSample(entry)) this.#runBackground();
    };
    return new ScanCursor(this.log, this.#options, [this.#memtable], this.set.current, snapshot, ++this.#cursorCount, onSample);
  }

  /** Switches memtable and log once the old memtable is over its size; tested before a write, not after it. */
  #makeRoom(): void {
    if (this.#memtable.usedBytes <= this.#options.writeBufferBytes) return;
    this.#wal = new WalFile(this.set.newFileNumber());
    const immutable = this.#memtable;
    this.#memtable = new Memtable(this.log);
    this.#flush(immutable);
    this.#runBackground();
  }

  #flush(immutable: Memtable): void {
    const job = new FlushJob(this.set, immutable);
    while (job.step());
    const { file, level, edit } = job.result();
    this.set.apply(edit);
    this.set.takeObsolete();
    this.flushBytes += file.sizeBytes;
    this.flushedBytesPerLevel[level]! += file.sizeBytes;
    this.events.push({ event: 'flush', bytes: file.sizeBytes });
  }

  #runBackground(): void {
    for (;;) {
      const compaction = pickCompaction(this.set);
      if (compaction === undefined) return;
      const { level, inputs, inputsNext } = compaction;
      if (isTrivialMove(this.set, compaction)) {
        const file = inputs[0]!;
        this.set.apply({ removed: [{ level, file }], added: [{ level: level + 1, file: describeTable(file.number, file.table) }] });
        this.events.push({ event: 'move', level });
        continue;
      }
      const job = new CompactionJob(this.set, compaction, this.snapshots.oldest(this.log.lastSequence));
      while (job.step());
      this.set.apply(job.edit());
      this.set.takeObsolete();
      const bytes = job.outputBytes;
      this.compactionBytesWritten += bytes;
      this.compactionBytesRead += job.inputBytes;
      this.compactedBytesPerLevel[level + 1]! += bytes;
      this.droppedEntries += job.droppedEntries;
      this.events.push({ event: 'compaction', level, inputs: inputs.length, inputsNext: inputsNext.length, bytes });
    }
  }
}

/**
 * A forward scan: memtables and tables merged, newest visible entry of each key, tombstones skipped.
 *
 * About once per MiB read (uniform on 0 .. 2 MiB from a generator seeded by the cursor's number) the entry under the
 * cursor is offered as a sample, which may charge a seek to a file. Source: LevelDB 1.23, db/db_iter.cc. Backward scans
 * are left out.
 */
import { type EntryLog, NO_ENTRY } from './entry-log.ts';
import type { Memtable } from './memtable.ts';
import { type BlockReader, MergeCursor, RunCursor } from './merge-source.ts';
import type { LevelDbOptions } from './options.ts';
import { ParkMiller } from './park-miller.ts';
import type { Version } from './version.ts';

export class ScanCursor {
  /** Entry under the cursor, `NO_ENTRY` at the end. */
  entry = NO_ENTRY;
  readonly #log: EntryLog;
  readonly #snapshot: number;
  readonly #memtables: readonly Memtable[];
  readonly #nodes: Int32Array;
  readonly #tables: MergeCursor;
  readonly #random: ParkMiller;
  readonly #periodBytes: number;
  readonly #onSample: (entry: number) => void;
  #untilSampleBytes: number;

  /** `number` counts the cursors of a store from 1; `memtables` newest first. */
  constructor(
    log: EntryLog,
    options: LevelDbOptions,
    memtables: readonly Memtable[],
    version: Version,
    snapshot: number,
    number: number,
    onSample: (entry: number) => void,
  ) {
    this.#log = log;
    this.#snapshot = snapshot;
    this.#memtables = memtables;
    this.#nodes = new Int32Array(memtables.length);
    const runs = [...version.levels[0]!.map((file) => [file]), ...version.levels.slice(1).filter((files) => files.length > 0)];
    this.#tables = new MergeCursor(log, runs.map((files) => new RunCursor(files)));
    this.#random = new ParkMiller(number);
    this.#periodBytes = options.readSamplePeriodBytes;
    this.#onSample = onSample;
    this.#untilSampleBytes = this.#drawPeriod();
  }

  /** Moves to the first visible key at or after `key`. */
  seek(key: number, reader?: BlockReader): void {
    this.#memtables.forEach((memtable, i) => {
      this.#nodes[i] = memtable.seekNode(key, this.#snapshot);
    });
    this.#tables.seek(key, this.#snapshot, reader);
    this.#settle(-1, reader);
  }

  seekToFirst(reader?: BlockReader): void {
    this.#memtables.forEach((memtable, i) => {
      this.#nodes[i] = memtable.firstNode();
    });
    this.#tables.seekToFirst(reader);
    this.#settle(-1, reader);
  }

  /** Moves to the next visible key. */
  next(reader?: BlockReader): void {
    const key = this.#log.keyOf(this.entry);
    this.#skip(this.entry, reader);
    this.#settle(key, reader);
  }

  /** Runs on to the next visible value whose key is not `hiddenKey`. */
  #settle(hiddenKey: number, reader: BlockReader | undefined): void {
    let hidden = hiddenKey;
    for (let entry = this.#smallest(); entry !== NO_ENTRY; entry = this.#smallest()) {
      this.#sample(entry);
      const key = this.#log.keyOf(entry);
      if (entry <= this.#snapshot && key !== hidden) {
        if (!this.#log.isTombstone(entry)) {
          this.entry = entry;
          return;
        }
        hidden = key;
      }
      this.#skip(entry, reader);
    }
    this.entry = NO_ENTRY;
  }

  #smallest(): number {
    let smallest = this.#tables.entry;
    this.#memtables.forEach((memtable, i) => {
      const node = this.#nodes[i]!;
      if (node === 0) return;
      const entry = memtable.entryAt(node);
      if (smallest === NO_ENTRY || this.#log.compare(entry, smallest) < 0) smallest = entry;
    });
    return smallest;
  }

  #skip(entry: number, reader: BlockReader | undefined): void {
    for (let i = 0; i < this.#nodes.length; i++) {
      const node = this.#nodes[i]!;
      if (node === 0 || this.#memtables[i]!.entryAt(node) !== entry) continue;
      this.#nodes[i] = this.#memtables[i]!.nodeAfter(node);
      return;
    }
    this.#tables.next(reader);
  }

  #sample(entry: number): void {
    const bytes = this.#log.internalKeyBytes(entry) + this.#log.valueBytesOf(entry);
    while (this.#untilSampleBytes < bytes) {
      this.#untilSampleBytes += this.#drawPeriod();
      this.#onSample(entry);
    }
    this.#untilSampleBytes -= bytes;
  }

  #drawPeriod(): number {
    return this.#random.next() % (2 * this.#periodBytes);
  }
}

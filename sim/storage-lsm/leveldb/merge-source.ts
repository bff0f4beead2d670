/**
 * Cursors over tables and their merge, newest entry of each key first.
 *
 * A run is one L0 file or the disjoint files of one deeper level, walked one after the other. A cursor reports each table
 * it opens and each data block it enters. Source: LevelDB 1.23, table/merger.cc, table/two_level_iterator.cc.
 */
import { type EntryLog, NO_ENTRY } from './entry-log.ts';
import type { FileMeta } from './version.ts';

/** Told of every table opened and block entered by a cursor. */
export interface BlockReader {
  openTable(file: FileMeta): void;
  readBlock(file: FileMeta, block: number, bytes: number): void;
}

export class RunCursor {
  /** Entry under the cursor, `NO_ENTRY` at the end. */
  entry = NO_ENTRY;
  readonly #files: readonly FileMeta[];
  #fileIndex = 0;
  #entries = new Int32Array(0);
  #index = 0;
  #block = 0;
  /** Index of the first entry behind the block under the cursor. */
  #blockEnd = 0;

  constructor(files: readonly FileMeta[]) {
    this.#files = files;
  }

  seekToFirst(reader?: BlockReader): void {
    this.#enterFile(0, 0, reader);
  }

  /** First entry at or after (key, snapshot); `log` decides the order. */
  seek(log: EntryLog, key: number, snapshot: number, reader?: BlockReader): void {
    let low = 0;
    let high = this.#files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (log.compareToTarget(this.#files[middle]!.largest, key, snapshot) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === this.#files.length) this.entry = NO_ENTRY;
    else this.#enterFile(low, this.#files[low]!.table.lowerBound(key, snapshot), reader);
  }

  next(reader?: BlockReader): void {
    this.#index++;
    if (this.#index < this.#blockEnd) {
      this.entry = this.#entries[this.#index]!;
    } else if (this.#index < this.#entries.length) {
      this.#enterBlock(this.#block + 1, reader);
    } else {
      this.#enterFile(this.#fileIndex + 1, 0, reader);
    }
  }

  #enterFile(fileIndex: number, index: number, reader: BlockReader | undefined): void {
    this.#fileIndex = fileIndex;
    this.#index = index;
    const file = this.#files[fileIndex];
    if (file === undefined) {
      this.entry = NO_ENTRY;
      return;
    }
    reader?.openTable(file);
    this.#entries = file.table.layout.entries as Int32Array<ArrayBuffer>;
    this.#enterBlock(index === 0 ? 0 : file.table.blockOfIndex(index), reader);
  }

  #enterBlock(block: number, reader: BlockReader | undefined): void {
    const file = this.#files[this.#fileIndex]!;
    this.#block = block;
    this.#blockEnd = file.table.layout.blockFirst[block + 1]!;
    this.entry = this.#entries[this.#index]!;
    reader?.readBlock(file, block, file.table.blockReadBytes(block));
  }
}

/** Picks the smallest entry among cursors; few cursors, so a linear scan, as in LevelDB. */
export class MergeCursor {
  readonly #log: EntryLog;
  readonly #cursors: readonly RunCursor[];
  /** First bytes of the key under each cursor: they decide nearly every comparison. */
  readonly #prefixes: Uint32Array;
  #current = -1;

  constructor(log: EntryLog, cursors: readonly RunCursor[]) {
    this.#log = log;
    this.#cursors = cursors;
    this.#prefixes = new Uint32Array(cursors.length);
  }

  get entry(): number {
    return this.#current < 0 ? NO_ENTRY : this.#cursors[this.#current]!.entry;
  }

  seekToFirst(reader?: BlockReader): void {
    for (const cursor of this.#cursors) cursor.seekToFirst(reader);
    this.#cursors.forEach((_, index) => this.#takePrefix(index));
    this.#choose();
  }

  seek(key: number, snapshot: number, reader?: BlockReader): void {
    for (const cursor of this.#cursors) cursor.seek(this.#log, key, snapshot, reader);
    this.#cursors.forEach((_, index) => this.#takePrefix(index));
    this.#choose();
  }

  next(reader?: BlockReader): void {
    this.#cursors[this.#current]!.next(reader);
    this.#takePrefix(this.#current);
    this.#choose();
  }

  #takePrefix(index: number): void {
    const { entry } = this.#cursors[index]!;
    if (entry !== NO_ENTRY) this.#prefixes[index] = this.#log.keys.prefixOf(this.#log.keyOf(entry));
  }

  #choose(): void {
    let chosen = -1;
    let smallest = NO_ENTRY;
    let smallestPrefix = 0;
    for (let i = 0; i < this.#cursors.length; i++) {
      const { entry } = this.#cursors[i]!;
      if (entry === NO_ENTRY) continue;
      const prefix = this.#prefixes[i]!;
      if (chosen >= 0 && (prefix === smallestPrefix ? this.#log.compare(entry, smallest) >= 0 : prefix > smallestPrefix)) continue;
      chosen = i;
      smallest = entry;
      smallestPrefix = prefix;
    }
    this.#current = chosen;
  }
}

/**
 * A compaction, one key at a time, so that a driver can charge its I/O and let a waiting memtable go first between keys.
 *
 * Outputs are cut before a key once the overlap with grandparent files passed since the last such cut exceeds 20 MiB, and
 * after a key once the finished blocks reach 2 MiB. An entry is dropped when the oldest snapshot already sees a newer one
 * of its key; a tombstone also when no deeper level can hold its key. Source: LevelDB 1.23, db/db_impl.cc
 * (DoCompactionWork), db/version_set.cc (ShouldStopBefore, IsBaseLevelForKey). Units: bytes.
 */
import type { Compaction } from './compaction-picking.ts';
import { MAX_SEQUENCE, NO_ENTRY } from './entry-log.ts';
import type { JobIo } from './job-io.ts';
import { MergeCursor, RunCursor } from './merge-source.ts';
import { LEVEL_COUNT, maxGrandparentOverlapBytes } from './options.ts';
import { TableBuilder } from './table-builder.ts';
import { describeTable, type FileMeta, totalFileBytes } from './version.ts';
import type { VersionEdit, VersionSet } from './version-set.ts';

export class CompactionJob {
  readonly compaction: Compaction;
  readonly outputs: FileMeta[] = [];
  droppedEntries = 0;
  readonly #set: VersionSet;
  readonly #smallestSnapshot: number;
  readonly #merge: MergeCursor;
  readonly #maxOverlapBytes: number;
  #started = false;
  #builder: TableBuilder | undefined;
  #fileNumber = 0;
  #userKey = -1;
  /** Sequence number of the previous entry of the same user key. */
  #sequenceBefore = MAX_SEQUENCE;
  #grandparent = 0;
  #seenKey = false;
  #overlapBytes = 0;
  /** Per deeper level, the file the base-level test has reached; keys only ever grow. */
  readonly #baseLevelIndex = new Int32Array(LEVEL_COUNT);

  /** `smallestSnapshot` = oldest sequence number a reader may still ask for; the last one when there are no snapshots. */
  constructor(set: VersionSet, compaction: Compaction, smallestSnapshot: number) {
    this.#set = set;
    this.compaction = compaction;
    this.#smallestSnapshot = smallestSnapshot;
    this.#maxOverlapBytes = maxGrandparentOverlapBytes(set.options);
    const runs = compaction.level === 0 ? compaction.inputs.map((file) => [file]) : [compaction.inputs];
    if (compaction.inputsNext.length > 0) runs.push([...compaction.inputsNext]);
    this.#merge = new MergeCursor(set.log, runs.map((files) => new RunCursor(files)));
  }

  /** Sum of the input files' sizes, which is what LevelDB counts as read. */
  get inputBytes(): number {
    return totalFileBytes(this.compaction.inputs) + totalFileBytes(this.compaction.inputsNext);
  }

  get outputBytes(): number {
    return totalFileBytes(this.outputs);
  }

  /** Positions on the first key (first call), then handles one key a call. False once the job is done. */
  step(io?: JobIo): boolean {
    if (!this.#started) {
      this.#started = true;
      this.#merge.seekToFirst(io);
      return true;
    }
    const entry = this.#merge.entry;
    if (entry === NO_ENTRY) {
      if (this.#builder !== undefined) this.#finishOutput(io);
      return false;
    }
    if (this.#mustCutBefore(entry) && this.#builder !== undefined) this.#finishOutput(io);
    if (this.#isDropped(entry)) this.droppedEntries++;
    else this.#add(entry, io);
    this.#merge.next(io);
    return true;
  }

  /** Inputs out, outputs in, one level down. */
  edit(): VersionEdit {
    const { level, inputs, inputsNext } = this.compaction;
    return {
      removed: [...inputs.map((file) => ({ level, file })), ...inputsNext.map((file) => ({ level: level + 1, file }))],
      added: this.outputs.map((file) => ({ level: level + 1, file })),
    };
  }

  #add(entry: number, io: JobIo | undefined): void {
    if (this.#builder === undefined) {
      this.#fileNumber = this.#set.newFileNumber();
      this.#builder = new TableBuilder(this.#set.log, this.#set.options);
    }
    const bytes = this.#builder.add(entry);
    if (bytes > 0) io?.appendOutput(this.#fileNumber, bytes);
    if (this.#builder.sizeBytes >= this.#set.options.maxFileBytes) this.#finishOutput(io);
  }

  #finishOutput(io: JobIo | undefined): void {
    const { table, tailBytes } = this.#builder!.finish();
    this.#builder = undefined;
    const file = describeTable(this.#fileNumber, table);
    this.outputs.push(file);
    io?.appendOutput(file.number, tailBytes);
    io?.finishOutput(file);
  }

  #mustCutBefore(entry: number): boolean {
    const { grandparents } = this.compaction;
    while (this.#grandparent < grandparents.length && this.#set.log.compare(entry, grandparents[this.#grandparent]!.largest) > 0) {
      if (this.#seenKey) this.#overlapBytes += grandparents[this.#grandparent]!.sizeBytes;
      this.#grandparent++;
    }
    this.#seenKey = true;
    if (this.#overlapBytes <= this.#maxOverlapBytes) return false;
    this.#overlapBytes = 0;
    return true;
  }

  #isDropped(entry: number): boolean {
    const { log } = this.#set;
    const key = log.keyOf(entry);
    if (key !== this.#userKey) {
      this.#userKey = key;
      this.#sequenceBefore = MAX_SEQUENCE;
    }
    const hidden = this.#sequenceBefore <= this.#smallestSnapshot;
    this.#sequenceBefore = entry;
    return hidden || (log.isTombstone(entry) && entry <= this.#smallestSnapshot && this.#isBaseLevelFor(key));
  }

  /** True if no level below the outputs has a file whose range holds the key. */
  #isBaseLevelFor(key: number): boolean {
    const { log } = this.#set;
    for (let level = this.compaction.level + 2; level < LEVEL_COUNT; level++) {
      const files = this.compaction.version.levels[level]!;
      let index = this.#baseLevelIndex[level]!;
      while (index < files.length && log.keys.compare(key, log.keyOf(files[index]!.largest)) > 0) index++;
      this.#baseLevelIndex[level] = index;
      if (index < files.length && log.keys.compare(key, log.keyOf(files[index]!.smallest)) >= 0) return false;
    }
    return true;
  }
}

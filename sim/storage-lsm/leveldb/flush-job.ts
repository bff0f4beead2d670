/**
 * Turns an immutable memtable into one table, entry by entry; nothing is dropped. The level is chosen from the version
 * current when the job started. Source: LevelDB 1.23, db/builder.cc, db/db_impl.cc (WriteLevel0Table).
 */
import type { JobIo } from './job-io.ts';
import type { Memtable } from './memtable.ts';
import { TableBuilder } from './table-builder.ts';
import { describeTable, type FileMeta, type Version } from './version.ts';
import type { VersionEdit, VersionSet } from './version-set.ts';

export class FlushJob {
  readonly #set: VersionSet;
  readonly #memtable: Memtable;
  readonly #base: Version;
  readonly #fileNumber: number;
  readonly #builder: TableBuilder;
  #node: number;
  #output: FileMeta | undefined;

  constructor(set: VersionSet, memtable: Memtable) {
    this.#set = set;
    this.#memtable = memtable;
    this.#base = set.current;
    this.#fileNumber = set.newFileNumber();
    this.#builder = new TableBuilder(set.log, set.options);
    this.#node = memtable.firstNode();
  }

  /** Adds one entry, or finishes the file after the last. False once the job is done. */
  step(io?: JobIo): boolean {
    if (this.#output !== undefined) return false;
    if (this.#node !== 0) {
      const bytes = this.#builder.add(this.#memtable.entryAt(this.#node));
      if (bytes > 0) io?.appendOutput(this.#fileNumber, bytes);
      this.#node = this.#memtable.nodeAfter(this.#node);
      return true;
    }
    const { table, tailBytes } = this.#builder.finish();
    io?.appendOutput(this.#fileNumber, tailBytes);
    this.#output = describeTable(this.#fileNumber, table);
    io?.finishOutput(this.#output);
    return false;
  }

  /** The finished table and its level; the driver applies the edit, then drops the memtable and its log. */
  result(): { file: FileMeta; level: number; edit: VersionEdit } {
    const file = this.#output;
    if (file === undefined) throw new Error('leveldb: result of a flush that has not finished');
    const { log } = this.#set;
    const level = this.#base.flushLevel(log.keyOf(file.smallest), log.keyOf(file.largest));
    return { file, level, edit: { removed: [], added: [{ level, file }] } };
  }
}

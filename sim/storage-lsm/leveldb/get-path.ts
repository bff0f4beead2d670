/**
 * The files one Get looks into below the memtables, one probe at a time, so that a driver can charge each.
 *
 * L0 files that may hold the key come newest first, then one file a level; the first that has an entry ends the search,
 * a tombstone too. When more than one file was probed, the first is charged a seek; a filter that says no still counts as
 * a probe there. Source: LevelDB 1.23, db/version_set.cc (Version::Get), table/table.cc (InternalGet).
 */
import { type EntryLog, NO_ENTRY } from './entry-log.ts';
import type { FileMeta, Version } from './version.ts';

export class GetPath {
  /** The probe that `advance` has just made. */
  file: FileMeta | undefined = undefined;
  level = -1;
  /** Data block that the index named; -1 if the key is past the last one. */
  block = -1;
  /** False when the filter ruled the block out: nothing is read. */
  readsBlock = false;
  /** Entry found in this probe, tombstones included, or `NO_ENTRY`. */
  entry = NO_ENTRY;
  probes = 0;

  readonly #log: EntryLog;
  #version: Version | undefined;
  #key = -1;
  #snapshot = 0;
  readonly #files: FileMeta[] = [];
  readonly #levels: number[] = [];

  constructor(log: EntryLog) {
    this.#log = log;
  }

  /** Starts a new search; the object is reusable. */
  start(version: Version, key: number, snapshot: number): void {
    this.#version = version;
    this.#key = key;
    this.#snapshot = snapshot;
    this.file = undefined;
    this.entry = NO_ENTRY;
    this.probes = 0;
    version.candidates(key, snapshot, this.#files, this.#levels);
  }

  /** Forgets the last search: nothing to charge. */
  clear(): void {
    this.probes = 0;
    this.entry = NO_ENTRY;
  }

  /** Makes the next probe. False when there is none: found already, or no file left. */
  advance(): boolean {
    if (this.entry !== NO_ENTRY || this.probes === this.#files.length) return false;
    const file = this.#files[this.probes]!;
    this.file = file;
    this.level = this.#levels[this.probes]!;
    this.probes++;
    this.block = file.table.findBlock(this.#key, this.#snapshot);
    this.readsBlock = this.block >= 0 && file.table.filterPasses(this.block, this.#key);
    if (this.readsBlock) this.entry = file.table.findInBlock(this.block, this.#key, this.#snapshot);
    return true;
  }

  /** Length of the value found, undefined if the key is absent or deleted. */
  valueBytes(): number | undefined {
    return this.entry === NO_ENTRY || this.#log.isTombstone(this.entry) ? undefined : this.#log.valueBytesOf(this.entry);
  }

  /** Charges the seek, once, after the search. True if a seek compaction has become due. */
  chargeSeek(): boolean {
    if (this.probes < 2) return false;
    return this.#version!.chargeSeek(this.#files[0]!, this.#levels[0]!);
  }
}

/**
 * The sequence of versions, the compact pointers and the file numbers: what LevelDB keeps in its manifest.
 *
 * A driver finishes a job, then applies its edit; nothing here changes behind its back. Versions that a read still uses
 * are pinned, so that a file is reported obsolete only when no live version holds it.
 * Source: LevelDB 1.23, db/version_set.cc, db/version_edit.h.
 */
import { type EntryLog, NO_ENTRY } from './entry-log.ts';
import { LEVEL_COUNT, type LevelDbOptions } from './options.ts';
import { type FileMeta, Version } from './version.ts';

/** A change of the tree: files that leave and files that come, each with its level. */
export interface VersionEdit {
  readonly removed: readonly { readonly level: number; readonly file: FileMeta }[];
  readonly added: readonly { readonly level: number; readonly file: FileMeta }[];
}

/** Number of the first file a fresh store hands out; 1 and 2 are the manifests of creation and first opening. */
const FIRST_FILE_NUMBER = 3;

export class VersionSet {
  readonly log: EntryLog;
  readonly options: LevelDbOptions;
  /** Largest internal key of the last compaction of each level, `NO_ENTRY` before the first. */
  readonly compactPointers = new Int32Array(LEVEL_COUNT).fill(NO_ENTRY);
  #current: Version;
  #nextFileNumber = FIRST_FILE_NUMBER;
  readonly #pins = new Map<Version, number>();
  /** Files dropped from the current version that a pinned version may still hold. */
  #dropped: FileMeta[] = [];

  constructor(log: EntryLog, options: LevelDbOptions) {
    this.log = log;
    this.options = options;
    this.#current = new Version(log, options, Array.from({ length: LEVEL_COUNT }, () => []));
  }

  get current(): Version {
    return this.#current;
  }

  newFileNumber(): number {
    return this.#nextFileNumber++;
  }

  /** Makes the edited tree current. The old version's candidate for a seek compaction is forgotten with it. */
  apply(edit: VersionEdit): void {
    const levels = this.#current.levels.map((files, level) => {
      const removed = new Set(edit.removed.filter((change) => change.level === level).map((change) => change.file.number));
      const added = edit.added.filter((change) => change.level === level).map((change) => change.file);
      if (removed.size === 0 && added.length === 0) return files;
      const kept = files.filter((file) => !removed.has(file.number));
      return [...kept, ...added].sort((a, b) => this.log.compare(a.smallest, b.smallest) || a.number - b.number);
    });
    checkLevels(this.log, levels);
    this.#current = new Version(this.log, this.options, levels);
    const live = new Set(levels.flat().map((file) => file.number));
    for (const { file } of edit.removed) if (!live.has(file.number)) this.#dropped.push(file);
  }

  /** Keeps a version's files from becoming obsolete while a read or a compaction uses them. */
  pin(version: Version): void {
    this.#pins.set(version, (this.#pins.get(version) ?? 0) + 1);
  }

  unpin(version: Version): void {
    const count = this.#pins.get(version);
    if (count === undefined) throw new Error('leveldb: unpinned a version that is not pinned');
    if (count === 1) this.#pins.delete(version);
    else this.#pins.set(version, count - 1);
  }

  /** Files that no live version holds any more; each is reported once. The driver evicts them from its caches. */
  takeObsolete(): FileMeta[] {
    const held = new Set<number>();
    for (const version of this.#pins.keys()) for (const file of version.levels.flat()) held.add(file.number);
    const obsolete = this.#dropped.filter((file) => !held.has(file.number));
    this.#dropped = this.#dropped.filter((file) => held.has(file.number));
    return obsolete;
  }
}

/** Levels from 1 on are sorted and disjoint. */
function checkLevels(log: EntryLog, levels: readonly (readonly FileMeta[])[]): void {
  for (let level = 1; level < levels.length; level++) {
    const files = levels[level]!;
    for (let i = 1; i < files.length; i++) {
      const before = files[i - 1]!;
      const after = files[i]!;
      if (log.compare(before.largest, after.smallest) < 0) continue;
      throw new Error(`leveldb: files ${before.number} and ${after.number} overlap on level ${level}, which must be disjoint`);
    }
  }
}

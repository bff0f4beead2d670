/**
 * A version: the immutable set of tables of the tree at one moment, level by level.
 *
 * L0 may overlap; levels from 1 on are disjoint. Both are ordered by smallest key, then file number. Two things in a
 * version do change, as in LevelDB: the seek allowance of a file and the one candidate for a seek compaction.
 * Source: LevelDB 1.23, db/version_set.{h,cc}, db/version_edit.h. Units: bytes, files.
 */
import type { EntryLog } from './entry-log.ts';
import { allowedSeeks, LEVEL_COUNT, type LevelDbOptions, levelLimitBytes, maxGrandparentOverlapBytes } from './options.ts';
import type { Table } from './table.ts';

/** A table's place in the tree. A moved table gets a new one, and with it a fresh seek allowance. */
export interface FileMeta {
  readonly number: number;
  readonly sizeBytes: number;
  readonly table: Table;
  /** First and last entry: internal keys, both inclusive. */
  readonly smallest: number;
  readonly largest: number;
  allowedSeeks: number;
}

export function describeTable(number: number, table: Table): FileMeta {
  const sizeBytes = table.layout.fileBytes;
  return { number, sizeBytes, table, smallest: table.smallest, largest: table.largest, allowedSeeks: allowedSeeks(sizeBytes) };
}

export function totalFileBytes(files: readonly FileMeta[]): number {
  let totalBytes = 0;
  for (const file of files) totalBytes += file.sizeBytes;
  return totalBytes;
}

export class Version {
  readonly levels: readonly (readonly FileMeta[])[];
  /** Level with the highest score, and that score; compaction is due from 1 on. */
  readonly compactionLevel: number;
  readonly compactionScore: number;
  /** File that used up its seeks, and its level. Forgotten with the version. */
  seekFile: FileMeta | undefined = undefined;
  seekFileLevel = -1;
  readonly #log: EntryLog;
  readonly #options: LevelDbOptions;

  constructor(log: EntryLog, options: LevelDbOptions, levels: readonly (readonly FileMeta[])[]) {
    this.#log = log;
    this.#options = options;
    this.levels = levels;
    let bestLevel = -1;
    let bestScore = -1;
    for (let level = 0; level < LEVEL_COUNT - 1; level++) {
      const files = levels[level]!;
      const score = level === 0 ? files.length / options.l0CompactionTriggerFiles : totalFileBytes(files) / levelLimitBytes(options, level);
      if (score > bestScore) {
        bestLevel = level;
        bestScore = score;
      }
    }
    this.compactionLevel = bestLevel;
    this.compactionScore = bestScore;
  }

  fileCounts(): number[] {
    return this.levels.map((files) => files.length);
  }

  needsCompaction(): boolean {
    return this.compactionScore >= 1 || this.seekFile !== undefined;
  }

  /** Charges a fruitless probe to a file. True if the file has just become the candidate for a seek compaction. */
  chargeSeek(file: FileMeta, level: number): boolean {
    file.allowedSeeks--;
    if (file.allowedSeeks > 0 || this.seekFile !== undefined) return false;
    this.seekFile = file;
    this.seekFileLevel = level;
    return true;
  }

  /** L0 files whose range holds the key, newest first, then the one candidate of each deeper level, into `found`. */
  candidates(key: number, snapshot: number, found: FileMeta[], foundLevel: number[]): void {
    const log = this.#log;
    found.length = 0;
    foundLevel.length = 0;
    for (const file of this.levels[0]!) {
      if (log.keys.compare(key, log.keyOf(file.smallest)) >= 0 && log.keys.compare(key, log.keyOf(file.largest)) <= 0) found.push(file);
    }
    found.sort((a, b) => b.number - a.number);
    for (let i = 0; i < found.length; i++) foundLevel.push(0);
    for (let level = 1; level < LEVEL_COUNT; level++) {
      const files = this.levels[level]!;
      const index = this.findFile(level, key, snapshot);
      if (index === files.length || log.keys.compare(key, log.keyOf(files[index]!.smallest)) < 0) continue;
      found.push(files[index]!);
      foundLevel.push(level);
    }
  }

  /** Index of the first file of a sorted level whose largest internal key is at or after (key, snapshot). */
  findFile(level: number, key: number, snapshot: number): number {
    const files = this.levels[level]!;
    let low = 0;
    let high = files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#log.compareToTarget(files[middle]!.largest, key, snapshot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Does any file of the level overlap the user keys smallest..largest? */
  overlapsLevel(level: number, smallestKey: number, largestKey: number): boolean {
    const { keys } = this.#log;
    return this.levels[level]!.some(
      (file) => keys.compare(smallestKey, this.#log.keyOf(file.largest)) <= 0 && keys.compare(largestKey, this.#log.keyOf(file.smallest)) >= 0,
    );
  }

  /** Files of the level that overlap the user keys smallest..largest; on L0 the range grows with each file found. */
  overlapping(level: number, smallestKey: number, largestKey: number): FileMeta[] {
    const { keys } = this.#log;
    const files = this.levels[level]!;
    let low = smallestKey;
    let high = largestKey;
    let found: FileMeta[] = [];
    for (let i = 0; i < files.length; i++) {
      const file = files[i]!;
      const start = this.#log.keyOf(file.smallest);
      const limit = this.#log.keyOf(file.largest);
      if (keys.compare(limit, low) < 0 || keys.compare(start, high) > 0) continue;
      found.push(file);
      if (level !== 0) continue;
      if (keys.compare(start, low) < 0) {
        low = start;
      } else if (keys.compare(limit, high) > 0) {
        high = limit;
      } else {
        continue;
      }
      found = [];
      i = -1;
    }
    return found;
  }

  /** Where a flushed table with this range of user keys goes: as deep as it overlaps nothing, L2 at most. */
  flushLevel(smallestKey: number, largestKey: number): number {
    if (this.overlapsLevel(0, smallestKey, largestKey)) return 0;
    const limitBytes = maxGrandparentOverlapBytes(this.#options);
    let level = 0;
    while (level < this.#options.maxFlushLevel) {
      if (this.overlapsLevel(level + 1, smallestKey, largestKey)) break;
      if (level + 2 < LEVEL_COUNT && totalFileBytes(this.overlapping(level + 2, smallestKey, largestKey)) > limitBytes) break;
      level++;
    }
    return level;
  }

  /**
   * Iterators sample a key about every MiB they read; if two files or more could hold it, the first is charged a seek.
   * True if that made it the candidate for a seek compaction.
   */
  recordReadSample(entry: number): boolean {
    const files: FileMeta[] = [];
    const levels: number[] = [];
    this.candidates(this.#log.keyOf(entry), entry, files, levels);
    return files.length >= 2 && this.chargeSeek(files[0]!, levels[0]!);
  }
}

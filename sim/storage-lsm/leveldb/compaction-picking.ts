/**
 * Which files the next compaction takes.
 *
 * The level with the highest score >= 1 goes first, from the first file behind its compact pointer; otherwise the file
 * whose seeks are used up. On L0 all files that overlap join. Files that share a user key at a boundary are pulled in.
 * Then all overlapping files of the next level; then more of this level, if that leaves the next level's count unchanged
 * and the total below 50 MiB. Source: LevelDB 1.23, db/version_set.cc (PickCompaction, SetupOtherInputs,
 * AddBoundaryInputs). Units: files, bytes.
 *
 * One departure: boundary files are pulled in on the next level too, as LevelDB does since after 1.23. Without it a
 * deleted key can come back when snapshots are held (store.test.ts finds a case); without snapshots no user key is ever
 * split over two files of a sorted level, and both agree.
 */
import { type EntryLog, NO_ENTRY } from './entry-log.ts';
import { expandedCompactionLimitBytes, LEVEL_COUNT, maxGrandparentOverlapBytes } from './options.ts';
import { type FileMeta, totalFileBytes, type Version } from './version.ts';
import type { VersionSet } from './version-set.ts';

export interface Compaction {
  readonly level: number;
  /** Files of `level`; at least one. */
  readonly inputs: readonly FileMeta[];
  /** Files of the next level. */
  readonly inputsNext: readonly FileMeta[];
  /** Files two levels down that overlap the whole range. */
  readonly grandparents: readonly FileMeta[];
  /** The version it was picked from; stays valid whatever is flushed meanwhile. */
  readonly version: Version;
  readonly reason: 'size' | 'seeks';
  /** Number of inputs of `level` before they were expanded. */
  readonly inputsBeforeExpansion: number;
}

/** The compaction that is due, or undefined. Moves the level's compact pointer at once, as LevelDB does. */
export function pickCompaction(set: VersionSet): Compaction | undefined {
  const version = set.current;
  if (version.compactionScore >= 1) {
    const level = version.compactionLevel;
    const files = version.levels[level]!;
    const pointer = set.compactPointers[level]!;
    const first = files.find((file) => pointer === NO_ENTRY || set.log.compare(file.largest, pointer) > 0) ?? files[0]!;
    return completeCompaction(set, level, withOverlappingL0(set.log, version, level, [first]), 'size');
  }
  if (version.seekFile === undefined) return undefined;
  const level = version.seekFileLevel;
  return completeCompaction(set, level, withOverlappingL0(set.log, version, level, [version.seekFile]), 'seeks');
}

/** A trivial move changes only the manifest. It is refused where the moved file would overlap too much below. */
export function isTrivialMove(set: VersionSet, compaction: Compaction): boolean {
  return (
    compaction.inputs.length === 1 &&
    compaction.inputsNext.length === 0 &&
    totalFileBytes(compaction.grandparents) <= maxGrandparentOverlapBytes(set.options)
  );
}

function withOverlappingL0(log: EntryLog, version: Version, level: number, chosen: readonly FileMeta[]): readonly FileMeta[] {
  if (level !== 0) return chosen;
  const range = rangeOf(log, chosen);
  return version.overlapping(0, log.keyOf(range.smallest), log.keyOf(range.largest));
}

function completeCompaction(set: VersionSet, level: number, chosen: readonly FileMeta[], reason: Compaction['reason']): Compaction {
  const { log } = set;
  const version = set.current;
  const overlap = (at: number, range: Range): FileMeta[] => version.overlapping(at, log.keyOf(range.smallest), log.keyOf(range.largest));
  const overlapNext = (range: Range): readonly FileMeta[] => withBoundaryFiles(log, version.levels[level + 1]!, overlap(level + 1, range));
  let inputs = withBoundaryFiles(log, version.levels[level]!, chosen);
  let range = rangeOf(log, inputs);
  let inputsNext = overlapNext(range);
  let whole = rangeOf(log, [...inputs, ...inputsNext]);
  const inputsBeforeExpansion = inputs.length;
  if (inputsNext.length > 0) {
    const expanded = withBoundaryFiles(log, version.levels[level]!, overlap(level, whole));
    const fits = totalFileBytes(inputsNext) + totalFileBytes(expanded) < expandedCompactionLimitBytes(set.options);
    if (expanded.length > inputs.length && fits) {
      const expandedRange = rangeOf(log, expanded);
      const expandedNext = overlapNext(expandedRange);
      if (expandedNext.length === inputsNext.length) {
        inputs = expanded;
        inputsNext = expandedNext;
        range = expandedRange;
        whole = rangeOf(log, [...inputs, ...inputsNext]);
      }
    }
  }
  const grandparents = level + 2 < LEVEL_COUNT ? overlap(level + 2, whole) : [];
  set.compactPointers[level] = range.largest;
  return { level, inputs, inputsNext, grandparents, version, reason, inputsBeforeExpansion };
}

interface Range {
  readonly smallest: number;
  readonly largest: number;
}

function rangeOf(log: EntryLog, files: readonly FileMeta[]): Range {
  let { smallest, largest } = files[0]!;
  for (const file of files) {
    if (log.compare(file.smallest, smallest) < 0) smallest = file.smallest;
    if (log.compare(file.largest, largest) > 0) largest = file.largest;
  }
  return { smallest, largest };
}

/**
 * Adds the files that start with the user key at which the chosen ones end: leaving them behind would leave older
 * entries of that key on a level above newer ones.
 */
function withBoundaryFiles(log: EntryLog, levelFiles: readonly FileMeta[], chosen: readonly FileMeta[]): readonly FileMeta[] {
  if (chosen.length === 0) return chosen;
  const files = [...chosen];
  let { largest } = rangeOf(log, files);
  for (;;) {
    let boundary: FileMeta | undefined;
    for (const file of levelFiles) {
      const follows = log.keyOf(file.smallest) === log.keyOf(largest) && log.compare(file.smallest, largest) > 0;
      if (follows && (boundary === undefined || log.compare(file.smallest, boundary.smallest) < 0)) boundary = file;
    }
    if (boundary === undefined) return files;
    files.push(boundary);
    largest = boundary.largest;
  }
}

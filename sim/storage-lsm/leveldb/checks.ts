/**
 * What must hold of any tree, whatever the workload: the checks that find a broken store.
 *
 * Each returns what is wrong in words, or nothing. Sources: the invariants stated in LevelDB's doc/impl.md and in the
 * comments of db/version_set.cc.
 */
import type { DeterministicStore } from './deterministic-store.ts';
import type { EntryLog } from './entry-log.ts';
import type { FileMeta, Version } from './version.ts';

/** All problems of a store at rest; empty when it is sound. */
export function problemsOf(store: DeterministicStore): string[] {
  const version = store.set.current;
  return [
    ...levelProblems(store.log, version),
    ...tableProblems(store.log, version),
    ...ageProblems(store.log, version),
    ...filterProblems(store.log, version),
    ...accountProblems(store),
  ];
}

/** Levels from 1 on are sorted and disjoint. */
export function levelProblems(log: EntryLog, version: Version): string[] {
  const problems: string[] = [];
  version.levels.forEach((files, level) => {
    if (level === 0) return;
    for (let i = 1; i < files.length; i++) {
      if (log.compare(files[i - 1]!.largest, files[i]!.smallest) >= 0) problems.push(`files ${files[i - 1]!.number} and ${files[i]!.number} overlap on level ${level}`);
    }
  });
  return problems;
}

/** Entries of a table ascend strictly, blocks cover them without gaps, and the stated range is theirs. */
export function tableProblems(log: EntryLog, version: Version): string[] {
  const problems: string[] = [];
  for (const file of version.levels.flat()) {
    const { entries, blockFirst, blockOffset } = file.table.layout;
    const ascending = entries.every((entry, i) => i === 0 || log.compare(entries[i - 1]!, entry) < 0);
    if (!ascending) problems.push(`entries of file ${file.number} are out of order`);
    const contiguous = blockFirst[0] === 0 && blockFirst.every((first, i) => i === 0 || (first > blockFirst[i - 1]! && blockOffset[i]! > blockOffset[i - 1]!));
    if (!contiguous) problems.push(`data blocks of file ${file.number} do not follow one another`);
    if (file.smallest !== entries[0] || file.largest !== entries[entries.length - 1]) problems.push(`range of file ${file.number} is not that of its entries`);
  }
  return problems;
}

/** Of one user key, what a read meets first is newer: newer L0 files before older, higher levels before lower. */
export function ageProblems(log: EntryLog, version: Version): string[] {
  const oldestAbove = new Map<number, number>();
  const problems: string[] = [];
  const visit = (file: FileMeta, level: number): void => {
    for (const entry of file.table.layout.entries) {
      const key = log.keyOf(entry);
      const above = oldestAbove.get(key);
      if (above !== undefined && above <= entry) problems.push(`entry ${entry} in file ${file.number} on level ${level} lies below older entry ${above} of its key`);
      oldestAbove.set(key, Math.min(above ?? Infinity, entry));
    }
  };
  const byAge = [...version.levels[0]!].sort((a, b) => b.number - a.number);
  for (const file of byAge) visit(file, 0);
  for (let level = 1; level < version.levels.length; level++) for (const file of version.levels[level]!) visit(file, level);
  return problems.slice(0, 3);
}

/** A filter may say yes wrongly, never no. */
export function filterProblems(log: EntryLog, version: Version): string[] {
  const problems: string[] = [];
  for (const { number, table } of version.levels.flat()) {
    for (let block = 0; block < table.blockCount; block++) {
      for (let i = table.layout.blockFirst[block]!; i < table.layout.blockFirst[block + 1]!; i++) {
        const key = log.keyOf(table.layout.entries[i]!);
        if (!table.filterPasses(block, key)) problems.push(`filter of block ${block} of file ${number} denies a key of its own`);
      }
    }
  }
  return problems.slice(0, 3);
}

/** Entries written = in the memtable + in tables + dropped; table bytes written = flushed + compacted, level by level. */
export function accountProblems(store: DeterministicStore): string[] {
  const problems: string[] = [];
  const inTables = store.set.current.levels.flat().reduce((sum, file) => sum + file.table.entryCount, 0);
  const accounted = store.memtableEntries + inTables + store.droppedEntries;
  if (accounted !== store.log.lastSequence) problems.push(`${store.log.lastSequence} entries written, ${accounted} in memtable and tables or dropped`);
  const perLevel = (bytes: readonly number[]): number => bytes.reduce((sum, level) => sum + level, 0);
  if (perLevel(store.flushedBytesPerLevel) !== store.flushBytes) problems.push('flushed bytes do not add up over levels');
  if (perLevel(store.compactedBytesPerLevel) !== store.compactionBytesWritten) problems.push('compacted bytes do not add up over levels');
  return problems;
}

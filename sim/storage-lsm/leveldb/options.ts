/**
 * Every constant of LevelDB 1.23 that decides a byte or an event, as one plain record.
 *
 * Source: LevelDB 1.23, db/dbformat.h (L0 thresholds, levels, deepest flush level), include/leveldb/options.h (buffer,
 * file, block and restart sizes), db/version_set.cc (level limits, overlap and expansion limits, seek allowance).
 * Units: bytes, files, keys. Left out: compression (always off), checksum verification, `paranoid_checks`,
 * `reuse_logs`; none of them changes a size or an order when values do not compress.
 */
export interface LevelDbOptions {
  /** L0 is compacted when it holds this many files. */
  readonly l0CompactionTriggerFiles: number;
  /** Each write waits 1 ms while L0 holds this many files. */
  readonly l0SlowdownFiles: number;
  /** A full memtable is not switched while L0 holds this many files. */
  readonly l0StopFiles: number;
  /** Deepest level on which a flushed memtable may be placed. */
  readonly maxFlushLevel: number;
  readonly writeBufferBytes: number;
  /** A compaction output is closed once its finished blocks reach this size. */
  readonly maxFileBytes: number;
  /** A data block is closed once its estimate reaches this size. */
  readonly blockBytes: number;
  readonly blockRestartIntervalKeys: number;
  /** 0 = no filter. */
  readonly bloomBitsPerKey: number;
  /** Limit of L1; each deeper level holds ten times as much. */
  readonly level1LimitBytes: number;
  /** Average distance of the keys that an iterator samples. */
  readonly readSamplePeriodBytes: number;
}

/** L0..L6. */
export const LEVEL_COUNT = 7;

export const DEFAULT_OPTIONS: LevelDbOptions = {
  l0CompactionTriggerFiles: 4,
  l0SlowdownFiles: 8,
  l0StopFiles: 12,
  maxFlushLevel: 2,
  writeBufferBytes: 4 * 1024 * 1024,
  maxFileBytes: 2 * 1024 * 1024,
  blockBytes: 4096,
  blockRestartIntervalKeys: 16,
  bloomBitsPerKey: 0,
  level1LimitBytes: 10 * 1024 * 1024,
  readSamplePeriodBytes: 1024 * 1024,
};

/** Overlap with the grandparent level past which an output is cut, and past which a file is not moved or pushed down. */
export function maxGrandparentOverlapBytes(options: LevelDbOptions): number {
  return 10 * options.maxFileBytes;
}

/** Total input past which a compaction is not expanded. */
export function expandedCompactionLimitBytes(options: LevelDbOptions): number {
  return 25 * options.maxFileBytes;
}

/** Byte limit of a level >= 1. */
export function levelLimitBytes(options: LevelDbOptions, level: number): number {
  let limitBytes = options.level1LimitBytes;
  for (let deeper = 1; deeper < level; deeper++) limitBytes *= 10;
  return limitBytes;
}

/** Gets that may find nothing in a file before it becomes a candidate for compaction: one for 16 KiB, 100 at least. */
export function allowedSeeks(fileBytes: number): number {
  const seeks = Math.floor(fileBytes / 16384);
  return seeks < 100 ? 100 : seeks;
}

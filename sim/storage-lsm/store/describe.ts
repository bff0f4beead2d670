/**
 * The tree as plain data, for pictures: levels and their files on the key axis, memtable, background job, the last read.
 *
 * Positions are fractions of the key space, from the top 52 bits of the keys. Nothing here changes the store.
 */
import type { FileMeta } from '../leveldb/version.ts';
import { keyFraction } from './nvm-search.ts';
import type { Tier } from './options.ts';
import type { ReadStep } from './reader.ts';
import type { TimedStore } from './timed-store.ts';

export interface FilePicture {
  readonly number: number;
  /** Ends of the key range, 0 .. 1. */
  readonly smallest: number;
  readonly largest: number;
  readonly sizeBytes: number;
  readonly entries: number;
  readonly tier: Tier;
  /** First keys of the learned index's segments, 0 .. 1; empty without one. */
  readonly segments: readonly number[];
  readonly isBeingMerged: boolean;
}

export interface TreePicture {
  readonly timeNs: number;
  readonly levels: readonly (readonly FilePicture[])[];
  readonly memtable: { readonly entries: number; readonly usedBytes: number; readonly capacityBytes: number };
  /** Waiting for its flush, or being flushed. */
  readonly immutable: { readonly entries: number; readonly usedBytes: number } | undefined;
  /** `progress` 0 .. 1; undefined while the background thread rests. */
  readonly job: { readonly name: string; readonly startNs: number; readonly progress: number; readonly files: readonly number[] } | undefined;
  readonly stalledFor: string | undefined;
  readonly l0: { readonly files: number; readonly trigger: number; readonly slowdown: number; readonly stop: number };
  /** Steps of the read that finished last, in order; kept if `store.reader.keepsWalk`. `ssdNs` = what the step costs on an idle SSD. */
  readonly lastRead: readonly (ReadStep & { readonly ssdNs: number })[];
}

export function describeTree(store: TimedStore): TreePicture {
  const { core, background, writer, reader } = store;
  const { sim, options, versions, memtable, immutable } = core;
  const merging = new Set(background.job?.files);
  const { l0CompactionTriggerFiles, l0SlowdownFiles, l0StopFiles, writeBufferBytes } = options.leveldb;
  return {
    timeNs: sim.now,
    levels: versions.current.levels.map((files) => files.map((file) => pictureOf(store, file, merging.has(file.number)))),
    memtable: { entries: memtable.count, usedBytes: memtable.usedBytes, capacityBytes: writeBufferBytes },
    immutable: immutable === undefined ? undefined : { entries: immutable.count, usedBytes: immutable.usedBytes },
    job: background.job === undefined ? undefined : { ...background.job },
    stalledFor: writer.stalledFor,
    l0: { files: versions.current.levels[0]!.length, trigger: l0CompactionTriggerFiles, slowdown: l0SlowdownFiles, stop: l0StopFiles },
    lastRead: reader.lastWalk.map((step) => ({ ...step, ssdNs: step.tier === 'memory' ? 0 : ssdBlockNs(store) })),
  };
}

function pictureOf({ core }: TimedStore, file: FileMeta, isBeingMerged: boolean): FilePicture {
  const { log } = core;
  const home = core.homes.get(file.number)!;
  return {
    number: file.number,
    smallest: keyFraction(log.keys, log.keyOf(file.smallest)),
    largest: keyFraction(log.keys, log.keyOf(file.largest)),
    sizeBytes: file.sizeBytes,
    entries: file.table.entryCount,
    tier: home.tier,
    segments: home.learned?.segmentFractions() ?? [],
    isBeingMerged,
  };
}

/** One data block from the idle SSD. */
function ssdBlockNs({ core }: TimedStore): number {
  const { ssd, leveldb } = core.options;
  const bytes = Math.ceil(leveldb.blockBytes / ssd.granuleBytes) * ssd.granuleBytes;
  return Math.round(ssd.readRandomNs + (bytes / ssd.readStreamBps) * 1e9);
}

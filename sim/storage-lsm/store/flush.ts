/**
 * Writing the immutable memtable out as one table, on the tier its level belongs to, with its learned index.
 *
 * The table is built in one go on the processor, then stored: on SSD through the page cache and synced, on NVM by store
 * instructions and a fence. A file that stays in level 0 of a learned store is trained on at once, O(n), and the time is the
 * flush's. With `sorted-run` the whole of level 0 on NVM is merged with the new file into one run and trained again.
 * Source: LevelDB 1.23, db/builder.cc, db/db_impl.cc (WriteLevel0Table); the variant: paper section 2.2. Units: ns, bytes.
 */
import { FlushJob } from '../leveldb/flush-job.ts';
import { type FileMeta, totalFileBytes } from '../leveldb/version.ts';
import type { VersionEdit } from '../leveldb/version-set.ts';
import type { Home, StoreCore } from './core.ts';

export interface Flushed {
  readonly file: FileMeta;
  readonly level: number;
  readonly homes: ReadonlyMap<number, Home>;
  readonly edit: VersionEdit;
}

/** Runs the flush of `core.immutable` up to a durable table; the caller installs it. */
export function runFlush(core: StoreCore, then: (flushed: Flushed) => void): void {
  const { sim, options } = core;
  const { buildKeyNs, copyNsPerByte, crcNsPerByte, fileOpenNs, pgmTrainKeyNs } = options.cpu;
  const job = new FlushJob(core.versions, core.immutable!);
  while (job.step());
  const { file, level, edit } = job.result();
  const entries = file.table.entryCount;
  const tier = level === 0 ? options.l0Tier : 'ssd';
  const learned = level === 0 && options.learnedL0 ? core.train([file]) : undefined;
  const homes = new Map<number, Home>([[file.number, { tier, learned }]]);
  const trainNs = learned === undefined ? 0 : entries * pgmTrainKeyNs;
  // Into the block and into the page cache (on NVM: onto the medium, where the device charges the second copy).
  const copies = tier === 'ssd' ? 2 : 1;
  const cpuNs = entries * buildKeyNs + file.sizeBytes * (copies * copyNsPerByte + crcNsPerByte) + 2 * fileOpenNs + trainNs;
  const isRun = level === 0 && tier === 'nvm' && options.l0Reading === 'sorted-run';
  sim.after(Math.round(cpuNs), () => {
    core.tiers.writeDurably(tier, 'flush', file.number, file.sizeBytes, () => {
      if (isRun) mergeRun(core, file, () => then({ file, level, homes, edit }));
      else then({ file, level, homes, edit });
    });
  });
}

/** Rewrites level 0 as one run: read what is there, merge, write all of it, train on all of it. */
function mergeRun(core: StoreCore, file: FileMeta, then: () => void): void {
  const { mergeKeyNs, buildKeyNs, copyNsPerByte, pgmTrainKeyNs } = core.options.cpu;
  const files = [...core.versions.current.levels[0]!, file];
  const bytes = totalFileBytes(files);
  const entryCount = files.reduce((sum, part) => sum + part.table.entryCount, 0);
  const learned = core.options.learnedL0 ? core.train(files) : undefined;
  const install = (): void => {
    core.sortedRun = { entryCount, bytes, learned };
    then();
  };
  if (files.length === 1) return install();
  const cpuNs = entryCount * (mergeKeyNs + buildKeyNs + (learned === undefined ? 0 : pgmTrainKeyNs)) + bytes * copyNsPerByte;
  core.tiers.read('nvm', 'flush', bytes, true, () => {
    core.sim.after(Math.round(cpuNs), () => core.tiers.writeDurably('nvm', 'flush', file.number, bytes, install));
  });
}

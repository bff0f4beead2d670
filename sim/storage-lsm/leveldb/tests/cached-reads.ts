/**
 * A workload once more, with a block cache: how many data blocks its Gets read past the cache, and how many bytes.
 *
 * Tables are numbered for the cache in the order in which they are finished, as finishing opens them. Gets fill the cache;
 * compactions look blocks up in it, which makes them recently used, and fill nothing (LevelDB 1.23, table/table.cc
 * BlockReader with `fill_cache` off, db/version_set.cc MakeInputIterator). The charge is the block without its trailer.
 * True where table files are read by pread: mapped ones are never cached (table/format.cc, ReadBlock).
 */
import { CompactionJob } from '../compaction-job.ts';
import { isTrivialMove, pickCompaction } from '../compaction-picking.ts';
import { type Workload, WorkloadKeys } from '../deterministic-run.ts';
import { EntryLog, NO_ENTRY } from '../entry-log.ts';
import { FlushJob } from '../flush-job.ts';
import { GetPath } from '../get-path.ts';
import type { JobIo } from '../job-io.ts';
import { KeyTable } from '../key-table.ts';
import { LruCache } from '../lru-cache.ts';
import { Memtable } from '../memtable.ts';
import type { LevelDbOptions } from '../options.ts';
import { splitmix64Mod } from '../splitmix.ts';
import { describeTable } from '../version.ts';
import { VersionSet } from '../version-set.ts';

const BLOCK_TRAILER_BYTES = 5;

/** Load and read passes of the workload; counts the Gets' block reads that the cache did not answer. */
export function cachedBlockReads(options: LevelDbOptions, workload: Workload, blockCacheBytes: number): { blockReads: number; blockReadBytes: number } {
  const keys = new KeyTable();
  const log = new EntryLog(keys);
  const set = new VersionSet(log, options);
  const cache = new LruCache(blockCacheBytes);
  const cacheNumber = new Map<number, number>();
  const io: JobIo = {
    openTable: () => {},
    appendOutput: () => {},
    finishOutput: (file) => void cacheNumber.set(file.number, cacheNumber.size + 1),
    readBlock: (file, block) => void cache.lookup(cacheNumber.get(file.number)!, file.table.layout.blockOffset[block]),
  };
  let memtable = new Memtable(log);

  const runBackground = (): void => {
    for (let compaction = pickCompaction(set); compaction !== undefined; compaction = pickCompaction(set)) {
      const { level, inputs } = compaction;
      if (isTrivialMove(set, compaction)) {
        const file = inputs[0]!;
        set.apply({ removed: [{ level, file }], added: [{ level: level + 1, file: describeTable(file.number, file.table) }] });
        continue;
      }
      const job = new CompactionJob(set, compaction, log.lastSequence);
      while (job.step(io));
      set.apply(job.edit());
    }
  };

  const workloadKeys = new WorkloadKeys({ keys }, workload);
  for (let j = 0; j < workload.n; j++) {
    if (memtable.usedBytes > options.writeBufferBytes) {
      const job = new FlushJob(set, memtable);
      memtable = new Memtable(log);
      while (job.step(io));
      set.apply(job.result().edit);
      runBackground();
    }
    const number = workload.order === 'index' ? j : splitmix64Mod(workload.drawSeed + j, workload.n);
    memtable.insert(log.put(workloadKeys.id(number), workload.valueBytes));
  }

  const path = new GetPath(log);
  let blockReads = 0;
  let blockReadBytes = 0;
  const { count, seed, passes } = workload.reads;
  for (let read = 0; read < count * passes; read++) {
    const key = workloadKeys.id(splitmix64Mod(seed + read, workload.n));
    if (memtable.find(key, log.lastSequence) !== NO_ENTRY) continue;
    path.start(set.current, key, log.lastSequence);
    while (path.advance()) {
      if (!path.readsBlock) continue;
      const { table, number } = path.file!;
      const owner = cacheNumber.get(number)!;
      const offset = table.layout.blockOffset[path.block]!;
      if (cache.lookup(owner, offset)) continue;
      const bytes = table.blockReadBytes(path.block);
      blockReads++;
      blockReadBytes += bytes;
      cache.insert(bytes - BLOCK_TRAILER_BYTES, owner, offset);
    }
    if (path.chargeSeek()) runBackground();
  }
  return { blockReads, blockReadBytes };
}

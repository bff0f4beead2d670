/**
 * Parameters of the experiment, and the store they describe. Every point that the composite-chain paper leaves open is one
 * of them; the defaults are the profile paper-nvm-v1 (docs/decisions/0003-paper-nvm-profile.md).
 */
import { z } from 'zod';
import { PROFILE_NAMES, PROFILES } from '../../sim/storage-lsm/devices/profiles.ts';
import { DEFAULT_OPTIONS } from '../../sim/storage-lsm/leveldb/options.ts';
import { CPU_COSTS, type CpuCosts, STOCK, type TimedStoreOptions } from '../../sim/storage-lsm/store/options.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export const parameters = z.strictObject({
  records: z.int().min(100).max(2_000_000).default(100_000).meta({ title: 'Records', unit: 'records', group: 'Workload', description: 'Loaded one after the other by one client; the paper loads 100 000.' }),
  readCount: z.int().min(1).max(2_000_000).default(100_000).meta({ title: 'Reads', unit: 'reads', group: 'Workload', description: 'Uniform over present keys, one after the other, after the load; the paper makes 100 000.' }),
  valueBytes: z.int().min(16).max(1_048_576).default(4096).meta({ title: 'Value size', unit: 'B', group: 'Workload', description: 'The paper: 4, 8 and 16 kB.' }),
  phaseMemtables: z.int().min(0).max(100).default(10).meta({ title: 'Drawn end of the load', unit: 'memtables', group: 'Workload', description: 'The load ends up to this many memtables later, drawn per replication and equal in all arms: how many files level 0 holds when the reads begin is chance in practice, and a fixed number of records would fix it. 0 loads exactly the records.' }),
  keyHash: z.enum(['msha256', 'sha256']).default('msha256').meta({ title: 'Key', unit: '', group: 'Workload', description: 'Hash of 16 drawn bytes that stand for the content: the paper\'s 80-round SHA-256, or SHA-256; 32 bytes either way. Contents never repeat, so no two records fall on one key.' }),
  mode: z.enum(['free-running', 'quiesced']).default('free-running').meta({ title: 'Mode', unit: '', group: 'Workload', description: 'quiesced: after each write the client waits, off the clock, until no compaction is due. The paper does not say.' }),
  ladderReads: z.int().min(0).max(100_000).default(300).meta({ title: 'Reads per step of the level-0 ladder', unit: 'reads', group: 'Workload', description: 'After the experiment, where seek compaction is off: memtable after memtable is flushed and this many reads are made at each number of files in level 0.' }),

  l0CompactionTriggerFiles: z.int().min(1).max(1000).default(4).meta({ title: 'L0 compaction trigger', unit: 'files', group: 'Level 0', description: 'LevelDB: 4. The paper\'s "cap 10" is read as trigger 10 (arms trigger-only and paper).' }),
  l0SlowdownFiles: z.int().min(1).max(2000).default(8).meta({ title: 'L0 slowdown', unit: 'files', group: 'Level 0', description: 'From here on every write waits 1 ms. LevelDB: 8; with trigger 10 in proportion, 20.' }),
  l0StopFiles: z.int().min(1).max(4000).default(12).meta({ title: 'L0 stop', unit: 'files', group: 'Level 0', description: 'From here on a full memtable waits. LevelDB: 12; with trigger 10 in proportion, 30.' }),
  l0Tier: z.enum(['ssd', 'nvm']).default('ssd').meta({ title: 'L0 device', unit: '', group: 'Level 0', description: 'Where files of level 0 lie; deeper levels are on the SSD.' }),
  learnedL0: z.boolean().default(false).meta({ title: 'PGM-index in L0 files', unit: '', group: 'Level 0', description: 'Trained at flush, charged per key.' }),
  l0Reading: z.enum(['range-filter', 'routing', 'sorted-run']).default('range-filter').meta({ title: 'Order among L0 files', unit: '', group: 'Level 0', description: 'What "learned indexes make L0 files ordered" means: nothing between files, an index over their ranges, or one sorted run (NVM only).' }),
  epsilon: z.int().min(1).max(4096).default(16).meta({ title: 'PGM epsilon', unit: 'keys', group: 'Level 0', description: 'Largest error of a predicted position. Not given by the paper.' }),
  epsilonRecursive: z.int().min(0).max(1024).default(4).meta({ title: 'PGM epsilon of upper levels', unit: 'segments', group: 'Level 0', description: 'Not given by the paper.' }),

  seekCompaction: z.boolean().default(true).meta({ title: 'Seek compaction', unit: '', group: 'Store', description: 'LevelDB compacts files that many reads probe in vain. It empties level 0 within the first reads; the paper does not mention it.' }),
  bloomBitsPerKey: z.int().min(0).max(64).default(0).meta({ title: 'Bloom filter', unit: 'bits/key', group: 'Store', description: '0 = none, LevelDB\'s default.' }),
  blockCacheBytes: z.int().min(0).max(64 * GIB).default(8 * MIB).meta({ title: 'Block cache', unit: 'B', group: 'Store', description: 'LevelDB: 8 MiB. Table files are read, not mapped. A 64-bit LevelDB maps its first 1000 tables, whose blocks are never cached here: 0 gives its block reads.' }),
  pageCache: z.enum(['cold', 'warm']).default('cold').meta({ title: 'Page cache for reads', unit: '', group: 'Store', description: 'cold: each block not in the block cache is read from the SSD. warm: none is.' }),
  readAheadBytes: z.int().min(4096).max(16 * MIB).default(128 * 1024).meta({ title: 'Read-ahead of compactions', unit: 'B', group: 'Store', description: 'Linux: read_ahead_kb = 128.' }),

  walTier: z.enum(['ssd', 'nvm', 'none']).default('ssd').meta({ title: 'Log device', unit: '', group: 'Log', description: 'The paper writes the log to disk.' }),
  walMode: z.enum(['page-cache', 'write-through', 'fsync']).default('page-cache').meta({ title: 'Log durability', unit: '', group: 'Log', description: 'page-cache: LevelDB\'s default, no sync; a log deleted before the kernel writes it back never reaches the SSD. fsync: synced at each write.' }),
  dirtyBackgroundBytes: z.int().min(0).max(1024 * GIB).default(Math.round(0.8 * GIB)).meta({ title: 'Write-back starts at', unit: 'B', group: 'Log', description: 'Dirty bytes; Linux: 10 % of available memory, here of 8 GiB.' }),
  dirtyLimitBytes: z.int().min(1).max(1024 * GIB).default(Math.round(1.6 * GIB)).meta({ title: 'Writers wait at', unit: 'B', group: 'Log', description: 'Dirty bytes; Linux: 20 %.' }),

  ssdProfile: z.enum(PROFILE_NAMES).default('nvme-tlc').meta({ title: 'SSD profile', unit: '', group: 'Devices', description: 'sim/storage-lsm/devices/README.md lists them with sources.' }),
  nvmProfile: z.enum(PROFILE_NAMES).default('optane-pmm-1').meta({ title: 'NVM profile', unit: '', group: 'Devices', description: 'sim/storage-lsm/devices/README.md lists them with sources.' }),
  cpuScale: z.number().min(0).max(100).default(1).meta({ title: 'Processor costs', unit: '', group: 'Devices', description: 'Multiplies every cost of sim/storage-lsm/store/options.ts.' }),
});

export type LatencyParameters = Readonly<z.output<typeof parameters>>;

/** Rules between fields. */
export function refine(params: LatencyParameters): { path: string; message: string }[] {
  const problems: { path: string; message: string }[] = [];
  if (params.l0SlowdownFiles < params.l0CompactionTriggerFiles) problems.push({ path: 'l0SlowdownFiles', message: `allowed is at least l0CompactionTriggerFiles = ${params.l0CompactionTriggerFiles} files: below it writes would be slowed before a compaction is due` });
  if (params.l0StopFiles < params.l0SlowdownFiles) problems.push({ path: 'l0StopFiles', message: `allowed is at least l0SlowdownFiles = ${params.l0SlowdownFiles} files` });
  if (params.dirtyLimitBytes < params.dirtyBackgroundBytes) problems.push({ path: 'dirtyLimitBytes', message: `allowed is at least dirtyBackgroundBytes = ${params.dirtyBackgroundBytes} B` });
  if (params.l0Reading === 'sorted-run' && params.l0Tier !== 'nvm') problems.push({ path: 'l0Reading', message: 'sorted-run needs l0Tier = nvm' });
  if (PROFILES[params.nvmProfile].byteAddressable === false && params.l0Tier === 'nvm' && params.nvmProfile !== 'ideal') problems.push({ path: 'nvmProfile', message: 'allowed with l0Tier = nvm is byte-addressable memory: dram, optane-pmm-1, optane-pmm-6 (or ideal)' });
  return problems;
}

function scaled(scale: number): CpuCosts {
  const scaledCosts = Object.entries(CPU_COSTS).map(([name, cost]) => [name, cost * scale]);
  return Object.fromEntries(scaledCosts) as unknown as CpuCosts;
}

export function storeOptions(params: LatencyParameters): TimedStoreOptions {
  const { l0CompactionTriggerFiles, l0SlowdownFiles, l0StopFiles, bloomBitsPerKey } = params;
  return {
    leveldb: { ...DEFAULT_OPTIONS, l0CompactionTriggerFiles, l0SlowdownFiles, l0StopFiles, bloomBitsPerKey },
    blockCacheBytes: params.blockCacheBytes,
    openTables: STOCK.openTables,
    ssd: PROFILES[params.ssdProfile],
    nvm: PROFILES[params.nvmProfile],
    pageCache: { ...STOCK.pageCache, backgroundBytes: params.dirtyBackgroundBytes, limitBytes: params.dirtyLimitBytes },
    warmPageCache: params.pageCache === 'warm',
    readAheadBytes: params.readAheadBytes,
    l0Tier: params.l0Tier,
    learnedL0: params.learnedL0,
    epsilon: params.epsilon,
    epsilonRecursive: params.epsilonRecursive,
    l0Reading: params.l0Reading,
    walTier: params.walTier,
    walMode: params.walMode,
    seekCompaction: params.seekCompaction,
    cpu: scaled(params.cpuScale),
  };
}

/** Records that fill one memtable: 4 MiB over entry, skip-list node and allocator overhead. */
export function recordsPerMemtable(valueBytes: number): number {
  return Math.max(1, Math.floor(DEFAULT_OPTIONS.writeBufferBytes / (valueBytes + 72)));
}

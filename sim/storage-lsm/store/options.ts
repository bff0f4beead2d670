/**
 * Everything the timed store can be told: LevelDB's constants, tiers and devices, the variant's open points, processor costs.
 *
 * The profile `paper-nvm-v1` (docs/decisions/0003-paper-nvm-profile.md) is what the defaults spell out: the composite-chain
 * paper (Li Su et al., J. Zhejiang Univ. (Eng.) 58(5), 2024, sections 2.2 and 4.1) fixes that level 0 lives on NVM with a
 * PGM-index in each file and leaves the rest open. Units: ns, bytes, ns per byte, keys.
 */
import { DEFAULT_OPTIONS, type LevelDbOptions } from '../leveldb/options.ts';
import { LINUX_8_GIB, type PageCacheOptions } from '../devices/page-cache.ts';
import { PROFILES, type DeviceProfile } from '../devices/profiles.ts';

/** Where files of level 0 are kept; deeper levels are always on the SSD. */
export type Tier = 'ssd' | 'nvm';

/**
 * How a read finds its way among level-0 files (the paper: "learned indexes make L0 files ordered among each other").
 * - `range-filter`: each file has a smallest and largest key; files whose range holds the key are probed, newest first.
 * - `routing`: one index over all range borders names those files; same probes, one search instead of a comparison a file.
 * - `sorted-run`: each flush merges level 0 on NVM into one sorted run with one index; a read probes level 0 once.
 */
export type L0Reading = 'range-filter' | 'routing' | 'sorted-run';

/**
 * When a write to the log counts as done.
 * - `page-cache`: copied into the operating system's cache (LevelDB's default, sync = false). On NVM there is no such
 *   cache in between, so the store instructions themselves are waited for.
 * - `write-through`: taken by the device, without a barrier.
 * - `fsync`: taken by the device and made durable (sync = true).
 */
export type WalMode = 'page-cache' | 'write-through' | 'fsync';

/**
 * Demand on an otherwise idle core; foreground and background have a core each. All are choices in the range one core of
 * a current server shows (a put without device about 7 us at 4 kB, as measured for LevelDB with a page-cached log); they
 * are shared by all arms, so they move levels, not signs.
 */
export interface CpuCosts {
  /** Batch building, queue and mutex of a write. */
  readonly putNs: number;
  /** Skip-list search and insertion, without copying. */
  readonly memtableInsertNs: number;
  /** One system call that reaches the page cache. */
  readonly syscallNs: number;
  /** memcpy: 10 GB/s. */
  readonly copyNsPerByte: number;
  /** CRC-32C in portable code: 1.4 GB/s. */
  readonly crcNsPerByte: number;
  /** Snapshot, version reference and result of a read. */
  readonly getNs: number;
  readonly memtableSearchNs: number;
  /** One comparison of two keys, in a binary search or a range check. */
  readonly compareNs: number;
  /** Parsing and searching one data block. */
  readonly blockSearchNs: number;
  readonly bloomNs: number;
  /** One key through the merging iterator and the drop rules. */
  readonly mergeKeyNs: number;
  /** One key into a table builder, without copying and checksum. */
  readonly buildKeyNs: number;
  /** Training a PGM-index, per key: measured for the C++ library, 65 to 75 ns. */
  readonly pgmTrainKeyNs: number;
  /** One level of a PGM-index: measured 50 to 160 ns for the whole prediction. */
  readonly pgmLevelNs: number;
  /** Creating or opening a table file. */
  readonly fileOpenNs: number;
}

export const CPU_COSTS: CpuCosts = {
  putNs: 800,
  memtableInsertNs: 1000,
  syscallNs: 1000,
  copyNsPerByte: 0.1,
  crcNsPerByte: 0.7,
  getNs: 1000,
  memtableSearchNs: 800,
  compareNs: 40,
  blockSearchNs: 500,
  bloomNs: 100,
  mergeKeyNs: 1000,
  buildKeyNs: 500,
  pgmTrainKeyNs: 75,
  pgmLevelNs: 50,
  fileOpenNs: 20_000,
};

export const FREE_CPU: CpuCosts = {
  putNs: 0, memtableInsertNs: 0, syscallNs: 0, copyNsPerByte: 0, crcNsPerByte: 0, getNs: 0, memtableSearchNs: 0, compareNs: 0,
  blockSearchNs: 0, bloomNs: 0, mergeKeyNs: 0, buildKeyNs: 0, pgmTrainKeyNs: 0, pgmLevelNs: 0, fileOpenNs: 0,
};

export interface TimedStoreOptions {
  readonly leveldb: LevelDbOptions;
  readonly blockCacheBytes: number;
  readonly openTables: number;
  readonly ssd: DeviceProfile;
  readonly nvm: DeviceProfile;
  readonly pageCache: PageCacheOptions;
  /** True: a block the store does not hold itself is in the page cache, so the SSD is never read. */
  readonly warmPageCache: boolean;
  /** The operating system reads this far ahead of a sequential reader (Linux: read_ahead_kb = 128). */
  readonly readAheadBytes: number;
  readonly l0Tier: Tier;
  /** Level-0 files carry a PGM-index. */
  readonly learnedL0: boolean;
  readonly epsilon: number;
  readonly epsilonRecursive: number;
  readonly l0Reading: L0Reading;
  readonly walTier: Tier | 'none';
  readonly walMode: WalMode;
  readonly seekCompaction: boolean;
  readonly cpu: CpuCosts;
}

/** LevelDB as it is, on the drive of the profile paper-nvm-v1. */
export const STOCK: TimedStoreOptions = {
  leveldb: DEFAULT_OPTIONS,
  blockCacheBytes: 8 * 1024 * 1024,
  openTables: 990,
  ssd: PROFILES['nvme-tlc'],
  nvm: PROFILES['optane-pmm-1'],
  pageCache: LINUX_8_GIB,
  warmPageCache: false,
  readAheadBytes: 128 * 1024,
  l0Tier: 'ssd',
  learnedL0: false,
  epsilon: 16,
  epsilonRecursive: 4,
  l0Reading: 'range-filter',
  walTier: 'ssd',
  walMode: 'page-cache',
  seekCompaction: true,
  cpu: CPU_COSTS,
};

/** The paper's variant with every open point at the default of paper-nvm-v1. */
export const PAPER_NVM_V1: TimedStoreOptions = {
  ...STOCK,
  leveldb: { ...DEFAULT_OPTIONS, l0CompactionTriggerFiles: 10, l0SlowdownFiles: 20, l0StopFiles: 30 },
  l0Tier: 'nvm',
  learnedL0: true,
};

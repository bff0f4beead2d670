/**
 * The read path: memtables, level 0 newest first, one file of each deeper level; each probe charged where the file lies.
 *
 * On SSD a probe is LevelDB's (1.23, table/table.cc): table cache, binary search in the index block held in memory (or the
 * learned index, if the file has one), filter, then one data block from the block cache or the device. On NVM the search runs
 * on the medium itself (nvm-search.ts) and only a key that is there costs the read of its value; block and table cache are
 * for block devices. A get is decided by what the tree holds when it is called. Units: ns, bytes.
 */
import { NO_ENTRY } from '../leveldb/entry-log.ts';
import { GetPath } from '../leveldb/get-path.ts';
import type { LruCache } from '../leveldb/lru-cache.ts';
import type { FileMeta, Version } from '../leveldb/version.ts';
import type { Home, StoreCore } from './core.ts';
import { binarySearchProbes, keyPrefix52, type LearnedTable } from './nvm-search.ts';

/** One place a read looked into. */
export interface ReadStep {
  readonly level: number;
  readonly file: number;
  readonly tier: 'memory' | 'ssd' | 'nvm';
  readonly found: boolean;
  readonly costNs: number;
  /** Device accesses it took: block reads on SSD, dependent reads on NVM. */
  readonly accesses: number;
}

/** Gets that began with a certain number of files in level 0. */
export interface GetTotals {
  gets: number;
  latencyNs: number;
  /** Data blocks read from the SSD: block cache hits are none. */
  ssdBlocks: number;
  ssdBlocksL0: number;
  /** Searches of level-0 files on NVM, and the dependent reads they took. */
  nvmSearches: number;
  nvmReads: number;
}

/** Where gets found their answer, how many there, and how long they took. */
export type AnsweredBy = 'memory' | 'level 0' | 'deeper' | 'nowhere';
export type Answers = Record<AnsweredBy, { gets: number; latencyNs: number }>;

export function emptyAnswers(): Answers {
  const none = (): { gets: number; latencyNs: number } => ({ gets: 0, latencyNs: 0 });
  return { memory: none(), 'level 0': none(), deeper: none(), nowhere: none() };
}

export function copyOf(answers: Answers): Answers {
  return { memory: { ...answers.memory }, 'level 0': { ...answers['level 0'] }, deeper: { ...answers.deeper }, nowhere: { ...answers.nowhere } };
}

/** Reads a key during a search on NVM: key and tag. */
const TAG_BYTES = 8;

export class Reader {
  /** Indexed by the number of files in level 0 when the get began. */
  readonly byL0Files: GetTotals[] = [];
  readonly answers = emptyAnswers();
  /** Steps of the get that finished last; kept only if `keepsWalk`. */
  lastWalk: readonly ReadStep[] = [];
  keepsWalk = false;
  readonly core: StoreCore;
  readonly blockCache: LruCache;
  readonly openTables: LruCache;
  readonly #onSeekDue: () => void;
  readonly #continueCode: number;
  readonly #gets: (Get | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(core: StoreCore, blockCache: LruCache, openTables: LruCache, onSeekDue: () => void) {
    this.core = core;
    this.blockCache = blockCache;
    this.openTables = openTables;
    this.#onSeekDue = onSeekDue;
    this.#continueCode = core.sim.register('get goes on', (slot) => this.#gets[slot]!.resume());
  }

  get(key: number, then: (valueBytes: number | undefined) => void): void {
    const slot = this.#free.pop() ?? this.#gets.length;
    const get = (this.#gets[slot] ??= new Get(this, slot));
    get.start(key, then);
  }

  /** Spends processor time of a get. */
  spend(slot: number, ns: number): void {
    this.core.sim.schedule(Math.round(ns), this.#continueCode, slot);
  }

  /** `path` is undefined for a get that the memtables answered: it charges no seek. */
  finished(slot: number, path: GetPath | undefined): void {
    this.#free.push(slot);
    if (path !== undefined && this.core.options.seekCompaction && path.chargeSeek()) this.#onSeekDue();
  }

  totalsFor(l0Files: number): GetTotals {
    while (this.byL0Files.length <= l0Files) this.byL0Files.push({ gets: 0, latencyNs: 0, ssdBlocks: 0, ssdBlocksL0: 0, nvmSearches: 0, nvmReads: 0 });
    return this.byL0Files[l0Files]!;
  }
}

/** One read in progress; the object is reused. */
class Get {
  readonly #reader: Reader;
  readonly #slot: number;
  readonly #path: GetPath;
  #key = 0;
  #then: (valueBytes: number | undefined) => void = () => {};
  #resume: () => void = () => {};
  #startNs = 0;
  #stepNs = 0;
  #version: Version | undefined;
  #totals: GetTotals | undefined;
  #answeredBy: AnsweredBy = 'nowhere';
  #valueBytes: number | undefined;
  #walk: ReadStep[] = [];
  #probed = false;
  #ranRun = false;
  #accesses = 0;

  constructor(reader: Reader, slot: number) {
    this.#reader = reader;
    this.#slot = slot;
    this.#path = new GetPath(reader.core.log);
  }

  resume(): void {
    this.#resume();
  }

  start(key: number, then: (valueBytes: number | undefined) => void): void {
    const { core } = this.#reader;
    const { sim, log, options, versions } = core;
    const { getNs, memtableSearchNs, compareNs } = options.cpu;
    this.#key = key;
    this.#then = then;
    this.#startNs = sim.now;
    this.#stepNs = sim.now;
    this.#walk = [];
    this.#probed = false;
    this.#ranRun = false;
    this.#answeredBy = 'nowhere';
    this.#valueBytes = undefined;
    const { levels } = versions.current;
    this.#totals = this.#reader.totalsFor(levels[0]!.length);
    this.#version = versions.current;
    versions.pin(versions.current);
    const snapshot = log.lastSequence;
    let entry = core.memtable.find(key, snapshot);
    let cpuNs = getNs + memtableSearchNs;
    if (entry === NO_ENTRY && core.immutable !== undefined) {
      entry = core.immutable.find(key, snapshot);
      cpuNs += memtableSearchNs;
    }
    if (entry !== NO_ENTRY) {
      this.#answeredBy = 'memory';
      this.#valueBytes = log.isTombstone(entry) ? undefined : log.valueBytesOf(entry);
      this.#afterCpu(cpuNs, this.#finish);
      return;
    }
    this.#path.start(versions.current, key, snapshot);
    this.#probed = true;
    // Range tests of level-0 files one by one or through a routing index, then a binary search in each deeper level.
    const l0Count = levels[0]!.length;
    cpuNs += compareNs * (options.l0Reading === 'range-filter' ? 2 * l0Count : binarySearchProbes(2 * l0Count));
    for (let level = 1; level < levels.length; level += 1) cpuNs += compareNs * binarySearchProbes(levels[level]!.length);
    this.#afterCpu(cpuNs, this.#probe);
  }

  readonly #probe = (): void => {
    const path = this.#path;
    if (!path.advance()) {
      this.#finish();
      return;
    }
    const { core } = this.#reader;
    const home = core.homes.get(path.file!.number)!;
    if (home.tier === 'nvm') this.#probeNvm(path.file!, home);
    else this.#probeSsd(path.file!, home);
  };

  #probeSsd(file: FileMeta, home: Home): void {
    const { core, openTables } = this.#reader;
    const { fileOpenNs } = core.options.cpu;
    if (openTables.lookup(file.number)) {
      this.#searchIndex(file, home, 0);
      return;
    }
    openTables.insert(1, file.number);
    core.tiers.read('ssd', 'get', file.table.openReadBytes(), false, () => this.#searchIndex(file, home, fileOpenNs));
  }

  #searchIndex(file: FileMeta, home: Home, openNs: number): void {
    const { core } = this.#reader;
    const { bloomNs } = core.options.cpu;
    const path = this.#path;
    let cpuNs = openNs + this.#indexNs(file, home);
    if (core.options.leveldb.bloomBitsPerKey > 0 && path.block >= 0) cpuNs += bloomNs;
    if (path.readsBlock) this.#afterCpu(cpuNs, this.#readBlock);
    else this.#afterCpu(cpuNs, this.#stepDone);
  }

  readonly #readBlock = (): void => {
    const { core, blockCache } = this.#reader;
    const { file, block, level } = this.#path;
    const bytes = file!.table.blockReadBytes(block);
    if (blockCache.lookup(file!.number, block)) {
      this.#searchBlock(0);
      return;
    }
    blockCache.insert(bytes, file!.number, block);
    this.#totals!.ssdBlocks += 1;
    if (level === 0) this.#totals!.ssdBlocksL0 += 1;
    core.tiers.read('ssd', 'get', bytes, false, () => this.#searchBlock(1));
  };

  #searchBlock(accesses: number): void {
    const { blockSearchNs, copyNsPerByte } = this.#reader.core.options.cpu;
    this.#accesses = accesses;
    this.#afterCpu(blockSearchNs + this.#foundBytes() * copyNsPerByte, this.#stepDone);
  }

  #probeNvm(file: FileMeta, home: Home): void {
    const { core } = this.#reader;
    const { bloomNs } = core.options.cpu;
    const path = this.#path;
    // LevelDB's filters stand by 2 KiB of file offset: the index has to name the block before its filter can be asked.
    const filterNs = core.options.leveldb.bloomBitsPerKey > 0 && path.block >= 0 ? this.#indexNs(file, home) + bloomNs : 0;
    if (filterNs > 0 && !path.readsBlock) {
      this.#afterCpu(filterNs, this.#stepDone);
      return;
    }
    const run = path.level === 0 ? core.sortedRun : undefined;
    if (run === undefined) this.#searchNvm(file.table.entryCount, home.learned, filterNs);
    else if (!this.#ranRun) {
      // One search of the run answers for all level-0 files: their entries are in it.
      this.#ranRun = true;
      this.#searchNvm(run.entryCount, run.learned, filterNs);
    } else if (path.entry === NO_ENTRY) this.#stepDone();
    else this.#readNvmValue();
  }

  /** Searches keys on the medium; only a key that is there is followed by its value. */
  #searchNvm(entryCount: number, learned: LearnedTable | undefined, filterNs: number): void {
    const { core } = this.#reader;
    const { compareNs } = core.options.cpu;
    const keyBytes = core.log.keys.lengthOf(this.#key) + TAG_BYTES;
    const reads = learned === undefined ? binarySearchProbes(entryCount) : learned.keysRead(keyPrefix52(core.log.keys, this.#key));
    const cpuNs = filterNs + compareNs * reads + (learned === undefined ? 0 : this.#predictNs(learned));
    const random = learned === undefined ? reads : 1;
    const totals = this.#totals!;
    totals.nvmSearches += 1;
    totals.nvmReads += reads;
    this.#accesses = reads;
    this.#afterCpu(cpuNs, () => core.tiers.chase('get', keyBytes, random, reads - random, this.#readNvmValue));
  }

  readonly #readNvmValue = (): void => {
    const bytes = this.#foundBytes();
    if (bytes === 0) this.#stepDone();
    else this.#reader.core.tiers.read('nvm', 'get', bytes, false, this.#stepDone);
  };

  /** Processor time to find the block in the index, which is in memory on both tiers. */
  #indexNs(file: FileMeta, home: Home): number {
    return home.learned === undefined ? this.#reader.core.options.cpu.compareNs * binarySearchProbes(file.table.blockCount) : this.#predictNs(home.learned);
  }

  /** Processor time of a prediction. */
  #predictNs(learned: LearnedTable): number {
    return learned.pgm.height * this.#reader.core.options.cpu.pgmLevelNs;
  }

  #foundBytes(): number {
    return this.#path.valueBytes() ?? 0;
  }

  readonly #stepDone = (): void => {
    const path = this.#path;
    const { core, keepsWalk } = this.#reader;
    if (keepsWalk) {
      const { now } = core.sim;
      this.#walk.push({ level: path.level, file: path.file!.number, tier: core.tierOf(path.file!), found: path.entry !== NO_ENTRY, costNs: now - this.#stepNs, accesses: this.#accesses });
      this.#stepNs = now;
    }
    this.#accesses = 0;
    if (path.entry === NO_ENTRY) {
      this.#probe();
      return;
    }
    this.#answeredBy = path.level === 0 ? 'level 0' : 'deeper';
    this.#valueBytes = path.valueBytes();
    this.#finish();
  };

  readonly #finish = (): void => {
    const reader = this.#reader;
    const { core } = reader;
    const totals = this.#totals!;
    totals.gets += 1;
    totals.latencyNs += core.sim.now - this.#startNs;
    const answer = reader.answers[this.#answeredBy];
    answer.gets += 1;
    answer.latencyNs += core.sim.now - this.#startNs;
    if (reader.keepsWalk) {
      if (this.#answeredBy === 'memory') this.#walk.push({ level: -1, file: 0, tier: 'memory', found: true, costNs: core.sim.now - this.#stepNs, accesses: 0 });
      reader.lastWalk = this.#walk;
    }
    core.versions.unpin(this.#version!);
    reader.finished(this.#slot, this.#probed ? this.#path : undefined);
    this.#then(this.#valueBytes);
  };

  #afterCpu(ns: number, then: () => void): void {
    this.#resume = then;
    this.#reader.spend(this.#slot, ns);
  }
}

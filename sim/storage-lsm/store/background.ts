/**
 * The one background thread: flushes, compactions and moves, each charged on the devices it touches.
 *
 * What comes first (LevelDB 1.23, db/db_impl.cc, BackgroundCompaction): a waiting memtable, then a compaction by size, then
 * one by seeks. A compaction looks for a waiting memtable at every key and flushes it in between: a batch of keys on the
 * processor is cut at the next key for that. Inputs are read in windows of the read-ahead, one file after the other; an
 * output is written when it is closed, synced, and each change of the tree is written to the manifest and synced there.
 * Units: ns, bytes. Left out: read-ahead while the thread computes, write-back of an output before it is closed.
 */
import { CompactionJob } from '../leveldb/compaction-job.ts';
import { type Compaction, isTrivialMove, pickCompaction } from '../leveldb/compaction-picking.ts';
import type { JobIo } from '../leveldb/job-io.ts';
import type { LruCache } from '../leveldb/lru-cache.ts';
import { describeTable, type FileMeta } from '../leveldb/version.ts';
import type { VersionEdit } from '../leveldb/version-set.ts';
import type { Home, StoreCore } from './core.ts';
import { runFlush } from './flush.ts';

export const BACKGROUND_TRACK = 'background';

/** Manifest: one file, numbered as LevelDB numbers the first. */
const MANIFEST_FILE = 2;
/** A version edit takes about 90 B a file (two internal keys, number, size, level) and some 30 B besides. */
const EDIT_BYTES = 30;
const EDIT_BYTES_PER_FILE = 90;

/** What the thread is doing, for pictures. */
export interface BackgroundJob {
  readonly name: string;
  readonly startNs: number;
  /** Numbers of the files taking part. */
  readonly files: readonly number[];
  /** 0 .. 1, as far as it is known. */
  progress: number;
}

/** What a compaction needs of a device before its next key. */
interface Request {
  readonly kind: 'open' | 'read' | 'finish';
  readonly file: FileMeta;
  readonly bytes: number;
}

/** A compaction in progress, with the batch of keys that is on the processor. */
interface Running {
  readonly job: CompactionJob;
  readonly homes: Map<number, Home>;
  /** File offset up to which each input has been read. */
  readonly readUpTo: Map<number, number>;
  readonly entryCount: number;
  readonly keyNs: number;
  requests: Request[];
  stepped: number;
  isMore: boolean;
  batchStartNs: number;
  batchNs: number;
}

export class Background implements JobIo {
  job: BackgroundJob | undefined = undefined;
  readonly #core: StoreCore;
  readonly #openTables: LruCache;
  readonly #signal: () => void;
  readonly #startCode: number;
  readonly #batchCode: number;
  #isRunning = false;
  #isScheduled = false;
  #running: Running | undefined;
  /** The event that ends the batch on the processor, while there is one. */
  #batchHandle: number | undefined;

  /** `signal` is called after every finished piece of work: stalled writers look again. */
  constructor(core: StoreCore, openTables: LruCache, signal: () => void) {
    this.#core = core;
    this.#openTables = openTables;
    this.#signal = signal;
    this.#startCode = core.sim.register('background start', () => {
      this.#isScheduled = false;
      if (!this.#isRunning) this.#next();
    });
    this.#batchCode = core.sim.register('background keys merged', () => {
      this.#batchHandle = undefined;
      this.#serve();
    });
  }

  /** True while the thread works or is about to. */
  get isBusy(): boolean {
    return this.#isRunning || this.#isScheduled;
  }

  /** Wakes the thread if there may be work for it: after each memtable switch and each seek that made a candidate. */
  wake(): void {
    if (this.#batchHandle !== undefined && this.#core.immutable !== undefined) this.#cutBatch();
    if (this.isBusy) return;
    this.#isScheduled = true;
    this.#core.sim.schedule(0, this.#startCode);
  }

  // What a compaction reports while it steps, in order.

  openTable(file: FileMeta): void {
    if (this.#openTables.lookup(file.number)) return;
    this.#openTables.insert(1, file.number);
    this.#running!.requests.push({ kind: 'open', file, bytes: file.table.openReadBytes() });
  }

  readBlock(file: FileMeta, block: number, bytes: number): void {
    const { readUpTo, requests } = this.#running!;
    const end = file.table.layout.blockOffset[block]! + bytes;
    const from = readUpTo.get(file.number) ?? 0;
    if (end <= from) return;
    const dataEnd = file.table.layout.blockOffset[file.table.blockCount]!;
    const window = Math.min(Math.max(this.#core.options.readAheadBytes, end - from), dataEnd - from);
    readUpTo.set(file.number, from + window);
    requests.push({ kind: 'read', file, bytes: window });
  }

  appendOutput(): void {
    // Charged when the output is closed.
  }

  finishOutput(file: FileMeta): void {
    this.#running!.requests.push({ kind: 'finish', file, bytes: file.sizeBytes });
  }

  /** Picks what comes first; rests if nothing is due. */
  #next(): void {
    const core = this.#core;
    this.#isRunning = true;
    if (core.immutable !== undefined) return this.#flush(() => this.#pieceDone());
    const compaction = pickCompaction(core.versions);
    if (compaction === undefined) {
      this.#isRunning = false;
      this.#signal();
    } else if (isTrivialMove(core.versions, compaction)) this.#move(compaction);
    else this.#compact(compaction);
  }

  #pieceDone(): void {
    this.job = undefined;
    this.#signal();
    this.#next();
  }

  #flush(then: () => void): void {
    const core = this.#core;
    const { sim, counters } = core;
    const interrupted = this.job;
    const startNs = sim.now;
    this.job = { name: 'flush', startNs, files: [], progress: 0 };
    runFlush(core, ({ file, level, homes, edit }) => {
      this.#openTables.insert(1, file.number);
      this.#writeManifest(1, () => {
        const wal = core.immutableWal!;
        core.immutable = undefined;
        core.immutableWal = undefined;
        counters.flushes += 1;
        counters.flushBytes += file.sizeBytes;
        core.apply(edit, homes);
        if (core.options.walTier !== 'none') core.tiers.remove(core.options.walTier, wal.fileNumber);
        sim.observer?.span(BACKGROUND_TRACK, `flush to level ${level}`, startNs, sim.now, { bytes: file.sizeBytes, tier: homes.get(file.number)!.tier });
        core.onEvent?.({ event: 'flush', level, bytes: file.sizeBytes });
        this.job = interrupted;
        this.#signal();
        then();
      });
    });
  }

  #move({ level, inputs }: Compaction): void {
    const core = this.#core;
    const { sim } = core;
    const file = inputs[0]!;
    const name = `move ${level} to ${level + 1}`;
    const startNs = sim.now;
    this.job = { name, startNs, files: [file.number], progress: 0 };
    const edit: VersionEdit = { removed: [{ level, file }], added: [{ level: level + 1, file: describeTable(file.number, file.table) }] };
    const install = (): void => {
      this.#writeManifest(2, () => {
        core.counters.moves += 1;
        core.apply(edit, new Map([[file.number, { tier: 'ssd', learned: undefined }]]));
        sim.observer?.span(BACKGROUND_TRACK, name, startNs, sim.now, { file: file.number });
        core.onEvent?.({ event: 'move', level });
        this.#pieceDone();
      });
    };
    // A move only renames a place in the tree, unless that place is on another device: then the bytes have to follow.
    if (core.tierOf(file) === 'ssd') install();
    else core.tiers.read('nvm', 'compaction', file.sizeBytes, true, () => core.tiers.writeDurably('ssd', 'compaction', file.number, file.sizeBytes, install));
  }

  #compact(compaction: Compaction): void {
    const core = this.#core;
    const { level, inputs, inputsNext, version } = compaction;
    const { mergeKeyNs, buildKeyNs, copyNsPerByte, crcNsPerByte } = core.options.cpu;
    core.versions.pin(version);
    const job = new CompactionJob(core.versions, compaction, core.log.lastSequence);
    const entryCount = [...inputs, ...inputsNext].reduce((sum, file) => sum + file.table.entryCount, 0);
    // Copied into the block and into the page cache, check-summed once; inputs are not verified (LevelDB's default).
    const keyNs = mergeKeyNs + buildKeyNs + (job.inputBytes / entryCount) * (2 * copyNsPerByte + crcNsPerByte);
    this.#running = { job, homes: new Map(), readUpTo: new Map(), entryCount, keyNs, requests: [], stepped: 0, isMore: true, batchStartNs: 0, batchNs: 0 };
    const name = inputsNext.length === 0 ? `${inputs.length}@${level}` : `${inputs.length}@${level}+${inputsNext.length}@${level + 1}`;
    this.job = { name, startNs: core.sim.now, files: [...inputs, ...inputsNext].map((file) => file.number), progress: 0 };
    this.#mergeKeys();
  }

  /** Steps the merge until it needs a device, then spends the processor time of those keys. */
  #mergeKeys(): void {
    const running = this.#running!;
    let keys = 0;
    while (running.isMore && running.requests.length === 0) {
      running.isMore = running.job.step(this);
      keys += 1;
    }
    running.stepped += keys;
    this.job!.progress = Math.min(1, running.stepped / running.entryCount);
    running.batchNs = Math.round(keys * running.keyNs);
    this.#spend();
  }

  /** Puts what is left of the batch on the processor, unless a memtable waits: that goes first. */
  #spend(): void {
    const { sim } = this.#core;
    const running = this.#running!;
    if (this.#core.immutable !== undefined) {
      this.#flush(() => this.#spend());
      return;
    }
    running.batchStartNs = sim.now;
    this.#batchHandle = sim.schedule(running.batchNs, this.#batchCode);
  }

  /** A memtable has become immutable: the batch ends at the next key, the rest of it follows the flush. */
  #cutBatch(): void {
    const { sim } = this.#core;
    const running = this.#running!;
    const doneNs = sim.now - running.batchStartNs;
    // Free keys: the batch takes no time and is over anyway.
    const cutNs = running.keyNs === 0 ? 0 : Math.min(running.batchNs, Math.ceil(Math.ceil(doneNs / running.keyNs) * running.keyNs));
    sim.cancel(this.#batchHandle!);
    this.#batchHandle = undefined;
    running.batchNs -= cutNs;
    sim.after(cutNs - doneNs, () => this.#spend());
  }

  /** Serves the next request; merges on when there is none left, installs when there are no keys left either. */
  #serve(): void {
    const core = this.#core;
    const running = this.#running!;
    const request = running.requests.shift();
    if (request === undefined) {
      if (running.isMore) this.#mergeKeys();
      else this.#install();
      return;
    }
    const { kind, file, bytes } = request;
    const next = (): void => this.#serve();
    if (kind === 'finish') {
      running.homes.set(file.number, { tier: 'ssd', learned: undefined });
      this.#openTables.insert(1, file.number);
      core.counters.compactionBytesWritten += bytes;
      core.tiers.writeDurably('ssd', 'compaction', file.number, bytes, () => core.sim.after(core.options.cpu.fileOpenNs * 2, next));
    } else core.tiers.read(core.tierOf(file), 'compaction', bytes, kind === 'read', next);
  }

  #install(): void {
    const core = this.#core;
    const { sim, counters } = core;
    const { job, homes } = this.#running!;
    const { level, inputs, inputsNext, version, reason } = job.compaction;
    this.#writeManifest(inputs.length + inputsNext.length + job.outputs.length, () => {
      counters.compactions += 1;
      if (reason === 'seeks') counters.seekCompactions += 1;
      counters.compactionBytesRead += job.inputBytes;
      counters.entriesDropped += job.droppedEntries;
      this.#running = undefined;
      core.versions.unpin(version);
      core.apply(job.edit(), homes);
      sim.observer?.span(BACKGROUND_TRACK, this.job!.name, this.job!.startNs, sim.now, { bytesIn: job.inputBytes, bytesOut: job.outputBytes, reason });
      core.onEvent?.({ event: 'compaction', level, inputs: inputs.length, inputsNext: inputsNext.length, bytes: job.outputBytes });
      this.#pieceDone();
    });
  }

  #writeManifest(files: number, then: () => void): void {
    const { tiers, options } = this.#core;
    const bytes = EDIT_BYTES + files * EDIT_BYTES_PER_FILE;
    this.#core.sim.after(Math.round(options.cpu.syscallNs + bytes * options.cpu.copyNsPerByte), () => tiers.writeDurably('ssd', 'manifest', MANIFEST_FILE, bytes, then));
  }
}

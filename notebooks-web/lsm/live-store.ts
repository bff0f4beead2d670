/**
 * The real timed store under a closed-loop writer, stepped by the picture. Deterministic: going back is a fresh run of the
 * same options, with the same reads at the same events, up to the wanted event.
 */
import { Simulation } from '../../sim/simulation.ts';
import type { Observer } from '../../sim/ports.ts';
import { DEFAULT_OPTIONS, levelLimitBytes } from '../../sim/storage-lsm/leveldb/options.ts';
import { keyFraction } from '../../sim/storage-lsm/store/nvm-search.ts';
import { PAPER_NVM_V1, STOCK, type TimedStoreOptions } from '../../sim/storage-lsm/store/options.ts';
import { TimedStore } from '../../sim/storage-lsm/store/timed-store.ts';
import { billLines, type Clock, type ClockSpan, type ReadBill, type Stall, type TreeState } from './tree-state.ts';

export interface LiveOptions {
  readonly arm: LiveArm;
  readonly valueBytes: number;
  readonly bloomBitsPerKey: number;
  readonly records: number;
  readonly seed: string;
}

export const LIVE_ARMS = ['stock', 'trigger', 'nvm', 'pgm', 'paper'] as const;
export type LiveArm = (typeof LIVE_ARMS)[number];
export const ARM_TITLES: Readonly<Record<LiveArm, string>> = { stock: 'stock', trigger: 'trigger only', nvm: 'NVM only', pgm: 'PGM only', paper: 'paper' };

export const DEFAULT_LIVE: LiveOptions = { arm: 'stock', valueBytes: 4096, bloomBitsPerKey: 0, records: 60_000, seed: 'ledgerlab' };

function storeOptions({ arm, bloomBitsPerKey }: LiveOptions): TimedStoreOptions {
  const options: Readonly<Record<LiveArm, TimedStoreOptions>> = {
    stock: STOCK,
    trigger: { ...STOCK, leveldb: PAPER_NVM_V1.leveldb },
    nvm: { ...STOCK, l0Tier: 'nvm' },
    pgm: { ...STOCK, learnedL0: true },
    paper: PAPER_NVM_V1,
  };
  const chosen = options[arm];
  return { ...chosen, leveldb: { ...DEFAULT_OPTIONS, ...chosen.leveldb, bloomBitsPerKey } };
}

const KEY_BYTES = 32;

export class LiveStore {
  readonly options: LiveOptions;
  readonly sim: Simulation;
  readonly store: TimedStore;
  /** Reads asked for so far: at which event, which draw. */
  readonly reads: { readonly atEvent: number }[] = [];
  readonly #spans: ClockSpan[] = [];
  readonly #stalls: Stall[] = [];
  readonly #l0: [number, number][] = [[0, 0]];
  readonly #keyStream;
  readonly #readStream;
  /** Segments never change once a file is written. */
  readonly #segments = new Map<number, readonly number[]>();
  #puts = 0;
  #marks = 0;
  #stallStarts = 0;
  #bill: ReadBill | undefined;

  constructor(options: LiveOptions) {
    this.options = options;
    const observer: Observer = {
      span: (track, name, startNs, endNs) => {
        if (track === 'background') this.#spans.push({ name, isFlush: name.startsWith('flush'), startNs, endNs });
        else if (name.startsWith('stall')) this.#stalls.push({ reason: name.slice('stall: '.length), startNs, endNs });
      },
      instant: (_track, name) => {
        if (name === 'stall') this.#stallStarts++;
      },
      counter: () => undefined,
    };
    this.sim = new Simulation({ seed: options.seed, scenario: 'live picture', observer });
    this.store = new TimedStore(this.sim, storeOptions(options));
    this.store.reader.keepsWalk = true;
    this.store.onEvent(() => this.#marks++);
    this.store.onLevels((files) => {
      const count = files[0] ?? 0;
      if (this.#l0.at(-1)![1] !== count) this.#l0.push([this.sim.now, count]);
    });
    this.#keyStream = this.sim.stream('keys');
    this.#readStream = this.sim.stream('reads');
    this.sim.after(0, () => this.#put());
  }

  #put(): void {
    if (this.#puts >= this.options.records) return;
    this.#puts++;
    const key = new Uint8Array(KEY_BYTES);
    const words = new DataView(key.buffer);
    for (let at = 0; at < KEY_BYTES; at += 4) words.setUint32(at, this.#keyStream.uint32());
    this.store.put(key, this.options.valueBytes, () => this.#put());
  }

  get events(): number {
    return this.sim.eventCount;
  }

  get bill(): ReadBill | undefined {
    return this.#bill;
  }

  /** Runs events until one says so, the time is up, or nothing is left. Returns whether it was met. */
  #runUntil(isMet: () => boolean, budgetMs = Infinity): boolean {
    const until = performance.now() + budgetMs;
    for (let n = 1; this.sim.step(); n++) {
      if (isMet()) return true;
      if ((n & 1023) === 0 && performance.now() > until) return false;
    }
    return false;
  }

  /** To the next change of the tree: a job begins or ends, a writer has to wait. */
  step(): void {
    const { marks, job, stalls } = { marks: this.#marks, job: this.store.background.job, stalls: this.#stallStarts };
    this.#runUntil(() => this.#marks !== marks || this.store.background.job !== job || this.#stallStarts !== stalls);
  }

  /** To the start of the next merge. */
  nextCompaction(): void {
    const job = this.store.background.job;
    this.#runUntil(() => {
      const now = this.store.background.job;
      return now !== undefined && now !== job && now.name.includes('@');
    });
  }

  /** To the next put that has to wait. */
  nextStall(): void {
    const stalls = this.#stallStarts;
    this.#runUntil(() => this.#stallStarts !== stalls);
  }

  /** Plays up to a simulated time, or as far as the budget allows. */
  playTo(timeNs: number, budgetMs: number): void {
    const until = performance.now() + budgetMs;
    while (this.sim.now < timeNs && performance.now() < until && this.sim.pendingCount > 0) {
      this.sim.run({ untilNs: Math.min(timeNs, this.sim.now + 1_000_000) });
      if (this.sim.now < timeNs && this.sim.pendingCount > 0) this.sim.step();
    }
  }

  /** Reads one of the keys written so far, drawn from its own stream. */
  readKey(): void {
    const { keys } = this.store.core.log;
    if (keys.count === 0) return;
    this.reads.push({ atEvent: this.events });
    const id = this.#readStream.below(keys.count);
    const startNs = this.sim.now;
    let isDone = false;
    this.store.get(keys.bytesOf(id), () => (isDone = true));
    this.#runUntil(() => isDone);
    const key = Array.from(keys.bytesOf(id).slice(0, 2), (byte) => byte.toString(16).padStart(2, '0')).join('');
    const lines = billLines(this.store.reader.lastWalk);
    const onNvm = this.store.reader.lastWalk.filter(({ tier }) => tier === 'nvm').length;
    this.#bill = {
      key, at: keyFraction(keys, id), timeNs: startNs, totalNs: this.sim.now - startNs, lines,
      onSsd: onNvm === 0 ? undefined : { searches: onNvm, costNs: onNvm * this.#blockReadNs(), device: this.store.core.options.ssd.title },
    };
  }

  /** One data block from the idle SSD, by its profile: latency and the transfer of whole granules. */
  #blockReadNs(): number {
    const { ssd, leveldb } = this.store.core.options;
    const bytes = Math.max(leveldb.blockBytes, this.options.valueBytes + KEY_BYTES);
    return ssd.readRandomNs + (Math.ceil(bytes / ssd.granuleBytes) * ssd.granuleBytes * 1e9) / ssd.readStreamBps;
  }

  fingerprint(): string {
    return this.sim.fingerprint();
  }

  state(): TreeState {
    const { core, background, writer } = this.store;
    const { keys } = core.log;
    const keysOf = (memtable: typeof core.memtable): number[] => {
      const fractions: number[] = [];
      for (let node = memtable.firstNode(); node !== 0; node = memtable.nodeAfter(node)) fractions.push(keyFraction(keys, core.log.keyOf(memtable.entryAt(node))));
      return fractions;
    };
    const levels = core.versions.current.levels.map((files, level) => ({
      files: [...files]
        .sort((a, b) => (level === 0 ? b.number - a.number : 0))
        .map((file) => {
          const home = core.homes.get(file.number);
          return { id: file.number, from: keyFraction(keys, core.log.keyOf(file.smallest)), to: keyFraction(keys, core.log.keyOf(file.largest)), bytes: file.sizeBytes, tier: home?.tier ?? ('ssd' as const), segments: level === 0 ? this.#segmentsOf(file.number) : [] };
        }),
      bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      limitBytes: level === 0 ? undefined : levelLimitBytes(core.options.leveldb, level),
    }));
    const { counters } = core;
    const { job } = background;
    return {
      timeNs: this.sim.now, events: this.events, puts: counters.puts, isFinished: this.sim.pendingCount === 0,
      memtable: keysOf(core.memtable), immutable: core.immutable === undefined ? [] : keysOf(core.immutable),
      fill: Math.min(1, core.memtable.usedBytes / core.options.leveldb.writeBufferBytes),
      levels, job: job === undefined ? undefined : { name: job.name, files: new Set(job.files), progress: job.progress }, stall: writer.stalledFor,
      writeAmplification: counters.userBytes === 0 ? 0 : (counters.walBytes + counters.flushBytes + counters.compactionBytesWritten) / counters.userBytes,
    };
  }

  #segmentsOf(file: number): readonly number[] {
    let segments = this.#segments.get(file);
    if (segments === undefined) this.#segments.set(file, (segments = this.store.core.homes.get(file)?.learned?.segmentFractions() ?? []));
    return segments;
  }

  clock(): Clock {
    const { leveldb } = this.store.core.options;
    const job = this.store.background.job;
    const running: ClockSpan[] = job === undefined ? [] : [{ name: job.name, isFlush: job.name === 'flush', startNs: job.startNs, endNs: this.sim.now }];
    return { spans: [...this.#spans, ...running], stalls: this.#stalls, l0: this.#l0, limits: { trigger: leveldb.l0CompactionTriggerFiles, slowdown: leveldb.l0SlowdownFiles, stop: leveldb.l0StopFiles } };
  }
}

/** The same run up to an event, its reads included. */
export function replay(options: LiveOptions, reads: readonly { readonly atEvent: number }[], toEvent: number): LiveStore {
  const fresh = new LiveStore(options);
  for (const { atEvent } of reads) {
    if (atEvent >= toEvent) break;
    fresh.sim.run({ maxEvents: atEvent - fresh.events });
    fresh.readKey();
  }
  if (toEvent > fresh.events) fresh.sim.run({ maxEvents: toEvent - fresh.events });
  return fresh;
}

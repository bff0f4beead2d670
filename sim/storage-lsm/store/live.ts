/**
 * A store to play with: put and get by hand, run to the next event worth seeing, look at the tree.
 *
 * Wraps one simulation and one timed store; made for a worker that draws the tree while it grows. Keys are SHA-256 hashes of
 * record numbers, values have one size. Everything is a function of the seed and the calls made.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { Simulation } from '../../simulation.ts';
import type { Observer } from '../../ports.ts';
import type { RandomStream } from '../../random.ts';
import type { StoreEvent } from './core.ts';
import { describeTree, type TreePicture } from './describe.ts';
import type { TimedStoreOptions } from './options.ts';
import { TimedStore } from './timed-store.ts';
import { totalStalls } from './writer.ts';

/** Something that happened while the store ran. */
export type LiveEvent =
  | (StoreEvent & { readonly timeNs: number })
  | { readonly event: 'put'; readonly timeNs: number; readonly record: number; readonly latencyNs: number }
  | { readonly event: 'get'; readonly timeNs: number; readonly record: number; readonly latencyNs: number; readonly isFound: boolean };

export class LiveStore {
  readonly sim: Simulation;
  readonly store: TimedStore;
  /** Events since they were last taken, oldest first. */
  #events: LiveEvent[] = [];
  #records = 0;
  /** Requests whose answer is outstanding. */
  #pending = 0;
  readonly #valueBytes: number;
  readonly #chosen: RandomStream;

  constructor(options: TimedStoreOptions, valueBytes: number, seed: string, observer?: Observer) {
    this.sim = new Simulation({ seed, scenario: 'live store', ...(observer === undefined ? {} : { observer }) });
    this.store = new TimedStore(this.sim, options);
    this.store.reader.keepsWalk = true;
    this.#valueBytes = valueBytes;
    this.#chosen = this.sim.stream('reads');
    this.store.onEvent((event) => this.#events.push({ ...event, timeNs: this.sim.now }));
  }

  /** Records written so far. */
  get records(): number {
    return this.#records;
  }

  /** Writes `count` new records one after the other; the clock runs until the last is acknowledged. */
  put(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const record = this.#records++;
      const startNs = this.sim.now;
      this.#pending += 1;
      this.store.put(keyOf(record), this.#valueBytes, () => {
        this.#pending -= 1;
        this.#events.push({ event: 'put', timeNs: this.sim.now, record, latencyNs: this.sim.now - startNs });
      });
      this.#settle();
    }
  }

  /** Reads a record, by number or at random; the clock runs until the answer is there. */
  get(record: number = this.#records === 0 ? 0 : this.#chosen.below(this.#records)): void {
    const startNs = this.sim.now;
    this.#pending += 1;
    this.store.get(keyOf(record), (valueBytes) => {
      this.#pending -= 1;
      this.#events.push({ event: 'get', timeNs: this.sim.now, record, latencyNs: this.sim.now - startNs, isFound: valueBytes !== undefined });
    });
    this.#settle();
  }

  /** Runs one event of the kernel; false if nothing is pending. */
  step(): boolean {
    return this.sim.step();
  }

  /** Lets time pass without new requests. */
  advance(durationNs: number): void {
    this.sim.run({ untilNs: this.sim.now + durationNs });
  }

  /** Writes on until the background thread has finished something, or `limit` writes were made. */
  putUntilBackground(limit: number): void {
    const { counters } = this.store.core;
    const before = counters.flushes + counters.compactions + counters.moves;
    for (let written = 0; written < limit && counters.flushes + counters.compactions + counters.moves === before; written += 1) this.put(1);
  }

  /** Writes on until a write has stalled, or `limit` writes were made. */
  putUntilStall(limit: number): void {
    const { stalls } = this.store.writer;
    const before = totalStalls(stalls).count;
    for (let written = 0; written < limit && totalStalls(stalls).count === before; written += 1) this.put(1);
  }

  /** The events since the last call. */
  takeEvents(): readonly LiveEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  picture(): TreePicture {
    return describeTree(this.store);
  }

  #settle(): void {
    while (this.#pending > 0 && this.sim.step());
  }
}

function keyOf(record: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(record / 4294967296));
  view.setUint32(4, record >>> 0);
  return sha256(bytes);
}

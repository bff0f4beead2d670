/**
 * Ports: the only words models share. A model is handed ports and never knows what stands behind them: the ideal
 * implementation of ideal.ts (free and instant), or one with real costs, wired by a scenario.
 *
 * Every port belongs to one node. Callbacks run as events of the kernel, never inside the call that asked for them:
 * so no caller is re-entered, and equal times keep the kernel's order.
 */
import type { RandomStream } from './random.ts';

/** Moves messages between nodes. `bytes` is the size on the wire; the message itself is never copied. */
export interface Transport<Message = unknown> {
  /** `class` chooses among the transport's priorities; 0 is the ordinary one. */
  send(to: number, message: Message, bytes: number, trafficClass?: number): void;
  /** One receiver a node; a later one replaces it. */
  onMessage(receive: (from: number, message: Message) => void): void;
}

/** Spends processor time. `costNs` is the demand on an idle processor; what it takes is the scheduler's affair. */
export interface Cpu {
  run(costNs: number, jobClass: number, then: () => void): void;
}

/** One change of a batch. */
export type StoreWrite =
  | { readonly key: Uint8Array; readonly valueBytes: number }
  | { readonly key: Uint8Array; readonly deleted: true };

export interface StoreEntry {
  readonly key: Uint8Array;
  readonly valueBytes: number;
}

/** An ordered key-value store. Values are lengths: their contents never change what a store does. */
export interface Store {
  get(key: Uint8Array, then: (valueBytes: number | undefined) => void): void;
  put(key: Uint8Array, valueBytes: number, then: () => void): void;
  /** All or nothing, in order: a later write of a key wins. */
  batch(writes: readonly StoreWrite[], then: () => void): void;
  /** Entries with from <= key < to in byte order, at most `limit`. */
  scan(from: Uint8Array, to: Uint8Array, limit: number, then: (entries: readonly StoreEntry[]) => void): void;
}

/** Timers of one node, by number. Setting one that runs moves it. */
export interface Timers {
  set(timer: number, delayNs: number): void;
  clear(timer: number): void;
  onTimer(fire: (timer: number) => void): void;
}

/** The randomness of one node: streams by name, each with one owner. */
export interface Random {
  stream(name: string): RandomStream;
}

/** Particulars of something observed. */
export type ObservedArgs = Readonly<Record<string, number | string>>;

/** What checkers, figures and trace files listen to. Observing must not disturb: an observer schedules nothing. */
export interface Observer {
  /** Something that lasted, e.g. a compaction on track `node 3/background`. */
  span(track: string, name: string, startNs: number, endNs: number, args?: ObservedArgs): void;
  /** Something that happened: propose, vote, commit, execute, stall, drop. */
  instant(track: string, name: string, timeNs: number, args?: ObservedArgs): void;
  /** A level that changed, e.g. files in L0. */
  counter(track: string, name: string, timeNs: number, value: number): void;
}

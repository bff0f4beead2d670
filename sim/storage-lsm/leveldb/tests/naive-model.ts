/** The store as a sorted map with history: slow, obviously right, and what a broken store is compared with. */
import type { DeterministicStore } from '../deterministic-store.ts';
import { NO_ENTRY } from '../entry-log.ts';
import { splitmix64Mod } from '../splitmix.ts';

interface Write {
  readonly sequence: number;
  /** Undefined for a delete. */
  readonly valueBytes: number | undefined;
}

export class NaiveStore {
  readonly #history = new Map<string, Write[]>();
  #sequence = 0;

  get lastSequence(): number {
    return this.#sequence;
  }

  write(key: string, valueBytes: number | undefined): void {
    const writes = this.#history.get(key) ?? [];
    writes.push({ sequence: ++this.#sequence, valueBytes });
    this.#history.set(key, writes);
  }

  get(key: string, snapshot: number): number | undefined {
    return (this.#history.get(key) ?? []).filter((write) => write.sequence <= snapshot).at(-1)?.valueBytes;
  }

  /** Visible keys from `from` on with their lengths, in order. */
  scan(from: string, snapshot: number): [string, number][] {
    const keys = [...this.#history.keys()].filter((key) => key >= from).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return keys.map((key): [string, number | undefined] => [key, this.get(key, snapshot)]).filter((pair): pair is [string, number] => pair[1] !== undefined);
  }
}

const encode = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const decode = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** First disagreement of a store with the naive one over a random history of writes, snapshots, gets and scans. */
export function firstDisagreement(store: DeterministicStore, seed: number, operations: number, keyCount: number): string | undefined {
  const naive = new NaiveStore();
  const held: number[] = [];
  let draws = 0;
  const below = (n: number): number => splitmix64Mod(seed * 1_000_003 + draws++, n);
  // Lengths differ and some keys are prefixes of others, so that boundaries and separators are exercised.
  const keyText = (number: number): string => 'k'.repeat(1 + (number % 3)) + (number % 7 === 0 ? '' : String((number * 7919) % keyCount));
  for (let operation = 0; operation < operations; operation++) {
    const key = keyText(below(keyCount));
    const id = store.keys.intern(encode(key));
    const kind = below(100);
    const snapshot = held.length > 0 && below(2) === 0 ? held[below(held.length)]! : store.log.lastSequence;
    if (kind < 55) {
      const valueBytes = below(300);
      store.put(id, valueBytes);
      naive.write(key, valueBytes);
    } else if (kind < 75) {
      store.remove(id);
      naive.write(key, undefined);
    } else if (kind < 77) {
      held.push(store.snapshots.take(store.log.lastSequence));
    } else if (kind < 79 && held.length > 0) {
      store.snapshots.release(held.splice(below(held.length), 1)[0]!);
    } else if (kind < 98) {
      const found = store.get(id, snapshot);
      const expected = naive.get(key, snapshot);
      if (found !== expected) return `operation ${operation}: get ${key} at ${snapshot} gave ${found}, not ${expected}`;
    } else {
      const seen: [string, number][] = [];
      const cursor = store.scan(snapshot);
      cursor.seek(id);
      for (let i = 0; i < 20 && cursor.entry !== NO_ENTRY; i++, cursor.next()) seen.push([decode(store.keys.bytesOf(store.log.keyOf(cursor.entry))), store.log.valueBytesOf(cursor.entry)]);
      const expected = naive.scan(key, snapshot).slice(0, 20);
      if (JSON.stringify(seen) !== JSON.stringify(expected)) return `operation ${operation}: scan from ${key} at ${snapshot} gave ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`;
    }
  }
  return undefined;
}

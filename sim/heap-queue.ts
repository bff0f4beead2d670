/**
 * The reference queue: one heap on (time, class, insertion number). Slower than the ladder, obviously right.
 *
 * Also the queue of the tie-shuffle mode: there the insertion number is replaced by a seeded permutation of it, so
 * that events of equal time and class run in a random but repeatable order. A result that changes under another
 * shuffle seed rested on the accident of insertion order.
 */
import { EventHeap } from './event-heap.ts';
import type { EventQueue } from './event-queue.ts';
import { type EventStore, NONE, WORD } from './event-store.ts';

/** rank = class * 2^49 + insertion number (or its permutation): exact below 2^53. */
export const CLASS_RANK = 0x2_0000_0000_0000;

export class HeapQueue implements EventQueue {
  private readonly heap = new EventHeap();
  private readonly store: EventStore;
  private readonly shuffleKey: number | undefined;
  private insertions = 0;

  /** `shuffleKey`: 32 random bits that choose the permutation of ties; undefined keeps them first in, first out. */
  constructor(store: EventStore, shuffleKey?: number) {
    this.store = store;
    this.shuffleKey = shuffleKey;
  }

  push(slot: number): void {
    const insertion = this.insertions++;
    const tie = this.shuffleKey === undefined ? insertion : permute(insertion, this.shuffleKey);
    const order = this.store.words[slot * 8 + WORD]! & 15;
    this.heap.push(this.store.times[slot * 4]!, order * CLASS_RANK + tie, slot);
  }

  pop(limitNs: number): number {
    const { heap, store } = this;
    while (heap.count > 0 && heap.times[0]! <= limitNs) {
      const slot = heap.pop();
      if (store.words[slot * 8 + WORD]! >= 0) return slot;
      store.bury(slot);
    }
    return NONE;
  }

  purge(): void {
    const store = this.store;
    this.heap.remove((slot) => {
      const isGone = store.words[slot * 8 + WORD]! < 0;
      if (isGone) store.bury(slot);
      return isGone;
    });
  }
}

/** A keyed permutation of the low 32 bits (multiply and xor-shift are invertible); higher bits break what is left. */
function permute(insertion: number, key: number): number {
  let low = (insertion ^ key) | 0;
  low = Math.imul(low ^ (low >>> 16), 0x7feb352d);
  low = Math.imul(low ^ (low >>> 15) ^ key, 0x846ca68b);
  low = (low ^ (low >>> 16)) >>> 0;
  return low * 0x2_0000 + (Math.floor(insertion / 0x1_0000_0000) & 0x1_ffff);
}

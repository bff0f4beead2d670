/**
 * One rung of the ladder: up to 4096 FIFO lists of equal, power-of-two width, linked through the event records.
 *
 * Widths are powers of two so that `(time - start) / width` is exact in floating point: an event can never land in a
 * bucket beside its own, not even at 2^53 - 1 ns.
 */
import { NONE } from './event-store.ts';

const MAX_BUCKETS = 4096;
/** measured: 2 instead of 8 makes small queues (1000 pending) a twelfth faster, since runs need less sorting; no change from 1e5 on. */
const EVENTS_PER_BUCKET = 2;

export class Rung {
  width = 1;
  /** Exclusive end of the times this rung covers; the last bucket may be cut off by it. */
  end = 0;

  /** The bucket taken out by the last call of `next`. */
  takenHead = NONE;
  takenCount = 0;
  takenStart = 0;
  takenEnd = 0;

  private start = 0;
  private inverseWidth = 1;
  private at = 0;
  private buckets = 0;
  /** Bucket i: `lists[i * 4]` head, `+ 1` tail, `+ 2` count: what is needed together lies together. */
  private lists = new Int32Array(0);

  /** Empties the rung and lays it over [start, end) for about `count` events. */
  open(start: number, end: number, count: number): void {
    let buckets = 8;
    while (buckets * EVENTS_PER_BUCKET < count && buckets < MAX_BUCKETS) buckets *= 2;
    let width = 1;
    while (width * buckets < end - start) width *= 2;
    this.start = start;
    this.end = end;
    this.width = width;
    this.inverseWidth = 1 / width;
    this.at = 0;
    this.buckets = buckets;
    if (this.lists.length < buckets * 4) this.lists = new Int32Array(buckets * 4);
    else this.lists.fill(0, 0, buckets * 4);
  }

  append(next: Int32Array, slot: number, time: number): void {
    this.link(next, slot, ((time - this.start) * this.inverseWidth) | 0);
  }

  /** Takes out the next bucket that is not empty; false if there is none. */
  next(): boolean {
    const { lists } = this;
    let at = this.at;
    while (at < this.buckets && lists[at * 4 + 2] === 0) at++;
    // Past the bucket before anything can be pushed again: its time range belongs to the run from now on.
    this.at = at + 1;
    if (at >= this.buckets) return false;
    this.takenHead = lists[at * 4]!;
    this.takenCount = lists[at * 4 + 2]!;
    this.takenStart = this.start + at * this.width;
    this.takenEnd = Math.min(this.takenStart + this.width, this.end);
    return true;
  }

  /** Drops every event for which `isGone` holds; the order of the others stays. */
  filter(next: Int32Array, isGone: (slot: number) => boolean): void {
    for (let bucket = this.at; bucket < this.buckets; bucket++) {
      let left = this.lists[bucket * 4 + 2]!;
      let slot = this.lists[bucket * 4]!;
      this.lists[bucket * 4 + 2] = 0;
      for (; left > 0; left--) {
        const following = next[slot]!;
        if (!isGone(slot)) this.link(next, slot, bucket);
        slot = following;
      }
    }
  }

  private link(next: Int32Array, slot: number, bucket: number): void {
    const { lists } = this;
    const at = bucket * 4;
    next[slot] = NONE;
    if (lists[at + 2]!++ === 0) lists[at] = slot;
    else next[lists[at + 1]!] = slot;
    lists[at + 1] = slot;
  }
}

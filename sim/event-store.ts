/**
 * Pending events as flat 32-byte records, half a cache line each: whatever touches an event touches one line.
 *
 *   bytes 0..7    time, ns (Float64)
 *   bytes 8..23   word, target, a, b (Int32); word = code * 16 + class, with the sign bit set once cancelled
 *   bytes 24..27  generation: how often the slot has been given out
 *
 * The links of lists and of the free list stand in an array of their own: small enough to stay near, so that a walk over
 * a list asks for many records at once instead of waiting for each.
 *
 * A handle is generation * 2^24 + slot: a plain number below 2^53 that a recycled slot can never answer to. Slots are
 * recycled last in, first out, so that they stay in the cache; a slot whose generations are used up is retired.
 */

export const NONE = -1;

/** Positions in the record, in 32-bit words (time: in 64-bit words). */
export const WORD = 2;
export const TARGET = 3;
export const A = 4;
export const B = 5;
const GENERATION = 6;

/** Or-ed into `word` of a cancelled event; code and class stay readable, the queue's order must not change under it. */
export const CANCELLED = -0x80000000;

const SLOT_BITS = 24;
const MAX_SLOTS = 1 << SLOT_BITS;
const MAX_GENERATION = 0x1fff_ffff;

export class EventStore {
  /** The same memory twice: record `slot` starts at `times[slot * 4]` and `words[slot * 8]`. Replaced on growth. */
  times: Float64Array;
  words: Int32Array;
  /** Next record of the list a record stands in, or of the free list. Replaced on growth. */
  next: Int32Array;
  /** Records in a queue: cancelled ones count until the queue lets go of them. */
  used = 0;
  cancelled = 0;
  private free: number = NONE;
  private fresh = 0;
  private capacity: number;

  private readonly onFull: (text: string) => never;

  /** `onFull` reports that no slot number is left. */
  constructor(onFull: (text: string) => never, capacity = 1024) {
    this.onFull = onFull;
    this.capacity = capacity;
    const memory = new ArrayBuffer(capacity * 32);
    this.times = new Float64Array(memory);
    this.words = new Int32Array(memory);
    this.next = new Int32Array(capacity);
  }

  /** A free slot, its generation advanced. The caller fills the record. */
  allocate(): number {
    let slot = this.free;
    if (slot !== NONE) this.free = this.next[slot]!;
    else {
      if (this.fresh === this.capacity) this.grow();
      slot = this.fresh++;
    }
    this.words[slot * 8 + GENERATION]!++;
    this.used++;
    return slot;
  }

  /** Takes a record back whose event has run or whose tombstone was met. */
  release(slot: number): void {
    const words = this.words;
    const at = slot * 8;
    this.used--;
    // A negative word also marks slots that stand in no queue, so that a late handle finds nothing to cancel.
    words[at + WORD] = CANCELLED;
    if (words[at + GENERATION]! >= MAX_GENERATION) return;
    this.next[slot] = this.free;
    this.free = slot;
  }

  /** Releases a cancelled record that a queue came across. */
  bury(slot: number): void {
    this.cancelled--;
    this.release(slot);
  }

  /** Walks over the pending events of a code, in no order. */
  eachPending(code: number, see: (timeNs: number, target: number, a: number, b: number) => void): void {
    const { words, times } = this;
    for (let slot = 0; slot < this.fresh; slot++) {
      const at = slot * 8;
      if (words[at + WORD]! >= 0 && words[at + WORD]! >> 4 === code) see(times[slot * 4]!, words[at + TARGET]!, words[at + A]!, words[at + B]!);
    }
  }

  handle(slot: number): number {
    return this.words[slot * 8 + GENERATION]! * MAX_SLOTS + slot;
  }

  /** Slot of a handle whose event is still pending, else NONE. */
  find(handle: number): number {
    const generation = Math.floor(handle / MAX_SLOTS);
    const slot = handle - generation * MAX_SLOTS;
    if (!(slot < this.fresh) || this.words[slot * 8 + GENERATION] !== generation || this.words[slot * 8 + WORD]! < 0) return NONE;
    return slot;
  }

  private grow(): void {
    if (this.capacity === MAX_SLOTS) this.onFull(`schedule: more than ${MAX_SLOTS} pending events; required: later ones scheduled when they are due`);
    this.capacity *= 2;
    const memory = new ArrayBuffer(this.capacity * 32);
    const words = new Int32Array(memory);
    words.set(this.words);
    this.words = words;
    this.times = new Float64Array(memory);
    const next = new Int32Array(this.capacity);
    next.set(this.next);
    this.next = next;
  }
}

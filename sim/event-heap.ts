/**
 * 4-ary min-heap on (time, rank): three parallel typed arrays, keys by value, one comparison chain.
 *
 * Four children a node: half the levels of a binary heap, and the children share a cache line. Moves a hole instead of
 * swapping. Ranks are unique among equal times, so the order is total.
 */
export class EventHeap {
  count = 0;
  times: Float64Array;
  ranks: Float64Array;
  slots: Int32Array;

  constructor(capacity = 64) {
    this.times = new Float64Array(capacity);
    this.ranks = new Float64Array(capacity);
    this.slots = new Int32Array(capacity);
  }

  push(time: number, rank: number, slot: number): void {
    // A write past the end of a typed array vanishes without a word, so growth comes first.
    if (this.count === this.slots.length) this.grow();
    const { times, ranks, slots } = this;
    let hole = this.count++;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const parentTime = times[parent]!;
      if (parentTime < time || (parentTime === time && ranks[parent]! < rank)) break;
      times[hole] = parentTime;
      ranks[hole] = ranks[parent]!;
      slots[hole] = slots[parent]!;
      hole = parent;
    }
    times[hole] = time;
    ranks[hole] = rank;
    slots[hole] = slot;
  }

  /** Removes and returns the first slot; the heap must not be empty. */
  pop(): number {
    const first = this.slots[0]!;
    const last = --this.count;
    if (last > 0) this.sink(0, this.times[last]!, this.ranks[last]!, this.slots[last]!);
    return first;
  }

  /** Drops every entry for which `isGone` holds and restores the heap. */
  remove(isGone: (slot: number) => boolean): void {
    const { times, ranks, slots } = this;
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      if (isGone(slots[index]!)) continue;
      times[kept] = times[index]!;
      ranks[kept] = ranks[index]!;
      slots[kept] = slots[index]!;
      kept++;
    }
    this.count = kept;
    for (let node = (kept - 2) >> 2; node >= 0; node--) this.sink(node, times[node]!, ranks[node]!, slots[node]!);
  }

  private sink(from: number, time: number, rank: number, slot: number): void {
    const { times, ranks, slots, count } = this;
    let hole = from;
    for (;;) {
      let child = hole * 4 + 1;
      if (child >= count) break;
      const end = child + 4 < count ? child + 4 : count;
      let least = times[child]!;
      for (let other = child + 1; other < end; other++) {
        const otherTime = times[other]!;
        if (otherTime < least || (otherTime === least && ranks[other]! < ranks[child]!)) {
          child = other;
          least = otherTime;
        }
      }
      if (time < least || (time === least && rank < ranks[child]!)) break;
      times[hole] = least;
      ranks[hole] = ranks[child]!;
      slots[hole] = slots[child]!;
      hole = child;
    }
    times[hole] = time;
    ranks[hole] = rank;
    slots[hole] = slot;
  }

  private grow(): void {
    const capacity = this.slots.length * 2;
    const times = new Float64Array(capacity);
    const ranks = new Float64Array(capacity);
    const slots = new Int32Array(capacity);
    times.set(this.times);
    ranks.set(this.ranks);
    slots.set(this.slots);
    this.times = times;
    this.ranks = ranks;
    this.slots = slots;
  }
}

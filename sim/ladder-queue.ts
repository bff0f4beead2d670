/**
 * The fast queue: an adaptive ladder of FIFO buckets (after the ladder queue of Tang, Goh and Thng, ACM TOMACS 15(3),
 * 2005) with a sorted run in front of it and a small heap for latecomers. Amortised O(1) an event on smooth delays, and
 * never worse than a heap by more than a constant.
 *
 *   time ->  | run + inbox |  rung 2 | rung 1       | rung 0                     | top
 *            now        runEnd                                              topStart
 *
 *   run    events below runEnd, sorted, read from the front
 *   inbox  events scheduled below runEnd after the run was built, unless they simply continue the run: a heap
 *   rungs  each divides one bucket of the rung outside it into narrower buckets; a bucket is an unsorted FIFO list
 *   top    one unsorted FIFO list of everything at or after topStart
 *
 * Why equal times keep their order although the buckets hold no insertion number: all events of one time stand in one
 * list (or in run and inbox), every list is appended at its tail, and every move walks a list from its head. An event
 * enters the inbox only if it sorts before the last event of the run, and the run only if it does not: so of two equals
 * the one in the run is older. The class is looked at only where times are compared.
 */
import { EventHeap } from './event-heap.ts';
import type { EventQueue } from './event-queue.ts';
import { type EventStore, NONE, WORD } from './event-store.ts';
import { CLASS_RANK } from './heap-queue.ts';
import { Rung } from './ladder-rung.ts';
import { MAX_TIME_NS } from './time.ts';

/** A bucket of at most this many events becomes the run by insertion sort; a larger one is divided again. */
const RUN_MAX = 48;
/**
 * An inbox larger than this shows that the run covers too much time (a lone far timer can stretch it to the end of the
 * simulation): run and inbox are then spread over a new inner rung.
 */
const INBOX_MAX = 256;

export class LadderQueue implements EventQueue {
  private readonly store: EventStore;

  private runTimes = new Float64Array(64);
  private runSlots = new Int32Array(64);
  private runAt = 0;
  private runCount = 0;
  /** Exclusive end of what run and inbox cover; at or after it events go to a rung or to top. */
  private runEnd = 0;
  /** Key of the last event that entered the run, run or not; what does not sort before it continues the run. */
  private lastTime = 0;
  private lastClass = 0;

  private readonly inbox = new EventHeap();
  private insertions = 0;

  /** Rung 0 is the outermost. Rungs beyond `rungCount` are kept for their memory. */
  private readonly rungs: Rung[] = [];
  private rungCount = 0;

  private topHead = NONE;
  private topTail = NONE;
  private topCount = 0;
  private topStart = 0;
  private topMin = Infinity;
  private topMax = 0;

  constructor(store: EventStore) {
    this.store = store;
  }

  push(slot: number): void {
    const { times, words, next } = this.store;
    const time = times[slot * 4]!;
    if (time >= this.topStart) {
      next[slot] = NONE;
      if (this.topHead === NONE) this.topHead = slot;
      else next[this.topTail] = slot;
      this.topTail = slot;
      this.topCount++;
      if (time < this.topMin) this.topMin = time;
      if (time > this.topMax) this.topMax = time;
    } else if (time < this.runEnd) {
      const tieClass = words[slot * 8 + WORD]! & 15;
      if (time > this.lastTime || (time === this.lastTime && tieClass >= this.lastClass)) this.continueRun(slot, time, tieClass);
      else {
        this.inbox.push(time, tieClass * CLASS_RANK + this.insertions++, slot);
        if (this.inbox.count > INBOX_MAX) this.spill();
      }
    } else {
      let rung = this.rungCount - 1;
      while (time >= this.rungs[rung]!.end) rung--;
      this.rungs[rung]!.append(next, slot, time);
    }
  }

  pop(limitNs: number): number {
    const { store } = this;
    // The common case on its own: nothing in the inbox, next in the run not cancelled.
    if (this.inbox.count === 0 && this.runAt < this.runCount) {
      if (this.runTimes[this.runAt]! > limitNs) return NONE;
      const slot = this.runSlots[this.runAt]!;
      if (store.words[slot * 8 + WORD]! >= 0) {
        this.runAt++;
        return slot;
      }
    }
    while (this.runAt < this.runCount || this.inbox.count > 0 || this.refill()) {
      const slot = this.takeFirst(limitNs);
      if (slot === NONE || store.words[slot * 8 + WORD]! >= 0) return slot;
      store.bury(slot);
    }
    return NONE;
  }

  /** First of run and inbox, cancelled or not; NONE if there is none up to the limit. */
  private takeFirst(limitNs: number): number {
    const { inbox } = this;
    if (this.runAt < this.runCount) {
      const time = this.runTimes[this.runAt]!;
      const slot = this.runSlots[this.runAt]!;
      const isRunFirst = inbox.count === 0 || time < inbox.times[0]! || (time === inbox.times[0]! && !this.isLowerClass(inbox.slots[0]!, slot));
      if (isRunFirst) {
        if (time > limitNs) return NONE;
        this.runAt++;
        return slot;
      }
    } else if (inbox.count === 0) return NONE;
    return inbox.times[0]! > limitNs ? NONE : inbox.pop();
  }

  purge(): void {
    const { store, rungs } = this;
    this.inbox.remove((slot) => this.isBuried(slot));
    let kept = 0;
    for (let index = this.runAt; index < this.runCount; index++) {
      const slot = this.runSlots[index]!;
      if (this.isBuried(slot)) continue;
      this.runTimes[kept] = this.runTimes[index]!;
      this.runSlots[kept++] = slot;
    }
    this.runAt = 0;
    this.runCount = kept;
    for (let rung = 0; rung < this.rungCount; rung++) rungs[rung]!.filter(store.next, (slot) => this.isBuried(slot));
    let slot = this.topHead;
    this.emptyTop();
    while (slot !== NONE) {
      const following = store.next[slot]!;
      if (!this.isBuried(slot)) this.push(slot);
      slot = following;
    }
  }

  /** Buries the record if its event was cancelled. */
  private isBuried(slot: number): boolean {
    if (this.store.words[slot * 8 + WORD]! >= 0) return false;
    this.store.bury(slot);
    return true;
  }

  private isLowerClass(slot: number, than: number): boolean {
    const { words } = this.store;
    return (words[slot * 8 + WORD]! & 15) < (words[than * 8 + WORD]! & 15);
  }

  /** Appends to the run, which grows only if at least half of it is still to be read. */
  private continueRun(slot: number, time: number, tieClass: number): void {
    if (this.runCount === this.runSlots.length) {
      if (this.runAt * 2 < this.runCount) this.growRun();
      this.runTimes.copyWithin(0, this.runAt, this.runCount);
      this.runSlots.copyWithin(0, this.runAt, this.runCount);
      this.runCount -= this.runAt;
      this.runAt = 0;
    }
    this.runTimes[this.runCount] = time;
    this.runSlots[this.runCount++] = slot;
    this.lastTime = time;
    this.lastClass = tieClass;
  }

  private growRun(): void {
    const times = new Float64Array(this.runTimes.length * 2);
    const slots = new Int32Array(times.length);
    times.set(this.runTimes);
    slots.set(this.runSlots);
    this.runTimes = times;
    this.runSlots = slots;
  }

  /** Moves run and inbox, in order, into a new innermost rung. Its buckets are narrower, so it cannot happen for ever. */
  private spill(): void {
    const { store, inbox } = this;
    const start = this.runAt < this.runCount ? Math.min(inbox.times[0]!, this.runTimes[this.runAt]!) : inbox.times[0]!;
    // One instant cannot be divided.
    if (this.runEnd - start <= 1) return;
    const rung = this.openRung(start, this.runEnd, inbox.count + this.runCount - this.runAt);
    for (let slot = this.takeFirst(MAX_TIME_NS); slot !== NONE; slot = this.takeFirst(MAX_TIME_NS)) {
      if (!this.isBuried(slot)) rung.append(store.next, slot, store.times[slot * 4]!);
    }
    this.runEnd = start;
  }

  /** Run and inbox are empty: builds the next run from the earliest bucket. False if nothing is pending. */
  private refill(): boolean {
    this.runAt = 0;
    this.runCount = 0;
    for (;;) {
      if (this.rungCount === 0) {
        if (this.topCount === 0) {
          // Nothing is left beyond the run: top begins where the run ends, or a push in the gap would find no rung.
          this.topStart = this.runEnd;
          return false;
        }
        if (this.openTop()) return true;
        continue;
      }
      const rung = this.rungs[this.rungCount - 1]!;
      if (!rung.next()) {
        this.rungCount--;
        continue;
      }
      const { takenHead, takenCount, takenStart, takenEnd, width } = rung;
      if (takenCount > RUN_MAX && width > 1) {
        this.divide(takenHead, takenCount, takenStart, takenEnd);
        continue;
      }
      if (takenCount <= RUN_MAX) this.sortIntoRun(takenHead);
      else this.copyTiesIntoRun(takenHead, takenCount);
      if (this.closeRun(takenEnd)) return true;
    }
  }

  /** The run is filled and covers all times below `end`. False if every event of it was cancelled. */
  private closeRun(end: number): boolean {
    this.runEnd = end;
    if (this.runCount === 0) return false;
    this.lastTime = this.runTimes[this.runCount - 1]!;
    this.lastClass = this.store.words[this.runSlots[this.runCount - 1]! * 8 + WORD]! & 15;
    return true;
  }

  /** Top becomes rung 0 or, if it is short, the run itself (then true, unless all of it was cancelled). */
  private openTop(): boolean {
    const { topHead, topCount, topMin, topMax } = this;
    this.emptyTop();
    this.topStart = topMax + 1;
    if (topCount > RUN_MAX) {
      this.divide(topHead, topCount, topMin, this.topStart);
      return false;
    }
    this.sortIntoRun(topHead);
    return this.closeRun(this.topStart);
  }

  private emptyTop(): void {
    this.topHead = NONE;
    this.topTail = NONE;
    this.topCount = 0;
    this.topMin = Infinity;
    this.topMax = 0;
  }

  /** Spreads a list over a new innermost rung covering [start, end), about 2 events a bucket (more when it is large). */
  private divide(head: number, count: number, start: number, end: number): void {
    const { store } = this;
    const { times, words, next } = store;
    const rung = this.openRung(start, end, count);
    let slot = head;
    while (slot !== NONE) {
      const at = slot * 8;
      const following = next[slot]!;
      if (words[at + WORD]! < 0) store.bury(slot);
      else rung.append(next, slot, times[slot * 4]!);
      slot = following;
    }
  }

  private openRung(start: number, end: number, count: number): Rung {
    const rung = (this.rungs[this.rungCount] ??= new Rung());
    this.rungCount++;
    rung.open(start, end, count);
    return rung;
  }

  /** Stable insertion sort by (time, class) of a short list. */
  private sortIntoRun(head: number): void {
    const { store, runTimes, runSlots } = this;
    const { times, words, next } = store;
    let count = 0;
    let slot = head;
    while (slot !== NONE) {
      const at = slot * 8;
      const following = next[slot]!;
      if (words[at + WORD]! < 0) store.bury(slot);
      else {
        const time = times[slot * 4]!;
        let hole = count++;
        while (hole > 0) {
          const before = runTimes[hole - 1]!;
          if (before < time || (before === time && !this.isLowerClass(slot, runSlots[hole - 1]!))) break;
          runTimes[hole] = before;
          runSlots[hole] = runSlots[hole - 1]!;
          hole--;
        }
        runTimes[hole] = time;
        runSlots[hole] = slot;
      }
      slot = following;
    }
    this.runCount = count;
  }

  /** A long list of one single time is in order but for the classes, which are seldom more than one. */
  private copyTiesIntoRun(head: number, count: number): void {
    const { store } = this;
    const { words, next } = store;
    while (this.runSlots.length < count) this.growRun();
    const { runSlots } = this;
    let filled = 0;
    for (let slot = head; slot !== NONE; slot = next[slot]!) runSlots[filled++] = slot;
    // A loop of its own: with all slots known, no record has to be waited for before the next is asked for.
    let classes = 0;
    for (let index = 0; index < filled; index++) classes |= 1 << (words[runSlots[index]! * 8 + WORD]! & 15);
    if ((classes & (classes - 1)) !== 0) this.orderTies(head, classes);
    this.runTimes.fill(store.times[head * 4]!, 0, filled);
    this.runCount = filled;
  }

  /** Writes the ties into the run anew, one pass for each class. */
  private orderTies(head: number, classes: number): void {
    const { words, next } = this.store;
    let filled = 0;
    for (let order = 0; classes >> order > 0; order++) {
      if ((classes & (1 << order)) === 0) continue;
      for (let slot = head; slot !== NONE; slot = next[slot]!) {
        if ((words[slot * 8 + WORD]! & 15) === order) this.runSlots[filled++] = slot;
      }
    }
  }
}

/**
 * Bugs to plant in the kernel, each with the name of the check in kernel.test.ts that must catch it. (The catalogue's
 * E numbers: engine, statistics, reporting.)
 */
import type { PlantedBug } from './load-mutant.ts';

export interface KernelBug extends PlantedBug {
  readonly caughtBy: string;
}

export const KERNEL_BUGS: readonly KernelBug[] = [
  {
    id: 'E1-ties-in-heap-order',
    file: 'sim/heap-queue.ts',
    text: 'order * CLASS_RANK + tie, slot',
    replacement: 'order * CLASS_RANK, slot',
    what: 'events of one instant come out of the reference heap in whatever order it holds them',
    caughtBy: 'order',
  },
  {
    id: 'E1b-inbox-without-insertion-number',
    file: 'sim/ladder-queue.ts',
    text: 'tieClass * CLASS_RANK + this.insertions++, slot',
    replacement: 'tieClass * CLASS_RANK, slot',
    what: 'latecomers of one instant lose their order',
    caughtBy: 'order',
  },
  {
    id: 'E1c-tie-of-run-and-inbox-lost',
    file: 'sim/ladder-queue.ts',
    text: 'time === inbox.times[0]! && !this.isLowerClass(inbox.slots[0]!, slot)',
    replacement: 'false',
    what: 'of two equal times the later insertion runs first',
    caughtBy: 'order',
  },
  {
    id: 'E1d-class-ignored',
    file: 'sim/ladder-queue.ts',
    text: 'before === time && !this.isLowerClass(slot, runSlots[hole - 1]!)',
    replacement: 'before === time',
    what: 'the class does not decide between equal times',
    caughtBy: 'order',
  },
  {
    id: 'E1e-run-reaches-too-far',
    file: 'sim/ladder-queue.ts',
    text: 'this.runEnd = end;',
    replacement: 'this.runEnd = end + 1;',
    what: 'a latecomer overtakes an event of its own instant that waits in the next bucket',
    caughtBy: 'order',
  },
  {
    id: 'E2-past-event-accepted',
    file: 'sim/simulation.ts',
    text: 'timeNs >= this.now && timeNs <= MAX_TIME_NS',
    replacement: 'timeNs <= MAX_TIME_NS',
    what: 'an event can be scheduled before now, and the clock runs backwards',
    caughtBy: 'the past is closed',
  },
  {
    id: 'E3-cancelled-event-fires',
    file: 'sim/simulation.ts',
    text: 'store.words[at + WORD]! |= CANCELLED;',
    replacement: '',
    what: 'cancel reports success, the event runs all the same',
    caughtBy: 'cancel',
  },
  {
    id: 'E3b-stale-handle-cancels',
    file: 'sim/event-store.ts',
    text: 'this.words[slot * 8 + GENERATION] !== generation || ',
    replacement: '',
    what: 'a handle of an event long past cancels the event that took its slot',
    caughtBy: 'cancel',
  },
  {
    id: 'E3c-purge-forgets-the-live',
    file: 'sim/ladder-queue.ts',
    text: 'if (!this.isBuried(slot)) this.push(slot);',
    replacement: 'this.isBuried(slot);',
    what: 'clearing tombstones drops pending events with them',
    caughtBy: 'nothing is lost',
  },
  {
    id: 'E9-lane-dropped',
    file: 'sim/trace.ts',
    text: 'let l3 = Math.imul(lanes[3]! ^ a, M3);',
    replacement: 'let l3 = Math.imul(lanes[3]!, M3);',
    what: 'the fingerprint does not see an argument of the event',
    caughtBy: 'fingerprint',
  },
  {
    id: 'E9b-high-time-dropped',
    file: 'sim/trace.ts',
    text: '+ l3 + hi)',
    replacement: '+ l3)',
    what: 'the fingerprint does not see times apart by 2^32 ns',
    caughtBy: 'fingerprint',
  },
  {
    id: 'E20-growth-loses-records',
    file: 'sim/event-store.ts',
    text: 'words.set(this.words);',
    replacement: 'words.set(this.words.subarray(0, 8 * 512));',
    what: 'events pending while the store grows vanish',
    caughtBy: 'nothing is lost',
  },
  {
    id: 'E20b-inbox-growth-loses-entries',
    file: 'sim/event-heap.ts',
    text: 'slots.set(this.slots);',
    replacement: '',
    what: 'latecomers vanish when the inbox outgrows its first capacity',
    caughtBy: 'nothing is lost',
  },
  {
    id: 'E21-gap-after-the-run',
    file: 'sim/ladder-queue.ts',
    text: 'this.topStart = this.runEnd;',
    replacement: '',
    what: 'when all that was left is cancelled, an event between the old run and the old top finds no container',
    caughtBy: 'nothing is lost',
  },
  {
    id: 'E4-one-shared-stream',
    file: 'sim/simulation.ts',
    text: 'return this.streams.stream(name);',
    replacement: "return (this as { shared?: RandomStream }).shared ??= this.streams.stream('shared');",
    what: 'all components draw from one stream, so adding one shifts the draws of the others',
    caughtBy: 'streams are independent',
  },
];

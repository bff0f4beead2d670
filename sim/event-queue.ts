/**
 * What a queue of pending events does. Order is (time, class, insertion number), total: the shape of the queue can
 * therefore never change a result, and `ladder-queue.ts` is fuzzed against the plain heap of `heap-queue.ts`.
 */
export interface EventQueue {
  /** Enters the filled record `slot`. The time is at or after that of the last event popped. */
  push(slot: number): void;
  /** Takes out the first event if its time is at most `limitNs`; NONE if there is none. Skips cancelled events. */
  pop(limitNs: number): number;
  /** Lets go of all cancelled records now. */
  purge(): void;
}

/**
 * Generator processes: the story of one customer, client or fault timetable from top to bottom. For workloads and
 * scenario scripts only; protocols are step machines (step-machine.ts), because a suspended generator cannot be copied.
 *
 *   function* customer(sim: Simulation, desk: Gate): Process {
 *     yield desk;                 // wait for a turn
 *     yield 5 * NS_PER_MS;        // hold it for this long
 *     desk.leave();
 *   }
 *
 * Every resumption is an event of its own, so processes obey the kernel's one rule of order: whoever was woken first
 * runs first. A grant therefore costs an event, even when nobody stands in line.
 */
import type { Simulation } from './simulation.ts';

/** What a process may yield: a delay in ns, or something to wait for. The value of `yield` is what the waker sent. */
export type Process = Generator<number | Waitable, void, unknown>;

export interface Waitable {
  /** Adds the process to those who wait; calls `waiter.wake` once, now or later. */
  enter(waiter: RunningProcess): void;
  /** The process was cancelled or interrupted before it went on: it gives back what it waited for or was just granted. */
  withdraw(waiter: RunningProcess): void;
}

/** Thrown into a process by `interrupt`; catch it around the `yield` that may be cut short. */
export class Interrupt extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(`process interrupted: ${reason}`);
    this.name = 'Interrupt';
    this.reason = reason;
  }
}

/** Starts the process as an event at the current instant. */
export function spawn(sim: Simulation, process: Process): RunningProcess {
  return new RunningProcess(sim, process);
}

export class RunningProcess {
  private readonly sim: Simulation;
  private readonly body: Process;
  private waitingFor: Waitable | undefined;
  /** Event that will resume the process, if one is scheduled. */
  private resumption: number;
  private finished = false;

  constructor(sim: Simulation, body: Process) {
    this.sim = sim;
    this.body = body;
    this.resumption = sim.after(0, () => this.advance(() => body.next()));
  }

  get isDone(): boolean {
    return this.finished;
  }

  /** Called by what the process waits for: it goes on at this instant, after everything already due now. */
  wake(value?: unknown): void {
    this.resumption = this.sim.after(0, () => this.advance(() => this.body.next(value)));
  }

  /** Ends the process where it waits; its `finally` blocks run now. */
  cancel(): void {
    if (this.finished) return;
    this.abandonWait();
    this.finished = true;
    this.body.return();
  }

  /** Throws an Interrupt at the `yield` where the process waits, as an event at this instant. */
  interrupt(reason: string): void {
    if (this.finished) return;
    this.abandonWait();
    this.resumption = this.sim.after(0, () => this.advance(() => this.body.throw(new Interrupt(reason))));
  }

  private abandonWait(): void {
    this.waitingFor?.withdraw(this);
    this.waitingFor = undefined;
    this.sim.cancel(this.resumption);
  }

  private advance(resume: () => IteratorResult<number | Waitable, void>): void {
    this.waitingFor = undefined;
    const { done, value } = resume();
    if (done === true) this.finished = true;
    else if (typeof value === 'number') this.resumption = this.sim.after(value, () => this.advance(() => this.body.next()));
    else {
      this.waitingFor = value;
      value.enter(this);
    }
  }
}

/** A desk with `places` places, served first come, first served. `yield gate` takes a place, `gate.leave()` frees it. */
export class Gate implements Waitable {
  private readonly waiting: RunningProcess[] = [];
  private free: number;

  constructor(places = 1) {
    this.free = places;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  enter(waiter: RunningProcess): void {
    if (this.free === 0) this.waiting.push(waiter);
    else {
      this.free--;
      waiter.wake();
    }
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next.wake();
  }

  withdraw(waiter: RunningProcess): void {
    const index = this.waiting.indexOf(waiter);
    if (index >= 0) this.waiting.splice(index, 1);
    else this.leave();
  }
}

/** Something that happens, perhaps repeatedly: `notify` wakes all who wait at that moment, in the order they came. */
export class Condition implements Waitable {
  private waiting: RunningProcess[] = [];

  enter(waiter: RunningProcess): void {
    this.waiting.push(waiter);
  }

  notify(value?: unknown): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const waiter of woken) waiter.wake(value);
  }

  withdraw(waiter: RunningProcess): void {
    this.waiting = this.waiting.filter((other) => other !== waiter);
  }
}

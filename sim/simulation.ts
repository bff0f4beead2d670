/**
 * The simulation: virtual time, pending events, named streams, and the fingerprint of what happened.
 *
 * The rule of order, total and independent of the queue's shape: events run by (time, class, insertion number). The
 * class is 0 unless a model must say what comes first at one instant. README.md in this folder has the whole contract.
 *
 * An event in the hot path is five small integers, no object: the code of a registered handler and what to hand it.
 * `after` takes a closure instead, for workloads, examples and tests.
 */
import type { EventQueue } from './event-queue.ts';
import { A, B, CANCELLED, EventStore, NONE, TARGET, WORD } from './event-store.ts';
import { HeapQueue } from './heap-queue.ts';
import { SimulationError } from './invariant.ts';
import { LadderQueue } from './ladder-queue.ts';
import type { Observer } from './ports.ts';
import { type GeneratorName, type RandomStream, Streams } from './random.ts';
import { formatNs, isTimeNs, MAX_TIME_NS } from './time.ts';
import { BLOCK_EVENTS, createLanes, digest, type Lanes, mix, mixNumber, type TraceLine } from './trace.ts';

export interface SimulationOptions {
  readonly seed: string;
  readonly replication?: number;
  /** Name for error messages. */
  readonly scenario?: string;
  readonly generator?: GeneratorName;
  /** `heap` is the slow reference; results are the same by construction and by test. */
  readonly queue?: 'ladder' | 'heap';
  /** Seed of the tie-shuffle mode: events of equal time and class run in a random, repeatable order. */
  readonly tieShuffle?: string;
  /** Command that repeats this run, for error messages. */
  readonly replay?: string;
  readonly observer?: Observer;
  /** Keep a full trace of this block of 65 536 events (0 is the first). */
  readonly traceBlock?: number;
  /** Events at one instant after which the run counts as stuck in a loop of zero delays; default 10 million. */
  readonly maxEventsPerInstant?: number;
}

/** What an event does. The arguments are the 32-bit integers it was scheduled with; their meaning is the model's. */
export type Handler = (target: number, a: number, b: number) => void;

export interface RunLimit {
  /** Run every event up to and including this instant, and leave the clock there. */
  readonly untilNs?: number;
  readonly maxEvents?: number;
}

/** Code of events made by `after`. */
const CLOSURE = 0;
const MAX_ORDER = 15;
const MAX_HANDLERS = 0x400_0000;
/** Purging costs a walk over everything pending, so small heaps of tombstones are left to be met in passing. */
const PURGE_MIN = 1024;

export class Simulation {
  /** Current instant, integer ns. */
  now = 0;
  /** Events started so far. */
  eventCount = 0;
  observer: Observer | undefined;
  readonly options: SimulationOptions;

  private readonly store = new EventStore((text) => this.fail(text));
  private readonly queue: EventQueue;
  private readonly streams: Streams;
  private readonly names: string[] = ['closure'];
  private readonly handlers: Handler[];
  /** Closures waiting, by the number in their event's `a`; freed numbers are reused. */
  private readonly actions: (() => void)[] = [];
  private readonly freeActions: number[] = [];
  private actionCount = 0;
  private readonly endChecks: (() => void)[] = [];

  private readonly lanes: Lanes = createLanes();
  private readonly notes: Lanes = createLanes();
  private readonly digests: string[] = [];
  private readonly traced: TraceLine[] = [];
  private readonly traceFrom: number;
  private readonly maxEventsPerInstant: number;
  private eventsAtInstant = 0;
  private stopped = false;

  constructor(options: SimulationOptions) {
    this.options = options;
    this.observer = options.observer;
    this.streams = new Streams(options.seed, options.replication ?? 0, options.generator);
    this.queue = createQueue(this.store, options);
    this.handlers = [(_target, a) => this.takeAction(a)()];
    this.traceFrom = options.traceBlock === undefined ? Infinity : options.traceBlock * BLOCK_EVENTS;
    this.maxEventsPerInstant = options.maxEventsPerInstant ?? 10_000_000;
  }

  /** A check to be made by `finish`: does what was counted add up? */
  atEnd(check: () => void): void {
    this.endChecks.push(check);
  }

  /** The run is over: makes the checks of `atEnd`. */
  finish(): void {
    for (const check of this.endChecks) check();
  }

  /** Shows the pending events of a handler, in no order: for checkers that want to know what a run leaves behind. */
  eachPending(code: number, see: (timeNs: number, target: number, a: number, b: number) => void): void {
    this.store.eachPending(code, see);
  }

  /** Events scheduled and neither run nor cancelled. */
  get pendingCount(): number {
    return this.store.used - this.store.cancelled;
  }

  /** Event records in use: pending events and those cancelled ones that the queue has not yet let go of. */
  get recordCount(): number {
    return this.store.used;
  }

  /** Registers a handler and returns its event code; codes count up in the order of registration. */
  register(name: string, handler: Handler): number {
    if (this.handlers.length >= MAX_HANDLERS) this.fail(`register: more than ${MAX_HANDLERS} handlers`);
    this.names.push(name);
    return this.handlers.push(handler) - 1;
  }

  /**
   * Schedules handler `code` after `delayNs`; target, a and b must be 32-bit integers. `order` is the class: 0..15, lower
   * first among events of one instant. Returns a handle for `cancel`.
   */
  schedule(delayNs: number, code: number, target = 0, a = 0, b = 0, order = 0): number {
    const timeNs = this.now + delayNs;
    if (!(delayNs >= 0 && timeNs <= MAX_TIME_NS) || Math.floor(timeNs) !== timeNs) this.refuseTime('schedule: delay', delayNs);
    return this.enter(timeNs, code, target, a, b, order);
  }

  /** As `schedule`, at an absolute instant that is not before `now`. */
  scheduleAt(timeNs: number, code: number, target = 0, a = 0, b = 0, order = 0): number {
    if (!(timeNs >= this.now && timeNs <= MAX_TIME_NS) || Math.floor(timeNs) !== timeNs) this.refuseTime('scheduleAt: time', timeNs);
    return this.enter(timeNs, code, target, a, b, order);
  }

  /** Runs a closure after `delayNs`. Convenient, and several times the cost of `schedule`. */
  after(delayNs: number, action: () => void, order = 0): number {
    if (!isTimeNs(this.now + delayNs) || !(delayNs >= 0)) this.refuseTime('after: delay', delayNs);
    const number = this.freeActions.pop() ?? this.actions.length;
    this.actions[number] = action;
    return this.schedule(delayNs, CLOSURE, 0, number, this.actionCount++ | 0, order);
  }

  /** Withdraws a pending event in constant time; false if it has run or was cancelled before. */
  cancel(handle: number): boolean {
    const { store } = this;
    const slot = store.find(handle);
    if (slot === NONE) return false;
    const at = slot * 8;
    if (store.words[at + WORD]! >> 4 === CLOSURE) this.takeAction(store.words[at + A]!);
    store.words[at + WORD]! |= CANCELLED;
    // Tombstones far in the future would otherwise pile up behind timers that are always re-armed.
    if (++store.cancelled > PURGE_MIN && store.cancelled * 2 > store.used) this.queue.purge();
    return true;
  }

  /** Runs one event; false if none is pending. */
  step(): boolean {
    return this.run({ maxEvents: 1 }) === 1;
  }

  /** Runs events in order until none is left, a limit is met, or a handler calls `stop`. Returns how many ran. */
  run(limit: RunLimit = {}): number {
    const untilNs = limit.untilNs ?? MAX_TIME_NS;
    if (!(untilNs >= this.now) || !isTimeNs(untilNs)) this.refuseTime('run: untilNs', untilNs);
    const firstEvent = this.eventCount;
    const lastEvent = firstEvent + (limit.maxEvents ?? Infinity);
    this.stopped = false;
    const { queue, store, handlers, lanes, traceFrom } = this;
    while (this.eventCount < lastEvent && !this.stopped) {
      const slot = queue.pop(untilNs);
      if (slot === NONE) {
        if (limit.untilNs !== undefined) this.now = untilNs;
        break;
      }
      const { words } = store;
      const at = slot * 8;
      const timeNs = store.times[slot * 4]!;
      const word = words[at + WORD]!;
      const target = words[at + TARGET]!;
      const a = words[at + A]!;
      const b = words[at + B]!;
      store.release(slot);
      if (timeNs !== this.now) {
        this.now = timeNs;
        this.eventsAtInstant = 0;
      } else if (++this.eventsAtInstant > this.maxEventsPerInstant) this.failStuck();
      if (this.eventCount % BLOCK_EVENTS === 0 && this.eventCount > 0) this.digests.push(this.fingerprint());
      mix(lanes, timeNs, word, target, a, b);
      if (this.eventCount >= traceFrom) this.traceEvent(timeNs, word, target, a, b);
      this.eventCount++;
      handlers[word >> 4]!(target, a, b);
    }
    return this.eventCount - firstEvent;
  }

  /** Leaves `run` after the current event. */
  stop(): void {
    this.stopped = true;
  }

  /** Mixes a number (as its 64 bits) into the fingerprint: an outcome that is no event. */
  note(value: number): void {
    mixNumber(this.notes, value, this.eventCount);
  }

  /** The stream of this name in this run; one owner per name. */
  stream(name: string): RandomStream {
    return this.streams.stream(name);
  }

  /** 32 hex digits over every event and note so far. */
  fingerprint(): string {
    return digest(this.lanes, this.notes, this.eventCount);
  }

  /** The fingerprint at the end of each 65 536 events; the last block ends now. */
  blockDigests(): string[] {
    return [...this.digests, this.fingerprint()];
  }

  /** The full trace of the block named by the option `traceBlock`. */
  trace(): readonly TraceLine[] {
    return this.traced;
  }

  /** Stops the run with everything needed to repeat it. */
  fail(message: string, node?: number): never {
    const { scenario = 'unnamed', seed, replication = 0, replay = '' } = this.options;
    throw new SimulationError(message, { scenario, seed, replication, timeNs: this.now, eventNumber: this.eventCount, node, replay });
  }

  private enter(timeNs: number, code: number, target: number, a: number, b: number, order: number): number {
    if (!(code >= 0 && code < this.handlers.length && order >= 0 && order <= MAX_ORDER) || ((code | 0) !== code || (order | 0) !== order)) this.refuseCode(code, order);
    if ((target | 0) !== target || (a | 0) !== a || (b | 0) !== b) this.refusePayload(code, target, a, b);
    const { store } = this;
    const slot = store.allocate();
    const { words } = store;
    const at = slot * 8;
    store.times[slot * 4] = timeNs;
    words[at + WORD] = (code << 4) | order;
    words[at + TARGET] = target;
    words[at + A] = a;
    words[at + B] = b;
    this.queue.push(slot);
    return store.handle(slot);
  }

  private takeAction(number: number): () => void {
    const action = this.actions[number]!;
    this.actions[number] = spent;
    this.freeActions.push(number);
    return action;
  }

  private traceEvent(timeNs: number, word: number, target: number, a: number, b: number): void {
    if (this.eventCount >= this.traceFrom + BLOCK_EVENTS) return;
    this.traced.push({ event: this.eventCount, timeNs, name: this.names[word >> 4]!, target, a, b, order: word & 15 });
  }

  private refuseTime(what: string, valueNs: number): never {
    this.fail(`${what} ${formatNs(valueNs)} at t=${formatNs(this.now)}; required: an integer instant from now to ${MAX_TIME_NS} ns`);
  }

  private refuseCode(code: number, order: number): never {
    this.fail(`schedule: code ${code} class ${order}; required: a registered code (0..${this.handlers.length - 1}) and a class 0..${MAX_ORDER}`);
  }

  private refusePayload(code: number, target: number, a: number, b: number): never {
    this.fail(`schedule: ${this.names[code]} with target ${target}, a ${a}, b ${b}; required: 32-bit integers (put larger things in a table of the model)`);
  }

  private failStuck(): never {
    this.fail(`run: more than ${this.maxEventsPerInstant} events at one instant; required: a delay above 0 somewhere in the loop`);
  }
}

/** Stands where a closure was, so that the closure and what it holds can be collected. */
function spent(): void {}

function createQueue(store: EventStore, options: SimulationOptions): EventQueue {
  if (options.tieShuffle !== undefined) return new HeapQueue(store, new Streams(options.tieShuffle).stream('tie-shuffle').uint32());
  return options.queue === 'heap' ? new HeapQueue(store) : new LadderQueue(store);
}

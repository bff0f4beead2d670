/**
 * Multi-level feedback queue: guesses from the past who is short. Rules of Arpaci-Dusseau, Operating Systems: Three Easy Pieces,
 * chapter 8: the highest level first (1), turns inside a level (2), a new task starts at the top (3), a task that has used up its
 * allotment at a level goes down one, however often it gave up the core (4), and every so often all go back to the top (5).
 * These levels are this policy's own and have nothing to do with the queue levels of the regulated scheduler. Times in integer ns.
 */
import { type EnqueueCause, NEW, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import type { Column, TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

export interface MlfqOptions {
  /** Turn at each level, top first; as many levels. Default 10, 20, 40 ms: choice, the chapter's figure 8.5. */
  readonly quantaNs?: readonly number[];
  /** Turns that make up the allotment of a level. Default 1: choice. */
  readonly turns?: number;
  /** All go to the top whenever this time has passed. Default 1 s, the chapter's value for Solaris. */
  readonly boostNs?: number;
}

const DEFAULT_QUANTA_NS = [10_000_000, 20_000_000, 40_000_000];
const DEFAULT_BOOST_NS = 1_000_000_000;

export class Mlfq implements Policy {
  readonly needsCharge = false;
  private readonly tasks: TaskTable;
  private readonly quantaNs: readonly number[];
  private readonly turns: number;
  private readonly boostNs: number;
  /** Waiting tasks by level, then by ticket. */
  private readonly line: TaskHeap;
  private readonly rank: Column;
  /** Service at this level, and that of it in the current turn. */
  private readonly usedNs: Column;
  private readonly turnNs: Column;
  private readonly ticket: Column;
  /** Boosts a task has taken part in; behind the count of all: it starts over at the top. */
  private readonly boostOf: Column;
  private boosts = 0;
  private tickets = 0;

  constructor(tasks: TaskTable, options: MlfqOptions = {}) {
    this.tasks = tasks;
    this.quantaNs = options.quantaNs ?? DEFAULT_QUANTA_NS;
    this.turns = options.turns ?? 1;
    this.boostNs = options.boostNs ?? DEFAULT_BOOST_NS;
    this.line = new TaskHeap(tasks);
    this.rank = tasks.column();
    this.usedNs = tasks.column();
    this.turnNs = tasks.column();
    this.ticket = tasks.column();
    this.boostOf = tasks.column();
  }

  get waiting(): number {
    return this.line.size;
  }

  /** Level of a task, 0 the top; for tests and figures. */
  rankOf(task: number): number {
    return this.rank.values[task]!;
  }

  enqueue(task: number, cause: EnqueueCause, nowNs: number): void {
    this.boost(nowNs);
    if (cause === NEW) this.toTop(task);
    this.turnNs.values[task] = 0;
    this.toEnd(task);
    this.insert(task);
  }

  pick(_core: number, nowNs: number): number {
    this.boost(nowNs);
    return this.line.pop();
  }

  charge(task: number, ranNs: number, _nowNs: number): void {
    this.tasks.serve(task, ranNs);
    this.usedNs.values[task]! += ranNs;
    this.turnNs.values[task]! += ranNs;
    const rank = this.rank.values[task]!;
    const quantumNs = this.quantaNs[rank]!;
    if (this.usedNs.values[task]! >= quantumNs * this.turns && rank < this.quantaNs.length - 1) {
      this.rank.values[task] = rank + 1;
      this.usedNs.values[task] = 0;
    } else if (this.turnNs.values[task]! < quantumNs) return;
    this.turnNs.values[task] = 0;
    this.toEnd(task);
  }

  put(task: number, cause: PutCause, nowNs: number, _core: number): void {
    this.boost(nowNs);
    if (cause === PREEMPTED) this.insert(task);
  }

  preempts(newcomer: number, running: number, nowNs: number): boolean {
    this.boost(nowNs);
    this.catchUp(running);
    return this.rank.values[newcomer]! < this.rank.values[running]!;
  }

  before(a: number, b: number): boolean {
    const difference = this.rank.values[a]! - this.rank.values[b]!;
    return difference === 0 ? this.ticket.values[a]! < this.ticket.values[b]! : difference < 0;
  }

  /** To the end of its turn or allotment, or to the next boost. */
  quantumNs(running: number, nowNs: number): number {
    const quantumNs = this.quantaNs[this.rank.values[running]!]!;
    const turnNs = quantumNs - this.turnNs.values[running]!;
    const isLast = this.rank.values[running] === this.quantaNs.length - 1;
    const allotmentNs = isLast ? Infinity : quantumNs * this.turns - this.usedNs.values[running]!;
    return Math.min(turnNs, allotmentNs, (this.boosts + 1) * this.boostNs - nowNs);
  }

  burstNs(running: number): number {
    return this.tasks.remainingNs[running]!;
  }

  remove(task: number, _nowNs: number): void {
    this.line.remove(task);
  }

  stealable(_nowNs: number): number {
    return this.line.first;
  }

  private insert(task: number): void {
    this.catchUp(task);
    this.line.push(task, this.rank.values[task]!, this.ticket.values[task]!);
  }

  /** Has boost time passed? Then all that wait go to the top, in the order they stood; those that run or sleep follow when met. */
  private boost(nowNs: number): void {
    const due = Math.floor(nowNs / this.boostNs);
    if (due <= this.boosts) return;
    this.boosts = due;
    const order: number[] = [];
    for (let task = this.line.pop(); task >= 0; task = this.line.pop()) order.push(task);
    for (const task of order) this.insert(task);
  }

  private catchUp(task: number): void {
    if (this.boostOf.values[task] === this.boosts) return;
    this.toTop(task);
    this.toEnd(task);
  }

  private toTop(task: number): void {
    this.rank.values[task] = 0;
    this.usedNs.values[task] = 0;
    this.turnNs.values[task] = 0;
    this.boostOf.values[task] = this.boosts;
  }

  private toEnd(task: number): void {
    this.ticket.values[task] = this.tickets++;
  }
}

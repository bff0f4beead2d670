/**
 * The checkers' own books of one processor, kept from what probes are told and from nothing else: who waits where, who runs since when,
 * how much service each burst had. Integer ns. A call that contradicts the books (a task that runs twice) stops the run at once.
 */
import { BLOCKED, type EnqueueCause, NEW, type PutCause, PREEMPTED } from '../policy.ts';
import type { Simulation } from '../../simulation.ts';
import { type Column, NONE, type TaskTable } from '../tasks.ts';
import { formatNs } from '../../time.ts';
import type { SchedulerRules } from './rules.ts';

const ABSENT = 0;
const WAITING = 1;
const RUNNING = 2;
const ASLEEP = 3;
const STATES = ['absent', 'waiting', 'running', 'asleep'];

export class Account {
  readonly tasks: TaskTable;
  readonly coreCount: number;
  readonly levelCount: number;
  /** Per core: its task, the start of its service that is not yet booked, the booked service since its dispatch, and totals. */
  readonly running: Int32Array;
  readonly openFromNs: Float64Array;
  readonly sliceNs: Float64Array;
  readonly serviceNs: Float64Array;
  readonly overheadNs: Float64Array;
  /** Tasks in the system that are awake. */
  ready = 0;
  waiting = 0;
  busyCores = 0;
  /** Sums over all tasks: demand of all bursts that became ready, service given to them. */
  demandNs = 0;
  givenNs = 0;

  /** Per task: demand of its burst and what the burst had of it, all service, ready since, number of its becoming ready. */
  readonly burstNs: Column;
  /** What the policy was told of the burst's length. */
  readonly estimateNs: Column;
  readonly burstServedNs: Column;
  readonly servedNs: Column;
  readonly readyNs: Column;
  readonly turn: Column;
  /** Has the level changed since it became ready? */
  readonly moved: Column;

  private readonly sim: Simulation;
  private readonly isShared: boolean;
  private readonly hasLevels: boolean;
  private readonly state: Column;
  private readonly level: Column;
  private readonly queue: Column;
  private readonly place: Column;
  /** Waiting tasks of each queue and level, in no order. */
  private readonly lists: number[][];
  private turns = 0;

  constructor(sim: Simulation, tasks: TaskTable, rules: SchedulerRules) {
    this.sim = sim;
    this.tasks = tasks;
    this.coreCount = rules.cores ?? 1;
    this.isShared = (rules.queues ?? 'shared') === 'shared';
    this.hasLevels = rules.regulated !== undefined;
    this.levelCount = rules.inner.length;
    this.running = new Int32Array(this.coreCount).fill(NONE);
    this.openFromNs = new Float64Array(this.coreCount);
    this.sliceNs = new Float64Array(this.coreCount);
    this.serviceNs = new Float64Array(this.coreCount);
    this.overheadNs = new Float64Array(this.coreCount);
    this.burstNs = tasks.column();
    this.estimateNs = tasks.column();
    this.burstServedNs = tasks.column();
    this.servedNs = tasks.column();
    this.readyNs = tasks.column();
    this.turn = tasks.column();
    this.moved = tasks.column();
    this.state = tasks.column();
    this.level = tasks.column();
    this.queue = tasks.column();
    this.place = tasks.column();
    this.lists = Array.from({ length: (this.isShared ? 1 : this.coreCount) * (this.levelCount + 1) }, () => []);
  }

  fail(checker: string, text: string): never {
    this.sim.fail(`checker ${checker}: ${text}, at ${formatNs(this.sim.now)}`);
  }

  /** No event is left in the simulation. */
  get isDrained(): boolean {
    return this.sim.pendingCount === 0;
  }

  /** Name of a task in messages. */
  nameOf(task: number): string {
    return `task ${this.tasks.serial[task]!} (level ${this.levelOf(task)})`;
  }

  /** Queue level at which the task competes; 1 where there are no levels. */
  levelOf(task: number): number {
    return this.level.values[task]!;
  }

  /** Queue in which the task waits or from which it runs: the core's number, 0 where all share one. */
  queueOf(task: number): number {
    return this.queue.values[task]!;
  }

  /** Queue that a core serves. */
  queueOfCore(core: number): number {
    return this.isShared ? 0 : core;
  }

  /** Tasks that wait in this queue at this level, in no order. */
  listOf(queue: number, level: number): readonly number[] {
    return this.lists[queue * (this.levelCount + 1) + level]!;
  }

  waitingIn(queue: number): number {
    let sum = 0;
    for (let level = 1; level <= this.levelCount; level++) sum += this.listOf(queue, level).length;
    return sum;
  }

  /** Lowest-numbered level of the queue at which a task waits; Infinity if none does. */
  topWaiting(queue: number): number {
    for (let level = 1; level <= this.levelCount; level++) if (this.listOf(queue, level).length > 0) return level;
    return Infinity;
  }

  /** Service that the burst of the task on `core` has had by `nowNs`. */
  burstServedBy(core: number, nowNs: number): number {
    return this.burstServedNs.values[this.running[core]!]! + Math.max(0, nowNs - this.openFromNs[core]!);
  }

  /** What a task that does not run lacks of its burst. */
  unservedNs(task: number): number {
    return this.burstNs.values[task]! - this.burstServedNs.values[task]!;
  }

  /** Work of all awake tasks that is not done at `nowNs`. */
  unfinishedNs(nowNs: number): number {
    let openNs = 0;
    for (let core = 0; core < this.coreCount; core++) if (this.running[core] !== NONE) openNs += Math.max(0, nowNs - this.openFromNs[core]!);
    return this.demandNs - this.givenNs - openNs;
  }

  onReady(task: number, cause: EnqueueCause, nowNs: number, core: number): void {
    const { tasks } = this;
    if (cause === NEW) {
      this.servedNs.values[task] = 0;
      this.state.values[task] = ABSENT;
    }
    this.expect(task, cause === NEW ? ABSENT : ASLEEP, 'becomes ready');
    this.level.values[task] = this.hasLevels ? tasks.level[task]! : 1;
    this.queue.values[task] = this.isShared ? 0 : core;
    this.burstNs.values[task] = tasks.sizeNs[task]!;
    this.estimateNs.values[task] = tasks.estimateNs[task]!;
    this.burstServedNs.values[task] = 0;
    this.readyNs.values[task] = nowNs;
    this.turn.values[task] = this.turns++;
    this.moved.values[task] = 0;
    this.demandNs += tasks.sizeNs[task]!;
    this.ready += 1;
    this.join(task);
  }

  onDispatch(core: number, task: number, overheadNs: number, nowNs: number): void {
    this.expect(task, WAITING, `is dispatched on core ${core}`);
    if (this.running[core] !== NONE) this.fail('state', `${this.nameOf(task)} is dispatched on core ${core}, which runs ${this.nameOf(this.running[core]!)}; required: an idle core`);
    this.leave(task);
    this.state.values[task] = RUNNING;
    this.running[core] = task;
    this.openFromNs[core] = nowNs + overheadNs;
    this.sliceNs[core] = 0;
    this.overheadNs[core]! += overheadNs;
    this.busyCores += 1;
  }

  onBurst(core: number, task: number, nowNs: number): void {
    this.book(core, nowNs);
    const [demandNs, servedNs] = [this.burstNs.values[task]!, this.burstServedNs.values[task]!];
    if (demandNs !== servedNs) this.fail('service', `a further burst of ${this.nameOf(task)} begins after ${servedNs} of ${demandNs} ns; required: the whole burst before it`);
    this.burstNs.values[task] = this.tasks.sizeNs[task]!;
    this.estimateNs.values[task] = this.tasks.estimateNs[task]!;
    this.burstServedNs.values[task] = 0;
    this.demandNs += this.tasks.sizeNs[task]!;
  }

  onStop(core: number, task: number, cause: PutCause, nowNs: number): void {
    if (this.running[core] !== task) this.fail('state', `core ${core} lets go of ${this.nameOf(task)}; required: the task that it runs`);
    // A cost that was cut short is spent only so far.
    if (this.openFromNs[core]! > nowNs) this.overheadNs[core]! -= this.openFromNs[core]! - nowNs;
    this.book(core, nowNs);
    this.running[core] = NONE;
    this.busyCores -= 1;
    if (cause === PREEMPTED) return this.join(task);
    this.ready -= 1;
    this.state.values[task] = cause === BLOCKED ? ASLEEP : ABSENT;
  }

  onWithdraw(task: number): void {
    this.expect(task, WAITING, 'is withdrawn');
    this.leave(task);
    this.state.values[task] = ABSENT;
    this.ready -= 1;
    this.demandNs -= this.unservedNs(task);
  }

  onMove(task: number, to: number): void {
    this.expect(task, WAITING, 'is moved');
    this.leave(task);
    this.queue.values[task] = to;
    this.turn.values[task] = this.turns++;
    this.readyNs.values[task] = this.sim.now;
    this.join(task);
  }

  onLevel(task: number): void {
    const isWaiting = this.state.values[task] === WAITING;
    if (isWaiting) this.leave(task);
    this.level.values[task] = this.hasLevels ? this.tasks.level[task]! : 1;
    this.moved.values[task] = 1;
    if (isWaiting) this.join(task);
  }

  /** Books the open service of the core's task up to now. */
  private book(core: number, nowNs: number): void {
    const ranNs = Math.max(0, nowNs - this.openFromNs[core]!);
    const task = this.running[core]!;
    this.openFromNs[core] = Math.max(nowNs, this.openFromNs[core]!);
    this.sliceNs[core]! += ranNs;
    this.serviceNs[core]! += ranNs;
    this.givenNs += ranNs;
    this.servedNs.values[task]! += ranNs;
    this.burstServedNs.values[task]! += ranNs;
  }

  private expect(task: number, state: number, what: string): void {
    const found = this.state.values[task]!;
    if (found !== state) this.fail('state', `${this.nameOf(task)} ${what} while ${STATES[found]}; required: ${STATES[state]}`);
  }

  private join(task: number): void {
    const list = this.lists[this.queueOf(task) * (this.levelCount + 1) + this.levelOf(task)]!;
    this.state.values[task] = WAITING;
    this.place.values[task] = list.length;
    list.push(task);
    this.waiting += 1;
  }

  private leave(task: number): void {
    const list = this.lists[this.queueOf(task) * (this.levelCount + 1) + this.levelOf(task)]!;
    const last = list.pop()!;
    const place = this.place.values[task]!;
    if (last !== task) {
      list[place] = last;
      this.place.values[last] = place;
    }
    this.waiting -= 1;
  }
}

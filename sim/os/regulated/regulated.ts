/**
 * The four-level regulated queue of the energy-blockchain operating system (Electric Power ICT 18(6), 2020, section 4): the regulatory
 * program serves its levels in order; when they are empty, the ordinary program gets the right to the rest. Each level has a policy
 * of its own inside. Any number of levels, 1 first. options.ts has what the paper leaves open, README.md how the options combine.
 *
 * A task is charged and put back where it was picked from, also if its level changes while it runs; the new level counts in every
 * comparison at once. In np no decision is made because of another level; where the policy inside a level decides anyway (a quantum,
 * SRT), the levels are looked at.
 */
import type { Simulation } from '../../simulation.ts';
import { type EnqueueCause, MOVED, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import { type Column, NONE, type TaskTable } from '../tasks.ts';
import { Aging } from './aging.ts';
import { Boost } from './boost.ts';
import { LevelShares } from './level-shares.ts';
import { type Between, checkOptions, isRegulated, type RegulatedOptions } from './options.ts';
import { Reservation } from './reservation.ts';

/** The two programs; a core begins with the regulatory one. Which serves follows from the queue level, not from the label. */
export const REGULATORY = 0;
export const ORDINARY = 1;

const RESERVE_ORDER = 1;

export class Regulated implements Policy {
  readonly needsCharge: boolean;
  /** Can a task's level change by itself? Then locks, which change it too, are refused. */
  readonly promotes: boolean;
  private readonly tasks: TaskTable;
  private readonly levels: readonly Policy[];
  private readonly between: Between;
  private readonly pollNs: number;
  private readonly handoverNs: number;
  private readonly isToken: boolean;
  /** Bit p says that program p may serve the level. */
  private readonly served: Uint8Array;
  /** Per core: program of the last task picked, of the last one started, and the task in service. */
  private readonly picking: Uint8Array;
  private readonly programOn: Uint8Array;
  private readonly running: Int32Array;
  /** Tasks in service, per program. */
  private readonly inService = new Int32Array(2);
  /** Level k whose queue holds the task; -k while it runs, taken from there; 0 while it is not ready. */
  private readonly home: Column;
  /** Service since the levels were last looked at: a further burst of the same task is no new interval. */
  private readonly turn: Column;
  /** Own level, before promotions. */
  private readonly own: Column;

  private readonly aging: Aging | undefined;
  private readonly boost: Boost | undefined;
  private readonly reservation: Reservation | undefined;
  private readonly shares: LevelShares | undefined;
  private readonly isBounded: boolean;
  private readonly sim: Simulation | undefined;
  private readonly reserveCode: number = 0;
  private reserveTimer = 0;
  /** A reserved task is in service before its turn in the order of levels. */
  private isForced = false;

  private kick: () => void = () => {};
  private releveled: (task: number, from: number) => void = () => {};

  /** `sim` is needed by the bounds that have timers: aging, boost, reservation. */
  constructor(tasks: TaskTable, levels: readonly Policy[], options: RegulatedOptions, sim?: Simulation) {
    checkOptions(levels.length, options);
    this.tasks = tasks;
    this.levels = levels;
    this.sim = sim;
    this.between = options.between;
    this.pollNs = options.pollNs ?? Infinity;
    this.handoverNs = options.handoverNs ?? 0;
    this.isToken = options.token ?? false;
    const cores = options.cores ?? 1;
    this.picking = new Uint8Array(cores).fill(REGULATORY);
    this.programOn = new Uint8Array(cores).fill(REGULATORY);
    this.running = new Int32Array(cores).fill(NONE);
    this.home = tasks.column();
    this.turn = tasks.column();
    this.own = tasks.column();
    this.served = new Uint8Array(levels.length + 1);
    for (const level of options.rpServes ?? [1, 2, 3]) this.served[level]! |= 1 << REGULATORY;
    for (const level of options.opServes ?? [4]) this.served[level]! |= 1 << ORDINARY;

    const { agingNs, boostNs, reservation, shares } = options;
    const timed = (): Simulation => {
      if (sim === undefined) throw new RangeError('regulated scheduler: aging, boost and reservation have timers; required: the simulation as fourth argument');
      return sim;
    };
    const raise = (task: number, level: number): void => this.setLevel(task, level, sim!.now);
    this.aging = agingNs === undefined ? undefined : new Aging(timed(), tasks, agingNs, raise);
    this.boost = boostNs === undefined ? undefined : new Boost(timed(), tasks, boostNs, raise);
    this.reservation = reservation === undefined ? undefined : new Reservation(reservation, levels.length);
    if (reservation !== undefined) this.reserveCode = timed().register('regulated/reservation', () => this.reserve());
    this.shares = shares === undefined ? undefined : new LevelShares(shares);
    this.promotes = agingNs !== undefined || boostNs !== undefined;
    this.isBounded = this.promotes || reservation !== undefined || shares !== undefined;
    // A level that comes in takes its place among the others' virtual times, which must be those of now.
    this.needsCharge = shares !== undefined || levels.some((level) => level.needsCharge);
  }

  get waiting(): number {
    let sum = 0;
    for (const level of this.levels) sum += level.waiting;
    return sum;
  }

  enqueue(task: number, cause: EnqueueCause, nowNs: number): void {
    const level = this.tasks.level[task]!;
    if (this.isBounded) {
      this.own.values[task] = level;
      this.enters(task, level, nowNs);
      this.aging?.waits(task);
    }
    this.home.values[task] = level;
    this.levels[level - 1]!.enqueue(task, cause, nowNs);
  }

  /** First task of the level whose turn it is, if the program that may serve it has the right to. */
  pick(core: number, nowNs: number): number {
    if (core >= this.programOn.length) throw new RangeError(`regulated scheduler: core ${core}, but it was made for ${this.programOn.length}; required: the option cores`);
    const first = this.isBounded ? this.firstByBounds(nowNs) : 0;
    for (let index = first; index >= 0 && index < this.levels.length; index++) {
      const level = this.levels[index]!;
      if (level.waiting === 0) continue;
      const program = this.programFor(core, index + 1);
      if (this.isToken && this.inService[1 - program]! > 0) {
        if (this.between === 'pr' && program === REGULATORY) this.kick();
        return NONE;
      }
      const task = level.pick(core, nowNs);
      if (task === NONE) continue;
      this.home.values[task] = -(index + 1);
      this.turn.values[task] = 0;
      this.running[core] = task;
      this.picking[core] = program;
      this.inService[program]! += 1;
      if (this.isBounded) this.starts(task, index + 1, nowNs);
      return task;
    }
    return NONE;
  }

  charge(task: number, ranNs: number, nowNs: number): void {
    const home = this.homeOf(task);
    this.turn.values[task]! += ranNs;
    this.shares?.charge(home, ranNs);
    this.reservation?.charge(home, ranNs, nowNs);
    this.levels[home - 1]!.charge(task, ranNs, nowNs);
  }

  put(task: number, cause: PutCause, nowNs: number, core: number): void {
    const home = this.homeOf(task);
    const level = this.tasks.level[task]!;
    this.inService[this.picking[core]!]! -= 1;
    this.running[core] = NONE;
    this.home.values[task] = cause === PREEMPTED ? level : 0;
    if (cause === PREEMPTED && level !== home) {
      // It does not sleep: a policy that remembers sleepers must not take it for one.
      this.levels[home - 1]!.put(task, PREEMPTED, nowNs, core);
      this.levels[home - 1]!.remove(task, nowNs);
      this.moveIn(task, level, home, nowNs);
    } else this.levels[home - 1]!.put(task, cause, nowNs, core);
    if (this.isBounded) this.stops(task, home, cause, nowNs);
  }

  preempts(newcomer: number, running: number, nowNs: number): boolean {
    const { level } = this.tasks;
    const difference = level[newcomer]! - level[running]!;
    if (difference === 0) return this.homeOf(running) === level[running] && this.levels[level[running]! - 1]!.preempts(newcomer, running, nowNs);
    if (this.between !== 'pr' || (this.isForced && this.homeOf(running) >= this.reservation!.fromLevel)) return false;
    return difference < 0 || this.shares !== undefined;
  }

  before(a: number, b: number): boolean {
    const { level } = this.tasks;
    const difference = level[a]! - level[b]!;
    if (difference !== 0) return difference < 0;
    const home = this.homeOf(a);
    return home === this.homeOf(b) ? this.levels[home - 1]!.before!(a, b) : this.tasks.isEarlier(a, b);
  }

  quantumNs(running: number, nowNs: number): number {
    const home = this.homeOf(running);
    let quantumNs = this.levels[home - 1]!.quantumNs(running, nowNs);
    const turnNs = this.turn.values[running]!;
    if (this.between === 'poll') quantumNs = Math.min(quantumNs, this.pollNs - turnNs);
    else if (this.shares !== undefined && this.between === 'pr' && this.shares.isContested(home)) quantumNs = Math.min(quantumNs, Math.max(0, this.shares.quantumNs - turnNs));
    if (this.isForced && this.between !== 'np' && home >= this.reservation!.fromLevel) quantumNs = Math.min(quantumNs, this.reservation!.leftNs);
    return quantumNs;
  }

  burstNs(running: number): number {
    return this.levels[this.homeOf(running) - 1]!.burstNs(running);
  }

  continues(running: number, nowNs: number): boolean {
    return this.levels[this.homeOf(running) - 1]!.continues?.(running, nowNs) ?? false;
  }

  takeEnded(after: number): number {
    const level = this.tasks.level[after]!;
    const task = this.levels[level - 1]!.takeEnded?.(after) ?? NONE;
    if (task !== NONE && this.isBounded) this.exits(task, level);
    return task;
  }

  /** For another core's queue, where a promotion does not count: the task waits there anew. */
  remove(task: number, nowNs: number): void {
    const home = this.homeOf(task);
    this.levels[home - 1]!.remove(task, nowNs);
    this.home.values[task] = 0;
    if (this.isBounded) this.exits(task, home);
    if (this.promotes) this.tasks.level[task] = this.own.values[task]!;
  }

  /** Of the highest level that has one. */
  stealable(nowNs: number): number {
    for (const level of this.levels) {
      const task = level.waiting > 0 ? level.stealable(nowNs) : NONE;
      if (task !== NONE) return task;
    }
    return NONE;
  }

  tick(running: number, nowNs: number): boolean {
    return this.levels[this.homeOf(running) - 1]!.tick?.(running, nowNs) ?? false;
  }

  /** The hand-over between the programs. */
  switchCostNs(core: number, _next: number): number {
    const program = this.picking[core]!;
    if (program === this.programOn[core]) return 0;
    this.programOn[core] = program;
    return this.handoverNs;
  }

  attach(kick: () => void, releveled: (task: number, from: number) => void): void {
    this.kick = kick;
    this.releveled = releveled;
    for (const level of this.levels) level.attach?.(kick, releveled);
  }

  waitingOn(level: number): number {
    return this.levels[level - 1]!.waiting;
  }

  /** Which program serves, or served last, on the core. */
  programOf(core: number): number {
    return this.picking[core]!;
  }

  /** Lets a task compete on another level, whether it waits, runs or sleeps. Its label stays. */
  setLevel(task: number, level: number, nowNs: number): void {
    const { tasks } = this;
    const from = tasks.level[task]!;
    if (from === level) return;
    const home = this.home.values[task]!;
    if (home > 0) {
      this.levels[home - 1]!.remove(task, nowNs);
      if (this.isBounded) this.exits(task, home);
    }
    tasks.level[task] = level;
    if (home > 0) {
      this.home.values[task] = level;
      this.moveIn(task, level, home, nowNs);
      if (this.isBounded) {
        this.enters(task, level, nowNs);
        this.aging?.waits(task);
      }
    } else if (home < 0 && level === 1) this.boost?.leaves(task);
    this.releveled(task, from);
    if (this.between === 'pr' && (home > 0 ? this.isAnyRunningBelow(level) : home < 0 && this.isAnyWaitingAbove(level))) this.kick();
  }

  /**
   * A task opens a file under regulation: from now on it counts as regulated (2 becomes 1, 4 becomes 3), and nothing leads back. True if
   * it was ordinary before. A running task stays with its program until it is next dispatched.
   */
  reclassify(task: number, nowNs: number): boolean {
    const { label, level } = this.tasks;
    if (isRegulated(label[task]!)) return false;
    label[task]! -= 1;
    this.own.values[task] = Math.min(this.own.values[task]!, label[task]!);
    this.setLevel(task, Math.min(level[task]!, label[task]!), nowNs);
    return true;
  }

  /** Only a level that was lent is taken back: then the task has its old place, as if it had been preempted there all the time. */
  private moveIn(task: number, level: number, from: number, nowNs: number): void {
    const queue = this.levels[level - 1]!;
    if (level > from && queue.rejoin !== undefined) queue.rejoin(task, nowNs);
    else queue.enqueue(task, MOVED, nowNs);
  }

  /** Level whose queue the ready task is in or was taken from. */
  private homeOf(task: number): number {
    return Math.abs(this.home.values[task]!);
  }

  /** Who serves this level on this core: the program that is there if it may, else the one that may. */
  private programFor(core: number, level: number): number {
    const current = this.programOn[core]!;
    return (this.served[level]! >> current) & 1 ? current : 1 - current;
  }

  private isAnyRunningBelow(level: number): boolean {
    for (const task of this.running) if (task !== NONE && this.tasks.level[task]! > level) return true;
    return false;
  }

  private isAnyWaitingAbove(level: number): boolean {
    for (let index = 0; index < level - 1; index++) if (this.levels[index]!.waiting > 0) return true;
    return false;
  }

  /** Index of the level to look at first; -1 if nobody waits. */
  private firstByBounds(nowNs: number): number {
    if (this.shares !== undefined) return this.shares.next(this.levels);
    const { reservation } = this;
    this.isForced = reservation !== undefined && !reservation.isServing && reservation.isDue(nowNs) && this.hasReservedWaiting();
    return this.isForced ? reservation!.fromLevel - 1 : 0;
  }

  private hasReservedWaiting(): boolean {
    for (let index = this.reservation!.fromLevel - 1; index < this.levels.length; index++) if (this.levels[index]!.waiting > 0) return true;
    return false;
  }

  private enters(task: number, level: number, nowNs: number): void {
    this.shares?.enters(level);
    this.boost?.enters(task);
    this.reservation?.enters(level, nowNs);
    this.armReserve(nowNs);
  }

  private exits(task: number, home: number): void {
    this.shares?.leaves(home);
    this.aging?.leaves(task);
    this.boost?.leaves(task);
    this.reservation?.leaves(home);
  }

  private starts(task: number, home: number, nowNs: number): void {
    this.aging?.leaves(task);
    this.reservation?.starts(home);
    this.armReserve(nowNs);
  }

  private stops(task: number, home: number, cause: PutCause, nowNs: number): void {
    const { tasks } = this;
    this.reservation?.stops(home);
    if (cause !== PREEMPTED) {
      this.exits(task, home);
      // A promotion is for the burst that it was waiting to do.
      if (this.promotes) tasks.level[task] = this.own.values[task]!;
    } else {
      this.aging?.waits(task);
      const level = tasks.level[task]!;
      if (level === home) return;
      this.shares?.leaves(home);
      this.shares?.enters(level);
      this.reservation?.leaves(home);
      this.reservation?.enters(level, nowNs);
    }
  }

  /** Only pr takes the core for the reserved levels at the very instant; the others find out when they decide. */
  private armReserve(nowNs: number): void {
    if (this.reservation === undefined || this.between !== 'pr') return;
    const sim = this.sim!;
    if (this.reserveTimer !== 0) sim.cancel(this.reserveTimer);
    this.reserveTimer = 0;
    const dueNs = this.reservation.isServing ? Infinity : this.reservation.dueNs(nowNs);
    if (dueNs !== Infinity) this.reserveTimer = sim.scheduleAt(Math.max(nowNs, dueNs), this.reserveCode, 0, 0, 0, RESERVE_ORDER);
  }

  private reserve(): void {
    this.reserveTimer = 0;
    this.kick();
  }
}

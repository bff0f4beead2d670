/**
 * The four-level regulated queue of the energy-blockchain operating system (Electric Power ICT 18(6), 2020, section 4): the regulatory
 * program serves its levels in order; when they are empty, the ordinary program gets the right to the rest. Each level has a policy
 * of its own inside. Any number of levels, 1 first. options.ts has what the paper leaves open.
 */
import { type EnqueueCause, type Policy, type PutCause } from '../policy.ts';
import { NONE, type TaskTable } from '../tasks.ts';
import { type Between, type RegulatedOptions } from './options.ts';

/** The two programs; a core begins with the regulatory one. */
export const REGULATORY = 0;
export const ORDINARY = 1;

export class Regulated implements Policy {
  readonly needsCharge: boolean;
  private readonly tasks: TaskTable;
  private readonly levels: readonly Policy[];
  private readonly between: Between;
  private readonly pollNs: number;
  private readonly handoverNs: number;
  private readonly isToken: boolean;
  /** Bit p says that program p may serve the level. */
  private readonly served: Uint8Array;
  private readonly programOn: Uint8Array;
  /** Tasks in service, per program. */
  private readonly inService = new Int32Array(2);
  private kick: () => void = () => {};

  constructor(tasks: TaskTable, levels: readonly Policy[], options: RegulatedOptions) {
    this.tasks = tasks;
    this.levels = levels;
    this.between = options.between;
    this.pollNs = options.pollNs ?? Infinity;
    this.handoverNs = options.handoverNs ?? 0;
    this.isToken = options.token ?? false;
    this.needsCharge = levels.some((level) => level.needsCharge);
    this.programOn = new Uint8Array(options.cores ?? 1).fill(REGULATORY);
    this.served = new Uint8Array(levels.length + 1);
    for (const level of options.rpServes ?? [1, 2, 3]) this.served[level]! |= 1 << REGULATORY;
    for (const level of options.opServes ?? [4]) this.served[level]! |= 1 << ORDINARY;
    const orphan = levels.findIndex((_, index) => this.served[index + 1] === 0);
    if (orphan >= 0) throw new RangeError(`regulated scheduler: level ${orphan + 1} is served by no program; required: each level in rpServes or opServes`);
  }

  get waiting(): number {
    let sum = 0;
    for (const level of this.levels) sum += level.waiting;
    return sum;
  }

  enqueue(task: number, cause: EnqueueCause, nowNs: number): void {
    this.levelOf(task).enqueue(task, cause, nowNs);
  }

  /** First task of the lowest-numbered level that has one, if the program that may serve it has the right to. */
  pick(core: number, nowNs: number): number {
    for (let index = 0; index < this.levels.length; index++) {
      const level = this.levels[index]!;
      if (level.waiting === 0) continue;
      const program = this.programFor(core, index + 1);
      if (this.isToken && this.inService[1 - program]! > 0) {
        if (this.between === 'pr' && program === REGULATORY) this.kick();
        return NONE;
      }
      const task = level.pick(core, nowNs);
      this.inService[program]! += 1;
      return task;
    }
    return NONE;
  }

  charge(task: number, ranNs: number, nowNs: number): void {
    this.levelOf(task).charge(task, ranNs, nowNs);
  }

  put(task: number, cause: PutCause, nowNs: number, core: number): void {
    this.inService[this.programOn[core]!]! -= 1;
    this.levelOf(task).put(task, cause, nowNs, core);
  }

  preempts(newcomer: number, running: number, nowNs: number): boolean {
    const difference = this.tasks.level[newcomer]! - this.tasks.level[running]!;
    if (difference === 0) return this.levelOf(newcomer).preempts(newcomer, running, nowNs);
    return difference < 0 && this.between === 'pr';
  }

  before(a: number, b: number): boolean {
    const difference = this.tasks.level[a]! - this.tasks.level[b]!;
    return difference === 0 ? this.levelOf(a).before!(a, b) : difference < 0;
  }

  quantumNs(running: number, nowNs: number): number {
    const innerNs = this.levelOf(running).quantumNs(running, nowNs);
    return this.between === 'poll' ? Math.min(this.pollNs, innerNs) : innerNs;
  }

  burstNs(running: number): number {
    return this.levelOf(running).burstNs(running);
  }

  takeEnded(after: number): number {
    return this.levelOf(after).takeEnded?.(after) ?? NONE;
  }

  remove(task: number, nowNs: number): void {
    this.levelOf(task).remove(task, nowNs);
  }

  stealable(nowNs: number): number {
    for (const level of this.levels) if (level.waiting > 0) return level.stealable(nowNs);
    return NONE;
  }

  tick(running: number, nowNs: number): boolean {
    return this.levelOf(running).tick?.(running, nowNs) ?? false;
  }

  /** The hand-over between the programs. */
  switchCostNs(core: number, next: number): number {
    const program = this.programFor(core, this.tasks.level[next]!);
    if (program === this.programOn[core]) return 0;
    this.programOn[core] = program;
    return this.handoverNs;
  }

  attach(kick: () => void, releveled: (task: number, from: number) => void): void {
    this.kick = kick;
    for (const level of this.levels) level.attach?.(kick, releveled);
  }

  private levelOf(task: number): Policy {
    return this.levels[this.tasks.level[task]! - 1]!;
  }

  /** Who serves this level on this core: the program that is there if it may, else the one that may. */
  private programFor(core: number, level: number): number {
    const current = this.programOn[core]!;
    return (this.served[level]! >> current) & 1 ? current : 1 - current;
  }
}

/**
 * The scheduling classes of one Linux CPU: real-time before fair, and what keeps real-time from starving the rest. That is throttling
 * in 6.1 (rt-throttle.ts) and the fair server in 6.12 (fair-server.ts), two ways of giving away 5 % of a CPU.
 *
 * The task column `priority` says the class: 1 to 99 real-time, 0 normal, and the negative kinds of load-weight.ts. Several CPUs: one object each, made as siblings. Left out: the deadline class and stop tasks, and
 * pushing and pulling of real-time tasks between CPUs beyond what the processor's placement does.
 */
import type { Simulation } from '../../simulation.ts';
import { Cfs } from '../policies/cfs.ts';
import { Eevdf } from '../policies/eevdf.ts';
import { Fifo } from '../policies/fifo.ts';
import { type EnqueueCause, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import { NONE, type TaskTable } from '../tasks.ts';
import { FairServer } from './fair-server.ts';
import { NICE_WEIGHTS } from './load-weight.ts';
import { RtThrottle } from './rt-throttle.ts';

export const LINUX_POLICIES = ['cfs-6.1', 'eevdf-6.12'] as const;
export type LinuxPolicy = (typeof LINUX_POLICIES)[number];

export interface LinuxOptions {
  readonly policy: LinuxPolicy;
  readonly cpus: number;
  readonly tickNs: number;
  /** Are real-time tasks kept from using more than 95 %? Default true. */
  readonly guard?: boolean;
  readonly nice0Weight?: number;
  /** Real-time tasks that take turns of 100 ms with their equals (SCHED_RR). Default: none, all are SCHED_FIFO. */
  readonly isRoundRobin?: (task: number) => boolean;
}

export class LinuxClasses implements Policy {
  readonly needsCharge = true;
  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private readonly rt: Fifo;
  readonly fair: Cfs | Eevdf;
  private readonly throttle: RtThrottle | undefined;
  private readonly server: FairServer | undefined;
  private rtReady = 0;
  private fairReady = 0;
  private idleSinceNs = 0;
  private isIdle = true;
  private isTurnOver = false;
  private kick: () => void = () => {};

  constructor(sim: Simulation, tasks: TaskTable, options: LinuxOptions, index = 0, sibling?: LinuxClasses) {
    this.sim = sim;
    this.tasks = tasks;
    this.rt = new Fifo(tasks, options);
    const isCfs = options.policy === 'cfs-6.1';
    this.fair = isCfs ? new Cfs(tasks, options, sibling?.fair as Cfs | undefined) : new Eevdf(tasks, options, sibling?.fair as Eevdf | undefined);
    const name = `linux-${index}`;
    if (options.guard === false) return;
    if (isCfs) this.throttle = new RtThrottle(sim, name, () => this.rtReady > 0, () => this.kick());
    else this.server = new FairServer(sim, name, () => this.kick());
  }

  get waiting(): number {
    return this.rt.waiting + this.fair.waiting;
  }

  /** A CPU with real-time work has little capacity left for others: each such task counts as the heaviest of the fair class. */
  get queuedWeight(): number {
    return this.fair.queuedWeight + this.rtReady * NICE_WEIGHTS[0]!;
  }

  enqueue(task: number, cause: EnqueueCause, nowNs: number): void {
    if (this.isRt(task)) {
      this.rtReady += 1;
      this.throttle?.start();
    } else {
      if (this.fairReady === 0) this.server?.start(this.isIdle ? nowNs - this.idleSinceNs : 0);
      this.fairReady += 1;
    }
    this.queueOf(task).enqueue(task, cause, nowNs);
  }

  pick(core: number, nowNs: number): number {
    this.isTurnOver = false;
    const task = this.choose(core, nowNs);
    if (task === NONE && !this.isIdle) this.idleSinceNs = nowNs;
    this.isIdle = task === NONE;
    return task;
  }

  private choose(core: number, nowNs: number): number {
    if (this.server?.isServing === true) {
      const task = this.fair.pick(core, nowNs);
      if (task !== NONE) return task;
      this.server.stop();
    }
    if (this.rt.waiting > 0 && this.throttle?.isThrottled !== true) return this.rt.pick(core, nowNs);
    return this.fair.pick(core, nowNs);
  }

  charge(task: number, ranNs: number, nowNs: number): void {
    this.queueOf(task).charge(task, ranNs, nowNs);
    if (this.isRt(task)) this.throttle?.charge(ranNs);
    else if (this.server?.charge(ranNs) === true) this.isTurnOver = true;
  }

  put(task: number, cause: PutCause, nowNs: number, core: number): void {
    if (cause !== PREEMPTED) {
      if (this.isRt(task)) this.rtReady -= 1;
      else this.fairReady -= 1;
    }
    this.queueOf(task).put(task, cause, nowNs, core);
  }

  preempts(newcomer: number, running: number, nowNs: number): boolean {
    if (this.mustStop(running)) return true;
    if (this.isRt(newcomer) !== this.isRt(running)) return this.isRt(newcomer) && this.throttle?.isThrottled !== true && this.server?.isServing !== true;
    return this.queueOf(newcomer).preempts(newcomer, running, nowNs);
  }

  tick(running: number, nowNs: number): boolean {
    const isOver = this.queueOf(running).tick!(running, nowNs);
    return isOver || this.mustStop(running);
  }

  /** The running task asks for its own CPU time: the kernel brings its account up to date. True: that showed that its turn is over. */
  readClock(running: number): boolean {
    return !this.isRt(running) && this.fair.refresh(running);
  }

  /** CPU time of the running task until such a question would show that. */
  untilDueNs(running: number): number {
    return this.isRt(running) ? Infinity : this.fair.untilDueNs(running);
  }

  before(a: number, b: number): boolean {
    if (this.isRt(a) !== this.isRt(b)) return this.isRt(a);
    return this.queueOf(a).before!(a, b);
  }

  quantumNs(_running: number, _nowNs: number): number {
    return Infinity;
  }

  burstNs(running: number): number {
    return this.tasks.remainingNs[running]!;
  }

  remove(task: number, nowNs: number): void {
    if (this.isRt(task)) this.rtReady -= 1;
    else this.fairReady -= 1;
    this.queueOf(task).remove(task, nowNs);
  }

  stealable(nowNs: number): number {
    return this.rt.waiting > 0 ? this.rt.stealable(nowNs) : this.fair.stealable(nowNs);
  }

  attach(kick: () => void): void {
    this.kick = kick;
  }

  /** The budget of the running task's class is used up. */
  private mustStop(running: number): boolean {
    return this.isTurnOver || (this.isRt(running) && this.throttle?.isThrottled === true);
  }

  private isRt(task: number): boolean {
    return this.tasks.priority[task]! > 0;
  }

  private queueOf(task: number): Policy {
    return this.isRt(task) ? this.rt : this.fair;
  }
}

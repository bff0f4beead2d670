/**
 * The cores of one node: who runs where and when, by a policy that only keeps an order (../policy.ts). Here are the clock, the
 * costs of switching, the periodic tick, and the events. Times in integer ns.
 *
 * At one instant: bursts that end (class 0), then arrivals and wake-ups (class 1, by their callers), then one decision a core
 * (class 2). So jobs that come together are all known before anybody is chosen.
 *
 * A core that starts another task first pays for it (costs.ts) and serves nobody meanwhile. A task interrupted in that time has had
 * no service; its cost is spent all the same. The tick is that of a kernel without idle ticks: on one grid for all cores, only
 * where a task runs.
 *
 * Left out: frequency scaling, hyper-threads, interrupts that steal time.
 */
import type { Simulation } from '../../simulation.ts';
import { BLOCKED, type EnqueueCause, EXITED, MOVED, NEW, type Policy, PREEMPTED, WAKE } from '../policy.ts';
import { type Column, NONE, type TaskTable } from '../tasks.ts';
import { type CpuCosts, NO_COSTS } from './costs.ts';
import { PerCoreQueues, type PlacementOptions } from './per-core-queues.ts';
import type { Probe } from './probe.ts';
import { TraceProbe } from './trace-probe.ts';

/** Class of events that make tasks ready. */
export const ARRIVAL_ORDER = 1;
const TICK_ORDER = 1;
const DECIDE_ORDER = 2;

/** Answers of `onBurstEnd`, beside the length of a further burst: the task is done, or sleeps until `wake`. */
export const EXIT = 0;
export const SLEEP = -1;

/** Where a task is: not ready, in a queue, or on a core. */
const AWAY = 0;
const WAITING = 1;
const ON_CORE = 2;

export interface ProcessorOptions {
  /** Name on traces, e.g. `node 3`. */
  readonly name?: string;
  readonly cores?: number;
  /** One queue: a policy that all cores share. Several: one a core, in order, and how tasks move between them. */
  readonly policies: Policy | readonly Policy[];
  readonly placement?: PlacementOptions;
  readonly costs?: CpuCosts;
  /** Period of the timer interrupt; needed by policies with `tick`. */
  readonly tickNs?: number;
  /** Offset of the tick's grid from 0. */
  readonly tickOffsetNs?: number;
  /**
   * The burst of `task` ended: EXIT (its slot is free afterwards), SLEEP, or the ns of a further burst that goes on at once. Called
   * in an event of its own; the task's columns are those of its end.
   */
  readonly onBurstEnd: (task: number, core: number) => number;
  readonly probes?: readonly Probe[];
}

export class Processor {
  readonly tasks: TaskTable;
  readonly coreCount: number;
  /** Per core: time of serving tasks, and of costs. Up to the last charge. */
  readonly serviceNs: Float64Array;
  readonly overheadNs: Float64Array;
  readonly switches: Int32Array;

  private readonly sim: Simulation;
  private readonly options: ProcessorOptions;
  private readonly costs: CpuCosts;
  private readonly tickNs: number;
  private readonly queues: readonly Policy[];
  private readonly isShared: boolean;
  private readonly perCore: PerCoreQueues | undefined;
  private readonly probes: readonly Probe[];

  /** Per core: its task; since when its uncharged service counts (after the cost of the switch); service since its dispatch. */
  private readonly running: Int32Array;
  private readonly chargedNs: Float64Array;
  private readonly ranNs: Float64Array;
  private readonly dispatchedNs: Float64Array;
  private readonly lastSerial: Float64Array;
  private readonly expiry: Float64Array;
  private readonly ticking: Uint8Array;
  private readonly deciding: Uint8Array;
  /** AWAY, WAITING or ON_CORE, per task: what holds owners and policies to the contract. */
  private readonly places: Column;
  private readonly expireCode: number;
  private readonly tickCode: number;
  private readonly decideCode: number;

  constructor(sim: Simulation, tasks: TaskTable, options: ProcessorOptions) {
    this.sim = sim;
    this.tasks = tasks;
    this.options = options;
    this.costs = options.costs ?? NO_COSTS;
    this.tickNs = options.tickNs ?? 0;
    const name = options.name ?? 'cpu';
    const cores = (this.coreCount = options.cores ?? 1);
    this.isShared = !Array.isArray(options.policies);
    this.places = tasks.column();
    checkShape(options, cores, this.tickNs);
    this.probes = [...(options.probes ?? []), ...(sim.observer === undefined ? [] : [new TraceProbe(sim.observer, tasks, name, cores)])];
    this.queues = this.isShared ? Array.from({ length: cores }, () => options.policies as Policy) : (options.policies as readonly Policy[]);
    this.serviceNs = new Float64Array(cores);
    this.overheadNs = new Float64Array(cores);
    this.switches = new Int32Array(cores);
    this.running = new Int32Array(cores).fill(NONE);
    this.chargedNs = new Float64Array(cores);
    this.ranNs = new Float64Array(cores);
    this.dispatchedNs = new Float64Array(cores);
    this.lastSerial = new Float64Array(cores).fill(-1);
    this.expiry = new Float64Array(cores);
    this.ticking = new Uint8Array(cores);
    this.deciding = new Uint8Array(cores);
    this.expireCode = sim.register(`${name}/expire`, (core) => this.expire(core));
    this.tickCode = sim.register(`${name}/tick`, (core) => this.tick(core));
    this.decideCode = sim.register(`${name}/decide`, (core) => this.decide(core));
    this.perCore = this.isShared || cores === 1 ? undefined : new PerCoreQueues(sim, this, this.queues, options.placement ?? {}, name);
    this.queues.forEach((policy, core) => {
      if (!this.isShared || core === 0) policy.attach?.(() => this.kick(policy), (task, from) => {
        for (const probe of this.probes) probe.onLevel?.(task, from, sim.now);
      });
    });
  }

  /** The task on this core, or NONE. */
  taskOn(core: number): number {
    return this.running[core]!;
  }

  /** The queue that this core takes its tasks from. */
  queueOf(core: number): Policy {
    return this.queues[core]!;
  }

  /** A new task is ready now. */
  start(task: number): void {
    this.tasks.readyNs[task] = this.sim.now;
    this.ready(task, NEW);
  }

  /** A task that slept is ready again, with a burst of `burstNs` to do; `estimateNs` is what policies that order by size are told. */
  wake(task: number, burstNs: number, estimateNs = burstNs): void {
    const { tasks, sim } = this;
    tasks.sizeNs[task] = burstNs;
    tasks.estimateNs[task] = estimateNs;
    tasks.remainingNs[task] = burstNs;
    tasks.readyNs[task] = sim.now;
    this.ready(task, WAKE);
  }

  /** Takes a waiting task of this core's queue away for good. */
  withdraw(task: number, core = 0): void {
    const { now } = this.sim;
    if (this.places.values[task] !== WAITING) this.sim.fail(`processor: withdraw of task ${task}, which ${this.placeOf(task)}; required: a task that waits`);
    this.places.values[task] = AWAY;
    this.queues[core]!.remove(task, now);
    for (const probe of this.probes) probe.onWithdraw?.(task, now);
    this.tasks.free(task);
  }

  /** Brings the charges of all cores up to now, e.g. before a measurement reads them. */
  settle(): void {
    for (let core = 0; core < this.coreCount; core++) this.charge(core);
  }

  /** A waiting task goes over to the queue of another core. For placement and balancing only. */
  move(task: number, from: number, to: number): void {
    const { now } = this.sim;
    this.queues[from]!.remove(task, now);
    this.tasks.migrations[task]! += 1;
    if (this.queues[to]!.needsCharge) this.charge(to);
    this.queues[to]!.enqueue(task, MOVED, now);
    for (const probe of this.probes) probe.onMove?.(task, from, to, now);
    this.offer(task, to);
  }

  /** Lets a core decide at this instant, after everything else that happens in it. */
  requestDecision(core: number): void {
    if (this.deciding[core] === 1) return;
    this.deciding[core] = 1;
    this.sim.schedule(0, this.decideCode, core, 0, 0, DECIDE_ORDER);
  }

  private ready(task: number, cause: EnqueueCause): void {
    const { now } = this.sim;
    this.checkReady(task);
    this.places.values[task] = WAITING;
    const core = this.perCore === undefined ? 0 : this.perCore.place(task, cause);
    const queue = this.queues[core]!;
    if (queue.needsCharge) {
      if (this.isShared) this.settle();
      else this.charge(core);
    }
    queue.enqueue(task, cause, now);
    for (const probe of this.probes) probe.onReady?.(task, cause, now, core);
    if (this.isShared && this.coreCount > 1) this.offerToAny(task);
    else this.offer(task, core);
  }

  private checkReady(task: number): void {
    const burstNs = this.tasks.remainingNs[task]!;
    if (this.places.values[task] !== AWAY) this.sim.fail(`processor: task ${task} made ready, which ${this.placeOf(task)} already; required: a new task, or one that sleeps`);
    if (!(burstNs >= 1) || Math.floor(burstNs) !== burstNs) this.sim.fail(`processor: task ${task} with a burst of ${burstNs} ns; required: a whole number from 1 (what costs nothing needs no core)`);
  }

  private placeOf(task: number): string {
    return this.places.values[task] === ON_CORE ? 'runs' : this.places.values[task] === WAITING ? 'waits' : 'is not ready';
  }

  /** One core, one queue: does the newcomer change who runs? */
  private offer(task: number, core: number): void {
    const running = this.running[core]!;
    if (running === NONE || this.queues[core]!.preempts(task, running, this.sim.now)) this.requestDecision(core);
    else this.perCore?.onWaiting();
  }

  /** A shared queue: an idle core takes the newcomer, best the one it ran on; else it may replace the task that is served last. */
  private offerToAny(task: number): void {
    const { running, deciding } = this;
    const queue = this.queues[0]!;
    const last = this.tasks.lastCore[task]!;
    if (last >= 0 && running[last] === NONE && deciding[last] === 0) return this.requestDecision(last);
    let victim = NONE;
    for (let core = 0; core < this.coreCount; core++) {
      const other = running[core]!;
      if (deciding[core] === 1) continue;
      if (other === NONE) return this.requestDecision(core);
      if (queue.preempts(task, other, this.sim.now) && (victim === NONE || queue.before!(running[victim]!, other))) victim = core;
    }
    if (victim !== NONE) this.requestDecision(victim);
  }

  /** The policy asks for new decisions of its own accord. */
  private kick(policy: Policy): void {
    for (let core = 0; core < this.coreCount; core++) if (this.queues[core] === policy) this.requestDecision(core);
  }

  /** Books the service of the core's task up to now. */
  private charge(core: number): void {
    const task = this.running[core]!;
    const { now } = this.sim;
    const ranNs = now - this.chargedNs[core]!;
    // Below 0 while the cost of the switch is still being paid.
    if (task === NONE || ranNs <= 0) return;
    this.chargedNs[core] = now;
    this.ranNs[core]! += ranNs;
    this.serviceNs[core]! += ranNs;
    this.queues[core]!.charge(task, ranNs, now);
  }

  /** The burst or the quantum of the core's task has run out. */
  private expire(core: number): void {
    this.expiry[core] = 0;
    this.charge(core);
    const task = this.running[core]!;
    const leftNs = this.queues[core]!.burstNs(task);
    if (leftNs > 0) this.requestDecision(core);
    else {
      if (leftNs < 0) this.sim.fail(`processor: task ${task} was served ${-leftNs} ns more than its burst; required: exactly its burst`);
      this.endBurst(core, task);
      this.endOthers(core, task);
    }
  }

  /** Where a fluid serves many at once, several may end together: none of them waits for the core to be told so. */
  private endOthers(core: number, after: number): void {
    const queue = this.queues[core]!;
    const { tasks, sim, probes } = this;
    for (let task = queue.takeEnded?.(after) ?? NONE; task !== NONE; task = queue.takeEnded!(task)) {
      if (tasks.firstStartNs[task]! < 0) tasks.firstStartNs[task] = sim.now;
      for (const probe of probes) probe.onDispatch?.(core, task, 0, sim.now);
      const next = this.options.onBurstEnd(task, core);
      if (next > 0) sim.fail('processor: a task of a shared fluid goes on with a further burst; required: that it sleeps first, or ends');
      for (const probe of probes) probe.onStop?.(core, task, next === EXIT ? EXITED : BLOCKED, 0, sim.now);
      this.places.values[task] = AWAY;
      if (next === EXIT) tasks.free(task);
    }
  }

  private endBurst(core: number, task: number): void {
    const { tasks } = this;
    const next = this.options.onBurstEnd(task, core);
    if (next > 0) {
      if (Math.floor(next) !== next) this.sim.fail(`processor: task ${task} goes on with a burst of ${next} ns; required: a whole number`);
      tasks.sizeNs[task] = next;
      tasks.remainingNs[task] = next;
      for (const probe of this.probes) probe.onBurst?.(core, task, this.sim.now);
      if (this.queues[core]!.continues?.(task, this.sim.now) === true) this.requestDecision(core);
      this.arm(core);
      return;
    }
    if (next !== EXIT && next !== SLEEP) this.sim.fail(`processor: onBurstEnd answered ${next} for task ${task}; required: EXIT, SLEEP, or the ns of a further burst`);
    this.release(core, task, next === EXIT ? EXITED : BLOCKED);
    if (next === EXIT) tasks.free(task);
    this.requestDecision(core);
    // Only a token that one program holds leaves tasks waiting beside idle cores.
    if (this.isShared && this.coreCount > 1 && this.queues[core]!.waiting > 0) this.wakeIdle();
  }

  private wakeIdle(): void {
    for (let core = 0; core < this.coreCount; core++) if (this.running[core] === NONE) this.requestDecision(core);
  }

  private release(core: number, task: number, cause: typeof BLOCKED | typeof EXITED | typeof PREEMPTED): void {
    const { now } = this.sim;
    // A cost that was cut short was paid only so far.
    if (this.chargedNs[core]! > now) this.overheadNs[core]! -= this.chargedNs[core]! - now;
    this.queues[core]!.put(task, cause, now, core);
    for (const probe of this.probes) probe.onStop?.(core, task, cause, this.ranNs[core]!, now);
    this.running[core] = NONE;
    this.places.values[task] = AWAY;
  }

  private decide(core: number): void {
    const { now } = this.sim;
    const { tasks } = this;
    const queue = this.queues[core]!;
    const before = this.running[core]!;
    if (before !== NONE) {
      this.charge(core);
      queue.put(before, PREEMPTED, now, core);
    }
    let task = queue.pick(core, now);
    if (task === NONE && this.perCore !== undefined && this.perCore.pullFor(core)) task = queue.pick(core, now);
    if (queue.waiting > 0) this.perCore?.onWaiting();
    // Until here a request for another decision would have been for this one.
    this.deciding[core] = 0;
    if (task === before) {
      if (task !== NONE) this.arm(core);
      else for (const probe of this.probes) probe.onIdle?.(core, now);
      return;
    }
    if (before !== NONE) {
      tasks.preemptions[before]! += 1;
      this.perCore?.onStop(before);
      if (this.chargedNs[core]! > now) this.overheadNs[core]! -= this.chargedNs[core]! - now;
      for (const probe of this.probes) probe.onStop?.(core, before, PREEMPTED, this.ranNs[core]!, now);
    }
    this.running[core] = task;
    if (before !== NONE) this.places.values[before] = WAITING;
    if (task === NONE) {
      this.disarm(core);
      for (const probe of this.probes) probe.onIdle?.(core, now);
    } else this.dispatch(core, task);
    // The task that lost its core may go on elsewhere.
    if (before !== NONE && this.isShared && this.coreCount > 1 && queue.waiting > 0) this.wakeIdle();
  }

  private dispatch(core: number, task: number): void {
    const { now } = this.sim;
    if (this.places.values[task] !== WAITING) this.sim.fail(`processor: the policy picked task ${task} for core ${core}, which ${this.placeOf(task)}; required: a task that waits`);
    this.places.values[task] = ON_CORE;
    const { tasks, costs } = this;
    let overheadNs = this.queues[core]!.switchCostNs?.(core, task) ?? 0;
    if (this.lastSerial[core] !== tasks.serial[task]!) {
      overheadNs += costs.contextSwitchNs;
      this.switches[core]! += 1;
      const last = tasks.lastCore[task]!;
      if (last >= 0 && last !== core) overheadNs += costs.warmUpNs;
    }
    if (tasks.firstStartNs[task]! < 0) {
      overheadNs += costs.classifyNs;
      tasks.firstStartNs[task] = now;
    }
    if (this.isShared && tasks.lastCore[task]! >= 0 && tasks.lastCore[task] !== core) tasks.migrations[task]! += 1;
    this.lastSerial[core] = tasks.serial[task]!;
    tasks.lastCore[task] = core;
    this.overheadNs[core]! += overheadNs;
    this.chargedNs[core] = now + overheadNs;
    this.dispatchedNs[core] = now;
    this.ranNs[core] = 0;
    for (const probe of this.probes) probe.onDispatch?.(core, task, overheadNs, now);
    this.arm(core);
    if (this.tickNs > 0 && this.ticking[core] === 0) this.armTick(core);
  }

  /** Sets the core's timer to the end of its task's burst or quantum, whichever comes first. */
  private arm(core: number): void {
    this.disarm(core);
    const task = this.running[core]!;
    const queue = this.queues[core]!;
    const { now } = this.sim;
    const serviceNs = Math.min(queue.burstNs(task), queue.quantumNs(task, now));
    if (serviceNs === Infinity) return;
    this.expiry[core] = this.sim.schedule(Math.max(0, this.chargedNs[core]! - now) + serviceNs, this.expireCode, core);
  }

  private disarm(core: number): void {
    if (this.expiry[core] !== 0) this.sim.cancel(this.expiry[core]!);
    this.expiry[core] = 0;
  }

  private armTick(core: number): void {
    const { now } = this.sim;
    const offset = this.options.tickOffsetNs ?? 0;
    const next = (Math.floor((now - offset) / this.tickNs) + 1) * this.tickNs + offset;
    this.ticking[core] = 1;
    this.sim.scheduleAt(next, this.tickCode, core, 0, 0, TICK_ORDER);
  }

  private tick(core: number): void {
    this.ticking[core] = 0;
    const task = this.running[core]!;
    if (task === NONE) return;
    this.charge(core);
    if (this.queues[core]!.tick?.(task, this.sim.now) === true) this.requestDecision(core);
    this.armTick(core);
  }
}

/** A processor that cannot work is refused when it is built. */
function checkShape({ policies }: ProcessorOptions, cores: number, tickNs: number): void {
  if (!(Number.isInteger(cores) && cores >= 1)) throw new RangeError(`processor: ${cores} cores; required: a whole number from 1`);
  if (Array.isArray(policies) && policies.length !== cores) throw new RangeError(`processor: ${policies.length} policies for ${cores} cores; required: one, shared by all, or one a core`);
  if (Array.isArray(policies) && new Set(policies).size !== cores) throw new RangeError('processor: two cores with the same policy object in the list; required: the object itself, not in a list, if cores share it');
  if (!(Number.isInteger(tickNs) && tickNs >= 0)) throw new RangeError(`processor: a tick every ${tickNs} ns; required: a whole number, 0 for none`);
}

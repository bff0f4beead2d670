/**
 * One queue a core: where a task that becomes ready is placed, what an idle core takes from the others, and what a periodic look
 * evens out. After the Linux scheduler's domains (Documentation/scheduler/sched-domains; kernel/sched/fair.c and topology.c of 6.1),
 * for cores that share a cache, with the rules that show in shares and tails.
 *
 * Left out: levels of domains, hyper-threads (which move at 10 % instead of 17 %), NUMA, the cost estimate that keeps a core with
 * short idle times from looking, active balancing of a task that runs.
 */
import type { Simulation } from '../../simulation.ts';
import { NS_PER_MS } from '../../time.ts';
import { type EnqueueCause, type Policy, WAKE } from '../policy.ts';
import { type Column, NONE } from '../tasks.ts';
import type { Processor } from './processor.ts';

export interface PlacementOptions {
  /** Does an idle core take a waiting task from another at once? Default true. */
  readonly stealing?: boolean;
  /** Does each core look at intervals whether another has more? Default true. */
  readonly balancing?: boolean;
  /**
   * Where a task goes that wakes while no core is idle. Default `previous`, where its cache may still be warm (fair.c,
   * select_idle_sibling); a new task goes to the least loaded core in any case (fair.c, find_idlest_cpu).
   */
  readonly wakeToBusy?: 'previous' | 'least-loaded';
}

/** topology.c: a domain balances every (cores) ms while its core is idle, 16 times as rarely while busy; fair.c caps that at 100 ms a core. */
const INTERVAL_MS_PER_CORE = 1;
const BUSY_FACTOR = 16;
const INTERVAL_MS_MAX_PER_CORE = 100;
/** topology.c, imbalance_pct: the other core has to have 17 % more. */
const IMBALANCE_PERCENT = 117;
/** fair.c, sched_nr_migrate_break and sysctl_sched_migration_cost: tasks moved in one pass; since when a task has to be off its core. */
const MOVES_MAX = 32;
const CACHE_HOT_NS = 500_000;
/** fair.c, cache_nice_tries of a domain that shares a cache: after so many looks in vain hot tasks move too. */
const COLD_TRIES = 1;

export class PerCoreQueues {
  private readonly sim: Simulation;
  private readonly processor: Processor;
  private readonly queues: readonly Policy[];
  private readonly options: PlacementOptions;
  private readonly balanceCode: number;
  /** Handle of the next look, per core; 0: none. */
  private readonly looks: Float64Array;
  private armedCount = 0;
  /** Looks in vain in a row, per core. */
  private readonly failed: Int32Array;
  /** When the task last left a core, per task. */
  private readonly ranUntilNs: Column;

  constructor(sim: Simulation, processor: Processor, queues: readonly Policy[], options: PlacementOptions, name: string) {
    this.sim = sim;
    this.processor = processor;
    this.queues = queues;
    this.options = options;
    this.looks = new Float64Array(queues.length);
    this.failed = new Int32Array(queues.length);
    this.ranUntilNs = processor.tasks.column();
    this.balanceCode = sim.register(`${name}/balance`, (core) => this.balance(core));
  }

  /** Core whose queue takes the task: the one it ran on if idle, else an idle one; if there is none, see `wakeToBusy`. */
  place(task: number, cause: EnqueueCause): number {
    const last = this.processor.tasks.lastCore[task]!;
    if (last >= 0 && this.loadOf(last) === 0) return last;
    let best = 0;
    for (let core = 1; core < this.queues.length; core++) if (this.loadOf(core) < this.loadOf(best)) best = core;
    const staysPut = last >= 0 && (this.loadOf(last) === this.loadOf(best) || (cause === WAKE && this.loadOf(best) > 0 && this.options.wakeToBusy !== 'least-loaded'));
    return staysPut ? last : best;
  }

  /** A task that became ready waits: from now on it is worth looking at intervals. */
  onWaiting(): void {
    if (this.options.balancing === false || this.armedCount === this.queues.length) return;
    for (let core = 0; core < this.queues.length; core++) this.arm(core);
  }

  /** A task leaves its core: its cache is warm there for a while. */
  onStop(task: number): void {
    this.ranUntilNs.values[task] = this.sim.now;
  }

  /** Moves a waiting task of the most loaded queue to this idle core; false if nobody waits. */
  pullFor(core: number): boolean {
    if (this.options.stealing === false) {
      this.hasten(core);
      return false;
    }
    const from = this.busiest(core);
    if (from === NONE) return false;
    const task = this.queues[from]!.stealable(this.sim.now);
    if (task === NONE) return false;
    this.processor.move(task, from, core);
    return true;
  }

  private arm(core: number): void {
    if (this.looks[core] !== 0) return;
    this.armedCount += 1;
    const cores = this.queues.length;
    const intervalMs = Math.min(cores * INTERVAL_MS_PER_CORE * (this.loadOf(core) > 0 ? BUSY_FACTOR : 1), cores * INTERVAL_MS_MAX_PER_CORE);
    this.looks[core] = this.sim.schedule(intervalMs * NS_PER_MS, this.balanceCode, core);
  }

  /** A core that has gone idle looks after the interval of an idle one. */
  private hasten(core: number): void {
    if (this.looks[core] === 0) return;
    this.sim.cancel(this.looks[core]!);
    this.looks[core] = 0;
    this.armedCount -= 1;
    this.arm(core);
  }

  /** Takes from the most loaded core what evens out the two, as far as whole tasks allow (fair.c, detach_tasks). */
  private balance(core: number): void {
    this.looks[core] = 0;
    this.armedCount -= 1;
    const from = this.busiest(core);
    // Nobody waits anywhere: the next task that has to wait starts the looks again.
    if (from === NONE) {
      this.failed[core] = 0;
      if (this.queues[core]!.waiting > 0) this.arm(core);
      return;
    }
    const theirs = this.loadOf(from);
    const ours = this.loadOf(core);
    const tries = this.failed[core]!;
    let moved = 0;
    const isEven = 100 * theirs <= IMBALANCE_PERCENT * ours;
    let imbalance = isEven ? 0 : (theirs - ours) / 2;
    for (; moved < MOVES_MAX && imbalance > 0; moved++) {
      const task = this.queues[from]!.stealable(this.sim.now);
      if (task === NONE) break;
      const weight = this.weightOf(task, from);
      // Halved at each look in vain, so that three equal tasks on two cores take turns instead of staying.
      if (weight / (1 << Math.min(tries, 20)) > imbalance) break;
      if (this.sim.now - this.ranUntilNs.values[task]! < CACHE_HOT_NS && tries <= COLD_TRIES) break;
      imbalance -= weight;
      this.processor.move(task, from, core);
    }
    this.failed[core] = moved > 0 || isEven ? 0 : this.failed[core]! + 1;
    this.arm(core);
  }

  /** The other core with the most load on which somebody waits, or NONE. */
  private busiest(core: number): number {
    let from = NONE;
    // From the next core on: of equals the first would else be relieved for ever, and the others never.
    for (let step = 1; step < this.queues.length; step++) {
      const other = (core + step) % this.queues.length;
      if (this.queues[other]!.waiting > 0 && (from === NONE || this.loadOf(other) > this.loadOf(from))) from = other;
    }
    return from;
  }

  /** Weight of all ready tasks of the core where its policy has weights, else their number. */
  private loadOf(core: number): number {
    const queue = this.queues[core]!;
    return queue.queuedWeight ?? queue.waiting + (this.processor.taskOn(core) === NONE ? 0 : 1);
  }

  private weightOf(task: number, core: number): number {
    return this.queues[core]!.queuedWeight === undefined ? 1 : this.processor.tasks.weight[task]!;
  }
}

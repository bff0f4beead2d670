/**
 * Boost: every S all ready tasks, the running ones too, compete on level 1 once, in order of arrival; whoever comes later starts on
 * its own level again (rule 5 of the multi-level feedback queue, Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 8;
 * Solaris does the same each second). Boosts fall on multiples of S, only while a task is below level 1.
 */
import type { Simulation } from '../../simulation.ts';
import { TaskHeap } from '../policies/task-heap.ts';
import type { TaskTable } from '../tasks.ts';

const BOOST_ORDER = 1;

export class Boost {
  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private readonly everyNs: number;
  /** Ready tasks below level 1. */
  private readonly below: TaskHeap;
  private readonly raise: (task: number, level: number) => void;
  private readonly code: number;
  private timer = 0;

  constructor(sim: Simulation, tasks: TaskTable, everyNs: number, raise: (task: number, level: number) => void) {
    this.sim = sim;
    this.tasks = tasks;
    this.everyNs = everyNs;
    this.raise = raise;
    this.below = new TaskHeap(tasks);
    this.code = sim.register('regulated/boost', () => this.boost());
  }

  /** A task is ready below level 1, waiting or running. */
  enters(task: number): void {
    if (this.tasks.level[task] === 1 || this.below.has(task)) return;
    this.below.push(task, this.tasks.arrivalNs[task]!);
    if (this.timer !== 0) return;
    const { now } = this.sim;
    this.timer = this.sim.scheduleAt((Math.floor(now / this.everyNs) + 1) * this.everyNs, this.code, 0, 0, 0, BOOST_ORDER);
  }

  /** It is done, asleep, or on level 1. */
  leaves(task: number): void {
    if (!this.below.has(task)) return;
    this.below.remove(task);
    if (this.below.size > 0 || this.timer === 0) return;
    this.sim.cancel(this.timer);
    this.timer = 0;
  }

  private boost(): void {
    this.timer = 0;
    // `raise` reports back through `leaves`.
    while (this.below.size > 0) this.raise(this.below.first, 1);
  }
}

/**
 * Aging: a task that has waited A_k on queue level k, without a break, competes on level k - 1 from then on, there at the end of the
 * line, and so on up. Service or a change of level starts its wait anew. Only `level` changes: the label, by which audits count, stays.
 *
 * What it bounds: with A_2 .. A_k every task competes on level 1 after A_2 + ... + A_k of waiting. What it does not: if the
 * levels together ask for more than the core has, level 1 itself fills up with promoted tasks.
 *
 * A promotion is an event of the class of arrivals: it comes before the decision of its instant. The timer is set only while somebody waits.
 */
import type { Simulation } from '../../simulation.ts';
import { TaskHeap } from '../policies/task-heap.ts';
import { NONE, type TaskTable } from '../tasks.ts';

const PROMOTION_ORDER = 1;

export class Aging {
  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private readonly agingNs: readonly number[];
  /** Who waits below level 1, by the instant of promotion. */
  private readonly due: TaskHeap;
  private readonly raise: (task: number, level: number) => void;
  private readonly code: number;
  private timer = 0;
  private timerNs = Infinity;

  constructor(sim: Simulation, tasks: TaskTable, agingNs: readonly number[], raise: (task: number, level: number) => void) {
    this.sim = sim;
    this.tasks = tasks;
    this.agingNs = agingNs;
    this.raise = raise;
    this.due = new TaskHeap(tasks);
    this.code = sim.register('regulated/aging', () => this.promote());
  }

  /** A task begins to wait on its level. */
  waits(task: number): void {
    const level = this.tasks.level[task]!;
    const afterNs = this.agingNs[level - 1]!;
    if (level === 1 || afterNs === Infinity) return;
    this.due.push(task, this.sim.now + afterNs);
    this.arm();
  }

  /** It is served, or taken out. */
  leaves(task: number): void {
    if (!this.due.has(task)) return;
    this.due.remove(task);
    if (this.due.size === 0) this.arm();
  }

  private promote(): void {
    const { due, sim, tasks } = this;
    this.timer = 0;
    this.timerNs = Infinity;
    // `raise` reports back through leaves and waits.
    while (due.size > 0 && due.keyOf(due.first) <= sim.now) this.raise(due.first, tasks.level[due.first]! - 1);
    this.arm();
  }

  /** A timer that is too early asks again when it fires; so it is moved only when it would be late, or when nobody is left. */
  private arm(): void {
    const first = this.due.first;
    const nextNs = first === NONE ? Infinity : this.due.keyOf(first);
    if (nextNs !== Infinity && nextNs >= this.timerNs) return;
    if (this.timer !== 0) this.sim.cancel(this.timer);
    this.timer = nextNs === Infinity ? 0 : this.sim.scheduleAt(nextNs, this.code, 0, 0, 0, PROMOTION_ORDER);
    this.timerNs = nextNs;
  }
}

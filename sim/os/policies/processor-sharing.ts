/**
 * Processor sharing as an ideal fluid: all tasks of the queue are served at once, each at a rate in proportion to its weight (DPS;
 * with equal weights PS). The limit of round robin and of CFS as slices go to zero, and nothing a real core can do.
 *
 * In virtual time V, which advances by 1/(sum of weights) per ns of service, a task of demand S and weight g is done at its tag
 * V(arrival) + S/g: tags never change, so one heap is enough (Parekh and Gallager 1993 use the same device for packets). V, tags and
 * weights are kept to 106 bits and never rounded to ns; only the event of an end is, upwards, and `endNs` has the end itself.
 * To the processor, the task that ends first "runs". Several may end in one event: `takeEnded` hands over the others.
 *
 * Left out: a further burst of the same task, costs that only one of the sharers pays.
 */
import { DoubleDouble } from '../../double-double.ts';
import { type EnqueueCause, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import { type Column, NONE, type TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

/** choice: ns below which two ends count as one; far above the arithmetic's noise, far below the clock's step. */
const NOISE_NS = 1e-6;

export class ProcessorSharing implements Policy {
  readonly needsCharge = true;
  private readonly tasks: TaskTable;
  private readonly isWeighted: boolean;
  /** By tag, upper and lower half; all tasks in service. */
  private readonly fluid: TaskHeap;
  /** Tasks whose tag V has passed, by that tag, not yet taken away by the processor. */
  private readonly done: TaskHeap;
  private readonly ends: Column;
  private readonly virtual = new DoubleDouble();
  private readonly totalWeight = new DoubleDouble();
  private readonly scratch = new DoubleDouble();
  private readonly left = new DoubleDouble();

  constructor(tasks: TaskTable, isWeighted: boolean) {
    this.tasks = tasks;
    this.isWeighted = isWeighted;
    this.fluid = new TaskHeap(tasks);
    this.done = new TaskHeap(tasks);
    this.ends = tasks.column();
  }

  /** The one that the processor believes to run is among them, too: whoever asks wants to know whether anybody is here. */
  get waiting(): number {
    return this.fluid.size + this.done.size;
  }

  enqueue(task: number, _cause: EnqueueCause, _nowNs: number): void {
    const { fluid, virtual, totalWeight } = this;
    const weight = this.weightOf(task);
    // An empty fluid starts over, so that V stays small and exact.
    if (fluid.size === 0) {
      virtual.set(0);
      totalWeight.set(0);
    }
    const tag = this.scratch.set(this.tasks.remainingNs[task]!).divide(weight).add(virtual.hi, virtual.lo);
    fluid.push(task, tag.hi, tag.lo);
    totalWeight.add(weight);
  }

  pick(_core: number, _nowNs: number): number {
    return this.done.size > 0 ? this.done.first : this.fluid.first;
  }

  /** Serves all for `ranNs`; tasks end one after the other, and each end speeds up those who stay. */
  charge(_task: number, ranNs: number, nowNs: number): void {
    const { fluid, virtual, totalWeight, tasks } = this;
    const left = this.left.set(ranNs);
    for (let first = fluid.first; first !== NONE; first = fluid.first) {
      const needed = this.needed(first);
      if (needed.hi - left.hi + (needed.lo - left.lo) > NOISE_NS) break;
      left.add(-needed.hi, -needed.lo);
      if (left.hi < 0) left.set(0);
      virtual.set(fluid.keyOf(first), fluid.minorOf(first));
      fluid.pop();
      totalWeight.add(-this.weightOf(first));
      tasks.serve(first, tasks.remainingNs[first]!);
      this.ends.values[first] = nowNs - left.hi;
      this.done.push(first, virtual.hi, virtual.lo);
    }
    if (fluid.size === 0) return;
    left.divide(totalWeight.hi, totalWeight.lo);
    virtual.add(left.hi, left.lo);
  }

  put(task: number, cause: PutCause, _nowNs: number, _core: number): void {
    if (cause !== PREEMPTED) this.done.remove(task);
  }

  /** A newcomer changes everybody's rate, so the core has to look again at who ends first. */
  preempts(_newcomer: number, _running: number, _nowNs: number): boolean {
    return true;
  }

  quantumNs(_running: number, _nowNs: number): number {
    return Infinity;
  }

  burstNs(running: number): number {
    return this.done.size > 0 ? 0 : Math.max(1, Math.ceil(this.needed(running).hi - NOISE_NS));
  }

  takeEnded(): number {
    return this.done.pop();
  }

  /** When the task's service was complete, where that falls between two ns of the clock. To be asked when its burst has ended. */
  endNs(task: number): number {
    return this.ends.values[task]!;
  }

  remove(_task: number, _nowNs: number): void {
    throw new Error('processor sharing is one fluid on one core: its tasks cannot be moved');
  }

  stealable(_nowNs: number): number {
    return NONE;
  }

  /** Service of the whole fluid until V reaches the task's tag, if nobody comes. Overwritten by the next call. */
  private needed(task: number): DoubleDouble {
    const { fluid, virtual, totalWeight } = this;
    return this.scratch.set(fluid.keyOf(task), fluid.minorOf(task)).add(-virtual.hi, -virtual.lo).multiply(totalWeight.hi, totalWeight.lo);
  }

  private weightOf(task: number): number {
    return this.isWeighted ? this.tasks.weight[task]! : 1;
  }
}

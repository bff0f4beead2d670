/**
 * Processor sharing as an ideal fluid: all tasks of the queue are served at once, each at a rate in proportion to its weight (DPS;
 * with equal weights PS). The limit of round robin and of CFS as slices go to zero, and nothing a real core can do.
 *
 * In virtual time V, which advances by 1/(sum of weights) per ns of service, a task of demand S and weight g is done at its tag
 * V(arrival) + S/g: tags never change, so one heap is enough (Parekh and Gallager 1993 use the same device for packets). V is a
 * float and is never rounded to ns; only the completion event is, upwards. To the processor, the task that ends first "runs".
 */
import { type EnqueueCause, type Policy, PREEMPTED, type PutCause } from '../policy.ts';
import { NONE, type TaskTable } from '../tasks.ts';
import { TaskHeap } from './task-heap.ts';

export class ProcessorSharing implements Policy {
  readonly needsCharge = true;
  private readonly tasks: TaskTable;
  private readonly isWeighted: boolean;
  /** By tag; all tasks in service. */
  private readonly fluid: TaskHeap;
  /** Tasks whose tag V has passed, in that order, not yet taken away by the processor. */
  private readonly done: number[] = [];
  private virtual = 0;
  private totalWeight = 0;

  constructor(tasks: TaskTable, isWeighted: boolean) {
    this.tasks = tasks;
    this.isWeighted = isWeighted;
    this.fluid = new TaskHeap(tasks);
  }

  /** The one that the processor believes to run is among them, too: whoever asks wants to know whether anybody is here. */
  get waiting(): number {
    return this.fluid.size + this.done.length;
  }

  enqueue(task: number, _cause: EnqueueCause, _nowNs: number): void {
    const weight = this.weightOf(task);
    // An empty fluid starts over, so that V stays small and exact.
    if (this.fluid.size === 0) this.virtual = this.totalWeight = 0;
    this.fluid.push(task, this.virtual + this.tasks.remainingNs[task]! / weight);
    this.totalWeight += weight;
  }

  pick(_core: number, _nowNs: number): number {
    return this.done.length > 0 ? this.done[0]! : this.fluid.first;
  }

  /** Serves all for `ranNs`; tasks end one after the other, and each end speeds up those who stay. */
  charge(_task: number, ranNs: number, _nowNs: number): void {
    let leftNs = ranNs;
    for (let first = this.fluid.first; first !== NONE; first = this.fluid.first) {
      const neededNs = (this.fluid.keyOf(first) - this.virtual) * this.totalWeight;
      if (neededNs > leftNs) break;
      leftNs -= neededNs;
      this.virtual = this.fluid.keyOf(first);
      this.fluid.pop();
      this.totalWeight -= this.weightOf(first);
      this.tasks.serve(first, this.tasks.remainingNs[first]!);
      this.done.push(first);
    }
    if (this.fluid.size > 0) this.virtual += leftNs / this.totalWeight;
  }

  put(task: number, cause: PutCause, _nowNs: number, _core: number): void {
    if (cause !== PREEMPTED) this.done.splice(this.done.indexOf(task), 1);
  }

  /** A newcomer changes everybody's rate, so the core has to look again at who ends first. */
  preempts(_newcomer: number, _running: number, _nowNs: number): boolean {
    return true;
  }

  quantumNs(_running: number, _nowNs: number): number {
    return Infinity;
  }

  burstNs(running: number): number {
    if (this.done.length > 0) return 0;
    return Math.ceil((this.fluid.keyOf(running) - this.virtual) * this.totalWeight);
  }

  remove(_task: number, _nowNs: number): void {
    throw new Error('processor sharing is one fluid on one core: its tasks cannot be moved');
  }

  stealable(_nowNs: number): number {
    return NONE;
  }

  private weightOf(task: number): number {
    return this.isWeighted ? this.tasks.weight[task]! : 1;
  }
}

/**
 * Overload: the paper's queues have no end. Asked about each new task before it is started; what is refused is counted by the label of
 * its data, never dropped silently. Nobody who has had service is turned out.
 *
 *   none             everybody comes in
 *   drop-tail        refused while `cap` tasks wait on the newcomer's level
 *   lowest-first     while `cap` tasks wait in all, a newcomer takes the place of the latest of the lowest level below its own, so
 *                    level 4 goes first; where there is none, it is refused
 */
import type { Probe } from '../cpu/probe.ts';
import { type EnqueueCause, NEW } from '../policy.ts';
import { TaskHeap } from '../policies/task-heap.ts';
import { NONE, type TaskTable } from '../tasks.ts';
import type { Regulated } from './regulated.ts';

export type AdmissionRule = 'none' | 'drop-tail' | 'lowest-first';

export interface AdmissionOptions {
  readonly rule: AdmissionRule;
  /** Waiting tasks that there is room for. */
  readonly cap: number;
}

export class Admission implements Probe {
  /** By label, 1 first: refused on arrival, and turned out while they waited. */
  readonly refused: Float64Array;
  readonly turnedOut: Float64Array;
  private readonly tasks: TaskTable;
  private readonly policy: Regulated;
  private readonly options: AdmissionOptions;
  /** Waiting tasks that have not started; the lowest level they came on first, of these the latest. */
  private readonly unstarted: TaskHeap;
  private turnOut: (task: number) => void = () => {};

  constructor(tasks: TaskTable, policy: Regulated, levels: number, options: AdmissionOptions) {
    this.tasks = tasks;
    this.policy = policy;
    this.options = options;
    this.refused = new Float64Array(levels);
    this.turnedOut = new Float64Array(levels);
    this.unstarted = new TaskHeap(tasks);
  }

  /** `turnOut` has to take a waiting task away for good. */
  attach(turnOut: (task: number) => void): void {
    this.turnOut = turnOut;
  }

  /** Is there room for this task, which is not started yet? It may be made by turning another out. */
  admits(task: number): boolean {
    const { rule, cap } = this.options;
    const { level, label } = this.tasks;
    if (rule === 'none') return true;
    if ((rule === 'drop-tail' ? this.policy.waitingOn(level[task]!) : this.policy.waiting) < cap) return true;
    const last = rule === 'drop-tail' ? NONE : this.unstarted.first;
    if (last === NONE || -this.unstarted.keyOf(last) <= level[task]!) {
      this.refused[label[task]! - 1]! += 1;
      return false;
    }
    this.turnedOut[label[last]! - 1]! += 1;
    this.unstarted.remove(last);
    this.turnOut(last);
    return true;
  }

  onReady(task: number, cause: EnqueueCause): void {
    if (cause === NEW) this.unstarted.push(task, -this.tasks.level[task]!, -this.tasks.arrivalNs[task]!);
  }

  onDispatch(_core: number, task: number): void {
    if (this.unstarted.has(task)) this.unstarted.remove(task);
  }
}

/**
 * Size estimates without an oracle: what a task of a type is believed to take is the running average of those of its type that are done,
 * est' = a * observed + (1 - a) * est (the exponential average that textbooks give for shortest process next). For policies that order
 * by size; a task keeps the estimate that it came with.
 */
import type { TaskTable } from '../tasks.ts';

export class TypeAverages {
  private readonly tasks: TaskTable;
  private readonly share: number;
  private readonly firstNs: number;
  private readonly averages: number[] = [];

  /** `share` is a, from above 0 (never learns) to 1 (believes the last one); `firstNs` is believed of a type that nobody has seen. */
  constructor(tasks: TaskTable, share: number, firstNs: number) {
    if (!(share > 0 && share <= 1)) throw new RangeError(`type averages: a share of ${share} for the newest size; required: above 0, at most 1`);
    this.tasks = tasks;
    this.share = share;
    this.firstNs = firstNs;
  }

  /** To be called for a new task before it is started. */
  estimate(task: number): void {
    this.tasks.estimateNs[task] = this.of(this.tasks.type[task]!);
  }

  /** To be called when the task is done. */
  observe(task: number): void {
    const type = this.tasks.type[task]!;
    this.averages[type] = this.share * this.tasks.cpuNs[task]! + (1 - this.share) * this.of(type);
  }

  /** What a task of the type is believed to take now. */
  of(type: number): number {
    return this.averages[type] ?? this.firstNs;
  }
}

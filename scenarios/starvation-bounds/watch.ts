/** What happens to each label of data, whatever level its jobs compete on: longest waits, CPU time had, and whether a label ever changed. */
import type { Probe } from '../../sim/os/cpu/probe.ts';
import { type EnqueueCause, PREEMPTED, type PutCause } from '../../sim/os/policy.ts';
import type { Column, TaskTable } from '../../sim/os/tasks.ts';

export class StarvationWatch implements Probe {
  /** Per label, index 0 for label 1: longest time a job waited without a break, for waits that end within the measured time. */
  readonly longestWaitNs = new Float64Array(4);
  /** Per label: CPU time had within the measured time. */
  readonly servedNs = new Float64Array(4);
  /** Longest stretch that a job of another label than 4 had the core for. */
  longestStretchNs = 0;
  /** Promotions and jobs whose label was not the one they came with when they stopped. */
  promotions = 0;
  relabelled = 0;
  private readonly tasks: TaskTable;
  private readonly fromNs: number;
  private readonly toNs: number;
  private readonly sinceNs: Column;
  /** Label that has the core, 0 for none, and since when. */
  private holder = 0;
  private heldSinceNs = 0;
  private readonly label: Column;

  constructor(tasks: TaskTable, fromNs: number, toNs: number) {
    this.tasks = tasks;
    this.fromNs = fromNs;
    this.toNs = toNs;
    this.sinceNs = tasks.column();
    this.label = tasks.column();
  }

  onReady(task: number, _cause: EnqueueCause, nowNs: number): void {
    this.sinceNs.values[task] = nowNs;
    this.label.values[task] = this.tasks.label[task]!;
  }

  onDispatch(_core: number, task: number, _overheadNs: number, nowNs: number): void {
    this.holder = this.label.values[task]!;
    this.heldSinceNs = nowNs;
    if (nowNs < this.fromNs || nowNs >= this.toNs) return;
    const index = this.holder - 1;
    this.longestWaitNs[index] = Math.max(this.longestWaitNs[index]!, nowNs - this.sinceNs.values[task]!);
  }

  onStop(_core: number, task: number, cause: PutCause, ranNs: number, nowNs: number): void {
    const label = this.label.values[task]!;
    if (cause === PREEMPTED) this.sinceNs.values[task] = nowNs;
    else if (this.tasks.label[task] !== label) this.relabelled += 1;
    this.finish(nowNs);
    this.holder = 0;
    this.servedNs[label - 1]! += Math.max(0, Math.min(nowNs, this.toNs) - Math.max(nowNs - ranNs, this.fromNs));
  }

  /** Takes the job into account that has the core as the run ends. */
  finish(nowNs: number): void {
    if (this.holder > 0 && this.holder < 4) this.longestStretchNs = Math.max(this.longestStretchNs, nowNs - this.heldSinceNs);
  }

  onLevel(task: number, from: number): void {
    if (this.tasks.level[task]! < from) this.promotions += 1;
  }
}

/**
 * One run as it is drawn: who had which core when, how many waited, and what became of each job. Filled through the processor's
 * probe, so that the picture, its table and the comparison all come from what happened. Times in ns.
 */
import type { Probe } from '../../sim/os/cpu/probe.ts';
import { BLOCKED, PREEMPTED } from '../../sim/os/policy.ts';
import type { TaskTable } from '../../sim/os/tasks.ts';

/** One stretch of a core's time. Nobody runs between segments. */
export interface Segment {
  readonly core: number;
  readonly startNs: number;
  readonly endNs: number;
  /** At the head of the segment: time of the switch, in which nobody is served. */
  readonly costNs: number;
  /** Numbers of the jobs that have the core: one, or all that share a fluid. */
  readonly jobs: readonly number[];
}

export interface JobRecord {
  /** Counts up in order of arrival, from 1. */
  readonly number: number;
  readonly level: number;
  readonly arrivalNs: number;
  readonly sizeNs: number;
  startNs: number;
  endNs: number;
  preemptions: number;
}

/** From this instant on so many wait, by level; for a fluid: so many are served or wait. */
export interface Depth {
  readonly timeNs: number;
  readonly waiting: readonly number[];
}

export interface Timeline {
  readonly cores: number;
  readonly isFluid: boolean;
  /** In order of their start on each core, without overlap. */
  readonly segments: readonly Segment[];
  readonly depths: readonly Depth[];
  /** By number. */
  readonly jobs: readonly JobRecord[];
  readonly endNs: number;
}

interface Open {
  startNs: number;
  costNs: number;
  jobs: readonly number[];
}

/** Records what a processor does. Job numbers stand in the tasks' column `tag`. */
export class TimelineRecorder implements Probe {
  private readonly tasks: TaskTable;
  private readonly jobs: readonly JobRecord[];
  private readonly isFluid: boolean;
  private readonly isLeveled: boolean;
  private readonly segments: Segment[] = [];
  private readonly depths: Depth[];
  private readonly waiting: number[];
  private readonly open: (Open | undefined)[];
  /** Only for a fluid: jobs in the system, in order of arrival. */
  private readonly present: number[] = [];
  private endNs = 0;

  constructor(tasks: TaskTable, jobs: readonly JobRecord[], options: { readonly cores: number; readonly levels: number; readonly isFluid: boolean; readonly isLeveled: boolean }) {
    this.tasks = tasks;
    this.jobs = jobs;
    this.isFluid = options.isFluid;
    this.isLeveled = options.isLeveled;
    this.waiting = Array.from({ length: options.levels }, () => 0);
    this.depths = [{ timeNs: 0, waiting: [...this.waiting] }];
    this.open = Array.from({ length: options.cores }, () => undefined);
  }

  onReady(task: number, _cause: number, nowNs: number): void {
    const job = this.jobOf(task);
    this.count(job.level, 1, nowNs);
    if (!this.isFluid) return;
    this.present.push(job.number);
    this.share(nowNs);
  }

  onDispatch(core: number, task: number, overheadNs: number, nowNs: number): void {
    const job = this.jobOf(task);
    if (job.startNs < 0) job.startNs = nowNs;
    if (this.isFluid) return;
    this.count(job.level, -1, nowNs);
    this.open[core] = { startNs: nowNs, costNs: overheadNs, jobs: [job.number] };
  }

  onStop(core: number, task: number, cause: number, _ranNs: number, nowNs: number): void {
    const job = this.jobOf(task);
    if (cause === PREEMPTED) job.preemptions += this.isFluid ? 0 : 1;
    else if (cause !== BLOCKED) this.leave(job, nowNs);
    if (this.isFluid) return;
    if (cause === PREEMPTED) this.count(job.level, 1, nowNs);
    this.close(core, nowNs);
  }

  timeline(): Timeline {
    const segments = this.segments.sort((a, b) => a.startNs - b.startNs || a.core - b.core);
    return { cores: this.open.length, isFluid: this.isFluid, segments, depths: this.depths, jobs: this.jobs, endNs: this.endNs };
  }

  private leave(job: JobRecord, nowNs: number): void {
    job.endNs = nowNs;
    this.endNs = nowNs;
    if (!this.isFluid) return;
    this.count(job.level, -1, nowNs);
    this.present.splice(this.present.indexOf(job.number), 1);
    this.share(nowNs);
  }

  /** A fluid serves all that are there; with levels, all of the first level that has any. */
  private share(nowNs: number): void {
    this.close(0, nowNs);
    const level = Math.min(...this.present.map((number) => this.jobs[number - 1]!.level));
    const jobs = this.isLeveled ? this.present.filter((number) => this.jobs[number - 1]!.level === level) : [...this.present];
    for (const number of jobs) if (this.jobs[number - 1]!.startNs < 0) this.jobs[number - 1]!.startNs = nowNs;
    if (jobs.length > 0) this.open[0] = { startNs: nowNs, costNs: 0, jobs };
  }

  private close(core: number, nowNs: number): void {
    const open = this.open[core];
    this.open[core] = undefined;
    if (open === undefined || open.startNs === nowNs) return;
    this.segments.push({ core, startNs: open.startNs, endNs: nowNs, costNs: Math.min(open.costNs, nowNs - open.startNs), jobs: open.jobs });
  }

  private count(level: number, change: number, nowNs: number): void {
    this.waiting[level - 1]! += change;
    // What begins and ends within one instant is no depth.
    if (this.depths.at(-1)!.timeNs === nowNs) this.depths.pop();
    this.depths.push({ timeNs: nowNs, waiting: [...this.waiting] });
  }

  private jobOf(task: number): JobRecord {
    return this.jobs[this.tasks.tag[task]! - 1]!;
  }
}

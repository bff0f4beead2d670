/**
 * What a processor does, told to the run's observer (sim/ports.ts): on track `cpu/core 0` a span for each stretch that a task has the
 * core, named by its queue level (`L1`), after one for the costs that come first; and counters of how many wait on each level. Task
 * numbers count tasks in order of arrival. A task's wait is shown as a span's `waitedNs` where it starts for the first time.
 */
import type { Observer } from '../../ports.ts';
import { PREEMPTED, type PutCause } from '../policy.ts';
import type { Column, TaskTable } from '../tasks.ts';
import type { Probe } from './probe.ts';

export class TraceProbe implements Probe {
  private readonly observer: Observer;
  private readonly tasks: TaskTable;
  private readonly name: string;
  private readonly tracks: readonly string[];
  /** Per core: start of the stretch, and end of the costs at its head. */
  private readonly startNs: Float64Array;
  private readonly servedFromNs: Float64Array;
  /** Who waits, by level. */
  private readonly depths: number[] = [];
  /** Level at which a task was counted as waiting; 0: it is not. */
  private readonly counted: Column;

  constructor(observer: Observer, tasks: TaskTable, name: string, cores: number) {
    this.observer = observer;
    this.tasks = tasks;
    this.name = name;
    this.tracks = Array.from({ length: cores }, (_, core) => `${name}/core ${core}`);
    this.startNs = new Float64Array(cores);
    this.servedFromNs = new Float64Array(cores);
    this.counted = tasks.column();
  }

  onReady(task: number, _cause: number, nowNs: number): void {
    this.waits(task, nowNs);
  }

  onDispatch(core: number, task: number, overheadNs: number, nowNs: number): void {
    this.leaves(task, nowNs);
    this.startNs[core] = nowNs;
    this.servedFromNs[core] = nowNs + overheadNs;
  }

  onBurst(core: number, task: number, nowNs: number): void {
    this.tell(core, task, nowNs);
    this.startNs[core] = nowNs;
    this.servedFromNs[core] = nowNs;
  }

  onStop(core: number, task: number, cause: PutCause, _ranNs: number, nowNs: number): void {
    this.tell(core, task, nowNs);
    if (cause === PREEMPTED) this.waits(task, nowNs);
  }

  onWithdraw(task: number, nowNs: number): void {
    this.leaves(task, nowNs);
  }

  onMove(task: number, from: number, to: number, nowNs: number): void {
    this.observer.instant(this.tracks[to]!, `takes a task of core ${from}`, nowNs, { id: this.tasks.serial[task]! });
  }

  onLevel(task: number, _from: number, nowNs: number): void {
    if (this.counted.values[task] === 0) return;
    this.leaves(task, nowNs);
    this.waits(task, nowNs);
  }

  private tell(core: number, task: number, nowNs: number): void {
    const { tasks, observer } = this;
    const track = this.tracks[core]!;
    const fromNs = this.startNs[core]!;
    const servedFromNs = Math.min(nowNs, this.servedFromNs[core]!);
    if (servedFromNs > fromNs) observer.span(track, 'switch', fromNs, servedFromNs);
    if (nowNs <= servedFromNs) return;
    const wait = tasks.firstStartNs[task] === fromNs ? { waitedNs: fromNs - tasks.arrivalNs[task]! } : undefined;
    observer.span(track, `L${tasks.level[task]!}`, servedFromNs, nowNs, { id: tasks.serial[task]!, label: tasks.label[task]!, ...wait });
  }

  private waits(task: number, nowNs: number): void {
    const level = this.tasks.level[task]!;
    this.counted.values[task] = level;
    this.change(level, 1, nowNs);
  }

  private leaves(task: number, nowNs: number): void {
    const level = this.counted.values[task]!;
    // Sharers of a fluid are told of as they end: none of them waits twice.
    if (level === 0) return;
    this.counted.values[task] = 0;
    this.change(level, -1, nowNs);
  }

  private change(level: number, by: number, nowNs: number): void {
    const depth = (this.depths[level] = (this.depths[level] ?? 0) + by);
    this.observer.counter(this.name, `waiting L${level}`, nowNs, depth);
  }
}

/** What cores do with time beside waiting work, integrated over the measured time: core-ns. */
import type { Probe } from '../../sim/os/cpu/probe.ts';
import { PREEMPTED, type PutCause } from '../../sim/os/policy.ts';
import type { TaskTable } from '../../sim/os/tasks.ts';

const LEVEL_COUNT = 4;

export class CoreWatch implements Probe {
  /** Idle cores, as many as there are jobs waiting for one. */
  idleBesideWorkNs = 0;
  /** Cores on lower levels, as many as there are jobs of level 1 waiting. */
  invertedNs = 0;
  /** Cores held by each level, index 0 for level 1. */
  readonly heldNs = new Float64Array(LEVEL_COUNT);
  private readonly tasks: TaskTable;
  private readonly cores: number;
  private readonly fromNs: number;
  private readonly toNs: number;
  private readonly holding = new Int32Array(LEVEL_COUNT);
  private busy = 0;
  private waiting = 0;
  private waitingL1 = 0;
  private lastNs = 0;

  constructor(tasks: TaskTable, cores: number, fromNs: number, toNs: number) {
    this.tasks = tasks;
    this.cores = cores;
    this.fromNs = fromNs;
    this.toNs = toNs;
  }

  onReady(task: number, _cause: number, nowNs: number): void {
    this.lapse(nowNs);
    this.waits(task, 1);
  }

  onDispatch(_core: number, task: number, _overheadNs: number, nowNs: number): void {
    this.lapse(nowNs);
    this.waits(task, -1);
    this.holds(task, 1);
  }

  onStop(_core: number, task: number, cause: PutCause, _ranNs: number, nowNs: number): void {
    this.lapse(nowNs);
    this.holds(task, -1);
    if (cause === PREEMPTED) this.waits(task, 1);
  }

  /** Brings the integrals up to the end of the run. */
  finish(nowNs: number): void {
    this.lapse(nowNs);
  }

  private waits(task: number, by: number): void {
    this.waiting += by;
    if (this.tasks.level[task] === 1) this.waitingL1 += by;
  }

  private holds(task: number, by: number): void {
    this.busy += by;
    this.holding[this.tasks.level[task]! - 1]! += by;
  }

  private lapse(nowNs: number): void {
    const passedNs = Math.min(nowNs, this.toNs) - Math.max(this.lastNs, this.fromNs);
    this.lastNs = nowNs;
    if (passedNs <= 0) return;
    this.idleBesideWorkNs += passedNs * Math.min(this.cores - this.busy, this.waiting);
    this.invertedNs += passedNs * Math.min(this.waitingL1, this.busy - this.holding[0]!);
    for (let index = 0; index < LEVEL_COUNT; index++) this.heldNs[index]! += passedNs * this.holding[index]!;
  }
}

/**
 * Open jobs through a processor: each arrives, needs its CPU time, and goes. Measured per queue level by label, so that a job that
 * was promoted or misclassified still counts where its data belongs.
 *
 * The warm-up rule: jobs that arrive in [warmUpNs, horizonNs) are measured, each until it leaves. Arrivals go on meanwhile, so that
 * nobody at the end finds an emptying system. Where measured jobs do not get done within `drainNs` after the horizon, their level
 * is *saturated*: it has a rate of growth and no latency, since those that are done are only the lucky ones.
 */
import type { Simulation } from '../simulation.ts';
import { ARRIVAL_ORDER, EXIT, Processor, type ProcessorOptions } from './cpu/processor.ts';
import type { Admission } from './regulated/admission.ts';
import type { TaskTable } from './tasks.ts';
import { emptyJob, type JobSource } from './workload/job-source.ts';

/** Class of the run's last event: after everything else of its instant. */
const LAST_ORDER = 15;

export interface OpenJobsOptions extends Omit<ProcessorOptions, 'onBurstEnd'> {
  readonly source: JobSource;
  readonly levels: number;
  readonly warmUpNs: number;
  readonly horizonNs: number;
  readonly drainNs: number;
  /** Who is let in; default: everybody. */
  readonly admission?: Admission;
  /** Sets what else the scheduler needs to know of a new task, e.g. its weight or priority. */
  readonly prepare?: (task: number) => void;
  /** For jobs of several bursts: what comes after the one that ended, as `onBurstEnd` of the processor says it. Default: EXIT. */
  readonly next?: (task: number) => number;
  /** Sees every measured job as it leaves, its columns still readable. */
  readonly onMeasured?: (task: number) => void;
  readonly onProgress?: (fraction: number) => void;
}

/** Growing list of integers without boxing. */
export class Samples {
  private buffer = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.buffer.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.length++] = value;
  }

  /** The values so far, as a view. */
  get values(): Float64Array {
    return this.buffer.subarray(0, this.length);
  }
}

/** One queue level's account. */
export interface LevelAccount {
  readonly responseNs: Samples;
  readonly waitNs: Samples;
  readonly sizeNs: Samples;
  /** Measured jobs that have arrived, and those still in the system. */
  arrived: number;
  pending: number;
  /** Measured jobs that were not let in, or turned out while they waited. */
  refused: number;
  /** Jobs in the system, measured or not: now, as the warm-up ended, and at the horizon. */
  present: number;
  presentAtWarmUp: number;
  presentAtHorizon: number;
  preemptions: number;
}

export class OpenJobs {
  readonly processor: Processor;
  /** Per level; index 0 is level 1. */
  readonly accounts: readonly LevelAccount[];
  /** CPU time served between warm-up and horizon. */
  measuredServiceNs = 0;
  /** Core time spent on costs between warm-up and horizon. */
  measuredOverheadNs = 0;

  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private readonly options: OpenJobsOptions;
  private readonly arrivalCode: number;
  private readonly job = emptyJob();
  private pending = 0;
  private isOver = false;

  constructor(sim: Simulation, tasks: TaskTable, options: OpenJobsOptions) {
    this.sim = sim;
    this.tasks = tasks;
    this.options = options;
    this.accounts = Array.from({ length: options.levels }, () => ({
      responseNs: new Samples(), waitNs: new Samples(), sizeNs: new Samples(),
      arrived: 0, pending: 0, refused: 0, present: 0, presentAtWarmUp: 0, presentAtHorizon: 0, preemptions: 0,
    }));
    const { admission } = options;
    const probes = [...(options.probes ?? []), ...(admission === undefined ? [] : [admission])];
    this.processor = new Processor(sim, tasks, { ...options, probes, onBurstEnd: (task) => this.leave(task) });
    admission?.attach((task) => {
      this.refuse(task);
      this.processor.withdraw(task);
    });
    this.arrivalCode = sim.register(`${options.name ?? 'cpu'}/arrival`, () => this.arrive());
    sim.after(options.warmUpNs, () => this.mark('presentAtWarmUp', -1));
    sim.after(options.horizonNs, () => {
      this.mark('presentAtHorizon', 1);
      this.endIfDone();
    });
    sim.after(options.horizonNs + options.drainNs, () => this.end());
    this.scheduleNext();
  }

  /** No mean exists where measured jobs were left over. */
  isSaturated(level: number): boolean {
    return this.accounts[level - 1]!.pending > 0;
  }

  private scheduleNext(): void {
    if (this.options.source.next(this.job)) this.sim.scheduleAt(this.job.arrivalNs, this.arrivalCode, 0, 0, 0, ARRIVAL_ORDER);
  }

  private arrive(): void {
    if (this.isOver) return;
    const { tasks, job, options, sim } = this;
    const task = tasks.create(sim.now, job.level, job.sizeNs);
    tasks.label[task] = job.label;
    tasks.estimateNs[task] = job.estimateNs;
    tasks.weight[task] = job.weight;
    tasks.type[task] = job.type;
    options.prepare?.(task);
    const account = this.accounts[job.label - 1]!;
    account.present += 1;
    if (sim.now >= options.warmUpNs && sim.now < options.horizonNs) {
      account.arrived += 1;
      account.pending += 1;
      this.pending += 1;
      if (account.arrived % 1024 === 0) options.onProgress?.(sim.now / options.horizonNs);
    }
    if (options.admission?.admits(task) === false) {
      this.refuse(task);
      tasks.free(task);
    } else this.processor.start(task);
    this.scheduleNext();
  }

  private refuse(task: number): void {
    const { tasks, options } = this;
    const account = this.accounts[tasks.label[task]! - 1]!;
    account.present -= 1;
    const arrivalNs = tasks.arrivalNs[task]!;
    if (arrivalNs < options.warmUpNs || arrivalNs >= options.horizonNs) return;
    account.pending -= 1;
    account.refused += 1;
    this.pending -= 1;
    this.endIfDone();
  }

  private leave(task: number): number {
    const { tasks, options, sim } = this;
    const next = options.next?.(task) ?? EXIT;
    if (next !== EXIT) return next;
    const account = this.accounts[tasks.label[task]! - 1]!;
    account.present -= 1;
    const arrivalNs = tasks.arrivalNs[task]!;
    if (arrivalNs < options.warmUpNs || arrivalNs >= options.horizonNs || this.isOver) return EXIT;
    account.pending -= 1;
    this.pending -= 1;
    account.responseNs.push(sim.now - arrivalNs);
    account.waitNs.push(Math.max(0, tasks.firstStartNs[task]! - arrivalNs));
    account.sizeNs.push(tasks.cpuNs[task]!);
    account.preemptions += tasks.preemptions[task]!;
    options.onMeasured?.(task);
    this.endIfDone();
    return EXIT;
  }

  private mark(field: 'presentAtWarmUp' | 'presentAtHorizon', sign: number): void {
    this.processor.settle();
    for (const account of this.accounts) account[field] = account.present;
    for (let core = 0; core < this.processor.coreCount; core++) {
      this.measuredServiceNs += sign * this.processor.serviceNs[core]!;
      this.measuredOverheadNs += sign * this.processor.overheadNs[core]!;
    }
  }

  private endIfDone(): void {
    if (this.pending === 0 && this.sim.now >= this.options.horizonNs) this.end();
  }

  /** All answers are in, or will not come: the run stops once this instant is decided, whatever still waits. */
  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.sim.after(0, () => this.sim.stop(), LAST_ORDER);
  }
}

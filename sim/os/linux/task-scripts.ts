/**
 * Tasks that follow a simple script, like the threads of a scheduler benchmark: spin for ever, run and sleep in turn, or run at the
 * beats of a timer. Notes when each was programmed to wake, when it first ran and when its burst was done. Times in integer ns.
 *
 * A burst is CPU time. After `run and sleep` the sleep counts from the end of the burst; a periodic task waits for its next absolute
 * time, and where that has passed already it goes on at once (clock_nanosleep with TIMER_ABSTIME), so a backlog is worked off.
 */
import type { Simulation } from '../../simulation.ts';
import { ARRIVAL_ORDER, type Processor, SLEEP } from '../cpu/processor.ts';
import type { Probe } from '../cpu/probe.ts';
import type { RandomStream } from '../../random.ts';
import type { TaskTable } from '../tasks.ts';

export type Behaviour = { readonly kind: 'spin' } | { readonly kind: 'sleep'; readonly runNs: number; readonly sleepNs: number } | { readonly kind: 'period'; readonly periodNs: number; readonly runNs: number };

export interface Script {
  readonly behaviour: Behaviour;
  /** Sleep before the first burst. */
  readonly phaseNs: number;
  /** A burst takes up to so much longer than the behaviour says, drawn anew for each. Default 0. */
  readonly runJitterNs?: number;
  readonly weight: number;
  /** Task column `priority`: class and real-time priority. */
  readonly priority: number;
}

/** Longer than any run. */
const FOREVER_NS = 4_503_599_627_370_496; // 2^52
/** How much later a timer of a normal task may fire, to meet another interrupt: prctl(2), PR_SET_TIMERSLACK. Real-time tasks have none. */
export const TIMER_SLACK_NS = 50_000;

/**
 * How a burst finds out that it has had its CPU time. Reading the task's CPU clock is a system call that brings its virtual time up to
 * date, and EEVDF ends a slice when that happens: so a program that measures itself is scheduled otherwise than one that computes.
 * `polled` reads all the time; `sparse` after 15/16 of what is left, until that is below 3 us (testdata/measure.c); `none` never.
 */
export const CPU_CLOCKS = ['polled', 'sparse', 'none'] as const;
export type CpuClock = (typeof CPU_CLOCKS)[number];
const SPARSE_LEFT = 1 / 16;
const SPARSE_LEAST_NS = 3000;
/** choice: polling is modelled by reads where they could show something, and at least this often, since that may change. */
const POLL_NS = 200_000;
/** choice: what a read takes, about; sets the pace where each one shows something. */
const READ_NS = 1000;

/** What a burst asks of the core's queue. */
export interface ClockReader {
  /** The running task read its CPU clock: the core may have to decide again. */
  readonly readClock: (task: number, core: number) => void;
  /** CPU time until a read would show something, as things are; Infinity if never. */
  readonly untilDueNs: (task: number, core: number) => number;
}

export interface TimerOptions {
  readonly tickNs: number;
  readonly tickOffsetNs: number;
  readonly cpuClock: CpuClock;
  /** CPU time of the way into a sleep and out of it, the task's own, after each burst. */
  readonly sleepCostNs: number;
  readonly reader: ClockReader;
  readonly onBurst: (script: number, programmedNs: number, firstRunNs: number, endNs: number) => void;
}

export class TaskScripts {
  /** Told by the processor about every dispatch. */
  readonly probe: Probe;
  /** Slot of each script's task. */
  readonly slots: number[] = [];
  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private readonly scripts: readonly Script[];
  private readonly options: TimerOptions;
  private readonly programmedNs: Float64Array;
  private readonly firstRunNs: Float64Array;
  /** 1: the task has run. A program can only read the clock when it runs, so the beats of a periodic one count from there. */
  private readonly hasRun: Uint8Array;
  /** 1: the burst is done, the task is on its way into the sleep. */
  private readonly isLeaving: Uint8Array;
  /** Of the current burst, what is left after the part that runs now. */
  private readonly leftNs: Float64Array;
  private readonly jitter: readonly RandomStream[];
  private readonly runJitter: readonly RandomStream[];
  private readonly wakeCode: number;
  private readonly atTickCode: number;
  private processor: Processor | undefined;

  constructor(sim: Simulation, tasks: TaskTable, scripts: readonly Script[], options: TimerOptions) {
    this.sim = sim;
    this.tasks = tasks;
    this.scripts = scripts;
    this.options = options;
    this.programmedNs = new Float64Array(scripts.length);
    this.firstRunNs = new Float64Array(scripts.length).fill(-1);
    this.hasRun = new Uint8Array(scripts.length);
    this.isLeaving = new Uint8Array(scripts.length);
    this.leftNs = new Float64Array(scripts.length);
    this.jitter = scripts.map((_, index) => sim.stream(`scripts/${index}/sleep-cost`));
    this.runJitter = scripts.map((_, index) => sim.stream(`scripts/${index}/run-jitter`));
    this.wakeCode = sim.register('scripts/wake', (index) => this.wake(index));
    this.atTickCode = sim.register('scripts/wake-at-tick', (index) => this.wakeAtTick(index));
    this.probe = {
      onDispatch: (_core, task, overheadNs, nowNs) => {
        const index = tasks.tag[task]!;
        if (this.firstRunNs[index]! < 0) this.firstRunNs[index] = nowNs + overheadNs;
        if (this.hasRun[index] === 0) {
          this.hasRun[index] = 1;
          this.programmedNs[index] = nowNs + overheadNs;
        }
      },
    };
  }

  start(processor: Processor): void {
    this.processor = processor;
    this.scripts.forEach(({ behaviour, phaseNs, weight, priority }, index) => {
      const burstNs = behaviour.kind === 'spin' ? FOREVER_NS : this.firstPart(index, this.newBurst(index, behaviour.runNs), POLL_NS);
      const task = this.tasks.create(this.sim.now, 1, burstNs);
      this.slots.push(task);
      this.tasks.tag[task] = index;
      this.tasks.weight[task] = weight;
      this.tasks.priority[task] = priority;
      this.programmedNs[index] = this.sim.now + phaseNs;
      const first = this.sim.register(`scripts/start-${index}`, () => processor.start(task));
      this.sim.schedule(phaseNs, first, 0, 0, 0, ARRIVAL_ORDER);
    });
  }

  /** The processor's `onBurstEnd`. */
  readonly endBurst = (task: number, core: number): number => {
    const index = this.tasks.tag[task]!;
    const { behaviour } = this.scripts[index]!;
    const { now } = this.sim;
    if (behaviour.kind === 'spin') return FOREVER_NS;
    if (this.leftNs[index]! > 0) return this.readOn(task, core, this.leftNs[index]!);
    if (this.isLeaving[index] === 0) {
      this.options.onBurst(index, this.programmedNs[index]!, this.firstRunNs[index]!, now);
      if (behaviour.kind === 'sleep') this.programmedNs[index] = now + behaviour.sleepNs;
      else this.programmedNs[index]! += behaviour.periodNs;
      this.isLeaving[index] = 1;
      if (this.options.sleepCostNs > 0) return 1 + this.jitter[index]!.below(2 * this.options.sleepCostNs);
    }
    this.isLeaving[index] = 0;
    if (this.programmedNs[index]! <= now) {
      this.firstRunNs[index] = now;
      return this.readOn(task, core, this.newBurst(index, behaviour.runNs));
    }
    this.firstRunNs[index] = -1;
    this.armTimer(task, index);
    return SLEEP;
  };

  /** A timer with slack fires with the first interrupt from its time on, at the latest when the slack is over: with the tick, where one runs. */
  private armTimer(task: number, index: number): void {
    const atNs = this.programmedNs[index]!;
    const { tickNs, tickOffsetNs } = this.options;
    const slackNs = this.tasks.priority[task]! > 0 ? 0 : TIMER_SLACK_NS;
    const atTickNs = Math.ceil((atNs - tickOffsetNs) / tickNs) * tickNs + tickOffsetNs;
    if (atTickNs < atNs + slackNs) this.sim.scheduleAt(atTickNs, this.atTickCode, index, 0, 0, ARRIVAL_ORDER);
    else this.sim.scheduleAt(atNs + slackNs, this.wakeCode, index, 0, 0, ARRIVAL_ORDER);
  }

  private wakeAtTick(index: number): void {
    const processor = this.processor!;
    const core = Math.max(0, this.tasks.lastCore[this.slots[index]!]!);
    // Behind the tick itself, whichever of the two was scheduled first.
    if (processor.taskOn(core) >= 0) this.sim.schedule(0, this.wakeCode, index, 0, 0, ARRIVAL_ORDER);
    else this.sim.scheduleAt(this.programmedNs[index]! + TIMER_SLACK_NS, this.wakeCode, index, 0, 0, ARRIVAL_ORDER);
  }

  private wake(index: number): void {
    const { behaviour } = this.scripts[index]!;
    if (behaviour.kind !== 'spin') this.processor!.wake(this.slots[index]!, this.firstPart(index, this.newBurst(index, behaviour.runNs), POLL_NS));
  }

  private newBurst(index: number, runNs: number): number {
    const { runJitterNs = 0 } = this.scripts[index]!;
    return runJitterNs > 0 ? runNs + this.runJitter[index]!.below(runJitterNs) : runNs;
  }

  /** Reads the clock, where the burst does that, and goes on. */
  private readOn(task: number, core: number, burstNs: number): number {
    const { cpuClock, reader } = this.options;
    if (cpuClock === 'none') return burstNs;
    reader.readClock(task, core);
    return this.firstPart(this.tasks.tag[task]!, burstNs, cpuClock === 'polled' ? reader.untilDueNs(task, core) : Infinity);
  }

  /** CPU time up to the next read of the clock, of `burstNs` still to do. */
  private firstPart(index: number, burstNs: number, dueNs: number): number {
    const { cpuClock } = this.options;
    let leftNs = 0;
    if (cpuClock === 'sparse') leftNs = burstNs > SPARSE_LEAST_NS ? Math.floor(burstNs * SPARSE_LEFT) : 0;
    else if (cpuClock === 'polled' && dueNs < Infinity) leftNs = Math.max(0, burstNs - Math.max(READ_NS, Math.min(POLL_NS, dueNs)));
    this.leftNs[index] = leftNs;
    return burstNs - leftNs;
  }
}

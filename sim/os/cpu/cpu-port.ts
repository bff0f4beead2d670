/** The `Cpu` port (sim/ports.ts) on a processor: what a node's protocol, store and transport ask for becomes jobs on queue levels. */
import type { Cpu } from '../../ports.ts';
import type { Simulation } from '../../simulation.ts';
import type { TaskTable } from '../tasks.ts';
import { EXIT, Processor, type ProcessorOptions } from './processor.ts';

export interface CpuPortOptions extends Omit<ProcessorOptions, 'onBurstEnd'> {
  /** Sets what else the policy needs to know of a new job, e.g. its weight. */
  readonly prepare?: (task: number) => void;
}

export class ProcessorCpu implements Cpu {
  readonly processor: Processor;
  private readonly sim: Simulation;
  private readonly tasks: TaskTable;
  private readonly prepare: ((task: number) => void) | undefined;
  /** What to call when a job is done, by the number in its tag; freed numbers are reused. */
  private readonly callbacks: ((() => void) | undefined)[] = [];
  private readonly free: number[] = [];

  constructor(sim: Simulation, tasks: TaskTable, options: CpuPortOptions) {
    this.sim = sim;
    this.tasks = tasks;
    this.prepare = options.prepare;
    this.processor = new Processor(sim, tasks, { ...options, onBurstEnd: (task) => this.done(task) });
  }

  /** `jobClass` is the queue level, 1 first; a job that costs nothing needs no core and is done at this instant. */
  run(costNs: number, jobClass: number, then: () => void): void {
    if (costNs === 0) {
      this.sim.after(0, then);
      return;
    }
    const task = this.tasks.create(this.sim.now, jobClass, costNs);
    const number = this.free.pop() ?? this.callbacks.length;
    this.callbacks[number] = then;
    this.tasks.tag[task] = number;
    this.prepare?.(task);
    this.processor.start(task);
  }

  private done(task: number): number {
    const number = this.tasks.tag[task]!;
    const then = this.callbacks[number]!;
    this.callbacks[number] = undefined;
    this.free.push(number);
    // After the core has let go of the job, so that what the caller starts now finds the core free.
    this.sim.after(0, then);
    return EXIT;
  }
}

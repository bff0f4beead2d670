/** One queue a core: where a task that becomes ready is placed, and what an idle core takes from the others. */
import type { Simulation } from '../../simulation.ts';
import type { EnqueueCause, Policy } from '../policy.ts';
import { NONE } from '../tasks.ts';
import type { Processor } from './processor.ts';

export interface PlacementOptions {
  /** Does an idle core take a waiting task from another? Default true. */
  readonly stealing?: boolean;
}

export class PerCoreQueues {
  private readonly processor: Processor;
  private readonly queues: readonly Policy[];
  private readonly options: PlacementOptions;
  private readonly sim: Simulation;

  constructor(sim: Simulation, processor: Processor, queues: readonly Policy[], options: PlacementOptions) {
    this.sim = sim;
    this.processor = processor;
    this.queues = queues;
    this.options = options;
  }

  /** Core whose queue takes the task: the one it ran on if idle, else an idle one, else the one with the fewest tasks. */
  place(task: number, _cause: EnqueueCause): number {
    const { processor } = this;
    const last = processor.tasks.lastCore[task]!;
    if (last >= 0 && this.load(last) === 0) return last;
    let best = 0;
    for (let core = 0; core < processor.coreCount; core++) if (this.load(core) < this.load(best)) best = core;
    return best;
  }

  /** Moves a waiting task of the longest queue to this idle core; false if there is none. */
  pullFor(core: number): boolean {
    if (this.options.stealing === false) return false;
    let from = NONE;
    for (let other = 0; other < this.queues.length; other++) {
      if (other !== core && this.queues[other]!.waiting > 0 && (from === NONE || this.queues[other]!.waiting > this.queues[from]!.waiting)) from = other;
    }
    if (from === NONE) return false;
    const task = this.queues[from]!.stealable(this.sim.now);
    if (task === NONE) return false;
    this.processor.move(task, from, core);
    return true;
  }

  private load(core: number): number {
    return this.queues[core]!.waiting + (this.processor.taskOn(core) === NONE ? 0 : 1);
  }
}

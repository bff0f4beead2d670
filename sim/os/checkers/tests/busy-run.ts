/** A small busy node under checkers: random tasks that come, sleep, go on, and leave, on any scheduler. For tests of schedulers and of checkers. */
import { Simulation } from '../../../simulation.ts';
import type { CpuCosts } from '../../cpu/costs.ts';
import { ARRIVAL_ORDER, EXIT, Processor, SLEEP } from '../../cpu/processor.ts';
import { ProcessorSharing } from '../../policies/processor-sharing.ts';
import type { Policy } from '../../policy.ts';
import type { RegulatedOptions } from '../../regulated/options.ts';
import { Regulated } from '../../regulated/regulated.ts';
import { type InnerName, innerPolicy } from '../../scheduler-spec.ts';
import { NONE, TaskTable } from '../../tasks.ts';
import { type SchedulerCheckers, schedulerCheckers } from '../scheduler-checkers.ts';

export interface BusyRun {
  readonly seed: number;
  readonly inner: readonly InnerName[];
  readonly regulated?: RegulatedOptions;
  readonly cores?: number;
  readonly queues?: 'shared' | 'stealing' | 'own';
  readonly costs?: CpuCosts;
  readonly tasks?: number;
  /** Offered load of all cores together, in cores. Default 0.9 of them. */
  readonly load?: number;
  /** Threads that sleep and wake instead of jobs that come once. */
  readonly threads?: boolean;
  /** Estimates of size off by a factor of up to 4 either way. */
  readonly noisy?: boolean;
  /** Events of one instant and class in a random order. */
  readonly isShuffled?: boolean;
}

export interface BusyAnswer {
  readonly checkers: SchedulerCheckers;
  readonly processor: Processor;
  readonly responsesNs: number[];
}

/** Quantum of round robin in these runs. */
export const QUANTUM_NS = 300;

/** Sizes and gaps on a coarse grid, so that many things happen at one instant. */
export function busyRun(run: BusyRun): BusyAnswer {
  const { seed, inner, cores = 1, queues = 'shared', tasks: count = 200 } = run;
  const sim = new Simulation({ seed: `busy ${seed}`, scenario: 'busy run', ...(run.isShuffled === true ? { tieShuffle: `${seed}` } : {}) });
  const draws = sim.stream('busy');
  const draw = (below: number): number => draws.below(below);
  const tasks = new TaskTable();
  const newLevels = (): Policy[] => inner.map((name) => innerPolicy(tasks, name, { quantumNs: QUANTUM_NS }));
  const newPolicy = (levels: Policy[]): Policy => (run.regulated === undefined ? levels[0]! : new Regulated(tasks, levels, { ...run.regulated, cores }, sim));
  const first = newLevels();
  const checkers = schedulerCheckers(sim, tasks, {
    inner, cores, queues, quantumNs: QUANTUM_NS,
    ...(queues === 'shared' ? { fluids: first.map((level) => (level instanceof ProcessorSharing ? level : undefined)) } : {}),
    ...(run.regulated === undefined ? {} : { regulated: run.regulated }),
    ...(run.costs === undefined ? {} : { costs: run.costs }),
  });
  const responsesNs: number[] = [];
  const size = (): number => 100 * (1 + (draw(5) === 0 ? draw(40) : draw(6)));
  const burstsLeft = tasks.column();
  const processor = new Processor(sim, tasks, {
    cores,
    policies: queues === 'shared' ? newPolicy(first) : Array.from({ length: cores }, () => newPolicy(newLevels())),
    placement: { stealing: queues === 'stealing' },
    probes: [checkers],
    ...(run.costs === undefined ? {} : { costs: run.costs }),
    onBurstEnd: (task) => {
      if (burstsLeft.values[task]! > 0) {
        burstsLeft.values[task]! -= 1;
        const next = size();
        tasks.estimateNs[task] = next;
        if (draw(3) === 0 && !hasFluid) return next;
        sim.schedule(100 * draw(30), wake, task, next, 0, ARRIVAL_ORDER);
        return SLEEP;
      }
      responsesNs.push(sim.now - tasks.arrivalNs[task]!);
      return EXIT;
    },
  });
  const hasFluid = inner.some((name) => name === 'ps' || name === 'dps');
  const wake = sim.register('busy/wake', (task, burstNs) => processor.wake(task, burstNs));
  const arrive = sim.register('busy/arrive', (left) => {
    const task = tasks.create(sim.now, 1 + draw(inner.length), size());
    tasks.weight[task] = [1, 3, 15, 1024][draw(4)]!;
    if (run.noisy === true) tasks.estimateNs[task] = Math.max(1, Math.floor((tasks.sizeNs[task]! * [1, 2, 8, 16][draw(4)]!) / 4));
    burstsLeft.values[task] = run.threads === true ? draw(5) : 0;
    processor.start(task);
    // The mean size is 100 (0.8 * 3.5 + 0.2 * 20.5) = 690 ns; a third of the arrivals come together with the one before.
    const meanGapNs = 690 / (run.load ?? 0.9 * cores) / (run.threads === true ? 1 / 3 : 1);
    if (left > 1) sim.schedule(draw(3) === 0 ? 0 : 100 * draw(Math.ceil((3 * meanGapNs) / 100)), arrive, left - 1, 0, 0, ARRIVAL_ORDER);
  });
  sim.schedule(draw(1000), arrive, count, 0, 0, ARRIVAL_ORDER);
  sim.run();
  checkers.finish(processor);
  if (processor.taskOn(0) !== NONE || tasks.count > 0) sim.fail(`busy run: ${tasks.count} tasks are left; required: all done`);
  return { checkers, processor, responsesNs };
}

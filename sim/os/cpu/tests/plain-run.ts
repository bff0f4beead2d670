/** The processor on the jobs and rules of plain-cores.ts, and random jobs for both. */
import { exponential, roundNs } from '../../../distributions.ts';
import { Streams } from '../../../random.ts';
import { Simulation } from '../../../simulation.ts';
import { innerPolicy, regulatedPolicy } from '../../scheduler-spec.ts';
import { TaskTable } from '../../tasks.ts';
import { ARRIVAL_ORDER, EXIT, Processor } from '../processor.ts';
import type { PlainJob, PlainRules } from './plain-cores.ts';

/** Completions by index; with `tieShuffle` equal events come in another order. */
export function simulated(jobs: readonly PlainJob[], { cores, between, inner, quantumNs = 1, switchNs = 0 }: PlainRules, tieShuffle?: string): number[] {
  const sim = new Simulation({ seed: '1', ...(tieShuffle === undefined ? {} : { tieShuffle }) });
  const tasks = new TaskTable();
  const policies = between === 'none' ? innerPolicy(tasks, inner, { quantumNs }) : regulatedPolicy(tasks, [inner, inner, inner, inner], { between, cores }, { quantumNs });
  const ends: number[] = [];
  const processor = new Processor(sim, tasks, {
    cores, policies, costs: { contextSwitchNs: switchNs, warmUpNs: 0, classifyNs: 0 },
    onBurstEnd: (task) => {
      ends[tasks.tag[task]!] = sim.now;
      return EXIT;
    },
  });
  jobs.forEach(({ arrivalNs, sizeNs, level }, index) => {
    sim.after(arrivalNs, () => {
      const task = tasks.create(sim.now, level, sizeNs);
      tasks.tag[task] = index;
      tasks.serial[task] = index;
      processor.start(task);
    }, ARRIVAL_ORDER);
  });
  sim.run();
  return ends;
}

/** Open jobs at nine tenths of the cores' capacity; with `grain` large, many things happen at one instant. */
export function randomJobs(seed: string, count: number, cores: number, grain: number): PlainJob[] {
  const stream = new Streams(seed).stream('jobs');
  let atNs = 0;
  return Array.from({ length: count }, () => {
    atNs += exponential(stream, 1e6 / (0.9 * cores));
    return { arrivalNs: grain * roundNs(atNs / grain), sizeNs: grain * Math.max(1, roundNs(exponential(stream, 1e6) / grain)), level: 1 + stream.below(4) };
  });
}

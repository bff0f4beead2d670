/** A few jobs through the regulated scheduler, and the schedule as a line of text: what the tests of this folder read. Times in ns. */
import { Simulation } from '../../../simulation.ts';
import type { CpuCosts } from '../../cpu/costs.ts';
import type { Probe } from '../../cpu/probe.ts';
import { ARRIVAL_ORDER, EXIT, Processor } from '../../cpu/processor.ts';
import { type InnerName, regulatedPolicy } from '../../scheduler-spec.ts';
import { TaskTable } from '../../tasks.ts';
import type { RegulatedOptions } from '../options.ts';
import { TaskRecords } from '../records.ts';
import type { Regulated } from '../regulated.ts';

export interface HandJob {
  readonly name: string;
  readonly at: number;
  readonly size: number;
  readonly level: number;
  /** What SPN and SRT are told; default: the size. */
  readonly estimate?: number;
}

export interface HandOptions {
  readonly inner?: InnerName;
  readonly costs?: CpuCosts;
  readonly probes?: (sim: Simulation, tasks: TaskTable) => readonly Probe[];
  /** Called when a job's burst ends; as `onBurstEnd` of the processor. Default: it exits. */
  readonly onBurstEnd?: (name: string, task: number, policy: Regulated) => number;
}

export interface HandRun {
  /** Who had the core when, e.g. `a 0-10, b 10-15, a 15-35`; a number in front of each stretch where there are several cores. */
  readonly schedule: string;
  readonly ends: Readonly<Record<string, number>>;
  readonly records: TaskRecords;
  readonly policy: Regulated;
  readonly processor: Processor;
  readonly sim: Simulation;
}

export function handRun(jobs: readonly HandJob[], regulated: RegulatedOptions, options: HandOptions = {}): HandRun {
  const sim = new Simulation({ seed: 'hand', scenario: 'hand run' });
  const tasks = new TaskTable();
  const cores = regulated.cores ?? 1;
  const { inner = 'fcfs' } = options;
  const policy = regulatedPolicy(tasks, [inner, inner, inner, inner], regulated, { quantumNs: 10 }, sim);
  const records = new TaskRecords(tasks);
  const ends: Record<string, number> = {};
  const stretches: string[] = [];
  const begun = new Float64Array(cores);
  const nameOf = (task: number): string => jobs[tasks.tag[task]!]!.name;
  const gantt: Probe = {
    onDispatch: (core, _task, overheadNs) => {
      begun[core] = sim.now + overheadNs;
    },
    onStop: (core, task, _cause, ranNs) => {
      if (ranNs > 0) stretches.push(`${cores > 1 ? `${core}:` : ''}${nameOf(task)} ${begun[core]}-${sim.now}`);
    },
  };
  const processor = new Processor(sim, tasks, {
    cores,
    policies: policy,
    probes: [gantt, ...(options.probes?.(sim, tasks) ?? [])],
    ...(options.costs === undefined ? {} : { costs: options.costs }),
    onBurstEnd: (task, core) => {
      const answer = options.onBurstEnd?.(nameOf(task), task, policy) ?? EXIT;
      if (answer !== EXIT) return answer;
      ends[nameOf(task)] = sim.now;
      records.add(task, sim.now, policy.programOf(core));
      return EXIT;
    },
  });
  const arrive = sim.register('hand/arrival', (index) => {
    const { size, level, estimate = size } = jobs[index]!;
    const task = tasks.create(sim.now, level, size);
    tasks.tag[task] = index;
    tasks.estimateNs[task] = estimate;
    processor.start(task);
  });
  jobs.forEach(({ at }, index) => sim.scheduleAt(at, arrive, index, 0, 0, ARRIVAL_ORDER));
  sim.run();
  return { schedule: stretches.join(', '), ends, records, policy, processor, sim };
}

/** Random jobs on four levels, on a coarse grid so that much happens at one instant. */
export function randomJobs(seed: string, count: number, meanGap: number): HandJob[] {
  const draws = new Simulation({ seed }).stream('jobs');
  let at = 0;
  return Array.from({ length: count }, (_, index) => {
    at += draws.below(2 * meanGap + 1);
    return { name: String(index), at, size: 1 + draws.below(20), level: 1 + draws.below(4) };
  });
}

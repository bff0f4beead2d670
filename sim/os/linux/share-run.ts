/**
 * One run of scripted tasks on a Linux machine: CPU time of each inside a window, and the latencies of the wake-ups programmed in it.
 * All tasks start at time 0; the window opens after a warm-up, as in the measurements of real kernels (testdata/README.md).
 */
import type { Simulation } from '../../simulation.ts';
import { type CpuCosts, NO_COSTS } from '../cpu/costs.ts';
import { Processor } from '../cpu/processor.ts';
import type { Probe } from '../cpu/probe.ts';
import { Samples } from '../open-jobs.ts';
import { TaskTable } from '../tasks.ts';
import { LinuxClasses, type LinuxOptions } from './classes.ts';
import { type CpuClock, type Script, TaskScripts } from './task-scripts.ts';

export interface ShareRunOptions extends LinuxOptions {
  readonly scripts: readonly Script[];
  readonly tickOffsetNs: number;
  readonly warmUpNs: number;
  readonly windowNs: number;
  readonly costs?: CpuCosts;
  readonly cpuClock: CpuClock;
  readonly sleepCostNs?: number;
  readonly probes?: readonly Probe[];
}

/** Per script. */
export interface ScriptResult {
  /** CPU time inside the window. */
  cpuNs: number;
  /** From the programmed wake-up to the first run, and to the end of the burst. */
  readonly wakeNs: Samples;
  readonly responseNs: Samples;
}

/** Sets a run up; its results are complete when the simulation has stopped. */
export function startShares(sim: Simulation, options: ShareRunOptions): ScriptResult[] {
  const { scripts, cpus, tickNs, tickOffsetNs, warmUpNs, windowNs } = options;
  const results: ScriptResult[] = scripts.map(() => ({ cpuNs: 0, wakeNs: new Samples(), responseNs: new Samples() }));
  const tasks = new TaskTable();
  const endNs = warmUpNs + windowNs;
  const behaviours = new TaskScripts(sim, tasks, scripts, {
    tickNs,
    tickOffsetNs,
    cpuClock: options.cpuClock,
    sleepCostNs: options.sleepCostNs ?? 0,
    reader: {
      readClock: (task, core) => {
        if (queues[core]!.readClock(task)) processor.requestDecision(core);
      },
      untilDueNs: (task, core) => queues[core]!.untilDueNs(task),
    },
    onBurst: (script, programmedNs, firstRunNs, doneNs) => {
      if (programmedNs < warmUpNs || programmedNs >= endNs) return;
      results[script]!.wakeNs.push(firstRunNs - programmedNs);
      results[script]!.responseNs.push(doneNs - programmedNs);
    },
  });
  const queues: LinuxClasses[] = [];
  for (let cpu = 0; cpu < cpus; cpu++) queues.push(new LinuxClasses(sim, tasks, options, cpu, queues[0]));
  const processor = new Processor(sim, tasks, {
    cores: cpus,
    policies: cpus === 1 ? queues[0]! : queues,
    costs: options.costs ?? NO_COSTS,
    tickNs,
    tickOffsetNs,
    onBurstEnd: behaviours.endBurst,
    probes: [behaviours.probe, ...(options.probes ?? [])],
  });
  behaviours.start(processor);
  const read = (sign: number): void => {
    processor.settle();
    behaviours.slots.forEach((task, index) => (results[index]!.cpuNs += sign * tasks.cpuNs[task]!));
  };
  sim.after(warmUpNs, () => read(-1));
  sim.after(endNs, () => {
    read(1);
    sim.stop();
  });
  return results;
}

export function runShares(sim: Simulation, options: ShareRunOptions): ScriptResult[] {
  const results = startShares(sim, options);
  sim.run();
  return results;
}

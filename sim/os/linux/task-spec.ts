/** Tasks of a Linux machine as plain data, in microseconds as people write them, and one run of them from a random start phase. */
import type { Simulation } from '../../simulation.ts';
import { NS_PER_US } from '../../time.ts';
import type { Probe } from '../cpu/probe.ts';
import type { LinuxPolicy } from './classes.ts';
import { IDLE, IDLE_WEIGHT, NORMAL, weightOfNice } from './load-weight.ts';
import { type ScriptResult, startShares } from './share-run.ts';
import type { Behaviour, CpuClock, Script } from './task-scripts.ts';

export type BehaviourSpec = 'spin' | { readonly runUs: number; readonly sleepUs: number } | { readonly periodUs: number; readonly runUs: number };

export interface TaskSpec {
  readonly name: string;
  readonly nice: number;
  /** SCHED_OTHER, SCHED_IDLE, SCHED_FIFO. */
  readonly class: 'normal' | 'idle' | 'fifo';
  /** Of a fifo task, 1 to 99. */
  readonly priority?: number | undefined;
  readonly behaviour: BehaviourSpec;
  /** Each burst takes up to so much longer, drawn anew. Default 0. */
  readonly jitterUs?: number | undefined;
}

export interface MachineSpec {
  readonly policy: LinuxPolicy;
  readonly hz: number;
  readonly cpus: number;
  readonly cpuClock: CpuClock;
  readonly windowNs: number;
  /** Measured so much later than after the usual warm-up. Default 0. */
  readonly laterNs?: number;
  readonly probes?: readonly Probe[];
}

/** testdata/README.md: tasks run this long before they are measured. */
export const WARM_UP_NS = 500_000_000;
/**
 * Kernel work on the machine of the measurements, which executes 250 million instructions a second: from a timer to the first
 * instruction of a real-time task 15.0 us, and 20 us of a task's own CPU time in each sleep (case fifo-period-5-1-vs-2: 1.020 ms of
 * CPU in each period with bursts of 1 ms). Present machines need a fifth of that; shares and tails above a millisecond hardly notice,
 * but without any such cost tasks stay in step with the tick for ever.
 */
export const SWITCH_COST_NS = 15_000;
export const SLEEP_COST_NS = 20_000;

function behaviourOf(spec: BehaviourSpec): Behaviour {
  if (spec === 'spin') return { kind: 'spin' };
  const runNs = Math.round(spec.runUs * NS_PER_US);
  if ('sleepUs' in spec) return { kind: 'sleep', runNs, sleepNs: Math.round(spec.sleepUs * NS_PER_US) };
  return { kind: 'period', runNs, periodNs: Math.round(spec.periodUs * NS_PER_US) };
}

/** Length of a cycle, if nobody disturbed it; 0 for a task that spins. */
export function cycleNs(behaviour: Behaviour): number {
  if (behaviour.kind === 'spin') return 0;
  return behaviour.kind === 'sleep' ? behaviour.runNs + behaviour.sleepNs : behaviour.periodNs;
}

/**
 * Sets one run up. Where in its cycle each task starts, and where the tick falls, is drawn from streams of the simulation: tasks that stay in
 * step with the tick show another picture for each start, and only the mixture of many says what to expect.
 */
export function startFromRandomPhase(sim: Simulation, machine: MachineSpec, tasks: readonly TaskSpec[]): ScriptResult[] {
  const tickNs = Math.round(1e9 / machine.hz);
  const scripts = tasks.map((spec, index): Script => {
    const behaviour = behaviourOf(spec.behaviour);
    const cycle = cycleNs(behaviour);
    const phaseNs = cycle > 0 ? sim.stream(`linux/task-${index}/phase`).below(cycle) : 0;
    const timing = { behaviour, phaseNs, runJitterNs: Math.round((spec.jitterUs ?? 0) * NS_PER_US) };
    if (spec.class === 'fifo') return { ...timing, weight: weightOfNice(0), priority: spec.priority ?? 1 };
    const isIdle = spec.class === 'idle';
    return { ...timing, weight: isIdle ? IDLE_WEIGHT : weightOfNice(spec.nice), priority: isIdle ? IDLE : NORMAL };
  });
  return startShares(sim, {
    ...machine,
    scripts,
    tickNs,
    tickOffsetNs: sim.stream('linux/tick/phase').below(tickNs),
    warmUpNs: WARM_UP_NS + (machine.laterNs ?? 0),
    sleepCostNs: SLEEP_COST_NS,
    costs: { contextSwitchNs: SWITCH_COST_NS, warmUpNs: 0, classifyNs: 0 },
  });
}

export function runFromRandomPhase(sim: Simulation, machine: MachineSpec, tasks: readonly TaskSpec[]): ScriptResult[] {
  const results = startFromRandomPhase(sim, machine, tasks);
  sim.run();
  return results;
}

/**
 * A node's processor by name: one core. What the protocol asks for is real-time work under regulation (queue level 1), what else runs there is
 * ordinary (level 4); fair schedulers make no difference between them. Left out: weights by nice value (see cfs-vs-regulated).
 */
import { IdealCpu } from '../../../sim/ideal.ts';
import { ProcessorCpu } from '../../../sim/os/cpu/cpu-port.ts';
import { NICE_0_WEIGHT } from '../../../sim/os/linux/load-weight.ts';
import { Cfs } from '../../../sim/os/policies/cfs.ts';
import { Eevdf } from '../../../sim/os/policies/eevdf.ts';
import type { Policy } from '../../../sim/os/policy.ts';
import { regulatedPolicy } from '../../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../../sim/os/tasks.ts';
import type { Cpu } from '../../../sim/ports.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_US } from '../../../sim/time.ts';
import type { CpuPart } from './spec.ts';

export const PROTOCOL_LEVEL = 1;
export const BACKGROUND_LEVEL = 4;
/** CONFIG_HZ = 250, the default of common distributions. */
const TICK_NS = 4 * NS_PER_MS;
/** choice: the order of magnitude of a direct context switch (sim/os/cpu/README.md). */
const CONTEXT_SWITCH_NS = 2 * NS_PER_US;

export function createCpu(sim: Simulation, part: CpuPart, name: string): Cpu {
  if (part === 'ideal') return new IdealCpu(sim);
  const tasks = new TaskTable();
  const isFair = part === 'cfs' || part === 'eevdf';
  const cpu = new ProcessorCpu(sim, tasks, {
    name,
    policies: policyOf(sim, tasks, part),
    costs: { contextSwitchNs: CONTEXT_SWITCH_NS, warmUpNs: 0, classifyNs: 0 },
    tickNs: isFair ? TICK_NS : 0,
    prepare: (task) => {
      tasks.weight[task] = NICE_0_WEIGHT;
    },
  });
  // Step machines name no class: theirs is 0.
  return { run: (costNs, jobClass, then) => cpu.run(costNs, jobClass === 0 ? PROTOCOL_LEVEL : jobClass, then) };
}

function policyOf(sim: Simulation, tasks: TaskTable, part: Exclude<CpuPart, 'ideal'>): Policy {
  if (part === 'cfs') return new Cfs(tasks);
  if (part === 'eevdf') return new Eevdf(tasks, { tickNs: TICK_NS });
  return regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: part === 'regulated-np' ? 'np' : 'pr' }, {}, sim);
}

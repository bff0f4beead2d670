/**
 * The same arrivals under every work-conserving policy: whoever is served, the work that is left is the same at every instant. So
 * one digest over the unfinished work at all arrivals has to be equal, bit for bit, under all of them.
 */
import { schedulerCheckers } from '../../sim/os/checkers/scheduler-checkers.ts';
import { ARRIVAL_ORDER, EXIT, Processor } from '../../sim/os/cpu/processor.ts';
import { NICE_0_WEIGHT } from '../../sim/os/linux/load-weight.ts';
import type { Policy } from '../../sim/os/policy.ts';
import { innerPolicy, type InnerName, regulatedPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { exponential, hyperExponential, roundNs } from '../../sim/distributions.ts';
import type { Simulation } from '../../sim/simulation.ts';

const SINGLE = ['fcfs', 'spn', 'srt', 'rr', 'cfs', 'eevdf'] as const satisfies readonly InnerName[];
const LEVELS = [1, 2, 3, 4];
const TICK_NS = 4_000_000;

/** How many policies have another path than FCFS, and how many were compared. */
export function comparePaths(sim: Simulation, load: number, meanServiceNs: number, jobs: number): { differing: () => number; compared: number } {
  const arrivals = sim.stream('paths/arrivals');
  const sizes = sim.stream('paths/sizes');
  const classes = sim.stream('paths/levels');
  const runs = [
    ...SINGLE.map((inner) => start(sim, inner, (tasks) => innerPolicy(tasks, inner), [inner])),
    ...(['np', 'pr'] as const).map((between) => start(sim, between, (tasks) => regulatedPolicy(tasks, LEVELS.map(() => 'fcfs' as const), { between }), ['fcfs', 'fcfs', 'fcfs', 'fcfs'], between)),
  ];
  let left = jobs;
  const arrive = sim.register('paths/arrival', () => {
    const sizeNs = Math.max(1, roundNs(hyperExponential(sizes, meanServiceNs, 4)));
    const level = 1 + classes.below(LEVELS.length);
    for (const run of runs) run.arrive(sizeNs, level);
    if (--left > 0) sim.schedule(roundNs(exponential(arrivals, meanServiceNs / load)), arrive, 0, 0, 0, ARRIVAL_ORDER);
  });
  sim.schedule(0, arrive, 0, 0, 0, ARRIVAL_ORDER);
  return { compared: runs.length, differing: () => runs.filter((run) => run.digest() !== runs[0]!.digest()).length };
}

function start(sim: Simulation, name: string, policyOf: (tasks: TaskTable) => Policy, inner: readonly string[], between?: 'np' | 'pr'): { arrive: (sizeNs: number, level: number) => void; digest: () => string } {
  const tasks = new TaskTable();
  const checkers = schedulerCheckers(sim, tasks, { inner, ...(between === undefined ? {} : { regulated: { between } }) });
  const processor = new Processor(sim, tasks, { name: `paths/${name}`, policies: policyOf(tasks), tickNs: TICK_NS, onBurstEnd: () => EXIT, probes: [checkers] });
  return {
    arrive: (sizeNs, level) => {
      const task = tasks.create(sim.now, level, sizeNs);
      tasks.weight[task] = NICE_0_WEIGHT;
      processor.start(task);
    },
    digest: () => {
      checkers.finish(processor);
      return String(checkers.workPath!.path);
    },
  };
}

/** What the checks of planted Linux bugs need, in one module graph, so that a mutant is in all of it. */
export { runFromRandomPhase, type TaskSpec } from '../../sim/os/linux/task-spec.ts';
export { Simulation } from '../../sim/simulation.ts';

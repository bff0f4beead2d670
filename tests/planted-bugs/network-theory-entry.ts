/** What the checks of bugs planted beneath the laws of the network need, in one module graph. */
export { experiment, type ExperimentId } from '../../scenarios/network-theory/experiments.ts';
export { Simulation } from '../../sim/simulation.ts';

/** What the checks of whole nodes need, as one module that can be loaded with a bug in place. */
export { PBFT_PROFILES } from '../../sim/consensus/pbft/config.ts';
export { startPbftNodes } from '../../scenarios/testbed/node/pbft-nodes.ts';
export { Simulation } from '../../sim/simulation.ts';

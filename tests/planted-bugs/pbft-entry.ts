/** What the checks of planted PBFT bugs need, in one module graph, so that a mutant is in all of it. */
export { drawCase, runCase, type SwarmOutcome } from '../../scenarios/testbed/pbft-swarm.ts';
export { choose } from '../../sim/consensus/pbft/choices.ts';
export { pbft } from '../../sim/consensus/pbft/replica.ts';

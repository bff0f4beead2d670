/** What a planted bug in the packet level's links, queues, faults or checkers is loaded with. */
export * from '../../sim/network/checkers/synchrony.ts';
export * from '../../sim/network/checkers/tests/busy-link.ts';
export * from '../../sim/network/faults/partial-synchrony.ts';
export * from '../../sim/network/faults/pipeline.ts';
export * from '../../sim/network/link/codel.ts';
export * from '../../sim/network/link/drop-tail.ts';
export * from '../../sim/network/link/fq-codel.ts';
export * from '../../sim/network/link/line.ts';
export * from '../../sim/network/link/pie.ts';
export * from '../../sim/network/link/queue-gauge.ts';
export * from '../../sim/network/link/red.ts';
export * from '../../sim/network/link/tests/compare-aqm.ts';
export * from '../../sim/network/link/tests/harness.ts';
export * from '../../sim/network/link/tests/naive-aqm.ts';
export * from '../../sim/network/packets.ts';
export * from '../../sim/random.ts';
export { Simulation } from '../../sim/simulation.ts';

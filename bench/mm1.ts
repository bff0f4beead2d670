/**
 * M/M/1 through the public API: arrivals, waiting room, service, draws of the exponential and the fingerprint, as a model would
 * have them. Two events a customer. Set-up is not timed.
 */
import { OpenQueue } from '../sim/os/open-queue.ts';
import { Simulation } from '../sim/simulation.ts';
import { defineBenchmark } from './benchmark.ts';

export default defineBenchmark({
  name: 'mm1',
  about: 'M/M/1 queue: two events and two draws a customer',
  flags: { customers: 2_000_000, load: 0.9, queue: 'ladder' },
  choices: { queue: ['ladder', 'heap'] },
  compare: { sizes: [{ customers: 20_000 }, { customers: 200_000 }], versions: [{ queue: 'ladder' }, { queue: 'heap' }] },
  run({ customers, load, queue }, timed) {
    const sim = new Simulation({ seed: 'mm1', scenario: 'mm1', queue: queue === 'heap' ? 'heap' : 'ladder' });
    const station = new OpenQueue(sim, { servers: [1], lambda: [load], service: [{ law: 'exp', mean: 1 }], nsPerUnit: 1e6, customers, warmUp: 0 });
    const events = timed(() => sim.run());
    sim.note(station.totals[0]!.waitNs);
    return { events, checksum: sim.fingerprint() };
  },
});

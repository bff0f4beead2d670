/**
 * Hold model: a fixed number of pending events; each event, when it runs, schedules one more. Measures the kernel
 * through its public API, fingerprint on.
 *
 * Delays come from a table drawn before the clock starts, four times longer than what is pending (a short table repeats
 * and makes events arrive in groups). Filling the queue and a warm-up of a fifth of the events are not timed.
 */
import { exponential, roundNs } from '../sim/distributions.ts';
import { type RandomStream, Streams } from '../sim/random.ts';
import { Simulation } from '../sim/simulation.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../sim/time.ts';
import { defineBenchmark } from './benchmark.ts';

/** Draws one delay, ns. */
const DISTRIBUTIONS: Readonly<Record<string, (stream: RandomStream) => number>> = {
  exp: (stream) => roundNs(exponential(stream, NS_PER_S)),
  // Packets and timeouts: nine in ten are ten thousand times shorter than the tenth.
  bimodal: (stream) => roundNs(exponential(stream, stream.below(10) === 0 ? NS_PER_S : 100 * NS_PER_US)),
  // Ten distinct delays, one of them zero.
  ties: (stream) => stream.below(10) * NS_PER_MS,
  // Everything that is pending is due at the same instant.
  storm: () => NS_PER_MS,
};

const TABLE_MAX = 4_194_301;

export default defineBenchmark({
  name: 'hold',
  about: 'hold model: each event schedules one more; N pending',
  flags: { pending: 100_000, events: 5_000_000, distribution: 'exp', queue: 'ladder' },
  choices: { distribution: Object.keys(DISTRIBUTIONS), queue: ['ladder', 'heap'] },
  max: { pending: 16_000_000 },
  compare: { sizes: [{ pending: 1000, events: 500_000 }, { pending: 100_000, events: 500_000 }], versions: [{ queue: 'ladder' }, { queue: 'heap' }] },
  run({ pending, events, distribution, queue }, timed) {
    const sim = new Simulation({ seed: 'hold', scenario: 'hold', queue: queue === 'heap' ? 'heap' : 'ladder', maxEventsPerInstant: Infinity });
    const draw = DISTRIBUTIONS[distribution]!;
    const stream = new Streams('hold').stream('delays');
    const delaysNs = new Float64Array(Math.min(TABLE_MAX, Math.max(65_537, pending * 4 + 1)));
    for (let index = 0; index < delaysNs.length; index++) delaysNs[index] = draw(stream);
    let cursor = 0;
    const hold = sim.register('hold', (target) => {
      if (cursor === delaysNs.length) cursor = 0;
      sim.schedule(delaysNs[cursor++]!, hold, target);
    });
    for (let index = 0; index < pending; index++) {
      if (cursor === delaysNs.length) cursor = 0;
      sim.schedule(delaysNs[cursor++]!, hold, index);
    }
    sim.run({ maxEvents: Math.floor(events / 5) });
    timed(() => sim.run({ maxEvents: events }));
    return { events, checksum: sim.fingerprint() };
  },
});

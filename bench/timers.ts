/**
 * Cancel-heavy timers: each flow has a retransmission timer of 200 ms and arms a new one on every acknowledgement. Of ten
 * timers so replaced exactly nine are cancelled; the tenth is left alone and fires. The share is printed.
 *
 * An operation is one schedule, one cancel, or one event run; `events` counts operations.
 */
import { Streams } from '../sim/random.ts';
import { Simulation } from '../sim/simulation.ts';
import { NS_PER_MS } from '../sim/time.ts';
import { defineBenchmark } from './benchmark.ts';

export default defineBenchmark({
  name: 'timers',
  about: 'timers of which nine in ten are cancelled; operations = schedules + cancels + events',
  flags: { flows: 2000, operations: 5_000_000, queue: 'ladder' },
  choices: { queue: ['ladder', 'heap'] },
  compare: { sizes: [{ flows: 100, operations: 500_000 }, { flows: 20_000, operations: 500_000 }], versions: [{ queue: 'ladder' }, { queue: 'heap' }] },
  run({ flows, operations, queue }, timed) {
    const sim = new Simulation({ seed: 'timers', scenario: 'timers', queue: queue === 'heap' ? 'heap' : 'ladder' });
    const stream = new Streams('timers').stream('acknowledgements');
    const gapsNs = Int32Array.from({ length: 65_537 }, () => 1 + stream.below(2 * NS_PER_MS));
    const timers = new Float64Array(flows);
    let cursor = 0;
    let done = 0;
    let replaced = 0;
    let cancelled = 0;
    const timeout = sim.register('timeout', () => {
      done++;
    });
    const acknowledge = sim.register('acknowledge', (flow) => {
      if (++cursor === gapsNs.length) cursor = 0;
      if (++replaced % 10 !== 0 && sim.cancel(timers[flow]!)) {
        cancelled++;
        done++;
      }
      timers[flow] = sim.schedule(200 * NS_PER_MS, timeout, flow);
      sim.schedule(gapsNs[cursor]!, acknowledge, flow);
      done += 3;
    });
    for (let flow = 0; flow < flows; flow++) {
      timers[flow] = sim.schedule(200 * NS_PER_MS, timeout, flow);
      sim.schedule(gapsNs[flow % gapsNs.length]!, acknowledge, flow);
    }
    const operate = (count: number): number => {
      const before = done;
      for (let left = count; left > 0; left = count - (done - before)) sim.run({ maxEvents: 1000 });
      return done - before;
    };
    operate(Math.floor(operations / 5));
    const events = timed(() => operate(operations));
    return { events, checksum: sim.fingerprint(), remark: `${cancelled} of ${replaced} timers cancelled (${((100 * cancelled) / replaced).toFixed(2)} %)` };
  },
});

/**
 * One bulk flow over one bottleneck, packet by packet, with all that is measured in a run: queue histogram, counters of the port, delivery-rate
 * samples, smoothed round-trip times every 10 ms. `packets` are data packets sent, retransmissions included.
 * Set-up and the first `warmUpSeconds` of the run, in which the engine compiles, are neither timed nor counted.
 */
import { SrttSampler } from '../sim/network/tcp/srtt-sampler.ts';
import { createController, type ControllerName } from '../sim/network/tcp/controllers/index.ts';
import { Dumbbell } from '../sim/network/tcp/dumbbell.ts';
import { Simulation } from '../sim/simulation.ts';
import { defineBenchmark } from './benchmark.ts';

const WIRE_BYTES = 1502;

export default defineBenchmark({
  name: 'packet-level',
  about: 'one flow over one bottleneck, packet by packet: data packets a CPU second',
  flags: { seconds: 300, warmUpSeconds: 60, rateMbps: 50, rttMs: 40, bufferPercent: 100, controller: 'cubic' },
  choices: { controller: ['cubic', 'reno', 'bbr'] },
  max: { seconds: 100_000, warmUpSeconds: 1000, rateMbps: 10_000, rttMs: 1000, bufferPercent: 10_000 },
  compare: { sizes: [{ seconds: 10 }, { seconds: 300 }], versions: [{ controller: 'cubic' }, { controller: 'reno' }] },
  run({ seconds, warmUpSeconds, rateMbps, rttMs, bufferPercent, controller: name }, timed) {
    const sim = new Simulation({ seed: 'packet-level', scenario: 'packet-level' });
    const rateBps = rateMbps * 1e6;
    const bdpPackets = (rateBps * rttMs) / 1000 / 8 / WIRE_BYTES;
    const network = new Dumbbell(sim, { rateBps, rttNs: rttMs * 1e6, bufferPackets: Math.max(1, Math.round((bdpPackets * bufferPercent) / 100)) });
    const controller = createController(name as ControllerName, { sim, packets: network.packets, owner: 'flow-0' });
    const { sender, receiver } = network.add({ controller, startNs: 0 });
    const sampler = new SrttSampler(sim, [sender], 10e6);
    sim.run({ untilNs: warmUpSeconds * 1e9 });
    const sentBefore = sender.sentSegments;
    const events = timed(() => sim.run({ untilNs: (warmUpSeconds + seconds) * 1e9 }));
    const queue = network.bottleneck.queue.read(sim.now);
    for (const value of [receiver.deliveredBytes, sender.retransmits, queue.mean, sampler.samples(0).length]) sim.note(value);
    const packets = sender.sentSegments - sentBefore;
    return { events, counts: { packets }, checksum: sim.fingerprint(), remark: `${sender.retransmits} packets sent again, mean queue ${queue.mean.toFixed(1)} packets` };
  },
});

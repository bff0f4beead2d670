/**
 * Packets through one port at 125 % load: queue, line, propagation, counters and queue gauge, and optionally the fault pipeline behind it.
 * The floor under every packet-level run. Set-up is not timed.
 */
import { LinkCheckers } from '../sim/network/checkers/link-checkers.ts';
import { FaultPipeline } from '../sim/network/faults/pipeline.ts';
import { CoDel } from '../sim/network/link/codel.ts';
import { DropTail } from '../sim/network/link/drop-tail.ts';
import { FqCoDel } from '../sim/network/link/fq-codel.ts';
import { PacketNetwork } from '../sim/network/link/network.ts';
import { Pie } from '../sim/network/link/pie.ts';
import { Port } from '../sim/network/link/port.ts';
import { Red } from '../sim/network/link/red.ts';
import { DATA, PacketStore } from '../sim/network/packets.ts';
import { Simulation } from '../sim/simulation.ts';
import { defineBenchmark } from './benchmark.ts';

const LIMIT = 200;
/** 1502 bytes at 50 Mbit/s take 240 320 ns. */
const GAP_NS = 192_256;

export default defineBenchmark({
  name: 'link',
  about: 'packets through one overloaded port, by queue discipline, with or without the fault pipeline',
  flags: { packets: 1_000_000, discipline: 'drop-tail', faults: 'none', checkers: 'off' },
  choices: { discipline: ['drop-tail', 'red', 'codel', 'fq-codel', 'pie'], faults: ['none', 'all'], checkers: ['off', 'on'] },
  max: { packets: 20_000_000 },
  compare: { sizes: [{ packets: 100_000 }, { packets: 1_000_000 }], versions: [{ discipline: 'drop-tail' }, { discipline: 'codel' }, { discipline: 'fq-codel' }, { faults: 'all' }, { checkers: 'on' }] },
  run({ packets: count, discipline, faults, checkers }, timed) {
    const sim = new Simulation({ seed: 'link', scenario: 'link' });
    const packets = new PacketStore();
    const network = new PacketNetwork(packets);
    const make = {
      'drop-tail': () => new DropTail(packets, { limitPackets: LIMIT }),
      red: () => new Red(packets, { limitPackets: LIMIT, minPackets: 20, maxPackets: 60 }, sim.stream('red')),
      codel: () => new CoDel(packets, { limitPackets: LIMIT }),
      'fq-codel': () => new FqCoDel(packets, { limitPackets: LIMIT }, sim.stream('fq')),
      pie: () => new Pie(packets, { limitPackets: LIMIT }, sim.stream('pie')),
    }[discipline as 'drop-tail'];
    const port = new Port(sim, packets, {
      name: 'link-0', rateBps: 50e6, propagationNs: 20_000_000, discipline: make(),
      ...(faults === 'all' && {
        medium: new FaultPipeline(sim, 'network/link-0', {
          fifo: false, loss: 0.01, bursts: { toBad: 0.001, toGood: 0.2, lossGood: 0, lossBad: 1 }, duplicate: 0.01, corrupt: 0.01,
          delay: { law: 'uniform', lowNs: 0, highNs: 1e6 }, spikes: { perSecond: 1, durationNs: 1e7, addedNs: 1e7 },
        }),
      }),
    });
    const watch = checkers === 'on' ? new LinkCheckers(sim, packets) : undefined;
    watch?.watch(port, { isQueueFifo: discipline !== 'fq-codel', limitPackets: LIMIT });
    let delivered = 0;
    const path = network.addPath([network.addHop(port)], (packet) => {
      delivered++;
      packets.free(packet);
    });
    let left = count;
    const send = sim.register('send', () => {
      network.send(packets.make(left % 16, path, DATA, 1502));
      if (--left > 0) sim.schedule(GAP_NS, send);
    });
    sim.schedule(0, send);
    const events = timed(() => sim.run());
    watch?.finish(0);
    for (const figure of [delivered, port.counters.packetsDropped, packets.count, port.queue.read(sim.now).mean]) sim.note(figure);
    return { events, checksum: sim.fingerprint(), remark: `${delivered} of ${count} packets delivered, ${port.counters.packetsDropped} dropped` };
  },
});

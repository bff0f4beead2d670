/** Queues with known answers at a port of the packet level: one source, one line of 8 Mbit/s, so that 1000 bytes take 1 ms. */
import { exponential } from '../../sim/distributions.ts';
import { LinkCheckers } from '../../sim/network/checkers/link-checkers.ts';
import { DropTail } from '../../sim/network/link/drop-tail.ts';
import { PacketNetwork } from '../../sim/network/link/network.ts';
import { Port } from '../../sim/network/link/port.ts';
import { between } from '../../sim/network/link/queue-gauge.ts';
import { DATA, PacketStore } from '../../sim/network/packets.ts';
import type { Simulation } from '../../sim/simulation.ts';

const LINE_BPS = 8_000_000;
const MEAN_BYTES = 1000;
const SERVICE_NS = 1_000_000;
/** Share of the packets that go by before the queue is watched; at load 0.7 some hundred relaxation times. */
const WARM_UP = 0.1;

export interface PortQueue {
  readonly load: number;
  readonly arrivals: 'poisson' | 'even';
  readonly sizes: 'exponential' | 'equal';
  /** Packets that may wait; default without limit. */
  readonly bufferPackets?: number;
  readonly packets: number;
}

export interface PortAnswer {
  /** Time average of packets waiting, without the one on the line. */
  readonly waiting: number;
  /** Share of arrivals that found no room. */
  readonly loss: number;
  /** Area under the queue less the sum of all waits, ns, over the whole run: 0 by Little's law as an identity. */
  readonly littleGapNs: number;
}

/** Schedules the run; ask for the answer when nothing is pending. */
export function portQueue(sim: Simulation, { load, arrivals, sizes, bufferPackets, packets: total }: PortQueue): () => PortAnswer {
  const packets = new PacketStore();
  const network = new PacketNetwork(packets);
  const port = new Port(sim, packets, { name: 'port', rateBps: LINE_BPS, propagationNs: 0, discipline: new DropTail(packets, bufferPackets === undefined ? {} : { limitPackets: bufferPackets }) });
  const path = network.addPath([network.addHop(port)], (packet) => packets.free(packet));
  new LinkCheckers(sim, packets).watch(port, { isQueueFifo: true, ...(bufferPackets === undefined ? {} : { limitPackets: bufferPackets }) });
  let waitsNs = 0;
  port.addTap({ serve: (packet, nowNs) => void (waitsNs += nowNs - packets.enqueuedNs[packet]!) });
  const gapStream = sim.stream('network-theory/arrivals');
  const sizeStream = sim.stream('network-theory/sizes');
  const firstMeasured = Math.floor(total * WARM_UP);
  let sent = 0;
  let from = port.queue.read(0);
  let to = from;
  let [droppedBefore, inBefore] = [0, 0];
  const code = sim.register('network-theory: packet', () => {
    if (sent === firstMeasured) {
      from = port.queue.read(sim.now);
      [droppedBefore, inBefore] = [port.counters.packetsDropped, port.counters.packetsIn];
    }
    const bytes = sizes === 'equal' ? MEAN_BYTES : Math.max(1, Math.round(exponential(sizeStream, MEAN_BYTES)));
    network.send(packets.make(0, path, DATA, bytes));
    sent++;
    if (sent === total) {
      to = port.queue.read(sim.now);
      return;
    }
    const meanGapNs = SERVICE_NS / load;
    sim.schedule(Math.round(arrivals === 'even' ? meanGapNs : exponential(gapStream, meanGapNs)), code);
  });
  sim.schedule(0, code);
  return () => {
    const whole = port.queue.read(sim.now);
    const areaNs = whole.nsAt.reduce((sum, ns, waiting) => sum + ns * waiting, 0);
    return {
      waiting: between(from, to).mean,
      loss: (port.counters.packetsDropped - droppedBefore) / (port.counters.packetsIn - inBefore),
      littleGapNs: areaNs - waitsNs,
    };
  };
}

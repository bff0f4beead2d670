/** The transport of all nodes by name: a star, each node with a line out and a line in; packets wait in queues that drop their tail. */
import { IdealNetwork } from '../../../sim/ideal.ts';
import { assertBalanced } from '../../../sim/network/checkers/balance.ts';
import { LinkCheckers } from '../../../sim/network/checkers/link-checkers.ts';
import { FixedDelay } from '../../../sim/network/latency/region-delay.ts';
import { DropTail } from '../../../sim/network/link/drop-tail.ts';
import { PacketNetwork } from '../../../sim/network/link/network.ts';
import { Port } from '../../../sim/network/link/port.ts';
import { mefReceiver } from '../../../sim/network/mef/receiver-hooks.ts';
import { MefRouter } from '../../../sim/network/mef/router.ts';
import { MessageNetwork } from '../../../sim/network/message/message-network.ts';
import { MessageTransports } from '../../../sim/network/message/transport.ts';
import { PacketStore } from '../../../sim/network/packets.ts';
import { createController } from '../../../sim/network/tcp/controllers/index.ts';
import { TcpTransport } from '../../../sim/network/tcp/transport.ts';
import { HEADER_BYTES, MSS } from '../../../sim/network/tcp/wire-format.ts';
import type { Transport } from '../../../sim/ports.ts';
import type { Simulation } from '../../../sim/simulation.ts';
import type { LinkSpec, TransportPart } from './spec.ts';

export interface Star<Message> {
  attach(node: number): Transport<Message>;
  /** Of a message between two nodes, whatever else it waits for. */
  readonly propagationNs: number;
  /** Holds the books against each other at the end of a run. */
  finish(): void;
}

/** choice: room for a burst where the product of rate and round-trip time is a few packets. */
const LEAST_BUFFER_PACKETS = 10;

export function createStar<Message>(sim: Simulation, part: TransportPart, nodes: number, { rateBps, delayNs, bufferBdp }: LinkSpec): Star<Message> {
  const finish = (): void => {};
  if (part === 'ideal') {
    const network = new IdealNetwork<Message>(sim);
    return { attach: (node) => network.attach(node), propagationNs: 0, finish };
  }
  if (part === 'message') {
    const network = new MessageTransports<Message>(sim, new MessageNetwork(sim, { nodes, delays: new FixedDelay(delayNs), uplinkBps: rateBps, downlinkBps: rateBps, downlink: 'queue', fifo: 'pairs' }));
    return { attach: (node) => network.attach(node), propagationNs: delayNs, finish };
  }
  const packets = new PacketStore();
  const network = new PacketNetwork(packets);
  const limitPackets = Math.max(LEAST_BUFFER_PACKETS, Math.round((bufferBdp * rateBps * 2 * delayNs) / 1e9 / 8 / (MSS + HEADER_BYTES)));
  const checkers = new LinkCheckers(sim, packets);
  const addPort = (name: string, propagationNs: number): number => {
    const port = new Port(sim, packets, { name, rateBps, propagationNs, discipline: new DropTail(packets, { limitPackets }) });
    checkers.watch(port, { isQueueFifo: true, limitPackets });
    if (part === 'mef') port.stamper = new MefRouter(port, packets, sim.now);
    return network.addHop(port);
  };
  const halfNs = Math.floor(delayNs / 2);
  const up = Array.from({ length: nodes }, (_, node) => addPort(`from ${node}`, halfNs));
  const down = Array.from({ length: nodes }, (_, node) => addPort(`to ${node}`, delayNs - halfNs));
  const tcp = new TcpTransport<Message>(sim, network, {
    route: (from, to) => [up[from]!, down[to]!],
    controller: (from, to, trafficClass) => createController(part, { sim, packets, owner: `${from}-${to}-${trafficClass}` }),
    ...(part === 'mef' ? { connection: mefReceiver(network) } : {}),
  });
  return { attach: (node) => tcp.attach(node), propagationNs: delayNs, finish: () => assertBalanced(sim, network) };
}

/** The same star of nodes at each level, behind the same port. */
import type { Transport } from '../../sim/ports.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { FixedDelay } from '../../sim/network/latency/region-delay.ts';
import { assertBalanced } from '../../sim/network/checkers/balance.ts';
import { LinkCheckers } from '../../sim/network/checkers/link-checkers.ts';
import { FlowNetwork } from '../../sim/network/flow/flow-transport.ts';
import { DropTail } from '../../sim/network/link/drop-tail.ts';
import { PacketNetwork } from '../../sim/network/link/network.ts';
import { Port } from '../../sim/network/link/port.ts';
import { MessageNetwork } from '../../sim/network/message/message-network.ts';
import { MessageTransports } from '../../sim/network/message/transport.ts';
import { PacketStore } from '../../sim/network/packets.ts';
import { createController } from '../../sim/network/tcp/controllers/index.ts';
import { TcpTransport } from '../../sim/network/tcp/transport.ts';
import { HEADER_BYTES, MSS } from '../../sim/network/tcp/wire-format.ts';
import { NS_PER_MS } from '../../sim/time.ts';
import type { LadderParameters } from './parameters.ts';

export interface Star<Message> {
  attach(node: number): Transport<Message>;
  /** Holds the books against each other at the end of a run. */
  finish(): void;
}

const BITS_PER_MBIT = 1e6;

/** Headers cost the same at every level: a full segment of 1448 bytes is 1502 on the wire. */
function onWire(bytes: number): number {
  return bytes + Math.ceil(bytes / MSS) * HEADER_BYTES;
}

export function createStar<Message>(sim: Simulation, params: LadderParameters): Star<Message> {
  const { level, nodes } = params;
  const rateBps = Math.round(params.rateMbps * BITS_PER_MBIT);
  const delayNs = Math.round(params.delayMs * NS_PER_MS);
  if (level === 'flow') return flowStar(sim, nodes, rateBps, delayNs);
  if (level === 'message' || level === 'message-queue') {
    const network = new MessageNetwork(sim, { nodes, delays: new FixedDelay(delayNs), uplinkBps: rateBps, ...(level === 'message-queue' ? { downlink: 'queue' as const, downlinkBps: rateBps } : {}) });
    return inWireBytes(new MessageTransports<Message>(sim, network));
  }
  return packetStar(sim, params, rateBps, delayNs);
}

function inWireBytes<Message>(inner: { attach(node: number): Transport<Message> }): Star<Message> {
  return {
    attach: (node) => {
      const transport = inner.attach(node);
      return { ...transport, send: (to, message, bytes) => transport.send(to, message, onWire(bytes)) };
    },
    finish: () => {},
  };
}

function flowStar<Message>(sim: Simulation, nodes: number, rateBps: number, delayNs: number): Star<Message> {
  // Links 0 .. n - 1 are the sending lines, n .. 2 n - 1 the receiving ones.
  const network = new FlowNetwork<Message>(sim, { links: (from, to) => [from, nodes + to], latencyNs: () => delayNs });
  for (let link = 0; link < 2 * nodes; link++) network.addLink(rateBps);
  return inWireBytes(network);
}

function packetStar<Message>(sim: Simulation, params: LadderParameters, rateBps: number, delayNs: number): Star<Message> {
  const { nodes, bufferBdp, level } = params;
  const packets = new PacketStore();
  const network = new PacketNetwork(packets);
  const bdpPackets = (rateBps * 2 * delayNs) / 1e9 / 8 / (MSS + HEADER_BYTES);
  const limitPackets = Math.max(10, Math.round(bufferBdp * bdpPackets));
  const checkers = new LinkCheckers(sim, packets);
  const addPort = (name: string, propagationNs: number): number => {
    const port = new Port(sim, packets, { name, rateBps, propagationNs, discipline: new DropTail(packets, { limitPackets }) });
    checkers.watch(port, { isQueueFifo: true, limitPackets });
    return network.addHop(port);
  };
  const up = Array.from({ length: nodes }, (_, node) => addPort(`from ${node}`, Math.floor(delayNs / 2)));
  const down = Array.from({ length: nodes }, (_, node) => addPort(`to ${node}`, delayNs - Math.floor(delayNs / 2)));
  const tcp = new TcpTransport<Message>(sim, network, {
    route: (from, to) => [up[from]!, down[to]!],
    controller: (from, to, trafficClass) => createController(level === 'packet-bbr' ? 'bbr' : 'cubic', { sim, packets, owner: `${from}-${to}-${trafficClass}` }),
    connection: { handshake: false },
  });
  return { attach: (node) => tcp.attach(node), finish: () => assertBalanced(sim, network) };
}

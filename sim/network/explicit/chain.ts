/**
 * Links in a row and TCP connections over some of them, each with a round-trip time of its own: dumbbells, parking lots, a bottleneck that
 * speaks MEF behind one that does not. Acknowledgements come back over wires. Rates bit/s on the wire, times ns.
 */
import type { Simulation } from '../../simulation.ts';
import { LinkCheckers } from '../checkers/link-checkers.ts';
import { FaultPipeline } from '../faults/pipeline.ts';
import { DropTail } from '../link/drop-tail.ts';
import { PacketNetwork } from '../link/network.ts';
import { Port } from '../link/port.ts';
import { Wire } from '../link/wire.ts';
import { type LawOptions, STANDARD_LAW } from '../mef/law.ts';
import { mefReceiver } from '../mef/receiver-hooks.ts';
import { MefRouter } from '../mef/router.ts';
import { TwoQueues } from '../mef/two-queues.ts';
import { PacketStore } from '../packets.ts';
import { Connection } from '../tcp/connection.ts';
import type { Controller } from '../tcp/controller.ts';

export interface ChainLink {
  readonly rateBps: number;
  readonly delayNs: number;
  readonly bufferPackets: number;
  /** Probability of losing a packet behind the queue; default 0. */
  readonly loss?: number;
  /** A MEF router (reconstruction) stands in front of it; undefined: an ordinary one. */
  readonly mef?: LawOptions | 'standard';
  /** MEF has a queue of its own there, of `bufferPackets` like that of the others. */
  readonly twoQueues?: boolean;
}

export interface ChainFlow {
  /** Links it crosses, by index, in order. */
  readonly over: readonly number[];
  /** Without queues and serialization; the links' delays are a part of it. */
  readonly rttNs: number;
  readonly startNs: number;
  /** Application bytes; Infinity: without end. */
  readonly bytes: number;
  readonly controller: (packets: PacketStore, flow: number) => Controller;
  /** The receiver echoes MEF headers; default true. */
  readonly echoes?: boolean;
  /** The last byte has arrived. */
  readonly onDone?: (flow: number) => void;
  readonly ecn?: boolean;
}

export class Chain {
  readonly packets = new PacketStore();
  readonly network = new PacketNetwork(this.packets);
  readonly ports: Port[];
  /** By link; undefined where none speaks MEF. */
  readonly routers: (MefRouter | undefined)[];
  readonly connections: Connection[] = [];
  private readonly sim: Simulation;
  private readonly links: readonly ChainLink[];
  private readonly hops: number[];
  private readonly starts: (() => void)[] = [];
  private readonly startCode: number;

  constructor(sim: Simulation, links: readonly ChainLink[]) {
    this.sim = sim;
    this.links = links;
    this.startCode = sim.register('chain: flow starts', (flow) => this.starts[flow]!());
    this.ports = links.map(({ rateBps, delayNs, bufferPackets, loss = 0, twoQueues = false }, index) => new Port(sim, this.packets, {
      name: `link-${index}`, rateBps, propagationNs: delayNs, discipline: twoQueues ? new TwoQueues(this.packets, bufferPackets) : new DropTail(this.packets, { limitPackets: bufferPackets }),
      ...(loss > 0 ? { medium: new FaultPipeline(sim, `network/link-${index}`, { fifo: true, loss }) } : {}),
    }));
    const checkers = new LinkCheckers(sim, this.packets);
    links.forEach(({ bufferPackets, twoQueues = false }, index) => checkers.watch(this.ports[index]!, { isQueueFifo: !twoQueues, ...(twoQueues ? {} : { limitPackets: bufferPackets }) }));
    this.hops = this.ports.map((port) => this.network.addHop(port));
    this.routers = links.map(({ mef }, index) => (mef === undefined ? undefined : new MefRouter(this.ports[index]!, this.packets, sim.now, mef === 'standard' ? STANDARD_LAW : mef)));
  }

  add(spec: ChainFlow): Connection {
    const { sim, packets, network } = this;
    const flow = this.connections.length;
    const linkNs = spec.over.reduce((sum, link) => sum + this.links[link]!.delayNs, 0);
    if (spec.rttNs < linkNs) sim.fail(`flow ${flow}: round-trip time ${spec.rttNs} ns is less than the delay of its links, ${linkNs} ns`);
    const back = network.addHop(new Wire(sim, packets, { name: `back-${flow}`, delayNs: spec.rttNs - linkNs }));
    const forward = network.addPath(spec.over.map((link) => this.hops[link]!), (packet) => connection.atReceiver(packet));
    const reverse = network.addPath([back], (packet) => connection.atSender(packet));
    const { bytes, onDone } = spec;
    const connection = new Connection(sim, packets, spec.controller(packets, flow), { flow, forward, reverse, send: (packet) => network.send(packet) }, {
      ...(spec.echoes === false ? {} : mefReceiver(network)),
      ...(spec.ecn === undefined ? {} : { ecn: spec.ecn }),
      onDelivered: (total) => {
        if (total >= bytes) onDone?.(flow);
      },
    });
    this.connections.push(connection);
    this.starts.push(() => {
      connection.open();
      connection.sender.write(bytes);
    });
    sim.scheduleAt(spec.startNs, this.startCode, flow);
    return connection;
  }
}

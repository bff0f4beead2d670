/**
 * Flows over one bottleneck: the plainest network in which congestion control can be watched. Access links add nothing; the way there is one
 * port (queue, rate, loss behind the queue, half the round-trip time), the way back a wire (the other half, no limit). A flow's own extra
 * delay, if it has one, is added on the way back. Rates bit/s on the wire, times ns. The checkers of the packet level watch the bottleneck in
 * every run.
 */
import type { Simulation } from '../../simulation.ts';
import { assertBalanced } from '../checkers/balance.ts';
import { LinkCheckers } from '../checkers/link-checkers.ts';
import { FaultPipeline } from '../faults/pipeline.ts';
import type { QueueDiscipline } from '../link/discipline.ts';
import { DropTail } from '../link/drop-tail.ts';
import { PacketNetwork } from '../link/network.ts';
import { type Medium, Port, type Stamper } from '../link/port.ts';
import { Wire } from '../link/wire.ts';
import { PacketStore } from '../packets.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { Controller } from './controller.ts';

export interface DumbbellFlow {
  readonly controller: Controller;
  readonly startNs: number;
  /** Bytes to send; default: without end. */
  readonly bytes?: number;
  /** Beyond the common round-trip time. */
  readonly extraRttNs?: number;
  readonly options?: ConnectionOptions;
}

export interface DumbbellOptions {
  readonly rateBps: number;
  readonly rttNs: number;
  /** Packets waiting, without the one on the line. */
  readonly bufferPackets: number;
  /** Probability of losing a packet behind the queue. */
  readonly loss?: number;
  /** Around the loss behind the queue (undefined: none), or in its place: sees every packet that leaves the line. */
  readonly medium?: (loss: Medium | undefined) => Medium;
  /** Instead of the drop-tail queue of `bufferPackets`. */
  readonly discipline?: (packets: PacketStore) => QueueDiscipline;
  readonly stamper?: (packets: PacketStore) => Stamper;
}

export class Dumbbell {
  readonly packets = new PacketStore();
  readonly network: PacketNetwork;
  readonly bottleneck: Port;
  readonly connections: Connection[] = [];
  private readonly sim: Simulation;
  private readonly bottleneckHop: number;
  private readonly returnNs: number;
  private readonly returnHops = new Map<number, number>();
  private readonly startCode: number;
  private readonly bytes: number[] = [];

  constructor(sim: Simulation, options: DumbbellOptions) {
    const { rateBps, rttNs, bufferPackets, loss = 0 } = options;
    const { packets } = this;
    this.sim = sim;
    this.network = new PacketNetwork(packets);
    const thereNs = Math.floor(rttNs / 2);
    this.returnNs = rttNs - thereNs;
    const lossy = loss > 0 ? new FaultPipeline(sim, 'network/bottleneck', { fifo: true, loss }) : undefined;
    const medium = options.medium?.(lossy) ?? lossy;
    this.bottleneck = new Port(sim, packets, {
      name: 'bottleneck', rateBps, propagationNs: thereNs,
      discipline: options.discipline?.(packets) ?? new DropTail(packets, { limitPackets: bufferPackets }),
      ...(medium === undefined ? {} : { medium }),
      ...(options.stamper === undefined ? {} : { stamper: options.stamper(packets) }),
    });
    const plain = options.discipline === undefined;
    new LinkCheckers(sim, packets).watch(this.bottleneck, { isQueueFifo: plain, ...(plain ? { limitPackets: bufferPackets } : {}) });
    this.bottleneckHop = this.network.addHop(this.bottleneck);
    this.startCode = sim.register('dumbbell: flow starts', (flow) => this.start(flow));
  }

  /** Returns the flow's connection, which opens at `startNs`. */
  add({ controller, startNs, bytes = Infinity, extraRttNs = 0, options = {} }: DumbbellFlow): Connection {
    const flow = this.connections.length;
    const { network, packets, sim } = this;
    const forward = network.addPath([this.bottleneckHop], (packet) => connection.atReceiver(packet));
    const reverse = network.addPath([this.returnHop(extraRttNs)], (packet) => connection.atSender(packet));
    const connection = new Connection(sim, packets, controller, { flow, forward, reverse, send: (packet) => network.send(packet) }, options);
    this.connections.push(connection);
    this.bytes.push(bytes);
    sim.scheduleAt(startNs, this.startCode, flow);
    return connection;
  }

  /** Holds the books of all links against each other; at any instant, at the end of a run at least. */
  assertBalanced(): void {
    assertBalanced(this.sim, this.network);
  }

  private start(flow: number): void {
    const connection = this.connections[flow]!;
    connection.open();
    connection.sender.write(this.bytes[flow]!);
  }

  private returnHop(extraRttNs: number): number {
    let hop = this.returnHops.get(extraRttNs);
    if (hop === undefined) {
      hop = this.network.addHop(new Wire(this.sim, this.packets, { name: `way back + ${extraRttNs} ns`, delayNs: this.returnNs + extraRttNs }));
      this.returnHops.set(extraRttNs, hop);
    }
    return hop;
  }
}

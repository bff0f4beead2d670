/** Links in a row and flows over some of them, each with a delay of its own: dumbbells and parking lots of explicit feedback. */
import type { Simulation } from '../../simulation.ts';
import { LinkCheckers } from '../checkers/link-checkers.ts';
import { DropTail } from '../link/drop-tail.ts';
import { PacketNetwork } from '../link/network.ts';
import { Port } from '../link/port.ts';
import { between, type QueueTimes } from '../link/queue-gauge.ts';
import { Wire } from '../link/wire.ts';
import { PacketStore } from '../packets.ts';
import type { Feedback } from './feedback.ts';
import { PacedFlow } from './paced-flow.ts';

export interface LinkSpec {
  readonly rateBps: number;
  readonly delayNs: number;
  readonly bufferPackets: number;
}

export interface FlowSpec {
  /** Links it crosses, by index, in order. */
  readonly over: readonly number[];
  /** Round-trip time without queues and without serialization; the links' delays are a part of it. */
  readonly rttNs: number;
  readonly startNs: number;
  /** Default: endless. */
  readonly packets?: number;
  readonly flags?: number;
  readonly onDone?: () => void;
}

/** Makes the scheme of one flow; `index` counts flows in the order they are added. */
export type SchemeOfFlow = (packets: PacketStore, routersPassed: (packet: number) => number, index: number) => Feedback;
/** Puts a router in front of a port, or leaves it as it is. */
export type RouterOfLink = (port: Port, packets: PacketStore, nowNs: number, index: number) => void;

export class FeedbackTopology {
  readonly packets = new PacketStore();
  readonly network = new PacketNetwork(this.packets);
  readonly ports: Port[];
  readonly flows: PacedFlow[] = [];
  private readonly sim: Simulation;
  private readonly hops: number[];
  private readonly links: readonly LinkSpec[];
  private readonly scheme: SchemeOfFlow;

  constructor(sim: Simulation, links: readonly LinkSpec[], router: RouterOfLink, scheme: SchemeOfFlow) {
    this.sim = sim;
    this.links = links;
    this.scheme = scheme;
    this.ports = links.map(({ rateBps, delayNs, bufferPackets }, index) => new Port(sim, this.packets, { name: `link-${index}`, rateBps, propagationNs: delayNs, discipline: new DropTail(this.packets, { limitPackets: bufferPackets }) }));
    const checkers = new LinkCheckers(sim, this.packets);
    links.forEach(({ bufferPackets }, index) => checkers.watch(this.ports[index]!, { isQueueFifo: true, limitPackets: bufferPackets }));
    this.hops = this.ports.map((port) => this.network.addHop(port));
    this.ports.forEach((port, index) => router(port, this.packets, sim.now, index));
  }

  add(spec: FlowSpec): PacedFlow {
    const { sim, packets, network } = this;
    const index = this.flows.length;
    const linkNs = spec.over.reduce((sum, link) => sum + this.links[link]!.delayNs, 0);
    if (spec.rttNs < linkNs) sim.fail(`flow ${index}: round-trip time ${spec.rttNs} ns is less than the delay of its links, ${linkNs} ns`);
    const accessNs = Math.floor((spec.rttNs - linkNs) / 2);
    const access = network.addHop(new Wire(sim, packets, { name: `access-${index}`, delayNs: accessNs }));
    const back = network.addHop(new Wire(sim, packets, { name: `back-${index}`, delayNs: spec.rttNs - linkNs - accessNs }));
    const flow = new PacedFlow(sim, packets, {
      network, forward: [access, ...spec.over.map((link) => this.hops[link]!)], backward: [back], packetsToSend: spec.packets ?? Infinity,
      feedback: (routersPassed) => this.scheme(packets, routersPassed, index),
      ...(spec.onDone === undefined ? {} : { onDone: spec.onDone }), ...(spec.flags === undefined ? {} : { flags: spec.flags }),
    });
    flow.start(spec.startNs - sim.now);
    this.flows.push(flow);
    return flow;
  }

  /** Runs to `fromNs`, then to `untilNs`, and says what happened in between. */
  measure(fromNs: number, untilNs: number): Window {
    const { sim, ports, flows } = this;
    sim.run({ untilNs: fromNs });
    const queues = ports.map((port) => port.queue.read(sim.now));
    const served = ports.map((port) => port.counters.bytesServed);
    const drops = ports.map((port) => port.counters.queueDrops);
    const received = flows.map((flow) => flow.received);
    sim.run({ untilNs });
    const seconds = (untilNs - fromNs) / 1e9;
    return {
      packetsPerS: flows.map((flow, index) => (flow.received - received[index]!) / seconds),
      utilisation: ports.map((port, index) => ((port.counters.bytesServed - served[index]!) * 8) / seconds / port.rateBps),
      queue: ports.map((port, index) => between(queues[index]!, port.queue.read(sim.now))),
      drops: ports.map((port, index) => port.counters.queueDrops - drops[index]!),
    };
  }
}

export interface Window {
  /** By flow. */
  readonly packetsPerS: readonly number[];
  /** By link. */
  readonly utilisation: readonly number[];
  readonly queue: readonly QueueTimes[];
  readonly drops: readonly number[];
}

/** Jain's index: 1 where all are equal, 1/n where one of n has everything. */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

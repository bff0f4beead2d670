/**
 * The transport of nodes at flow level: messages between two nodes in one class are a stream, kept in order, and the stream flows at its
 * max-min fair rate over the links of its path while it has something to send. A message arrives the path's latency after its last byte.
 *
 * Stands between the message level, which knows no sharing, and packets. A stream is a connection kept warm: no handshake, no slow start,
 * no loss. Classes differ by the weight of their streams.
 */
import type { Transport } from '../../ports.ts';
import type { Simulation } from '../../simulation.ts';
import { FluidNetwork } from './fluid.ts';

export interface FlowPaths {
  /** Links from one node to another, as numbered by `addLink`; none: only latency. */
  links(from: number, to: number): readonly number[];
  latencyNs(from: number, to: number): number;
  /** Weight of a stream of this class, a whole number; default 1 for all. */
  weight?(trafficClass: number): number;
}

interface Stream<Message> {
  readonly from: number;
  readonly to: number;
  readonly trafficClass: number;
  readonly latencyNs: number;
  readonly links: readonly number[];
  /** Messages with bytes still to go, from `head` on. */
  messages: Message[];
  bytes: number[];
  head: number;
}

interface Arrival<Message> {
  readonly from: number;
  readonly to: number;
  readonly message: Message;
}

export class FlowNetwork<Message = unknown> {
  readonly fluid: FluidNetwork;
  /** Messages sent, and those that have arrived. */
  sent = 0;
  arrived = 0;
  private readonly sim: Simulation;
  private readonly paths: FlowPaths;
  private readonly arriveCode: number;
  private readonly receivers = new Map<number, (from: number, message: Message) => void>();
  private readonly streams = new Map<string, Stream<Message>>();
  /** By flow: whose it is. */
  private readonly streamOf: Stream<Message>[] = [];
  private readonly arrivals: (Arrival<Message> | undefined)[] = [];
  private readonly spareArrivals: number[] = [];

  constructor(sim: Simulation, paths: FlowPaths) {
    this.sim = sim;
    this.paths = paths;
    this.fluid = new FluidNetwork(sim, (flow) => this.finish(flow));
    this.arriveCode = sim.register('flow: message arrives', (_node, number) => this.arrive(number));
  }

  addLink(rateBps: number): number {
    return this.fluid.addLink(rateBps);
  }

  /** The transport of one node. */
  attach(node: number): Transport<Message> {
    return {
      send: (to, message, bytes, trafficClass = 0) => this.send(node, to, message, bytes, trafficClass),
      onMessage: (receive) => {
        this.receivers.set(node, receive);
      },
    };
  }

  private send(from: number, to: number, message: Message, bytes: number, trafficClass: number): void {
    if (!(Number.isInteger(bytes) && bytes > 0)) this.sim.fail(`transport: message of ${bytes} bytes; required: a whole number above 0`, from);
    this.sent++;
    const stream = this.stream(from, to, trafficClass);
    if (stream.links.length === 0) return this.launch(stream, message);
    stream.messages.push(message);
    stream.bytes.push(bytes);
    if (stream.messages.length - stream.head > 1) return;
    this.streamOf[this.fluid.start(stream.links, bytes, this.paths.weight?.(trafficClass) ?? 1)] = stream;
  }

  private finish(flow: number): number {
    const stream = this.streamOf[flow]!;
    this.launch(stream, stream.messages[stream.head]!);
    stream.head++;
    if (stream.head < stream.messages.length) return stream.bytes[stream.head]!;
    stream.messages = [];
    stream.bytes = [];
    stream.head = 0;
    return 0;
  }

  private launch(stream: Stream<Message>, message: Message): void {
    const number = this.spareArrivals.pop() ?? this.arrivals.length;
    this.arrivals[number] = { from: stream.from, to: stream.to, message };
    this.sim.schedule(stream.latencyNs, this.arriveCode, stream.to, number);
  }

  private arrive(number: number): void {
    const { from, to, message } = this.arrivals[number]!;
    this.arrivals[number] = undefined;
    this.spareArrivals.push(number);
    const receive = this.receivers.get(to);
    if (receive === undefined) this.sim.fail(`transport: message to node ${to}; required: a node that listens`, from);
    this.arrived++;
    receive(from, message);
  }

  private stream(from: number, to: number, trafficClass: number): Stream<Message> {
    const name = `${from} ${to} ${trafficClass}`;
    let stream = this.streams.get(name);
    if (stream === undefined) {
      const { paths } = this;
      stream = { from, to, trafficClass, latencyNs: paths.latencyNs(from, to), links: paths.links(from, to), messages: [], bytes: [], head: 0 };
      this.streams.set(name, stream);
    }
    return stream;
  }
}

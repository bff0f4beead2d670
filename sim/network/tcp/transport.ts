/**
 * The port `Transport` over TCP: a byte stream for each ordered pair of nodes and traffic class, opened by the first message (with its
 * handshake) and kept for all later ones. A message is so many bytes of the stream; it is delivered when its last byte is in order, so a lost
 * packet holds up what was sent after it. Bytes are those of the application; headers come on top. Messages to oneself take an event and no time.
 *
 *     const tcp = new TcpTransport(sim, network, { route, controller: () => new Cubic() });
 *     tcp.attach(0).send(1, 'block', 535_000);  tcp.attach(1).onMessage((from, message) => ...);
 */
import type { Transport } from '../../ports.ts';
import type { Simulation } from '../../simulation.ts';
import type { PacketNetwork } from '../link/network.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { Controller } from './controller.ts';

export interface TcpTransportOptions {
  /** Hops from one node to another; asked once in each direction for each stream. */
  readonly route: (from: number, to: number) => readonly number[];
  readonly controller: (from: number, to: number, trafficClass: number) => Controller;
  /** `handshake: false`: connections are there from the start. */
  readonly connection?: ConnectionOptions;
}

export class TcpTransport<Message = unknown> {
  /** For figures and checkers, in the order of their first message. */
  readonly connections: Connection[] = [];
  private readonly sim: Simulation;
  private readonly network: PacketNetwork;
  private readonly options: TcpTransportOptions;
  private readonly streams = new Map<string, Stream<Message>>();
  private readonly receivers: (((from: number, message: Message) => void) | undefined)[] = [];

  constructor(sim: Simulation, network: PacketNetwork, options: TcpTransportOptions) {
    this.sim = sim;
    this.network = network;
    this.options = options;
  }

  /** The port of one node. */
  attach(node: number): Transport<Message> {
    return {
      send: (to, message, bytes, trafficClass = 0) => this.send(node, to, message, bytes, trafficClass),
      onMessage: (receive) => {
        this.receivers[node] = receive;
      },
    };
  }

  private send(from: number, to: number, message: Message, bytes: number, trafficClass: number): void {
    if (!(Number.isInteger(bytes) && bytes >= 1)) this.sim.fail(`tcp: message of ${bytes} bytes; required: an integer of 1 or more`, from);
    if (from === to) {
      this.sim.after(0, () => this.deliver(from, to, message));
      return;
    }
    const key = `${from} ${to} ${trafficClass}`;
    let stream = this.streams.get(key);
    if (stream === undefined) this.streams.set(key, (stream = this.open(from, to, trafficClass)));
    stream.send(message, bytes);
  }

  private open(from: number, to: number, trafficClass: number): Stream<Message> {
    const { sim, network, options } = this;
    const stream = new Stream<Message>((message) => this.deliver(from, to, message));
    const forward = network.addPath(options.route(from, to), (packet) => connection.atReceiver(packet));
    const reverse = network.addPath(options.route(to, from), (packet) => connection.atSender(packet));
    const place = { flow: this.connections.length, forward, reverse, send: (packet: number) => network.send(packet) };
    const connection = new Connection(sim, network.packets, options.controller(from, to, trafficClass), place, {
      ...options.connection,
      onDelivered: (total) => stream.arrived(total),
    });
    this.connections.push(connection);
    stream.connection = connection;
    connection.open();
    return stream;
  }

  private deliver(from: number, to: number, message: Message): void {
    this.receivers[to]?.(from, message);
  }
}

/** Where messages end in a byte stream. */
class Stream<Message> {
  connection!: Connection;
  private readonly deliver: (message: Message) => void;
  private messages: Message[] = [];
  private ends: number[] = [];
  /** Messages before this position are delivered. */
  private head = 0;
  private writtenBytes = 0;

  constructor(deliver: (message: Message) => void) {
    this.deliver = deliver;
  }

  send(message: Message, bytes: number): void {
    this.writtenBytes += bytes;
    this.messages.push(message);
    this.ends.push(this.writtenBytes);
    this.connection.sender.write(bytes);
  }

  arrived(totalBytes: number): void {
    while (this.head < this.ends.length && this.ends[this.head]! <= totalBytes) this.deliver(this.messages[this.head++]!);
    if (this.head > 64 && this.head * 2 > this.ends.length) {
      this.messages = this.messages.slice(this.head);
      this.ends = this.ends.slice(this.head);
      this.head = 0;
    }
  }
}

/**
 * The Transport port on the message level: arbitrary messages, kept in a table while they are under way; the event carries their number.
 * A message that faults double is delivered twice, the same object. Traffic classes are not told apart here: a sender's line serves in
 * order.
 */
import type { Transport } from '../../ports.ts';
import type { Simulation } from '../../simulation.ts';
import type { MessageNetwork } from './message-network.ts';

export class MessageTransports<Message> {
  private readonly sim: Simulation;
  private readonly network: MessageNetwork;
  private readonly receivers = new Map<number, (from: number, message: Message) => void>();
  /** Messages under way, and how many copies of each. */
  private readonly messages: (Message | undefined)[] = [];
  private readonly copies: number[] = [];
  private readonly free: number[] = [];

  /** Takes the network's receiver over. */
  constructor(sim: Simulation, network: MessageNetwork) {
    this.sim = sim;
    this.network = network;
    network.onMessage((to, from, number) => this.receive(to, from, number));
  }

  /** Messages under way. */
  get pendingCount(): number {
    return this.messages.length - this.free.length;
  }

  /** The transport of one node. */
  attach(node: number): Transport<Message> {
    return {
      send: (to, message, bytes) => this.send(node, to, message, bytes),
      onMessage: (receive) => {
        this.receivers.set(node, receive);
      },
    };
  }

  private send(from: number, to: number, message: Message, bytes: number): void {
    const number = this.free.pop() ?? this.messages.length;
    this.messages[number] = message;
    const before = this.network.lost - this.network.doubled;
    this.network.send(from, to, number, bytes);
    const copies = 1 - (this.network.lost - this.network.doubled - before);
    this.copies[number] = copies;
    if (copies === 0) this.release(number);
  }

  private receive(to: number, from: number, number: number): void {
    const message = this.messages[number] as Message;
    if (--this.copies[number]! === 0) this.release(number);
    const receive = this.receivers.get(to);
    if (receive === undefined) this.sim.fail(`transport: message to node ${to}; required: a node that listens`, to);
    receive(from, message);
  }

  private release(number: number): void {
    this.messages[number] = undefined;
    this.free.push(number);
  }
}

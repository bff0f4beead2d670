/**
 * One connection for data in one direction: the sender at one end, the receiver at the other, and the handshake that joins them (RFC 9293
 * section 3.5): SYN, SYN and ACK, ACK; a lost SYN is sent again after 1 s, doubling (RFC 6298 section 2.1; after two of them the initial
 * window is one segment, net/ipv4/tcp_input.c, tcp_init_transfer). A lost SYN-ACK is repaired by the SYN that follows. TLS would add a round.
 *
 *     const connection = new Connection(sim, packets, new Reno(), { flow: 0, forward, reverse, send: (packet) => network.send(packet) });
 *     connection.open();  connection.sender.write(1e6);
 *
 * Whoever ends the two paths hands their packets to `atReceiver` and `atSender`.
 */
import type { Simulation } from '../../simulation.ts';
import { ACK, CORRUPT, DATA, type PacketStore, SYN } from '../packets.ts';
import type { Controller } from './controller.ts';
import { Deadline } from './deadline.ts';
import { Receiver, type ReceiverOptions } from './receiver.ts';
import { RTO_INITIAL_NS } from './rtt.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { tcpEvents } from './tcp-events.ts';
import { ackBytes, SYN_BYTES } from './wire-format.ts';

export interface ConnectionPlace {
  readonly flow: number;
  /** Paths of the network, from the sender to the receiver and back. */
  readonly forward: number;
  readonly reverse: number;
  readonly send: (packet: number) => void;
}

export interface ConnectionOptions extends SenderOptions, ReceiverOptions {
  /** False: the connection is there from the start (a warm one), its round-trip time unknown. Default true. */
  readonly handshake?: boolean;
  readonly onConnected?: () => void;
}

export class Connection {
  readonly sender: Sender;
  readonly receiver: Receiver;
  /** SYN packets sent. */
  synCount = 0;
  isConnected = false;
  private readonly sim: Simulation;
  private readonly packets: PacketStore;
  private readonly place: ConnectionPlace;
  private readonly options: ConnectionOptions;
  private readonly handshakeTimer: Deadline;
  private timeoutNs = RTO_INITIAL_NS;
  private answeredNs = 0;

  constructor(sim: Simulation, packets: PacketStore, controller: Controller, place: ConnectionPlace, options: ConnectionOptions = {}) {
    this.sim = sim;
    this.packets = packets;
    this.place = place;
    this.options = options;
    const events = tcpEvents(sim);
    const number = events.add({
      onSenderTimer: () => this.sender.timer.onEvent(),
      onPacingTimer: () => {
        if (pacingTimer.isDue()) this.sender.onPacingTimer();
      },
      onAckTimer: () => {
        if (ackTimer.isDue()) this.receiver.onTimer();
      },
      onHandshakeTimer: () => this.onHandshakeTimer(),
    });
    const pacingTimer = new Deadline(sim, events.pacingTimer, number);
    const ackTimer = new Deadline(sim, events.ackTimer, number);
    this.handshakeTimer = new Deadline(sim, events.handshakeTimer, number);
    const { flow, forward, reverse, send } = place;
    this.sender = new Sender(sim, packets, controller, { flow, path: forward, send, timer: new Deadline(sim, events.senderTimer, number), pacingTimer }, options);
    this.receiver = new Receiver(sim, packets, flow, reverse, send, ackTimer, options);
  }

  open(): void {
    if (this.options.handshake === false) this.connect(-1);
    else this.sendSyn();
  }

  /** A packet has come to the receiver's end. */
  atReceiver(packet: number): void {
    const flags = this.packets.flags[packet]!;
    if ((flags & DATA) !== 0) return this.receiver.receive(packet);
    if ((flags & (SYN | CORRUPT)) === SYN) this.answer(packet);
    else if ((flags & CORRUPT) === 0) this.receiver.connected(this.sim.now - this.answeredNs);
    this.packets.free(packet);
  }

  /** A packet has come to the sender's end. */
  atSender(packet: number): void {
    const flags = this.packets.flags[packet]!;
    if ((flags & CORRUPT) !== 0) return this.packets.free(packet);
    if ((flags & SYN) === 0) return this.sender.receive(packet);
    this.sender.controller.onAckPacket?.(this.sender, packet);
    const rttNs = this.sim.now - this.packets.tag[packet]!;
    this.packets.free(packet);
    this.control(ACK, ackBytes(0), this.place.forward, this.sim.now);
    if (this.isConnected) return;
    this.handshakeTimer.clear();
    if (this.synCount > 2) this.sender.cwnd = 1;
    this.connect(rttNs);
  }

  private connect(rttNs: number): void {
    this.isConnected = true;
    this.sender.connected(rttNs);
    this.options.onConnected?.();
  }

  private sendSyn(): void {
    this.synCount++;
    this.control(SYN, SYN_BYTES, this.place.forward, this.sim.now);
    this.handshakeTimer.set(this.sim.now + this.timeoutNs);
    this.timeoutNs *= 2;
  }

  private answer(syn: number): void {
    this.answeredNs = this.sim.now;
    const packet = this.make(SYN | ACK, SYN_BYTES, this.place.reverse, this.packets.tag[syn]!);
    this.options.onAckMade?.(packet, syn);
    this.place.send(packet);
  }

  private onHandshakeTimer(): void {
    if (this.handshakeTimer.isDue()) this.sendSyn();
  }

  private control(flags: number, bytes: number, path: number, stampNs: number): void {
    const packet = this.make(flags, bytes, path, stampNs);
    if ((flags & SYN) !== 0) this.sender.controller.onSend?.(this.sender, packet);
    this.place.send(packet);
  }

  private make(flags: number, bytes: number, path: number, stampNs: number): number {
    const packet = this.packets.make(this.place.flow, path, flags, bytes);
    this.packets.tag[packet] = stampNs;
    this.packets.sentNs[packet] = this.sim.now;
    return packet;
  }
}

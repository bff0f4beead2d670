/**
 * The receiving half of a connection: puts segments in order, hands bytes to the application once each, and acknowledges (ack-policy.ts) with
 * up to three selective ranges, the newest first (RFC 2018), a duplicate reported in front of them (RFC 2883), the timestamp of the segment
 * that the acknowledgement answers (RFC 7323 section 4.3), and the echo of congestion marks until the sender has reduced (RFC 3168 section
 * 6.1.3). The application reads at once, so the window offered is constant. Sequence numbers count segments.
 */
import type { Simulation } from '../../simulation.ts';
import { ACK, CE, CORRUPT, CWR, ECHO_CE, type PacketStore, SACK_RANGES } from '../packets.ts';
import { AckPolicy, type AckPolicyOptions, AT_ONCE } from './ack-policy.ts';
import { Deadline } from './deadline.ts';
import { type ReceiveBuffer, ReceiveWindow } from './receive-window.ts';
import { ReceivedRanges } from './received-ranges.ts';
import { RTO_MIN_NS } from './rtt.ts';
import { ackBytes, MSS } from './wire-format.ts';

/** TCP_MAX_QUICKACKS after a duplicate, 2 after a congestion mark (net/ipv4/tcp_input.c). */
const QUICK_AFTER_MARK = 2;
/** TCP_SACK_BLOCKS_EXPECTED. */
const HELD_RANGES = 2;

export interface ReceiverOptions {
  readonly acks?: AckPolicyOptions;
  /** Decides how long the offered window grows, hence segments are acknowledged one by one. */
  readonly receiveBuffer?: ReceiveBuffer;
  /** Bytes have arrived in order; `total` of the connection so far. */
  readonly onDelivered?: (total: number) => void;
  /** A data packet has come in, before it is looked at (explicit feedback is gathered here). */
  readonly onData?: (data: number) => void;
  /** An acknowledgement is about to leave, for a data packet that is freed thereafter (explicit feedback is copied here); -1: a timer sent it. */
  readonly onAckMade?: (ack: number, data: number) => void;
}

export class Receiver {
  /** Next segment expected. */
  expected = 0;
  /** Application bytes delivered in order. */
  deliveredBytes = 0;
  /** Data packets that arrived, and those that had arrived before. */
  arrived = 0;
  duplicates = 0;
  acksSent = 0;

  private readonly sim: Simulation;
  private readonly packets: PacketStore;
  private readonly options: ReceiverOptions;
  private readonly send: (packet: number) => void;
  private readonly flow: number;
  private readonly path: number;
  private readonly policy: AckPolicy;
  private readonly timer: Deadline;
  private readonly window: ReceiveWindow;
  private readonly waiting = new ReceivedRanges();
  /** Bytes of segments that wait out of order, in a ring by segment. */
  private waitingBytes = new Int32Array(128);
  private echoesMarks = false;
  /** Timestamp to echo, and the next segment expected when the last acknowledgement left. */
  private timestampNs = 0;
  private acknowledged = 0;
  private duplicate = -1;
  private arrivedNs = Infinity;
  /** Of the handshake; Infinity without one. */
  private rttNs = Infinity;

  constructor(sim: Simulation, packets: PacketStore, flow: number, path: number, send: (packet: number) => void, timer: Deadline, options: ReceiverOptions) {
    this.sim = sim;
    this.packets = packets;
    this.flow = flow;
    this.path = path;
    this.send = send;
    this.timer = timer;
    this.options = options;
    this.policy = new AckPolicy(options.acks ?? {});
    this.window = new ReceiveWindow(options.receiveBuffer);
  }

  /** The handshake's round-trip time, which bounds how long selective reports are held back. */
  connected(rttNs: number): void {
    this.rttNs = rttNs;
  }

  /** Takes a data packet over. */
  receive(packet: number): void {
    const { packets } = this;
    const flags = packets.flags[packet]!;
    if ((flags & CORRUPT) !== 0) return packets.free(packet);
    this.arrived++;
    this.options.onData?.(packet);
    if ((flags & CWR) !== 0) this.echoesMarks = false;
    if ((flags & CE) !== 0) {
      if (!this.echoesMarks) this.policy.quick(QUICK_AFTER_MARK);
      this.echoesMarks = true;
    }
    const segment = packets.sequence[packet]!;
    if (segment <= this.acknowledged) this.timestampNs = Math.max(this.timestampNs, packets.tag[packet]!);
    const dueNs = this.place(segment, packets.payload[packet]!);
    if (dueNs === AT_ONCE) this.acknowledge(packet);
    else if (this.timer.atNs > this.sim.now + dueNs) this.timer.set(this.sim.now + dueNs);
    packets.free(packet);
  }

  /** Event: acknowledge what has waited. */
  onTimer(): void {
    this.acknowledge(-1);
  }

  /** Puts the segment where it belongs; returns after how long to acknowledge. */
  private place(segment: number, bytes: number): number {
    const { waiting, policy } = this;
    if (segment < this.expected || (segment > this.expected && waiting.has(segment))) {
      this.duplicates++;
      this.duplicate = segment;
      if (segment > this.expected) return policy.outOfOrder(this.expected, this.rttNs);
      policy.quick();
      return AT_ONCE;
    }
    if (segment > this.expected) {
      // what is held back has to leave before a third range could push a report out (tcp_sack_new_ofo_skb)
      if (policy.isHolding && waiting.recent >= HELD_RANGES && !waiting.extendsRecent(segment, HELD_RANGES)) this.acknowledge(-1);
      waiting.add(segment);
      this.keep(segment, bytes);
      return policy.outOfOrder(this.expected, this.rttNs);
    }
    const hadHole = waiting.count > 0;
    this.expected++;
    let total = bytes;
    if (hadHole) {
      const end = waiting.takeFrom(this.expected);
      while (this.expected < end) total += this.waitingBytes[this.expected++ & (this.waitingBytes.length - 1)]!;
    }
    this.deliveredBytes += total;
    this.options.onDelivered?.(this.deliveredBytes);
    if (this.window.grow(bytes)) policy.atLeastOne();
    this.window.read(this.deliveredBytes, this.sim.now, this.rttNs);
    // a pause longer than a retransmission timeout: the sender starts anew and wants its acknowledgements quickly
    if (this.sim.now - this.arrivedNs > this.rttNs + RTO_MIN_NS) policy.quick();
    this.arrivedNs = this.sim.now;
    if (hadHole) return waiting.count === 0 ? AT_ONCE : policy.outOfOrder(this.expected, this.rttNs);
    return policy.inOrder(bytes, MSS);
  }

  private keep(segment: number, bytes: number): void {
    while (segment - this.expected >= this.waitingBytes.length) {
      const wide = new Int32Array(this.waitingBytes.length * 2);
      const { waitingBytes } = this;
      for (let i = 0; i < waitingBytes.length; i++) wide[(this.expected + i) & (wide.length - 1)] = waitingBytes[(this.expected + i) & (waitingBytes.length - 1)]!;
      this.waitingBytes = wide;
    }
    this.waitingBytes[segment & (this.waitingBytes.length - 1)] = bytes;
  }

  private acknowledge(data: number): void {
    const { packets, waiting } = this;
    const hasDuplicate = this.duplicate >= 0;
    const ranges = Math.min(SACK_RANGES, waiting.recent + (hasDuplicate ? 1 : 0));
    const ack = packets.make(this.flow, this.path, this.echoesMarks ? ACK | ECHO_CE : ACK, ackBytes(ranges));
    packets.sequence[ack] = this.expected;
    packets.tag[ack] = this.timestampNs;
    packets.sentNs[ack] = this.sim.now;
    const { sack } = packets;
    let at = ack * 2 * SACK_RANGES;
    const end = at + 2 * SACK_RANGES;
    if (hasDuplicate) {
      sack[at++] = this.duplicate;
      sack[at++] = this.duplicate + 1;
      this.duplicate = -1;
    }
    for (let i = 0; at < end; i++) {
      const isUsed = i < waiting.recent;
      sack[at++] = isUsed ? waiting.recentFrom[i]! : 0;
      sack[at++] = isUsed ? waiting.recentTo[i]! : 0;
    }
    this.acknowledged = this.expected;
    this.acksSent++;
    this.timer.clear();
    this.policy.sent();
    this.options.onAckMade?.(ack, data);
    this.send(ack);
  }
}

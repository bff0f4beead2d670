/**
 * A datagram flow that obeys explicit feedback: request, then packets at the rate it was told, each acknowledged. The simplest transport
 * that such a scheme needs (RCP was defined over one like it), so that laws of routers are judged without the machinery of TCP. Losses are
 * found by later acknowledgements; flows of a given length send what is missing again. Left out: receive window, delayed acknowledgements.
 */
import type { Simulation } from '../../simulation.ts';
import { NS_PER_S } from '../../time.ts';
import type { PacketNetwork } from '../link/network.ts';
import { ACK, DATA, NONE, type PacketStore, SYN } from '../packets.ts';
import type { Feedback, FeedbackFactory, FeedbackFlow } from './feedback.ts';

/** A full segment: 1448 bytes and their headers. */
export const WIRE_BYTES = 1502;
export const PAYLOAD_BYTES = 1448;
const CONTROL_BYTES = 60;
/** As the first retransmission timeout of TCP (RFC 6298). */
const REQUEST_TIMEOUT_NS = NS_PER_S;
/** choice: acknowledgements do not overtake here, so a hole behind the newest one is a loss. */
const TIMEOUT_RTTS = 4;
/** A transmission that is not under way any more; NONE is the request. */
const GONE = -2;

export interface PacedFlowOptions {
  readonly network: PacketNetwork;
  readonly forward: readonly number[];
  readonly backward: readonly number[];
  readonly feedback: FeedbackFactory;
  /** Infinity: sends until the run ends. */
  readonly packetsToSend: number;
  readonly onDone?: () => void;
  /** Flags of data packets beside DATA. */
  readonly flags?: number;
}

export class PacedFlow implements FeedbackFlow {
  readonly packets: PacketStore;
  srttNs = 0;
  minRttNs = Infinity;
  rateBps = 0;
  windowBytes = Infinity;
  /** Distinct data packets that have arrived, all sent, and those sent again. */
  received = 0;
  sent = 0;
  resent = 0;
  lost = 0;
  isDone = false;

  private readonly sim: Simulation;
  private readonly options: PacedFlowOptions;
  private readonly feedback: Feedback;
  private readonly events: FlowEvents;
  private readonly number: number;
  private readonly forwardPath: number;
  private readonly backwardPath: number;
  /** By packet, for flows of a given length: has it arrived. */
  private readonly arrived: Uint8Array;
  private readonly missing: number[] = [];
  /** Next packet to send for the first time, and next transmission: transmissions are acknowledged in order unless lost. */
  private nextPacket = 0;
  private transmissions = 0;
  private nextAcked = 0;
  /** Packet of each transmission under way, in a ring by transmission; GONE where it has arrived or is lost. */
  private ring = new Int32Array(64);
  private inFlight = 0;
  private sendTimer = 0;
  private timerNs = 0;
  private lastSendNs = 0;
  private timeoutTimer = 0;
  private requestTimeoutNs = REQUEST_TIMEOUT_NS;

  constructor(sim: Simulation, packets: PacketStore, options: PacedFlowOptions) {
    this.sim = sim;
    this.packets = packets;
    this.options = options;
    this.arrived = new Uint8Array(options.packetsToSend === Infinity ? 0 : options.packetsToSend);
    this.events = flowEvents(sim);
    this.number = this.events.add(this);
    this.feedback = options.feedback((packet) => options.network.routersPassed(packet));
    this.forwardPath = options.network.addPath(options.forward, (packet) => this.receive(packet));
    this.backwardPath = options.network.addPath(options.backward, (packet) => this.acknowledge(packet));
  }

  start(delayNs = 0): void {
    this.timeoutTimer = this.sim.schedule(delayNs, this.events.timeoutCode, this.number);
  }

  /** Sends nothing more. */
  stop(): void {
    this.isDone = true;
    this.sim.cancel(this.sendTimer);
    this.sim.cancel(this.timeoutTimer);
  }

  /** Event: the pace allows the next packet. */
  onSendTimer(): void {
    this.sendTimer = 0;
    this.pump();
  }

  /** Event: the request, first or again, or a silence that ends in sending everything unacknowledged again. */
  onTimeout(): void {
    if (this.isDone) return;
    if (this.srttNs === 0) {
      this.transmit(NONE, SYN, CONTROL_BYTES);
      this.timeoutTimer = this.sim.schedule(this.requestTimeoutNs, this.events.timeoutCode, this.number);
      this.requestTimeoutNs *= 2;
      return;
    }
    this.feedback.onTimeout(this);
    for (; this.nextAcked < this.transmissions; this.nextAcked++) this.noteLoss(this.nextAcked);
    this.armTimeout();
    this.pump();
  }

  /** At the receiver. */
  private receive(data: number): void {
    const { packets } = this;
    const sequence = packets.sequence[data]!;
    const flags = packets.flags[data]!;
    if ((flags & DATA) !== 0 && this.isNew(sequence)) this.received++;
    const ack = packets.make(this.number, this.backwardPath, ACK | (flags & SYN), CONTROL_BYTES);
    packets.sequence[ack] = sequence;
    packets.tag[ack] = packets.tag[data]!;
    packets.sentNs[ack] = packets.sentNs[data]!;
    this.feedback.echo(data, ack);
    packets.free(data);
    this.options.network.send(ack);
  }

  private isNew(sequence: number): boolean {
    if (this.options.packetsToSend === Infinity) return true;
    const isNew = this.arrived[sequence] === 0;
    this.arrived[sequence] = 1;
    return isNew;
  }

  /** At the sender. */
  private acknowledge(ack: number): void {
    const { packets, sim } = this;
    if (this.isDone) return packets.free(ack);
    const rttNs = sim.now - packets.sentNs[ack]!;
    const isFirst = this.srttNs === 0;
    this.srttNs = isFirst ? rttNs : Math.round(this.srttNs + (rttNs - this.srttNs) / 8);
    this.minRttNs = Math.min(this.minRttNs, rttNs);
    const transmission = packets.tag[ack]!;
    for (; this.nextAcked < transmission; this.nextAcked++) if (this.noteLoss(this.nextAcked)) this.feedback.onLoss(this);
    if (transmission === this.nextAcked) this.takeOut(transmission);
    this.feedback.onAck(this, ack, sim.now);
    packets.free(ack);
    this.armTimeout();
    if (this.isComplete()) {
      this.stop();
      this.options.onDone?.();
      return;
    }
    this.pump();
  }

  private isComplete(): boolean {
    return this.nextPacket >= this.options.packetsToSend && this.missing.length === 0 && this.inFlight === 0;
  }

  /** A transmission will not be acknowledged; false where it has been. */
  private noteLoss(transmission: number): boolean {
    const packet = this.takeOut(transmission);
    if (packet === GONE) return false;
    this.lost++;
    if (packet !== NONE && this.options.packetsToSend !== Infinity) this.missing.push(packet);
    return true;
  }

  private takeOut(transmission: number): number {
    const at = transmission & (this.ring.length - 1);
    const packet = this.ring[at]!;
    if (packet !== GONE) this.inFlight--;
    this.ring[at] = GONE;
    return packet;
  }

  private put(transmission: number, packet: number): void {
    while (transmission - this.nextAcked >= this.ring.length) {
      const wide = new Int32Array(2 * this.ring.length);
      for (let one = this.nextAcked; one < transmission; one++) wide[one & (wide.length - 1)] = this.ring[one & (this.ring.length - 1)]!;
      this.ring = wide;
    }
    this.ring[transmission & (this.ring.length - 1)] = packet;
    this.inFlight++;
  }

  private armTimeout(): void {
    this.sim.cancel(this.timeoutTimer);
    // choice: at a rate below one packet a round-trip time the next acknowledgement is due later than that
    const gapNs = this.rateBps > 0 ? (WIRE_BYTES * 8e9) / this.rateBps : 0;
    this.timeoutTimer = this.sim.schedule(Math.round(TIMEOUT_RTTS * (this.srttNs + gapNs)) + 1, this.events.timeoutCode, this.number);
  }

  /** Sends what pace and window allow now, and sets the timer for the next. */
  private pump(): void {
    const { sim } = this;
    if (this.rateBps === Infinity) sim.fail(`paced flow ${this.number}: no router on the path named a rate; a datagram flow has nothing else to go by`);
    for (;;) {
      if (this.isDone || this.rateBps <= 0 || (this.inFlight + 1) * WIRE_BYTES > Math.max(this.windowBytes, WIRE_BYTES)) return;
      if (this.missing.length === 0 && this.nextPacket >= this.options.packetsToSend) return;
      const dueNs = this.lastSendNs + Math.round((WIRE_BYTES * 8e9) / this.rateBps);
      if (dueNs > sim.now) return this.sendAt(dueNs);
      this.lastSendNs = sim.now;
      this.sendNext();
    }
  }

  private sendAt(dueNs: number): void {
    if (this.sendTimer !== 0 && this.timerNs === dueNs) return;
    this.sim.cancel(this.sendTimer);
    this.timerNs = dueNs;
    this.sendTimer = this.sim.scheduleAt(dueNs, this.events.sendCode, this.number);
  }

  private sendNext(): void {
    const again = this.missing.pop();
    if (again !== undefined) this.resent++;
    this.sent++;
    this.transmit(again ?? this.nextPacket++, DATA | (this.options.flags ?? 0), WIRE_BYTES);
  }

  private transmit(sequence: number, flags: number, bytes: number): void {
    const { packets, sim } = this;
    const packet = packets.make(this.number, this.forwardPath, flags, bytes);
    packets.sequence[packet] = sequence;
    packets.tag[packet] = this.transmissions;
    packets.sentNs[packet] = sim.now;
    this.put(this.transmissions++, sequence);
    this.feedback.onSend(this, packet, sim.now);
    this.options.network.send(packet);
  }
}

class FlowEvents {
  readonly sendCode: number;
  readonly timeoutCode: number;
  private readonly flows: PacedFlow[] = [];

  constructor(sim: Simulation) {
    this.sendCode = sim.register('paced flow: send', (flow) => this.flows[flow]!.onSendTimer());
    this.timeoutCode = sim.register('paced flow: timeout', (flow) => this.flows[flow]!.onTimeout());
  }

  add(flow: PacedFlow): number {
    return this.flows.push(flow) - 1;
  }
}

const eventsOf = new WeakMap<Simulation, FlowEvents>();

function flowEvents(sim: Simulation): FlowEvents {
  let events = eventsOf.get(sim);
  if (events === undefined) eventsOf.set(sim, (events = new FlowEvents(sim)));
  return events;
}

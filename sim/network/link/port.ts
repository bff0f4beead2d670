/**
 * An egress port: queue, line of a rate, medium, propagation, in this order.
 *
 *     enter -> discipline -> line (8 L / C, line.ts) -> medium (loss and the like) -> propagation -> next hop
 *
 * What the medium loses has used the line before: loss behind the bottleneck and not in front of it. The packet on the line is not in the
 * queue (discipline.ts). Two directions are two ports. A rate of 0 stops the line and keeps what is on it. Times ns, sizes bytes on the wire.
 */
import type { Simulation } from '../../simulation.ts';
import { CORRUPT, NONE, type PacketStore } from '../packets.ts';
import { LinkCounters } from './counters.ts';
import type { DropReason, QueueDiscipline } from './discipline.ts';
import { Line } from './line.ts';
import { linkEvents, type LinkEvents } from './link-events.ts';
import type { Hop } from './network.ts';
import { PacketRing } from './packet-ring.ts';
import { QueueGauge } from './queue-gauge.ts';

/** What happens to packets behind the line: faults/pipeline.ts. */
export interface Medium {
  /** Judges the packet that leaves the line now: how many copies of it arrive. 0: lost, for `reason`. */
  judge(nowNs: number, packet: number): number;
  readonly reason: DropReason;
  /** Delay beyond propagation, by copy. */
  readonly extraNs: Float64Array;
  /** 1: wrong checksum, by copy. */
  readonly corrupt: Uint8Array;
  /** Nothing overtakes: a packet waits for those that left before it. */
  readonly fifo: boolean;
}

/** Writes into passing packets: the router's half of explicit feedback. */
export interface Stamper {
  /** On arrival, before the discipline decides. */
  onArrival(packet: number, nowNs: number): void;
  /** It leaves the queue for the line; waited since `packets.enqueuedNs`. */
  onDeparture(packet: number, nowNs: number): void;
}

/** Sees packets pass; changes nothing. For checkers and figures. */
export interface PortTap {
  enter?(packet: number, nowNs: number): void;
  /** First bit goes onto the line. */
  serve?(packet: number, nowNs: number): void;
  drop?(packet: number, reason: DropReason, nowNs: number): void;
  deliver?(packet: number, nowNs: number): void;
  /** The line has a new rate. */
  rate?(rateBps: number, nowNs: number): void;
}

export interface PortOptions {
  /** For messages and checkers. */
  readonly name: string;
  /** An integer, in bit/s over `rateDenominator`. */
  readonly rateBps: number;
  /** The rate is rateBps / rateDenominator, for this and every later rate; default 1. */
  readonly rateDenominator?: number;
  readonly propagationNs: number;
  readonly discipline: QueueDiscipline;
  readonly medium?: Medium;
  readonly stamper?: Stamper;
}

export class Port implements Hop {
  readonly name: string;
  readonly propagationNs: number;
  readonly discipline: QueueDiscipline;
  readonly medium: Medium | undefined;
  readonly counters = new LinkCounters();
  /** Packets waiting, over time. */
  readonly queue: QueueGauge;
  tap: PortTap | undefined;
  /** A router's stamper knows its port, so it may come after it. */
  stamper: Stamper | undefined;

  private readonly sim: Simulation;
  private readonly packets: PacketStore;
  private readonly line: Line;
  private readonly events: LinkEvents;
  private readonly number: number;
  private next: (packet: number) => void = () => this.sim.fail(`port ${this.name}: a packet has passed and the port is not connected`);
  /** Packets on the wire in the order in which they left; used where order is promised. */
  private readonly wire = new PacketRing();
  private readonly isFifo: boolean;
  private serving = NONE;
  private finishHandle = 0;
  private lastArrivalNs = 0;

  constructor(sim: Simulation, packets: PacketStore, options: PortOptions) {
    this.sim = sim;
    this.packets = packets;
    this.name = options.name;
    this.propagationNs = options.propagationNs;
    this.discipline = options.discipline;
    this.medium = options.medium;
    this.isFifo = options.medium?.fifo ?? true;
    this.stamper = options.stamper;
    this.line = new Line(options.rateBps, options.rateDenominator);
    this.queue = new QueueGauge(sim.now);
    this.events = linkEvents(sim);
    this.number = this.events.add(this);
    this.discipline.connect?.((packet, reason) => this.drop(packet, reason));
    this.discipline.onRate?.(this.rateBps, sim.now);
  }

  /** Bits per second. */
  get rateBps(): number {
    return this.line.rate / this.line.denominator;
  }

  /** The packet on the line, or NONE. */
  get inService(): number {
    return this.serving;
  }

  connect(next: (packet: number) => void): void {
    this.next = next;
  }

  /** One more who sees packets pass, after those before. */
  addTap(tap: PortTap): void {
    this.tap = this.tap === undefined ? tap : new TapPair(this.tap, tap);
  }

  enter(packet: number): void {
    const { sim: { now }, packets, discipline, counters } = this;
    counters.packetsIn++;
    counters.bytesIn += packets.bytes[packet]!;
    this.tap?.enter?.(packet, now);
    this.stamper?.onArrival(packet, now);
    packets.enqueuedNs[packet] = now;
    if (!discipline.enqueue(packet, now, this.serving === NONE)) this.drop(packet, discipline.refusal ?? 'tail');
    if (this.serving === NONE) this.serveNext();
    else this.queue.level(now, discipline.packets);
  }

  /** A new rate from now on, in the unit of the option `rateBps`. The packet on the line keeps the bits it has sent. */
  setRate(rateBps: number): void {
    const { sim, line } = this;
    const busy = this.serving !== NONE;
    if (busy && line.endNs !== Infinity) sim.cancel(this.finishHandle);
    const endNs = line.change(rateBps, sim.now, busy);
    if (busy && endNs !== Infinity) this.finishHandle = sim.scheduleAt(endNs, this.events.finishCode, this.number);
    this.discipline.onRate?.(this.rateBps, sim.now);
    this.tap?.rate?.(this.rateBps, sim.now);
  }

  /** Event: the last bit of the packet in service has left. */
  finish(): void {
    const packet = this.serving;
    this.serving = NONE;
    const bytes = this.packets.bytes[packet]!;
    this.counters.packetsServed++;
    this.counters.bytesServed += bytes;
    if (this.medium === undefined) this.launch(packet, this.sim.now + this.propagationNs);
    else this.cross(packet, this.medium);
    this.serveNext();
  }

  /** Event: a packet has crossed. In order, the first that left, whichever of two events of one instant ran first. */
  arrive(own: number): void {
    const { counters } = this;
    const packet = this.isFifo ? this.wire.shift() : own;
    const bytes = this.packets.bytes[packet]!;
    counters.packetsOnWire--;
    counters.bytesOnWire -= bytes;
    counters.packetsOut++;
    counters.bytesOut += bytes;
    this.tap?.deliver?.(packet, this.sim.now);
    this.next(packet);
  }

  private serveNext(): void {
    const { sim: { now }, discipline } = this;
    const packet = discipline.dequeue(now);
    this.queue.level(now, discipline.packets);
    if (packet === NONE) return;
    this.serving = packet;
    this.stamper?.onDeparture(packet, now);
    this.tap?.serve?.(packet, now);
    const endNs = this.line.start(this.packets.bytes[packet]!, now, this.packets.enqueuedNs[packet]! < now);
    if (endNs !== Infinity) this.finishHandle = this.sim.scheduleAt(endNs, this.events.finishCode, this.number);
  }

  private cross(packet: number, medium: Medium): void {
    const { sim: { now }, packets, counters } = this;
    const copies = medium.judge(now, packet);
    if (copies === 0) return this.drop(packet, medium.reason);
    for (let copy = 0; copy < copies; copy++) {
      const one = copy === copies - 1 ? packet : packets.copy(packet);
      if (one !== packet) {
        counters.packetsCopied++;
        counters.bytesCopied += packets.bytes[one]!;
      }
      if (medium.corrupt[copy] === 1) packets.flags[one]! |= CORRUPT;
      const arrivalNs = now + this.propagationNs + medium.extraNs[copy]!;
      this.launch(one, this.isFifo ? Math.max(arrivalNs, this.lastArrivalNs) : arrivalNs);
    }
  }

  private launch(packet: number, arrivalNs: number): void {
    this.lastArrivalNs = arrivalNs;
    if (this.isFifo) this.wire.push(packet);
    this.counters.packetsOnWire++;
    this.counters.bytesOnWire += this.packets.bytes[packet]!;
    this.sim.scheduleAt(arrivalNs, this.events.arriveCode, this.number, packet);
  }

  private drop(packet: number, reason: DropReason): void {
    this.counters.drop(this.packets.bytes[packet]!, reason);
    this.tap?.drop?.(packet, reason, this.sim.now);
    this.packets.free(packet);
  }
}

class TapPair implements PortTap {
  private readonly first: PortTap;
  private readonly second: PortTap;

  constructor(first: PortTap, second: PortTap) {
    this.first = first;
    this.second = second;
  }

  enter(packet: number, nowNs: number): void {
    this.first.enter?.(packet, nowNs);
    this.second.enter?.(packet, nowNs);
  }

  serve(packet: number, nowNs: number): void {
    this.first.serve?.(packet, nowNs);
    this.second.serve?.(packet, nowNs);
  }

  drop(packet: number, reason: DropReason, nowNs: number): void {
    this.first.drop?.(packet, reason, nowNs);
    this.second.drop?.(packet, reason, nowNs);
  }

  deliver(packet: number, nowNs: number): void {
    this.first.deliver?.(packet, nowNs);
    this.second.deliver?.(packet, nowNs);
  }

  rate(rateBps: number, nowNs: number): void {
    this.first.rate?.(rateBps, nowNs);
    this.second.rate?.(rateBps, nowNs);
  }
}

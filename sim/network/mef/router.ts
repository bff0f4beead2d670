/**
 * A MEF router (reconstruction): the law of one egress port and what it writes into passing headers. No state by flow, no timer: intervals
 * that have ended are accounted when the next packet comes, which gives the same rates as a timer, since nothing reads them in between.
 * A packet is stamped when it leaves the queue, so that its own waiting time is in the sum. Load above 1 also marks ECN-capable packets, so
 * that endpoints without MEF react (RFC 3168). Where MEF has a queue of its own (two-queues.ts), capacity, arrivals and backlog are those of
 * its share. Left out: policing of senders that exceed their rate.
 */
import type { Port, Stamper } from '../link/port.ts';
import { CE, ECN_CAPABLE, type PacketStore } from '../packets.ts';
import { delayField, LOAD_ONE, loadField, type MefHeaders, mefHeaders, rateField, RTT_UNIT_NS } from './header.ts';
import { type LawOptions, RateLaw, STANDARD_LAW } from './law.ts';
import { TwoQueues } from './two-queues.ts';

/** Idle intervals after which nothing changes any more: R doubles at most each, from 1e-5 C to C in 17; with small alpha it takes longer. */
const IDLE_INTERVALS = 4096;

export class MefRouter implements Stamper {
  readonly law: RateLaw;
  private readonly packets: PacketStore;
  private readonly headers: MefHeaders;
  private readonly port: Port;
  /** MEF's own queue beside that of the others, if it has one. */
  private readonly own: TwoQueues | undefined;
  private startNs: number;
  private endNs: number;
  private arrivedBytes = 0;
  private leastBacklogBytes = 0;
  /** Bytes with a known RTT in this interval, and the sum of bytes times RTT (in units of the header). */
  private rttBytes = 0;
  private rttSum = 0;

  /** Puts itself in front of the port. */
  constructor(port: Port, packets: PacketStore, nowNs: number, options: LawOptions = STANDARD_LAW) {
    this.port = port;
    this.own = port.discipline instanceof TwoQueues ? port.discipline : undefined;
    this.packets = packets;
    this.headers = mefHeaders(packets);
    this.law = new RateLaw(options, port.rateBps);
    this.startNs = nowNs;
    this.endNs = nowNs + this.law.intervalNs;
    port.stamper = this;
  }

  onArrival(packet: number, nowNs: number): void {
    if (nowNs >= this.endNs) this.catchUp(nowNs);
    const bytes = this.packets.bytes[packet]!;
    const isOpen = this.headers.isOpen(packet);
    if (isOpen || this.own === undefined) this.arrivedBytes += bytes;
    if (!isOpen) return;
    const rtt = this.headers.rtt.values[packet]!;
    if (rtt === 0) return;
    this.rttBytes += bytes;
    this.rttSum += bytes * rtt;
  }

  onDeparture(packet: number, nowNs: number): void {
    const isOpen = this.headers.isOpen(packet);
    if (nowNs >= this.endNs) this.catchUp(nowNs, isOpen || this.own === undefined ? this.packets.bytes[packet]! : 0);
    this.leastBacklogBytes = Math.min(this.leastBacklogBytes, this.backlogBytes);
    const load = loadField(this.law.load);
    if (load > LOAD_ONE && (this.packets.flags[packet]! & ECN_CAPABLE) !== 0) this.packets.flags[packet]! |= CE;
    if (!isOpen) return;
    const { headers } = this;
    const target = this.law.options.eta * this.capacityBps;
    const rate = rateField(Math.min(target, headers.weight(packet) * this.law.rateBps));
    headers.aggregate(packet, rate, load, delayField(nowNs - this.packets.enqueuedNs[packet]!));
  }

  private get capacityBps(): number {
    return this.port.rateBps * (this.own?.mefShare ?? 1);
  }

  private get backlogBytes(): number {
    return (this.own?.mef ?? this.port.discipline).bytes;
  }

  /** Ends all intervals that are over. The backlog has not changed since the last event; a packet that just left was still in it. */
  catchUp(nowNs: number, leftBytes = 0): void {
    const { law } = this;
    const backlogBytes = this.backlogBytes + leftBytes;
    for (let idle = 0; nowNs >= this.endNs && idle < IDLE_INTERVALS; idle++) {
      const intervalNs = this.endNs - this.startNs;
      if (this.rttBytes > 0) law.observeRtt((this.rttSum / this.rttBytes) * RTT_UNIT_NS, intervalNs);
      law.update(intervalNs, this.arrivedBytes, Math.min(this.leastBacklogBytes, backlogBytes), this.capacityBps);
      this.arrivedBytes = 0;
      this.rttBytes = 0;
      this.rttSum = 0;
      this.leastBacklogBytes = backlogBytes;
      this.startNs = this.endNs;
      this.endNs += law.intervalNs;
    }
    if (nowNs < this.endNs) return;
    this.startNs = nowNs;
    this.endNs = nowNs + law.intervalNs;
  }
}

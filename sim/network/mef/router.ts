/**
 * A MEF router (reconstruction): the law of one egress port and what it writes into passing headers. No state by flow, no timer: intervals
 * that have ended are accounted when the next packet comes, which gives the same rates as a timer, since nothing reads them in between.
 * A packet is stamped when it leaves the queue, so that its own waiting time is in the sum. Load above 1 also marks ECN-capable packets, so
 * that endpoints without MEF react (RFC 3168). Left out: policing of senders that exceed their rate.
 */
import type { Port, Stamper } from '../link/port.ts';
import { CE, ECN_CAPABLE, type PacketStore } from '../packets.ts';
import { delayField, LOAD_ONE, loadField, type MefHeaders, mefHeaders, rateField, RTT_UNIT_NS } from './header.ts';
import { type LawOptions, RateLaw, STANDARD_LAW } from './law.ts';

/** Idle intervals after which nothing changes any more: R doubles at most each, from 1e-5 C to C in 17; with small alpha it takes longer. */
const IDLE_INTERVALS = 4096;

export class MefRouter implements Stamper {
  readonly law: RateLaw;
  private readonly packets: PacketStore;
  private readonly headers: MefHeaders;
  private readonly port: Port;
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
    this.arrivedBytes += bytes;
    if (!this.headers.isOpen(packet)) return;
    const rtt = this.headers.rtt.values[packet]!;
    if (rtt === 0) return;
    this.rttBytes += bytes;
    this.rttSum += bytes * rtt;
  }

  onDeparture(packet: number, nowNs: number): void {
    if (nowNs >= this.endNs) this.catchUp(nowNs, this.packets.bytes[packet]!);
    this.leastBacklogBytes = Math.min(this.leastBacklogBytes, this.port.discipline.bytes);
    const load = loadField(this.law.load);
    if (load > LOAD_ONE && (this.packets.flags[packet]! & ECN_CAPABLE) !== 0) this.packets.flags[packet]! |= CE;
    const { headers } = this;
    if (!headers.isOpen(packet)) return;
    const target = this.law.options.eta * this.port.rateBps;
    const rate = rateField(Math.min(target, headers.weight(packet) * this.law.rateBps));
    headers.aggregate(packet, rate, load, delayField(nowNs - this.packets.enqueuedNs[packet]!));
  }

  /** Ends all intervals that are over. The backlog has not changed since the last event; a packet that just left was still in it. */
  catchUp(nowNs: number, leftBytes = 0): void {
    const { law, port } = this;
    const backlogBytes = port.discipline.bytes + leftBytes;
    for (let idle = 0; nowNs >= this.endNs && idle < IDLE_INTERVALS; idle++) {
      const intervalNs = this.endNs - this.startNs;
      if (this.rttBytes > 0) law.observeRtt((this.rttSum / this.rttBytes) * RTT_UNIT_NS, intervalNs);
      law.update(intervalNs, this.arrivedBytes, Math.min(this.leastBacklogBytes, backlogBytes), port.rateBps);
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

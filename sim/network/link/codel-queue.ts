/**
 * One queue under the law of CoDel (RFC 8289 section 5): packets are dropped, or marked, when they leave, once the time they waited has been
 * at least `target` for a whole `interval`; the next one interval / sqrt(count) later, until the wait is below target again.
 *
 * As in the kernel (codel_impl.h) a marked packet is served and ends the search for this time. Times ns.
 */
import { NONE, type PacketStore } from '../packets.ts';
import type { DropPacket } from './discipline.ts';
import { mark } from './ecn.ts';
import { PacketRing } from './packet-ring.ts';

export interface CoDelParameters {
  readonly targetNs: number;
  readonly intervalNs: number;
  /** A queue of at most this much never drops: one packet has to be able to wait. */
  readonly mtuBytes: number;
}

/** RFC 8289 section 4.3 and 4.4; the MTU is that of Ethernet with its header (sch_codel.c, sch_fq_codel.c). */
export const CODEL_DEFAULTS: CoDelParameters = { targetNs: 5_000_000, intervalNs: 100_000_000, mtuBytes: 1514 };

/** After leaving the dropping state, a new one within this many intervals goes on at the old frequency. */
const RESUME_INTERVALS = 16;

export class CoDelQueue {
  bytes = 0;
  /** Drops in this dropping state; the frequency grows with its root. */
  count = 0;
  private readonly store: PacketStore;
  private readonly parameters: CoDelParameters;
  private readonly ring = new PacketRing();
  private lastCount = 0;
  private dropping = false;
  private nextDropNs = 0;
  /** When waits above target will have lasted an interval; -1: they are below. */
  private aboveAtNs = -1;
  private mayDrop = false;

  constructor(packets: PacketStore, parameters: CoDelParameters) {
    this.store = packets;
    this.parameters = parameters;
  }

  get packets(): number {
    return this.ring.length;
  }

  push(packet: number): void {
    this.ring.push(packet);
    this.bytes += this.store.bytes[packet]!;
  }

  /** The first packet, without the law; NONE when empty. */
  shift(): number {
    const packet = this.ring.shift();
    if (packet !== NONE) this.bytes -= this.store.bytes[packet]!;
    return packet;
  }

  /** The packet to serve. `otherBytes`: waiting elsewhere for the same line. */
  dequeue(nowNs: number, otherBytes: number, drop: DropPacket): number {
    let packet = this.take(nowNs, otherBytes);
    if (this.dropping) {
      if (!this.mayDrop) this.dropping = false;
      while (this.dropping && nowNs >= this.nextDropNs) {
        this.count++;
        if (mark(this.store, packet)) {
          this.nextDropNs = this.after(this.nextDropNs);
          return packet;
        }
        drop(packet, 'sojourn');
        packet = this.take(nowNs, otherBytes);
        if (this.mayDrop) this.nextDropNs = this.after(this.nextDropNs);
        else this.dropping = false;
      }
    } else if (this.mayDrop) {
      if (!mark(this.store, packet)) {
        drop(packet, 'sojourn');
        packet = this.take(nowNs, otherBytes);
      }
      this.dropping = true;
      const gained = this.count - this.lastCount;
      const isSoon = nowNs - this.nextDropNs < RESUME_INTERVALS * this.parameters.intervalNs;
      this.count = gained > 1 && isSoon ? gained : 1;
      this.lastCount = this.count;
      this.nextDropNs = this.after(nowNs);
    }
    return packet;
  }

  /** The first packet; sets `mayDrop`: its wait and those of the last interval were at least the target. */
  private take(nowNs: number, otherBytes: number): number {
    const { targetNs, intervalNs, mtuBytes } = this.parameters;
    const packet = this.shift();
    this.mayDrop = false;
    if (packet === NONE || nowNs - this.store.enqueuedNs[packet]! < targetNs || this.bytes + otherBytes <= mtuBytes) this.aboveAtNs = -1;
    else if (this.aboveAtNs === -1) this.aboveAtNs = nowNs + intervalNs;
    else this.mayDrop = nowNs >= this.aboveAtNs;
    return packet;
  }

  private after(timeNs: number): number {
    return timeNs + Math.round(this.parameters.intervalNs / Math.sqrt(this.count));
  }
}

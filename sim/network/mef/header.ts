/**
 * The header of MEF (reconstruction, version MEF-R1): 16 bytes between network and transport, the same for any number of hops. What is
 * known of MEF is its name, "Multiple Explicit Feedback", and that it is compatible with existing protocols; field layout, router law and
 * sender law are a reconstruction from the family of XCP, RCP and VCP.
 *
 *     0 flags: version 2 bits, E echo, S stack follows, X a hop without MEF seen, CE, 2 reserved      8-9   load, unsigned Q4.12
 *     1 class 2 bits, weight 6 bits in eighths      2 MEF hops      3 hop limit at the origin          10-11 sum of queueing delays, 16 us
 *     4-7 rate in 128 bit/s                                                                            12-13 sender's RTT, 64 us; 14-15 CRC
 *
 * Here the fields are columns beside the packets, held in their units on the wire; wire-format.ts packs the bytes.
 * Left out: the per-hop stack (S) and the keyed check of authenticated domains.
 */
import { MEF, type PacketColumn, type PacketStore } from '../packets.ts';

export const VERSION = 1;
export const HEADER_BYTES = 16;

/** Bits of byte 0. */
export const VERSION_SHIFT = 6;
export const ECHO = 0x20;
export const STACK = 0x10;
export const UNCOVERED_HOP = 0x08;
export const CONGESTED = 0x04;
/** Beyond the byte: the check does not match, somebody rewrote the header. */
export const BAD_CHECK = 0x100;

export const RATE_UNIT_BPS = 128;
/** No router has spoken yet: the sender's infinity. */
export const RATE_UNLIMITED = 0xffff_ffff;
export const LOAD_ONE = 4096;
export const DELAY_UNIT_NS = 16_000;
export const RTT_UNIT_NS = 64_000;
export const WEIGHT_ONE = 8;
/** choice: the hop limit that Linux and most hosts start with. */
export const ORIGIN_HOP_LIMIT = 64;
const U16 = 0xffff;

/** Rounded down: a router never promises more than it has. One unit is the least, since 0 would stop a flow for ever. */
export function rateField(rateBps: number): number {
  return Math.max(1, Math.min(RATE_UNLIMITED - 1, Math.floor(rateBps / RATE_UNIT_BPS)));
}

export function loadField(load: number): number {
  return Math.min(U16, Math.round(load * LOAD_ONE));
}

export function delayField(delayNs: number): number {
  return Math.min(U16, Math.round(delayNs / DELAY_UNIT_NS));
}

/** 0 is "not known yet", so a known time is one unit at least. */
export function rttField(rttNs: number): number {
  return rttNs <= 0 ? 0 : Math.max(1, Math.min(U16, Math.round(rttNs / RTT_UNIT_NS)));
}


export class MefHeaders {
  readonly packets: PacketStore;
  readonly flags: PacketColumn;
  /** Class in bits 7-6, weight in bits 5-0. */
  readonly classWeight: PacketColumn;
  readonly hops: PacketColumn;
  readonly hopLimit: PacketColumn;
  readonly rate: PacketColumn;
  readonly load: PacketColumn;
  readonly delay: PacketColumn;
  readonly rtt: PacketColumn;

  constructor(packets: PacketStore) {
    this.packets = packets;
    this.flags = packets.column();
    this.classWeight = packets.column();
    this.hops = packets.column();
    this.hopLimit = packets.column();
    this.rate = packets.column();
    this.load = packets.column();
    this.delay = packets.column();
    this.rtt = packets.column();
  }

  /** The sender's empty form. */
  request(packet: number, trafficClass: number, weightEighths: number, rttNs: number): void {
    this.packets.flags[packet]! |= MEF;
    this.flags.values[packet] = VERSION << VERSION_SHIFT;
    this.classWeight.values[packet] = (trafficClass << 6) | weightEighths;
    this.hops.values[packet] = 0;
    this.hopLimit.values[packet] = ORIGIN_HOP_LIMIT;
    this.rate.values[packet] = RATE_UNLIMITED;
    this.load.values[packet] = 0;
    this.delay.values[packet] = 0;
    this.rtt.values[packet] = rttField(rttNs);
  }

  /** Is there a form for routers to fill in? Echoes are for the sender only. */
  isOpen(packet: number): boolean {
    return (this.packets.flags[packet]! & MEF) !== 0 && (this.flags.values[packet]! & ECHO) === 0;
  }

  isEcho(packet: number): boolean {
    return (this.packets.flags[packet]! & MEF) !== 0 && (this.flags.values[packet]! & ECHO) !== 0;
  }

  weight(packet: number): number {
    return (this.classWeight.values[packet]! & 0x3f) / WEIGHT_ONE;
  }

  /** One hop's report joins those before it. Minimum, maximum, saturating sum and count: the order of hops does not matter. */
  aggregate(packet: number, rate: number, load: number, delay: number): void {
    const { rate: rates, load: loads, delay: delays, hops } = this;
    if (rate < rates.values[packet]!) rates.values[packet] = rate;
    if (load > loads.values[packet]!) loads.values[packet] = load;
    delays.values[packet] = Math.min(U16, delays.values[packet]! + delay);
    hops.values[packet] = Math.min(255, hops.values[packet]! + 1);
    if (load > LOAD_ONE) this.flags.values[packet]! |= CONGESTED;
  }

  setFlag(packet: number, flag: number): void {
    this.flags.values[packet]! |= flag;
  }
}

const headersOf = new WeakMap<PacketStore, MefHeaders>();

/** The header columns of this store; made at first use. */
export function mefHeaders(packets: PacketStore): MefHeaders {
  let headers = headersOf.get(packets);
  if (headers === undefined) headersOf.set(packets, (headers = new MefHeaders(packets)));
  return headers;
}

/**
 * XCP, the eXplicit Control Protocol (Katabi, Handley and Rohrs, SIGCOMM 2002, section 3): each packet carries window and RTT of its flow,
 * and routers write by how much the window shall change. Once every mean RTT d, with spare rate S, standing queue Q and arrivals y:
 *
 *     phi = 0.4 d S - 0.226 Q          how many bytes the flows together shall add      (efficiency)
 *     h = max(0, 0.1 y d - |phi|)      how many are taken from some and given to others (fairness)
 *     a packet of s bytes gets  xi_p rtt^2 s / cwnd - xi_n rtt s,  so that positive parts sum to h + phi+, negative ones to h + phi-
 *
 * Windows are bytes on the wire, times ns. A sender starts with one packet and is paced over its RTT (choice: bursts are not the question).
 * Left out: the pools of feedback that is left over at the end of an interval; the later correction of the fairness term (XCP-b).
 */
import { NS_PER_MS } from '../../time.ts';
import type { Port, Stamper } from '../link/port.ts';
import type { PacketColumn, PacketStore } from '../packets.ts';
import type { Feedback, FeedbackFlow } from './feedback.ts';
import { WIRE_BYTES } from './paced-flow.ts';

const ALPHA = 0.4;
const BETA = 0.226;
const GAMMA = 0.1;
/** choice: until the first headers with an RTT have passed. */
const START_RTT_NS = 100 * NS_PER_MS;
/** choice: paced a little faster than window over RTT, so that the window governs. */
const PACING_GAIN = 1.25;

interface XcpColumns {
  readonly window: PacketColumn;
  /** ns; 0: none yet, or an acknowledgement. */
  readonly rtt: PacketColumn;
  /** Bytes by which the window shall change; Infinity from the sender. */
  readonly feedback: PacketColumn;
}

const columnsOf = new WeakMap<PacketStore, XcpColumns>();

function xcpColumns(packets: PacketStore): XcpColumns {
  let columns = columnsOf.get(packets);
  if (columns === undefined) columnsOf.set(packets, (columns = { window: packets.column(), rtt: packets.column(), feedback: packets.column() }));
  return columns;
}

export class XcpRouter implements Stamper {
  private readonly port: Port;
  private readonly packets: PacketStore;
  private readonly columns: XcpColumns;
  private rttNs = START_RTT_NS;
  private startNs: number;
  /** Of this interval: bytes, bytes with a header, their RTTs weighted by bytes, and sum of rtt s / cwnd. */
  private arrivedBytes = 0;
  private bytes = 0;
  private rttSum = 0;
  private rateSum = 0;
  private leastBacklogBytes = 0;
  /** For the packets of this interval, from the last one: shares of positive and negative feedback. */
  private positive = 0;
  private negative = 0;

  constructor(port: Port, packets: PacketStore, nowNs: number) {
    this.port = port;
    this.packets = packets;
    this.columns = xcpColumns(packets);
    this.startNs = nowNs;
    port.stamper = this;
  }

  onArrival(packet: number, nowNs: number): void {
    this.catchUp(nowNs);
    const bytes = this.packets.bytes[packet]!;
    const rttNs = this.columns.rtt.values[packet]!;
    this.arrivedBytes += bytes;
    if (rttNs <= 0) return;
    this.bytes += bytes;
    this.rttSum += bytes * rttNs;
    this.rateSum += (rttNs * bytes) / this.columns.window.values[packet]!;
  }

  onDeparture(packet: number, nowNs: number): void {
    this.catchUp(nowNs);
    this.leastBacklogBytes = Math.min(this.leastBacklogBytes, this.port.discipline.bytes);
    const { window, rtt, feedback } = this.columns;
    const rttNs = rtt.values[packet]!;
    if (rttNs <= 0) return;
    const bytes = this.packets.bytes[packet]!;
    const change = (this.positive * rttNs * rttNs * bytes) / window.values[packet]! - this.negative * rttNs * bytes;
    feedback.values[packet] = Math.min(feedback.values[packet]!, change);
  }

  private catchUp(nowNs: number): void {
    while (nowNs >= this.startNs + Math.round(this.rttNs)) {
      const intervalNs = Math.round(this.rttNs);
      if (this.bytes > 0) this.decide(intervalNs);
      this.startNs = this.bytes > 0 ? this.startNs + intervalNs : nowNs;
      this.arrivedBytes = this.bytes = this.rttSum = this.rateSum = 0;
      this.leastBacklogBytes = this.port.discipline.bytes;
    }
  }

  private decide(intervalNs: number): void {
    const meanRttNs = this.rttSum / this.bytes;
    const spareBytes = (this.port.rateBps * intervalNs) / 8e9 - this.arrivedBytes;
    const total = ALPHA * spareBytes - BETA * this.leastBacklogBytes;
    const shuffled = Math.max(0, GAMMA * this.arrivedBytes - Math.abs(total));
    // sums over the packets of an interval, which the next one's are taken to be like: sum of rtt^2 s / cwnd is about d times that of rtt s / cwnd
    this.positive = (shuffled + Math.max(total, 0)) / (meanRttNs * this.rateSum);
    this.negative = (shuffled + Math.max(-total, 0)) / this.rttSum;
    this.rttNs = meanRttNs;
  }
}

export class XcpFeedback implements Feedback {
  private readonly columns: XcpColumns;
  private window = WIRE_BYTES;

  constructor(packets: PacketStore) {
    this.columns = xcpColumns(packets);
  }

  onSend(flow: FeedbackFlow, packet: number): void {
    this.columns.window.values[packet] = this.window;
    this.columns.rtt.values[packet] = flow.srttNs;
    this.columns.feedback.values[packet] = Infinity;
  }

  echo(data: number, ack: number): void {
    this.columns.feedback.values[ack] = this.columns.feedback.values[data]!;
    this.columns.rtt.values[ack] = 0;
  }

  onAck(flow: FeedbackFlow, ack: number): void {
    const change = this.columns.feedback.values[ack]!;
    if (change !== Infinity) this.window = Math.max(WIRE_BYTES, this.window + change);
    this.apply(flow);
  }

  onLoss(): void {}

  onTimeout(flow: FeedbackFlow): void {
    this.window = WIRE_BYTES;
    this.apply(flow);
  }

  private apply(flow: FeedbackFlow): void {
    flow.windowBytes = this.window;
    flow.rateBps = (PACING_GAIN * this.window * 8e9) / flow.srttNs;
  }
}

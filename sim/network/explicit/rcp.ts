/**
 * RCP, the Rate Control Protocol (Dukkipati and McKeown, "Processor Sharing Flows in the Internet", IWQoS 2005): each router names one rate
 * for all flows, the least on the path goes back to the sender. Every T = min(d, 10 ms)
 *
 *     R <- R (1 + (T/d) (alpha (C - y) - beta q/d) / C)
 *
 * with the whole capacity as target, y the arrivals and q the queue at that instant; alpha 0.4, beta 0.226 as for XCP. The ancestor of the
 * law of MEF (reconstruction), for comparison: header fields are exact numbers here. Left out: its own header format.
 */
import { NS_PER_MS } from '../../time.ts';
import type { Port, Stamper } from '../link/port.ts';
import type { PacketColumn, PacketStore } from '../packets.ts';
import type { Feedback, FeedbackFlow } from './feedback.ts';

const ALPHA = 0.4;
const BETA = 0.226;
const MAX_INTERVAL_NS = 10 * NS_PER_MS;
/** choice: as the MEF law starts, so that only the laws differ. */
const START_SHARE = 0.05;
const START_RTT_NS = 100 * NS_PER_MS;
/** choice: a rate of 0 would not come back. */
const LEAST_SHARE = 1e-5;

interface RcpColumns {
  /** Bits per second; Infinity from the sender. */
  readonly rate: PacketColumn;
  /** The sender's RTT, ns; 0: none, or an acknowledgement. */
  readonly rtt: PacketColumn;
}

const columnsOf = new WeakMap<PacketStore, RcpColumns>();

function rcpColumns(packets: PacketStore): RcpColumns {
  let columns = columnsOf.get(packets);
  if (columns === undefined) columnsOf.set(packets, (columns = { rate: packets.column(), rtt: packets.column() }));
  return columns;
}

export class RcpRouter implements Stamper {
  rateBps: number;
  private readonly port: Port;
  private readonly packets: PacketStore;
  private readonly columns: RcpColumns;
  private rttNs = START_RTT_NS;
  private startNs: number;
  private arrivedBytes = 0;
  private rttBytes = 0;
  private rttSum = 0;

  constructor(port: Port, packets: PacketStore, nowNs: number) {
    this.port = port;
    this.packets = packets;
    this.columns = rcpColumns(packets);
    this.rateBps = START_SHARE * port.rateBps;
    this.startNs = nowNs;
    port.stamper = this;
  }

  onArrival(packet: number, nowNs: number): void {
    this.catchUp(nowNs);
    const bytes = this.packets.bytes[packet]!;
    const rttNs = this.columns.rtt.values[packet]!;
    this.arrivedBytes += bytes;
    if (rttNs <= 0) return;
    this.rttBytes += bytes;
    this.rttSum += bytes * rttNs;
  }

  onDeparture(packet: number, nowNs: number): void {
    this.catchUp(nowNs);
    const { rate } = this.columns;
    rate.values[packet] = Math.min(rate.values[packet]!, this.rateBps);
  }

  private get intervalNs(): number {
    return Math.max(1, Math.round(Math.min(this.rttNs, MAX_INTERVAL_NS)));
  }

  private catchUp(nowNs: number): void {
    for (let intervalNs = this.intervalNs; nowNs >= this.startNs + intervalNs; intervalNs = this.intervalNs) {
      if (this.rttBytes > 0) this.rttNs += Math.min(1, intervalNs / this.rttNs) * (this.rttSum / this.rttBytes - this.rttNs);
      const capacityBps = this.port.rateBps;
      const spareBps = capacityBps - (this.arrivedBytes * 8e9) / intervalNs;
      const drainBps = (this.port.discipline.bytes * 8e9) / this.rttNs;
      const step = 1 + ((intervalNs / this.rttNs) * (ALPHA * spareBps - BETA * drainBps)) / capacityBps;
      this.rateBps = Math.max(LEAST_SHARE * capacityBps, Math.min(capacityBps, this.rateBps * Math.max(0, step)));
      // after a long pause the rate is the capacity, and stays
      const isIdle = this.arrivedBytes === 0 && this.rateBps === capacityBps;
      this.startNs = isIdle ? nowNs : this.startNs + intervalNs;
      this.arrivedBytes = this.rttBytes = this.rttSum = 0;
    }
  }
}

export class RcpFeedback implements Feedback {
  private readonly columns: RcpColumns;

  constructor(packets: PacketStore) {
    this.columns = rcpColumns(packets);
  }

  onSend(flow: FeedbackFlow, packet: number): void {
    this.columns.rate.values[packet] = Infinity;
    this.columns.rtt.values[packet] = flow.srttNs;
  }

  echo(data: number, ack: number): void {
    this.columns.rate.values[ack] = this.columns.rate.values[data]!;
    this.columns.rtt.values[ack] = 0;
  }

  onAck(flow: FeedbackFlow, ack: number): void {
    flow.rateBps = this.columns.rate.values[ack]!;
  }

  onLoss(): void {}

  onTimeout(flow: FeedbackFlow): void {
    flow.rateBps /= 2;
  }
}

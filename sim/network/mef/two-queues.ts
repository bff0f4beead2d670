/**
 * One queue for packets of MEF (reconstruction) and one for all others, so that senders that fill queues do not fill MEF's. Deficit round
 * robin (Shreedhar and Varghese, SIGCOMM 1995) with weights in proportion to the flows of either kind. Flows are not listed but estimated by
 * linear counting (Whang et al., ACM TODS 15(2), 1990): a bitmap of 256 hashed flow numbers an interval, n = -256 ln(share of zeros).
 * What one kind leaves free goes to the other, but the rate that MEF is told is that of its share.
 */
import { ln } from '../../dmath.ts';
import type { QueueDiscipline } from '../link/discipline.ts';
import { DropTail } from '../link/drop-tail.ts';
import type { PacketStore } from '../packets.ts';
import { type MefHeaders, mefHeaders } from './header.ts';

const BITS = 256;
/** choice: long enough for slow flows to show themselves, short against their life. */
const INTERVAL_NS = 100e6;
/** Bytes a round for a weight of 1; a full packet and more, so that every round serves somebody. */
const ROUND_BYTES = 4 * 1502;
/** choice: weight of the newest count, so that shares do not jump with who sent in one interval. */
const GAIN = 1 / 4;

/** Finalizer of MurmurHash3 (A. Appleby): neighbouring numbers have to collide as often as chance would have it. */
function hash(flow: number): number {
  let value = flow + 1;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Estimated number of distinct flows an interval. */
export class FlowCounter {
  flows = 0;
  private readonly seen = new Uint8Array(BITS);
  private set = 0;

  note(flow: number): void {
    const at = hash(flow) & (BITS - 1);
    if (this.seen[at] === 1) return;
    this.seen[at] = 1;
    this.set++;
  }

  /** Ends an interval. */
  settle(): void {
    const counted = -BITS * ln(Math.max(1, BITS - this.set) / BITS);
    this.flows = this.flows === 0 ? counted : this.flows + GAIN * (counted - this.flows);
    this.seen.fill(0);
    this.set = 0;
  }
}

export class TwoQueues implements QueueDiscipline {
  readonly mef: DropTail;
  readonly others: DropTail;
  private readonly store: PacketStore;
  private readonly headers: MefHeaders;
  private readonly mefFlows = new FlowCounter();
  private readonly otherFlows = new FlowCounter();
  private endNs = INTERVAL_NS;
  /** 0: MEF's turn, 1: that of the others; bytes that each may still send in its turn. */
  private turn = 0;
  private readonly credit = new Float64Array(2);

  /** Room in packets for each kind. */
  constructor(packets: PacketStore, limitPackets: number) {
    this.store = packets;
    this.headers = mefHeaders(packets);
    this.mef = new DropTail(packets, { limitPackets });
    this.others = new DropTail(packets, { limitPackets });
  }

  get packets(): number {
    return this.mef.packets + this.others.packets;
  }

  get bytes(): number {
    return this.mef.bytes + this.others.bytes;
  }

  /** MEF's share of the line: all of it while nobody else sends. */
  get mefShare(): number {
    const sum = this.mefFlows.flows + this.otherFlows.flows;
    return sum === 0 ? 1 : this.mefFlows.flows / sum;
  }

  enqueue(packet: number, nowNs: number, lineFree: boolean): boolean {
    this.catchUp(nowNs);
    const isMef = this.headers.isOpen(packet);
    (isMef ? this.mefFlows : this.otherFlows).note(this.store.flow[packet]!);
    return (isMef ? this.mef : this.others).enqueue(packet, nowNs, lineFree);
  }

  dequeue(nowNs: number): number {
    const { mef, others, credit } = this;
    if (mef.packets === 0 || others.packets === 0) {
      credit.fill(0);
      return (mef.packets > 0 ? mef : others).dequeue(nowNs);
    }
    while (credit[this.turn]! <= 0) {
      this.turn = 1 - this.turn;
      credit[this.turn]! += ROUND_BYTES * (this.turn === 0 ? this.mefShare : 1 - this.mefShare);
    }
    const packet = (this.turn === 0 ? mef : others).dequeue(nowNs);
    // overdrawn by less than a packet, and paid back in the next round
    credit[this.turn]! -= this.store.bytes[packet]!;
    return packet;
  }

  private catchUp(nowNs: number): void {
    if (nowNs < this.endNs) return;
    this.mefFlows.settle();
    this.otherFlows.settle();
    this.endNs = nowNs + INTERVAL_NS;
  }
}

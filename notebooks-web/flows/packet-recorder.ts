/**
 * Writes down what becomes of every packet at the bottleneck: a tap on the port and a medium around its loss, which also loses what the
 * reader drops. Changes nothing else: without drops the run is the one that would have been without a recorder.
 */
import type { DropReason } from '../../sim/network/link/discipline.ts';
import type { Medium, Port, PortTap } from '../../sim/network/link/port.ts';
import { DATA, type PacketStore, SACK_RANGES } from '../../sim/network/packets.ts';
import { type AckLog, BY_CHANCE, BY_YOU, DELIVERED, type Drop, NO_ROOM, type PacketLog, UNDER_WAY } from './flow-record.ts';

type Column = Uint8Array | Uint16Array | Int32Array | Float64Array;

/** Columns that grow together. */
class Columns<Names extends Readonly<Record<string, Column>>> {
  count = 0;
  at: Names;
  private readonly fresh: (capacity: number) => Names;
  private capacity = 4096;

  constructor(fresh: (capacity: number) => Names) {
    this.fresh = fresh;
    this.at = fresh(this.capacity);
  }

  row(): number {
    if (this.count === this.capacity) {
      this.capacity *= 2;
      const wide = this.fresh(this.capacity);
      for (const name of Object.keys(wide)) wide[name]!.set(this.at[name]!);
      this.at = wide;
    }
    return this.count++;
  }
}

const never = (length: number): Float64Array => new Float64Array(length).fill(Infinity);

export class PacketRecorder implements PortTap, Medium {
  readonly extraNs: Float64Array = new Float64Array(2);
  readonly corrupt: Uint8Array = new Uint8Array(2);
  readonly fifo = true;
  reason: DropReason = 'loss';
  /** Most packets that waited since this was last set back. */
  peak = 0;

  private readonly room: number;
  private readonly drops: ReadonlySet<string>;
  private loss: Medium | undefined;
  private port!: Port;
  private packets!: PacketStore;
  private readonly log = new Columns((n) => ({ flow: new Uint8Array(n), segment: new Int32Array(n), sending: new Uint16Array(n), fate: new Uint8Array(n).fill(UNDER_WAY), enterNs: never(n), serveNs: never(n), leaveNs: never(n), arriveNs: never(n), ahead: new Int32Array(n) }));
  private readonly acks = new Columns((n) => ({ flow: new Uint8Array(n), next: new Int32Array(n), isSelective: new Uint8Array(n), sendNs: never(n), arriveNs: never(n) }));
  /** Row of the packet in a slot of the store. */
  private rows = new Int32Array(256);
  /** How often each segment was sent, by flow. */
  private readonly sendings: Uint16Array[] = [];

  constructor(room: number, drops: readonly Drop[]) {
    this.room = room;
    this.drops = new Set(drops.map(({ flow, segment, sending }) => keyOf(flow - 1, segment, sending)));
  }

  /** Stands around the loss behind the queue. */
  around(loss: Medium | undefined): Medium {
    this.loss = loss;
    return this;
  }

  watch(port: Port, packets: PacketStore): void {
    this.port = port;
    this.packets = packets;
    port.addTap(this);
  }

  enter(packet: number, nowNs: number): void {
    const { log, packets } = this;
    const row = log.row();
    const { at } = log;
    const flow = packets.flow[packet]!;
    const waiting = this.port.discipline.packets;
    if (packet >= this.rows.length) this.widen(packet);
    this.rows[packet] = row;
    at.flow[row] = flow;
    at.enterNs[row] = nowNs;
    at.ahead[row] = waiting;
    if ((packets.flags[packet]! & DATA) === 0) at.segment[row] = -1;
    else {
      at.segment[row] = packets.sequence[packet]!;
      at.sending[row] = this.count(flow, packets.sequence[packet]!);
    }
    if (this.port.inService >= 0 && waiting < this.room) this.peak = Math.max(this.peak, waiting + 1);
  }

  serve(packet: number, nowNs: number): void {
    this.log.at.serveNs[this.rows[packet]!] = nowNs;
  }

  /** The packet leaves the line: the model's own loss judges first, so that no draw moves; then the reader's list. */
  judge(nowNs: number, packet: number): number {
    const { at } = this.log;
    const row = this.rows[packet]!;
    const copies = this.loss === undefined ? 1 : this.loss.judge(nowNs, packet);
    at.leaveNs[row] = nowNs;
    if (this.drops.size === 0 || !this.drops.has(keyOf(at.flow[row]!, at.segment[row]!, at.sending[row]!))) return copies;
    at.fate[row] = BY_YOU;
    return 0;
  }

  drop(packet: number, reason: DropReason): void {
    const { fate } = this.log.at;
    const row = this.rows[packet]!;
    if (fate[row] === UNDER_WAY) fate[row] = reason === 'tail' ? NO_ROOM : BY_CHANCE;
  }

  deliver(packet: number, nowNs: number): void {
    const { at } = this.log;
    const row = this.rows[packet]!;
    at.arriveNs[row] = nowNs;
    at.fate[row] = DELIVERED;
  }

  /** An acknowledgement is sent; the way back only takes time. */
  acknowledge(ack: number, nowNs: number, backNs: number): void {
    const { acks, packets } = this;
    const row = acks.row();
    const { at } = acks;
    const first = ack * 2 * SACK_RANGES;
    at.flow[row] = packets.flow[ack]!;
    at.next[row] = packets.sequence[ack]!;
    at.isSelective[row] = packets.sack[first + 1]! > packets.sack[first]! ? 1 : 0;
    at.sendNs[row] = nowNs;
    at.arriveNs[row] = nowNs + backNs;
  }

  packetLog(): PacketLog {
    return { count: this.log.count, ...this.log.at };
  }

  /** What was to arrive after the end did not. */
  ackLog(endNs: number): AckLog {
    const { count, at } = this.acks;
    for (let row = count - 1; row >= 0 && at.arriveNs[row]! > endNs; row--) at.arriveNs[row] = Infinity;
    return { count, ...at };
  }

  private count(flow: number, segment: number): number {
    let counts = this.sendings[flow] ?? new Uint16Array(4096);
    if (segment >= counts.length) {
      const wide = new Uint16Array(2 ** Math.ceil(Math.log2(segment + 1)));
      wide.set(counts);
      counts = wide;
    }
    this.sendings[flow] = counts;
    return ++counts[segment]!;
  }

  private widen(packet: number): void {
    const wide = new Int32Array(2 ** Math.ceil(Math.log2(packet + 1)));
    wide.set(this.rows);
    this.rows = wide;
  }
}

const keyOf = (flow: number, segment: number, sending: number): string => `${flow}:${segment}:${sending}`;

/** The instants at which anything happens to a packet, and which packets exist at one of them. Pure; every list is sorted by time. */
import { type AckLog, BY_CHANCE, BY_YOU, type FlowRecord, NO_ROOM, type PacketLog } from './flow-record.ts';

export const EVENT_KINDS = ['enter', 'refused', 'serve', 'leave', 'lost', 'arrive', 'ack', 'acked'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Events of one kind: when, and to which row of the log. */
interface EventList {
  readonly kind: EventKind;
  readonly timesNs: Float64Array;
  readonly rows: Int32Array;
}

export interface PacketEvent {
  readonly kind: EventKind;
  readonly timeNs: number;
  /** Of the packets, or of the acknowledgements for `ack` and `acked`. */
  readonly row: number;
}

export class PacketEvents {
  readonly record: FlowRecord;
  private readonly lists: readonly EventList[];

  constructor(record: FlowRecord) {
    const { packets, acks } = record;
    const isLost = (row: number): boolean => packets.fate[row] === BY_CHANCE || packets.fate[row] === BY_YOU;
    this.record = record;
    this.lists = [
      listOf('enter', packets.count, packets.enterNs, (row) => packets.fate[row] !== NO_ROOM),
      listOf('refused', packets.count, packets.enterNs, (row) => packets.fate[row] === NO_ROOM),
      listOf('serve', packets.count, packets.serveNs),
      listOf('leave', packets.count, packets.leaveNs, (row) => !isLost(row)),
      listOf('lost', packets.count, packets.leaveNs, isLost),
      listOf('arrive', packets.count, packets.arriveNs),
      listOf('ack', acks.count, acks.sendNs),
      listOf('acked', acks.count, acks.arriveNs),
    ];
  }

  /** The first event after the given one's place in the order by (time, kind, row), or the first after an instant. */
  next(after: PacketEvent | number): PacketEvent | undefined {
    return this.neighbour(after, 1);
  }

  previous(before: PacketEvent | number): PacketEvent | undefined {
    return this.neighbour(before, -1);
  }

  private neighbour(from: PacketEvent | number, by: 1 | -1): PacketEvent | undefined {
    let best: PacketEvent | undefined;
    this.lists.forEach(({ kind, timesNs, rows }) => {
      const { low, high } = span(timesNs, typeof from === 'number' ? from : from.timeNs);
      // Between low and high stand the events of that very instant: earlier kinds and rows are done, later ones are still to come.
      let at = by > 0 ? high : low - 1;
      if (typeof from !== 'number') {
        const order = orderOf(kind) - orderOf(from.kind);
        if (order !== 0) at = by > 0 ? (order > 0 ? low : high) : (order < 0 ? high - 1 : low - 1);
        else {
          at = low;
          while (at < high && rows[at]! <= from.row) at++;
          if (by < 0) at -= 2;
        }
      }
      const timeNs = timesNs[at];
      if (timeNs === undefined) return;
      const event = { kind, timeNs, row: rows[at]! };
      if (best === undefined || (compare(event, best) < 0) === by > 0) best = event;
    });
    return best;
  }

  /** Rows of the packets in being at an instant, oldest first, and of those lost or refused at most `traceNs` before. */
  packetsAt(timeNs: number, traceNs: number): number[] {
    const { enterNs, fate, arriveNs, leaveNs, count } = this.record.packets;
    const rows: number[] = [];
    for (let row = upTo(enterNs, timeNs, count) - 1; row >= 0; row--) {
      const endNs = packetEndNs(this.record.packets, row);
      if (fate[row] === NO_ROOM || fate[row] === BY_CHANCE || fate[row] === BY_YOU) {
        if (endNs + traceNs >= timeNs) rows.push(row);
        // A lost packet far back says nothing about those before it, unless it left the line before all that are shown.
        continue;
      }
      if (timeNs < arriveNs[row]!) rows.push(row);
      else if (leaveNs[row]! + traceNs < timeNs) break;
    }
    return rows.toReversed();
  }

  /** Rows of the acknowledgements on their way back at an instant. */
  acksAt(timeNs: number): number[] {
    const { acks } = this.record;
    const rows: number[] = [];
    for (let row = upTo(acks.sendNs, timeNs, acks.count) - 1; row >= 0 && acks.arriveNs[row]! > timeNs; row--) rows.push(row);
    return rows.toReversed();
  }
}

/** When a packet's way ended: arrival, or where it was lost. */
export function packetEndNs({ fate, enterNs, leaveNs, arriveNs }: Pick<PacketLog, 'fate' | 'enterNs' | 'leaveNs' | 'arriveNs'>, row: number): number {
  if (fate[row] === NO_ROOM) return enterNs[row]!;
  return fate[row] === BY_CHANCE || fate[row] === BY_YOU ? leaveNs[row]! : arriveNs[row]!;
}

/** How many of the first `count` times are at or before an instant. */
export function upTo(timesNs: Float64Array, timeNs: number, count: number = timesNs.length): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesNs[middle]! <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Acknowledgement that first covered this packet's segment after it arrived; -1 if none did. */
export function ackOf(record: { readonly packets: PacketLog; readonly acks: AckLog }, row: number): number {
  const { packets, acks } = record;
  const arrivedNs = packets.arriveNs[row]!;
  if (!(arrivedNs < Infinity)) return -1;
  for (let at = upTo(acks.sendNs, arrivedNs - 1, acks.count); at < acks.count; at++) if (acks.flow[at] === packets.flow[row] && acks.next[at]! > packets.segment[row]!) return at;
  return -1;
}

const orderOf = (kind: EventKind): number => EVENT_KINDS.indexOf(kind);
const compare = (a: PacketEvent, b: PacketEvent): number => a.timeNs - b.timeNs || orderOf(a.kind) - orderOf(b.kind) || a.row - b.row;

function span(timesNs: Float64Array, timeNs: number): { low: number; high: number } {
  const high = upTo(timesNs, timeNs);
  let low = high;
  while (low > 0 && timesNs[low - 1] === timeNs) low--;
  return { low, high };
}

function listOf(kind: EventKind, count: number, timesNs: Float64Array, isOne: (row: number) => boolean = () => true): EventList {
  const rows = new Int32Array(count);
  const times = new Float64Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) {
    if (timesNs[row] === Infinity || !isOne(row)) continue;
    rows[found] = row;
    times[found++] = timesNs[row]!;
  }
  return { kind, timesNs: times.subarray(0, found), rows: rows.subarray(0, found) };
}

/** First in, first out, with room for so many packets or bytes: what finds no room is dropped on arrival. Marks nothing. */
import type { PacketStore } from '../packets.ts';
import type { QueueDiscipline } from './discipline.ts';
import { PacketRing } from './packet-ring.ts';

export interface DropTailLimit {
  /** Packets waiting, without the one on the line; default no limit. */
  readonly limitPackets?: number;
  /** Bytes waiting, the arriving packet included; default no limit. */
  readonly limitBytes?: number;
}

export class DropTail implements QueueDiscipline {
  bytes = 0;
  private readonly store: PacketStore;
  private readonly ring = new PacketRing();
  private readonly limitPackets: number;
  private readonly limitBytes: number;

  constructor(packets: PacketStore, limit: DropTailLimit) {
    this.store = packets;
    this.limitPackets = limit.limitPackets ?? Infinity;
    this.limitBytes = limit.limitBytes ?? Infinity;
  }

  get packets(): number {
    return this.ring.length;
  }

  enqueue(packet: number, _nowNs: number, lineFree: boolean): boolean {
    const bytes = this.store.bytes[packet]!;
    if (!lineFree && (this.ring.length >= this.limitPackets || this.bytes + bytes > this.limitBytes)) return false;
    this.ring.push(packet);
    this.bytes += bytes;
    return true;
  }

  dequeue(_nowNs: number): number {
    const packet = this.ring.shift();
    if (packet >= 0) this.bytes -= this.store.bytes[packet]!;
    return packet;
  }
}

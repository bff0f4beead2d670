/** CoDel over one queue (RFC 8289; the law in codel-queue.ts), with a limit in packets as a last resort. */
import type { PacketStore } from '../packets.ts';
import { CODEL_DEFAULTS, type CoDelParameters, CoDelQueue } from './codel-queue.ts';
import type { DropPacket, QueueDiscipline } from './discipline.ts';

export interface CoDelOptions extends Partial<CoDelParameters> {
  /** Default 1000 (sch_codel.c). */
  readonly limitPackets?: number;
}

export class CoDel implements QueueDiscipline {
  private readonly queue: CoDelQueue;
  private readonly limitPackets: number;
  private drop: DropPacket = unconnected;

  constructor(packets: PacketStore, options: CoDelOptions = {}) {
    this.queue = new CoDelQueue(packets, { ...CODEL_DEFAULTS, ...options });
    this.limitPackets = options.limitPackets ?? 1000;
  }

  get packets(): number {
    return this.queue.packets;
  }

  get bytes(): number {
    return this.queue.bytes;
  }

  connect(drop: DropPacket): void {
    this.drop = drop;
  }

  enqueue(packet: number, _nowNs: number, lineFree: boolean): boolean {
    if (!lineFree && this.queue.packets >= this.limitPackets) return false;
    this.queue.push(packet);
    return true;
  }

  dequeue(nowNs: number): number {
    return this.queue.dequeue(nowNs, 0, this.drop);
  }
}

/** Stands until the port has connected itself. */
export function unconnected(): void {
  throw new Error('discipline: not connected; a discipline that drops belongs to a port, which calls connect');
}

/**
 * FQ-CoDel (RFC 8290): flows are hashed to queues, served in turn a quantum of bytes each (deficit round robin), queues that have just become
 * active first; each queue is under the law of CoDel. A flow that sends less than its share finds its queue new and waits for nobody.
 *
 * From the kernel (sch_fq_codel.c) where the RFC leaves it open: over the limit, the queue with most bytes loses from its head half of
 * them, at most 64 packets; CoDel's exemption of one MTU looks at all bytes waiting. Left out: the limit in memory.
 */
import { NONE, type PacketStore } from '../packets.ts';
import type { RandomStream } from '../../random.ts';
import { CODEL_DEFAULTS, type CoDelParameters, CoDelQueue } from './codel-queue.ts';
import { unconnected } from './codel.ts';
import type { DropPacket, QueueDiscipline } from './discipline.ts';
import { PacketRing } from './packet-ring.ts';

export interface FqCoDelOptions extends Partial<CoDelParameters> {
  /** Default 10240 (RFC 8290 section 5.2.3). */
  readonly limitPackets?: number;
  /** Queues; default 1024 (section 5.2.5). */
  readonly queues?: number;
  /** Bytes a queue may send in its turn; default 1514 (section 5.2.4). */
  readonly quantumBytes?: number;
}

const MAX_DROPPED_AT_ONCE = 64;
const IDLE = 0;
const NEW = 1;
const OLD = 2;

export class FqCoDel implements QueueDiscipline {
  packets = 0;
  bytes = 0;
  private readonly store: PacketStore;
  private readonly limitPackets: number;
  private readonly quantumBytes: number;
  private readonly parameters: CoDelParameters;
  /** Made when first used. */
  private readonly queues: (CoDelQueue | undefined)[];
  private readonly deficits: Int32Array;
  private readonly lists: Uint8Array;
  /** Numbers of queues, in the order of their turns. */
  private readonly fresh = new PacketRing();
  private readonly old = new PacketRing();
  private readonly perturbation: number;
  private drop: DropPacket = unconnected;

  /** One draw of the stream perturbs the hash, so that which flows collide differs from run to run (section 4.1). */
  constructor(packets: PacketStore, options: FqCoDelOptions, stream: RandomStream) {
    const count = options.queues ?? 1024;
    this.store = packets;
    this.limitPackets = options.limitPackets ?? 10240;
    this.quantumBytes = options.quantumBytes ?? 1514;
    this.parameters = { ...CODEL_DEFAULTS, ...options };
    this.queues = Array.from({ length: count }, () => undefined);
    this.deficits = new Int32Array(count);
    this.lists = new Uint8Array(count);
    this.perturbation = stream.uint32();
  }

  connect(drop: DropPacket): void {
    this.drop = drop;
  }

  /** The queue of a flow. */
  bucket(flow: number): number {
    // finalizer of MurmurHash3 (Appleby): every bit of flow and perturbation reaches every bit
    let hash = (flow + this.perturbation) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    return (hash >>> 0) % this.queues.length;
  }

  enqueue(packet: number): boolean {
    const number = this.bucket(this.store.flow[packet]!);
    const queue = (this.queues[number] ??= new CoDelQueue(this.store, this.parameters));
    queue.push(packet);
    this.packets++;
    this.bytes += this.store.bytes[packet]!;
    if (this.lists[number] === IDLE) {
      this.lists[number] = NEW;
      this.deficits[number] = this.quantumBytes;
      this.fresh.push(number);
    }
    // the first packet of an idle line is served at once
    if (this.packets > Math.max(1, this.limitPackets)) this.makeRoom();
    return true;
  }

  dequeue(nowNs: number): number {
    for (;;) {
      const list = this.fresh.length > 0 ? this.fresh : this.old;
      const number = list.peek();
      if (number === NONE) return NONE;
      if (this.deficits[number]! <= 0) {
        this.deficits[number]! += this.quantumBytes;
        this.toOld(list);
        continue;
      }
      const queue = this.queues[number]!;
      const otherBytes = this.bytes - queue.bytes;
      const packet = queue.dequeue(nowNs, otherBytes, this.dropFromQueue);
      if (packet !== NONE) {
        this.deficits[number]! -= this.store.bytes[packet]!;
        this.leave(packet);
        return packet;
      }
      // an emptied new queue passes through the old ones once, or it could starve them by emptying again and again (section 4.2)
      if (list === this.fresh && this.old.length > 0) this.toOld(list);
      else this.lists[list.shift()] = IDLE;
    }
  }

  private toOld(list: PacketRing): void {
    const number = list.shift();
    this.lists[number] = OLD;
    this.old.push(number);
  }

  private makeRoom(): void {
    let fattest: CoDelQueue | undefined;
    for (const queue of this.queues) if (queue !== undefined && queue.bytes > (fattest?.bytes ?? 0)) fattest = queue;
    const goal = fattest!.bytes / 2;
    let droppedBytes = 0;
    let dropped = 0;
    do {
      const packet = fattest!.shift();
      droppedBytes += this.store.bytes[packet]!;
      this.leave(packet);
      this.drop(packet, 'tail');
    } while (++dropped < MAX_DROPPED_AT_ONCE && droppedBytes < goal);
    fattest!.count += dropped; // the law answers as if it had dropped them
  }

  private leave(packet: number): void {
    this.packets--;
    this.bytes -= this.store.bytes[packet]!;
  }

  private readonly dropFromQueue: DropPacket = (packet, reason) => {
    this.leave(packet);
    this.drop(packet, reason);
  };
}

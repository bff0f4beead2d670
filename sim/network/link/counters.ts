/** Counts of a port in packets and bytes: what the conservation check adds up. */
import type { DropReason } from './discipline.ts';

export const DROP_REASONS: readonly DropReason[] = ['tail', 'early', 'sojourn', 'loss', 'down', 'partition', 'checksum'];

export class LinkCounters {
  /** Handed to the port, served or not. */
  packetsIn = 0;
  bytesIn = 0;
  /** Made by the medium. */
  packetsCopied = 0;
  bytesCopied = 0;
  /** Last bit left the line, whatever the medium did then. */
  packetsServed = 0;
  bytesServed = 0;
  /** Handed on at the far end. */
  packetsOut = 0;
  bytesOut = 0;
  /** Between the line and the far end. */
  packetsOnWire = 0;
  bytesOnWire = 0;
  packetsDropped = 0;
  bytesDropped = 0;
  private readonly droppedFor = new Float64Array(DROP_REASONS.length);

  drop(bytes: number, reason: DropReason): void {
    this.packetsDropped++;
    this.bytesDropped += bytes;
    this.droppedFor[DROP_REASONS.indexOf(reason)]!++;
  }

  /** Packets dropped for this reason. */
  dropped(reason: DropReason): number {
    return this.droppedFor[DROP_REASONS.indexOf(reason)]!;
  }

  /** Packets dropped by the queue discipline, on arrival or later. */
  get queueDrops(): number {
    return this.dropped('tail') + this.dropped('early') + this.dropped('sojourn');
  }
}

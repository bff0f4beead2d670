/**
 * The contract between a port and its queue discipline. The port has clock, rate and line; a discipline decides who waits, who is dropped
 * and who leaves next, and keeps nothing else. The packet in service is not in the queue: a capacity of B packets means B waiting and one
 * more on the line, as in device queues of kernels and simulators.
 */

export interface QueueDiscipline {
  /**
   * Takes a packet over, or refuses it: then the port counts a drop and frees it. A discipline that makes room by dropping another packet
   * (FQ-CoDel) hands that one to `drop`. May mark instead of dropping where the packet is ECN capable. `lineFree`: the port serves it at
   * once, so it needs no room.
   */
  enqueue(packet: number, nowNs: number, lineFree: boolean): boolean;
  /** The next packet to serve, or NONE. Disciplines that drop at departure (CoDel) hand what they drop to `drop`. */
  dequeue(nowNs: number): number;
  /** Waiting, without the one in service. */
  readonly packets: number;
  readonly bytes: number;
  /** Why the last arrival was refused; `tail` where absent. */
  readonly refusal?: DropReason;
  /** Told once by the port how to hand back what was taken and will not be served. */
  connect?(drop: DropPacket): void;
  /** Told by the port when its rate changes, and once at the start (PIE and RED need the departure rate). */
  onRate?(rateBps: number, nowNs: number): void;
}

/** Why a packet ended: `tail` (no room), `early` (RED, PIE), `sojourn` (CoDel), `loss` (medium), `down`, `checksum` ... */
export type DropReason = 'tail' | 'early' | 'sojourn' | 'loss' | 'down' | 'partition' | 'checksum';

/** How a discipline hands back a packet that it had taken and will not serve. */
export type DropPacket = (packet: number, reason: DropReason) => void;

/** Congestion marks (RFC 3168): a queue marks instead of dropping where both ends understand it. */
import { CE, ECN_CAPABLE, type PacketStore } from '../packets.ts';

/** Marks the packet if it can be marked. */
export function mark(packets: PacketStore, packet: number): boolean {
  const flags = packets.flags[packet]!;
  if ((flags & ECN_CAPABLE) === 0) return false;
  packets.flags[packet] = flags | CE;
  return true;
}

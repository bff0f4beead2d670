/**
 * The balance of a whole packet network at one instant, from its counters: for every port and wire, packets and bytes in and copied = out +
 * dropped + inside; and all packets in being are inside one of them. Costs nothing during a run, so every run can end with it.
 * What it cannot see, a packet counted out that never was in, the checkers with taps see (conservation.ts).
 */
import type { Failing } from '../../invariant.ts';
import type { LinkCounters } from '../link/counters.ts';
import type { PacketNetwork } from '../link/network.ts';
import { Port } from '../link/port.ts';
import { Wire } from '../link/wire.ts';
import { NONE } from '../packets.ts';

/** `heldElsewhere`: packets that endpoints keep between events; as a rule none. */
export function assertBalanced(sim: Failing, network: PacketNetwork, heldElsewhere = 0): void {
  const { packets } = network;
  let inside = heldElsewhere;
  for (const hop of network.hops) {
    if (hop instanceof Port) {
      const { name, counters, discipline, inService } = hop;
      const onLine = inService === NONE ? 0 : 1;
      inside += balance(sim, `port ${name}`, counters, discipline.packets + onLine, discipline.bytes + (onLine === 1 ? packets.bytes[inService]! : 0));
    } else if (hop instanceof Wire) inside += balance(sim, `wire ${hop.name}`, hop.counters, 0, 0);
  }
  if (inside !== packets.count) sim.fail(`balance: ${packets.count} packets in being, ${inside} of them in ports and wires${heldElsewhere > 0 ? ' or held by endpoints' : ''}; required: all`);
}

/** Returns the packets inside. */
function balance(sim: Failing, where: string, counters: LinkCounters, packetsBefore: number, bytesBefore: number): number {
  const { packetsIn, packetsCopied, packetsOut, packetsDropped, packetsOnWire, bytesIn, bytesCopied, bytesOut, bytesDropped, bytesOnWire } = counters;
  const packetsInside = packetsBefore + packetsOnWire;
  const bytesInside = bytesBefore + bytesOnWire;
  if (packetsIn + packetsCopied !== packetsOut + packetsDropped + packetsInside) {
    sim.fail(`balance: ${where}: packets ${packetsIn} in + ${packetsCopied} copied, ${packetsOut} out + ${packetsDropped} dropped + ${packetsInside} inside; required: equal`);
  }
  if (bytesIn + bytesCopied !== bytesOut + bytesDropped + bytesInside) {
    sim.fail(`balance: ${where}: bytes ${bytesIn} in + ${bytesCopied} copied, ${bytesOut} out + ${bytesDropped} dropped + ${bytesInside} inside; required: equal`);
  }
  return packetsInside;
}

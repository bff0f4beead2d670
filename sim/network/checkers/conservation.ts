/**
 * Nothing appears and nothing vanishes: packets and bytes in (and copied by the medium) = out + dropped + waiting + on the line + on the wire.
 * Counted by the checker itself from what the tap shows, and compared with the port's own counters.
 */
import type { Failing } from '../../invariant.ts';
import type { DropReason } from '../link/discipline.ts';
import type { Port, PortTap } from '../link/port.ts';
import { NONE, type PacketStore } from '../packets.ts';

export class ConservationChecker implements PortTap {
  readonly name = 'conservation';
  private readonly sim: Failing;
  private readonly packets: PacketStore;
  private readonly port: Port;
  private bytesIn = 0;
  private bytesOut = 0;
  private bytesDropped = 0;
  private packetsIn = 0;
  private packetsOut = 0;
  private packetsDropped = 0;

  constructor(sim: Failing, packets: PacketStore, port: Port) {
    this.sim = sim;
    this.packets = packets;
    this.port = port;
  }

  enter(packet: number): void {
    this.packetsIn++;
    this.bytesIn += this.packets.bytes[packet]!;
  }

  serve(): void {
    this.balance();
  }

  drop(packet: number, _reason: DropReason): void {
    this.packetsDropped++;
    this.bytesDropped += this.packets.bytes[packet]!;
    this.balance();
  }

  deliver(packet: number): void {
    this.packetsOut++;
    this.bytesOut += this.packets.bytes[packet]!;
    this.balance();
  }

  finish(): void {
    this.balance();
  }

  private balance(): void {
    const { packets, port: { counters, discipline, inService } } = this;
    const onLine = inService === NONE ? 0 : 1;
    const bytesOnLine = inService === NONE ? 0 : packets.bytes[inService]!;
    const inside = discipline.packets + onLine + counters.packetsOnWire;
    const bytesInside = discipline.bytes + bytesOnLine + counters.bytesOnWire;
    const packetsIn = this.packetsIn + counters.packetsCopied;
    const bytesIn = this.bytesIn + counters.bytesCopied;
    if (packetsIn !== this.packetsOut + this.packetsDropped + inside) this.fail(`${packetsIn} packets in or copied, ${this.packetsOut} out + ${this.packetsDropped} dropped + ${inside} inside`, 'equal');
    if (bytesIn !== this.bytesOut + this.bytesDropped + bytesInside) this.fail(`${bytesIn} bytes in or copied, ${this.bytesOut} out + ${this.bytesDropped} dropped + ${bytesInside} inside`, 'equal');
    if (counters.packetsIn !== this.packetsIn) this.fail(`counts ${counters.packetsIn} packets in`, `${this.packetsIn}`);
    if (counters.bytesOut !== this.bytesOut) this.fail(`counts ${counters.bytesOut} bytes out`, `${this.bytesOut}`);
    if (counters.packetsDropped !== this.packetsDropped) this.fail(`counts ${counters.packetsDropped} packets dropped`, `${this.packetsDropped}`);
  }

  private fail(found: string, required: string): never {
    this.sim.fail(`${this.name}: port ${this.port.name}: ${found}; required: ${required}`);
  }
}

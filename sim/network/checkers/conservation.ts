/**
 * Nothing appears and nothing vanishes: packets and bytes in (and copied by the medium) = out + dropped + waiting + on the line + on the wire.
 * Counted by the checker itself from what the tap shows, and compared with the port's own counters.
 */
import type { Failing } from '../../invariant.ts';
import type { DropReason } from '../link/discipline.ts';
import type { Port } from '../link/port.ts';
import { NONE, type PacketStore } from '../packets.ts';
import type { PortChecker } from './checker.ts';

export class ConservationChecker implements PortChecker {
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
    this.compare('packets', this.packetsIn + counters.packetsCopied, [this.packetsOut, this.packetsDropped, discipline.packets, onLine, counters.packetsOnWire]);
    this.compare('bytes', this.bytesIn + counters.bytesCopied, [this.bytesOut, this.bytesDropped, discipline.bytes, bytesOnLine, counters.bytesOnWire]);
    this.same('packets in', counters.packetsIn, this.packetsIn);
    this.same('bytes out', counters.bytesOut, this.bytesOut);
    this.same('packets dropped', counters.packetsDropped, this.packetsDropped);
  }

  private compare(unit: string, inAndCopied: number, [out, dropped, waiting, onLine, onWire]: readonly number[]): void {
    const sum = out! + dropped! + waiting! + onLine! + onWire!;
    if (sum !== inAndCopied) {
      this.sim.fail(`${this.name}: port ${this.port.name}: ${inAndCopied} ${unit} in or copied, ${out} out + ${dropped} dropped + ${waiting} waiting + ${onLine} on the line + ${onWire} on the wire; required: equal`);
    }
  }

  private same(what: string, found: number, required: number): void {
    if (found !== required) this.sim.fail(`${this.name}: port ${this.port.name} counts ${found} ${what}; required: ${required}`);
  }
}

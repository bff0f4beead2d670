/**
 * The line sends at its rate, neither more nor less, and is never idle beside a waiting packet; packets arrive a propagation after their
 * last bit, or later where the medium delays. The ends are computed a second way: start of the busy period (or of the present rate)
 * + bits / rate in floating point, so that drift shows; the tolerance is the ns of rounding up.
 */
import type { Failing } from '../../invariant.ts';
import type { Port, PortTap } from '../link/port.ts';
import { NONE, type PacketColumn, type PacketStore } from '../packets.ts';

/** Rounding of the second computation: times below 2^53 ns are floats with a spacing up to 1 ns, far less for runs of hours. */
const FLOAT_NS = 0.01;

export class LineChecker implements PortTap {
  readonly name = 'line';
  private readonly sim: Failing;
  private readonly packets: PacketStore;
  private readonly port: Port;
  /** When the last bit of a packet should have left. */
  private readonly end: PacketColumn;
  private baseNs = 0;
  private bits = 0;
  private rateBps: number;

  constructor(sim: Failing, packets: PacketStore, port: Port, end: PacketColumn) {
    this.sim = sim;
    this.packets = packets;
    this.port = port;
    this.end = end;
    this.rateBps = port.rateBps;
  }

  /** Before the packet is taken: what waits should be waiting for the line. */
  enter(_packet: number, nowNs: number): void {
    if (this.port.inService === NONE && this.port.discipline.packets > 0) {
      this.fail(`${this.port.discipline.packets} packets wait at ${nowNs} ns beside an idle line`, 'a line that serves while packets wait');
    }
  }

  serve(packet: number, nowNs: number): void {
    const isWaiting = this.packets.enqueuedNs[packet]! < nowNs;
    if (this.rateBps === 0) {
      if (!isWaiting) this.bits = 0;
    } else if (isWaiting) {
      const freeNs = this.endNs();
      if (!this.isAt(nowNs, freeNs)) this.fail(`a packet that waited is served at ${nowNs} ns`, `${freeNs} ns, when the line is free, to the next whole ns`);
    } else {
      if (nowNs < this.endNs() - FLOAT_NS) this.fail(`a packet is served at ${nowNs} ns`, `not before ${this.endNs()} ns, when the line is free`);
      this.baseNs = nowNs;
      this.bits = 0;
    }
    this.bits += 8 * this.packets.bytes[packet]!;
    this.end.values[packet] = this.endNs();
  }

  rate(rateBps: number, nowNs: number): void {
    const { inService } = this.port;
    const isBusy = inService !== NONE;
    // below 0: the packet has just left, and what rounding up has gained is the next one's
    const left = !isBusy ? 0 : this.rateBps === 0 ? this.bits : ((this.endNs() - nowNs) * this.rateBps) / 1e9;
    this.baseNs = nowNs;
    this.bits = left;
    this.rateBps = rateBps;
    if (isBusy && left > 0) this.end.values[inService] = this.endNs();
  }

  deliver(packet: number, nowNs: number): void {
    const dueNs = this.end.values[packet]! + this.port.propagationNs;
    const isRight = this.port.medium === undefined ? this.isAt(nowNs, dueNs) : nowNs > dueNs - FLOAT_NS;
    if (!isRight) this.fail(`a packet arrives at ${nowNs} ns`, `${dueNs} ns, its last bit and propagation${this.port.medium ? ', or later' : ', to the next whole ns'}`);
  }

  private endNs(): number {
    return this.rateBps === 0 ? Infinity : this.baseNs + (this.bits * 1e9) / this.rateBps;
  }

  private isAt(nowNs: number, dueNs: number): boolean {
    return nowNs > dueNs - FLOAT_NS && nowNs < dueNs + 1 + FLOAT_NS;
  }

  private fail(found: string, required: string): never {
    this.sim.fail(`${this.name}: port ${this.port.name} of ${this.rateBps} bit/s: ${found}; required: ${required}`);
  }
}

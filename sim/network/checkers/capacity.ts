/** A queue never holds more than it has room for. Looked at when a packet goes onto the line, arrives or is dropped: at each change but the one it names. */
import type { Failing } from '../../invariant.ts';
import type { Port, PortTap } from '../link/port.ts';

export interface QueueLimit {
  readonly limitPackets?: number;
  readonly limitBytes?: number;
}

export class CapacityChecker implements PortTap {
  readonly name = 'capacity';
  private readonly sim: Failing;
  private readonly port: Port;
  private readonly limitPackets: number;
  private readonly limitBytes: number;

  constructor(sim: Failing, port: Port, { limitPackets = Infinity, limitBytes = Infinity }: QueueLimit) {
    this.sim = sim;
    this.port = port;
    this.limitPackets = limitPackets;
    this.limitBytes = limitBytes;
  }

  enter(): void {
    this.check();
  }

  serve(): void {
    this.check();
  }

  deliver(): void {
    this.check();
  }

  finish(): void {
    this.check();
  }

  private check(): void {
    const { name, discipline: { packets, bytes } } = this.port;
    if (packets < 0 || packets > this.limitPackets) this.sim.fail(`${this.name}: port ${name}: ${packets} packets wait; required: 0 .. ${this.limitPackets}`);
    if (bytes < 0 || bytes > this.limitBytes) this.sim.fail(`${this.name}: port ${name}: ${bytes} bytes wait; required: 0 .. ${this.limitBytes}`);
  }
}

/** A wire: delay only, no queue and no rate; order is kept. Stands for an uncongested path (access links, the way back). One event a packet. */
import type { Simulation } from '../../simulation.ts';
import type { PacketStore } from '../packets.ts';
import { LinkCounters } from './counters.ts';
import { linkEvents, type LinkEvents } from './link-events.ts';
import type { Hop } from './network.ts';
import { PacketRing } from './packet-ring.ts';

export interface WireOptions {
  readonly name: string;
  readonly delayNs: number;
}

export class Wire implements Hop {
  readonly name: string;
  readonly delayNs: number;
  readonly isTransparent = true;
  readonly counters = new LinkCounters();
  private readonly sim: Simulation;
  private readonly packets: PacketStore;
  private readonly events: LinkEvents;
  private readonly number: number;
  /** Under way, in order. */
  private readonly underWay = new PacketRing();
  private next: (packet: number) => void = () => this.sim.fail(`wire ${this.name}: a packet has passed and the wire is not connected`);

  constructor(sim: Simulation, packets: PacketStore, options: WireOptions) {
    this.sim = sim;
    this.packets = packets;
    this.name = options.name;
    this.delayNs = options.delayNs;
    this.events = linkEvents(sim);
    this.number = this.events.add(this);
  }

  connect(next: (packet: number) => void): void {
    this.next = next;
  }

  enter(packet: number): void {
    const { counters } = this;
    const bytes = this.packets.bytes[packet]!;
    counters.packetsIn++;
    counters.bytesIn += bytes;
    counters.packetsOnWire++;
    counters.bytesOnWire += bytes;
    this.underWay.push(packet);
    this.sim.schedule(this.delayNs, this.events.arriveCode, this.number, packet);
  }

  finish(): void {
    this.sim.fail(`wire ${this.name}: end of a service; a wire serves nothing`);
  }

  /** Event: a packet has crossed: the first that entered, whichever of two events of one instant ran first. */
  arrive(): void {
    const { counters } = this;
    const packet = this.underWay.shift();
    const bytes = this.packets.bytes[packet]!;
    counters.packetsOnWire--;
    counters.bytesOnWire -= bytes;
    counters.packetsOut++;
    counters.bytesOut += bytes;
    this.next(packet);
  }
}

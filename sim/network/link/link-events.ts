/**
 * Events of ports and wires: one set of handlers a simulation, whatever the number of links. The target is the number of the link, `a` the packet.
 */
import type { Simulation } from '../../simulation.ts';

/** What the events of a link do. */
export interface LinkTarget {
  /** The last bit of the packet in service has left. */
  finish(): void;
  /** A packet has crossed. */
  arrive(packet: number): void;
}

export class LinkEvents {
  readonly finishCode: number;
  readonly arriveCode: number;
  private readonly links: LinkTarget[] = [];

  constructor(sim: Simulation) {
    this.finishCode = sim.register('link: last bit left', (link) => this.links[link]!.finish());
    this.arriveCode = sim.register('link: arrival', (link, packet) => this.links[link]!.arrive(packet));
  }

  /** Returns the link's number, target of its events. */
  add(link: LinkTarget): number {
    return this.links.push(link) - 1;
  }
}

const eventsOf = new WeakMap<Simulation, LinkEvents>();

/** The events of this simulation's links; registered with its first link. */
export function linkEvents(sim: Simulation): LinkEvents {
  let events = eventsOf.get(sim);
  if (events === undefined) eventsOf.set(sim, (events = new LinkEvents(sim)));
  return events;
}

/** The flow level: rates that are max-min fair by the property that defines them, and one shared line as processor sharing. */
import { exponential } from '../../sim/distributions.ts';
import { FlowNetwork } from '../../sim/network/flow/flow-transport.ts';
import { FluidNetwork } from '../../sim/network/flow/fluid.ts';
import type { Simulation } from '../../sim/simulation.ts';

/** Rounding allowed where a link counts as full or two rates as equal. */
const CLOSE = 1e-9;

/**
 * Random flows over random links, some ending and others coming. Counts flows without a bottleneck, a link that is full and on which nobody
 * has a higher rate for his weight: rates are max-min fair if and only if each flow has one (Bertsekas and Gallager, section 6.5.2).
 */
export function flowsWithoutBottleneck(sim: Simulation, rounds: number): () => number {
  const stream = sim.stream('network-theory/flows');
  const network = new FluidNetwork(sim, () => 0);
  const capacities = Array.from({ length: 20 }, () => 1e6 * (1 + stream.below(100)));
  for (const capacity of capacities) network.addLink(capacity);
  const alive: { flow: number; links: number[]; weight: number }[] = [];
  let without = 0;
  const check = (): void => {
    const there = alive.filter(({ flow }) => network.rateBps(flow) > 0);
    for (const { flow, links, weight } of there) {
      const own = network.rateBps(flow) / weight;
      const isBottleneck = (link: number): boolean =>
        network.loadBps(link) >= capacities[link]! * (1 - CLOSE) && there.every((other) => !other.links.includes(link) || network.rateBps(other.flow) / other.weight <= own * (1 + CLOSE));
      if (!links.some(isBottleneck)) without++;
    }
    if (there.some(({ links }) => links.some((link) => network.loadBps(link) > capacities[link]! * (1 + CLOSE)))) without++;
  };
  const step = (left: number): void => {
    const links = capacities.map((_, link) => link).filter(() => stream.below(5) === 0).slice(0, 8);
    if (links.length === 0) links.push(stream.below(capacities.length));
    const weight = 1 + stream.below(4);
    // long enough to be there for the rest of the run
    alive.push({ flow: network.start(links, 1e12, weight), links, weight });
    if (stream.below(3) === 0) {
      const link = stream.below(capacities.length);
      capacities[link] = 1e6 * (1 + stream.below(100));
      network.setRate(link, capacities[link]!);
    }
    check();
    if (left > 1) sim.after(1000, () => step(left - 1));
    else sim.stop();
  };
  sim.after(0, () => step(rounds));
  return () => without;
}

interface Timed {
  readonly sentNs: number;
  readonly aloneNs: number;
}

/**
 * Mean time of a message over the time it would take alone, Poisson arrivals of exponential size over one line: 1 / (1 - load) under
 * processor sharing. Every message has a sender of its own, since messages of one sender wait for each other.
 */
export function meanSlowdown(sim: Simulation, load: number, messages: number): () => number {
  const arrivals = sim.stream('network-theory/arrivals');
  const sizes = sim.stream('network-theory/sizes');
  const network: FlowNetwork<Timed> = new FlowNetwork(sim, { links: () => [line], latencyNs: () => 0 });
  // a byte takes 1 µs
  const line: number = network.addLink(8_000_000);
  const warmUp = Math.floor(messages / 10);
  let [arrived, sum, sent] = [0, 0, 0];
  network.attach(0).onMessage((_from, { sentNs, aloneNs }) => {
    if (arrived++ >= warmUp) sum += (sim.now - sentNs) / aloneNs;
  });
  const send = (): void => {
    const bytes = Math.max(1, Math.round(exponential(sizes, 10_000)));
    network.attach(++sent).send(0, { sentNs: sim.now, aloneNs: bytes * 1000 }, bytes);
    if (sent < messages) sim.after(Math.round(exponential(arrivals, 1e7 / load)), send);
  };
  sim.after(0, send);
  return () => sum / (arrived - warmUp);
}

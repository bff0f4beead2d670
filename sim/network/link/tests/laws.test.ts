/** Ports against queueing theory: what is exact exactly, what is a mean inside its confidence interval over replications. */
import { describe, expect, it } from 'vitest';
import { exponential } from '../../../distributions.ts';
import { tInterval } from '../../../measure/index.ts';
import { DATA, type PacketStore } from '../../packets.ts';
import { DropTail } from '../drop-tail.ts';
import type { Hop } from '../network.ts';
import { Port } from '../port.ts';
import { between } from '../queue-gauge.ts';
import { OnePort } from './harness.ts';

const MS = 1e6;
const SEEDS = ['1', '2', '3', '4', '5', '6', '7', '8'];
const unlimited = (packets: PacketStore) => new DropTail(packets, {});
/** A packet of 1000 bytes a ms. */
const LINE = { rateBps: 8e6, propagationNs: 0 };

interface Station {
  readonly load: number;
  readonly size: 'fixed' | 'exponential';
  readonly limitPackets?: number;
}

/** Poisson arrivals for 40 s; the first 2 s are not counted. Sizes in whole bytes, 1000 on average. */
function station(seed: string, { load, size, limitPackets }: Station, onto?: (one: OnePort) => void) {
  const one = new OnePort({ ...LINE, discipline: (packets) => new DropTail(packets, limitPackets === undefined ? {} : { limitPackets }) }, seed);
  onto?.(one);
  const arrivals = one.sim.stream('arrivals');
  const sizes = one.sim.stream('sizes');
  const send = (): void => {
    one.send(size === 'fixed' ? 1000 : Math.max(1, Math.round(exponential(sizes, 1000))));
    one.sim.after(Math.round(exponential(arrivals, MS / load)), send);
  };
  one.sim.after(0, send);
  one.sim.run({ untilNs: 2000 * MS });
  const { counters } = one.port;
  const before = { queue: one.port.queue.read(one.sim.now), dropped: counters.packetsDropped, packetsIn: counters.packetsIn };
  one.sim.run({ untilNs: 40_000 * MS });
  return { one, waiting: between(before.queue, one.port.queue.read(one.sim.now)), lossShare: (counters.packetsDropped - before.dropped) / (counters.packetsIn - before.packetsIn) };
}

function expectInside(values: readonly number[], truth: number, within: number): void {
  // 0.998: with a dozen intervals here none should miss by chance; the seeds are fixed, so it is decided once
  const { low, high, halfWidth } = tInterval(values, 0.998);
  expect(low).toBeLessThanOrEqual(truth);
  expect(high).toBeGreaterThanOrEqual(truth);
  expect(halfWidth / truth).toBeLessThan(within); // an interval that says nothing contains everything
}

describe('overload D/D/1', () => {
  it.each([0, 1, 10])('drops exactly 1 - C / lambda, room for %i', (limitPackets) => {
    const one = new OnePort({ ...LINE, discipline: (packets) => new DropTail(packets, { limitPackets }) });
    const send = (): void => {
      one.send(1000);
      one.sim.after(0.8 * MS, send);
    };
    one.sim.after(0, send);
    one.sim.run({ untilNs: 100 * MS + 1 });
    const { packetsDropped, packetsIn } = one.port.counters;
    one.sim.run({ untilNs: 4100 * MS + 1 }); // 5000 arrivals, 4000 services; with room for none the line idles until the next arrival: 2500
    expect(one.port.counters.packetsIn - packetsIn).toBe(5000);
    expect(one.port.counters.packetsDropped - packetsDropped).toBe(limitPackets === 0 ? 2500 : 1000);
  });
});

describe('means inside their intervals', () => {
  it('M/D/1 at load 0.8: waiting rho^2 / (2 (1 - rho))', () => {
    expectInside(SEEDS.map((seed) => station(seed, { load: 0.8, size: 'fixed' }).waiting.mean), 0.64 / 0.4, 0.1);
  });

  it('M/M/1 at load 0.7: waiting rho^2 / (1 - rho), and P(N >= k) = rho^k', () => {
    const runs = SEEDS.map((seed) => station(seed, { load: 0.7, size: 'exponential' }).waiting);
    expectInside(runs.map(({ mean }) => mean), 0.49 / 0.3, 0.12);
    for (const k of [2, 4, 7]) {
      const share = (waiting: (typeof runs)[number]) => waiting.nsAt.reduce((sum, ns, packets) => sum + (packets + 1 >= k ? ns : 0), 0) / waiting.totalNs;
      expectInside(runs.map(share), 0.7 ** k, 0.3);
    }
  });

  it.each([[0.8, 4], [1, 4], [1.5, 2]])('M/M/1/K at load %d, %i in all: loss (1 - rho) rho^K / (1 - rho^(K + 1))', (load, capacity) => {
    const truth = load === 1 ? 1 / (capacity + 1) : ((1 - load) * load ** capacity) / (1 - load ** (capacity + 1));
    expectInside(SEEDS.map((seed) => station(seed, { load, size: 'exponential', limitPackets: capacity - 1 }).lossShare), truth, 0.06);
  });

  /** Two ports in a row; mean number at the second, waiting and on the line. */
  const second = (seed: string, isRedrawn: boolean): number => {
    let port: Port | undefined;
    const { one } = station(seed, { load: 0.7, size: 'exponential' }, (first) => {
      const { sim, packets, network } = first;
      const sizes = sim.stream('second');
      let next: (packet: number) => void = () => {};
      const redraw: Hop = {
        enter: (packet) => {
          if (isRedrawn) packets.bytes[packet] = Math.max(1, Math.round(exponential(sizes, 1000)));
          next(packet);
        },
        connect: (to) => (next = to),
      };
      port = new Port(sim, packets, { ...LINE, name: 'link-1', discipline: unlimited(packets) });
      const path = network.addPath([0, network.addHop(redraw), network.addHop(port)], (packet) => packets.free(packet));
      first.send = (bytes) => {
        const packet = packets.make(0, path, DATA, bytes);
        network.send(packet);
        return packet;
      };
    });
    const { counters } = port!;
    return port!.queue.read(one.sim.now).mean + (counters.bytesServed * 1000) / one.sim.now; // a byte takes 1000 ns
  };

  it('tandem M/M/1: the second station is an M/M/1 too if service is drawn anew, and is not if packets keep their lengths', () => {
    expectInside(SEEDS.map((seed) => second(seed, true)), 0.7 / 0.3, 0.12);
    expect(tInterval(SEEDS.map((seed) => second(seed, false)), 0.998).high).toBeLessThan(0.7 / 0.3);
  });
});

describe("Little's law", () => {
  it.each(['fixed', 'exponential'] as const)('holds to the ns from empty to empty: time integral of waiting = sum of waits, %s sizes', (size) => {
    let waitedNs = 0;
    const { one } = station('little', { load: 0.9, size, limitPackets: 8 }, (first) => {
      first.port.tap = { serve: (packet, nowNs) => (waitedNs += nowNs - first.packets.enqueuedNs[packet]!) };
    });
    one.port.setRate(8e12); // empties at once; arrivals go on without waiting
    one.sim.run({ untilNs: one.sim.now + MS });
    expect(one.port.discipline.packets).toBe(0);
    const { nsAt } = one.port.queue.read(one.sim.now);
    expect(nsAt.reduce((sum, ns, packets) => sum + ns * packets, 0)).toBe(waitedNs);
    expect(waitedNs).toBeGreaterThan(1e9);
  });
});

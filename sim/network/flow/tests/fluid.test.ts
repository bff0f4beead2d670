import { describe, expect, it } from 'vitest';
import { exponential } from '../../../distributions.ts';
import { Simulation } from '../../../simulation.ts';
import { FluidNetwork } from '../fluid.ts';
import { waterFilling } from './water-filling.ts';

interface Done {
  readonly flow: number;
  readonly atNs: number;
}

function fluid(sim: Simulation): { network: FluidNetwork; done: Done[] } {
  const done: Done[] = [];
  const network = new FluidNetwork(sim, (flow) => {
    done.push({ flow, atNs: sim.now });
    return 0;
  });
  return { network, done };
}

describe('ends of transfers', () => {
  it('one alone takes 8 L / C, to the ns', () => {
    for (const [bytes, rateBps] of [[1502, 10_000_000], [1, 3], [123_456_789, 999_999_937], [1e11, 7e9]] as const) {
      const sim = new Simulation({ seed: 'fluid' });
      const { network, done } = fluid(sim);
      network.start([network.addLink(rateBps)], bytes);
      sim.run();
      expect(done[0]!.atNs).toBe(Number((BigInt(bytes) * 8_000_000_000n + BigInt(rateBps) - 1n) / BigInt(rateBps)));
    }
  });

  it('three that share a link end as processor sharing has it', () => {
    const sim = new Simulation({ seed: 'fluid' });
    const { network, done } = fluid(sim);
    const link = network.addLink(8e9); // a byte a ns
    const sizes = [300, 600, 1100];
    const flows = sizes.map((bytes) => network.start([link], bytes));
    sim.run();
    // 3 * 300; then 300 more each of two; then 500 alone
    expect(done).toEqual([{ flow: flows[0], atNs: 900 }, { flow: flows[1], atNs: 1500 }, { flow: flows[2], atNs: 2000 }]);
  });

  it('a newcomer halves the rate of what is under way, a slower link stretches it', () => {
    const sim = new Simulation({ seed: 'fluid' });
    const { network, done } = fluid(sim);
    const link = network.addLink(8e9);
    const first = network.start([link], 1000);
    sim.after(400, () => network.start([link], 100));
    sim.after(700, () => {
      // 400 alone, 100 of 200 shared, 100 alone
      expect(network.leftBytes(first)).toBe(400);
      network.setRate(link, 8e8);
    });
    sim.run();
    expect(done.map(({ atNs }) => atNs)).toEqual([600, 4700]);
  });
});

it('a million back-to-back transfers of a third of a ns each end within a ns of the sum', () => {
  const sim = new Simulation({ seed: 'fluid' });
  let left = 1_000_000;
  const network = new FluidNetwork(sim, () => (--left > 0 ? 1 : 0));
  network.start([network.addLink(24e9)], 1);
  sim.run();
  expect(left).toBe(0);
  expect(sim.now).toBe(Math.ceil(1_000_000 / 3));
});

it('no capacity is lost at the seams: a busy period of 3000 random transfers ends when the sum of their bytes is through', () => {
  const sim = new Simulation({ seed: 'fluid' });
  const random = sim.stream('sizes');
  const { network, done } = fluid(sim);
  const link = network.addLink(1e9);
  let bytes = 0;
  for (let i = 0; i < 3000; i++) {
    const size = 1 + random.below(20_000);
    bytes += size;
    // all arrive before the link could have gone idle
    sim.after(random.below(1_000_000), () => network.start([link], size, 1 + random.below(3)));
  }
  network.start([link], 10_000_000);
  bytes += 10_000_000;
  sim.run({ maxEvents: 3200 });
  expect(network.loadBps(link)).toBeCloseTo(1e9, 0);
  sim.run();
  expect(done).toHaveLength(3001);
  expect(Math.abs(sim.now - 8 * bytes)).toBeLessThanOrEqual(1);
}, 30_000);

it('moves as a slow fluid with small steps does, on a random network with arrivals and departures', () => {
  const sim = new Simulation({ seed: 'fluid' });
  const random = sim.stream('network');
  const { network, done } = fluid(sim);
  const capacities = [1e9, 6e8, 4e8];
  for (const capacity of capacities) network.addLink(capacity);
  const transfers = Array.from({ length: 40 }, () => ({
    startNs: random.below(200_000), bytes: 1000 + random.below(5000), links: [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2]][random.below(6)]!, weight: 1 + random.below(3),
  })).sort((a, b) => a.startNs - b.startNs);
  const ends = new Map<number, number>();
  const flowOf: number[] = [];
  for (const [i, { startNs, bytes, links, weight }] of transfers.entries()) sim.after(startNs, () => (flowOf[i] = network.start(links, bytes, weight)));
  // numbers are given again, so an end belongs to the latest holder
  sim.run({ untilNs: 0 });
  const holder = new Map<number, number>();
  let seen = 0;
  const STEP_NS = 5;
  const left = transfers.map(({ bytes }) => bytes * 8);
  const naiveEnd = transfers.map(() => Infinity);
  for (let t = 0; naiveEnd.some((end) => end === Infinity); t += STEP_NS) {
    sim.run({ untilNs: t });
    for (const { flow, atNs } of done.slice(seen)) ends.set(holder.get(flow) ?? flowOf.lastIndexOf(flow), atNs);
    seen = done.length;
    for (const [i, flow] of flowOf.entries()) if (flow !== undefined && !ends.has(i)) holder.set(flow, i);
    const active = transfers.map((_, i) => i).filter((i) => transfers[i]!.startNs <= t && left[i]! > 0);
    const rates = waterFilling(capacities, active.map((i) => transfers[i]!));
    for (const [k, i] of active.entries()) {
      left[i]! -= (rates[k]! * STEP_NS) / 1e9;
      if (left[i]! <= 0) naiveEnd[i] = t + STEP_NS;
    }
  }
  sim.run();
  for (const { flow, atNs } of done.slice(seen)) ends.set(holder.get(flow)!, atNs);
  // a step late at the start and at every change on the way
  for (const [i, end] of naiveEnd.entries()) expect(Math.abs(ends.get(i)! - end)).toBeLessThanOrEqual(STEP_NS * 80);
  expect(ends.size).toBe(40);
});

it('M/M/1 under processor sharing: the time of a transfer is E[S] / (1 - rho), and in proportion to its size', () => {
  const sim = new Simulation({ seed: 'fluid-ps' });
  const [arrivals, sizes] = [sim.stream('arrivals'), sim.stream('sizes')];
  const started: number[] = [];
  const size: number[] = [];
  let [sumNs, count, slowdown] = [0, 0, 0];
  const network: FluidNetwork = new FluidNetwork(sim, (flow) => {
    sumNs += sim.now - started[flow]!;
    slowdown += (sim.now - started[flow]!) / size[flow]!;
    count++;
    return 0;
  });
  const link = network.addLink(8e9);
  const arrive = (): void => {
    const bytes = Math.max(1, Math.round(exponential(sizes, 10_000)));
    const flow = network.start([link], bytes);
    started[flow] = sim.now;
    size[flow] = bytes;
    if (count < 60_000) sim.after(Math.max(1, Math.round(exponential(arrivals, 20_000))), arrive);
  };
  arrive();
  sim.run();
  expect(sumNs / count / 10_000).toBeGreaterThan(1.94);
  expect(sumNs / count / 10_000).toBeLessThan(2.06);
  expect(slowdown / count).toBeGreaterThan(1.94);
  expect(slowdown / count).toBeLessThan(2.06);
});

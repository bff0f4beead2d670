import { expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { MaxMin } from '../max-min.ts';
import { type NaiveFlow, waterFilling } from './water-filling.ts';

it('agrees with raising all rates together on random networks, while flows come and go and links change', () => {
  const random = new Simulation({ seed: 'max-min' }).stream('networks');
  for (let network = 0; network < 60; network++) {
    const shares = new MaxMin();
    const capacities = Array.from({ length: 1 + random.below(12) }, () => 1 + random.below(1000));
    for (const capacity of capacities) shares.addLink(capacity);
    const alive = new Map<number, NaiveFlow>();
    for (let step = 0; step < 60; step++) {
      const what = random.below(10);
      if (what < 6 || alive.size === 0) {
        const links = capacities.map((_, link) => link).filter(() => random.below(3) === 0).slice(0, 8);
        if (links.length === 0) links.push(random.below(capacities.length));
        const weight = 1 + random.below(4);
        alive.set(shares.add(links, weight), { links, weight });
      } else if (what < 9) {
        const gone = [...alive.keys()][random.below(alive.size)]!;
        shares.remove(gone);
        alive.delete(gone);
      } else {
        const link = random.below(capacities.length);
        capacities[link] = 1 + random.below(1000);
        shares.setCapacity(link, capacities[link]!);
      }
      shares.solve();
      const expected = waterFilling(capacities, [...alive.values()]);
      for (const [i, flow] of [...alive.keys()].entries()) expect(shares.rateBps[flow]).toBeCloseTo(expected[i]!, 8);
    }
  }
});

it('parking lot with weights, by hand', () => {
  const shares = new MaxMin();
  const links = [shares.addLink(90), shares.addLink(60)];
  const long = shares.add(links, 1);
  const heavy = shares.add([links[1]!], 2);
  const short = shares.add([links[0]!], 1);
  shares.solve();
  // the second link is the bottleneck: 20 a unit of weight; the first gives the short flow what the long one leaves
  expect([long, heavy, short].map((flow) => shares.rateBps[flow])).toEqual([20, 40, 70]);
  expect(links.map((link) => shares.load(link))).toEqual([90, 60]);
});

it('a link that stands still stops its flows and no others', () => {
  const shares = new MaxMin();
  const [dead, live] = [shares.addLink(0), shares.addLink(10)];
  const stuck = shares.add([dead, live], 1);
  const free = shares.add([live], 1);
  shares.solve();
  expect([shares.rateBps[stuck], shares.rateBps[free]]).toEqual([0, 10]);
});

it('refuses paths and weights that it cannot hold', () => {
  const shares = new MaxMin();
  shares.addLink(1);
  expect(() => shares.add([], 1)).toThrow('0 links; must be 1 .. 8');
  expect(() => shares.add([0], 0.5)).toThrow('weight 0.5; must be an integer 1 .. 65535');
  expect(() => shares.add([1], 1)).toThrow('link 1; must be 0 .. 0');
});

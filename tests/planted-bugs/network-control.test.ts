/** Bugs planted in window controllers and the flow level: told by second implementations, by hand and by closed forms. */
import { describe, expect, it } from 'vitest';
import { waterFilling } from '../../sim/network/flow/tests/water-filling.ts';
import { fakeTcp, ack } from '../../sim/network/tcp/controllers/tests/fake-tcp.ts';
import { plainCubic } from '../../sim/network/tcp/controllers/tests/plain-cubic.ts';
import { loadMutant } from './load-mutant.ts';
import * as sound from './network-control-entry.ts';
import { CUBIC_BUGS, FLOW_BUGS, GROWTH_BUGS } from './network-control.ts';

const ENTRY = 'tests/planted-bugs/network-control-entry.ts';
const LIVES = Array.from({ length: 40 }, (_, life) => sound.randomLife(`planted ${life}`));
const EXPECTED = LIVES.map(plainCubic);

function cubicDiffers({ cubicLife }: typeof sound): boolean {
  return LIVES.some((steps, life) => cubicLife(steps).some(({ cwnd, ssthresh }, step) => cwnd !== EXPECTED[life]![step]!.cwnd || ssthresh !== EXPECTED[life]![step]!.ssthresh));
}

function growthDiffers({ Reno, HyStartPlus, WindowGrowth }: typeof sound): boolean {
  const tcp = fakeTcp({ cwnd: 12, ssthresh: 13 });
  const reno = new Reno();
  reno.onAck(tcp, ack(3));
  reno.onAck(tcp, ack(11));
  const atLoss = [tcp.cwnd, reno.onCongestion(tcp), reno.onCongestion(fakeTcp({ cwnd: 3 }))];
  const slow = fakeTcp({ cwnd: 40, nextSegment: 100 });
  const [plus, growth] = [new HyStartPlus(), new WindowGrowth()];
  plus.start(slow);
  for (const rttMs of [100, 120, 121, 122, 123, 124, 125]) {
    for (let i = 0; i < 8; i++) {
      plus.onRtt(slow, rttMs * 1e6);
      plus.grow(slow, 1, growth);
    }
    slow.firstUnacked = slow.nextSegment + 1;
    slow.nextSegment += 100;
  }
  // one of three fills the threshold, two and eleven are the 13 of a segment; 8, 7 and a quarter, four times 2, then done
  return [...atLoss, slow.cwnd, slow.ssthresh].join() !== '14,7,2,63,63';
}

function flowDiffers({ Simulation, MaxMin, FluidNetwork }: typeof sound): boolean {
  const random = new Simulation({ seed: 'planted flows' }).stream('networks');
  for (let network = 0; network < 10; network++) {
    const shares = new MaxMin();
    const capacities = Array.from({ length: 6 }, () => 1 + random.below(1000));
    for (const capacity of capacities) shares.addLink(capacity);
    const alive = new Map<number, { links: number[]; weight: number }>();
    for (let step = 0; step < 30; step++) {
      if (alive.size > 5 && random.below(2) === 0) {
        const gone = [...alive.keys()][random.below(alive.size)]!;
        shares.remove(gone);
        alive.delete(gone);
      } else {
        const links = capacities.map((_, link) => link).filter((link) => link === step % 6 || random.below(3) === 0);
        const weight = 1 + random.below(3);
        alive.set(shares.add(links, weight), { links, weight });
      }
      shares.solve();
      const expected = waterFilling(capacities, [...alive.values()]);
      if ([...alive.keys()].some((flow, i) => !(Math.abs(shares.rateBps[flow]! - expected[i]!) < 1e-6))) return true;
    }
  }
  const sim = new Simulation({ seed: 'planted fluid' });
  const ends: number[] = [];
  let left = 1000;
  const network = new FluidNetwork(sim, (flow) => {
    if (flow === 0 && --left > 0) return 1;
    ends.push(sim.now);
    return 0;
  });
  const [own, link] = [network.addLink(24e9), network.addLink(8e9)];
  network.start([own], 1);
  for (const bytes of [300, 600, 1100]) network.start([link], bytes);
  sim.run({ maxEvents: 100_000 });
  // a thousand thirds of a ns; processor sharing of three
  return ends.join() !== '334,900,1500,2000';
}

describe('bugs planted in window controllers and the flow level', () => {
  it('the sound ones give what second implementations, hand and closed forms say', () => expect([cubicDiffers(sound), growthDiffers(sound), flowDiffers(sound)]).toEqual([false, false, false]));

  it.each(CUBIC_BUGS)('$id: $what', async (bug) => expect(cubicDiffers(await loadMutant<typeof sound>(bug, ENTRY))).toBe(true));
  it.each(GROWTH_BUGS)('$id: $what', async (bug) => expect(growthDiffers(await loadMutant<typeof sound>(bug, ENTRY))).toBe(true));
  it.each(FLOW_BUGS)('$id: $what', async (bug) => expect(flowDiffers(await loadMutant<typeof sound>(bug, ENTRY))).toBe(true));
});

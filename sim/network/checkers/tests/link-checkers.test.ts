import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { holdAll, holdNodes, noAdversary, PartialSynchrony, scatter, unknownDelta } from '../../faults/partial-synchrony.ts';
import { PacketStore } from '../../packets.ts';
import { SlotChecker } from '../slots.ts';
import { SynchronyChecker } from '../synchrony.ts';
import { busyLink, DISCIPLINE_NAMES, FAULTS } from './busy-link.ts';

describe('sound code breaks no promise', () => {
  for (const discipline of DISCIPLINE_NAMES) {
    for (const [index, faults] of FAULTS.entries()) {
      it.each([false, true])(`${discipline}, faults ${index}, rate changing %s`, (changingRate) => {
        const { received, first, second } = busyLink({ discipline, faults, changingRate });
        expect(first.queueDrops).toBeGreaterThan(20);
        expect(received).toBe(2000 + first.packetsCopied - first.packetsDropped - second.packetsDropped);
        expect(received).toBeGreaterThan(500);
      });
    }
  }
});

describe('slots', () => {
  it('names a packet freed twice and one left over', () => {
    const sim = new Simulation({ seed: 'slots' });
    const packets = new PacketStore();
    const slots = new SlotChecker(sim, packets);
    const packet = packets.make(0, 0, 0, 1);
    packets.make(0, 0, 0, 1);
    expect(() => slots.finish(0)).toThrow('slots: 2 packets in being, the store counts 2; required: 0');
    packets.free(packet);
    expect(() => packets.free(packet)).toThrow('slots: packet slot 0 freed and not in use');
    expect(() => slots.use(packet)).toThrow('used after it was freed');
  });
});

describe('partial synchrony', () => {
  const sim = new Simulation({ seed: 'synchrony' });
  const stream = sim.stream('adversary');
  const MS = 1e6;

  it.each([
    ['none', noAdversary],
    ['hold all', holdAll(1e12)],
    ['hold a leader', holdNodes(new Set([3]), 1e12)],
    ['scatter', scatter(stream, 5000 * MS)],
  ])('adversary %s: no message is later than max(t, GST) + delta, and after GST none takes longer than delta', (_name, adversary) => {
    const bound = { gstNs: 1000 * MS, deltaNs: 100 * MS };
    const network = new PartialSynchrony(bound, adversary);
    const checker = new SynchronyChecker(sim, bound);
    const own = [10 * MS, 90 * MS, 400 * MS];
    let latest = 0;
    for (let i = 0; i < 3000; i++) {
      const sentNs = i * MS;
      const arrivalNs = network.arrivalNs(sentNs, i % 7, (i * 3) % 7, own[i % 3]!);
      checker.send(i, sentNs);
      checker.deliver(i, arrivalNs);
      if (sentNs < bound.gstNs) latest = Math.max(latest, arrivalNs);
      else expect(arrivalNs).toBe(sentNs + Math.min(own[i % 3]!, bound.deltaNs));
    }
    checker.finish(1e15);
    expect(checker.worstAfterGstNs).toBe(100 * MS);
    if (adversary !== noAdversary) expect(latest).toBe(1100 * MS);
  });

  it('without a bound every delay is finite, and an infinite one is refused', () => {
    const asynchronous = new PartialSynchrony({ gstNs: Infinity, deltaNs: 1 }, holdAll(1e14));
    expect(asynchronous.arrivalNs(5, 0, 1, 1)).toBe(1e14 + 5);
    expect(() => new PartialSynchrony({ gstNs: Infinity, deltaNs: 1 }, holdAll(Infinity)).arrivalNs(5, 0, 1, 1)).toThrow('must be finite');
    expect(() => new PartialSynchrony({ gstNs: 0.5, deltaNs: 1 })).toThrow('whole ns');
  });

  it('an unknown delta lies in its range, over its orders of magnitude', () => {
    const deltas = Array.from({ length: 300 }, () => unknownDelta(stream, 1e6, 1e9));
    expect(Math.min(...deltas)).toBeGreaterThanOrEqual(1e6);
    expect(Math.max(...deltas)).toBeLessThanOrEqual(1e9);
    for (const [low, high] of [[1e6, 1e7], [1e7, 1e8], [1e8, 1e9]] as const) expect(deltas.filter((delta) => delta >= low && delta < high).length).toBeGreaterThan(60);
  });

  it('the checker names what is late, never delivered, or delivered twice', () => {
    const checker = new SynchronyChecker(sim, { gstNs: 100, deltaNs: 10 });
    checker.send(1, 50);
    checker.deliver(1, 110);
    expect(() => checker.deliver(1, 110)).toThrow('not pending');
    checker.send(2, 120);
    checker.finish(130);
    expect(() => checker.finish(131)).toThrow('synchrony: message 2 sent at 120 ns not delivered by 131 ns; required: by 130 ns');
    expect(() => checker.deliver(2, 131)).toThrow('delivered at 131 ns');
  });
});

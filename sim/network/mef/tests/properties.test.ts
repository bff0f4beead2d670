/** The properties that any implementation of the MEF laws (reconstruction) has to show, packet by packet. */
import { describe, expect, it } from 'vitest';
import { jainIndex } from '../../explicit/topology.ts';
import { CE, DATA, ECN_CAPABLE } from '../../packets.ts';
import { CALM_LAW } from '../law.ts';
import { link, MBIT, mefNet, MS, SECOND } from './harness.ts';

const ETA = 0.97;

describe('MEF laws (reconstruction)', () => {
  for (const [rateBps, rttNs] of [[10 * MBIT, 10 * MS], [10 * MBIT, 100 * MS], [100 * MBIT, 10 * MS], [50 * MBIT, 40 * MS]] as const) {
    for (const flows of [1, 4]) {
      it(`${flows} flows, ${rateBps / MBIT} Mbit/s, ${rttNs / MS} ms: utilisation eta within 0.5 %, equal shares, no queue, no drop`, () => {
        const { net } = mefNet([link(rateBps, rttNs)]);
        for (let i = 0; i < flows; i++) net.add({ over: [0], rttNs, startNs: i * SECOND });
        const { utilisation, packetsPerS, queue } = net.measure(8 * SECOND, 18 * SECOND);
        expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
        expect(jainIndex(packetsPerS)).toBeGreaterThan(0.999);
        expect(queue[0]!.mean).toBeLessThan(3);
        expect(net.ports[0]!.counters.packetsDropped).toBe(0);
      });
    }
  }

  for (const rateBps of [10 * MBIT, 50 * MBIT, 100 * MBIT]) {
    it(`50 flows at ${rateBps / MBIT} Mbit/s share equally and fill eta, also below one packet a round-trip time`, () => {
      const { net } = mefNet([link(rateBps, 40 * MS)]);
      for (let i = 0; i < 50; i++) net.add({ over: [0], rttNs: 40 * MS, startNs: i * 100 * MS });
      const { utilisation, packetsPerS, queue } = net.measure(12 * SECOND, 22 * SECOND);
      expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
      expect(jainIndex(packetsPerS)).toBeGreaterThan(0.999);
      // fifty periodic streams of any phases would queue three to four packets at load 0.97; these move out of each other's way
      expect(queue[0]!.mean).toBeLessThan(1);
    });
  }

  it('the calmer pair of gains comes to the same rest', () => {
    const { net } = mefNet([link(50 * MBIT, 40 * MS)], { law: CALM_LAW });
    for (let i = 0; i < 4; i++) net.add({ over: [0], rttNs: 40 * MS, startNs: i * SECOND });
    const { utilisation, packetsPerS } = net.measure(10 * SECOND, 15 * SECOND);
    expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
    expect(jainIndex(packetsPerS)).toBeGreaterThan(0.999);
  });

  it('round-trip times 1:10 get equal rates', () => {
    const { net } = mefNet([{ rateBps: 20 * MBIT, delayNs: 2 * MS, bufferPackets: 200 }]);
    for (const rttNs of [10 * MS, 100 * MS]) net.add({ over: [0], rttNs, startNs: 0 });
    const { packetsPerS, utilisation } = net.measure(10 * SECOND, 20 * SECOND);
    expect(jainIndex(packetsPerS)).toBeGreaterThan(0.9995);
    expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
  });

  it('parking lot: one flow over both links and two on each get eta C / 3 each', () => {
    const { net } = mefNet([link(30 * MBIT, 20 * MS), link(30 * MBIT, 20 * MS)]);
    const flows = [[0, 1], [0], [0], [1], [1]];
    flows.forEach((over, index) => net.add({ over, rttNs: 40 * MS, startNs: index * 200 * MS }));
    const { packetsPerS } = net.measure(10 * SECOND, 20 * SECOND);
    for (const rate of packetsPerS) expect((rate * 1502 * 8) / ((ETA * 30 * MBIT) / 3)).toBeCloseTo(1, 2);
  });

  it('unequal links: max-min, the flow held elsewhere leaves its share to the others', () => {
    const { net } = mefNet([link(10 * MBIT, 20 * MS), link(30 * MBIT, 20 * MS)]);
    const flows = [[0, 1], [0], [1]];
    for (const over of flows) net.add({ over, rttNs: 40 * MS, startNs: 0 });
    const { packetsPerS } = net.measure(10 * SECOND, 20 * SECOND);
    const mbit = packetsPerS.map((rate) => (rate * 1502 * 8) / MBIT);
    [ETA * 5, ETA * 5, ETA * 25].forEach((share, index) => expect(mbit[index]! / share).toBeCloseTo(1, 1));
  });

  it('weights: shares are in proportion to them', () => {
    const weights = [8, 16, 32];
    const { net } = mefNet([link(30 * MBIT, 40 * MS)], { flow: (index) => ({ weightEighths: weights[index]! }) });
    weights.forEach(() => net.add({ over: [0], rttNs: 40 * MS, startNs: 0 }));
    const { packetsPerS, utilisation } = net.measure(10 * SECOND, 20 * SECOND);
    expect(packetsPerS[1]! / packetsPerS[0]!).toBeCloseTo(2, 1);
    expect(packetsPerS[2]! / packetsPerS[0]!).toBeCloseTo(4, 1);
    expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
  });

  for (const bdps of [0.25, 2]) {
    it(`with beta 0 it is calm at alpha 1.2 and swings without end at 1.7 (buffer ${bdps} BDP): the linear bound alpha (1 + T/d) < pi / 2 lies between`, () => {
      const [calm, swinging] = [1.2, 1.7].map((alpha) => {
        const { net, routers, sim } = mefNet([link(50 * MBIT, 100 * MS, bdps)], { law: { alpha, beta: 0, eta: ETA } });
        for (let i = 0; i < 4; i++) net.add({ over: [0], rttNs: 100 * MS, startNs: i * 250 * MS });
        let least = Infinity;
        let most = 0;
        sim.run({ untilNs: 15 * SECOND });
        for (let ms = 0; ms < 5000; ms += 10) {
          sim.after(ms * MS, () => {
            least = Math.min(least, routers[0]!.law.rateBps);
            most = Math.max(most, routers[0]!.law.rateBps);
          });
        }
        const { utilisation, queue } = net.measure(15 * SECOND, 20 * SECOND);
        return { utilisation: utilisation[0]!, queue: queue[0]!.mean, swing: ((most - least) * 4) / (ETA * 50 * MBIT) };
      });
      expect(calm!.swing).toBeLessThan(0.05);
      expect(Math.abs(calm!.utilisation / ETA - 1)).toBeLessThan(0.005);
      expect(calm!.queue).toBeLessThan(1);
      expect(swinging!.swing).toBeGreaterThan(1);
      // a deep buffer hides the swing in a queue that stands for ever, a shallow one loses it
      if (bdps < 1) expect(swinging!.utilisation).toBeLessThan(0.8);
      else expect(swinging!.queue).toBeGreaterThan(50);
    });
  }

  it('a newcomer gets its first rate one round-trip time after its request, from the router and not from probing', () => {
    const { net, routers, sim } = mefNet([link(10 * MBIT, 40 * MS)]);
    net.add({ over: [0], rttNs: 40 * MS, startNs: 0 });
    sim.run({ untilNs: 5 * SECOND });
    const newcomer = net.add({ over: [0], rttNs: 40 * MS, startNs: sim.now });
    const offeredBps = routers[0]!.law.rateBps;
    sim.run({ untilNs: 5 * SECOND + 45 * MS });
    expect(newcomer.sent).toBeGreaterThan(0);
    expect(newcomer.rateBps / Math.min(offeredBps, ETA * 10 * MBIT)).toBeGreaterThan(0.9);
  });

  it('flash crowd: fifty flows at one instant overflow the buffer for a moment, and are equal afterwards', () => {
    const { net } = mefNet([link(50 * MBIT, 40 * MS)]);
    net.add({ over: [0], rttNs: 40 * MS, startNs: 0 });
    for (let i = 0; i < 50; i++) net.add({ over: [0], rttNs: 40 * MS, startNs: 2 * SECOND });
    const crowd = net.measure(2 * SECOND, 3 * SECOND);
    expect(crowd.drops[0]!).toBeGreaterThan(100);
    const after = net.measure(8 * SECOND, 15 * SECOND);
    expect(after.drops[0]!).toBe(0);
    expect(jainIndex(after.packetsPerS)).toBeGreaterThan(0.999);
  });

  it('the ramp limit softens a flash crowd', () => {
    const drops = [false, true].map((rampLimit) => {
      const { net } = mefNet([link(50 * MBIT, 40 * MS)], { flow: () => ({ rampLimit }) });
      for (let i = 0; i < 10; i++) net.add({ over: [0], rttNs: 40 * MS, startNs: i === 0 ? 0 : 2 * SECOND });
      return net.measure(2 * SECOND, 4 * SECOND).drops[0]!;
    });
    expect(drops[0]!).toBeGreaterThan(0);
    expect(drops[1]!).toBeLessThan(0.5 * drops[0]!);
  });

  it('bytes without a header count as load: MEF leaves them what they take, and marks them when it is too much', () => {
    const { net, sim, routers } = mefNet([link(50 * MBIT, 40 * MS)]);
    net.add({ over: [0], rttNs: 40 * MS, startNs: 0 });
    let marked = 0;
    const path = net.network.addPath([0], (packet) => {
      if ((net.packets.flags[packet]! & CE) !== 0) marked++;
      net.packets.free(packet);
    });
    // 20 Mbit/s that listen to nobody, and from 10 s on 55 Mbit/s
    const send = (gapNs: number, untilNs: number): void => {
      if (sim.now >= untilNs) return;
      net.network.send(net.packets.make(99, path, DATA | ECN_CAPABLE, 1500));
      sim.after(gapNs, () => send(gapNs, untilNs));
    };
    send(0.6 * MS, 10 * SECOND);
    const beside = net.measure(5 * SECOND, 10 * SECOND);
    expect((beside.packetsPerS[0]! * 1502 * 8) / ((ETA * 50 - 20) * MBIT)).toBeCloseTo(1, 1);
    expect(marked).toBe(0);
    send(218_000, 12 * SECOND);
    sim.run({ untilNs: 12 * SECOND });
    expect(marked).toBeGreaterThan(100);
    expect(routers[0]!.law.rateBps).toBeLessThan(2 * MBIT);
  });
});

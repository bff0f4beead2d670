import { describe, expect, it } from 'vitest';
import { DATA } from '../../packets.ts';
import { DropTail } from '../drop-tail.ts';
import { between } from '../queue-gauge.ts';
import { Wire } from '../wire.ts';
import { OnePort } from './harness.ts';

const MBIT = 1_000_000;

describe('port', () => {
  it('departs at max(arrival, last departure) + 8 L / C, and arrives a propagation later', () => {
    const one = new OnePort({ rateBps: 8 * MBIT, propagationNs: 5000, discipline: (p) => new DropTail(p, { limitPackets: 10 }) });
    one.sendAt(0, 1000); // 1 ms each
    one.sendAt(300_000, 1000);
    one.sendAt(5_000_000, 500);
    one.sim.run();
    expect(one.arrivals.map(({ atNs }) => atNs)).toEqual([1_005_000, 2_005_000, 5_505_000]);
  });

  for (const waiting of [0, 1, 3]) {
    it(`room for ${waiting}: ${waiting} wait and one is on the line`, () => {
      const one = new OnePort({ rateBps: MBIT, propagationNs: 0, discipline: (p) => new DropTail(p, { limitPackets: waiting }) });
      for (let i = 0; i < 10; i++) one.send(100);
      one.sim.run();
      expect(one.arrivals.map(({ sequence }) => sequence)).toEqual(Array.from({ length: waiting + 1 }, (_, i) => i));
      expect(one.port.counters.dropped('tail')).toBe(9 - waiting);
      expect(one.packets.count).toBe(0);
    });
  }

  it('a limit in bytes counts the arriving packet', () => {
    const one = new OnePort({ rateBps: MBIT, propagationNs: 0, discipline: (p) => new DropTail(p, { limitBytes: 2000 }) });
    one.send(1500);
    for (const bytes of [1000, 1001, 999, 1, 1]) one.send(bytes);
    expect(one.port.discipline.bytes).toBe(2000);
    one.sim.run();
    expect(one.arrivals.map(({ sequence }) => sequence)).toEqual([0, 1, 3, 4]);
  });

  it('a rate change in flight keeps the bits sent; a stop keeps the packet on the line', () => {
    const one = new OnePort({ rateBps: 8 * MBIT, propagationNs: 0, discipline: (p) => new DropTail(p, {}) });
    one.send(1000);
    one.send(1000);
    one.sim.after(250_000, () => one.port.setRate(0));
    one.sim.after(1_000_000, () => one.port.setRate(4 * MBIT)); // 750 bytes to go: 1.5 ms
    one.sim.after(3_500_000, () => one.port.setRate(16 * MBIT)); // 500 bytes to go: 0.25 ms
    one.sim.run();
    expect(one.arrivals.map(({ atNs }) => atNs)).toEqual([2_500_000, 3_750_000]);
  });

  it('measures the queue over a window, weighted by time', () => {
    const one = new OnePort({ rateBps: 8 * MBIT, propagationNs: 0, discipline: (p) => new DropTail(p, {}) });
    one.sim.after(500_000, () => { for (let i = 0; i < 4; i++) one.send(1000); }); // waiting 3, 2, 1, 0 from 0.5, 1.5, 2.5, 3.5 ms
    one.sim.run({ untilNs: 1_000_000 });
    const from = one.port.queue.read(one.sim.now);
    one.sim.run({ untilNs: 4_000_000 });
    const window = between(from, one.port.queue.read(one.sim.now));
    expect(window.totalNs).toBe(3_000_000);
    expect(Array.from(window.nsAt.slice(0, 4))).toEqual([500_000, 1_000_000, 1_000_000, 500_000]);
    expect(window.mean).toBe(1.5);
    expect([0, 0.5, 0.83, 0.84, 1].map((share) => window.quantile(share))).toEqual([0, 1, 2, 3, 3]);
    expect(window.max).toBe(3);
    expect(between(window, window).mean).toBe(0);
  });

  it('tells the stamper of every arrival, dropped or not, and of every departure with its wait', () => {
    const seen: string[] = [];
    const one = new OnePort({
      rateBps: 8 * MBIT, propagationNs: 0, discipline: (p) => new DropTail(p, { limitPackets: 1 }),
      stamper: {
        onArrival: (packet, nowNs) => seen.push(`in ${one.packets.flow[packet]} ${nowNs}`),
        onDeparture: (packet, nowNs) => seen.push(`out ${one.packets.flow[packet]} ${nowNs - one.packets.enqueuedNs[packet]!}`),
      },
    });
    one.sendAt(0, 1000, 7);
    one.sendAt(400_000, 1000, 8);
    one.sendAt(400_000, 1000, 9);
    one.sim.run();
    expect(seen).toEqual(['in 7 0', 'out 7 0', 'in 8 400000', 'in 9 400000', 'out 8 600000']);
  });

  it('loses, copies and spoils behind the line, and never lets a packet overtake where order is promised', () => {
    const extra = [500, 0, 0, 0];
    let turn = 0;
    const medium = (fifo: boolean) => ({
      reason: 'loss' as const, fifo, extraNs: new Float64Array(2), corrupt: new Uint8Array(2),
      judge() {
        this.extraNs.fill(extra[turn]!);
        this.corrupt[1] = 1;
        return [1, 1, 0, 2][turn++]!;
      },
    });
    for (const fifo of [true, false]) {
      turn = 0;
      const one = new OnePort({ rateBps: 8000 * MBIT, propagationNs: 100, discipline: (p) => new DropTail(p, {}), medium: medium(fifo) });
      for (let i = 0; i < 4; i++) one.send(10);
      one.sim.run();
      expect(one.arrivals.map(({ sequence, atNs }) => [sequence, atNs])).toEqual(
        fifo ? [[0, 610], [1, 610], [3, 610], [3, 610]] : [[1, 120], [3, 140], [3, 140], [0, 610]],
      );
      const { counters } = one.port;
      expect([counters.packetsIn, counters.packetsCopied, counters.packetsServed, counters.packetsOut, counters.dropped('loss')]).toEqual([4, 1, 4, 4, 1]);
      expect(one.arrivals.filter(({ flags }) => flags !== DATA)).toHaveLength(1);
      expect(one.packets.count).toBe(0);
    }
  });

  it('a wire delays and keeps order', () => {
    const one = new OnePort({ rateBps: 8000 * MBIT, propagationNs: 0, discipline: (p) => new DropTail(p, {}) });
    const wire = new Wire(one.sim, one.packets, { name: 'back', delayNs: 1000 });
    const seen: [number, number][] = [];
    const path = one.network.addPath([one.network.addHop(wire)], (packet) => {
      seen.push([one.packets.sequence[packet]!, one.sim.now]);
      one.packets.free(packet);
    });
    for (const atNs of [0, 0, 400]) {
      one.sim.after(atNs, () => {
        const packet = one.packets.make(0, path, DATA, 60);
        one.packets.sequence[packet] = one.packets.made;
        one.network.send(packet);
      });
    }
    one.sim.run();
    expect(seen).toEqual([[1, 1000], [2, 1000], [3, 1400]]);
    expect([wire.counters.packetsIn, wire.counters.bytesOut, wire.counters.bytesOnWire]).toEqual([3, 180, 0]);
  });

  it.each(['a', 'b', 'c'])('keeps order among events of one instant, however ties are broken (shuffle %s)', (shuffle) => {
    let turn = 0;
    const one = new OnePort({
      rateBps: 8000 * MBIT, propagationNs: 0, discipline: (p) => new DropTail(p, {}),
      // every tenth takes so long that the nine behind it arrive with it
      medium: { reason: 'loss', fifo: true, extraNs: new Float64Array(2), corrupt: new Uint8Array(2), judge() { this.extraNs[0] = turn++ % 10 === 0 ? 1000 : 0; return 1; } },
    }, 'ties', shuffle);
    const wire = new Wire(one.sim, one.packets, { name: 'back', delayNs: 7 });
    const seen: number[] = [];
    const path = one.network.addPath([one.network.addHop(wire), 0], (packet) => {
      seen.push(one.packets.sequence[packet]!);
      one.packets.free(packet);
    });
    for (let i = 0; i < 100; i++) {
      const packet = one.packets.make(0, path, DATA, 60);
      one.packets.sequence[packet] = i;
      one.network.send(packet);
    }
    one.sim.run();
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

import { describe, expect, it } from 'vitest';
import { DATA, PacketStore } from '../../packets.ts';
import { CoDel } from '../codel.ts';
import type { QueueDiscipline } from '../discipline.ts';
import { FqCoDel } from '../fq-codel.ts';
import { Pie } from '../pie.ts';
import { Red } from '../red.ts';
import { between } from '../queue-gauge.ts';
import { compare, OVERLOAD, stream } from './compare-aqm.ts';
import { OnePort } from './harness.ts';
import { NaiveCoDel, NaiveFqCoDel, NaivePie, NaiveRed } from './naive-aqm.ts';


describe('disciplines against naive doubles, 60 000 operations', () => {
  it('CoDel', () => {
    const packets = new PacketStore();
    const seen = compare(packets, new CoDel(packets, { limitPackets: 200 }), new NaiveCoDel(5e6, 100e6, 200), OVERLOAD);
    expect(seen.complaint).toBeUndefined();
    expect(seen.dropped).toBeGreaterThan(500);
    expect(seen.marked).toBeGreaterThan(200);
  });

  it('CoDel, half as fast again', () => {
    const packets = new PacketStore();
    const seen = compare(packets, new CoDel(packets, { limitPackets: 200 }), new NaiveCoDel(5e6, 100e6, 200), { ...OVERLOAD, serviceNs: 1_500_000, ecnShare: 0 });
    expect(seen.complaint).toBeUndefined();
    expect(seen.refused).toBeGreaterThan(100);
  });

  it('FQ-CoDel', () => {
    const packets = new PacketStore();
    const real = new FqCoDel(packets, { limitPackets: 150, queues: 8 }, stream('hash'));
    const seen = compare(packets, real, new NaiveFqCoDel(150, 1514, (flow) => real.bucket(flow)), OVERLOAD);
    expect(seen.complaint).toBeUndefined();
    expect(seen.dropped).toBeGreaterThan(500);
    expect(seen.marked).toBeGreaterThan(200);
    const flood = new FqCoDel(packets, { limitPackets: 100, queues: 8 }, stream('hash'));
    const flooded = compare(packets, flood, new NaiveFqCoDel(100, 1514, (flow) => flood.bucket(flow)), { ...OVERLOAD, operations: 20_000, serviceNs: 3e6 });
    expect(flooded.complaint).toBeUndefined();
    expect(flooded.dropped).toBeGreaterThan(5000);
  });

  it('PIE', () => {
    const packets = new PacketStore();
    const random = stream('pie');
    const naive = new NaivePie(300, () => random.float());
    const seen = compare(packets, new Pie(packets, { limitPackets: 300 }, stream('pie')), naive, { ...OVERLOAD, serviceNs: 1_030_000 }, { everyNs: 15e6, run: () => naive.tick() });
    expect(seen.complaint).toBeUndefined();
    expect(seen.refused).toBeGreaterThan(500);
    expect(seen.marked).toBeGreaterThan(50);
  });

  it('RED', () => {
    const packets = new PacketStore();
    const random = stream('red');
    const real = new Red(packets, { limitPackets: 60, minPackets: 5, maxPackets: 15 }, stream('red'));
    real.onRate(4e6); // 500 bytes a ms
    const seen = compare(packets, real, new NaiveRed(5, 15, 60, 1e6, () => random.float()), { ...OVERLOAD, serviceNs: 1_200_000 });
    expect(seen.complaint).toBeUndefined();
    expect(seen.refused).toBeGreaterThan(500);
    expect(seen.marked).toBeGreaterThan(200);
  });
});

describe('the pseudo-run of RFC 8289 by hand', () => {
  it('a standing queue is dropped from after one interval, then at interval / sqrt(count)', () => {
    const packets = new PacketStore();
    const codel = new CoDel(packets);
    const droppedAt: number[] = [];
    let nowNs = 0;
    codel.connect(() => droppedAt.push(nowNs));
    // 1500 bytes a ms in and out, 20 waiting: everyone waits 20 ms
    for (; nowNs < 500e6; nowNs += 1e6) {
      const packet = packets.make(0, 0, DATA, 1500);
      packets.enqueuedNs[packet] = nowNs - 20e6;
      codel.enqueue(packet, nowNs, false);
      if (nowNs < 3e6) continue; // more than an MTU has to stay behind
      codel.dequeue(nowNs);
      if (codel.packets < 3) for (let i = 0; i < 5; i++) {
        const extra = packets.make(0, 0, DATA, 1500);
        packets.enqueuedNs[extra] = nowNs - 20e6;
        codel.enqueue(extra, nowNs, false);
      }
    }
    // first above target at 3 ms; 103; then + 100 = 203, + 70.7 = 273.7, + 57.7 = 331.4, + 50 = 381.4, + 44.7 = 426.2, + 40.8 = 467.0, on the next ms
    expect(droppedAt.map((ns) => ns / 1e6)).toEqual([103, 203, 274, 332, 382, 427, 467]);
  });
});

describe('the cap of RFC 8033, section 5.5', () => {
  it('from 10 % on the probability rises by 2 points an update at most, and falls without a bound', () => {
    const packets = new PacketStore();
    const pie = new Pie(packets, {}, stream('pie'));
    const waiting: number[] = [];
    let nowNs = 0;
    const arrive = (): void => {
      // too few bytes wait for an early drop
      const packet = packets.make(0, 0, DATA, 40);
      expect(pie.enqueue(packet, nowNs, false)).toBe(true);
      waiting.push(packet);
    };
    /** What an update adds that finds that the packet that left last had waited so long. */
    const step = (waitNs: number): number => {
      const before = pie.probability;
      packets.enqueuedNs[waiting.shift()!] = nowNs - waitNs;
      packets.free(pie.dequeue(nowNs));
      nowNs += 15e6;
      arrive();
      return pie.probability - before;
    };
    arrive();
    arrive();
    while (pie.probability < 0.1) step(1e9);
    // 0.125 a second of the 985 ms that are too much: 0.123 an update
    for (let update = 0; update < 10; update++) expect(step(1e9)).toBeCloseTo(0.02, 12);
    const { probability } = pie;
    // 1.25 a second of the 100 ms that it fell, less 0.125 of the 885 ms that are too much
    expect(step(0.9e9)).toBeCloseTo(-0.125 + 0.125 * 0.885, 12);
    expect(step(0.7e9)).toBeCloseTo(-0.25 + 0.125 * 0.685, 12);
    expect(pie.probability).toBeLessThan(probability - 0.15);
  });
});

/** A line of 12 Mbit/s: a packet of 1500 bytes a ms. */
function persistent(discipline: (packets: PacketStore) => QueueDiscipline, everyNs: number, adapt: boolean) {
  const one = new OnePort({ rateBps: 12e6, propagationNs: 0, discipline });
  let gapNs = everyNs;
  let drops = 0;
  const send = () => {
    one.send(1500);
    const { queueDrops } = one.port.counters;
    // a source that slows down at a drop and speeds up otherwise
    if (adapt) gapNs = queueDrops > drops ? Math.round(gapNs * 1.1) : Math.max(everyNs, Math.round(gapNs * 0.999));
    drops = queueDrops;
    one.sim.after(gapNs, send);
  };
  one.sim.after(0, send);
  one.sim.run({ untilNs: 5e9 });
  const from = one.port.queue.read(one.sim.now);
  one.sim.run({ untilNs: 35e9 });
  return { window: between(from, one.port.queue.read(one.sim.now)), counters: one.port.counters };
}

describe('laws', () => {
  it('CoDel keeps the wait of a responsive source within three targets, and the line busy', () => {
    const { window, counters } = persistent((p) => new CoDel(p), 800_000, true);
    expect(window.mean).toBeGreaterThan(1); // packets = ms
    expect(window.mean).toBeLessThan(15);
    expect(counters.packetsServed / 35_000).toBeGreaterThan(0.85);
  });

  it('PIE holds an unresponsive source of 25 % too much at the target delay, dropping what is too much', () => {
    const { window, counters } = persistent((p) => new Pie(p, {}, stream('pie')), 800_000, false);
    expect(window.mean).toBeGreaterThan(10);
    expect(window.mean).toBeLessThan(20);
    expect(counters.dropped('early') / counters.packetsIn).toBeCloseTo(0.2, 2);
    expect(counters.dropped('tail')).toBe(0);
  });

  it('RED drops without a full queue', () => {
    const { window, counters } = persistent((p) => new Red(p, { limitPackets: 200, minPackets: 20, maxPackets: 60 }, stream('red')), 950_000, false);
    expect(counters.dropped('early') / counters.packetsIn).toBeCloseTo(0.05, 2);
    expect(counters.dropped('tail')).toBe(0);
    expect(window.mean).toBeGreaterThan(20);
    expect(window.mean).toBeLessThan(60);
  });

  it('FQ-CoDel isolates a sparse flow from two floods, and shares the rest', () => {
    const one = new OnePort({ rateBps: 12e6, propagationNs: 0, discipline: (p) => new FqCoDel(p, { limitPackets: 1000 }, stream('hash')) });
    const every = (flow: number, bytes: number, gapNs: number) => {
      const send = () => {
        one.send(bytes, flow);
        one.sim.after(gapNs, send);
      };
      one.sim.after(0, send);
    };
    const sentAt: number[] = [];
    const waits: number[] = [];
    every(1, 1500, 700_000);
    every(2, 1500, 900_000);
    const sparse = () => {
      sentAt.push(one.sim.now);
      one.send(200, 3);
      one.sim.after(20_000_000, sparse);
    };
    one.sim.after(1, sparse);
    one.sim.run({ untilNs: 20e9 });
    const got = [0, 0, 0, 0];
    for (const { flow, atNs } of one.arrivals) {
      if (flow === 3) waits.push(atNs - sentAt[got[3]!]!);
      got[flow]!++;
    }
    expect(got[3]).toBe(sentAt.length);
    // the first finds the floods new as well; later ones wait for the packet on the line (1 ms) and send their own bits
    expect(Math.max(...waits.slice(1))).toBeLessThanOrEqual(1_000_000 + 133_334);
    expect(Math.abs(got[1]! - got[2]!) / got[1]!).toBeLessThan(0.02);
  });
});

import { describe, expect, it } from 'vitest';
import { Streams } from '../../../random.ts';
import { CORRUPT } from '../../packets.ts';
import { DropTail } from '../../link/drop-tail.ts';
import { OnePort } from '../../link/tests/harness.ts';
import type { DelayLaw } from '../delay-law.ts';
import { FaultPipeline } from '../pipeline.ts';
import { type FaultPlan, outagesOf, stationaryLoss } from '../plan.ts';
import { rateAt, throttle } from '../throttle.ts';

const pipeline = (plan: Partial<FaultPlan>, seed = 'faults', link = 'network/link-0') => new FaultPipeline(new Streams(seed), link, { fifo: false, ...plan });

/** Verdicts on n packets, one a us. */
function verdicts(plan: Partial<FaultPlan>, n: number, seed?: string, link?: string) {
  const faults = pipeline(plan, seed, link);
  return Array.from({ length: n }, (_, i) => {
    const copies = faults.judge(i * 1000);
    return { copies, reason: copies === 0 ? faults.reason : '', extraNs: Array.from(faults.extraNs.slice(0, Math.max(1, copies))), corrupt: Array.from(faults.corrupt.slice(0, Math.max(1, copies))) };
  });
}

const STAGES: Partial<FaultPlan>[] = [
  { outages: [{ fromNs: 100_000, toNs: 200_000, reason: 'down', mode: 'drop' }] },
  { loss: 0.1 },
  { bursts: { toBad: 0.05, toGood: 0.3, lossGood: 0, lossBad: 1 } },
  { duplicate: 0.2 },
  { corrupt: 0.15 },
  { delay: { law: 'uniform', lowNs: 0, highNs: 1e6 } },
  { spikes: { perSecond: 1000, durationNs: 300_000, addedNs: 7e6 } },
];

describe('streams of the stages', () => {
  it('switching stages on never changes what another stage says of the n-th packet', () => {
    const n = 2000;
    const everything = Object.assign({}, ...STAGES) as Partial<FaultPlan>;
    const all = verdicts(everything, n);
    for (const stage of STAGES) {
      const alone = verdicts(stage, n);
      const [key] = Object.keys(stage);
      for (let i = 0; i < n; i++) {
        const [one, both] = [alone[i]!, all[i]!];
        if (one.copies === 0) expect(both.copies).toBe(0);
        if (both.copies === 0) continue;
        if (key === 'duplicate') expect(both.copies).toBe(one.copies);
        if (key === 'corrupt') expect(both.corrupt[0]).toBe(one.corrupt[0]);
        if (key === 'delay') expect(both.extraNs[0]! % 7e6).toBe(one.extraNs[0]);
        if (key === 'spikes') expect(both.extraNs[0]! >= 7e6).toBe(one.extraNs[0] === 7e6);
      }
    }
    // what is lost in all is what some stage alone loses
    const losers = STAGES.slice(0, 3).map((stage) => verdicts(stage, n));
    expect(all.map(({ copies }) => copies === 0)).toEqual(all.map((_, i) => losers.some((loser) => loser[i]!.copies === 0)));
    expect(all.filter(({ copies }) => copies === 0).length).toBeGreaterThan(300);
  });

  it('links and seeds draw apart, and a probability of 0 is no stage', () => {
    const lost = (seed: string, link: string) => verdicts({ loss: 0.5 }, 200, seed, link).map(({ copies }) => copies).join('');
    expect(lost('a', 'link-1')).toBe(lost('a', 'link-1'));
    expect(lost('a', 'link-1')).not.toBe(lost('a', 'link-2'));
    expect(lost('a', 'link-1')).not.toBe(lost('b', 'link-1'));
    expect(verdicts({ loss: 0, duplicate: 0, corrupt: 0, bursts: { toBad: 0, toGood: 1, lossGood: 0, lossBad: 1 } }, 500)).toEqual(verdicts({}, 500));
  });
});

describe('laws of the stages', () => {
  it('bursts: stationary loss and mean burst length, within four standard errors', () => {
    const chain = { toBad: 0.01, toGood: 0.2, lossGood: 0, lossBad: 1 };
    const n = 400_000;
    const faults = pipeline({ bursts: chain });
    let lost = 0;
    let bursts = 0;
    let before = 1;
    for (let i = 0; i < n; i++) {
      const copies = faults.judge(0);
      lost += 1 - copies;
      if (copies === 0 && before === 1) bursts++;
      before = copies;
    }
    const share = stationaryLoss(chain);
    expect(share).toBeCloseTo(1 / 21, 12);
    const correlation = 1 - chain.toBad - chain.toGood;
    const error = Math.sqrt((share * (1 - share) * (1 + correlation)) / (1 - correlation) / n);
    expect(Math.abs(lost / n - share)).toBeLessThan(4 * error);
    // lengths are geometric: deviation sqrt(1 - toGood) / toGood
    expect(Math.abs(lost / bursts - 5)).toBeLessThan((4 * Math.sqrt(0.8)) / 0.2 / Math.sqrt(bursts));
  });

  it('loss in both states of the chain', () => {
    const chain = { toBad: 0.1, toGood: 0.3, lossGood: 0.02, lossBad: 0.5 };
    const n = 200_000;
    const lost = verdicts({ bursts: chain }, n).filter(({ copies }) => copies === 0).length;
    expect(stationaryLoss(chain)).toBeCloseTo(0.14, 12);
    expect(Math.abs(lost / n - 0.14)).toBeLessThan(4 * Math.sqrt((0.14 * 0.86 * 4) / n));
  });

  const laws: [DelayLaw, number, number][] = [
    [{ law: 'constant', ns: 5 }, 5, 0],
    [{ law: 'uniform', lowNs: 1e6, highNs: 3e6 }, 2e6, 1e6 / Math.sqrt(3)],
    [{ law: 'normal', meanNs: 1e7, deviationNs: 1e6, lowNs: 0, highNs: 2e7 }, 1e7, 1e6],
    [{ law: 'lognormal', medianNs: 1e6, logDeviation: 0.5, maxNs: 1e12 }, 1e6 * Math.exp(0.125), 1e6 * Math.exp(0.125) * Math.sqrt(Math.exp(0.25) - 1)],
    [{ law: 'pareto', minNs: 1e6, alpha: 4, maxNs: 1e15 }, (4 / 3) * 1e6, 1e6 * Math.sqrt(4 / 18)],
    [{ law: 'trace', ns: [1, 2, 6] }, 3, Math.sqrt(14 / 3)],
  ];
  it.each(laws)('delay %o: mean', (delay, mean, deviation) => {
    const n = 30_000;
    const found = verdicts({ delay }, n).reduce((sum, { extraNs }) => sum + extraNs[0]!, 0) / n;
    expect(Math.abs(found - mean)).toBeLessThanOrEqual((4 * deviation) / Math.sqrt(n) + 1e-9);
  });

  it('delays are clipped to their range', () => {
    const clipped = verdicts({ delay: { law: 'normal', meanNs: 100, deviationNs: 500, lowNs: 50, highNs: 120 } }, 500).map(({ extraNs }) => extraNs[0]!);
    expect([Math.min(...clipped), Math.max(...clipped)]).toEqual([50, 120]);
    expect(Math.max(...verdicts({ delay: { law: 'pareto', minNs: 10, alpha: 0.5, maxNs: 1000 } }, 500).map(({ extraNs }) => extraNs[0]!))).toBe(1000);
  });

  it('spikes cover the share of time that a Poisson process with fixed durations covers', () => {
    const faults = pipeline({ spikes: { perSecond: 2, durationNs: 100e6, addedNs: 1 } });
    const n = 200_000; // ms: 200 s, 400 spikes
    let inside = 0;
    for (let i = 0; i < n; i++) inside += faults.judge(i * 1e6) === 1 && faults.extraNs[0] === 1 ? 1 : 0;
    expect(Math.abs(inside / n - (1 - Math.exp(-0.2)))).toBeLessThan(0.04);
  });

  it('a spike lasts from its own start, whoever is there to meet it', () => {
    // a packet a ms meets the spikes as they are; of one a second, those between two packets are over when the next one leaves
    const spikes = { perSecond: 1, durationNs: 100e6, addedNs: 1 };
    const [dense, sparse] = [pipeline({ spikes }), pipeline({ spikes })];
    const met = (faults: FaultPipeline, nowNs: number): number => (faults.judge(nowNs) === 1 ? faults.extraNs[0]! : -1);
    const n = 2000;
    let inside = 0;
    for (let second = 0; second < n; second++) {
      let there = 0;
      for (let ms = 0; ms < 1000; ms += 10) {
        const found = met(dense, second * 1e9 + ms * 1e6);
        if (ms === 0) there = found;
      }
      expect(met(sparse, second * 1e9)).toBe(there);
      inside += there;
    }
    const share = 1 - Math.exp(-0.1);
    expect(Math.abs(inside / n - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / n));
  });

  it('a copy does not overtake with the packet it was made of', () => {
    const both = verdicts({ delay: { law: 'constant', ns: 1e7 }, duplicate: 1, reorder: { probability: 1, gap: 2 } }, 4);
    expect(both.map(({ extraNs }) => extraNs)).toEqual([[1e7, 1e7], [0, 1e7], [1e7, 1e7], [0, 1e7]]);
  });

  it('reordering skips the delay at least `gap` packets apart', () => {
    const early = (probability: number, gap: number) => verdicts({ delay: { law: 'constant', ns: 1e7 }, reorder: { probability, gap } }, 12).map(({ extraNs }) => (extraNs[0] === 0 ? 1 : 0)).join('');
    expect(early(1, 1)).toBe('111111111111');
    expect(early(1, 4)).toBe('000100010001');
    expect(early(0, 1)).toBe('000000000000');
  });

  it('outages drop or hold, and end at their instant', () => {
    const plan: Partial<FaultPlan> = {
      outages: [
        { fromNs: 1000, toNs: 2000, reason: 'down', mode: 'drop' },
        { fromNs: 3000, toNs: 5000, reason: 'partition', mode: 'hold' },
        { fromNs: 6000, toNs: 7000, reason: 'partition', mode: 'drop' },
      ],
    };
    expect(verdicts(plan, 8).map(({ copies, reason, extraNs }) => (copies === 0 ? reason : extraNs[0]))).toEqual([0, 'down', 0, 2000, 1000, 0, 'partition', 0]);
    const cut = pipeline({});
    cut.isCut = true;
    expect([cut.judge(0), cut.reason]).toEqual([0, 'down']);
    cut.isCut = false;
    expect(cut.judge(0)).toBe(1);
  });

  it('a partition parts the nodes of different groups only', () => {
    const part = [{ fromNs: 5, toNs: 9, groups: [[0, 1], [2, 3]], mode: 'drop' as const }];
    expect(outagesOf(part, 0, 2)).toHaveLength(1);
    expect(outagesOf(part, 3, 1)).toHaveLength(1);
    expect(outagesOf(part, 0, 1)).toEqual([]);
    expect(outagesOf(part, 0, 7)).toEqual([]);
  });
});

describe('behind a port', () => {
  const line = { rateBps: 8e9, propagationNs: 1000, discipline: (packets: ConstructorParameters<typeof DropTail>[0]) => new DropTail(packets, {}) };

  it.each([true, false])('order is kept where promised and broken by varying delay where not (fifo %s)', (fifo) => {
    const one = new OnePort({ ...line, medium: pipeline({ fifo, delay: { law: 'uniform', lowNs: 0, highNs: 1e6 }, loss: 0.1, duplicate: 0.1, corrupt: 0.1 }) });
    for (let i = 0; i < 2000; i++) one.send(100);
    one.sim.run();
    const sequences = one.arrivals.map(({ sequence }) => sequence);
    const isOrdered = sequences.every((sequence, i) => i === 0 || sequence >= sequences[i - 1]!);
    expect(isOrdered).toBe(fifo);
    const { counters } = one.port;
    expect(counters.packetsIn + counters.packetsCopied).toBe(counters.packetsOut + counters.packetsDropped);
    expect(one.arrivals.filter(({ flags }) => (flags & CORRUPT) !== 0).length).toBeGreaterThan(100);
    expect(one.packets.count).toBe(0);
  });

  it('throttles the port, for packets and messages alike', () => {
    const one = new OnePort({ ...line, propagationNs: 0 });
    const changes = [{ fromNs: 100, rateBps: 0 }, { fromNs: 1000, rateBps: 4e9 }];
    throttle(one.sim, one.port, changes);
    one.send(200); // 100 of 200 ns done, then 200 ns from 1000
    one.sim.run();
    expect(one.arrivals[0]!.atNs).toBe(1200);
    expect([0, 99, 100, 5000].map((nowNs) => rateAt(changes, nowNs, 8e9))).toEqual([8e9, 8e9, 0, 4e9]);
  });
});

describe('plans that cannot be followed', () => {
  it.each<[Partial<FaultPlan>, string]>([
    [{ loss: 1.1 }, 'network/link-0: loss 1.1 given; must be a probability, 0 .. 1'],
    [{ bursts: { toBad: 0, toGood: 0, lossGood: 0, lossBad: 1 } }, 'both 0'],
    [{ fifo: true, delay: { law: 'constant', ns: 1 }, reorder: { probability: 0.1, gap: 5 } }, 'keeps order'],
    [{ reorder: { probability: 0.1, gap: 5 } }, 'without delay'],
    [{ outages: [{ fromNs: 5, toNs: 9, reason: 'down', mode: 'drop' }, { fromNs: 8, toNs: 10, reason: 'down', mode: 'drop' }] }, 'in order of time'],
  ])('%o', (plan, message) => {
    expect(() => pipeline(plan)).toThrow(message);
  });
});

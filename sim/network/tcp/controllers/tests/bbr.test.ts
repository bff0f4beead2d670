import { describe, expect, it } from 'vitest';
import { Streams } from '../../../../random.ts';
import { Bbr } from '../bbr.ts';
import { AckAggregation } from '../bbr-aggregation.ts';
import { LongTermBandwidth } from '../bbr-long-term.ts';
import { MaxFilter } from '../bbr-max-filter.ts';
import { fakeTcp } from './fake-tcp.ts';
import { ModelPath } from './model-path.ts';

const MSS_BITS = 1448 * 8;
const HIGH_GAIN = 739 / 256;
const RTT_NS = 40e6;

/** A flow over a path with a buffer of so many bandwidth-delay products. */
function flowOver(rateBps: number, buffers = 2, seed = 'bbr', rttNs = RTT_NS): { tcp: ModelPath; flow: Bbr } {
  const flow = new Bbr(new Streams(seed).stream('test/bbr'));
  return { flow, tcp: new ModelPath(flow, rateBps, rttNs, Math.ceil((buffers * rateBps * rttNs) / (1e9 * MSS_BITS))) };
}

interface Span {
  readonly name: string;
  readonly fromNs: number;
  readonly round: number;
  toNs: number;
  leastInflight: number;
  mostQueued: number;
}

/** The phases that a flow went through by `untilNs`, each from one change to the next. */
function phases({ tcp, flow }: { tcp: ModelPath; flow: Bbr }, untilNs: number): Span[] {
  const spans: Span[] = [];
  tcp.watch = () => {
    const name = flow.mode === 'PROBE_BW' ? `PROBE_BW ${flow.phase}` : flow.mode;
    let span = spans[spans.length - 1];
    if (span?.name !== name) {
      span = { name, fromNs: tcp.nowNs, round: flow.rounds, toNs: 0, leastInflight: Infinity, mostQueued: 0 };
      spans.push(span);
    }
    span.toNs = tcp.nowNs;
    span.leastInflight = Math.min(span.leastInflight, tcp.inflight);
    span.mostQueued = Math.max(span.mostQueued, tcp.queued);
  };
  tcp.run(untilNs);
  return spans;
}

describe('the maximum filter', () => {
  it('never says more than the window holds nor less than the newest sample, and forgets a lone maximum exactly after the window', () => {
    const random = new Streams('filter').stream('x');
    for (let round = 0; round < 20; round++) {
      const filter = new MaxFilter();
      filter.reset(0, 0);
      const values: number[] = [];
      for (let time = 0; time < 300; time++) {
        const value = random.below(1000);
        values.push(value);
        const best = filter.update(10, time, value);
        expect(best).toBeLessThanOrEqual(Math.max(...values.slice(Math.max(0, time - 10))));
        expect(best).toBeGreaterThanOrEqual(value);
      }
    }
    const filter = new MaxFilter();
    filter.reset(0, 100);
    for (let time = 1; time <= 10; time++) expect(filter.update(10, time, 5)).toBe(100);
    expect(filter.update(10, 11, 5)).toBe(5);
  });

  it('has a successor from the second half of the window when the maximum grows too old', () => {
    const filter = new MaxFilter();
    filter.reset(0, 100);
    // falling from 50 by one a round: what survives is a sample of round 3 to 6, never the newest
    for (let time = 1; time <= 11; time++) filter.update(10, time, 50 - time);
    expect(filter.best).toBe(47);
  });
});

describe('the timeline of one flow', () => {
  const rateBps = 100e6;
  const system = flowOver(rateBps, 3);
  const { tcp, flow } = system;
  const spans = phases(system, 32e9);
  const named = (name: string): Span[] => spans.filter((span) => span.name === name);

  it('doubles each round in STARTUP and leaves it three rounds after the pipe is full', () => {
    expect(spans[0]!.name).toBe('STARTUP');
    // log2(BDP / initial window) rounds to fill it, the first sample, three without growth
    const rounds = spans[1]!.round;
    expect(rounds).toBeGreaterThanOrEqual(Math.ceil(Math.log2(tcp.bdp / 10)) + 2);
    expect(rounds).toBeLessThanOrEqual(Math.ceil(Math.log2(tcp.bdp / 10)) + 4);
    // the window of 2.89 BDP bounds the queue
    expect(spans[0]!.mostQueued).toBeGreaterThan(1.4 * tcp.bdp);
    expect(spans[0]!.mostQueued).toBeLessThan(2.1 * tcp.bdp);
  });

  it('drains the queue of STARTUP in one to two and a half rounds', () => {
    const drain = spans[1]!;
    expect(drain.name).toBe('DRAIN');
    const tookNs = spans[2]!.fromNs - drain.fromNs;
    // 1.89 BDP too much, leaving at 1 - 0.34 of the rate, less what is on its way already
    expect(tookNs).toBeGreaterThan(RTT_NS);
    expect(tookNs).toBeLessThan(3.2 * RTT_NS);
    expect(spans[2]!.name).toMatch(/PROBE_BW [^1]/);
  });

  it('cycles through eight phases of about one round-trip time', () => {
    const steady = spans.filter((span) => span.fromNs > 2e9 && span.toNs < 9e9);
    steady.forEach((span, i) => {
      expect(span.name).toBe(`PROBE_BW ${(Number(steady[0]!.name.slice(-1)) + i) % 8}`);
      const tookNs = i + 1 < steady.length ? steady[i + 1]!.fromNs - span.fromNs : RTT_NS;
      expect(tookNs).toBeLessThan(1.6 * RTT_NS);
      if (!span.name.endsWith('1')) expect(tookNs).toBeGreaterThan(RTT_NS * 0.99);
    });
    expect(steady.length).toBeGreaterThan(140);
  });

  it('queues a quarter of a BDP and three bursts at most, in the probing phase and what follows it', () => {
    const steady = spans.filter((span) => span.fromNs > 2e9 && span.toNs < 9e9);
    // the least round-trip time that the flow knows has a burst in it
    const bdp = flow.minRttNs * (rateBps / (1e9 * MSS_BITS));
    for (const span of steady) expect(span.mostQueued).toBeLessThan(/[01]$/.test(span.name) ? 1.25 * bdp - tcp.bdp + 3 * 10 + 2 : 0.1 * tcp.bdp);
    const pulses = steady.filter((span) => span.name.endsWith(' 1'));
    for (const pulse of pulses) expect(pulse.mostQueued).toBeGreaterThan(0.15 * tcp.bdp);
  });

  it('probes the round-trip time every 10 s: four in flight, 200 ms and a round', () => {
    const probes = named('PROBE_RTT');
    expect(probes.length).toBe(3);
    probes.forEach((probe, i) => {
      if (i > 0) expect(probe.fromNs - probes[i - 1]!.toNs).toBeLessThan(10e9 + 2 * RTT_NS);
      if (i > 0) expect(probe.fromNs - probes[i - 1]!.toNs).toBeGreaterThan(10e9);
      expect(probe.leastInflight).toBeLessThanOrEqual(4);
      const next = spans[spans.indexOf(probe) + 1]!;
      expect(next.fromNs - probe.fromNs).toBeGreaterThan(200e6);
      expect(next.fromNs - probe.fromNs).toBeLessThan(200e6 + 4 * RTT_NS);
      expect(next.name).toMatch(/PROBE_BW/);
      expect(next.mostQueued).toBeGreaterThanOrEqual(0);
    });
  });

  it('stays in PROBE_RTT for a packet-timed round where that is longer than 200 ms', () => {
    // a segment takes 116 ms: the four in flight are acknowledged over 464 ms, and the round is over when the first one sent after them is
    const slow = flowOver(100e3, 20);
    let few = -1;
    let fewNs = 0;
    slow.tcp.watch = () => {
      if (few >= 0 || slow.flow.mode !== 'PROBE_RTT' || slow.tcp.inflight > 4) return;
      few = slow.tcp.nextSegment;
      fewNs = slow.tcp.nowNs;
    };
    expect(slow.tcp.runUntil(() => slow.flow.mode === 'PROBE_RTT', 20e9)).toBe(true);
    expect(slow.tcp.runUntil(() => slow.flow.mode !== 'PROBE_RTT', 30e9)).toBe(true);
    expect(slow.tcp.nowNs - fewNs).toBeGreaterThan(200e6);
    // everything below `firstUnacked` is acknowledged
    expect(slow.tcp.firstUnacked).toBe(few + 1);
  });

  it('delivers 96 % of the line over the three probes', () => {
    expect((tcp.delivered * MSS_BITS) / 32 / rateBps).toBeGreaterThan(0.96);
    expect(tcp.lost).toBe(0);
    expect(flow.minRttNs).toBeLessThan(RTT_NS * 1.02);
  });
});

describe('window and pace', () => {
  it('starts with the high gain times the initial window a round-trip time, and never paces slower before the pipe is full', () => {
    const { tcp } = flowOver(100e6);
    expect(tcp.pacingBps).toBeCloseTo(HIGH_GAIN * 0.99 * 10 * MSS_BITS * (1e9 / RTT_NS), 0);
    let last = 0;
    tcp.watch = () => {
      expect(tcp.pacingBps).toBeGreaterThanOrEqual(last);
      last = tcp.pacingBps;
    };
    tcp.appBps = 1e6;
    tcp.run(2e9);
    expect(last).toBeGreaterThan(0);
  });

  it('keeps twice the BDP, room for three bursts, an even number, two more while probing', () => {
    const system = flowOver(10e6);
    const { tcp, flow } = system;
    tcp.run(3e9);
    // 34.5 segments and a bit for serialization: 2 x 35.6 -> 72, + 3 x 2, aggregation of the bursts
    const base = Math.ceil(2 * ((flow.rate * flow.minRttNs) - 1e-9));
    tcp.watch = () => {
      if (flow.mode !== 'PROBE_BW') return;
      const quantized = base + 6 + ((base + 6) % 2) + (flow.phase === 0 ? 2 : 0);
      expect(tcp.cwnd).toBeGreaterThanOrEqual(quantized - 2);
      expect(tcp.cwnd).toBeLessThanOrEqual(quantized + 4);
    };
    tcp.run(8e9);
  });

  it('paces at 0.99 of gain times bandwidth', () => {
    const system = flowOver(100e6);
    const { tcp, flow } = system;
    const seen = new Set<number>();
    tcp.watch = () => {
      if (flow.mode === 'PROBE_BW' && tcp.nowNs > 2e9) seen.add(Math.round((100 * tcp.pacingBps) / (flow.rate * 1e9 * MSS_BITS)));
    };
    tcp.run(5e9);
    expect([...seen].sort((a, b) => a - b)).toEqual([74, 99, 124]);
  });

  it('sends two segments a burst from 1.2 Mbit/s on, one below', () => {
    for (const [rateBps, burst] of [[0.8e6, 1], [2e6, 2], [100e6, 8]] as const) {
      const { tcp } = flowOver(rateBps);
      tcp.run(3e9);
      expect(tcp.sendQuantum).toBeGreaterThanOrEqual(burst === 8 ? 6 : burst);
      expect(tcp.sendQuantum).toBeLessThanOrEqual(burst === 8 ? 10 : burst);
    }
  });
});

describe('recovery', () => {
  it('conserves packets for the first round, and has its window back afterwards', () => {
    const { tcp, flow } = flowOver(50e6);
    tcp.run(3e9);
    const before = tcp.cwnd;
    const from = tcp.nextSegment;
    tcp.drops = (n) => n >= from && n < from + 30;
    const windows: number[] = [];
    let ended = false;
    tcp.watch = () => {
      if (tcp.state === 'recovery') windows.push(tcp.cwnd);
      else if (windows.length > 0) ended = true;
    };
    tcp.runUntil(() => ended, 4e9);
    // the losses have left the flight; what is delivered is what may be sent
    expect(windows[0]).toBeLessThan(before / 1.3);
    expect(tcp.cwnd).toBeGreaterThanOrEqual(before * 0.95);
    expect(flow.mode).toBe('PROBE_BW');
  });

  it('comes back after a timeout through the window it remembers', () => {
    const { tcp, flow } = flowOver(10e6);
    tcp.run(3e9);
    const before = tcp.cwnd;
    const from = tcp.nextSegment;
    tcp.drops = (n) => n >= from && n < from + before * 2;
    expect(tcp.runUntil(() => tcp.state === 'loss', 6e9)).toBe(true);
    expect(tcp.cwnd).toBe(1);
    tcp.drops = () => false;
    expect(tcp.runUntil(() => tcp.state === 'open', 8e9)).toBe(true);
    expect(tcp.cwnd).toBeGreaterThanOrEqual(before * 0.9);
    expect(flow.rate * 1e9 * MSS_BITS).toBeGreaterThan(9.9e6);
  });
});

describe('what the application limits', () => {
  it('leaves the bandwidth where it was', () => {
    const { tcp, flow } = flowOver(20e6);
    tcp.run(3e9);
    const rate = flow.rate;
    tcp.appBps = 2e6;
    tcp.run(9e9);
    expect(flow.rate).toBeCloseTo(rate, 8);
  });

  it('comes back from idleness at exactly the estimated rate, and needs no PROBE_RTT', () => {
    const { tcp, flow } = flowOver(20e6);
    tcp.run(3e9);
    tcp.appBps = 0;
    tcp.run(15e9);
    tcp.appBps = Infinity;
    let first = 0;
    tcp.watch = () => {
      first ||= tcp.nowNs;
      if (tcp.nowNs < first + 1e9) expect(flow.mode).toBe('PROBE_BW');
    };
    flow.onRestart(tcp);
    expect(tcp.pacingBps).toBeCloseTo(0.99 * flow.rate * 8e9 * 1448, 0);
    tcp.run(17e9);
    expect(first).toBeGreaterThan(0);
  });
});

describe('a policed path', () => {
  /** A token bucket of `burst` segments: drops what exceeds the rate. */
  function police(tcp: ModelPath, rateBps: number, burst: number): void {
    let tokens = burst;
    let atNs = 0;
    tcp.drops = () => {
      tokens = Math.min(burst, tokens + ((tcp.nowNs - atNs) * rateBps) / (1e9 * MSS_BITS));
      atNs = tcp.nowNs;
      if (tokens < 1) return true;
      tokens--;
      return false;
    };
  }

  it('is noticed: the long-term rate is the rate of the tokens, and losses end', () => {
    const { tcp, flow } = flowOver(100e6);
    police(tcp, 10e6, 50);
    expect(tcp.runUntil(() => flow.describe()['policed'] === 1, 10e9)).toBe(true);
    expect(flow.rate * 1e9 * MSS_BITS).toBeGreaterThan(8e6);
    expect(flow.rate * 1e9 * MSS_BITS).toBeLessThan(12e6);
    tcp.run(tcp.nowNs + 2 * RTT_NS);
    const { lost, delivered } = tcp;
    const round = flow.rounds;
    tcp.runUntil(() => flow.rounds >= round + 30, tcp.nowNs + 5e9);
    expect(flow.describe()['policed']).toBe(1);
    expect((tcp.lost - lost) / (tcp.delivered - delivered)).toBeLessThan(0.05);
  });

  it('is tried again after 48 rounds', () => {
    const { tcp, flow } = flowOver(100e6);
    police(tcp, 10e6, 50);
    tcp.runUntil(() => flow.describe()['policed'] === 1, 10e9);
    tcp.runUntil(() => flow.mode === 'PROBE_BW', 20e9);
    const from = flow.rounds;
    expect(tcp.runUntil(() => flow.describe()['policed'] === 0, 30e9)).toBe(true);
    expect(flow.rounds - from).toBeGreaterThanOrEqual(44);
    expect(flow.rounds - from).toBeLessThanOrEqual(50);
  });

  it('needs a fifth lost in both of two intervals that agree', () => {
    const run = (lostEach: number, rates: readonly number[]): boolean => {
      const tcp = fakeTcp();
      const sampler = new LongTermBandwidth();
      const state = tcp as { delivered: number; lost: number };
      sampler.reset(tcp);
      sampler.update(tcp, 1, false, true, true);
      for (const rate of rates) {
        for (let round = 0; round < 4; round++) {
          tcp.nowNs += 100e6;
          state.delivered += rate;
          state.lost += Math.floor(rate * lostEach);
          sampler.update(tcp, 1, false, true, true);
        }
      }
      return sampler.inUse;
    };
    expect(run(0.25, [1000, 1050])).toBe(true);
    expect(run(0.25, [1000, 1300])).toBe(false);
    expect(run(0.15, [1000, 1000])).toBe(false);
  });
});

describe('aggregation', () => {
  it('is what came beyond the expected, of the last five to ten rounds, at most 100 ms of bandwidth', () => {
    const rate = 1e-6;
    const aggregation = new AckAggregation();
    aggregation.start(0);
    // 20 at once every 20 ms, as many as the rate brings: 20 of them are early
    for (let clump = 1; clump <= 10; clump++) aggregation.update(clump * 20e6, 20, rate, clump % 2 === 0, 1000);
    expect(aggregation.allowance(rate)).toBe(20);
    expect(aggregation.allowance(rate / 10)).toBe(10);
    // smooth from here: forgotten after ten rounds at the latest
    for (let i = 1; i <= 1200; i++) aggregation.update(200e6 + i * 1.25e6, 1, rate, i % 100 === 0, 1000);
    expect(aggregation.allowance(rate)).toBeLessThanOrEqual(2);
  });

  it('keeps a path with clumped acknowledgements busy', () => {
    const { tcp } = flowOver(20e6);
    tcp.clumpNs = 30e6;
    tcp.run(8e9);
    expect((tcp.delivered * MSS_BITS) / 8 / 20e6).toBeGreaterThan(0.93);
  });
});

it('finds a faster line within three cycles and forgets a faster past after ten rounds', () => {
  const { tcp, flow } = flowOver(10e6, 8);
  tcp.run(3e9);
  tcp.setRate(20e6);
  expect(tcp.runUntil(() => flow.rate * 1e9 * MSS_BITS > 19.5e6, 6e9)).toBe(true);
  // 1.25^3 is 1.95: three cycles of eight phases, up to one more until the first probe
  expect(tcp.nowNs - 3e9).toBeLessThan(5 * 8 * RTT_NS * 1.1);
  tcp.run(6e9);
  const round = flow.rounds;
  tcp.setRate(10e6);
  expect(tcp.runUntil(() => flow.rate * 1e9 * MSS_BITS < 10.5e6, 9e9)).toBe(true);
  expect(flow.rounds - round).toBeGreaterThanOrEqual(10);
  expect(flow.rounds - round).toBeLessThanOrEqual(14);
});

it('starts each cycle in any phase but the draining one', () => {
  const starts = new Set<number>();
  for (let seed = 0; seed < 60; seed++) {
    const { tcp, flow } = flowOver(20e6, 2, `seed ${seed}`);
    tcp.runUntil(() => flow.mode === 'PROBE_BW', 2e9);
    starts.add(flow.phase);
  }
  expect([...starts].sort((a, b) => a - b)).toEqual([0, 2, 3, 4, 5, 6, 7]);
});

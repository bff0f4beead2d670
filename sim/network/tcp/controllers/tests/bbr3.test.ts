/** The test cases of draft-ietf-ccwg-bbr, appendix "BBR Example Test Cases", each under the draft's title, over a model path. */
import { describe, expect, it } from 'vitest';
import { Streams } from '../../../../random.ts';
import { Bbr3 } from '../bbr3.ts';
import { ModelPath } from './model-path.ts';

const MSS_BITS = 1448 * 8;

interface System {
  readonly tcp: ModelPath;
  readonly flow: Bbr3;
}

function flowOver(rateBps: number, rttNs = 40e6, buffers = 3): System {
  const flow = new Bbr3(new Streams('bbr3').stream('test/bbr3'));
  return { flow, tcp: new ModelPath(flow, rateBps, rttNs, Math.ceil((buffers * rateBps * rttNs) / (1e9 * MSS_BITS))) };
}

/** Runs until the flow enters the state, to the acknowledgement; a state it is in already does not count. */
function until({ tcp, flow }: System, state: string, seconds = 30): void {
  let before = flow.state;
  const entered = (): boolean => {
    const isNew = flow.state === state && before !== state;
    before = flow.state;
    return isNew;
  };
  expect(tcp.runUntil(entered, tcp.nowNs + seconds * 1e9), `reaches ${state}`).toBe(true);
}

const mbps = (segmentsPerNs: number): number => segmentsPerNs * 1e3 * MSS_BITS;
/** Segments that fill the pipe. */
const fullPipe = ({ flow, tcp }: System): number => flow.model.bdp(tcp, 1);

/** States in order of appearance while the path runs for so long. */
function statesOver({ tcp, flow }: System, seconds: number): string[] {
  const seen: string[] = [flow.state];
  tcp.watch = () => {
    if (seen[seen.length - 1] !== flow.state) seen.push(flow.state);
  };
  tcp.run(tcp.nowNs + seconds * 1e9);
  tcp.watch = () => {};
  return seen;
}

describe('STARTUP', () => {
  it('Exiting STARTUP on Bandwidth Plateau', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    const counts: number[] = [];
    tcp.watch = () => {
      if (tcp.nowNs < 5e9 && counts[counts.length - 1] !== flow.model.fullRounds) counts.push(flow.model.fullRounds);
    };
    until(system, 'DRAIN');
    expect(Math.abs(mbps(flow.model.maxRate) / 50 - 1)).toBeLessThan(0.02);
    expect(counts).toEqual([0, 1, 2, 3]);
    expect(flow.model.fullNow && flow.model.isFull).toBe(true);
    // fills 173 segments from 10 in five doublings, three rounds without growth
    expect(flow.model.rounds).toBeLessThanOrEqual(10);
    expect(tcp.lost).toBe(0);
  });

  it('Exiting STARTUP on Loss When Application-Limited', () => {
    const system = flowOver(100e6);
    const { tcp, flow } = system;
    tcp.appBps = 20e6;
    tcp.run(2e9);
    expect(flow.state).toBe('STARTUP');
    tcp.drops = (n) => n % 9 === 0;
    // the flight is a BDP of the application's rate: DRAIN is over at once
    expect(tcp.runUntil(() => flow.state !== 'STARTUP', tcp.nowNs + 0.2e9)).toBe(true);
    expect(flow.state).toBe('PROBE_CRUISE');
    expect(flow.model.fullNow && flow.model.isFull).toBe(true);
    // a BDP of the most that was seen, or what a round delivered: 69 segments less a ninth
    expect(flow.model.inflightLong).toBe(Math.max(fullPipe(system), flow.model.inflightLatest));
  });

  it('stays in STARTUP where the losses of a round are few in number', () => {
    const { tcp, flow } = flowOver(100e6);
    tcp.appBps = 20e6;
    tcp.run(2e9);
    // 3 % lost, but in two places a round: noise
    tcp.drops = (n) => n % 33 === 0;
    tcp.run(6e9);
    expect(tcp.lost).toBeGreaterThan(100);
    expect(flow.state).not.toBe('DRAIN');
    expect(flow.model.isFull).toBe(false);
  });
});

describe('DRAIN', () => {
  it('Exiting DRAIN Based on Inflight', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'DRAIN');
    expect(tcp.inflight).toBeGreaterThan(1.8 * fullPipe(system));
    tcp.run(tcp.nowNs + 10e6);
    expect(tcp.pacingBps / 50e6).toBeCloseTo(0.5 * 0.99, 2);
    expect(flow.state).toBe('DRAIN');
    const { rounds } = flow.model;
    let inflight = 0;
    tcp.watch = () => {
      if (flow.state === 'DRAIN') inflight = tcp.inflight;
    };
    tcp.runUntil(() => flow.state !== 'DRAIN', 5e9);
    expect(flow.state).toMatch(/PROBE_(DOWN|CRUISE)/);
    expect(inflight).toBeGreaterThan(fullPipe(system));
    expect(inflight).toBeLessThan(fullPipe(system) + 3);
    expect(flow.model.rounds - rounds).toBeLessThanOrEqual(3);
  });

  it('Exiting DRAIN Based on Time', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'DRAIN');
    // the draft cuts by 10 %; a queue of one BDP drains from that in three rounds all the same, so half of the rate goes here
    tcp.setRate(26e6);
    const { rounds } = flow.model;
    tcp.runUntil(() => flow.state !== 'DRAIN', 5e9);
    expect(flow.state).toBe('PROBE_DOWN');
    expect(flow.model.rounds - rounds).toBe(4);
    expect(tcp.inflight).toBeGreaterThan(fullPipe(system));
  });
});

describe('PROBE_UP', () => {
  it('Exiting PROBE_UP on Bandwidth Plateau', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_UP');
    const { rounds } = flow.model;
    tcp.run(tcp.nowNs + 10e6);
    expect(tcp.pacingBps / 50e6).toBeCloseTo(1.25 * 0.99, 2);
    let most = 0;
    tcp.watch = () => (most = Math.max(most, flow.model.fullRounds));
    until(system, 'PROBE_DOWN', 2);
    expect(most).toBe(3);
    expect(flow.model.rounds - rounds).toBe(3);
    expect(tcp.lost).toBe(0);
    expect(flow.probeTooHigh).toBe(false);
  });

  it('Exiting PROBE_UP on Loss When Application-Limited', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_UP');
    tcp.appBps = 20e6;
    tcp.run(tcp.nowNs + 1e9);
    expect(flow.state).toBe('PROBE_UP');
    const from = tcp.nextSegment;
    tcp.drops = (n) => n >= from && n % 10 === 0;
    expect(tcp.runUntil(() => flow.state !== 'PROBE_UP', tcp.nowNs + 0.3e9)).toBe(true);
    // the flight is below a BDP already
    expect(flow.state).toBe('PROBE_CRUISE');
    expect(flow.probeTooHigh).toBe(true);
    // what was limited by the application says nothing about what fits
    expect(flow.model.inflightLong).toBe(Infinity);
  });

  it('Never Exiting PROBE_UP (or STARTUP) When Application-Limited With No Loss', () => {
    const starting = flowOver(50e6);
    starting.tcp.appBps = 10e6;
    starting.tcp.run(4.5e9);
    expect(starting.flow.state).toBe('STARTUP');
    const probing = flowOver(50e6);
    until(probing, 'PROBE_UP');
    probing.tcp.appBps = 10e6;
    const seen = statesOver(probing, 20);
    expect(seen.filter((state) => state === 'PROBE_DOWN')).toEqual([]);
  });

  it('Handling Loss During PROBE_UP After inflight_longterm is Set', () => {
    const system = flowOver(50e6, 40e6, 0.5);
    const { tcp, flow } = system;
    until(system, 'PROBE_UP');
    until(system, 'PROBE_DOWN', 2);
    const first = flow.model.inflightLong;
    // line and buffer hold 1.5 BDP
    expect(first).toBeGreaterThan(1.4 * tcp.bdp);
    expect(first).toBeLessThan(1.6 * tcp.bdp);
    tcp.bufferPackets = 20;
    until(system, 'PROBE_UP', 10);
    const upNs = tcp.nowNs;
    until(system, 'PROBE_DOWN', 2);
    expect(tcp.nowNs - upNs).toBeLessThan(3 * 40e6);
    expect(flow.model.inflightLong).toBeLessThan(tcp.bdp + 30);
    expect(flow.model.inflightLong).toBeGreaterThanOrEqual(Math.floor(0.7 * tcp.bdp));
    expect(flow.probeTooHigh).toBe(true);
  });

  it('is cut short after a probe that lost too much, and persists after one that did not', () => {
    const system = flowOver(50e6, 40e6, 0.3);
    const { tcp, flow } = system;
    until(system, 'PROBE_UP');
    until(system, 'PROBE_DOWN', 2);
    tcp.run(tcp.nowNs + 0.1e9);
    expect(flow.probeTooHigh).toBe(true);
    // room where there was none: the next probe reaches the bound without loss, and the one after it starts at once
    tcp.bufferPackets *= 4;
    const bound = flow.model.inflightLong;
    let atEnd = 0;
    tcp.watch = () => {
      if (flow.state === 'PROBE_UP') atEnd = tcp.inflight;
    };
    until(system, 'PROBE_UP', 10);
    until(system, 'PROBE_DOWN', 2);
    expect(flow.probePrecautionary).toBe(true);
    expect(Math.abs(atEnd - bound)).toBeLessThan(10);
    expect(statesOver(system, 0.2).slice(0, 3)).toEqual(['PROBE_DOWN', 'PROBE_REFILL', 'PROBE_UP']);
  });
});

describe('PROBE_DOWN and PROBE_REFILL', () => {
  it('Exiting PROBE_DOWN on Inflight', () => {
    const system = flowOver(50e6, 40e6, 0.6);
    const { tcp, flow } = system;
    until(system, 'PROBE_UP');
    until(system, 'PROBE_DOWN', 2);
    tcp.run(tcp.nowNs + 5e6);
    expect(tcp.pacingBps / (flow.model.rate * 8e9 * 1448)).toBeCloseTo(0.9 * 0.99, 2);
    let last = 0;
    tcp.watch = () => {
      if (flow.state === 'PROBE_DOWN') last = tcp.inflight;
    };
    until(system, 'PROBE_CRUISE', 3);
    const target = Math.min(flow.model.inflightWithHeadroom, flow.model.bdp(tcp, 1, flow.model.maxRate));
    expect(last).toBeGreaterThan(target);
    expect(tcp.inflight).toBeLessThanOrEqual(target);
    // 15 % below the bound is left to others
    expect(tcp.cwnd).toBeLessThanOrEqual(Math.floor(0.85 * flow.model.inflightLong));
  });

  it('Exiting PROBE_DOWN After Max Time', () => {
    const system = flowOver(50e6, 100e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_UP');
    until(system, 'PROBE_DOWN', 2);
    const fromNs = tcp.nowNs;
    tcp.setRate(45e6);
    // PROBE_RTT in between would drain what the test wants to keep
    tcp.watch = () => flow.model.restartProbeRttInterval(tcp.nowNs);
    const seen = new Set<string>();
    tcp.runUntil(() => (seen.add(flow.state), flow.state !== 'PROBE_DOWN'), fromNs + 5e9);
    expect(flow.state).toBe('PROBE_REFILL');
    expect([...seen]).toEqual(['PROBE_DOWN', 'PROBE_REFILL']);
    expect(tcp.nowNs - fromNs).toBeGreaterThan(flow.waitNs - 2e6);
    expect(tcp.nowNs - fromNs).toBeLessThan(flow.waitNs + 10e6);
    expect(flow.waitNs).toBeGreaterThanOrEqual(2e9);
    expect(flow.waitNs).toBeLessThan(3e9);
  });

  it('probes after as many rounds as Reno would take, 63 at most', () => {
    for (const [rateBps, least, most] of [[50e6, 63, 63], [5e6, 9, 11]] as const) {
      const system = flowOver(rateBps, 20e6);
      const { flow } = system;
      until(system, 'PROBE_UP');
      until(system, 'PROBE_DOWN', 2);
      const from = flow.model.rounds - flow.model.roundsSinceProbeUp;
      until(system, 'PROBE_REFILL', 5);
      expect(flow.model.rounds - from).toBeGreaterThanOrEqual(least);
      expect(flow.model.rounds - from).toBeLessThanOrEqual(most);
    }
  });

  it('Handling Application-Limited Sending During PROBE_REFILL', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_REFILL');
    const { maxRate } = flow.model;
    tcp.appBps = 5e6;
    until(system, 'PROBE_UP', 1);
    tcp.run(tcp.nowNs + 0.5e9);
    expect(flow.model.maxRate).toBe(maxRate);
    expect(flow.state).toBe('PROBE_UP');
    tcp.appBps = Infinity;
    until(system, 'PROBE_DOWN', 2);
    expect(mbps(flow.model.maxRate)).toBeCloseTo(50, 0);
  });
});

describe('PROBE_RTT', () => {
  it('Entering and Exiting PROBE_RTT', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_CRUISE');
    const half = Math.ceil(fullPipe(system) / 2);
    until(system, 'PROBE_RTT', 6);
    expect(tcp.nowNs).toBeGreaterThan(5e9);
    expect(tcp.nowNs).toBeLessThan(5.05e9);
    const enteredNs = tcp.nowNs;
    let least = Infinity;
    let last = Infinity;
    tcp.watch = () => {
      if (flow.state !== 'PROBE_RTT') return;
      expect(tcp.cwnd).toBeLessThanOrEqual(half + 1);
      least = Math.min(least, tcp.inflight);
      last = tcp.nowNs;
    };
    until(system, 'PROBE_CRUISE', 1);
    // half a BDP, a round to get there, 200 ms and a round
    expect(least).toBeLessThanOrEqual(half + 1);
    expect(least).toBeGreaterThan(half - 10);
    expect(last - enteredNs).toBeGreaterThan(200e6);
    expect(last - enteredNs).toBeLessThan(200e6 + 3 * 40e6);
    expect(tcp.cwnd).toBeGreaterThan(1.9 * fullPipe(system));
    expect(mbps(flow.model.rate)).toBeCloseTo(50, 0);
  });

  it('Skipping PROBE_RTT Due to Application-Limited Sending', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_CRUISE');
    tcp.appBps = 0;
    tcp.run(13e9);
    expect(tcp.inflight).toBe(0);
    tcp.appBps = Infinity;
    let restarts = 0;
    const { onRestart } = flow;
    flow.onRestart = (path) => {
      onRestart.call(flow, path);
      expect(flow.idleRestart).toBe(true);
      expect(tcp.pacingBps / (flow.model.rate * 8e9 * 1448)).toBeCloseTo(0.99, 6);
      restarts++;
    };
    expect(statesOver(system, 2)).not.toContain('PROBE_RTT');
    expect(restarts).toBe(1);
    expect(flow.idleRestart).toBe(false);
  });

  it('Entering and Exiting PROBE_RTT During STARTUP', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    tcp.appBps = 5e6;
    until(system, 'PROBE_RTT', 6);
    expect(flow.model.isFull).toBe(false);
    until(system, 'STARTUP', 1);
    tcp.appBps = Infinity;
    until(system, 'DRAIN', 2);
    expect(Math.abs(mbps(flow.model.maxRate) / 50 - 1)).toBeLessThan(0.02);
  });
});

describe('paths that clump', () => {
  it('Achieving Expected STARTUP Bandwidth on a Link With Aggregation', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    tcp.clumpNs = 15e6;
    let most = 0;
    tcp.watch = () => {
      if (flow.state === 'STARTUP') most = Math.max(most, flow.model.extraAcked);
    };
    let atFull = 0;
    until(system, 'DRAIN', 3);
    atFull = mbps(flow.model.maxRate);
    // a clump holds 65 segments at full rate
    expect(most).toBeGreaterThan(40);
    expect(tcp.cwnd).toBeGreaterThan(2 * tcp.bdp);
    expect(atFull).toBeGreaterThan(0.95 * 50);
    expect(atFull).toBeLessThan(1.4 * 50);
  });

  it('Achieving Expected Cruise Bandwidth on a Link With Aggregation', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_CRUISE');
    tcp.clumpNs = 30e6;
    tcp.run(tcp.nowNs + 1e9);
    expect(flow.state).toBe('PROBE_CRUISE');
    expect(flow.model.extraAcked).toBeGreaterThan(100);
    expect(tcp.cwnd).toBe(2 * fullPipe(system) + flow.model.extraAcked);
    const { delivered } = tcp;
    const fromNs = tcp.nowNs;
    tcp.run(fromNs + 1e9);
    expect(((tcp.delivered - delivered) * MSS_BITS) / 50e6).toBeGreaterThan(0.95);
  });
});

describe('paths that change', () => {
  it('Correctly Managing Sub-Packet BDPs', () => {
    const { tcp, flow } = flowOver(100e3, 1e6, 0);
    tcp.bufferPackets = 20;
    tcp.run(40e9);
    expect(tcp.bdp).toBeLessThan(0.01);
    expect(flow.state).toMatch(/PROBE/);
    let least = Infinity;
    let most = 0;
    tcp.watch = () => {
      least = Math.min(least, tcp.cwnd);
      most = Math.max(most, tcp.cwnd);
      expect(tcp.pacingBps / (0.99 * 100e3)).toBeGreaterThan(0.85);
      expect(tcp.pacingBps / (0.99 * 100e3)).toBeLessThan(1.3);
    };
    const { delivered } = tcp;
    tcp.run(80e9);
    expect(least).toBe(4);
    // three bursts of two, or two BDPs of one and what is acknowledged at once
    expect(most).toBeLessThanOrEqual(12);
    expect(((tcp.delivered - delivered) * MSS_BITS) / 40 / 100e3).toBeGreaterThan(0.97);
  });

  it('Increasing Bandwidth 10x and Ensuring Full Bandwidth is Reached', () => {
    const system = flowOver(10e6, 40e6, 0.5);
    const { tcp, flow } = system;
    // a probe that overflows the buffer sets the long-term bound
    until(system, 'PROBE_UP');
    until(system, 'PROBE_DOWN', 3);
    expect(flow.model.inflightLong).toBeLessThan(2 * tcp.bdp);
    until(system, 'PROBE_CRUISE', 3);
    tcp.setRate(100e6);
    tcp.bufferPackets *= 30;
    const steps: number[] = [];
    let round = -1;
    let before = 0;
    let rounds = 0;
    tcp.watch = () => {
      if (flow.state !== 'PROBE_UP') {
        round = -1;
        return;
      }
      if (flow.model.rounds === round) return;
      if (round >= 0) {
        steps.push(flow.model.inflightLong - before);
        rounds++;
      }
      round = flow.model.rounds;
      before = flow.model.inflightLong;
    };
    expect(tcp.runUntil(() => mbps(flow.model.maxRate) > 95, tcp.nowNs + 15e9)).toBe(true);
    // by 1, 2, 4, 8, ... a round while the bound binds
    const doubling = steps.filter((step) => step > 0);
    expect(doubling.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(rounds).toBeLessThan(25);
  });

  it('Decreasing Bandwidth 10x and Ensuring Max Bandwidth Adapts Down', () => {
    const system = flowOver(100e6, 40e6, 1);
    const { tcp, flow } = system;
    until(system, 'PROBE_CRUISE');
    tcp.setRate(10e6);
    tcp.bufferPackets = 35;
    tcp.run(tcp.nowNs + 1e9);
    // 0.7 a round at most, to what is delivered
    expect(mbps(flow.model.rateShort)).toBeLessThan(15);
    expect(mbps(flow.model.maxRate)).toBeGreaterThan(95);
    // the cycle of the change has samples of both; a probe that PROBE_RTT cuts off is no cycle
    let cycles = 0;
    for (; mbps(flow.model.maxRate) > 12 && cycles < 6; cycles++) {
      until(system, 'PROBE_DOWN', 10);
      tcp.run(tcp.nowNs + 0.2e9);
    }
    expect(cycles).toBeGreaterThanOrEqual(2);
    expect(cycles).toBeLessThanOrEqual(3);
    expect(mbps(flow.model.maxRate)).toBeCloseTo(10, 0);
  });

  it('Handling Token Bucket Policers', () => {
    const system = flowOver(100e6);
    const { tcp, flow } = system;
    let tokens = 2000;
    let atNs = 0;
    tcp.drops = () => {
      tokens = Math.min(2000, tokens + ((tcp.nowNs - atNs) * 20e6) / (1e9 * MSS_BITS));
      atNs = tcp.nowNs;
      if (tokens < 1) return true;
      tokens--;
      return false;
    };
    until(system, 'PROBE_CRUISE');
    tcp.run(tcp.nowNs + 1.5e9);
    expect(mbps(flow.model.rateShort)).toBeLessThan(30);
    expect(flow.model.inflightShort).toBeLessThan(Infinity);
    tcp.run(20e9);
    const { lost, delivered } = tcp;
    tcp.run(50e9);
    const rateBps = ((tcp.delivered - delivered) * MSS_BITS) / 30;
    expect(rateBps).toBeGreaterThan(0.75 * 20e6);
    expect((tcp.lost - lost) / (tcp.delivered - delivered)).toBeLessThan(0.08);
  });
});

describe('losses that were none', () => {
  /** In PROBE_UP, losses end the probe; then they prove to be reordering. */
  function spurious(cause: 'recovery' | 'loss'): void {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_UP');
    tcp.run(tcp.nowNs + 20e6);
    const before = { cwnd: tcp.cwnd, long: flow.model.inflightLong, short: flow.model.inflightShort, rateShort: flow.model.rateShort };
    const from = tcp.nextSegment;
    const segments = cause === 'recovery' ? 20 : 1000;
    tcp.drops = (n) => n >= from && n < from + segments;
    tcp.runUntil(() => tcp.state === cause, tcp.nowNs + 3e9);
    expect(tcp.state).toBe(cause);
    expect(flow.state).toMatch(/PROBE_(DOWN|CRUISE)/);
    expect(flow.model.inflightLong).toBeLessThan(Infinity);
    tcp.drops = () => false;
    tcp.undo();
    expect(flow.model.inflightLong).toBe(before.long);
    expect(flow.model.inflightShort).toBe(before.short);
    expect(flow.model.rateShort).toBe(before.rateShort);
    expect(tcp.cwnd).toBeGreaterThanOrEqual(before.cwnd);
    expect(flow.state).toBe('PROBE_REFILL');
    until(system, 'PROBE_UP', 0.5);
  }

  it('Handling Spurious Fast Recovery', () => spurious('recovery'));

  it('Handling Spurious RTO Recovery', () => spurious('loss'));

  it('returns to STARTUP where they had ended it', () => {
    const system = flowOver(100e6);
    const { tcp, flow } = system;
    tcp.run(350e6);
    expect(flow.state).toBe('STARTUP');
    tcp.drops = (n) => n % 9 === 0;
    until(system, 'DRAIN', 1);
    tcp.drops = () => false;
    tcp.undo();
    expect(flow.state).toBe('STARTUP');
    expect(flow.model.isFull).toBe(false);
    expect(flow.model.inflightLong).toBe(Infinity);
  });
});

describe('bounds by loss', () => {
  it('follow what is delivered, by 0.7 a lossy round at most, and are gone with the next probe', () => {
    const system = flowOver(50e6);
    const { tcp, flow } = system;
    until(system, 'PROBE_CRUISE');
    tcp.run(tcp.nowNs + 0.2e9);
    const rates: number[] = [];
    let round = flow.model.rounds;
    const from = tcp.nextSegment;
    tcp.drops = (n) => n >= from && n % 2 === 0;
    tcp.watch = () => {
      if (flow.model.rounds !== round) rates.push(Math.min(flow.model.maxRate, flow.model.rateShort));
      round = flow.model.rounds;
    };
    tcp.run(tcp.nowNs + 0.5e9);
    expect(rates.length).toBeGreaterThan(5);
    for (let i = 1; i < rates.length; i++) expect(rates[i]! / rates[i - 1]!).toBeGreaterThan(0.69);
    expect(rates[rates.length - 1]! / rates[0]!).toBeLessThan(0.3);
    tcp.drops = () => false;
    until(system, 'PROBE_REFILL', 5);
    expect(flow.model.rateShort).toBe(Infinity);
    expect(flow.model.inflightShort).toBe(Infinity);
  });
});

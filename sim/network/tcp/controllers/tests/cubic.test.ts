import { describe, expect, it } from 'vitest';
import { Cubic } from '../cubic.ts';
import { ack, fakeTcp, type FakeTcp } from './fake-tcp.ts';

const MS = 1e6;

/** A loss at `cwnd`, after which `rounds` round trips go by with every segment acknowledged one by one; returns the window after each round. */
function afterLoss(cubic: Cubic, tcp: FakeTcp, rttMs: number, rounds: number): number[] {
  tcp.ssthresh = cubic.onCongestion(tcp);
  tcp.cwnd = tcp.ssthresh;
  const windows: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const inRound = tcp.cwnd;
    for (let i = 0; i < inRound; i++) {
      tcp.nowNs += Math.floor((rttMs * MS) / inRound);
      cubic.onRtt(tcp, ack(1, rttMs * MS));
      cubic.onAck(tcp, ack(1, rttMs * MS));
    }
    windows.push(tcp.cwnd);
  }
  return windows;
}

function started(given: Partial<FakeTcp>, options = {}): { cubic: Cubic; tcp: FakeTcp } {
  const tcp = fakeTcp({ ssthresh: given.cwnd ?? 10, ...given });
  const cubic = new Cubic(options);
  cubic.start(tcp);
  cubic.onRtt(tcp, ack(1, tcp.srttNs));
  return { cubic, tcp };
}

describe('the law W(t) = W_max + 0.4 (t - K)^3', () => {
  it('is followed over one epoch, within a segment and a half beyond its derivative', () => {
    // far from Reno's region: a large window, a long round trip
    const { cubic, tcp } = started({ cwnd: 1000, srttNs: 100 * MS, nowNs: 50e9 }, { hz: 1000 });
    const windows = afterLoss(cubic, tcp, 100, 140);
    const k = Math.cbrt((1000 - 700) / 0.4);
    expect(cubic.describe()['kMs']).toBeCloseTo(k * 1000, -1);
    for (let round = 0; round < windows.length; round++) {
      const tS = (round + 1) * 0.1;
      const law = (at: number): number => 1000 + 0.4 * (at - k) ** 3;
      // the target is read a round ahead and reached within one: the window lies between now and the next round
      expect(windows[round]).toBeGreaterThanOrEqual(law(tS) - 2 - 0.01 * Math.abs(law(tS) - 1000));
      expect(windows[round]).toBeLessThanOrEqual(law(tS + 0.1) + 2 + 0.01 * Math.abs(law(tS) - 1000));
    }
  });

  it('comes back to the window of the loss after K, whatever the round-trip time', () => {
    for (const rttMs of [50, 200]) {
      const { cubic, tcp } = started({ cwnd: 2000, srttNs: rttMs * MS, nowNs: 50e9 });
      const k = Math.cbrt(600 / 0.4);
      const windows = afterLoss(cubic, tcp, rttMs, Math.ceil((k * 1000) / rttMs));
      expect(windows.at(-1)).toBeGreaterThanOrEqual(1990);
      expect(windows.at(-1)).toBeLessThanOrEqual(2005);
    }
  });
});

it('keeps 717/1024 of the window at congestion; a second loss below the last maximum lowers the next', () => {
  const { cubic, tcp } = started({ cwnd: 100 });
  expect(cubic.onCongestion(tcp)).toBe(70);
  expect(cubic.describe()['wMax']).toBe(100);
  tcp.cwnd = 80;
  expect(cubic.onCongestion(tcp)).toBe(56);
  // 80 * (1024 + 717) / 2048, rounded down
  expect(cubic.describe()['wMax']).toBe(68);
  tcp.cwnd = 90;
  cubic.onCongestion(tcp);
  expect(cubic.describe()['wMax']).toBe(90);
  const plain = started({ cwnd: 100 }, { fastConvergence: false });
  plain.cubic.onCongestion(plain.tcp);
  plain.tcp.cwnd = 80;
  plain.cubic.onCongestion(plain.tcp);
  expect(plain.cubic.describe()['wMax']).toBe(80);
  expect(cubic.onCongestion(fakeTcp({ cwnd: 2 }))).toBe(2);
});

describe("Reno's region", () => {
  it('grows by 8/15 of a segment a round where the curve is slower: short round trips, small windows', () => {
    const { cubic, tcp } = started({ cwnd: 40, srttNs: 10 * MS, nowNs: 50e9 });
    const windows = afterLoss(cubic, tcp, 10, 40);
    // from 28, 40 rounds at 3 (1 - 0.7) / (1 + 0.7) = 0.53 a round are 21 segments, followed one or two behind; the curve alone would
    // stand still at 40 (K = 3.1 s)
    expect(windows.at(-1)).toBeGreaterThanOrEqual(28 + 19);
    expect(windows.at(-1)).toBeLessThanOrEqual(28 + 23);
    const without = started({ cwnd: 40, srttNs: 10 * MS, nowNs: 50e9 }, { friendliness: false });
    expect(afterLoss(without.cubic, without.tcp, 10, 40).at(-1)).toBeLessThan(38);
  });
});

it('never grows by more than half a window a round', () => {
  const { cubic, tcp } = started({ cwnd: 100, srttNs: 100 * MS, nowNs: 50e9 });
  afterLoss(cubic, tcp, 100, 1);
  const before = tcp.cwnd;
  // a long pause of growth: the curve is far above
  tcp.nowNs += 60e9;
  for (let i = 0; i < before; i++) cubic.onAck(tcp, ack(1));
  expect(tcp.cwnd).toBeLessThanOrEqual(Math.ceil(before * 1.5) + 1);
  expect(tcp.cwnd).toBeGreaterThan(before * 1.4);
});

it('windows by hand: before any loss one segment for 20 acknowledged, read once a tick', () => {
  const { cubic, tcp } = started({ cwnd: 50, srttNs: 40 * MS });
  tcp.nowNs = 10e9;
  const windows: number[] = [];
  for (let i = 0; i < 5; i++) {
    cubic.onAck(tcp, ack(20));
    windows.push(tcp.cwnd);
  }
  expect(windows).toEqual([51, 52, 53, 54, 55]);
});

it('the table of one epoch by hand: 100 segments, 40 ms, ticks of 4 ms', () => {
  const { cubic, tcp } = started({ cwnd: 100, srttNs: 40 * MS, nowNs: 20e9 });
  tcp.ssthresh = tcp.cwnd = cubic.onCongestion(tcp);
  expect(tcp.cwnd).toBe(70);
  // K = cbrt(2681735677 * 30) = 4316 (4.215 s in 1024ths); one round ahead t = 40: 4276^3 * 410 / 2^40 = 29 below 100, so 71 to aim at
  cubic.onAck(tcp, ack(1));
  expect(cubic.describe()['kMs']).toBe((4316 * 1000) / 1024);
  expect(cubic.describe()['perSegments']).toBe(70);
  // 1 s later: t = 1064, 3252^3 * 410 / 2^40 = 12, target 88, 70 / 18 = 3
  tcp.nowNs += 1e9;
  cubic.onAck(tcp, ack(1));
  expect(cubic.describe()['perSegments']).toBe(3);
});

it('a timeout forgets curve, delay and exits; idle time does not move the curve', () => {
  const { cubic, tcp } = started({ cwnd: 100, nowNs: 20e9 });
  cubic.onCongestion(tcp);
  cubic.onTimeout(tcp);
  expect(cubic.describe()).toMatchObject({ wMax: 0, kMs: 0, slowStart: 'hystart' });

  const target = (idleNs: number): unknown => {
    const { cubic: one, tcp: its } = started({ cwnd: 1000, nowNs: 20e9 });
    its.ssthresh = its.cwnd = one.onCongestion(its);
    one.onSend(its);
    one.onAck(its, ack(1));
    its.nowNs += idleNs;
    one.onRestart(its);
    its.nowNs += 1e9;
    one.onAck(its, ack(1));
    return one.describe()['perSegments'];
  };
  expect(target(8e9)).toBe(target(0));
});

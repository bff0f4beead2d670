import { expect, it } from 'vitest';
import { ack, fakeTcp, type FakeTcp } from './fake-tcp.ts';
import { HyStart } from '../hystart.ts';
import { HyStartPlus } from '../hystart-plus.ts';
import { WindowGrowth } from '../window-growth.ts';
import { Cubic } from '../cubic.ts';

const MS = 1e6;

/** Hands over the acknowledgements of one round: `count` of them, `gapNs` apart, each with the given round-trip time. */
function round(tcp: FakeTcp, update: () => void, count: number, gapNs: number): void {
  for (let i = 0; i < count; i++) {
    update();
    tcp.nowNs += gapNs;
  }
}

it('leaves by delay after eight samples of a round whose least has risen by an eighth, 4 ms at least and 16 ms at most', () => {
  // least delay, rise that must not do, rise that must
  for (const [leastMs, stays, leaves] of [[20, 4, 4.001], [80, 10, 10.001], [400, 16, 16.001]] as const) {
    for (const [riseMs, exits] of [[stays, false], [leaves, true]] as const) {
      const tcp = fakeTcp({ cwnd: 40, srttNs: leastMs * MS });
      const hyStart = new HyStart();
      hyStart.rearm(tcp);
      // 3 ms apart: no train
      round(tcp, () => hyStart.update(tcp, (leastMs + riseMs) * 1000, leastMs * 1000), 8, 3 * MS);
      expect(hyStart.exit).toBeUndefined();
      hyStart.update(tcp, (leastMs + riseMs) * 1000, leastMs * 1000);
      expect(hyStart.exit).toBe(exits ? 'delay' : undefined);
      expect(tcp.ssthresh).toBe(exits ? 40 : Infinity);
    }
  }
});

it('one short sample in a round keeps it in slow start; samples of the round before do not count', () => {
  const tcp = fakeTcp({ cwnd: 40, nextSegment: 100 });
  const hyStart = new HyStart();
  hyStart.rearm(tcp);
  hyStart.update(tcp, 100_000, 100_000);
  tcp.nowNs += 3 * MS;
  round(tcp, () => hyStart.update(tcp, 130_000, 100_000), 20, 3 * MS);
  expect(hyStart.exit).toBeUndefined();
  tcp.firstUnacked = 101;
  tcp.nextSegment = 200;
  round(tcp, () => hyStart.update(tcp, 130_000, 100_000), 9, 3 * MS);
  expect(hyStart.exit).toBe('delay');
});

it('leaves by train when acknowledgements 2 ms apart or closer go on for half the least delay, the whole of it when paced', () => {
  for (const [pacingBps, expectedMs] of [[Infinity, 50.5], [1e8, 101]] as const) {
    const tcp = fakeTcp({ cwnd: 40, pacingBps });
    const hyStart = new HyStart();
    hyStart.rearm(tcp);
    while (hyStart.exit === undefined) {
      tcp.nowNs += MS / 2;
      hyStart.update(tcp, 100_000, 100_000);
    }
    expect(hyStart.exit).toBe('train');
    // 100 ms and 1 ms for bursts; an acknowledgement every half millisecond, strictly after the threshold
    expect(tcp.nowNs / MS).toBe(expectedMs + 0.5);
  }
  const gappy = fakeTcp({ cwnd: 40 });
  const hyStart = new HyStart();
  hyStart.rearm(gappy);
  round(gappy, () => hyStart.update(gappy, 100_000, 100_000), 100, 2.001 * MS);
  expect(hyStart.exit).toBeUndefined();
});

it('windows below 16 are left alone', () => {
  const tcp = fakeTcp({ cwnd: 15 });
  const hyStart = new HyStart();
  hyStart.rearm(tcp);
  round(tcp, () => hyStart.update(tcp, 300_000, 100_000), 200, MS);
  expect(hyStart.exit).toBeUndefined();
});

it('CUBIC stops doubling where HyStart says so, and goes on by its curve', () => {
  const tcp = fakeTcp({ cwnd: 40, nextSegment: 1000 });
  const cubic = new Cubic();
  cubic.start(tcp);
  cubic.onRtt(tcp, ack(1, 100 * MS));
  for (let i = 0; i < 100; i++) {
    tcp.nowNs += 3 * MS;
    // the first round knows the least delay already; from the second on it is 120 ms
    if (i === 10) {
      tcp.firstUnacked = 1001;
      tcp.nextSegment = 2000;
    }
    cubic.onRtt(tcp, ack(1, (i < 10 ? 100 : 120) * MS));
    cubic.onAck(tcp, ack(1));
  }
  expect(cubic.describe()['slowStart']).toBe('delay');
  // ten in the first round, eight samples in the second before it judges; then 5 % a round: one for 20 acknowledged
  expect(tcp.ssthresh).toBe(58);
  expect(tcp.cwnd).toBe(58 + 4);
});

/** One round of HyStart++: `samples` round-trip times of `rttMs`, each acknowledging a segment. */
function plusRound(tcp: FakeTcp, plus: HyStartPlus, growth: WindowGrowth, rttMs: number, samples: number): void {
  const end = tcp.nextSegment;
  for (let i = 0; i < samples; i++) {
    plus.onRtt(tcp, rttMs * MS);
    plus.grow(tcp, 1, growth);
  }
  tcp.firstUnacked = end + 1;
  tcp.nextSegment = end + 100;
}

it('HyStart++ grows at a quarter for five rounds once delay has risen, then settles', () => {
  const tcp = fakeTcp({ cwnd: 40, nextSegment: 100 });
  const [plus, growth] = [new HyStartPlus(), new WindowGrowth()];
  plus.start(tcp);
  plusRound(tcp, plus, growth, 100, 8);
  expect([plus.phase, tcp.cwnd]).toEqual(['slow start', 48]);
  // 12.5 ms and more is a rise; the eighth sample shows it and is the first of a quarter: 7 whole, then 1 of 32 quarters
  plusRound(tcp, plus, growth, 112.5, 8);
  expect([plus.phase, tcp.cwnd]).toEqual(['css', 55]);
  for (let more = 0; more < 4; more++) plusRound(tcp, plus, growth, 113, 8);
  expect([plus.phase, tcp.cwnd, tcp.ssthresh]).toEqual(['css', 55 + 8, Infinity]);
  plus.onRtt(tcp, 113 * MS);
  expect([plus.phase, tcp.ssthresh]).toEqual(['done', 63]);
});

it('HyStart++ goes back to slow start when the rise was noise, and counts at most eight segments an acknowledgement unless paced', () => {
  const tcp = fakeTcp({ cwnd: 40, nextSegment: 100 });
  const [plus, growth] = [new HyStartPlus(), new WindowGrowth()];
  plus.start(tcp);
  plusRound(tcp, plus, growth, 100, 8);
  plusRound(tcp, plus, growth, 115, 8);
  expect(plus.phase).toBe('css');
  plusRound(tcp, plus, growth, 114, 8);
  expect(plus.phase).toBe('slow start');
  const before = tcp.cwnd;
  plus.grow(tcp, 20, growth);
  expect(tcp.cwnd).toBe(before + 8);
  tcp.pacingBps = 1e8;
  plus.grow(tcp, 20, growth);
  expect(tcp.cwnd).toBe(before + 28);
});

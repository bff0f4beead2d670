/** The parts of the sender alone, against their RFCs and values by hand. */
import { describe, expect, it } from 'vitest';
import { Streams } from '../../../random.ts';
import { Simulation } from '../../../simulation.ts';
import type { AckSample } from '../controller.ts';
import { Deadline } from '../deadline.ts';
import { DeliveryRate } from '../delivery-rate.ts';
import { Pacer } from '../pacing.ts';
import { ProportionalReduction } from '../prr.ts';
import { Rack } from '../rack-tlp.ts';
import { RttEstimator } from '../rtt.ts';
import { LOST, Scoreboard } from '../scoreboard.ts';
import { UndoRecord } from '../undo.ts';

const MS = 1e6;

const emptySample = (): AckSample => ({
  acked: 0, lost: 0, delivered: 0, intervalNs: 0, priorDelivered: -1, txInflight: 0, priorLost: 0, lostSince: 0, isAppLimited: false, rttNs: -1, priorInflight: 0, isAckDelayed: false, marked: 0,
});

describe('round-trip time', () => {
  it('follows RFC 6298 where the deviation is above the floor: srtt + 4 rttvar after two samples, by hand', () => {
    const rtt = new RttEstimator();
    rtt.sample(1000 * MS, 0, 10);
    expect([rtt.srttNs, rtt.rttVarNs, rtt.rtoNs]).toEqual([1000 * MS, 2000 * MS, 3000 * MS]);
    // SRTT = 7/8 1000 + 1/8 2000; RTTVAR = 3/4 500 + 1/4 |1000 - 2000| = 625, times 4
    rtt.sample(2000 * MS, 5, 10);
    expect([rtt.srttNs, rtt.rttVarNs]).toEqual([1125 * MS, 2500 * MS]);
  });

  it('has 200 ms as the least variation, not as the least timeout', () => {
    const rtt = new RttEstimator();
    for (let i = 0; i < 200; i++) rtt.sample(40 * MS, i, i + 10);
    expect(rtt.rtoNs).toBe(240 * MS);
  });

  it('lets the variation rise at once and fall by a quarter a round', () => {
    const rtt = new RttEstimator();
    rtt.sample(40 * MS, 0, 10);
    rtt.sample(640 * MS, 5, 15);
    // deviation 4 * (3/4 * 20 + 1/4 * 600) = 660
    expect(rtt.rttVarNs).toBe(660 * MS);
    rtt.sample(640 * MS, 11, 25);
    const raisedNs = rtt.rttVarNs;
    // samples at the average: their deviation shrinks, the variation waits for the end of the round
    for (let i = 0; i < 50; i++) rtt.sample(Math.round(rtt.srttNs), 20, 25);
    expect(rtt.rttVarNs).toBe(raisedNs);
    rtt.sample(Math.round(rtt.srttNs), 26, 40);
    const fallingNs = rtt.rttVarNs;
    expect(fallingNs).toBeLessThan(raisedNs);
    for (let i = 0; i < 5; i++) rtt.sample(Math.round(rtt.srttNs), 30, 40);
    rtt.sample(Math.round(rtt.srttNs), 41, 60);
    expect(rtt.rttVarNs).toBe(fallingNs - (fallingNs - 200 * MS) / 4);
  });

  it('raises the deviation by an eighth only where a sample is far below the average', () => {
    const [up, down] = [new RttEstimator(), new RttEstimator()];
    for (const rtt of [up, down]) for (let i = 0; i < 100; i++) rtt.sample(1000 * MS, i, i + 1);
    up.sample(1900 * MS, 101, 200);
    down.sample(100 * MS, 101, 200);
    expect(up.rttVarNs).toBeGreaterThan(800 * MS);
    expect(down.rttVarNs).toBeLessThan(320 * MS);
  });

  it('keeps the least round-trip time, without those of delayed acknowledgements', () => {
    const rtt = new RttEstimator();
    rtt.propagation(50 * MS, false);
    rtt.propagation(30 * MS, true);
    rtt.propagation(40 * MS, false);
    rtt.propagation(60 * MS, false);
    expect(rtt.minNs).toBe(40 * MS);
  });
});

describe('proportional rate reduction', () => {
  it('while more is in flight than the threshold: ssthresh / prior window of what was delivered (RFC 6937), whatever arrives with each acknowledgement', () => {
    const random = new Streams('prr').stream('acks');
    for (let run = 0; run < 200; run++) {
      const cwnd = 20 + random.below(200);
      const ssthresh = Math.max(2, Math.floor(cwnd * (0.5 + random.float() / 5)));
      const prr = new ProportionalReduction();
      prr.begin(cwnd);
      let inflight = cwnd - 1;
      let delivered = 0;
      let sent = 0;
      while (inflight > ssthresh) {
        const news = 1 + random.below(3);
        delivered += news;
        inflight -= news;
        if (ssthresh < inflight) {
          const window = prr.window(news, inflight, ssthresh, true);
          const allowed = Math.max(0, Math.ceil((ssthresh * delivered) / cwnd) - sent);
          expect(window).toBe(inflight + Math.max(allowed, sent === 0 ? 1 : 0));
          sent += window - inflight;
          prr.out = sent;
          inflight = window;
        } else break;
      }
    }
  });

  it('below the threshold: as many as were delivered and were held back, one more with progress, up to the threshold', () => {
    const prr = new ProportionalReduction();
    prr.begin(20);
    prr.out = 2;
    // delivered 5, sent 2: 3 owed, but the 5 of this acknowledgement are more
    expect(prr.window(5, 4, 10, false)).toBe(9);
    prr.out = 7;
    expect(prr.window(1, 8, 10, true)).toBe(10);
    expect(prr.window(3, 9, 10, true)).toBe(10);
  });

  it('never holds back the first retransmission', () => {
    const prr = new ProportionalReduction();
    prr.begin(100);
    expect(prr.window(1, 98, 1, false)).toBe(99);
  });
});

describe('delivery rate', () => {
  /** Ten segments, one a millisecond from 100 ms on; before them one to be delivered at 100 ms. */
  function sent(): { board: Scoreboard; rate: DeliveryRate } {
    const board = new Scoreboard();
    const rate = new DeliveryRate();
    for (let i = 0; i < 10; i++) {
      const nowNs = (100 + i) * MS;
      const segment = board.append(1448, nowNs);
      rate.onSend(board, segment, nowNs, segment - board.una, segment - board.una);
    }
    return { board, rate };
  }

  function acknowledge({ board, rate }: ReturnType<typeof sent>, upTo: number, nowNs: number, minRttNs = 1): AckSample {
    const sample = emptySample();
    rate.begin(sample);
    const before = rate.delivered;
    while (board.una < upTo) {
      rate.delivered++;
      rate.onDelivered(board, board.una, sample);
      board.acknowledge();
    }
    sample.acked = rate.delivered - before;
    rate.finish(sample, nowNs, minRttNs);
    return sample;
  }

  it('divides what was delivered by the time it took', () => {
    const world = sent();
    // first acknowledgement at 150: segments 0 and 1, the newest sent at 101 when nothing was delivered, since 100
    expect(acknowledge(world, 2, 150 * MS)).toMatchObject({ delivered: 2, intervalNs: 50 * MS, priorDelivered: 0 });
    const segment = world.board.append(1448, 150 * MS);
    world.rate.onSend(world.board, segment, 150 * MS, 8, 8);
    acknowledge(world, 10, 159 * MS);
    // sent at 150 with 2 delivered at 150; now 11 delivered at 200
    expect(acknowledge(world, 11, 200 * MS)).toMatchObject({ delivered: 9, intervalNs: 50 * MS, priorDelivered: 2, txInflight: 9 });
  });

  it('is not fooled by acknowledgements that arrive together: then the time of sending counts', () => {
    const board = new Scoreboard();
    const rate = new DeliveryRate();
    const world = { board, rate };
    const send = (nowNs: number): void => {
      const segment = board.append(1448, nowNs);
      rate.onSend(board, segment, nowNs, segment - board.una, segment - board.una);
    };
    send(0);
    send(10 * MS);
    acknowledge(world, 1, 20 * MS);
    for (let i = 2; i <= 11; i++) send(i * 10 * MS);
    // all ten at once: delivered 11 since segment 11 was sent (at 110 ms, with 1 delivered at 20 ms), sending took from 0 to 110 ms
    expect(acknowledge(world, 12, 112 * MS)).toMatchObject({ delivered: 11, intervalNs: 110 * MS });
  });

  it('gives no rate from less than the least round-trip time', () => {
    expect(acknowledge(sent(), 2, 150 * MS, 51 * MS)).toMatchObject({ delivered: 2, intervalNs: 0 });
    expect(acknowledge(sent(), 2, 150 * MS, 50 * MS)).toMatchObject({ delivered: 2, intervalNs: 50 * MS });
  });

  it('counts a segment once, when it is first reported', () => {
    const { board, rate } = sent();
    const sample = emptySample();
    rate.begin(sample);
    board.sack(5);
    rate.delivered++;
    rate.onDelivered(board, 5, sample);
    expect(sample.priorDelivered).toBe(0);
    rate.begin(sample);
    rate.onDelivered(board, 5, sample);
    expect(sample.priorDelivered).toBe(-1);
  });

  it('marks samples as limited by the application until what was in flight then is delivered', () => {
    const world = sent();
    const { board, rate } = world;
    rate.markAppLimited(10);
    const limited = board.append(1448, 120 * MS);
    rate.onSend(board, limited, 120 * MS, 10, 10);
    expect(acknowledge(world, 5, 150 * MS).isAppLimited).toBe(false);
    expect(rate.isAppLimited).toBe(true);
    expect(acknowledge(world, 11, 170 * MS).isAppLimited).toBe(true);
    expect(rate.isAppLimited).toBe(false);
    const free = board.append(1448, 171 * MS);
    rate.onSend(board, free, 171 * MS, 0, 0);
    expect(acknowledge(world, 12, 220 * MS).isAppLimited).toBe(false);
  });
});

describe('RACK', () => {
  const board = (times: readonly number[]): Scoreboard => {
    const scoreboard = new Scoreboard();
    for (const atMs of times) scoreboard.append(1448, atMs * MS);
    return scoreboard;
  };
  const lost = (scoreboard: Scoreboard): number[] => Array.from({ length: scoreboard.next }, (_, segment) => segment).filter((segment) => (scoreboard.flags[segment & scoreboard.mask]! & LOST) !== 0);

  it('marks what left before a delivered segment, a round-trip time after it left', () => {
    const scoreboard = board([0, 1, 2, 3, 4]);
    const rack = new Rack();
    scoreboard.sack(2);
    rack.onDelivered(2, 2 * MS, 52 * MS, 40 * MS, false);
    // 0 left 52 ms ago, 1 51 ms ago; the delivered one took 50
    expect(rack.detect(scoreboard, 52 * MS, 0)).toBe(0);
    expect(lost(scoreboard)).toEqual([0, 1]);
  });

  it('waits for the reordering window, and says how long', () => {
    const scoreboard = board([0, 1, 2, 3, 4]);
    const rack = new Rack();
    scoreboard.sack(2);
    rack.onDelivered(2, 2 * MS, 52 * MS, 40 * MS, false);
    // with 10 ms of window: 0 is due in 8 ms, 1 in 9
    expect(rack.detect(scoreboard, 52 * MS, 10 * MS)).toBe(9 * MS);
    expect(lost(scoreboard)).toEqual([]);
    expect(rack.detect(scoreboard, 60 * MS, 10 * MS)).toBe(1 * MS);
    expect(lost(scoreboard)).toEqual([0]);
  });

  it('finds a lost retransmission like any other transmission', () => {
    const scoreboard = board([0, 1, 2]);
    const rack = new Rack();
    scoreboard.markLost(0);
    scoreboard.resend(0, 10 * MS, true);
    const later = scoreboard.append(1448, 11 * MS);
    expect([scoreboard.lostOut, scoreboard.retransOut]).toEqual([1, 1]);
    scoreboard.sack(later);
    rack.onDelivered(later, 11 * MS, 61 * MS, 40 * MS, false);
    rack.detect(scoreboard, 61 * MS, 0);
    expect([scoreboard.lostOut, scoreboard.retransOut, lost(scoreboard)]).toEqual([3, 0, [0, 1, 2]]);
  });

  it('ignores the answer to a retransmission that came too fast to be its own', () => {
    const rack = new Rack();
    rack.onDelivered(0, 50 * MS, 60 * MS, 40 * MS, true);
    expect(rack.advanced).toBe(false);
    rack.onDelivered(0, 50 * MS, 60 * MS, 40 * MS, false);
    expect(rack.advanced).toBe(true);
  });

  it('has no window in recovery or at three reports, until reordering is seen; then a quarter of the least round-trip time, growing with duplicates', () => {
    const rack = new Rack();
    const scoreboard = board([0, 1, 2, 3, 4, 5]);
    const window = (inRecovery: boolean): number => rack.reorderingWindowNs(scoreboard, inRecovery, 40 * MS, 100 * MS);
    expect([window(false), window(true)]).toEqual([10 * MS, 0]);
    for (const segment of [3, 4, 5]) scoreboard.sack(segment);
    expect(window(false)).toBe(0);
    rack.noteReordering(2);
    expect([window(false), window(true)]).toEqual([10 * MS, 10 * MS]);
    rack.duplicateSeen = true;
    rack.onRound(100, 120);
    expect(window(true)).toBe(20 * MS);
    // not again in the same round
    rack.duplicateSeen = true;
    rack.onRound(110, 130);
    expect(window(true)).toBe(20 * MS);
    for (let i = 0; i < 20; i++) {
      rack.duplicateSeen = true;
      rack.onRound(1000 * (i + 1), 1000 * (i + 1) + 1);
    }
    // at most the smoothed round-trip time
    expect(window(true)).toBe(100 * MS);
  });
});

describe('undo', () => {
  it('by a timestamp from before the first retransmission', () => {
    const undo = new UndoRecord();
    undo.begin(10, 0);
    undo.resent(500);
    undo.resent(600);
    expect([undo.mayUndo(499), undo.mayUndo(500), undo.mayUndo(550)]).toEqual([true, false, false]);
  });

  it('when every retransmission was a duplicate, counted once each', () => {
    const undo = new UndoRecord();
    undo.begin(10, 0);
    expect(undo.isAllDuplicate).toBe(false);
    undo.resent(500);
    undo.resent(600);
    undo.reportedDuplicate(9, 20);
    undo.reportedDuplicate(12, 20);
    expect(undo.isAllDuplicate).toBe(false);
    undo.reportedDuplicate(13, 20);
    expect(undo.isAllDuplicate).toBe(true);
  });
});

describe('pacing', () => {
  it('keeps the rate over many bursts, however they fall', () => {
    const pacer = new Pacer();
    const random = new Streams('pacer').stream('lateness');
    const rateBps = 7_000_003;
    pacer.sent(1e9, 1448, rateBps);
    pacer.nextNs = 1e9;
    let bytes = 0;
    let nowNs = 1e9;
    for (let i = 0; i < 10_000; i++) {
      // late by less than half a gap: the credit makes up for it
      nowNs = pacer.nextNs + random.below(400_000);
      pacer.sent(nowNs, 1448, rateBps);
      bytes += 1448;
    }
    expect((bytes * 8e9) / (pacer.nextNs - 1e9)).toBeCloseTo(rateBps, -4);
  });

  it('gives back half a gap at most', () => {
    const pacer = new Pacer();
    pacer.sent(0, 1000, 8e6);
    expect(pacer.nextNs).toBe(1e6);
    pacer.sent(50e6, 1000, 8e6);
    expect(pacer.nextNs).toBe(50.5e6);
  });
});

describe('deadline', () => {
  it('fires once at the last instant it was set to, whatever it was moved to before', () => {
    const sim = new Simulation({ seed: 'deadline' });
    const fired: number[] = [];
    const code = sim.register('deadline', () => {
      if (deadline.isDue()) fired.push(sim.now);
    });
    const deadline = new Deadline(sim, code, 0);
    deadline.set(100);
    deadline.set(300);
    deadline.set(200);
    sim.run({ untilNs: 250 });
    expect(fired).toEqual([200]);
    deadline.set(400);
    deadline.clear();
    deadline.set(500);
    deadline.set(350);
    sim.run();
    expect(fired).toEqual([200, 350]);
    deadline.set(900);
    deadline.clear();
    sim.run();
    expect(fired).toEqual([200, 350]);
  });
});

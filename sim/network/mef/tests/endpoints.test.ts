import { describe, expect, it } from 'vitest';
import { ACK, DATA, MEF, PacketStore } from '../../packets.ts';
import { MefEcho } from '../echo.ts';
import { BAD_CHECK, CONGESTED, ECHO, mefHeaders, RATE_UNIT_BPS, RATE_UNLIMITED, UNCOVERED_HOP } from '../header.ts';
import { MefSender } from '../sender-law.ts';

const MS = 1e6;
const MBIT = 1e6;
const SRTT = 40 * MS;
/** Of a packet of 1600 bytes: a round number of gaps. */
const FULL_BITS = 12_800;

function receiver(routersPassed = 2) {
  const packets = new PacketStore();
  const headers = mefHeaders(packets);
  const echo = new MefEcho(headers, () => routersPassed);
  const data = (...hops: readonly (readonly [rate: number, load: number, delay: number])[]): number => {
    const packet = packets.make(0, 0, DATA, 1502);
    headers.request(packet, 1, 24, SRTT);
    for (const [rate, load, delay] of hops) headers.aggregate(packet, rate, load, delay);
    return packet;
  };
  const ack = (): number => {
    const packet = packets.make(0, 0, ACK, 60);
    echo.onAck(packet);
    return packet;
  };
  return { packets, headers, echo, data, ack };
}

describe('MEF receiver (reconstruction)', () => {
  it('answers several packets with the least rate, the greatest load and the latest delay', () => {
    const { headers, echo, data, ack } = receiver();
    echo.onData(data([1000, 900, 3], [700, 5000, 4]));
    echo.onData(data([800, 800, 1], [900, 100, 1]));
    const answer = ack();
    expect(headers.isEcho(answer)).toBe(true);
    expect([headers.rate.values[answer], headers.load.values[answer], headers.delay.values[answer]]).toEqual([700, 5000, 2]);
    expect(headers.flags.values[answer]! & (ECHO | CONGESTED | UNCOVERED_HOP)).toBe(ECHO | CONGESTED);
    echo.onData(data([1500, 10, 1], [1600, 20, 1]));
    const next = ack();
    expect([headers.rate.values[next], headers.load.values[next], headers.flags.values[next]! & CONGESTED]).toEqual([1500, 20, 0]);
  });

  it('says so when a router on the path did not write', () => {
    const { headers, echo, data, ack } = receiver(3);
    echo.onData(data([1000, 900, 3], [700, 500, 4]));
    expect(headers.flags.values[ack()]! & UNCOVERED_HOP).toBe(UNCOVERED_HOP);
  });

  it('puts no header on an acknowledgement without news, and none where data had none', () => {
    const { packets, echo, data, ack } = receiver();
    echo.onData(packets.make(0, 0, DATA, 1502));
    expect(packets.flags[ack()]! & MEF).toBe(0);
    echo.onData(data([1, 1, 1], [1, 1, 1]));
    expect(packets.flags[ack()]! & MEF).toBe(MEF);
    expect(packets.flags[ack()]! & MEF).toBe(0);
  });
});

/** A sender that has heard `rateBps` at instant 0. */
function sender(rateBps: number, { load = 0.5, flags = 0, rampLimit = false, waited = 0 } = {}) {
  const packets = new PacketStore();
  const headers = mefHeaders(packets);
  const law = new MefSender(rampLimit);
  const hear = (nowNs: number, bps: number, hearLoad = load, hearFlags = flags): void => {
    const packet = packets.make(0, 0, ACK, 60);
    headers.request(packet, 3, 8, SRTT);
    headers.aggregate(packet, bps === Infinity ? RATE_UNLIMITED : bps / RATE_UNIT_BPS, hearLoad * 4096, waited);
    headers.setFlag(packet, ECHO | hearFlags);
    law.onEcho(headers, packet, nowNs, SRTT, MBIT);
    packets.free(packet);
  };
  hear(0, rateBps);
  return { law, hear };
}

describe('MEF sender (reconstruction)', () => {
  it('sends at the echoed rate, up and down at once', () => {
    const { law, hear } = sender(12.8 * MBIT);
    expect([law.rateBps, law.isCovered, law.load]).toEqual([12.8 * MBIT, true, 0.5]);
    hear(MS, 1.28 * MBIT);
    expect(law.rateBps).toBe(1.28 * MBIT);
  });

  /** Rates at instants in SRTT, over the echoed one, with two packets sent at each. */
  const silence = (law: MefSender, bps: number, srttNs = SRTT) => (rtts: number): number => {
    for (let packet = 0; packet < 2; packet++) law.onSend(Math.round(rtts * srttNs), srttNs, FULL_BITS);
    return law.rateBps / bps;
  };

  it('halves when silence has lasted 2 SRTT, and again every SRTT, and forgets it with the next echo', () => {
    const { law, hear } = sender(12.8 * MBIT);
    const at = silence(law, 12.8 * MBIT);
    expect([at(0), at(1), at(2)]).toEqual([1, 1, 1]);
    expect([at(2.1), at(2.9), at(3.1), at(4.1)]).toEqual([1 / 2, 1 / 2, 1 / 4, 1 / 8]);
    hear(5 * SRTT, 12.8 * MBIT);
    expect(at(5)).toBe(1);
    expect(at(6.9)).toBe(1);
  });

  it('does not take for silence what a receiver may wait with a lone packet, 40 ms, nor short packets for full ones', () => {
    for (const [isFull, dueNs] of [[true, 15 * MS], [false, 40 * MS]] as const) {
      const { law } = sender(12.8 * MBIT);
      const send = (nowNs: number): number => {
        law.onSend(nowNs, 10 * MS, FULL_BITS, isFull);
        return law.rateBps / (12.8 * MBIT);
      };
      expect([send(0), send(15 * MS), send(dueNs + 20 * MS), send(dueNs + 21 * MS)], `${isFull}`).toEqual([1, 1, 1, 1 / 2]);
    }
    const { law } = sender(12.8 * MBIT);
    law.onSend(0, 10 * MS, FULL_BITS);
    law.onSend(60 * MS, 10 * MS, FULL_BITS);
    expect(law.rateBps).toBe(12.8 * MBIT);
  });

  it('is patient for two gaps between packets, and for 20 ms on the shortest path', () => {
    // a packet in 100 ms over 1 ms
    const slow = silence(sender(0.128 * MBIT).law, 0.128 * MBIT, MS);
    expect([slow(0), slow(199), slow(201), slow(301)]).toEqual([1, 1, 1 / 2, 1 / 4]);
    // a microsecond: 2 SRTT would be less than a sixth of what a packet takes at 1 Gbit/s
    const near = silence(sender(970 * MBIT).law, sender(970 * MBIT).law.rateBps, 1000);
    expect([near(0), near(19_000), near(21_000), near(31_000)]).toEqual([1, 1, 1 / 2, 1 / 4]);
  });

  it('never falls below a packet a second in silence, so that the next echo is heard soon, nor rises to it', () => {
    const { law } = sender(12.8 * MBIT);
    silence(law, 1)(0);
    silence(law, 1)(1000);
    expect(law.rateBps).toBe(FULL_BITS);
    const crawling = sender(1280).law;
    silence(crawling, 1)(0);
    crawling.onTimeout();
    expect(crawling.rateBps).toBe(1280);
  });

  it('counts silence from the first packet that should have been answered: a pause of the application is none', () => {
    const { law } = sender(12.8 * MBIT);
    const at = silence(law, 12.8 * MBIT);
    expect(at(50)).toBe(1);
    law.onRestart();
    expect([at(90), at(91)]).toEqual([1, 1]);
  });

  it('halves at a timeout and takes the next echo as it is', () => {
    const { law, hear } = sender(12.8 * MBIT);
    law.onSend(0, SRTT, FULL_BITS);
    law.onTimeout();
    law.onTimeout();
    expect(law.rateBps).toBe(3.2 * MBIT);
    hear(MS, 6.4 * MBIT);
    expect(law.rateBps).toBe(6.4 * MBIT);
  });

  it('a loss costs nothing below load 1; above it the window loses its headroom until the load has fallen', () => {
    const { law, hear } = sender(12 * MBIT);
    const packets = (): number => law.window(SRTT, SRTT, 12_000);
    expect(packets()).toBe(50);
    law.onLoss();
    expect([packets(), law.rateBps / MBIT]).toEqual([50, 12]);
    hear(MS, 12 * MBIT, 1.25);
    law.onLoss();
    expect([packets(), law.rateBps / MBIT]).toEqual([40, 12]);
    hear(2 * MS, 12 * MBIT, 0.9);
    expect(packets()).toBe(50);
  });

  it('the window never governs a flow of less than four packets a round-trip time', () => {
    const { law } = sender(0.128 * MBIT);
    expect(law.window(SRTT, SRTT, 12_000)).toBe(4);
    expect(law.controlDelayNs(SRTT, 12_800)).toBe(100 * MS);
    expect(sender(12.8 * MBIT).law.controlDelayNs(SRTT, 12_800)).toBe(SRTT);
  });

  it('moves by a quarter of its waiting time in a round-trip time, by a quarter of its gap at most', () => {
    // 128 packets a round-trip time, a gap of 312.5 us; waited 160 us: all of them together come 40 us later
    const busy = sender(40.96 * MBIT, { waited: 10 }).law;
    expect(busy.pacedBps(SRTT, 12_800)).toBeCloseTo((40.96 * MBIT) / (1 + 40e3 / SRTT), 3);
    expect(sender(40.96 * MBIT, { waited: 1000 }).law.pacedBps(SRTT, 12_800)).toBeCloseTo((40.96 * MBIT) / (1 + 78_125 / SRTT), 3);
    // one packet in 100 ms: the next comes 40 us later
    expect(12_800 / sender(0.128 * MBIT, { waited: 10 }).law.pacedBps(SRTT, 12_800)).toBeCloseTo(0.1 + 40e-6, 9);
    expect(sender(0.128 * MBIT).law.pacedBps(SRTT, 12_800)).toBe(0.128 * MBIT);
  });

  it('with a ramp limit at most doubles in a round-trip time, from the initial window on', () => {
    const { law, hear } = sender(12.8 * MBIT, { rampLimit: true });
    const seen = [law.rateBps];
    for (let rtts = 0.5; rtts <= 5; rtts += 0.5) {
      hear(rtts * SRTT, 12.8 * MBIT);
      seen.push(law.rateBps);
    }
    expect(seen.map((rate) => rate / MBIT)).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 12.8, 12.8, 12.8]);
    hear(6 * SRTT, 1.28 * MBIT);
    hear(6.5 * SRTT, 12.8 * MBIT);
    expect(law.rateBps).toBe(2.56 * MBIT);
  });

  it('knows that a path is not covered: a hop without MEF, a wrong check, no router at all', () => {
    expect(sender(12.8 * MBIT, { flags: UNCOVERED_HOP }).law.isCovered).toBe(false);
    expect(sender(12.8 * MBIT, { flags: UNCOVERED_HOP }).law.rateBps).toBe(12.8 * MBIT);
    const forged = sender(12.8 * MBIT, { flags: BAD_CHECK }).law;
    expect([forged.isCovered, forged.rateBps]).toEqual([false, Infinity]);
    const silent = sender(Infinity).law;
    expect([silent.isCovered, silent.rateBps]).toEqual([false, Infinity]);
  });
});

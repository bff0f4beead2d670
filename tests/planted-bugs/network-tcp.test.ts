/** Each bug planted in the transport is caught by the check that its row names; the sound transport passes every check. */
import { describe, expect, it } from 'vitest';
import type { AckSample } from '../../sim/network/tcp/controller.ts';
import { loadMutant } from './load-mutant.ts';
import * as sound from './network-tcp-entry.ts';
import { TCP_BUGS, type TcpCheck } from './network-tcp.ts';

type Tcp = typeof sound;

const MS = 1e6;
const differs = (found: unknown, required: unknown, what: string): string | undefined => (JSON.stringify(found) === JSON.stringify(required) ? undefined : `${what}: ${JSON.stringify(found)}, required ${JSON.stringify(required)}`);
const first = (...complaints: (string | undefined)[]): string | undefined => complaints.find((complaint) => complaint !== undefined);

/** Drops the first `copies` transmissions of these segments. */
const losing = (segments: readonly number[], copies = 1): sound.Sieve => ({ isData, segment, copy }) => (isData && segments.includes(segment) && copy <= copies ? Infinity : 0);
const holding = (segment: number, ns: number): sound.Sieve => (what) => (what.isData && what.segment === segment && what.copy === 1 ? ns : 0);

/** When data segments left, in ms, by number. */
function departures(text: string, segment: number): number[] {
  return text.split('\n').filter((line) => line.includes(` > ${segment}`) && !line.includes(` > ${segment}0`)).map((line) => Number(line.split(' ')[0]));
}

/** Samples of the rate of a connection that sends nothing: stamps and acknowledgements by hand. */
class Rate {
  readonly board: sound.Scoreboard;
  readonly rate: sound.DeliveryRate;
  readonly sample: AckSample = { acked: 0, lost: 0, delivered: 0, intervalNs: 0, priorDelivered: -1, txInflight: 0, priorLost: 0, lostSince: 0, isAppLimited: false, rttNs: -1, priorInflight: 0, isAckDelayed: false, marked: 0 };

  constructor(tcp: Tcp) {
    this.board = new tcp.Scoreboard();
    this.rate = new tcp.DeliveryRate();
  }
  send(nowNs: number): void {
    const segment = this.board.append(1448, nowNs);
    this.rate.onSend(this.board, segment, nowNs, segment - this.board.una, segment - this.board.una);
  }
  acknowledge(upTo: number, nowNs: number): AckSample {
    this.rate.begin(this.sample);
    this.sample.acked = upTo - this.board.una;
    for (; this.board.una < upTo; this.board.acknowledge()) {
      this.rate.delivered++;
      this.rate.onDelivered(this.board, this.board.una, this.sample);
    }
    this.rate.finish(this.sample, nowNs, 1);
    return this.sample;
  }
}

/** Each returns a complaint, or undefined when all is well. */
const CHECKS: Readonly<Record<TcpCheck, (tcp: Tcp) => string | undefined>> = {
  'round trip': (tcp) => {
    const rtt = new tcp.RttEstimator();
    for (let i = 0; i < 100; i++) rtt.sample(40 * MS, i, i + 10);
    const late = new tcp.Dialogue(4, { sieve: holding(1, 30 * MS), acks: { quickAcks: 0 } });
    late.run(300, 12);
    return first(
      differs(rtt.rtoNs, 240 * MS, 'timeout after a hundred equal round trips of 40 ms'),
      late.connection.sender.rtt.minNs < 20 * MS ? `a round trip of ${late.connection.sender.rtt.minNs} ns over a path of 20 ms` : undefined,
    );
  },
  'rate sample': (tcp) => {
    const compressed = new Rate(tcp);
    compressed.send(0);
    compressed.send(10 * MS);
    compressed.acknowledge(1, 20 * MS);
    for (let i = 2; i <= 11; i++) compressed.send(i * 10 * MS);
    const { delivered, intervalNs } = compressed.acknowledge(12, 112 * MS);
    const twice = new Rate(tcp);
    twice.send(0);
    twice.rate.begin(twice.sample);
    twice.rate.onDelivered(twice.board, 0, twice.sample);
    twice.rate.begin(twice.sample);
    twice.rate.onDelivered(twice.board, 0, twice.sample);
    const limited = new Rate(tcp);
    limited.send(0);
    limited.rate.markAppLimited(1);
    limited.send(1);
    limited.acknowledge(2, 20 * MS);
    return first(
      differs([delivered, intervalNs], [11, 110 * MS], 'eleven segments acknowledged together'),
      differs(twice.sample.priorDelivered, -1, 'a segment reported a second time'),
      differs(limited.rate.isAppLimited, false, 'limited by the application after all of it was delivered'),
    );
  },
  reduction: (tcp) => {
    // 16 to 8: of 15 delivered in the round about half are answered
    const dialogue = new tcp.Dialogue(16, { sieve: losing([16]) });
    const lines = dialogue.run(200, 100).split('\n');
    const from = lines.findIndex((line) => line.includes('! recovery'));
    const sent = lines.slice(from, lines.findIndex((line, index) => index > from && line.includes('! open'))).filter((line) => line.includes(' > ')).length;
    return sent >= 6 && sent <= 9 ? undefined : `${sent} segments left in a recovery from 16 to 8`;
  },
  'lost retransmission': (tcp) => {
    const dialogue = new tcp.Dialogue(8, { sieve: losing([2], 2) });
    const text = dialogue.run(150, 20);
    return differs(departures(text, 2), [20, 46.1, 69.1], 'departures of a segment lost twice');
  },
  handshake: (tcp) => {
    const dialogue = new tcp.Dialogue(4, { sieve: ({ isSyn, copy }) => (isSyn && copy <= 2 ? Infinity : 0) });
    return differs(dialogue.run(3100).split('\n').filter((line) => line.endsWith('> syn')), ['0.0 > syn', '1000.0 > syn', '3000.0 > syn'], 'SYNs');
  },
  'first flight': (tcp) => {
    const flight = (lost: number): number => {
      const dialogue = new tcp.Dialogue(0, { controller: new tcp.Reno(), sieve: ({ isSyn, copy }) => (isSyn && copy <= lost ? Infinity : 0) });
      return dialogue.run(1000 * ((1 << lost) - 1) + 21, 40).split('\n').filter((line) => / > \d+$/.test(line)).length;
    };
    return differs([0, 1, 2].map(flight), [10, 10, 1], 'segments at once after no, one and two lost SYNs');
  },
  'delayed acknowledgement': (tcp) => {
    const acks = (dialogue: sound.Dialogue, segments: number): string[] => dialogue.run(130, segments).split('\n').filter((line) => line.includes('< ack'));
    return first(
      differs(acks(new tcp.Dialogue(4, { acks: { quickAcks: 0 } }), 5), ['42.1 < ack 2', '44.1 < ack 4', '103.1 < ack 5'], 'acknowledgements of five segments'),
      differs(acks(new tcp.Dialogue(40, { receiveBuffer: { initialBytes: 131_072, mostBytes: 131_072 } }), 40).length, 28, 'acknowledgements of forty segments, 16 of them quick'),
      differs(acks(new tcp.Dialogue(4, { acks: { quickAcks: 0 }, sieve: holding(0, 3 * MS) }), 3).at(-1), '44.1 < ack 3', 'acknowledgement of a filled hole'),
    );
  },
  'selective ranges': (tcp) => {
    const ranges = new tcp.ReceivedRanges();
    for (const segment of [9, 1, 3, 5, 2]) ranges.add(segment);
    return differs(Array.from({ length: ranges.recent }, (_, i) => [ranges.recentFrom[i], ranges.recentTo[i]]), [[1, 4], [5, 6], [9, 10]], 'ranges by recency');
  },
  probe: (tcp) => differs(departures(new tcp.Dialogue(4, { sieve: losing([3]) }).run(400, 4), 3), [20, 263.8], 'departures of a lost last segment'),
  'back-off': (tcp) => {
    const dialogue = new tcp.Dialogue(2, { sieve: losing([2, 3], 3) });
    return differs(departures(dialogue.run(1700, 4), 2), [41.1, 311.3, 752.1, 1633.7], 'departures of a segment lost three times');
  },
  undo: (tcp) => {
    const dialogue = new tcp.Dialogue(4, { sieve: holding(1, 40 * MS), acks: { quickAcks: 0 } });
    dialogue.run(83, 12);
    const { cwnd, ssthresh } = dialogue.connection.sender;
    return differs([cwnd, ssthresh], [4, 4], 'window and threshold after a reduction for nothing');
  },
  marks: (tcp) => {
    const dialogue = new tcp.Dialogue(8, { ecn: true, marks: [3, 5] });
    dialogue.run(100, 20);
    return differs((dialogue.controller as sound.FixedWindow).congestions, 1, 'reductions for two marks in one round');
  },
  pace: (tcp) => {
    const pacer = new tcp.Pacer();
    pacer.sent(50e6, 1000, 8e6);
    return differs(pacer.nextNs, 50.5e6, 'next burst after a burst of 1 ms that came late');
  },
  restart: (tcp) => {
    const dialogue = new tcp.Dialogue(4);
    dialogue.run(400, 8);
    dialogue.connection.sender.cwnd = 64;
    return differs(dialogue.run(1, 60).split('\n').length, 32, 'segments at once after a pause of one timeout, window 64');
  },
  reordering: (tcp) => {
    // overtaken by two for 3 ms: less than a quarter of 20 ms
    const dialogue = new tcp.Dialogue(4, { sieve: holding(1, 3 * MS) });
    dialogue.run(200, 12);
    return differs(dialogue.connection.sender.retransmits, 0, 'sent again because of a segment 3 ms late');
  },
  'no false alarm': (tcp) => {
    // the last of a window of sixty is acknowledged 80 ms after it left: longer than a probe would wait
    const dialogue = new tcp.Dialogue(60);
    dialogue.run(3000, 60);
    const { sender: { retransmits, timer } } = dialogue.connection;
    return differs([retransmits, timer.probeCount, timer.timeoutCount], [0, 0, 0], 'sent again, probes and timeouts on a clean path');
  },
  'random paths': (tcp) => {
    for (const path of tcp.PATHS) {
      try {
        tcp.runOverPath('reno', path);
      } catch (error) {
        return `${path[0]}: ${(error as Error).message}`;
      }
    }
    return undefined;
  },
};

describe('the sound transport', () => {
  it.each(Object.keys(CHECKS) as TcpCheck[])('passes: %s', (name) => expect(CHECKS[name](sound)).toBeUndefined());
});

describe('bugs planted in the transport', () => {
  it.each(TCP_BUGS)('$id: $what', async (bug) => {
    expect(CHECKS[bug.caughtBy](await loadMutant<Tcp>(bug, 'tests/planted-bugs/network-tcp-entry.ts'))).toBeTypeOf('string');
  });
});

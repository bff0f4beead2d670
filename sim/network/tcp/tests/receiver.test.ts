/** The receiver beside a naive one that keeps a set of segments and reads every answer off it. */
import { describe, expect, it } from 'vitest';
import { type RandomStream, Streams } from '../../../random.ts';
import { Simulation } from '../../../simulation.ts';
import { ACK, CE, DATA, ECHO_CE, PacketStore, SACK_RANGES } from '../../packets.ts';
import { Deadline } from '../deadline.ts';
import { ReceiveWindow } from '../receive-window.ts';
import { Receiver } from '../receiver.ts';

interface Acknowledgement {
  readonly expected: number;
  readonly ranges: readonly (readonly [number, number])[];
  readonly echo: boolean;
  readonly stamp: number;
}

class Bench {
  readonly sim = new Simulation({ seed: 'receiver' });
  readonly packets = new PacketStore();
  readonly acks: Acknowledgement[] = [];
  readonly receiver: Receiver;

  constructor(acks = {}, receiveBuffer = {}) {
    const code = this.sim.register('ack timer', () => {
      if (deadline.isDue()) this.receiver.onTimer();
    });
    const deadline = new Deadline(this.sim, code, 0);
    this.receiver = new Receiver(this.sim, this.packets, 0, 0, (packet) => this.take(packet), deadline, { acks, receiveBuffer });
    this.receiver.connected(100e6);
  }

  data(segment: number, bytes = 1448, flags = DATA, stampNs = this.sim.now): void {
    const packet = this.packets.make(0, 0, flags, 54 + bytes);
    this.packets.sequence[packet] = segment;
    this.packets.payload[packet] = bytes;
    this.packets.tag[packet] = stampNs;
    this.receiver.receive(packet);
  }

  private take(packet: number): void {
    const { flags, sequence, sack, tag } = this.packets;
    expect(flags[packet]! & ACK).toBe(ACK);
    const ranges: [number, number][] = [];
    for (let i = packet * 2 * SACK_RANGES; i < (packet + 1) * 2 * SACK_RANGES; i += 2) if (sack[i]! < sack[i + 1]!) ranges.push([sack[i]!, sack[i + 1]!]);
    this.acks.push({ expected: sequence[packet]!, ranges, echo: (flags[packet]! & ECHO_CE) !== 0, stamp: tag[packet]! });
    this.packets.free(packet);
  }
}

/** A set, and nothing clever: what is expected next, and the whole range around a segment. */
class Naive {
  readonly got = new Set<number>();
  expected = 0;

  arrive(segment: number): void {
    this.got.add(segment);
    while (this.got.has(this.expected)) this.expected++;
  }

  range(segment: number): [number, number] {
    let from = segment;
    let to = segment + 1;
    while (from - 1 >= this.expected && this.got.has(from - 1)) from--;
    while (this.got.has(to)) to++;
    return [from, to];
  }
}

/** Segments 0.. in an order shuffled within a reach, some twice. */
function arrivals(random: RandomStream, count: number, reach: number): number[] {
  const keyed = Array.from({ length: count }, (_, segment) => ({ segment, at: segment + random.below(reach) + random.float() }));
  const twice = keyed.filter(() => random.below(8) === 0).map(({ segment }) => ({ segment, at: segment + random.below(3 * reach) + random.float() }));
  return [...keyed, ...twice].sort((a, b) => a.at - b.at).map(({ segment }) => segment);
}

describe('the receiver beside a naive one', () => {
  it.each([1, 2, 5, 20, 200])('arrivals shuffled within %i segments', (reach) => {
    const random = new Streams(`receiver ${reach}`).stream('order');
    const bench = new Bench({ compressSack: false });
    const naive = new Naive();
    const recent: number[] = [];
    for (const segment of arrivals(random, 600, reach)) {
      const isDuplicate = naive.got.has(segment);
      naive.arrive(segment);
      const acksBefore = bench.acks.length;
      bench.data(segment, 1 + (segment % 1448));
      expect(bench.receiver.expected).toBe(naive.expected);
      let bytes = 0;
      for (let i = 0; i < naive.expected; i++) bytes += 1 + (i % 1448);
      expect(bench.receiver.deliveredBytes).toBe(bytes);
      if (!isDuplicate && segment >= naive.expected) recent.unshift(segment);
      const ack = bench.acks[acksBefore];
      if (ack === undefined) continue;
      // the duplicate first, then whole ranges: the newest segment's, then those of the segments before it
      const ranges: (readonly [number, number])[] = isDuplicate ? [[segment, segment + 1]] : [];
      const seen = new Set<number>();
      for (const newest of recent.filter((each) => each >= naive.expected)) {
        const range = naive.range(newest);
        if (seen.has(range[0]) || ranges.length === SACK_RANGES || seen.size === 4) continue;
        seen.add(range[0]);
        ranges.push(range);
      }
      expect(ack.expected).toBe(naive.expected);
      // ranges that were pushed out of the four remembered are not told again until something is added to them
      expect(ranges.slice(0, ack.ranges.length)).toEqual(ack.ranges);
      if (!isDuplicate && segment >= naive.expected) expect(ack.ranges[0]).toEqual(naive.range(segment));
    }
    expect(bench.receiver.duplicates).toBe(bench.receiver.arrived - 600);
    expect(bench.packets.count).toBe(0);
  });
});

describe('when it acknowledges', () => {
  it('16 at once, then every second segment, and a lone one after 40 ms', () => {
    const bench = new Bench();
    for (let segment = 0; segment < 21; segment++) bench.data(segment);
    expect(bench.acks.map(({ expected }) => expected)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20]);
    bench.sim.run({ untilNs: 39_999_999 });
    expect(bench.acks).toHaveLength(18);
    bench.sim.run({ untilNs: 40_000_000 });
    expect(bench.acks.at(-1)!.expected).toBe(21);
  });

  it('each segment that widens the offered window: from 64 KiB by two segments a segment to 5/8 of the buffer', () => {
    const bench = new Bench({}, { initialBytes: 1_048_576 });
    for (let segment = 0; segment < 400; segment++) bench.data(segment);
    // (5/8 of 1 MiB - 65 535) / (2 * 1460) = 201.99: so many, then every second one
    expect(bench.acks).toHaveLength(202 + 99);
    expect(bench.acks[201]!.expected).toBe(202);
    expect(bench.acks[202]!.expected).toBe(204);
  });

  it('the buffer follows what was read in a round: twice that and, while it doubles, twice as much again', () => {
    const window = new ReceiveWindow();
    const widened = (segments: number): number => Array.from({ length: segments }, () => window.grow(1448)).filter(Boolean).length;
    // the first buffer of 128 KiB offers 80 KiB
    expect(widened(100)).toBe(6);
    // 40 segments in a round after one of ten
    window.read(14_600, 100e6, 100e6);
    window.read(14_600 + 29_200, 200e6, 100e6);
    // base 2 * 29 200 + 16 * 1460 = 81 760, plus twice its rise of 100 %: 245 280 instead of 81 920
    expect(widened(1000)).toBe(Math.ceil((245_280 - 81_920) / 2920));
    window.read(14_600 + 2 * 29_200, 300e6, 100e6);
    expect(widened(1000)).toBe(0);
  });

  it('at once when a hole is filled, though quick mode is over', () => {
    const bench = new Bench({ quickAcks: 0 });
    bench.data(1);
    bench.data(0);
    expect(bench.acks.map(({ expected }) => expected)).toEqual([0, 2]);
  });

  it('at once for a duplicate, which it names, and quickly after it', () => {
    const bench = new Bench();
    for (let segment = 0; segment < 20; segment++) bench.data(segment);
    bench.acks.length = 0;
    bench.data(3);
    expect(bench.acks).toEqual([expect.objectContaining({ expected: 20, ranges: [[3, 4]] })]);
    bench.data(20);
    expect(bench.acks.at(-1)!.expected).toBe(21);
  });

  it('holds back the fourth and later reports behind one hole, for 1 ms, unless a third range would be lost', () => {
    const bench = new Bench({ quickAcks: 0 });
    for (let segment = 1; segment <= 5; segment++) bench.data(segment);
    expect(bench.acks).toHaveLength(3);
    bench.sim.run({ untilNs: 1e6 });
    expect(bench.acks.at(-1)!.ranges).toEqual([[1, 6]]);
    bench.data(7);
    expect(bench.acks).toHaveLength(4);
    bench.data(9);
    expect(bench.acks.at(-1)!.ranges).toEqual([[7, 8], [1, 6]]);
  });

  it('stops counting segments when it has acknowledged: after a delayed one the next waits again', () => {
    const bench = new Bench({ quickAcks: 0 });
    bench.data(0);
    bench.sim.run({ untilNs: 41e6 });
    bench.data(1);
    expect(bench.acks).toHaveLength(1);
    bench.data(2);
    expect(bench.acks.map(({ expected }) => expected)).toEqual([1, 3]);
  });
});

describe('what it echoes', () => {
  it('the timestamp of the first segment that the acknowledgement answers, not of the last (RFC 7323 section 4.3)', () => {
    const bench = new Bench({ quickAcks: 0 });
    bench.data(0, 1448, DATA, 100);
    bench.data(1, 1448, DATA, 200);
    bench.data(3, 1448, DATA, 400);
    expect(bench.acks.map(({ stamp }) => stamp)).toEqual([100, 100]);
    bench.data(2, 1448, DATA, 500);
    expect(bench.acks.at(-1)!.stamp).toBe(500);
  });

  it('congestion marks until the sender says it has reduced', () => {
    const bench = new Bench();
    bench.data(0, 1448, DATA | CE);
    bench.data(1);
    bench.data(2, 1448, DATA | 128);
    expect(bench.acks.map(({ echo }) => echo)).toEqual([true, true, false]);
  });

  it('nothing of a packet with a wrong checksum', () => {
    const bench = new Bench();
    bench.data(0, 1448, DATA | 256);
    expect([bench.receiver.expected, bench.acks.length, bench.packets.count]).toEqual([0, 0, 0]);
  });
});

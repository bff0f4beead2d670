import { describe, expect, it } from 'vitest';
import dumbbell from '../../scenarios/eval/dumbbell.ts';
import { flowNames, panelsOf } from './chart-panels.ts';
import { BY_CHANCE, BY_YOU, DELIVERED, type FlowRecord, NO_ROOM, UNDER_WAY } from './flow-record.ts';
import { buffersOf } from './flow-messages.ts';
import { bufferPackets, DEFAULT_FLOWS, type FlowOptions, linkQuery, readOptions, togetherProblem } from './flow-options.ts';
import { ackOf, EVENT_KINDS, type EventKind, type PacketEvent, packetEndNs, PacketEvents } from './packet-events.ts';
import { phaseAt, toneOf } from './phase-strip.ts';
import { recordFlows } from './record.ts';
import { eventSentence, headline, ordinal, packetStory, partingSentence } from './sentences.ts';

const SMALL: FlowOptions = { ...DEFAULT_FLOWS, a: 'cubic', b: 'reno', bStartS: 0.3, rateMbps: 4, rttMs: 20, lossPercent: 2, seconds: 2, seed: 'test' };
const quiet = (): void => undefined;
let made: FlowRecord | undefined;
const small = (): FlowRecord => (made ??= recordFlows(SMALL, quiet));

/** Every event of a record, put together and sorted the slow way. */
function allEvents({ packets, acks }: FlowRecord): PacketEvent[] {
  const events: PacketEvent[] = [];
  const add = (kind: EventKind, timeNs: number, row: number): void => { if (timeNs < Infinity) events.push({ kind, timeNs, row }); };
  for (let row = 0; row < packets.count; row++) {
    const fate = packets.fate[row]!;
    add(fate === NO_ROOM ? 'refused' : 'enter', packets.enterNs[row]!, row);
    add('serve', packets.serveNs[row]!, row);
    add(fate === BY_CHANCE || fate === BY_YOU ? 'lost' : 'leave', packets.leaveNs[row]!, row);
    add('arrive', packets.arriveNs[row]!, row);
  }
  for (let row = 0; row < acks.count; row++) {
    add('ack', acks.sendNs[row]!, row);
    add('acked', acks.arriveNs[row]!, row);
  }
  return events.sort((a, b) => a.timeNs - b.timeNs || EVENT_KINDS.indexOf(a.kind) - EVENT_KINDS.indexOf(b.kind) || a.row - b.row);
}

describe('options of the network page', () => {
  it('come back from the link that they write', () => {
    const options: FlowOptions = { ...DEFAULT_FLOWS, a: 'bbr3', b: 'mef', aStartS: 0.5, bStartS: 4, rateMbps: 3.5, rttMs: 120, bufferBdp: 0.25, lossPercent: 1.5, seconds: 8, seed: 'a b&c', drops: [{ flow: 1, segment: 812, sending: 1 }, { flow: 2, segment: 7, sending: 3 }] };
    expect(linkQuery(options)['drop']).toBe('1:812,2:7:3');
    expect(readOptions(linkQuery(options))).toEqual({ options, problems: [] });
    expect(linkQuery(DEFAULT_FLOWS)).toEqual({ a: 'bbr', b: 'none' });
  });

  it('refuse what is not allowed, each with a sentence, and fall back to the default', () => {
    const { options, problems } = readOptions({ a: 'vegas', b: 'reno', rateMbps: '-1', rttMs: '', lossPercent: '51', seed: 'ä', drop: '3:1' });
    expect(options).toEqual({ ...DEFAULT_FLOWS, b: 'reno' });
    expect(problems).toHaveLength(6);
    expect(problems).toContain('This link asks for rateMbps = -1; allowed is a number from 0.5 to 200 Mbit/s. Opened with the default, 10.');
    expect(problems).toContain('This link asks for a = vegas; allowed is one of bbr, bbr3, cubic, reno, mef. Opened with the default, bbr.');
    for (const bad of ['1:2:0', '1:-2', '1', '1:2,', '0:4', '1:2:3:4']) expect(readOptions({ drop: bad }).problems, bad).toHaveLength(1);
  });

  it('refuse values that do not go together', () => {
    expect(togetherProblem(DEFAULT_FLOWS)).toBeUndefined();
    expect(readOptions({ rateMbps: '200', seconds: '60' }).problems[0]).toMatch(/999 thousand packets; at most 600 thousand/);
    expect(readOptions({ b: 'reno', bStartS: '20' }).problems[0]).toMatch(/flow 2 starts at 20 s and the run ends at 15 s/);
    expect(readOptions({ bStartS: '20' }).problems).toEqual([]);
  });

  it('count the buffer in packets of 1502 bytes', () => {
    expect(bufferPackets(DEFAULT_FLOWS)).toBe(33);
    expect(bufferPackets({ ...DEFAULT_FLOWS, bufferBdp: 0.05, rateMbps: 0.5, rttMs: 1 })).toBe(1);
  });
});

describe('a recorded run', () => {
  it('is first in, first out, and every packet has one fate', () => {
    const { packets, endNs, bufferPackets: room, rttNs } = small();
    expect(packets.count).toBeGreaterThan(400);
    let lastNs = -1;
    const fates = new Set<number>();
    for (let row = 0; row < packets.count; row++) {
      const [enter, serve, leave, arrive, fate] = [packets.enterNs[row]!, packets.serveNs[row]!, packets.leaveNs[row]!, packets.arriveNs[row]!, packets.fate[row]!];
      fates.add(fate);
      if (row > 0) expect(enter).toBeGreaterThanOrEqual(packets.enterNs[row - 1]!);
      expect(packets.ahead[row]!).toBeLessThanOrEqual(room);
      expect(fate === NO_ROOM).toBe(packets.ahead[row] === room && serve === Infinity && fate !== UNDER_WAY);
      if (serve === Infinity) continue;
      expect(serve).toBeGreaterThanOrEqual(Math.max(enter, lastNs));
      if (leave === Infinity) continue;
      lastNs = leave;
      if (fate === DELIVERED) expect(arrive - leave).toBe(rttNs / 2);
      else expect(fate === UNDER_WAY ? leave + rttNs / 2 > endNs : arrive === Infinity).toBe(true);
    }
    expect([...fates].sort((a, b) => a - b)).toEqual([DELIVERED, NO_ROOM, BY_CHANCE, UNDER_WAY]);
  });

  it('agrees with itself: the samples of the queue with the packets that wait, sent segments with the log', () => {
    const record = small();
    const { packets } = record;
    record.flows.forEach(({ sentSegments, retransmits }, flow) => {
      let [sent, again] = [0, 0];
      for (let row = 0; row < packets.count; row++) if (packets.flow[row] === flow && packets.segment[row]! >= 0) {
        sent++;
        if (packets.sending[row]! > 1) again++;
      }
      expect([sent, again]).toEqual([sentSegments, retransmits]);
    });
    for (let sample = 1; sample < record.timesNs.length; sample += 37) {
      const [fromNs, toNs] = [record.timesNs[sample - 1]!, record.timesNs[sample]!];
      let most = 0;
      for (let row = 0; row < packets.count; row++) if (packets.fate[row] !== NO_ROOM && packets.enterNs[row]! > fromNs && packets.enterNs[row]! <= toNs && packets.serveNs[row]! > packets.enterNs[row]!) most = Math.max(most, packets.ahead[row]! + 1);
      expect(record.queue[sample]!).toBeGreaterThanOrEqual(most);
    }
  });

  it.each([['cubic', 'reno', 2], ['bbr', 'mef', 0.5]] as const)('is the run of the calculator: %s and %s', (a, b, lossPercent) => {
    const options: FlowOptions = { ...SMALL, a, b, lossPercent, seconds: 4 };
    const page = recordFlows(options, quiet);
    const asked = dumbbell.evaluate(dumbbell.input.parse({
      flows: [{ controller: a }, { controller: b, startS: options.bStartS }], rateBps: 4e6, rttNs: 20e6, bufferPackets: page.bufferPackets, loss: lossPercent / 100,
      durationS: 4, measureFromS: page.measureFromNs / 1e9, seed: options.seed,
    }), { readFile: () => new Uint8Array() }) as { flows: { sentSegments: number; retransmits: number; goodputBps: number; rttMeanNs: number }[]; queueDrops: number; queueMeanPackets: number; utilisation: number };
    expect(page.flows.map(({ sentSegments, retransmits }) => ({ sentSegments, retransmits }))).toEqual(asked.flows.map(({ sentSegments, retransmits }) => ({ sentSegments, retransmits })));
    expect(page.queueDrops).toBe(asked.queueDrops);
    expect(page.queueMeanPackets).toBeCloseTo(asked.queueMeanPackets, 6);
    // The page counts what has come, the calculator what has come in order: a hole at an edge of the window tells them apart.
    expect(Math.abs(page.utilisation / asked.utilisation - 1)).toBeLessThan(0.02);
    page.flows.forEach(({ rttMeanNs }, at) => expect(Math.abs(rttMeanNs / asked.flows[at]!.rttMeanNs - 1)).toBeLessThan(0.02));
  });

  it('is the same run again, and another one after a drop, from that packet on', () => {
    expect(recordFlows(SMALL, quiet).fingerprint).toBe(small().fingerprint);
    const { packets } = small();
    const row = [...packets.segment.keys()].find((at) => at > 200 && packets.fate[at] === DELIVERED && packets.sending[at] === 1)!;
    const drop = { flow: packets.flow[row]! + 1, segment: packets.segment[row]!, sending: 1 };
    const other = recordFlows({ ...SMALL, drops: [drop] }, quiet);
    expect(other.fingerprint).not.toBe(small().fingerprint);
    expect(other.packets.fate[row]).toBe(BY_YOU);
    expect(other.packets.enterNs.slice(0, row + 1)).toEqual(packets.enterNs.slice(0, row + 1));
    // It is missed and sent again.
    let sendings = 0;
    for (let at = row + 1; at < other.packets.count; at++) if (other.packets.flow[at] === drop.flow - 1 && other.packets.segment[at] === drop.segment) sendings = other.packets.sending[at]!;
    expect(sendings).toBeGreaterThanOrEqual(2);
    // The runs part when the hole is seen, a round trip or more after the packet left, and the page says when.
    const parted = Number(/until ([\d.]+)\u202fms\.$/.exec(partingSentence(small(), other))![1]) * 1e6;
    expect(parted).toBeGreaterThan(packets.leaveNs[row]! + SMALL.rttMs * 1e6);
    expect(parted).toBeLessThan(packets.leaveNs[row]! + 10 * SMALL.rttMs * 1e6);
    expect(partingSentence(small(), small())).toBe('No packet was sent at another time than without the drops.');
    // A sending that never happens changes nothing.
    expect(recordFlows({ ...SMALL, drops: [{ ...drop, sending: 99 }] }, quiet).fingerprint).toBe(small().fingerprint);
  });

  it('is told as it was: phases without gaps from the start, progress to the end', () => {
    const told: number[] = [];
    const { flows, endNs } = recordFlows({ ...SMALL, a: 'reno' }, (fraction) => told.push(fraction));
    expect(told.at(-1)).toBe(1);
    expect(told.every((value, at) => at === 0 || value >= told[at - 1]!)).toBe(true);
    for (const { phases, startNs } of flows) {
      expect(phases[0]!.fromNs).toBeGreaterThanOrEqual(startNs);
      expect(phases.at(-1)!.toNs).toBe(endNs);
      phases.forEach((phase, at) => { if (at > 0) expect(phase.fromNs).toBe(phases[at - 1]!.toNs); });
      expect(phases.some(({ name }) => toneOf(name) === 'repair')).toBe(true);
    }
  });
});

it('hands every column of a record over, each once', () => {
  const record = recordFlows({ ...SMALL, seconds: 1 }, quiet);
  const expected = 2 + 9 + 5 + 2 * 6;
  const buffers = buffersOf(record);
  expect(buffers).toHaveLength(expected);
  const copied = structuredClone(record, { transfer: buffers });
  expect(record.packets.enterNs).toHaveLength(0);
  expect(copied.packets.enterNs.length).toBeGreaterThanOrEqual(copied.packets.count);
});

describe('events and packets at an instant', () => {
  it('step through every event once, there and back, as the slow way has them', () => {
    const events = new PacketEvents(small());
    const expected = allEvents(small());
    let at: PacketEvent | undefined = events.next(-1);
    for (const [index, event] of expected.entries()) {
      if (at === undefined || at.kind !== event.kind || at.row !== event.row || at.timeNs !== event.timeNs) expect(at, `event ${index}`).toEqual(event);
      at = events.next(event);
    }
    expect(at).toBeUndefined();
    at = events.previous(Infinity);
    for (const event of expected.toReversed()) {
      if (at === undefined || at.kind !== event.kind || at.row !== event.row) expect(at).toEqual(event);
      at = events.previous(event);
    }
    expect(at).toBeUndefined();
  });

  it('has the packets and acknowledgements that a look at all of them finds', () => {
    const record = small();
    const events = new PacketEvents(record);
    const { packets, acks } = record;
    for (let n = 1; n < 60; n++) {
      const timeNs = (record.endNs * n) / 60;
      const traceNs = n % 3 === 0 ? 0 : 5e6;
      const rows = Array.from({ length: packets.count }, (_, row) => row).filter((row) => {
        const endNs = packetEndNs(packets, row);
        const isGone = packets.fate[row] === NO_ROOM || packets.fate[row] === BY_CHANCE;
        return packets.enterNs[row]! <= timeNs && (isGone ? endNs + traceNs >= timeNs : timeNs < endNs);
      });
      expect(events.packetsAt(timeNs, traceNs)).toEqual(rows);
      expect(events.acksAt(timeNs)).toEqual(Array.from({ length: acks.count }, (_, row) => row).filter((row) => acks.sendNs[row]! <= timeNs && acks.arriveNs[row]! > timeNs));
    }
  });

  it('knows which acknowledgement covered a packet', () => {
    const { packets, acks } = small();
    let found = 0;
    for (let row = 0; row < packets.count; row += 11) {
      const ack = ackOf(small(), row);
      if (ack < 0) continue;
      found++;
      expect(acks.flow[ack]).toBe(packets.flow[row]);
      expect(acks.next[ack]!).toBeGreaterThan(packets.segment[row]!);
      expect(acks.sendNs[ack]!).toBeGreaterThanOrEqual(packets.arriveNs[row]!);
    }
    expect(found).toBeGreaterThan(30);
  });
});

describe('what is said', () => {
  it('tells a run by its figures', () => {
    const [first, second] = small().flows;
    const told = headline(small());
    expect(told).toContain(`${(small().utilisation * 100).toFixed(1)}\u202f% of the line`);
    const ratio = Math.max(first!.goodputBps / second!.goodputBps, second!.goodputBps / first!.goodputBps);
    expect(told).toContain(ratio < 1.1 ? 'about equally' : `${ratio.toFixed(1)} times`);
    expect(headline({ ...small(), flows: [{ ...first!, goodputBps: 5 }, { ...second!, goodputBps: 0 }] })).toMatch(/^CUBIC leaves Reno nothing; /);
    expect(headline({ ...small(), flows: [{ ...first!, goodputBps: 5 }, { ...second!, controller: 'cubic', goodputBps: 50 }] })).toMatch(/^The second CUBIC flow gets 10 times what the first CUBIC flow gets; /);
    expect(headline({ ...small(), flows: [first!] })).toMatch(/^CUBIC fills .*; its round trip is \d\.\d\d times that of the empty path\.$/);
  });

  it('tells packets apart by what became of them', () => {
    const { packets } = small();
    const story = (fate: number): string => packetStory(small(), packets.fate.findIndex((value, row) => value === fate && packets.segment[row]! >= 0 && row < packets.count));
    expect(story(NO_ROOM)).toMatch(/^Segment \d+ of [12] \w+(?:, sent for the \d\w\w time)?: reached the queue at .* and found no room\.$/);
    expect(story(BY_CHANCE)).toMatch(/is lost behind the line by chance\.$/);
    expect(story(DELIVERED)).toMatch(/arrives at [\d.\u202f]+\u202fms; the sender reads that all up to it has come/);
    const refused = { kind: 'refused', timeNs: 1_500_000, row: packets.fate.indexOf(NO_ROOM) } as const;
    expect(eventSentence(small(), refused)).toMatch(/^1\.500\u202fms\. Segment .* finds no room and is dropped\.$/);
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 111].map(ordinal)).toEqual(['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '111th']);
  });

  it('gives every phase of every controller a tone, and finds the phase at an instant', () => {
    expect(['STARTUP', 'DRAIN', 'PROBE_BW cruise', 'PROBE_BW up', 'PROBE_BW down', 'PROBE_RTT', 'slow start', 'congestion avoidance', 'recovery', 'loss'].map(toneOf)).toEqual(['search', 'empty', 'cruise', 'search', 'empty', 'look', 'search', 'cruise', 'repair', 'repair']);
    const phases = [{ name: 'x', fromNs: 5, toNs: 10, gain: NaN }, { name: 'y', fromNs: 10, toNs: 20, gain: 1 }];
    expect([4, 5, 9, 10, 19, 20].map((at) => phaseAt(phases, at)?.name)).toEqual([undefined, 'x', 'x', 'y', 'y', undefined]);
  });

  it('draws lines only for what has values, and those of the other run beside them', () => {
    const panels = panelsOf(small(), undefined);
    expect(panels.map(({ id }) => id)).toEqual(['window', 'rate', 'queue', 'rtt']);
    expect(panels[1]!.lines.map(({ label }) => label)).toEqual(['1 CUBIC delivered', '2 Reno delivered']);
    expect(panelsOf(small(), small())[0]!.lines.map(({ kind }) => kind)).toEqual(['before', 'before', 'thin', 'thin', 'main', 'main']);
    expect(flowNames({ flows: [{ controller: 'mef' }] })).toEqual(['MEF']);
  });
});

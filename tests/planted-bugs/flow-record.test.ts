/** Each planted bug of the network page's record is caught by a named check that the sound code passes. */
import { describe, expect, it } from 'vitest';
import dumbbell from '../../scenarios/eval/dumbbell.ts';
import type { FlowRecord } from '../../notebooks-web/flows/flow-record.ts';
import type { PacketEvent } from '../../notebooks-web/flows/packet-events.ts';
import { RECORD_BUGS, type RecordCheck } from './flow-record.ts';
import * as sound from './flow-record-entry.ts';
import { loadMutant } from './load-mutant.ts';

type Page = typeof sound;

const differs = (found: unknown, required: unknown, what: string): string | undefined => (JSON.stringify(found) === JSON.stringify(required) ? undefined : `${what}: ${JSON.stringify(found)?.slice(0, 120)}, required ${JSON.stringify(required)?.slice(0, 120)}`);
const range = (count: number): number[] => Array.from({ length: count }, (_, row) => row);

function run(page: Page, drop?: { readonly flow: number; readonly segment: number; readonly sending: number }): FlowRecord {
  return page.recordFlows({ ...page.DEFAULT_FLOWS, a: 'cubic', b: 'reno', bStartS: 0.1, rateMbps: 4, rttMs: 20, lossPercent: 2, seconds: 2, seed: 'bugs', drops: drop === undefined ? [] : [drop] }, () => undefined);
}

/** A segment of flow 1 that arrived when it was first sent. */
const VICTIM = { flow: 1, segment: 100, sending: 1 };

function fatesOfVictim(page: Page): { before: FlowRecord; record: FlowRecord; rows: number[] } {
  const record = run(page, VICTIM);
  const { packets } = record;
  return { before: run(page), record, rows: range(packets.count).filter((row) => packets.flow[row] === 0 && packets.segment[row] === VICTIM.segment) };
}

/** Which of the packets that left the line were lost by chance, by order of leaving; the reader's own is left out. */
function chances(page: Page, { packets }: FlowRecord): (boolean | undefined)[] {
  return range(packets.count).filter((row) => packets.leaveNs[row]! < Infinity).map((row) => (packets.fate[row] === page.BY_YOU ? undefined : packets.fate[row] === page.BY_CHANCE));
}

const CHECKS: Readonly<Record<RecordCheck, (page: Page) => string | undefined>> = {
  draws: (page) => {
    const { before, record } = fatesOfVictim(page);
    const [a, b] = [chances(page, before), chances(page, record)];
    const least = Math.min(a.length, b.length);
    return differs(range(least).filter((n) => b[n] !== undefined && a[n] !== b[n]), [], 'losses by chance that moved');
  },
  sendings: (page) => {
    const { packets, flows } = run(page);
    return differs(flows.map((_, flow) => range(packets.count).filter((row) => packets.flow[row] === flow && packets.sending[row]! > 1).length), flows.map(({ retransmits }) => retransmits), 'packets sent again');
  },
  drop: (page) => {
    const { record: { packets }, rows } = fatesOfVictim(page);
    const [first, ...others] = rows.map((row) => packets.fate[row]);
    return first !== page.BY_YOU ? 'the first sending was not dropped' : others.length === 0 ? 'it was never sent again' : others.includes(page.BY_YOU) ? 'another sending was dropped as well' : undefined;
  },
  steps: (page) => {
    const record = run(page);
    const events = new page.PacketEvents(record);
    const { packets, acks } = record;
    const lost = (row: number): boolean => packets.leaveNs[row]! < Infinity;
    const expected = range(packets.count).reduce((sum, row) => sum + 1 + Number(packets.serveNs[row]! < Infinity) + Number(lost(row)) + Number(packets.arriveNs[row]! < Infinity), 0) + range(acks.count).reduce((sum, row) => sum + 1 + Number(acks.arriveNs[row]! < Infinity), 0);
    let steps = 0;
    for (let at: PacketEvent | undefined = events.next(-1); at !== undefined && steps <= expected; at = events.next(at)) steps++;
    return differs(steps, expected, 'events stepped on');
  },
  places: (page) => {
    const record = run(page);
    const events = new page.PacketEvents(record);
    const { packets } = record;
    // longer than the way there: losses are still drawn when later packets have arrived
    const traceNs = 25e6;
    for (let timeNs = 1e8; timeNs < record.endNs; timeNs += 7e6) {
      const required = range(packets.count).filter((row) => {
        if (packets.enterNs[row]! > timeNs) return false;
        if (packets.fate[row] === page.NO_ROOM) return packets.enterNs[row]! + traceNs >= timeNs;
        return packets.fate[row] === page.BY_CHANCE ? packets.leaveNs[row]! + traceNs >= timeNs : packets.arriveNs[row]! > timeNs;
      });
      const complaint = differs(events.packetsAt(timeNs, traceNs), required, `packets at ${timeNs} ns`);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  },
  queue: (page) => {
    const { queue, packets, timesNs } = run(page);
    const wrong = range(timesNs.length).slice(1).filter((sample) => {
      const waits = range(packets.count).filter((row) => packets.fate[row] !== page.NO_ROOM && packets.enterNs[row]! <= timesNs[sample]! && packets.serveNs[row]! > timesNs[sample - 1]!).length;
      return queue[sample]! > waits;
    });
    return differs(wrong, [], 'samples in which more wait than there are packets');
  },
  acknowledged: (page) => {
    const record = run(page);
    const { packets, acks } = record;
    return differs(range(packets.count).filter((row) => {
      const ack = page.ackOf(record, row);
      return ack >= 0 && acks.flow[ack] !== packets.flow[row];
    }), [], "packets acknowledged to the other flow");
  },
  fifo: (page) => {
    const { packets, rttNs } = run(page);
    return differs(range(packets.count).filter((row) => packets.fate[row] === page.DELIVERED && packets.arriveNs[row]! - packets.leaveNs[row]! !== rttNs / 2), [], 'packets that took another time than the way there');
  },
  calculator: (page) => {
    const record = run(page);
    const asked = dumbbell.evaluate(dumbbell.input.parse({
      flows: [{ controller: 'cubic' }, { controller: 'reno', startS: 0.1 }], rateBps: 4e6, rttNs: 20e6, bufferPackets: record.bufferPackets, loss: 0.02, durationS: 2, measureFromS: record.measureFromNs / 1e9, seed: 'bugs',
    }), { readFile: () => new Uint8Array() }) as { queueMeanPackets: number };
    return Math.abs(record.queueMeanPackets - asked.queueMeanPackets) < 1e-6 ? undefined : `mean queue ${record.queueMeanPackets}, the calculator says ${asked.queueMeanPackets}`;
  },
};

describe('the record of the network page', () => {
  it.each(Object.entries(CHECKS))('is sound: %s', (_, check) => {
    expect(check(sound)).toBeUndefined();
  });

  it.each(RECORD_BUGS)('$id is caught by $caughtBy: $what', async (bug) => {
    expect(CHECKS[bug.caughtBy](await loadMutant<Page>(bug, 'tests/planted-bugs/flow-record-entry.ts'))).toBeTypeOf('string');
  });
});

import { describe, expect, it } from 'vitest';
import { ConfigError } from '../testbed/config-error.ts';
import { parseInput } from '../testbed/problems.ts';
import dumbbell from './dumbbell.ts';

interface Answer {
  readonly flows: readonly { readonly goodputBps: number; readonly rttMeanNs: number; readonly rttP50Ns: number; readonly rttP95Ns: number; readonly retransmits: number; readonly sentSegments: number }[];
  readonly utilisation: number;
  readonly jain: number | null;
  readonly queueMeanPackets: number;
  readonly queueP95Packets: number;
  readonly queueDrops: number;
  readonly packets: number;
}

const NO_FILES = { readFile: (): never => { throw new Error('reads no file'); } };
const PLAIN = { flows: [{ controller: 'cubic', startS: 0 }], rateBps: 10_000_000, rttNs: 40_000_000, bufferPackets: 33, loss: 0, durationS: 20, measureFromS: 5, seed: 'a' };
const ask = (changes: object = {}): Answer => dumbbell.evaluate(parseInput(dumbbell.input, { ...PLAIN, ...changes }), NO_FILES) as Answer;
const one = (controller: string): { flows: object[] } => ({ flows: [{ controller, startS: 0 }] });

function refusal(changes: object): string {
  try {
    ask(changes);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('dumbbell', () => {
  it('has the shape that was agreed', () => {
    const answer = ask({ flows: [{ controller: 'cubic' }, { controller: 'reno', startS: 1 }] });
    expect(Object.keys(answer)).toEqual(['flows', 'utilisation', 'jain', 'queueMeanPackets', 'queueP95Packets', 'queueDrops', 'packets']);
    expect(answer.flows.map((flow) => Object.keys(flow))).toEqual(Array.from({ length: 2 }, () => ['goodputBps', 'rttMeanNs', 'rttP50Ns', 'rttP95Ns', 'retransmits', 'sentSegments']));
    expect(answer.packets).toBe(answer.flows[0]!.sentSegments + answer.flows[1]!.sentSegments);
  });

  it('depends on the seed only where something is drawn', () => {
    expect(ask({ seed: 'b' })).toEqual(ask());
    expect(ask({ loss: 0.01, seed: 'b' })).not.toEqual(ask({ loss: 0.01 }));
    expect(ask({ loss: 0.01, seed: 7 })).toEqual(ask({ loss: 0.01, seed: '7' }));
  });

  it('reports delay that agrees with the queue: a packet waits for those before it', () => {
    // smoothing and sampling at acknowledgements cost a little; a served packet takes 1.2 ms
    const { flows, queueMeanPackets } = ask(one('reno'));
    const waitNs = flows[0]!.rttMeanNs - 40e6;
    expect(waitNs / 1.2016e6).toBeGreaterThan(queueMeanPackets);
    expect(waitNs / 1.2016e6).toBeLessThan(queueMeanPackets + 3);
  });

  it('measures within its window: a window is the sum of its halves', () => {
    // the flow starts late: nothing of one half is like the other
    const late = { flows: [{ controller: 'cubic', startS: 8 }] };
    const [first, second, whole] = [ask({ ...late, durationS: 12, measureFromS: 4 }), ask({ ...late, durationS: 20, measureFromS: 12 }), ask({ ...late, durationS: 20, measureFromS: 4 })];
    for (const figure of ['queueMeanPackets', 'utilisation'] as const) {
      expect((first[figure] + second[figure]) / 2, figure).toBeCloseTo(whole[figure], 9);
      expect(second[figure] - first[figure], figure).toBeGreaterThan(0.2 * whole[figure]);
    }
    // idle for 19.5 s: no percentile of the whole run would see the queue
    const { queueP95Packets } = ask({ flows: [{ controller: 'cubic', startS: 19.5 }], measureFromS: 19.7 });
    expect(queueP95Packets).toBeGreaterThan(20);
    expect(ask({ flows: [{ controller: 'cubic', startS: 19.5 }], measureFromS: 0 }).queueP95Packets).toBe(0);
  });

  it('calls a line full that is never idle: 1448 bytes of each 1502 are the application\'s', () => {
    // room for all that the receiver's window allows: nothing is lost, and the queue never empties
    const { utilisation, flows, queueDrops } = ask({ ...one('reno'), bufferPackets: 1e6 });
    expect(queueDrops).toBe(0);
    // a packet more or less at either end of 15 s
    expect(Math.abs(utilisation - 1)).toBeLessThan(2 * (1.2016e-3 / 15));
    expect(utilisation).toBeCloseTo(flows[0]!.goodputBps / (1e7 * (1448 / 1502)), 12);
  });

  it('loses behind the queue: what is sent again is what queue and medium lost', () => {
    const { flows, queueDrops } = ask({ loss: 0.02 });
    expect(flows[0]!.retransmits).toBeGreaterThan(queueDrops);
    expect((flows[0]!.retransmits - queueDrops) / flows[0]!.sentSegments).toBeCloseTo(0.02, 2);
  });

  it('sends nothing through a line that loses everything', () => {
    const answer = ask({ loss: 1 });
    expect(answer).toMatchObject({ utilisation: 0, jain: null, queueMeanPackets: 0, packets: 0 });
    expect(answer.flows[0]).toMatchObject({ goodputBps: 0, rttMeanNs: null, rttP50Ns: null });
  });

  it.each(['reno', 'cubic', 'bbr', 'bbr3', 'mef'])('%s alone fills the line, with a buffer of one bandwidth-delay product', (controller) => {
    const { utilisation, queueP95Packets } = ask({ ...one(controller), durationS: 30, measureFromS: 10 });
    expect(utilisation).toBeGreaterThan(controller === 'mef' ? 0.965 : 0.95);
    expect(utilisation).toBeLessThan(1.005);
    expect(queueP95Packets).toBeLessThanOrEqual(33);
  });

  it('two flows of one kind share', () => {
    expect(ask({ flows: [{ controller: 'reno' }, { controller: 'reno', startS: 0.1 }], durationS: 120, measureFromS: 20 }).jain).toBeGreaterThan(0.95);
  });

  it.each([
    [{ measureFromS: 20 }, 'measureFromS: 20 s given; must be below durationS = 20 s'],
    [{ measureFromS: 25 }, 'measureFromS: 25 s given; must be below durationS = 20 s'],
    [{ measureFromS: 20 - 1e-10 }, 'measureFromS: 19.9999999999 s given; must be below durationS = 20 s, by 1 ns at least: measure from an earlier instant or run longer'],
    [{ flows: [{ controller: 'reno', startS: 20 - 1e-10 }] }, 'flows[0].startS: 19.9999999999 s given; must be below durationS = 20 s, by 1 ns at least: start it earlier or run longer'],
    [{ rateBps: 1e4, durationS: 1e5, measureFromS: 0, flows: Array.from({ length: 1000 }, () => ({ controller: 'reno' })) }, 'durationS: 1000 flows measured for 100000 s are 10000000000 samples of round-trip time; must be at most 20000000, shorten'],
    [{ measureFromS: NaN }, 'measureFromS: NaN is not allowed; allowed is a number from 0 to 100000 s'],
    [{ durationS: 1e300 }, 'durationS: 1e+300 is not allowed; allowed is a number from 0.01 to 100000 s'],
    [{ rttNs: Infinity }, 'rttNs: Infinity is not allowed; allowed is a whole number from 1000 to 10000000000 ns'],
    [{ flows: [] }, 'flows: [] is not allowed; allowed is a list of 1 to 1000 entries'],
    [{ flows: [{ controller: 'cubik' }] }, 'flows[0].controller: "cubik" is not allowed; allowed is one of bbr, bbr3, cubic, reno, mef'],
    [{ flows: [{ controller: 'reno', startS: 21 }] }, 'flows[0].startS: 21 s given; must be below durationS = 20 s'],
    [{ flows: [{ controller: 'bbr', slowStart: 'standard' }] }, "flows[0].slowStart: given with 'bbr', which has no slow start; leave it out"],
    [{ flows: [{ controller: 'reno', slowStart: 'hystart' }] }, "flows[0].slowStart: 'hystart' with 'reno'; must be 'standard' or 'hystart++'"],
    [{ rateBps: 1e11, durationS: 60 }, 'durationS: 60 s at 100000000000 bit/s are up to 499334221 packets; must be at most 100000000'],
  ])('refuses %j', (changes, message) => {
    expect(refusal(changes)).toContain(message);
  });
});

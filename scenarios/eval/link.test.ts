import { describe, expect, it } from 'vitest';
import { ConfigError } from '../testbed/config-error.ts';
import { parseInput } from '../testbed/problems.ts';
import link from './link.ts';

interface Source { sent: number; delivered: number; marked: number; corrupted: number; delayMeanNs: number | null; delayP50Ns: number | null; delayP95Ns: number | null }
interface Answer { sources: Source[]; queueMeanPackets: number; queueMaxPackets: number; carriedBps: number; utilisation: number | null; dropped: Record<string, number>; copied: number; left: number; longestAfterGstNs?: number }
const NO_FILES = { readFile: (): never => { throw new Error('reads no file'); } };
const ask = (question: object): Answer => link.evaluate(parseInput(link.input, question), NO_FILES) as Answer;

/** 1000 bytes a ms. */
const LINE = { rateBps: 8_000_000, propagationNs: 1_000_000 };
const steady = { packetsPerS: 500, gaps: 'periodic', bytes: 1000 };

describe('eval link', () => {
  it('answers its example', () => {
    const { sources: [source], dropped, left } = ask(link.example as object);
    expect(source!.sent - source!.delivered).toBeLessThanOrEqual(dropped['loss']! + (dropped['sojourn'] ?? 0));
    expect(source!.delivered).toBeGreaterThan(7000);
    expect(left).toBe(0);
  });

  it('D/D/1: no queue, every delay service and propagation, half the line used', () => {
    const { sources, queueMeanPackets, utilisation, dropped } = ask({ ...LINE, sources: [steady], durationS: 4, measureFromS: 2 });
    expect(sources[0]).toMatchObject({ sent: 1000, delivered: 1000, marked: 0, delayMeanNs: 2_000_000, delayP50Ns: 2_000_000, delayP95Ns: 2_000_000 });
    expect([queueMeanPackets, utilisation, dropped]).toEqual([0, 0.5, {}]);
  });

  it('M/D/1 at load 0.5: waiting rho^2 / (2 (1 - rho)), and the wait that goes with it by Little', () => {
    const { sources, queueMeanPackets } = ask({ ...LINE, sources: [{ ...steady, gaps: 'poisson' }], durationS: 400, measureFromS: 10, seed: 'md1' });
    expect(Math.abs(queueMeanPackets - 0.25)).toBeLessThan(0.015);
    expect(sources[0]!.delayMeanNs! - 2_000_000).toBeCloseTo((queueMeanPackets / (sources[0]!.sent / 390)) * 1e9, -5);
  });

  it('the same packets meet another discipline: seeds belong to sources', () => {
    const sources = [{ packetsPerS: 1200, bytes: 1000, sizes: 'exponential', ecn: true }, { packetsPerS: 20, bytes: 100 }];
    const answers = [{ discipline: 'drop-tail', limitPackets: 100 }, { discipline: 'red', limitPackets: 100, minPackets: 10, maxPackets: 30 }, { discipline: 'codel' }, { discipline: 'fq-codel' }, { discipline: 'pie' }]
      .map((queue) => ask({ ...LINE, queue, sources, durationS: 20 }));
    for (const answer of answers) expect(answer.sources.map(({ sent }) => sent)).toEqual(answers[0]!.sources.map(({ sent }) => sent));
    const [tail, red, codel, fq, pie] = answers;
    expect(tail!.queueMaxPackets).toBe(100);
    for (const managed of [red!, codel!, fq!, pie!]) expect(managed.sources[0]!.marked).toBeGreaterThan(0);
    // the sparse flow waits for a packet on the line, at most two of the other that it finds new, and no queue
    expect(fq!.sources[1]!.delayP95Ns!).toBeLessThan(8_000_000);
    expect(tail!.sources[1]!.delayP50Ns!).toBeGreaterThan(80_000_000);
  });

  it('loss behind the queue uses the line; throttling counts against what was allowed', () => {
    const lossy = ask({ ...LINE, sources: [steady], faults: { fifo: true, loss: 0.5, throttle: [{ fromNs: 1e9, rateBps: 16_000_000 }] }, durationS: 2 });
    expect(lossy.carriedBps).toBeCloseTo(4e6, -4);
    expect(lossy.utilisation).toBeCloseTo(4 / 12, 2);
    expect(lossy.sources[0]!.delivered).toBe(lossy.sources[0]!.sent - lossy.dropped['loss']!);
    const stopped = ask({ ...LINE, sources: [steady], faults: { fifo: true, throttle: [{ fromNs: 1_003_500_000, rateBps: 0 }] }, durationS: 2 });
    expect(stopped.left).toBe(stopped.sources[0]!.sent - stopped.sources[0]!.delivered);
    expect(stopped.left).toBeGreaterThan(490);
  });

  it('counts copies and corrupt packets apart', () => {
    const { sources: [source], copied } = ask({ ...LINE, sources: [steady], faults: { fifo: false, duplicate: 0.2, corrupt: 0.1 }, durationS: 10 });
    expect(source!.delivered).toBe(source!.sent);
    expect(copied / source!.sent).toBeCloseTo(0.2, 1);
    expect(source!.corrupted / source!.sent).toBeCloseTo(0.1, 1);
  });

  it('partial synchrony: held until GST + delta, and within delta after', () => {
    const synchrony = { gstNs: 2e9, deltaNs: 50e6, adversary: 'hold' };
    const held = ask({ ...LINE, sources: [steady], synchrony, faults: { fifo: true, delay: { law: 'uniform', lowNs: 0, highNs: 200_000_000 } }, durationS: 4 });
    expect(held.longestAfterGstNs).toBe(50e6);
    const free = ask({ ...LINE, sources: [steady], synchrony: { ...synchrony, adversary: 'none' }, durationS: 4 });
    expect(free.longestAfterGstNs).toBe(1e6);
    expect(held.sources[0]!.delayMeanNs!).toBeGreaterThan(500e6);
  });

  it.each<[object, string, string]>([
    [{ measureFromS: 10 }, 'measureFromS', 'must be below durationS'],
    [{ durationS: 1e5 }, 'durationS', 'shorten the run'],
    [{ queue: { discipline: 'red', limitPackets: 9, minPackets: 5, maxPackets: 5 } }, 'queue.minPackets', 'below maxPackets'],
    [{ synchrony: { gstNs: 0, deltaNs: 5, adversary: 'none' } }, 'synchrony.deltaNs', 'at least propagationNs'],
    [{ faults: { fifo: true, reorder: { probability: 0.1, gap: 2 } } }, 'faults', 'keeps order'],
    [{ faults: { fifo: true, outages: [{ fromNs: 9, toNs: 5, reason: 'down', mode: 'drop' }] } }, 'faults', 'in order of time'],
  ])('refuses %o', (change, path, message) => {
    let refusal: unknown;
    try {
      ask({ ...LINE, sources: [steady], durationS: 1, ...change });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).problems[0]).toMatchObject({ path });
    expect((refusal as ConfigError).problems[0]!.message).toContain(message);
  });
});

import { describe, expect, it } from 'vitest';
import { OneDecisionModel } from '../../sim/consensus/pbft/one-decision.ts';
import { Simulation } from '../../sim/simulation.ts';
import pbftLatency from './pbft-latency.ts';

const ask = (question: unknown): { latencyMs: Record<'mean' | 'sd' | 'p50' | 'p95', number>; messagesPerRun: number } =>
  pbftLatency.evaluate(pbftLatency.input.parse(question), { readFile: () => new Uint8Array() }) as never;

/** The same from lists of messages, without an event queue: repeatedly takes the earliest one. Delays in the order in which they are asked for. */
function naive(n: number, silent: number, delays: () => number): { latency: number | undefined; messages: number } {
  const f = Math.floor((n - 1) / 3);
  const heard = Array.from({ length: n }, () => ({ proposal: false, prepares: new Set<number>(), commits: new Set<number>(), sentCommit: false, done: false }));
  const underWay: { at: number; order: number; from: number; to: number; kind: string }[] = [];
  let messages = 0;
  let order = 0;
  const broadcast = (at: number, from: number, kind: string): void => {
    messages += n - 1;
    for (let to = 0; to < n - silent; to++) if (to !== from) underWay.push({ at: at + delays(), order: order++, from, to, kind });
  };
  heard[0]!.proposal = true;
  heard[0]!.prepares.add(0);
  broadcast(0, 0, 'pre-prepare');
  broadcast(0, 0, 'prepare');
  for (;;) {
    if (underWay.length === 0) return { latency: undefined, messages };
    const next = underWay.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.order < a.order) ? b : a));
    underWay.splice(underWay.indexOf(next), 1);
    const node = heard[next.to]!;
    const prepared = (): boolean => node.proposal && node.prepares.size >= 2 * f + 1;
    if (next.kind === 'pre-prepare') {
      node.proposal = true;
      node.prepares.add(next.to);
      broadcast(next.at, next.to, 'prepare');
    } else if (next.kind === 'prepare') {
      node.prepares.add(next.from);
      if (prepared() && !node.sentCommit) {
        node.sentCommit = true;
        node.commits.add(next.to);
        broadcast(next.at, next.to, 'commit');
      }
    } else {
      node.commits.add(next.from);
      if (prepared() && node.commits.size >= 2 * f + 1) node.done = true;
    }
    if (heard.filter(({ done }) => done).length === n - f) return { latency: next.at, messages };
  }
}

describe('eval pbft-latency', () => {
  it.each([4, 7, 64, 128])('n = %i, equal delays: three of them, and a proposal and two votes from everybody to everybody', (n) => {
    const { latencyMs, messagesPerRun } = ask({ n, delayMs: { mean: 100, sd: 0 }, runs: 2 });
    expect(latencyMs).toEqual({ mean: 300, sd: 0, p50: 300, p95: 300 });
    expect(messagesPerRun).toBe(n - 1 + 2 * n * (n - 1));
  });

  it('is the latency and the count of a second implementation, run by run, delay by delay', () => {
    let undecided = 0;
    for (const [n, silent] of [[4, 0], [4, 1], [6, 1], [10, 3], [13, 0]] as const) {
      const draws = (): (() => number) => {
        const stream = new Simulation({ seed: `naive ${n} ${silent}` }).stream('delays');
        return () => stream.below(1000);
      };
      const sim = new Simulation({ seed: '1' });
      for (let run = 0; run < 40; run++) {
        // Fresh delays for each run, the same for both.
        const seeded = (): (() => number) => {
          const next = draws();
          for (let skip = 0; skip < run; skip++) next();
          return next;
        };
        const ours = new OneDecisionModel(sim, n, silent, seeded()).run();
        const theirs = naive(n, silent, seeded());
        expect([ours.latencyNs, ours.messages]).toEqual([theirs.latency, theirs.messages]);
        if (theirs.latency === undefined) undecided += 1;
      }
    }
    // With delays spread so wide, some proposals come after the last vote.
    expect(undecided).toBeGreaterThan(0);
  });

  it('silence costs time: the quorum has to hear the slower ones', () => {
    const question = { n: 16, delayMs: { mean: 100, sd: 30 }, runs: 400 };
    expect(ask({ ...question, faulty: 5 }).latencyMs.mean).toBeGreaterThan(ask(question).latencyMs.mean + 10);
  });

  it('repeats itself, and refuses what cannot end', () => {
    const question = { n: 7, delayMs: { mean: 10, sd: 20 }, runs: 50, seed: 'a' };
    expect(ask(question)).toEqual(ask(question));
    expect(() => ask({ n: 7, faulty: 3, delayMs: { mean: 1, sd: 0 } })).toThrow('at most f = 2');
    expect(() => ask({ n: 1000, delayMs: { mean: 1, sd: 0 }, runs: 10_000 })).toThrow('at most 100 runs');
    expect(pbftLatency.input.safeParse({ n: 3, delayMs: { mean: 1, sd: 0 } }).success).toBe(false);
  });
});

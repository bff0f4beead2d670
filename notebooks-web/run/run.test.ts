import { describe, expect, it } from 'vitest';
import { configure } from '../../scenarios/testbed/config.ts';
import { combineFingerprints } from '../../scenarios/testbed/fingerprint.ts';
import { planJobs } from '../../scenarios/testbed/plan.ts';
import { registry } from '../../scenarios/testbed/registry.ts';
import type { JobResult } from '../../scenarios/testbed/result-set.ts';
import { cellStates } from './run-bar.ts';
import { linkQuery, openLink, runCommand } from './run-link.ts';
import { runOf } from './run-panel.ts';
import { trackPosition, trackValue } from './parameter-form.ts';
import { completeReplications, runFingerprint, startRun, type RunView } from './runner.ts';
import type { RunAnswer, RunOrder } from './run-messages.ts';

const scenario = await registry.scenario('hash-avalanche');

describe('links of a run', () => {
  it('come back as the same configuration', () => {
    const asked = configure(scenario, { set: { messages: 77 }, sweep: { inputBits: [16, 32] }, arms: [Object.keys(scenario.arms)[0]!], replications: 4, seed: 'a b&c=d' });
    const opened = openLink(scenario, new URLSearchParams(linkQuery(scenario, asked)));
    expect(opened.problems).toEqual([]);
    expect(opened.configuration).toEqual(asked);
    expect(runCommand(scenario, asked)).toMatch(/^npx ledgerlab run hash-avalanche --set messages=77 --sweep inputBits=16,32 --arms \S+ --replications 4 --seed 'a b&c=d'$/);
  });

  it('fall back to defaults, each with a sentence', () => {
    const opened = openLink(scenario, new URLSearchParams('p.messages=abc&replications=0&arms=nobody&p.__proto__=1'));
    expect(opened.problems).toHaveLength(4);
    expect(opened.problems[0]).toMatch(/^This link asks for messages = abc.*Opened with the default, \d+\.$/);
    expect(opened.configuration).toEqual(configure(scenario));
    expect(opened.refused).toEqual(['messages']);
  });
});

/** A worker that answers in whatever order the test wants. */
class FakeWorker extends EventTarget {
  static readonly orders: { worker: FakeWorker; order: RunOrder }[] = [];
  postMessage(order: RunOrder): void {
    FakeWorker.orders.push({ worker: this, order });
  }
  terminate(): void {}
  answer(data: RunAnswer): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}

const resultOf = (index: number, replication: number): JobResult => ({ arm: 'a', params: {}, replication, seed: 's', fingerprint: index.toString(16).padStart(32, '0'), blockDigests: [], eventCount: 1, endTimeNs: 1, measures: {}, latency: [], throughput: [], tables: {}, warnings: [] });

describe('a run in workers', () => {
  const jobs = planJobs(scenario, configure(scenario, { replications: 3 }), 'x');
  const begin = (earlier: readonly (JobResult | undefined)[] = []): { handle: ReturnType<typeof startRun>; last: () => RunView } => {
    FakeWorker.orders.length = 0;
    let view: RunView | undefined;
    const handle = startRun('hash-avalanche', jobs, (now) => (view = now), earlier, () => new FakeWorker() as unknown as Worker);
    return { handle, last: () => view! };
  };
  const answerNext = (): void => {
    const { worker, order } = FakeWorker.orders.shift()!;
    worker.answer({ kind: 'done', index: order.job.index, result: resultOf(order.job.index, order.job.replication) });
  };

  it('deals whole replications first and puts results back into job order', async () => {
    const { handle } = begin();
    const dealt: number[] = [];
    while (FakeWorker.orders.length > 0) {
      dealt.push(FakeWorker.orders[0]!.order.job.replication);
      answerNext();
    }
    expect(dealt).toEqual([...dealt].sort((a, b) => a - b));
    const view = await handle.finished;
    expect(view.outcome).toBe('finished');
    expect(runFingerprint(view)).toBe(combineFingerprints(jobs.map((_, at) => at.toString(16).padStart(32, '0'))));
  });

  it('keeps whole replications when stopped, and goes on from there', async () => {
    const { handle } = begin();
    for (let n = 0; n < jobs.length / 3 + 1; n++) answerNext();
    handle.stop();
    const view = await handle.finished;
    expect(view.outcome).toBe('stopped');
    expect(runFingerprint(view)).toBeUndefined();
    expect(new Set(completeReplications(view).map(({ replication }) => replication))).toEqual(new Set([0]));
    const next = begin(view.results);
    while (FakeWorker.orders.length > 0) answerNext();
    expect((await next.handle.finished).outcome).toBe('finished');
  });

  it('ends on a broken run with its replay command', async () => {
    const { handle } = begin();
    const { worker, order } = FakeWorker.orders.shift()!;
    worker.answer({ kind: 'failed', index: order.job.index, message: 'Agreement broken', replay: 'npx ledgerlab run' });
    expect((await handle.finished).fault).toMatchObject({ message: 'Agreement broken', replay: 'npx ledgerlab run' });
  });
});

describe('small parts', () => {
  it('merges many runs into few cells without losing a failure', () => {
    const states = Array.from({ length: 600 }, (_, at) => (at < 300 ? 'done' : at === 450 ? 'failed' : 'waiting') as 'done' | 'failed' | 'waiting');
    const cells = cellStates(states, 60);
    expect(cells).toHaveLength(60);
    expect(cells.filter((state) => state === 'failed')).toHaveLength(1);
    expect(cells[29]).toBe('done');
  });

  it('maps values to their track and back, also on wide ranges', () => {
    for (const info of [{ kind: 'integer', minimum: 1, maximum: 64 }, { kind: 'integer', minimum: 1, maximum: 1_000_000 }] as const) {
      for (const value of [info.minimum, 10, 37, info.maximum]) expect(trackValue(info, trackPosition(info, value))).toBe(value);
    }
  });

  it('finds the reference’s run of exactly these parameters', () => {
    const manifest = { seed: 's', parameters: { a: [1], b: [1, 2] }, runs: [{ id: '0', arm: 'x', point: { b: 1 }, replication: 0, fingerprint: 'f', events: 1 }] };
    const arms = { arms: { x: { title: '', description: '', set: {} } } };
    expect(runOf(manifest, arms, { arm: 'x', params: { a: 1, b: 1 }, replication: 0, seed: 's' })?.id).toBe('0');
    expect(runOf(manifest, arms, { arm: 'x', params: { a: 2, b: 1 }, replication: 0, seed: 's' })).toBeUndefined();
    expect(runOf(manifest, arms, { arm: 'x', params: { a: 1, b: 1 }, replication: 0, seed: 'other' })).toBeUndefined();
  });
});

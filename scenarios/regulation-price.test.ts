import { describe, expect, it } from 'vitest';
import { ARMS, COST_ARMS, COST_LOAD, COST_SHARE } from './regulation-price/arms.ts';
import { priceOf, priceText } from './regulation-price/effects.ts';
import { measuredTimeMs, parameters, ratesOf } from './regulation-price/parameters.ts';
import scenario from './regulation-price.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { type JobResult, ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

/** Small runs of some arms at given points. */
function results(arms: readonly string[], load: readonly number[], regulatedShare: readonly number[], set: Parameters = {}, replications = 3): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { measuredMs: 2000, measuredJobs: 30, warmUpMs: 200, ...set }, sweep: { load: [...load], regulatedShare: [...regulatedShare] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('regulation-price', () => {
  it('gives every scheduler the same jobs, and the core as much work, where nothing costs anything', () => {
    const set = results(['fcfs', 'ps', 'pr', 'np', 'poll'], [0.8], [0.3]);
    for (const replication of [0, 1, 2]) {
      const jobs = set.jobs.filter((job) => job.replication === replication);
      expect(jobs).toHaveLength(5);
      // Counts are kept with the distributions, which only the first replication has for every arm.
      if (replication === 0) expect(new Set(jobs.map((job) => job.latency.map(({ count }) => count).join())).size).toBe(1);
      // No scheduler that conserves work can serve more or less of it in a given time.
      expect(new Set(jobs.map((job) => Math.round(job.measures['serviceShare']! * 1e9))).size).toBe(1);
    }
  });

  it('charges each first service with the classification, ordinary jobs included, exactly', () => {
    const set = results(['pr', 'pr-classify-50', 'pr-classify-100', 'pr-handover-50'], [COST_LOAD], [COST_SHARE]);
    expect(set.values('overheadShare', { arm: 'pr' })).toEqual([0, 0, 0]);
    for (const job of set.jobs.filter(({ arm }) => arm !== 'pr')) {
      const { overheadShare, ordinaryOverheadShare } = job.measures as { overheadShare: number; ordinaryOverheadShare: number };
      if (job.arm === 'pr-handover-50') {
        expect(ordinaryOverheadShare).toBe(0);
        expect(overheadShare).toBeGreaterThan(0.003);
        continue;
      }
      const costUs = Number(job.params['classifyUs']);
      // Whole numbers of jobs, up to one that is being classified as the window opens or closes.
      const ordinary = (ordinaryOverheadShare * measuredTimeMs(parameters.parse(job.params)) * 1000) / costUs;
      expect(ordinary).toBeCloseTo(Math.round(ordinary), 6);
      const [l1, l2, l3, l4] = ratesOf(parameters.parse(job.params)) as [number, number, number, number];
      expect(overheadShare / ((l1 + l2 + l3 + l4) * costUs * 1e-6)).toBeGreaterThan(0.8);
      expect(overheadShare / ((l1 + l2 + l3 + l4) * costUs * 1e-6)).toBeLessThan(1.2);
      expect(ordinaryOverheadShare).toBeLessThan(overheadShare);
    }
  });

  it('the price is loss over gain, and there is none where level 1 gains nothing', () => {
    const job = (arm: string, replication: number, p99L1Ns: number, p99L4Ns: number): JobResult => ({
      arm, params: { load: 0.9, regulatedShare: 0.3 }, replication, seed: '', fingerprint: '', blockDigests: [], eventCount: 0, endTimeNs: 0, measures: { p99L1Ns, p99L4Ns }, latency: [], throughput: [], tables: {}, warnings: [],
    });
    const point = { load: 0.9, regulatedShare: 0.3 };
    const set = new ResultSet([job('fcfs', 0, 100, 50), job('fcfs', 1, 110, 60), job('pr', 0, 20, 250), job('pr', 1, 30, 260)]);
    expect(priceOf(set, 4, 'pr', 'fcfs', point)).toMatchObject({ gainNs: 80, lossNs: 200, price: { mean: 2.5, low: 2.5, high: 2.5, n: 2 } });
    expect(priceOf(set, 4, 'fcfs', 'pr', point)).toEqual({ gainNs: -80, lossNs: -200 });
    expect(priceText(priceOf(set, 4, 'fcfs', 'pr', point))).toBe('none');
    expect(priceOf(set, 4, 'np', 'fcfs', point)).toBeUndefined();
  });

  it('measures for longer where regulated jobs are rare', () => {
    const params = parameters.parse({ regulatedShare: 0.01, measuredMs: 100, measuredJobs: 500 });
    expect((ratesOf(params)[0]! * measuredTimeMs(params)) / 1000).toBeCloseTo(500, 0);
    expect(measuredTimeMs(parameters.parse({ regulatedShare: 0.3, measuredMs: 20_000, measuredJobs: 10 }))).toBe(20_000);
    expect(() => results(['pr'], [0.9], [0.01], { measuredJobs: 1_000_000 })).toThrow(/measuredJobs.*must be at most 20000000/s);
  });

  it('answers what is asked, every figure names its mode, and nothing is blank', () => {
    const set = results(Object.keys(ARMS), [0.6, COST_LOAD], [0.1, COST_SHARE]);
    const text = scenario.narrative(set);
    for (const words of ['**Against FCFS.**', '**Against processor sharing.**', '**Against CFS.**', '| 0.6 | 10 % | np |', 'How to read it', 'Does regulation cost computing power', '| classification 50 us |']) expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|no figure|Infinity/);
    expect(scenario.headline(set)).toMatch(/\(pr\)/);
    for (const figure of scenario.figures) {
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toContain('null,null');
      expect(`${figure.title} ${figure.caption(set)}`, figure.id).toMatch(/\b(np|pr|poll)\b/);
    }
    for (const [name, { title, set: fixed }] of Object.entries(ARMS)) if (fixed['scheduler'] === 'regulated') expect(title, name).toMatch(/\b(np|pr|poll)\b/);
    expect(COST_ARMS.length).toBe(6);
  });

  it('says so where an arm is missing', () => {
    const set = results(['pr'], [0.6], [0.3], {}, 1);
    expect(scenario.headline(set)).toMatch(/did not both run/);
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined|Infinity/);
  });
});

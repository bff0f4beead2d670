import { describe, expect, it } from 'vitest';
import { ARMS, armName, factsOf, NORMAL, OVERLOAD } from './starvation-bounds/arms.ts';
import { wholeEstimate } from './starvation-bounds/effects.ts';
import { frontier } from './starvation-bounds/words.ts';
import scenario from './starvation-bounds.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

/** Small runs of some arms at given loads. */
function results(arms: readonly string[], loads: readonly number[], set: Parameters = {}, replications = 2): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { horizonMs: 4000, warmUpMs: 500, ...set }, sweep: { load: [...loads] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('starvation-bounds', () => {
  it('a reservation keeps its promise exactly in mode pr, at any load and size law, and np and poll after one delay', () => {
    const arms = Object.keys(ARMS).filter((name) => factsOf(name).bound === 'reservation');
    expect(arms.length).toBeGreaterThanOrEqual(6);
    for (const sizeLaw of ['exponential', 'bimodal', 'bounded-pareto-1.5', 'deterministic']) {
      const set = results(arms, [0.6, NORMAL, 1.2, OVERLOAD], { sizeLaw, horizonMs: 2000 });
      for (const job of set.jobs) {
        const what = `${job.arm} ${sizeLaw} load ${String(job.params['load'])}`;
        expect(job.measures['excessL4Ns'], what).toBe(0);
        if (factsOf(job.arm).mode !== 'pr') continue;
        expect(job.measures['shortfallL4Ns'], what).toBe(0);
        expect(job.measures['quietL4Ns'], what).toBeLessThanOrEqual(2e6 * (Number(job.params['periodMs']) - Number(job.params['budgetMs'])));
      }
    }
  });

  it('strict order breaks the same promise, so that the check means something', () => {
    for (const job of results(['pr-strict', 'np-strict', 'poll-strict'], [OVERLOAD]).jobs) expect(job.measures['excessL4Ns']).toBeGreaterThan(1e8);
  });

  it('gives every arm the same jobs, and changes no label', () => {
    const set = results(Object.keys(ARMS), [NORMAL], { horizonMs: 3000 });
    for (const replication of [0, 1]) {
      const counts = set.jobs.filter((job) => job.replication === replication).map((job) => job.latency.map(({ count }) => count).join());
      expect(new Set(counts).size).toBe(1);
    }
    expect(set.values('relabelled').every((value) => value === 0)).toBe(true);
    expect(set.values('promotions', { arm: 'pr-aging-50' }).every((value) => value > 0)).toBe(true);
  });

  it('a level that overload saturates has growth and no latency, in every replication alike', () => {
    const set = results(['pr-strict', 'pr-aging-100', 'pr-reservation-20'], [OVERLOAD], { horizonMs: 6000 });
    for (const job of set.jobs) {
      expect(job.measures).not.toHaveProperty('p99L4Ns');
      expect(job.measures['growthL4PerS']).toBeGreaterThan(5);
      if (job.arm === 'pr-aging-100') expect(job.measures).not.toHaveProperty('p99L1Ns');
      else expect(job.measures).toHaveProperty('p99L1Ns');
    }
    expect(wholeEstimate(set, 'p99L1Ns', 'pr-aging-100', OVERLOAD)).toBeUndefined();
  });

  it('puts on the frontier exactly what no other arm of mode pr beats', () => {
    const set = results(Object.keys(ARMS).filter((name) => factsOf(name).mode === 'pr'), [NORMAL]);
    const point = (arm: string): readonly [number, number] => [wholeEstimate(set, 'p99L1Ns', arm, NORMAL)!.mean, wholeEstimate(set, 'longestWaitL4Ns', arm, NORMAL)!.mean];
    const arms = frontier(set);
    for (const arm of set.arms()) {
      const [p99, wait] = point(arm);
      const isBeaten = set.arms().map(point).some(([otherP99, otherWait]) => otherP99 <= p99 && otherWait <= wait && otherP99 + otherWait < p99 + wait);
      expect(arms.includes(arm), arm).toBe(!isBeaten);
    }
    // Nobody can serve level 1 sooner than strict order does.
    for (const arm of set.arms()) expect(point(arm)[0]).toBeGreaterThanOrEqual(point(armName('pr'))[0]);
  });

  it('answers what is asked, every figure names its mode, and nothing is blank', () => {
    const set = results(Object.keys(ARMS), [NORMAL, OVERLOAD], { horizonMs: 2000 });
    const text = scenario.narrative(set);
    for (const words of ['Strict order has no bound', 'What bounds it, and what it costs', '| aging, after 100 ms a level |', 'The promise of a reservation is exact', 'Which to take', 'The mode comes first']) expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.headline(set)).toMatch(/kept its promise in every window of every run/);
    for (const figure of scenario.figures) {
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toContain('null,null');
      expect(`${figure.title} ${figure.caption(set)}`, figure.id).toMatch(/\b(np|pr|poll)\b/);
    }
    for (const name of Object.keys(ARMS)) expect(ARMS[name]!.title).toMatch(/^(np|pr|poll): /);
  });

  it('says so where an arm is missing', () => {
    const set = results(['pr-strict'], [NORMAL], {}, 1);
    expect(scenario.headline(set)).toMatch(/did not all run/);
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined/);
  });

  it('refuses a budget that does not fit its period, with both values', () => {
    expect(() => results(['pr-strict'], [NORMAL], { budgetMs: 200 })).toThrow(/budgetMs.*200 ms given; must be at most periodMs = 100 ms/s);
    expect(() => results(['pr-strict'], [NORMAL], { warmUpMs: 5000 })).toThrow(/warmUpMs/);
  });
});

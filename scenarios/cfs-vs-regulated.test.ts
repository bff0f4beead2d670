import { describe, expect, it } from 'vitest';
import { ARMS, HIGH_LOAD, MAIN_NAMES } from './cfs-vs-regulated/arms.ts';
import { loadShares } from './cfs-vs-regulated/workload.ts';
import scenario from './cfs-vs-regulated.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

/** Small runs of some arms at given loads. */
function results(arms: readonly string[], loads: readonly number[], set: Parameters = {}, replications = 2): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { horizonMs: 6000, warmUpMs: 1000, ...set }, sweep: { load: [...loads] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('cfs-vs-regulated', () => {
  it('gives every scheduler the same jobs: arrivals and CPU time asked for do not depend on the arm', () => {
    const set = results(['cfs', 'np-fcfs', 'pr-fcfs', 'fcfs'], [0.7]);
    for (const replication of [0, 1]) {
      const jobs = set.jobs.filter((job) => job.replication === replication);
      for (const level of [1, 2, 3, 4]) {
        const counts = jobs.map((job) => job.latency.find(({ operation }) => operation === `response L${level}`)!.count);
        expect(new Set(counts).size, `level ${level}: ${counts.join()}`).toBe(1);
        expect(counts[0]).toBeGreaterThan(50);
      }
    }
  });

  it('leaves L1 of the preemptive queue alone, whatever the others ask for', () => {
    // The same L1 jobs meet more or less work below them; with free switches they may not notice.
    const l1 = (realTimeShare: number): number[] => results(['pr-fcfs'], [0.9], { contextSwitchUs: 0, regulatedShare: 0.4, realTimeShare }, 1).values('meanL1Ns');
    expect(results(['pr-fcfs'], [0.9], { contextSwitchUs: 0, batchMeanUs: 8000 }, 1).values('meanL1Ns')).toEqual(results(['pr-fcfs'], [0.9], { contextSwitchUs: 0, batchMeanUs: 20_000 }, 1).values('meanL1Ns'));
    expect(l1(0.4)).not.toEqual(l1(0.3));
  });

  it('reports growth and no latency for a level that overload saturates, and keeps L1 stable', () => {
    const set = results(['pr-fcfs'], [1.3]);
    for (const job of set.jobs) {
      expect(job.measures).toHaveProperty('p99L1Ns');
      expect(job.measures).not.toHaveProperty('p99L4Ns');
      expect(job.measures['growthL4PerS']).toBeGreaterThan(5);
    }
  });

  it('splits the load as asked', () => {
    const shares = loadShares({ regulatedShare: 0.25, realTimeShare: 0.4 });
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares[0] + shares[2]).toBeCloseTo(0.25, 12);
    expect(shares[0] + shares[1]).toBeCloseTo(0.4, 12);
    const [job] = results(['fcfs'], [0.6], { horizonMs: 60_000, sizeLaw: 'deterministic', contextSwitchUs: 0 }, 1).jobs;
    expect(job!.measures['utilisation']).toBeGreaterThan(0.56);
    expect(job!.measures['utilisation']).toBeLessThan(0.64);
  });

  it.each(['mmpp', 'daily', 'correlated'])('%s arrivals offer the same load', (arrivals) => {
    const [job] = results(['fcfs'], [0.5], { arrivals, horizonMs: 120_000, sizeLaw: 'deterministic', contextSwitchUs: 0 }, 1).jobs;
    expect(Math.abs(job!.measures['utilisation']! - 0.5)).toBeLessThan(0.04);
  });

  it('answers in its report what is asked: price at each load, who starves, what bounds it, how robust', () => {
    const set = results(Object.keys(ARMS), [0.7, HIGH_LOAD, 1.1], { horizonMs: 3000, warmUpMs: 500 });
    const text = scenario.narrative(set);
    for (const words of ['What regulation costs', '| 0.7 | np |', `| ${HIGH_LOAD} | pr |`, 'Who starves', 'What bounds it', 'How robust']) expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.headline(set)).toMatch(/regulated queue \(pr\)/);
    for (const figure of scenario.figures) {
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toContain('null,null');
      expect(`${figure.title} ${figure.caption(set)}`, figure.id).toMatch(/\b(np|pr|poll)\b/);
    }
  });

  it('says so where an arm is missing, and never with a blank', () => {
    const set = results(['cfs'], [0.7], {}, 1);
    expect(scenario.headline(set)).toMatch(/did not both run/);
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined/);
  });

  it('names the mode of every regulated arm', () => {
    for (const [name, { title, set }] of Object.entries(ARMS)) if (set['scheduler'] === 'regulated') expect(title, name).toMatch(/\b(np|pr|poll)\b/);
    expect(MAIN_NAMES).toContain(scenario.baseline);
  });
});

import { describe, expect, it } from 'vitest';
import { tInterval } from '../sim/measure/index.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';
import { ARMS } from './token-multicore/arms.ts';
import { at, isSaturated, mean } from './token-multicore/effects.ts';
import { upperShare } from './token-multicore/parameters.ts';
import { emptyShare, tokenCarries, tokenLimit } from './token-multicore/theory.ts';
import scenario from './token-multicore.ts';

const generic = scenario as unknown as Scenario;

/** Small runs of some arms at given points. */
function results(arms: readonly string[], cores: readonly number[], load: readonly number[], set: Parameters = {}, replications = 3): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { measuredJobs: 1500, ...set }, sweep: { cores: [...cores], load: [...load] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

const UPPER = upperShare({ regulatedShare: 0.5, realTimeShare: 0.4 });

describe('closed forms of the token', () => {
  it('empty share of M/M/m: by hand for one and two servers', () => {
    expect(emptyShare(1, 0.3)).toBeCloseTo(0.7, 12);
    expect(emptyShare(2, 0.6)).toBeCloseTo(0.4 / 1.6, 12);
    expect(tokenCarries(1, 0.84)).toBeCloseTo(1, 12);
  });

  it('the limit: all of one core, (1 - u) of what is left on two, less with each core', () => {
    expect(tokenLimit(1, UPPER)).toBeCloseTo(1, 9);
    // Two servers: (1 - x u) / (1 + x u) = x (1 - u).
    const limit = tokenLimit(2, UPPER);
    expect((1 - limit * UPPER) / (1 + limit * UPPER)).toBeCloseTo(limit * (1 - UPPER), 9);
    expect([2, 4, 8, 16].map((cores) => tokenLimit(cores, UPPER)).every((value, index, all) => index === 0 || value < all[index - 1]!)).toBe(true);
  });

  it('is what the simulated machine carries in mode pr, within the interval of ten runs', () => {
    for (const cores of [2, 4]) {
      const values = results(['pr-token'], [cores], [1.2], { measuredJobs: 6000 }, 10).values('utilisation');
      const { mean: found, halfWidth } = tInterval(values);
      expect(Math.abs(found - tokenCarries(cores, 1.2 * UPPER)), `${cores} cores`).toBeLessThan(1.5 * halfWidth);
      expect(halfWidth).toBeLessThan(0.02);
    }
  });

  it('the backlog stays bounded well below the limit and grows above it', () => {
    const limit = tokenLimit(4, UPPER);
    expect(limit).toBeCloseTo(0.604, 2);
    const set = results(['pr-token'], [4], [0.45, 0.75], { measuredJobs: 6000 });
    expect(isSaturated(set, 4, 'pr-token', { cores: 4, load: 0.45 })).toBe(false);
    expect(isSaturated(set, 4, 'pr-token', { cores: 4, load: 0.75 })).toBe(true);
  });
});

describe('token-multicore', () => {
  it('all readings are one on one core, job by job', () => {
    const set = results(Object.keys(ARMS), [1], [0.7, 1.2]);
    for (const mode of ['np', 'pr']) for (const load of [0.7, 1.2]) {
      const [shared, own, token] = ['shared', 'own', 'token'].map((queues) => set.select(at(`${mode}-${queues}`, { cores: 1, load })).map(({ measures, latency }) => ({ measures, latency })));
      expect(token).toEqual(shared);
      expect(own).toEqual(shared);
    }
  });

  it('gives every reading the same jobs, and counts every core', () => {
    const set = results(Object.keys(ARMS), [3], [0.7]);
    for (const replication of [0, 1, 2]) {
      const jobs = set.jobs.filter((job) => job.replication === replication);
      const came = jobs.map(({ measures: m }) => Math.round(1000 * (m['throughputPerS']! + m['growthL1PerS']! + m['growthL2PerS']! + m['growthL3PerS']! + m['growthL4PerS']!)));
      expect(new Set(came).size).toBe(1);
      for (const { measures: m, arm } of jobs) {
        expect(m['coresL1']! + m['coresL2']! + m['coresL3']! + m['coresL4']!, arm).toBeCloseTo(m['utilisation']!, 9);
        expect(m['utilisation']! + m['idleBesideWork']!, arm).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
  });

  it('idles beside waiting jobs under the token only, and passes L1 over where it says so', () => {
    const set = results(Object.keys(ARMS), [4], [0.9]);
    const point = { cores: 4, load: 0.9 };
    for (const arm of Object.keys(ARMS)) {
      if (arm.endsWith('token')) expect(mean(set, 'idleBesideWork', arm, point), arm).toBeGreaterThan(0.05);
      else expect(mean(set, 'idleBesideWork', arm, point), arm).toBe(0);
    }
    for (const arm of ['pr-shared', 'pr-token']) expect(mean(set, 'inverted', arm, point), arm).toBe(0);
    for (const arm of ['pr-own', 'np-shared', 'np-own']) expect(mean(set, 'inverted', arm, point), arm).toBeGreaterThan(0.001);
  });

  it('under pr the token is invisible to levels 1 to 3', () => {
    const set = results(['pr-shared', 'pr-token'], [4], [0.7]);
    const upper = (arm: string): unknown => set.select({ arm }).map((job) => job.latency.filter(({ operation }) => operation !== 'response L4'));
    expect(upper('pr-token')).toEqual(upper('pr-shared'));
  });

  it('counts costs apart from service', () => {
    const set = results(['pr-shared', 'pr-own'], [4], [0.7], { contextSwitchUs: 20, migrationUs: 50, handoverUs: 30 });
    for (const arm of ['pr-shared', 'pr-own']) {
      const overhead = mean(set, 'overheadShare', arm, { cores: 4, load: 0.7 });
      // At least a switch a job; at most that and two more of everything for each interruption.
      expect(overhead, arm).toBeGreaterThan(0.7 * 0.01);
      expect(overhead, arm).toBeLessThan(0.7 * 0.1);
      expect(mean(set, 'utilisation', arm, { cores: 4, load: 0.7 }), arm).toBeCloseTo(0.7, 1);
    }
  });

  it('answers what is asked, every figure names its modes, and nothing is blank', () => {
    const set = results(Object.keys(ARMS), [1, 8], [0.7, 1.2]);
    const text = scenario.narrative(set);
    for (const words of ['What it costs', 'Up to which load', 'Who pays, who gains', 'queues of their own', '| np | 8 |', '| pr | 1 |', 'empty state of M/M/m']) expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|no figure|Infinity/);
    expect(scenario.headline(set)).toMatch(/8 cores .*\(np, load 1.2\); at load 0.7 .* grows without end/);
    for (const figure of scenario.figures) {
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toMatch(/null,null|NaN/);
      expect(figure.caption(set), figure.id).toMatch(/np and pr/);
    }
    for (const [arm, { title }] of Object.entries(ARMS)) expect(title, arm).toMatch(/, (np|pr)$/);
    for (const claim of scenario.claims) expect(claim.why(set), claim.id).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says so where an arm is missing', () => {
    const set = results(['pr-shared'], [2], [0.7], {}, 1);
    expect(scenario.headline(set)).toMatch(/did not both run/);
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined|Infinity/);
  });
});

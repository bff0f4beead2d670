import { describe, expect, it } from 'vitest';
import { IdealTimers } from '../sim/ideal.ts';
import { Simulation } from '../sim/simulation.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';
import scenario from './view-change-storm.ts';
import { atMost, Gaps } from './view-change-storm/run.ts';

const generic = scenario as unknown as Scenario;

function results(arms: readonly string[], timeoutMs: number, set: Parameters = {}): ResultSet {
  const configuration = configure(generic, { preset: 'quick', arms: [...arms], replications: 1, set: { horizonS: 10, ...set }, sweep: { timeoutMs: [timeoutMs] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}
const value = (set: ResultSet, measure: string, arm: string): number => set.values(measure, { arm })[0]!;

describe('view-change-storm', () => {
  it('answers every client once in five delays where delays are equal and timers ample', () => {
    const set = results(['doubling'], 960, { jitter: 0 });
    // The answers of the last round fall on the end of the run.
    expect(value(set, 'answersPerS', 'doubling')).toBeCloseTo((4 * (10_000 / 250 - 1)) / 10, 9);
    expect(value(set, 'viewChanges', 'doubling')).toBe(0);
    expect(value(set, 'standstillShare', 'doubling')).toBe(0);
  });

  it('needs three delays for a new decision, and two for what a new view carries over', () => {
    const below = results(['fixed', 'doubling'], 99, { jitter: 0 });
    expect(value(below, 'answersPerS', 'fixed')).toBe(0);
    expect(value(below, 'standstillShare', 'fixed')).toBe(1);
    expect(value(below, 'viewChanges', 'fixed')).toBeGreaterThan(20);
    expect(value(below, 'answersPerS', 'doubling')).toBeGreaterThan(5);
    const between = results(['fixed'], 149, { jitter: 0 });
    expect(value(between, 'answersPerS', 'fixed')).toBeGreaterThan(5);
    expect(value(between, 'viewChanges', 'fixed')).toBeGreaterThan(10);
    expect(value(results(['fixed'], 151, { jitter: 0 }), 'viewChanges', 'fixed')).toBe(0);
  });

  it('cuts off the primary of the instant: a view change for each outage when timers fit into it', () => {
    // Outages in 2 .. 4 s and 6 .. 8 s; timers are long enough that nothing else moves a view.
    const set = results(['doubling-flapping'], 600, { jitter: 0, horizonS: 9.9 });
    expect(value(set, 'viewChanges', 'doubling-flapping')).toBe(2);
    expect(value(set, 'lostMessages', 'doubling-flapping')).toBeGreaterThan(0);
    expect(value(set, 'longestGapNs', 'doubling-flapping')).toBeGreaterThanOrEqual(600e6);
    expect(value(set, 'longestGapNs', 'doubling-flapping')).toBeLessThan(2000e6);
  });

  it('adds up only gaps above the bound, and knows the longest of all', () => {
    const gaps = new Gaps(10);
    for (const nowNs of [5, 15, 26, 27, 60]) gaps.decided(nowNs);
    expect([gaps.longSumNs, gaps.longestNs]).toEqual([11 + 33, 33]);
  });

  it('holds timers at their bound and leaves shorter ones alone', () => {
    const sim = new Simulation({ seed: 'timers' });
    const timers = atMost(new IdealTimers(sim), 100);
    const fired: [number, number][] = [];
    timers.onTimer((timer) => fired.push([timer, sim.now]));
    timers.set(0, 5000);
    timers.set(1, 30);
    timers.set(2, 20);
    timers.clear(2);
    sim.run();
    expect(fired).toEqual([[1, 30], [0, 100]]);
  });
});

/** The verdict rule, line by line, on made-up replications. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { judgeClaim } from './claims.ts';
import { ResultSet, type JobResult } from './result-set.ts';
import { defineScenario, type Claim, type Scenario } from './scenario.ts';

function job(arm: string, replication: number, value: number): JobResult {
  return {
    arm, replication, params: { files: 4 }, seed: 's', fingerprint: '', blockDigests: [], eventCount: 0, endTimeNs: 0,
    measures: { latencyNs: value }, latency: [], throughput: [], tables: {}, warnings: [],
  };
}

const scenario = defineScenario({
  id: 'made-up', title: '', question: '', source: { document: '', place: '' }, kind: 'terminating',
  parameters: z.object({}), arms: {}, baseline: 'old', quick: { replications: 1 }, full: { replications: 1 },
  measures: { latencyNs: { title: '', unit: 'ns', description: '', better: 'lower' } },
  build: () => {}, figures: [], claims: [], headline: () => '', narrative: () => '',
}) as unknown as Scenario;

const claim: Claim = {
  id: 'c', text: '', source: { document: '', place: '' }, measure: 'latencyNs', treatment: { arm: 'new' }, baseline: { arm: 'old' },
  contrast: 'relative', paper: { value: -0.5 }, margin: 0.1, why: () => 'why',
};

/** Verdict when the new arm's replications are these, the old arm's all 100. */
function verdict(values: readonly number[], over: Partial<Claim> = {}): string {
  const jobs = values.flatMap((value, replication) => [job('old', replication, 100), job('new', replication, value)]);
  return judgeClaim(scenario, { ...claim, ...over }, new ResultSet(jobs)).verdict;
}

describe('a claim with a value, -50 % with margin 10 points', () => {
  it.each([
    ['reproduced', [50, 51, 49, 50]],
    ['reproduced', [50, 50, 50]],
    ['partly', [70, 71, 69, 70]],
    ['partly', [60, 61, 59, 60]],
    ['partly', [20, 21, 19, 20]],
    ['not reproduced', [90, 91, 89, 90]],
    ['not reproduced', [120, 121, 119, 120]],
    ['not reproduced', [99, 101, 100, 100]],
    ['not decidable', [20, 110, 60, 90]],
    ['not decidable', [50]],
  ])('is %s by %j', (expected, values) => {
    expect(verdict(values)).toBe(expected);
  });
});

describe('a claim with a direction', () => {
  const decrease = { paper: { direction: 'decrease' }, smallest: 0.05 } as const;
  it.each([
    ['reproduced', [80, 81, 79, 80]],
    ['partly', [97, 97.1, 96.9, 97]],
    ['not reproduced', [110, 111, 109, 110]],
    ['not reproduced', [100, 100, 100]],
    ['not reproduced', [99, 101, 100, 100]],
    ['not decidable', [60, 130, 90, 100]],
  ])('is %s by %j', (expected, values) => {
    expect(verdict(values, decrease)).toBe(expected);
  });

  it('mirrors for an increase', () => {
    expect(verdict([120, 121, 119], { paper: { direction: 'increase' }, smallest: 0.05 })).toBe('reproduced');
    expect(verdict([80, 81, 79], { paper: { direction: 'increase' } })).toBe('not reproduced');
  });
});

describe('a claim of no effect, margin 10 points', () => {
  const none = { paper: { direction: 'none' } } as const;
  it.each([
    ['reproduced', [100, 101, 99, 100]],
    ['not reproduced', [150, 151, 149, 150]],
    ['not decidable', [80, 120, 95, 130]],
  ])('is %s by %j', (expected, values) => {
    expect(verdict(values, none)).toBe(expected);
  });
});

describe('a claim that cannot be judged', () => {
  it('is not decidable where admissible readings disagree, and tells the range', () => {
    const jobs = [0, 1, 2].flatMap((replication) => [job('old', replication, 100), job('new', replication, 50), job('other', replication, 99)]);
    const readings = [{ title: 'level 0 only', treatment: { arm: 'other' }, baseline: { arm: 'old' } }];
    const judged = judgeClaim(scenario, { ...claim, readings }, new ResultSet(jobs));
    expect(judged.verdict).toBe('not decidable');
    expect(judged.rule).toContain('main reading: reproduced (−50 %); level 0 only: not reproduced (−1 %)');
    expect(judged.readings.map((reading) => reading.verdict)).toEqual(['reproduced', 'not reproduced']);
    const named = judgeClaim(scenario, { ...claim, readings, reading: 'all levels' }, new ResultSet(jobs));
    expect(named.readings.map((reading) => reading.title)).toEqual(['all levels', 'level 0 only']);
    expect(named.rule).toContain('all levels: reproduced (−50 %)');
  });

  it('is not run where an arm is missing, invalid where a run of it broke', () => {
    const jobs = [job('old', 0, 100), job('old', 1, 100)];
    expect(judgeClaim(scenario, claim, new ResultSet(jobs)).verdict).toBe('not run');
    const failure = { id: '', arm: 'new', params: {}, replication: 0, seed: 's', message: '', replay: '' };
    expect(judgeClaim(scenario, claim, new ResultSet(jobs), [failure]).verdict).toBe('invalid');
  });

  it('has no relative effect on a baseline of 0', () => {
    const jobs = [0, 1].flatMap((replication) => [job('old', replication, 0), job('new', replication, 5)]);
    expect(judgeClaim(scenario, claim, new ResultSet(jobs))).toMatchObject({ verdict: 'not decidable', effect: null });
  });
});

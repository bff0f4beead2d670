import { describe, expect, it } from 'vitest';
import scenario from './pbft-under-attack.ts';
import { ARM_NAMES, BEHAVIOUR_NAMES, BEYOND, CORRECT, WITHIN } from './pbft-under-attack/arms.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import type { JobResult } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Scenario } from './testbed/scenario.ts';

const attack = scenario as unknown as Scenario;

function run(arm: string, faulty: number): JobResult {
  const configuration = configure(attack, { preset: 'quick', arms: [arm], sweep: { faulty: [String(faulty)] }, replications: '1', set: { requests: '4' } });
  return runOne(attack, planJobs(attack, configuration, 'test')[0]!);
}

describe('pbft-under-attack', () => {
  it('has an arm for every behaviour, and one for none', () => {
    expect(ARM_NAMES).toEqual([CORRECT, ...BEHAVIOUR_NAMES]);
    expect(BEHAVIOUR_NAMES.length).toBeGreaterThanOrEqual(14);
  });

  it('without liars answers everything in five delays a request, in the first view', () => {
    const { measures } = run(CORRECT, WITHIN);
    expect([measures['answeredShare'], measures['viewChanges'], measures['violations']]).toEqual([1, 0, 0]);
    expect(measures['latencyMeanNs']! / 1e6).toBeGreaterThan(18);
    expect(measures['latencyMeanNs']! / 1e6).toBeLessThan(30);
  });

  it('one silent primary costs a timeout and a view, two stop everything and break nothing', () => {
    const one = run('silent', WITHIN).measures;
    expect([one['answeredShare'], one['viewChanges']]).toEqual([1, 1]);
    const two = run('silent', BEYOND).measures;
    expect([two['answeredShare'], two['violations']]).toEqual([0, 0]);
    // Whoever waited in vain has waited to the end.
    expect(two['latencyMeanNs']).toBe(20e9);
  });

  it('beyond f a violation is a finding with the checker that found it, not a failed run', () => {
    const found = run('two-stories', BEYOND);
    const { measures } = found;
    expect(measures['violations']).toBe(1);
    expect(JSON.stringify(found)).toContain('"checker":"prepared"');
    expect(run('two-stories', WITHIN).measures['violations']).toBe(0);
  });
});

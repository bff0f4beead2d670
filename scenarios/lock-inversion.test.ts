import { describe, expect, it } from 'vitest';
import { ARMS, MAIN_SHARE } from './lock-inversion/parameters.ts';
import scenario from './lock-inversion.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

function results(arms: readonly string[], lockedShare: readonly number[], set: Parameters = {}, replications = 2): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { horizonMs: 4000, warmUpMs: 400, ...set }, sweep: { lockedShare: [...lockedShare] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('lock-inversion', () => {
  it('without a protocol (pr) there is inversion; inheritance ends it to the nanosecond, the ceiling leaves nobody waiting', () => {
    const set = results(['pr-none', 'pr-inherit', 'pr-ceiling'], [0.05, MAIN_SHARE, 0.6]);
    for (const job of set.jobs) {
      const { inversionShare, contentions } = job.measures as { inversionShare: number; contentions: number };
      if (job.arm === 'pr-none') expect(contentions).toBeGreaterThan(0);
      else expect(inversionShare, job.arm).toBe(0);
      if (job.arm === 'pr-inherit') expect(contentions).toBeGreaterThan(0);
      if (job.arm === 'pr-ceiling') expect(contentions).toBe(0);
    }
    expect(set.values('inversionShare', { arm: 'pr-none', where: { lockedShare: MAIN_SHARE } }).every((value) => value > 0.005)).toBe(true);
  });

  it('np has no contention and needs no protocol', () => {
    for (const job of results(['np-none'], [0.6]).jobs) expect(job.measures).toMatchObject({ contentions: 0, inversionShare: 0 });
  });

  it('serves the same jobs whatever the protocol, all of them', () => {
    const set = results(Object.keys(ARMS), [MAIN_SHARE]);
    for (const replication of [0, 1]) {
      const counts = set.jobs.filter((job) => job.replication === replication).map((job) => job.latency.map(({ count }) => count).join());
      expect(counts).toHaveLength(Object.keys(ARMS).length);
      expect(new Set(counts).size).toBe(1);
    }
  });

  it('answers in its report, every figure names its mode, and nothing is blank', () => {
    const set = results(Object.keys(ARMS), [MAIN_SHARE, 0.5]);
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.narrative(set)).toContain('| 20 % | pr: inheritance |');
    expect(scenario.headline(set)).toMatch(/priority inversion holds transactions \(pr\) up/);
    for (const figure of scenario.figures) {
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toContain('null,null');
      expect(`${figure.title} ${figure.caption(set)}`, figure.id).toMatch(/\b(np|pr|poll)\b/);
    }
    expect(scenario.headline(results(['np-none'], [MAIN_SHARE], {}, 1))).toMatch(/did not both run/);
  });
});

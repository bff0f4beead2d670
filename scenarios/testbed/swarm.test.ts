import { describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { drawCase, runCase } from './pbft-swarm.ts';
import { caseFromJson, caseToText } from './swarm-file.ts';
import { emptyReport, neverMet, swarmRun } from './swarm.ts';

describe('the swarm', () => {
  it('meets every kind of fault, every lie and every observation, and breaks nothing within the bound', () => {
    const report = emptyReport();
    for (let run = 0; run < 150; run++) swarmRun(report, 'tests', run, {});
    expect(report.failures).toEqual([]);
    expect(neverMet(report)).toEqual({ faults: [], branches: [] });
  });

  it('beyond f breaks things, says so, and shrinks nine of ten to five faults or fewer', () => {
    const report = emptyReport();
    for (let run = 0; run < 60; run++) swarmRun(report, 'beyond', run, { faulty: 3 });
    expect(report.failures.length).toBeGreaterThan(5);
    expect(report.failures.every(({ outcome }) => outcome.isBeyond)).toBe(true);
    const small = report.failures.filter(({ smallest }) => smallest.plan.length <= 5).length;
    expect(small / report.failures.length).toBeGreaterThanOrEqual(0.9);
    for (const { outcome, smallest } of report.failures.slice(0, 5)) expect(runCase(smallest).broken).toBe(outcome.broken);
  });

  it('repeats a case from its seed, and from a file', () => {
    for (const seed of ['a', 'b', 'c']) {
      const drawn = drawCase(seed);
      const fingerprint = runCase(drawn).fingerprint;
      expect(runCase(drawCase(seed)).fingerprint).toBe(fingerprint);
      const { swarmCase, broken } = caseFromJson(JSON.parse(caseToText(drawn, 'liveness')));
      expect(swarmCase).toEqual(drawn);
      expect(broken).toBe('liveness');
      expect(runCase(swarmCase).fingerprint).toBe(fingerprint);
    }
  });

  it('refuses files that are no case, with path and what is allowed', () => {
    const good = JSON.parse(caseToText(drawCase('a'), 'liveness')) as { case: { plan: object[] } };
    expect(() => caseFromJson({ ...good, protocol: 'raft' })).toThrow(ConfigError);
    expect(() => caseFromJson({ ...good, case: { ...good.case, plan: [{ kind: 'byzantine', node: 0, behaviour: 'sly' }] } })).toThrow(/plan\[0\]\.behaviour/);
  });
});

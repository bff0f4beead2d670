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

  it('refuses plans that name nodes that are not there, or clients', () => {
    const good = JSON.parse(caseToText({ ...drawCase('a'), clients: 2 }, 'liveness')) as { case: { config: { n: number }; plan: object[] } };
    const refusal = (fault: object): string => {
      try {
        caseFromJson({ ...good, case: { ...good.case, config: { ...good.case.config, n: 4 }, plan: [{ kind: 'leader-kill', atNs: 1, backNs: 2 }, fault] } });
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const window = { atNs: 0, untilNs: 9 };
    const allowed = 'allowed is a replica, a whole number from 0 to 3; take one of these, or raise case.config.n';
    expect(refusal({ kind: 'byzantine', node: 7, behaviour: 'silent' })).toBe(`case.plan[1].node: 7 is not allowed; ${allowed}`);
    expect(refusal({ kind: 'crash', node: -1, atNs: 0, backNs: null, keepsDisk: true })).toBe(`case.plan[1].node: -1 is not allowed; ${allowed}`);
    expect(refusal({ kind: 'slow-disk', node: 5, factor: 2, ...window })).toBe(`case.plan[1].node: 5 is not allowed, it is client C1; ${allowed}`);
    expect(refusal({ kind: 'partition', nodes: [3, 4], ...window })).toBe(`case.plan[1].nodes[1]: 4 is not allowed, it is client C0; ${allowed}`);
    expect(refusal({ kind: 'one-way', from: -2, to: 6, ...window })).toBe(`case.plan[1].from: -2 is not allowed; ${allowed}\ncase.plan[1].to: 6 is not allowed; ${allowed}`);
    for (const node of [0, 3]) expect(refusal({ kind: 'one-way', from: node, to: 3 - node, ...window })).toBe('taken');
  });
});

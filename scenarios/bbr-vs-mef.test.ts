import { describe, expect, it } from 'vitest';
import { CASE_IDS, CASES } from './bbr-vs-mef/cases.ts';
import { ARMS } from './bbr-vs-mef/run.ts';
import scenario from './bbr-vs-mef.ts';
import { judgeClaims } from './testbed/claims.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

function results(cases: readonly string[], arms: readonly string[] = Object.keys(ARMS), set: Parameters = {}, replications = 2): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { rateMbps: 10, warmUpS: 6, windowS: 4, ...set }, sweep: { case: [...cases] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('bbr-vs-mef', () => {
  it('MEF (reconstruction) is at the fixed point of its law wherever there is one', () => {
    const set = results(['one', 'four', 'unequal-rtt', 'parking-lot'], ['mef', 'fixed']);
    for (const id of ['one', 'four', 'unequal-rtt', 'parking-lot']) {
      const [found, fixed] = ['mef', 'fixed'].map((arm) => set.values('watchedShare', { arm, where: { case: id } }));
      expect(found![0]! / fixed![0]!, id).toBeCloseTo(1, 1);
      expect(set.values('jain', { arm: 'mef', where: { case: id } })[0]!, id).toBeGreaterThan(0.99);
      expect(set.values('dropShare', { arm: 'mef', where: { case: id } }), id).toEqual([0, 0]);
    }
  });

  it('shows the cases that do not flatter it', () => {
    const set = results(['flash-crowd', 'plain-bottleneck', 'beside-cubic', 'own-queue'], ['mef', 'cubic']);
    const of = (measure: string, arm: string, id: string): number => set.values(measure, { arm, where: { case: id } })[0]!;
    expect(of('dropShare', 'mef', 'flash-crowd')).toBeGreaterThan(0.01);
    expect(of('queueMean', 'mef', 'plain-bottleneck') / of('queueMean', 'cubic', 'plain-bottleneck')).toBeGreaterThan(0.5);
    expect(of('watchedShare', 'mef', 'beside-cubic')).toBeLessThan(0.2);
    expect(of('watchedShare', 'cubic', 'beside-cubic')).toBeGreaterThan(0.5);
    expect(of('watchedShare', 'mef', 'own-queue')).toBeGreaterThan(0.85);
    // what has no header waits with CUBIC, as if there were one queue
    expect(of('watchedShare', 'cubic', 'own-queue')).toBe(of('watchedShare', 'cubic', 'beside-cubic'));
    for (const text of ['**Flash crowd.**', '**A bottleneck that does not speak it.**', '**One queue with CUBIC.**']) expect(scenario.narrative(set)).toContain(text);
  });

  it('gives all controllers the same connections', () => {
    const set = results(['short-flows'], ['bbr', 'cubic', 'mef'], {}, 1);
    for (const job of set.jobs) expect(job.measures['completionNs']!, job.arm).toBeGreaterThan(60e6);
    const short = (arm: string): number => set.values('completionShortNs', { arm })[0]!;
    expect(short('mef')).toBeLessThan(short('cubic'));
  });

  it('says everywhere that MEF is a reconstruction, answers in its report, and judges every claim', () => {
    const set = results(CASE_IDS);
    expect(`${scenario.title} ${scenario.question}`).toMatch(/reconstruction.*reconstruction/);
    for (const claim of scenario.claims) if (/MEF/.test(claim.text) || claim.treatment.arm === 'mef') expect(claim.text, claim.id).toContain('reconstruction');
    for (const figure of scenario.figures) {
      expect(`${figure.title}`, figure.id).toContain('MEF (reconstruction)');
      expect(figure.caption(set), figure.id).toContain('reconstruction');
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toMatch(/null,null|NaN/);
    }
    expect(ARMS['mef']!.title).toContain('reconstruction');
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.headline(set)).toMatch(/^Four flows: .*\(reconstruction\)/);
    for (const { verdict, id } of judgeClaims(generic, set)) expect(verdict, id).not.toMatch(/not run|invalid/);
    expect(scenario.headline(results(['one'], ['bbr'], {}, 1))).toMatch(/did not both run/);
    expect(CASES['unequal-rtt'].flows.map(({ rtts }) => rtts)).toEqual([2.5, 0.25]);
  });
});

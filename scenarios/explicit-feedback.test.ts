import { describe, expect, it } from 'vitest';
import { exponential } from '../sim/distributions.ts';
import { Simulation } from '../sim/simulation.ts';
import { CASE_IDS } from './explicit-feedback/cases.ts';
import { processorSharing } from './explicit-feedback/processor-sharing.ts';
import { ARMS } from './explicit-feedback/run.ts';
import scenario from './explicit-feedback.ts';
import { judgeClaims } from './testbed/claims.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

function results(cases: readonly string[], arms: readonly string[] = Object.keys(ARMS), set: Parameters = {}, replications = 1): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { rateMbps: 5, rttMs: 40, flows: 4, warmUpS: 4, windowS: 3, ...set }, sweep: { case: [...cases] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('processor sharing', () => {
  it('serves three flows as by hand', () => {
    // 8 Mbit/s: 1 byte a microsecond. A alone to 1000 us, A and B to 3000 us, A, B and C from then on
    const times = processorSharing([{ startNs: 0, bytes: 3000 }, { startNs: 1e6, bytes: 2000 }, { startNs: 3e6, bytes: 500 }], 8e6);
    // at 3 ms: A 1000, B 1000, C 500 left. C ends after 1500 us, then A and B with 500 each after 1000 us
    expect([...times].map(Math.round)).toEqual([5.5e6, 4.5e6, 1.5e6]);
  });

  it('has the mean of M/G/1 processor sharing, which does not depend on the law of sizes but through its mean', () => {
    const stream = new Simulation({ seed: 'ps' }).stream('arrivals');
    for (const size of [() => 1000, () => 1 + exponential(stream, 999)]) {
      const flows: { startNs: number; bytes: number }[] = [];
      for (let startNs = 0, n = 0; n < 30_000; n++) flows.push({ startNs: (startNs += exponential(stream, 2e6)), bytes: size() });
      const times = processorSharing(flows, 8e6); // load 1/2
      expect(times.reduce((sum, ns) => sum + ns, 0) / flows.length / (1e6 / 0.5)).toBeCloseTo(1, 1);
    }
  });
});

describe('explicit-feedback', () => {
  it('finds full links and short queues where routers speak, and full queues where they only drop', () => {
    const set = results(['base', 'far'], ['cubic', 'xcp', 'rcp', 'mef']);
    for (const { arm, measures: { utilisation, queueShare, jain } } of set.jobs) {
      expect(utilisation!, arm).toBeGreaterThan(0.9);
      if (arm === 'cubic') expect(queueShare!).toBeGreaterThan(0.4);
      else {
        expect(queueShare!, arm).toBeLessThan(0.15);
        expect(jain!, arm).toBeGreaterThan(0.95);
      }
    }
  });

  it('lets every flow that came complete, none before the ideal of an empty link', () => {
    const set = results(['load-50'], Object.keys(ARMS));
    const of = (arm: string, measure: string): number => set.values(measure, { arm })[0]!;
    for (const arm of Object.keys(ARMS)) {
      expect(of(arm, 'unfinished'), arm).toBe(0);
      expect(of(arm, 'completionShortNs'), arm).toBeGreaterThan(60e6);
    }
    expect(of('mef', 'completionShortNs') / of('ps', 'completionShortNs')).toBeGreaterThan(0.9);
    expect(of('mef', 'completionShortNs')).toBeLessThan(of('xcp', 'completionShortNs'));
  });

  it('says everywhere that MEF is a reconstruction, answers in its report, and judges every claim', () => {
    const set = results(CASE_IDS, Object.keys(ARMS), { windowS: 1 }, 2);
    expect(`${scenario.title} ${scenario.question}`).toMatch(/reconstruction.*reconstruction/);
    for (const claim of scenario.claims) if (claim.treatment.arm === 'mef') expect(claim.text, claim.id).toContain('MEF (reconstruction)');
    for (const figure of scenario.figures) {
      expect(figure.title, figure.id).toContain('MEF (reconstruction)');
      expect(figure.caption(set), figure.id).toContain('reconstruction');
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toMatch(/null,null|NaN/);
    }
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.headline(set)).toContain('MEF (reconstruction)');
    for (const { verdict, id, why } of judgeClaims(generic, set)) {
      expect(verdict, id).not.toMatch(/not run|invalid/);
      expect(why, id).not.toMatch(/NaN|undefined|no figure/);
    }
  });
});

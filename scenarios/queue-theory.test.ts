import { describe, expect, it } from 'vitest';
import { Simulation } from '../sim/simulation.ts';
import scenario from './queue-theory.ts';
import { type JobResult, ResultSet } from './testbed/result-set.ts';

/** One job, by the scenario contract alone. */
function runJob(arm: string, set: Record<string, string | number>, replication: number): JobResult {
  const params = scenario.parameters.parse(set);
  const sim = new Simulation({ seed: 'queue-theory', replication });
  const measures: Record<string, number> = {};
  const warnings: { code: string; text: string }[] = [];
  const record = { measure: (id: string, value: number) => void (measures[id] = value), latency: () => {}, throughput: () => {}, row: () => {}, warn: (code: string, text: string) => void warnings.push({ code, text }), progress: () => {} };
  const finish = scenario.build({ sim, params, arm, replication, record });
  sim.run();
  finish?.();
  return { arm, params, replication, seed: 'queue-theory', fingerprint: sim.fingerprint(), blockDigests: [], eventCount: sim.eventCount, endTimeNs: sim.now, measures, latency: [], throughput: [], tables: {}, warnings };
}

const SYSTEMS = ['mm1', 'md1', 'mg1-hyper', 'mg1-pareto', 'mm4', 'tandem'];
const jobs = SYSTEMS.flatMap((system) => [0, 1, 2, 3, 4, 5].flatMap((replication) => ['theory', 'simulation'].map((arm) => runJob(arm, { system, load: 0.5, customers: 8000 }, replication))));
const results = new ResultSet(jobs);

describe('queue-theory', () => {
  it('records every declared measure in both arms', () => {
    for (const job of jobs) expect(Object.keys(job.measures).sort((a, b) => (a < b ? -1 : 1))).toEqual(['littleGap', 'responseNs', 'utilisation', 'waitNs']);
  });

  it('refuses runs that would outlast the clock', () => {
    const problems = scenario.refine?.(scenario.parameters.parse({ customers: 10_000_000, meanServiceUs: 1e6 }));
    expect(problems?.[0]?.path).toBe('customers');
    expect(scenario.refine?.(scenario.parameters.parse({}))).toEqual([]);
  });

  it('warns where the upper bound cuts the warm-up short, and nowhere else', () => {
    // M/G/1 with scv 4 at load 0.95: four relaxation times are 4 x (2 x 5 x 0.95 / 0.0025 + 5) = 15 220 customers.
    const codes = (arm: string, customers: number): string[] => runJob(arm, { system: 'mg1-hyper', load: 0.95, customers }, 0).warnings.map(({ code }) => code);
    expect(codes('simulation', 3804)).toEqual(['short-warm-up']);
    expect(codes('simulation', 3805)).toEqual([]);
    expect(codes('theory', 1000)).toEqual([]);
    expect(jobs.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  it("Little's law is an identity in every run", () => {
    expect(results.values('littleGap').every((gap) => gap === 0)).toBe(true);
  });

  it('simulation comes near theory for every system', () => {
    for (const system of SYSTEMS) {
      const mean = (arm: string, measure: string): number => {
        const values = results.values(measure, { arm, where: { system } });
        return values.reduce((a, b) => a + b) / values.length;
      };
      expect(Math.abs(mean('simulation', 'waitNs') / mean('theory', 'waitNs') - 1)).toBeLessThan(0.15);
      expect(Math.abs(mean('simulation', 'responseNs') / mean('theory', 'responseNs') - 1)).toBeLessThan(0.1);
      expect(Math.abs(mean('simulation', 'utilisation') / 0.5 - 1)).toBeLessThan(0.03);
    }
  });

  it('claims point at arms, measures and figures that exist', () => {
    for (const claim of scenario.claims) {
      expect(Object.keys(scenario.measures)).toContain(claim.measure);
      for (const { arm } of [claim.treatment, claim.baseline]) expect(Object.keys(scenario.arms)).toContain(arm);
      expect(claim.why(results)).not.toBe('');
      if (claim.ablation !== undefined) expect(scenario.figures.map(({ id }) => id)).toContain(claim.ablation);
    }
  });

  it('words and figures are built from the data, and from none', () => {
    expect(scenario.headline(results)).toMatch(/^\d of 6 simulated mean waits/);
    expect(scenario.narrative(results)).toMatch(/largest deviation is -?\d/);
    for (const figure of scenario.figures) {
      expect(figure.table(results)).toHaveLength(6);
      expect(figure.caption(results)).toMatch(/6 replications/);
      expect(JSON.stringify(figure.draw(results))).not.toMatch(/null,"low"|NaN/);
      expect(figure.warning?.(results)).toBeUndefined();
    }
    expect(scenario.headline(new ResultSet([]))).toMatch(/^0 of 0/);
  });
});

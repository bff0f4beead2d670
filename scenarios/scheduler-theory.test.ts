import { describe, expect, it } from 'vitest';
import { ratesAt, SYSTEM_IDS, SYSTEMS } from './scheduler-theory/systems.ts';
import scenario from './scheduler-theory.ts';
import { judgeClaims } from './testbed/claims.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

function run(replications: number, customers: number): ResultSet {
  const configuration = configure(generic, { preset: 'full', replications, set: { customers }, sweep: { system: [...SYSTEM_IDS], load: [0.7] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('scheduler-theory', () => {
  const results = run(6, 10_000);

  it('encloses at least 85 of 100 closed forms with intervals over six short replications', () => {
    const [figure] = scenario.figures;
    const rows = figure!.table(results);
    expect(rows).toHaveLength(8 * 4 + 2 * 3 + 3 + 2);
    expect(rows.filter((row) => row['inside'] === true).length / rows.length).toBeGreaterThan(0.85);
  });

  it('finds one path of unfinished work under eight policies, in every run', () => {
    expect(new Set(results.values('differingPaths', { arm: 'simulation' }))).toEqual(new Set([0]));
    const verdicts = new Map(judgeClaims(generic, results).map(({ id, verdict }) => [id, verdict]));
    expect(verdicts.get('work-path')).toBe('reproduced');
    for (const [id, verdict] of verdicts) expect(verdict, id).not.toMatch(/^(?:not reproduced|invalid|not run)$/);
  });

  it('asks for the load that it states', () => {
    for (const id of SYSTEM_IDS) {
      const rates = ratesAt(SYSTEMS[id], 0.6);
      expect(rates.slice(0, SYSTEMS[id].stableClasses).reduce((sum, rate) => sum + rate, 0), id).toBeCloseTo(0.6 * SYSTEMS[id].cores, 12);
      expect(rates.reduce((sum, rate) => sum + rate, 0) > SYSTEMS[id].cores, id).toBe(id.endsWith('overload'));
    }
  });

  it('says in its headline what its table says', () => {
    const inside = scenario.figures[0]!.table(results).filter((row) => row['inside'] === true).length;
    expect(scenario.headline(results)).toContain(`${inside} of 43 simulated`);
  });
});

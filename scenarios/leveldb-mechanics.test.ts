import { describe, expect, it } from 'vitest';
import leveldbMechanics from './leveldb-mechanics.ts';
import { judgeClaims } from './testbed/claims.ts';
import { configure, type Request } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Scenario } from './testbed/scenario.ts';

const scenario = leveldbMechanics as unknown as Scenario;
const runAll = (request: Request): ResultSet => new ResultSet(planJobs(scenario, configure(scenario, request), 'test').map((job) => runOne(scenario, job)));

describe('scenario leveldb-mechanics', () => {
  const results = runAll({ set: { probeGets: 10_000 }, replications: 3 });

  it('agrees with the program in every claim', () => {
    const verdicts = judgeClaims(scenario, results).map((claim) => [claim.id, claim.verdict]);
    expect(verdicts.filter(([, verdict]) => verdict !== 'reproduced')).toEqual([]);
    expect(new Set(verdicts.map(([id]) => id)).size).toBe(16);
  });

  it('bytes by output level are those that LevelDB reports', () => {
    const mib = new Map<string, number>();
    for (const { row } of results.rows('written', { arm: 'model' }).filter(({ job }) => job.replication === 0)) {
      mib.set(String(row['level']), (mib.get(String(row['level'])) ?? 0) + Number(row['bytes']) / 1048576);
    }
    expect(['L0', 'L1', 'L2', 'L3'].map((level) => Math.round(mib.get(level)!))).toEqual([390, 588, 1482, 303]);
    expect(results.values('writeAmplification', { arm: 'model' })[0]!.toFixed(3)).toBe('8.023');
  });

  it('words and pictures come from the data', () => {
    expect(leveldbMechanics.headline(results)).toContain('2 479 507 794');
    for (const figure of leveldbMechanics.figures) {
      expect(figure.table(results).length).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(results))).not.toMatch(/NaN|Infinity/);
      expect(leveldbMechanics.narrative(results)).toContain(`![](figure:${figure.id})`);
    }
  });

  it('says so where the program was not measured', () => {
    const small = runAll({ set: { putCount: 3000, readCount: 0, probeGets: 10 }, replications: 1 });
    expect(small.select({ arm: 'measured' })[0]!.warnings.map(({ code }) => code)).toEqual(['not-measured']);
    expect(judgeClaims(scenario, small).every((claim) => claim.verdict === 'not run')).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import hashAvalanche from './hash-avalanche.ts';
import { chiSquare, momentsOf } from './hash-avalanche/avalanche.ts';
import pgmIndex from './pgm-index.ts';
import { linesOfBisection } from './pgm-index/workload.ts';
import { judgeClaims } from './testbed/claims.ts';
import { configure, type Request } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Scenario } from './testbed/scenario.ts';

function runAll(scenario: Scenario, request: Request): ResultSet {
  return new ResultSet(planJobs(scenario, configure(scenario, request), 'test').map((job) => runOne(scenario, job)));
}

describe('scenario pgm-index', () => {
  const results = runAll(pgmIndex as unknown as Scenario, { set: { keyCount: 60_000, lookups: 300 }, sweep: { keySet: ['exponential-gaps', 'squares'], epsilon: [4, 16, 64] }, replications: 3 });

  it('keeps the error bound on every key, and reaches it', () => {
    expect(results.values('keysBeyondEpsilon').every((value) => value === 0)).toBe(true);
    for (const job of results.select({ arm: 'pgm', where: { keySet: 'squares' } })) expect(job.measures['maxErrorKeys']).toBe(job.params['epsilon']);
  });

  it('both arms look for the same keys', () => {
    const where = { keySet: 'squares', epsilon: 4 };
    const of = (arm: string): number[] => results.values('keyLinesPerLookup', { arm, where });
    expect(of('pgm').every((value, i) => value < of('binary-search')[i]!)).toBe(true);
    expect(new Set(results.select({ arm: 'binary-search', where: { epsilon: 4, keySet: 'squares' } }).map((job) => job.fingerprint)).size).toBe(3);
  });

  it('judges its claims on these runs', () => {
    const verdicts = new Map(judgeClaims(pgmIndex as unknown as Scenario, results).map((claim) => [claim.id, claim.verdict]));
    expect(verdicts.get('error-within-epsilon')).toBe('reproduced');
    expect(verdicts.get('lookup-reads-less')).toBe('reproduced');
    expect(verdicts.get('smooth-keys-fall-slower')).toBe('reproduced');
  });

  it('words and pictures come from the data', () => {
    expect(pgmIndex.headline(results)).toMatch(/epsilon 64, \d+ segments suffice/);
    for (const figure of pgmIndex.figures) {
      expect(figure.table(results).length).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(results))).not.toMatch(/NaN|Infinity/);
      expect(pgmIndex.narrative(results)).toContain(`![](figure:${figure.id})`);
    }
  });

  it('bisection lines: the last probes share one line', () => {
    const scratch = new Float64Array(64);
    expect(linesOfBisection(0, 8, 3, scratch)).toBe(1);
    expect(linesOfBisection(0, 0, 0, scratch)).toBe(0);
    // 2^20 keys: 20 halvings; the last ones stay within the 8 keys of one or two lines.
    const lines = linesOfBisection(0, 2 ** 20, 123_456, scratch);
    expect(lines).toBeGreaterThan(15);
    expect(lines).toBeLessThanOrEqual(20);
  });
});

describe('scenario hash-avalanche', () => {
  const results = runAll(hashAvalanche as unknown as Scenario, { set: { messages: 200, inputBits: 40, curvePairs: 200 }, replications: 3 });

  it('after all rounds both are near the ideal law, in few rounds they are not', () => {
    for (const arm of ['sha256', 'msha256']) {
      for (const mean of results.values('meanFlippedBits', { arm })) expect(Math.abs(mean - 128)).toBeLessThan((5 * 8) / Math.sqrt(200 * 40));
      const curve = results.rows('curve', { arm }).filter(({ job }) => job.replication === 0);
      expect(curve).toHaveLength(arm === 'sha256' ? 64 : 80);
      expect(Number(curve[3]!.row['mean_flipped_millibits'])).toBeLessThan(64_000);
    }
    const [modified, plain] = ['msha256', 'sha256'].map((arm) => results.values('roundsToAvalanche', { arm })[0]!);
    expect(modified!).toBeGreaterThanOrEqual(14);
    expect(modified!).toBeLessThan(plain!);
  });

  it('a warning says that the protocol asks for more messages', () => {
    expect(results.jobs.every((job) => job.warnings.some(({ code }) => code === 'few-messages'))).toBe(true);
  });

  it('words and pictures come from the data and promise no security', () => {
    expect(hashAvalanche.headline(results)).toMatch(/of 256 bits/);
    expect(hashAvalanche.narrative(results)).toContain('not for security');
    for (const figure of hashAvalanche.figures) {
      expect(figure.table(results).length).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(results))).not.toMatch(/NaN|Infinity/);
    }
    for (const claim of judgeClaims(hashAvalanche as unknown as Scenario, results)) expect(claim.why).not.toBe('');
  });

  it('moments and chi-square of a known histogram', () => {
    const distances = new Float64Array(257);
    distances[127] = 1;
    distances[129] = 3;
    expect(momentsOf(distances)).toEqual({ count: 4, mean: 128.5, deviation: 1, min: 127, max: 129 });
    // The ideal law itself leaves nothing over.
    const ideal = new Float64Array(257);
    let probability = 2 ** -256;
    for (let d = 0; d <= 256; d++) {
      ideal[d] = 1e6 * probability;
      probability = (probability * (256 - d)) / (d + 1);
    }
    expect(chiSquare(ideal).statistic).toBeLessThan(1e-12);
    expect(chiSquare(distances).degrees).toBe(1);
  });
});

/** `check` finds what was planted, names it, and does not cry wolf. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Streams } from '../../sim/random.ts';
import { normal } from '../../sim/distributions.ts';
import { checkResults, type CheckPair } from '../../scenarios/testbed/check.ts';
import { formatCheck } from '../../scenarios/testbed/check-formats.ts';
import { configure } from '../../scenarios/testbed/config.ts';
import type { LoadedResult } from '../../scenarios/testbed/load-result.ts';
import { deriveResult } from '../../scenarios/testbed/manifest.ts';
import { planJobs } from '../../scenarios/testbed/plan.ts';
import { ResultSet } from '../../scenarios/testbed/result-set.ts';
import type { Scenario } from '../../scenarios/testbed/scenario.ts';
import coin from './fixtures/scenarios/coin.ts';
import { fixtureCli, type Cli } from './ledgerlab.ts';

const scenario = coin as unknown as Scenario;
const NAMES = { version: '0', commit: 'c', modelDigest: 'd' };

interface System {
  /** Mean of the plain arm. */
  readonly meanNs?: number;
  readonly effect?: number;
  readonly noise?: number;
  readonly replications?: number;
}

/** A result without a simulation: both arms drawn from normal distributions. */
function synthetic(seed: string, { meanNs = 1000, effect = -0.5, noise = 0.04, replications = 10 }: System = {}): LoadedResult {
  const configuration = configure(scenario, { seed, replications });
  const streams = new Streams(seed, 0);
  const stream = streams.stream('draws');
  const runs = planJobs(scenario, configuration, NAMES.modelDigest).map((job) => {
    const mean = job.arm === 'cheap' ? meanNs * (1 + effect) : meanNs;
    const value = noise === 0 ? mean : normal(stream, mean, mean * noise);
    const { arm, params, replication } = job;
    const result = {
      arm, params, replication, seed, fingerprint: `${seed} ${job.index} ${value}`, blockDigests: [], eventCount: 1, endTimeNs: 1,
      measures: { meanServiceNs: value, jobCount: 1 }, latency: [], throughput: [], tables: {}, warnings: [],
    };
    return { job, result };
  });
  const { manifest, report } = deriveResult(scenario, configuration, runs, [], NAMES);
  return { dir: seed, manifest, report, results: new ResultSet(runs.map(({ result }) => result)) };
}

const compare = (before: LoadedResult, after: LoadedResult) => checkResults([{ scenario, before, after }] satisfies CheckPair[]);
const failedNames = (report: ReturnType<typeof compare>): string[] => report.rows.filter(({ status }) => status === 'failed').map(({ name }) => name);

describe('check on made-up results', () => {
  it('reports the same result as the same, without a test', () => {
    const report = compare(synthetic('a'), synthetic('a'));
    expect(report).toMatchObject({ tests: 0, failed: 0, rows: [{ status: 'same', name: 'half' }] });
  });

  // Little noise: the size of a change decides. Much noise: every change would matter, and the tests decide.
  it.each([0.04, 0.4])('alarms on at most 5 in 100 of 200 pairs of equal systems under different seeds, noise %s', (noise) => {
    let alarms = 0;
    let tests = 0;
    for (let pair = 0; pair < 200; pair++) {
      const report = compare(synthetic(`a${pair}`, { noise }), synthetic(`b${pair}`, { noise }));
      tests += report.tests;
      if (report.failed > 0) alarms++;
    }
    expect(tests).toBe(600);
    expect(alarms).toBeLessThanOrEqual(10);
  });

  it('finds a slowdown of 20 % in both arms and names the claim that rests on it', () => {
    const report = compare(synthetic('a'), synthetic('b', { meanNs: 1200 }));
    expect(failedNames(report)).toEqual(['plain/meanServiceNs', 'cheap/meanServiceNs']);
    expect(report.rows.find(({ status }) => status === 'failed')!.message).toContain('claims that rest on it: half');
  });

  it('names the claim on every arm that it looks at, also in another reading', () => {
    const read: Scenario = { ...scenario, claims: scenario.claims.map((claim) => ({ ...claim, baseline: claim.treatment, readings: [{ title: 'other', treatment: claim.treatment, baseline: claim.baseline }] })) };
    const { rows } = checkResults([{ scenario: read, before: synthetic('a'), after: synthetic('b', { meanNs: 1200 }) }]);
    for (const { message } of rows.filter(({ name }) => name.endsWith('/meanServiceNs'))) expect(message).toContain('claims that rest on it: half');
  });

  it('lets an improvement and a change within the guard pass', () => {
    expect(failedNames(compare(synthetic('a'), synthetic('b', { meanNs: 700 })))).toEqual([]);
    expect(failedNames(compare(synthetic('a', { noise: 0 }), synthetic('b', { noise: 0, meanNs: 1040 })))).toEqual([]);
  });

  it('finds a changed effect and names the claim', () => {
    const report = compare(synthetic('a'), synthetic('b', { effect: -0.4 }));
    expect(failedNames(report)).toContain('half');
    expect(report.rows.find(({ name }) => name === 'half')!.message).toMatch(/^effect −[\d.]+ % -> −[\d.]+ %, tolerance .*; was reproduced, is partly \(Welch t, p [<=] 0\.000\d\)$/);
  });

  it('decides by size where nothing varies, and where one replication under the same seed allows no test', () => {
    expect(failedNames(compare(synthetic('a', { noise: 0 }), synthetic('b', { noise: 0, meanNs: 1100 })))).toHaveLength(2);
    const one = { noise: 0, replications: 1 };
    expect(failedNames(compare(synthetic('a', one), synthetic('a', { ...one, meanNs: 1100 })))).toHaveLength(2);
    const otherSeed = compare(synthetic('a', one), synthetic('b', { ...one, meanNs: 1100 }));
    expect(otherSeed.failed).toBe(0);
    expect(otherSeed.rows.filter(({ status }) => status === 'undecided')).toHaveLength(2);
  });

  it('fails for a claim or a scenario that is no longer there', () => {
    const before = synthetic('a');
    const after = synthetic('b');
    expect(failedNames(checkResults([{ scenario, before, after: { ...after, report: { ...after.report, claims: [] } } }]))).toContain('half');
    expect(failedNames(checkResults([], [before]))).toEqual(['', 'half']);
  });

  it('speaks JSON, JUnit XML and GitHub annotations, with everything escaped', () => {
    const rows = [{ scenario: 'a<b', name: 'x:y,z', status: 'failed' as const, message: '100 % "worse" & <more>\nsecond \u0001 line' }];
    const report = { format: 1 as const, alpha: 0.05, tests: 1, failed: 1, rows };
    expect(JSON.parse(formatCheck(report, 'json'))).toEqual(report);
    expect(formatCheck(report, 'github')).toContain('::error title=a<b/x%3Ay%2Cz::100 %25 "worse" & <more>%0Asecond');
    const xml = formatCheck(report, 'junit');
    expect(xml).toContain('name="x:y,z"');
    expect(xml).toContain('message="100 % &quot;worse&quot; &amp; &lt;more&gt;&#10;second \uFFFD line"');
    expect(xml).toMatch(/<testsuites tests="1" failures="1" errors="0" skipped="0">/);
  });
});

describe('check on the command line', () => {
  let cli: Cli;
  beforeAll(async () => {
    cli = await fixtureCli();
    expect(cli.run(['reproduce', '--only', 'coin', '--out', 'baseline']).status).toBe(0);
  });
  afterAll(() => cli.remove());

  it('exits 0 on the same tree, 1 on a planted slowdown, and names what broke', () => {
    expect(cli.run(['check', 'baseline', '--baseline', 'baseline']).status).toBe(0);
    cli.run(['run', 'coin', '--set', 'slowdownPercent=30', '--out', 'slow']);
    const { status, stdout } = cli.run(['check', 'slow', '--baseline', 'baseline']);
    expect(stdout).toContain('FAILED coin/plain/meanServiceNs');
    expect(stdout).toContain('claims that rest on it: half');
    expect(status).toBe(1);
  });

  it('refuses what is no result, and names a damaged file', () => {
    expect(cli.run(['check', '.', '--baseline', 'nowhere'])).toMatchObject({ status: 65 });
    writeFileSync(join(cli.dir, 'slow', 'report.json'), '{');
    const { status, stderr } = cli.run(['check', 'slow', '--baseline', 'baseline']);
    expect(stderr).toMatch(/report\.json: is damaged or missing/);
    expect(status).toBe(65);
  });
});

import { describe, expect, it } from 'vitest';
import { compile, type TopLevelSpec } from 'vega-lite';
import { PROFILES, profileHash } from '../sim/storage-lsm/devices/profiles.ts';
import scenario from './nvm-lsm-latency.ts';
import { SYSTEM_NAMES } from './nvm-lsm-latency/arms.ts';
import { judgeClaims } from './testbed/claims.ts';
import { configure, runParameters } from './testbed/config.ts';
import { ConfigError } from './testbed/config-error.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

function run(arms: readonly string[], set: Parameters, replications = 1): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms, replications, set: { records: 9000, readCount: 1500, ...set } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

const value = (results: ResultSet, measure: string, arm: string): number => results.values(measure, { arm })[0]!;

describe('nvm-lsm-latency', () => {
  it('finds every record, and the same client sees the same store in every arm', () => {
    const results = run(SYSTEM_NAMES, { valueBytes: 4096, phaseMemtables: 0 });
    for (const arm of SYSTEM_NAMES) {
      expect(value(results, 'lostReads', arm)).toBe(0);
      expect(value(results, 'putP50Ns', arm)).toBe(value(results, 'putP50Ns', 'stock'));
    }
    // A learned index on SSD is the same tree with another search in memory.
    expect(value(results, 'slowdowns', 'pgm-only')).toBe(value(results, 'slowdowns', 'stock'));
    expect(value(results, 'nvmBytesWritten', 'stock')).toBe(0);
    expect(value(results, 'nvmBytesWritten', 'paper')).toBeGreaterThan(0);
  });

  it('shows no effect on reads when level 0 is empty, and a growing one with its files', () => {
    const results = run(['trigger-only-no-seeks', 'paper-no-seeks'], { valueBytes: 4096, phaseMemtables: 0, ladderReads: 400 });
    const at = (arm: string, files: number): number => Number(results.rows('readsByL0Files', { arm }).find(({ row }) => row.phase === 'ladder' && row.l0_files === files)?.row.mean_get_ns);
    expect(at('paper-no-seeks', 0) / at('trigger-only-no-seeks', 0)).toBeCloseTo(1, 1);
    const saved = [1, 5, 9].map((files) => 1 - at('paper-no-seeks', files) / at('trigger-only-no-seeks', files));
    expect(saved[0]!).toBeGreaterThan(0.1);
    expect(saved[1]!).toBeGreaterThan(saved[0]!);
    expect(saved[2]!).toBeGreaterThan(saved[1]!);
  });

  it('never stalls when each write waits for the background thread', () => {
    const results = run(['paper-quiesced', 'trigger-only-quiesced'], { phaseMemtables: 0 });
    for (const arm of results.arms()) expect(value(results, 'memtableFullStalls', arm) + value(results, 'slowdowns', arm)).toBe(0);
  });

  it('repeats to the bit and does not read another replication\'s keys', () => {
    const [first, second, other] = [run(['paper'], { valueBytes: 8192 }), run(['paper'], { valueBytes: 8192 }), run(['paper'], { valueBytes: 8192 }, 2)];
    expect(second.jobs[0]).toEqual(first.jobs[0]);
    expect(other.jobs[0]).toEqual(first.jobs[0]);
    expect(other.jobs[1]!.fingerprint).not.toBe(first.jobs[0]!.fingerprint);
  });

  it('tells verdicts, figures and words from any part of its arms, and prints device profiles with their hash', () => {
    const results = run(['stock', 'trigger-only', 'paper', 'stock-no-seeks', 'paper-no-seeks'], { records: 4000, readCount: 300, ladderReads: 20, valueBytes: 4096 }, 2);
    const claims = judgeClaims(generic, results);
    expect(claims.find(({ id }) => id === 'reads-4096')!.verdict).not.toBe('not run');
    expect(claims.find(({ id }) => id === 'reads-4096')!.readings[0]!.title).toBe('cap 10 on both sides');
    expect(claims.find(({ id }) => id === 'reads-16384')!.verdict).toBe('not run');
    for (const figure of scenario.figures) {
      expect(figure.table(results).length, figure.id).toBeGreaterThan(0);
      const warnings: string[] = [];
      const logger = { warn: (text: string) => { warnings.push(text); return logger; }, info: () => logger, debug: () => logger, error: () => logger, level: () => logger };
      expect(() => compile(figure.draw(results) as TopLevelSpec, { logger: logger as never }), figure.id).not.toThrow();
      expect(warnings, figure.id).toEqual([]);
      expect(figure.caption(results)).toContain(`nvme-tlc ${profileHash(PROFILES['nvme-tlc'])}`);
      expect(figure.caption(results)).toContain(`optane-pmm-1 ${profileHash(PROFILES['optane-pmm-1'])}`);
    }
    expect(scenario.headline(results)).toMatch(/with cap 10 on both sides.*reads by .* %.*writes by .* %/);
    expect(scenario.narrative(results)).toMatch(/^\*\*What decides.*over 2 replications/);
    for (const profile of [PROFILES['nvme-tlc'], PROFILES['optane-pmm-1']]) {
      const line = scenario.narrative(results).split('\n').find((text) => text.includes(`${profile.name} ${profileHash(profile)}`));
      expect(line).toContain(profile.source);
    }
    const { rows, spec } = { rows: scenario.figures[0]!.table(results), spec: scenario.figures[0]!.draw(results) as { data: { values: { from: number; to: number }[] } } };
    expect(rows.some((row) => Number(row.high) > 1 || row.high === 'unbounded')).toBe(spec.data.values.some((row) => Object.hasOwn(row, 'cut_high')));
    for (const { from, to } of spec.data.values) expect(from >= -1 && to <= 1).toBe(true);
    for (const [, id] of scenario.narrative(results).matchAll(/figure:([a-z0-9-]+)/g)) expect(scenario.figures.map((figure) => figure.id)).toContain(id);
  });

  it('names the cap of every arm and refuses dirty limits in the wrong order', () => {
    for (const arm of Object.values(scenario.arms)) expect(arm.description).toMatch(/L0 cap: trigger \d+, slowdown \d+, stop \d+/);
    expect(() => planJobs(generic, configure(generic, { arms: ['stock'], set: { dirtyLimitBytes: 1, records: 100 } }), 'test')).toThrow(ConfigError);
  });

  it.each([
    [{ l0CompactionTriggerFiles: 10, l0SlowdownFiles: 8, l0StopFiles: 12 }, 'l0SlowdownFiles: 8 is not allowed; allowed is at least l0CompactionTriggerFiles = 10 files'],
    [{ l0CompactionTriggerFiles: 4, l0SlowdownFiles: 8, l0StopFiles: 7 }, 'l0StopFiles: 7 is not allowed; allowed is at least l0SlowdownFiles = 8 files'],
    [{ l0CompactionTriggerFiles: 4, l0SlowdownFiles: 4, l0StopFiles: 4 }, undefined],
  ])('L0 limits %j', (set, refusal) => {
    const odd = { ...generic, arms: { odd: { title: 'Odd', description: '', set } } };
    const plan = (): unknown => runParameters(odd, 'odd', {});
    if (refusal === undefined) expect(plan).not.toThrow();
    else expect(plan).toThrow(refusal);
  });
});

import { describe, expect, it } from 'vitest';
import scenario from './full-stack-pbft.ts';
import { ARM_NAMES, BASELINE, LOADED, UNLOADED } from './full-stack-pbft/arms.ts';
import { configure } from './testbed/config.ts';
import { PART_NAMES } from './testbed/node/causes.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

function results(arms: readonly string[], set: Parameters = {}): ResultSet {
  const configuration = configure(generic, { preset: 'quick', arms: [...arms], replications: 1, set: { horizonS: 0.8, ...set } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('full-stack-pbft', () => {
  it('explains every block in every arm', () => {
    const set = results(ARM_NAMES);
    expect(set.jobs).toHaveLength(2 * 2 * 3 + 1);
    for (const { arm, measures } of set.jobs) {
      expect(measures['blocks'], arm).toBeGreaterThan(5);
      expect(measures['viewChanges'], arm).toBe(0);
      expect(PART_NAMES.reduce((sum, name) => sum + measures[name]!, 0), arm).toBeCloseTo(measures['blockMeanNs']!, 3);
      // Some message leads to every execution at a quorum, and none is faster than light.
      expect(measures['propagationNs'], arm).toBeGreaterThanOrEqual(2e6);
    }
  });

  it('names the mode of every regulated arm', () => {
    for (const name of LOADED.filter((each) => !each.startsWith('cfs'))) {
      expect(scenario.arms[name]!.set['cpu'], name).toBe(`regulated-${name.slice(0, 2)}`);
      expect(scenario.arms[name]!.title, name).toContain(`regulated, ${name.slice(0, 2)}`);
    }
  });

  it('without load a block takes three delays, three writes and its work, and hardly waits for a processor', () => {
    const { measures } = results([UNLOADED], { clients: 1, horizonS: 1.5 }).jobs[0]!;
    expect(measures['propagationNs']).toBeCloseTo(3 * 2e6, -1);
    // A pre-prepare and two votes: each is on the drive before it leaves, 0.9 ms and more.
    expect(measures['diskNs']).toBeGreaterThan(0.9e6);
    expect(measures['diskNs']).toBeLessThan(4e6);
    expect(measures['protocolWaitNs']).toBe(0);
    expect(measures['cpuWaitNs']).toBeLessThan(0.5e6);
  });

  it('load on one resource is found in its part', () => {
    // One client: with several, blocks wait for each other's log entries, and load that spreads them out would hide its own cost.
    const quiet: Parameters = { clients: 1, horizonS: 1.5, cpuShare: 0, writesPerS: 0, lineShare: 0 };
    const none = results([BASELINE], quiet).jobs[0]!.measures;
    const cpu = results([BASELINE], { ...quiet, cpuShare: 0.6 }).jobs[0]!.measures;
    const line = results([BASELINE], { ...quiet, lineShare: 0.5 }).jobs[0]!.measures;
    const disk = results([BASELINE], { ...quiet, writesPerS: 900 }).jobs[0]!.measures;
    expect(cpu['cpuWaitNs']).toBeGreaterThan(4 * none['cpuWaitNs']!);
    expect(line['networkQueueNs']).toBeGreaterThan(1.5 * none['networkQueueNs']!);
    expect(disk['diskNs']).toBeGreaterThan(1.2 * none['diskNs']!);
    // What is not loaded stays what it was, up to which way chains go.
    expect(line['cpuWorkNs']! / none['cpuWorkNs']!).toBeCloseTo(1, 0);
  });
});

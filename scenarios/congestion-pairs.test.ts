import { describe, expect, it } from 'vitest';
import { Simulation } from '../sim/simulation.ts';
import scenario from './congestion-pairs.ts';
import { judgeClaims } from './testbed/claims.ts';
import { type JobResult, ResultSet } from './testbed/result-set.ts';

/** One job, by the scenario contract alone. */
function runJob(arm: keyof typeof scenario.arms, set: Record<string, string | number>, replication: number): JobResult {
  const params = scenario.parameters.parse({ rateMbps: 8, warmUpS: 8, measuredS: 12, ...set, ...scenario.arms[arm]!.set });
  const sim = new Simulation({ seed: 'congestion-pairs', replication });
  const measures: Record<string, number> = {};
  const record = { measure: (id: string, value: number) => void (measures[id] = value), latency: () => {}, throughput: () => {}, row: () => {}, warn: () => {}, progress: () => {} };
  const finish = scenario.build({ sim, params, arm, replication, record });
  sim.run();
  finish?.();
  return { arm, params, replication, seed: 'congestion-pairs', fingerprint: sim.fingerprint(), blockDigests: [], eventCount: sim.eventCount, endTimeNs: sim.now, measures, latency: [], throughput: [], tables: {}, warnings: [] };
}

const jobs = (['cubic-cubic', 'bbr-cubic', 'bbr3-cubic', 'bbr-bbr'] as const).flatMap((arm) => [0.5, 8].flatMap((bufferBdp) => [0, 1, 2].map((replication) => runJob(arm, { bufferBdp }, replication))));
const results = new ResultSet(jobs);

describe('congestion-pairs', () => {
  it('records every measure, and shares that can be', () => {
    for (const { measures } of jobs) {
      expect(Object.keys(measures)).toEqual(Object.keys(scenario.measures));
      expect(measures['share']).toBeGreaterThan(0);
      expect(measures['share']).toBeLessThan(1);
      expect(measures['jain']).toBeGreaterThanOrEqual(0.5);
      // bytes acknowledged in the window may have left before it: a buffer's worth at most
      expect(measures['utilisation']).toBeGreaterThan(0.85);
      expect(measures['utilisation']).toBeLessThan(1.02);
    }
  });

  it('the buffer turns the winner around, on a small path already', () => {
    const verdicts = Object.fromEntries(judgeClaims(scenario, results).map(({ id, verdict }) => [id, verdict]));
    expect(verdicts['bbr-shallow']).toBe('reproduced');
    expect(verdicts['bbr3-shallow']).toBe('reproduced');
    expect(verdicts['bbr-share-of-many']).toBe('not run');
    const share = (arm: string, bufferBdp: number): number => results.values('share', { arm, where: { bufferBdp } }).reduce((sum, value) => sum + value / 3, 0);
    expect(share('bbr-cubic', 0.5)).toBeGreaterThan(0.7);
    expect(share('bbr-cubic', 8)).toBeLessThan(0.5);
  });

  it('the same starts give the same run, others another', () => {
    const again = runJob('bbr-cubic', { bufferBdp: 0.5 }, 0);
    const [first, second] = jobs.filter(({ arm, params }) => arm === 'bbr-cubic' && params['bufferBdp'] === 0.5);
    expect(again.fingerprint).toBe(first!.fingerprint);
    expect(second!.fingerprint).not.toBe(first!.fingerprint);
  });

  it('refuses runs that nobody waits for, and starts after the warm-up', () => {
    const refuse = (set: Record<string, number>): string[] => scenario.refine!(scenario.parameters.parse(set)).map(({ path, message }) => `${path}: ${message}`);
    expect(refuse({})).toEqual([]);
    expect(refuse({ rateMbps: 1000, measuredS: 3600 })[0]).toMatch(/^measuredS: 3610 s at 1000 Mbit\/s are \d+ packets; must be at most 100000000/);
    expect(refuse({ startJitterS: 20 })[0]).toMatch(/^startJitterS: 20 s given; must be at most warmUpS = 10 s/);
  });

  it('words and figures are built from the data, and from none', () => {
    expect(scenario.headline(results)).toBe('Beside one CUBIC flow BBR is ahead up to 0.5 BDP and behind from 8 BDP on');
    expect(scenario.narrative(results)).toMatch(/BBR's share beside one CUBIC flow: \d+ % at 0.5 BDP, \d+ % at 8 BDP/);
    for (const figure of scenario.figures) {
      expect(figure.table(results)).toHaveLength(8);
      expect(JSON.stringify(figure.draw(results))).not.toMatch(/NaN|null,"low"/);
      expect(figure.caption(results)).toMatch(/3 replications/);
    }
    for (const claim of scenario.claims) {
      expect(Object.keys(scenario.arms)).toContain(claim.treatment.arm);
      expect(scenario.figures.map(({ id }) => id)).toContain(claim.ablation);
    }
    expect(scenario.headline(new ResultSet([]))).toMatch(/^No pair/);
  });
});

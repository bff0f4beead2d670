import { describe, expect, it } from 'vitest';
import { Simulation } from '../sim/simulation.ts';
import scenario from './fidelity-ladder.ts';
import { EXPERIMENTS } from './fidelity-ladder/parameters.ts';
import { sendings } from './fidelity-ladder/run.ts';
import { judgeClaims } from './testbed/claims.ts';
import { type JobResult, ResultSet } from './testbed/result-set.ts';

/** One job, by the scenario contract alone. */
function runJob(arm: string, set: Record<string, string | number>, replication = 0): JobResult {
  const params = scenario.parameters.parse({ rounds: 3, ...set, ...scenario.arms[arm]!.set });
  const sim = new Simulation({ seed: 'ladder', replication });
  const measures: Record<string, number> = {};
  const record = { measure: (id: string, value: number) => void (measures[id] = value), latency: () => {}, throughput: () => {}, row: () => {}, warn: () => {}, progress: () => {} };
  const finish = scenario.build({ sim, params, arm, replication, record });
  sim.run();
  finish?.();
  return { arm, params, replication, seed: 'ladder', fingerprint: sim.fingerprint(), blockDigests: [], eventCount: sim.eventCount, endTimeNs: sim.now, measures, latency: [], throughput: [], tables: {}, warnings: [] };
}

/** 8 L / C in ns, headers included. */
const lineNs = (bytes: number, rateMbps: number): number => ((bytes + Math.ceil(bytes / 1448) * 54) * 8000) / rateMbps;

describe('fidelity-ladder', () => {
  it('sends each to each, one to all, all to one', () => {
    expect(EXPERIMENTS.map((experiment) => sendings(experiment, 8).length)).toEqual([56, 1, 7, 7, 58]);
    expect(sendings('incast', 8).every(({ to }) => to === 0)).toBe(true);
    expect(sendings('fan-out', 8).every(({ from }) => from === 0)).toBe(true);
  });

  it('one message alone takes a line and a delay at the coarse levels, and two lines where it is stored and forwarded', () => {
    const [block, delay] = [lineNs(200_000, 20), 20e6];
    expect(runJob('message', { experiment: 'one-block' }).measures['warmNs']).toBeCloseTo(block + delay, -1);
    expect(runJob('flow', { experiment: 'one-block' }).measures['warmNs']).toBeCloseTo(block + delay, -1);
    expect(runJob('message-queue', { experiment: 'one-block' }).measures['warmNs']).toBeCloseTo(2 * block + delay, -1);
    // A single packet passes two lines at packet level as well.
    expect(runJob('packet-cubic', { experiment: 'one-block', blockKb: 1 }).measures['warmNs']).toBeCloseTo(2 * lineNs(1000, 20) + delay, -1);
  });

  it('who shares a line: in flows all end together, as messages one after the other', () => {
    const flow = runJob('flow', { experiment: 'incast', spreadMs: 0 }).measures;
    const message = runJob('message-queue', { experiment: 'incast', spreadMs: 0 }).measures;
    const block = lineNs(200_000, 20);
    expect(flow['warmNs']).toBeCloseTo(7 * block + 20e6, -2);
    expect(flow['lastNs']).toBeCloseTo(7 * block + 20e6, -2);
    // Each comes a line of its own later, and then waits for those before it.
    expect(message['warmNs']).toBeCloseTo(block + 20e6 + 4 * block, -2);
    expect(message['lastNs']).toBeCloseTo(block + 20e6 + 7 * block, -2);
  });

  it('packets over TCP are slower on cold connections, and the report says by how much', () => {
    const jobs = Object.keys(scenario.arms).flatMap((arm) => ['votes', 'one-block'].flatMap((experiment) => [0, 1].map((replication) => runJob(arm, { experiment }, replication))));
    const results = new ResultSet(jobs);
    const mean = (arm: string, measure: string): number => results.values(measure, { arm, where: { experiment: 'one-block' } })[0]!;
    expect(mean('packet-cubic', 'coldNs')).toBeGreaterThan(1.5 * mean('message', 'coldNs'));
    const verdicts = Object.fromEntries(judgeClaims(scenario, results).map(({ id, verdict }) => [id, verdict]));
    expect(verdicts['votes-message']).toBe('reproduced');
    expect(verdicts['incast-flow-last']).toBe('not run');
    expect(scenario.headline(results)).toContain('one block, alone');
    expect(scenario.narrative(results)).toContain('| one block, alone |');
    for (const figure of scenario.figures) expect(figure.table(results).length).toBeGreaterThan(4);
    expect(scenario.headline(new ResultSet([]))).toContain('No level');
  });
});

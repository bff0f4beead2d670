import { describe, expect, it } from 'vitest';
import { Simulation } from '../sim/simulation.ts';
import { ClassicReno } from './network-theory/classic-reno.ts';
import { EXPERIMENT_IDS, experiment, type ExperimentId } from './network-theory/experiments.ts';
import scenario from './network-theory.ts';
import { judgeClaims } from './testbed/claims.ts';
import { type JobResult, ResultSet } from './testbed/result-set.ts';

/** One job, by the scenario contract alone. */
function runJob(arm: string, set: Record<string, string | number>, replication: number): JobResult {
  const params = scenario.parameters.parse(set);
  const sim = new Simulation({ seed: 'network-theory', replication });
  const measures: Record<string, number> = {};
  const record = { measure: (id: string, value: number) => void (measures[id] = value), latency: () => {}, throughput: () => {}, row: () => {}, warn: () => {}, progress: () => {} };
  const finish = scenario.build({ sim, params, arm, replication, record });
  sim.run();
  finish?.();
  return { arm, params, replication, seed: 'network-theory', fingerprint: sim.fingerprint(), blockDigests: [], eventCount: sim.eventCount, endTimeNs: sim.now, measures, latency: [], throughput: [], tables: {}, warnings: [] };
}

/** Those that hold exactly or in short runs; the others are the result's to judge. */
const SHORT = { little: 0.2, 'max-min': 0.5, overload: 0.2, 'reno-full': 0.3, 'reno-half': 0.5, 'mathis-periodic': 0.5, 'cubic-friendly': 0.5, 'bbr-startup': 1 } as const;
const jobs = Object.entries(SHORT).flatMap(([id, length]) => [0, 1].flatMap((replication) => ['law', 'simulation'].map((arm) => runJob(arm, { experiment: id, length }, replication))));
const results = new ResultSet(jobs);

describe('network-theory', () => {
  it('laws that need no averaging hold in short runs', () => {
    const verdicts = judgeClaims(scenario, results).filter(({ verdict }) => verdict !== 'not run');
    expect(verdicts.map(({ id, verdict }) => [id, verdict])).toEqual(EXPERIMENT_IDS.filter((id) => id in SHORT).map((id) => [id, 'reproduced']));
    for (const { why } of verdicts) expect(why).toMatch(/^Simulated -?[\d.]+ .* law [\d.]+/);
  });

  it('every law has a claim, a source and a finite answer', () => {
    expect(scenario.claims.map(({ id }) => id)).toEqual([...EXPERIMENT_IDS]);
    for (const id of EXPERIMENT_IDS) {
      const { law, margin, contrast, source } = experiment(id);
      expect(Number.isFinite(law) && source !== '').toBe(true);
      expect(contrast === 'difference').toBe(law === 0);
      expect(margin).toBeLessThanOrEqual(id.startsWith('pftk') ? 0.3 : 0.15);
    }
  });

  it('takes lengths of which the end is no whole nanosecond', () => {
    // 20 + 200 x 0.0512345678912 s
    for (const id of ['pftk-frequent', 'pftk-classic'] as const) expect(runJob('simulation', { experiment: id, length: 0.0512345678912 }, 0).measures['answer']).toBeGreaterThan(0);
  });

  it('queues come near their closed form in runs of some thousand packets', () => {
    for (const id of ['mm1', 'md1', 'mm1k'] as const) {
      const mean = [0, 1, 2, 3, 4].reduce((sum, replication) => sum + runJob('simulation', { experiment: id, length: 0.1 }, replication).measures['answer']! / 5, 0);
      expect(Math.abs(mean / experiment(id).law - 1)).toBeLessThan(0.12);
    }
  });

  it('the law with timeouts holds for the Reno it is about, and for one of today while timeouts are rare', () => {
    const relative = (id: ExperimentId): number => [0, 1, 2].reduce((sum, replication) => sum + runJob('simulation', { experiment: id, length: 0.5 }, replication).measures['answer']! / 3, 0) / experiment(id).law - 1;
    expect(Math.abs(relative('pftk-moderate'))).toBeLessThan(0.3);
    expect(Math.abs(relative('pftk-classic'))).toBeLessThan(0.3);
    expect(relative('pftk-heavy')).toBeGreaterThan(0.7);
    const pair = new ResultSet(['pftk-heavy', 'pftk-classic'].flatMap((id) => [0, 1].map((replication) => runJob('simulation', { experiment: id, length: 0.2 }, replication))));
    expect(scenario.narrative(pair)).toMatch(/that one sends (0\.[89]|1\.[0-3])\d times .* (1\.[7-9]|2\.[0-3])\d times/);
    expect(scenario.narrative(results)).not.toMatch(/selective/);
  });

  it('words and figures are built from the data, and from none', () => {
    expect(scenario.headline(results)).toBe('8 of 8 laws hold in simulation within their margin, with the whole 95 % interval');
    expect(scenario.narrative(results)).toMatch(/largest distance is -?\d/);
    for (const figure of scenario.figures) {
      expect(figure.table(results)).toHaveLength(8);
      expect(JSON.stringify(figure.draw(results))).not.toMatch(/NaN|null,"low/);
      expect(figure.caption(results)).toMatch(/2 replications/);
    }
    expect(scenario.headline(new ResultSet([]))).toMatch(/^0 of 0/);
  });
});

describe('the Reno of 1998', () => {
  /** When it sends, in ms, and its counts, at a loss that never or always strikes. */
  function sendings(loss: 0 | 1, untilS: number): { atMs: number[]; sender: ClassicReno } {
    const sim = new Simulation({ seed: 'classic' });
    const sender = new ClassicReno(sim, { rttNs: 100e6, rtoNs: 300e6, loss });
    const atMs: number[] = [];
    sim.after(0, () => sender.start());
    for (let sent = 0; ; ) {
      if (!sim.step() || sim.now > untilS * 1e9) return { atMs, sender };
      for (; sent < sender.sent; sent++) atMs.push(sim.now / 1e6);
    }
  }

  it('doubles its timeout six times', () => {
    const gaps = (({ atMs }) => atMs.slice(1).map((ms, i) => ms - atMs[i]!))(sendings(1, 100));
    expect(gaps.slice(0, 9)).toEqual([300, 600, 1200, 2400, 4800, 9600, 19200, 19200, 19200]);
  });

  it('opens its window by one an acknowledgement, the first of which comes late', () => {
    const { atMs, sender } = sendings(0, 0.36);
    // one segment; acknowledged after 40 ms, two; acknowledged together, three; of these the third is acknowledged late
    expect(atMs).toEqual([0, 140, 140, 240, 240, 240, 340, 340, 340]);
    expect([sender.timeouts, sender.fastRetransmits]).toEqual([0, 0]);
  });
});

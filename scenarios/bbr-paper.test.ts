import { describe, expect, it } from 'vitest';
import { bdpOf, BUFFERS, bufferId, EXPERIMENTS, experimentOf, lossId } from './bbr-paper/experiments.ts';
import scenario from './bbr-paper.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;
const SHORT = { stepS: 4, shareS: 15, lossS: 10, slowS: 60 };

function results(arms: readonly string[], experiment: readonly string[], set: Parameters = {}, replications = 1): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { ...SHORT, ...set }, sweep: { experiment: [...experiment] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

const one = (set: ResultSet, measure: string, arm: string): number => set.values(measure, { arm })[0]!;

describe('bbr-paper', () => {
  it('fixed windows follow the two laws: rate W / RTT up to the line, then round-trip time W / rate, then neither', () => {
    const set = results(['path'], ['first-seconds']);
    const { rateBps, rttNs } = experimentOf('first-seconds');
    const bdp = bdpOf({ rateBps, rttNs });
    const serviceMs = (1502 * 8e3) / rateBps;
    const emptyMs = rttNs / 1e6 + serviceMs;
    const points = set.rows('operating').map(({ row }) => ({ window: Math.round(Number(row['inflightBdp']) * bdp), share: Number(row['share']), rttMs: Number(row['rttMs']) }));
    expect(points.length).toBeGreaterThan(10);
    for (const { window, share, rttMs } of points) {
      // sent in one piece at first, and from then on by acknowledgements of two
      const least = Math.max(emptyMs, window * serviceMs);
      if (window * serviceMs < emptyMs * 0.95) expect(share).toBeLessThanOrEqual(((window * serviceMs) / emptyMs) * 1.03);
      if (window * serviceMs < emptyMs * 0.95) expect(share).toBeGreaterThan(((window * serviceMs) / emptyMs) * 0.9);
      if (window * serviceMs > emptyMs * 1.1) expect(share).toBeGreaterThan(0.995);
      if (window < 5.5 * bdp && window > 1.1 * bdp) {
        expect(rttMs).toBeGreaterThan(least * 0.97);
        expect(rttMs).toBeLessThan(least * 1.08);
      }
      // buffer of five BDP and one packet on the line: more in flight does not wait longer
      expect(rttMs).toBeLessThan((6 * bdp + 2) * serviceMs * 1.1);
    }
  });

  it('BBR fills the line with little delay, CUBIC with the whole buffer', () => {
    const set = results(['path', 'bbr', 'cubic'], ['first-seconds']);
    for (const arm of ['bbr', 'cubic']) expect(one(set, 'share', arm)).toBeGreaterThan(0.95);
    expect(one(set, 'rttMedianNs', 'bbr')).toBeLessThan(1.3 * one(set, 'rttMedianNs', 'path'));
    expect(one(set, 'rttMedianNs', 'cubic')).toBeGreaterThan(3 * one(set, 'rttMedianNs', 'path'));
    const phases = [...new Set(set.rows('series', { arm: 'bbr' }).map(({ row }) => row['phase']))];
    expect(phases.slice(0, 3)).toEqual(['STARTUP', 'DRAIN', 'PROBE_BW']);
  });

  it('loss leaves BBR at what the loss leaves, CUBIC at a few percent', () => {
    const set = results(['path', 'bbr', 'cubic'], [lossId(1)]);
    expect(one(set, 'share', 'path')).toBeCloseTo(0.99, 12);
    expect(one(set, 'share', 'bbr')).toBeGreaterThan(0.85);
    expect(one(set, 'share', 'bbr')).toBeLessThanOrEqual(0.99);
    expect(one(set, 'share', 'cubic')).toBeLessThan(0.05);
  });

  it('a doubled rate is found within three cycles, and PROBE_RTT brings five flows together', () => {
    const step = results(['bbr'], ['rate-step']);
    expect(one(step, 'upCycles', 'bbr')).toBeLessThan(3);
    expect(one(step, 'downQueueBdp', 'bbr')).toBeLessThan(1);
    const shares = results(['bbr', 'cubic'], ['five-flows'], { shareS: 45 });
    expect(one(shares, 'jainLate', 'bbr')).toBeGreaterThan(0.98);
    expect(one(shares, 'probeTogether', 'bbr')).toBeGreaterThan(0.5);
    expect(shares.values('share', { arm: 'cubic' })).toEqual([]);
  });

  it('reports without blanks, whatever was run', () => {
    const set = results(Object.keys(scenario.arms), ['first-seconds', 'rate-step', lossId(1), bufferId(BUFFERS[0])], {}, 1);
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined/);
    expect(scenario.headline(set)).toMatch(/BBR fills/);
    expect(scenario.headline(results(['path'], [lossId(1)]))).toMatch(/did not both run/);
    for (const figure of scenario.figures) {
      if (figure.id !== 'five-flows') expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toMatch(/NaN|undefined/);
      expect(figure.caption(set)).not.toBe('');
    }
    for (const claim of scenario.claims) expect(claim.why(set)).not.toMatch(/NaN|undefined/);
  });

  it('every claim names experiments that the quick preset runs', () => {
    const quick = new Set(scenario.quick.sweep!['experiment'] as readonly string[]);
    const known = new Set(EXPERIMENTS.map(({ id }) => id));
    for (const id of quick) expect(known.has(id)).toBe(true);
    for (const { id, treatment, baseline } of scenario.claims) {
      for (const side of [treatment, baseline]) expect(quick.has(String(side.where?.['experiment'])), id).toBe(true);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { BLOCKS, EXPERIMENTS, LAWS, MEMBERS } from './gossip-propagation/parameters.ts';
import scenario from './gossip-propagation.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;
const SMALL = { lawNodes: 500, items: 4, nodes2013: 400, nodes2015: 500, nodes2019: 600, members: 60, blocks: 2 };

function results(experiments: readonly string[], set: Parameters = {}, replications = 2, arms: readonly string[] = ['source', 'simulation']): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { ...SMALL, ...set }, sweep: { experiment: [...experiments] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

const all = results(EXPERIMENTS);

describe('gossip-propagation', () => {
  it('reaches everybody where the protocol promises it, and a share where it does not', () => {
    for (const job of all.select({ arm: 'simulation' })) {
      const experiment = String(job.params['experiment']);
      const reached = job.measures['reachedShare']!;
      if (/^push-|^flood-random/.test(experiment)) {
        expect(reached, experiment).toBeLessThan(1);
        expect(reached, experiment).toBeGreaterThan(0.7);
      } else expect(reached, experiment).toBe(1);
    }
  });

  it('has every law within a few per cent at 500 nodes', () => {
    for (const experiment of LAWS) {
      const [simulated, source] = (['simulation', 'source'] as const).map((arm) => all.select({ arm, where: { experiment } })[0]!.measures);
      for (const measure of ['reachedShare', 'copiesPerNode', 'announcementsPerNode']) if (source![measure] !== undefined) expect(Math.abs(simulated![measure]! / source![measure]! - 1), `${experiment} ${measure}`).toBeLessThan(experiment === 'flood-random' ? 0.2 : 0.05);
    }
  });

  it('larger blocks, older lines and whole blocks are slower; a share of the nodes is never reached before a smaller one', () => {
    const p50 = (experiment: string): number => all.values('p50Ns', { arm: 'simulation', where: { experiment } }).reduce((sum, value) => sum + value, 0);
    expect(p50('decker-2013-large')).toBeGreaterThan(p50('decker-2013'));
    expect(p50('simblock-2015')).toBeGreaterThan(p50('simblock-2019'));
    expect(p50('simblock-2019')).toBeGreaterThan(2 * p50('simblock-2019-compact'));
    for (const job of all.select({ arm: 'simulation' })) {
      if (job.measures['p10Ns'] === undefined) continue;
      const times = [10, 25, 50, 75, 90, 95, 99].map((share) => job.measures[`p${share}Ns`]!);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBeGreaterThan(0);
    }
  });

  it('members nearer to each other hear sooner, down to what the protocol waits for', () => {
    const p50 = (experiment: string, site: string): number => results([experiment], { site }, 1, ['simulation']).values('p50Ns')[0]!;
    for (const experiment of MEMBERS) {
      const [lan, national, continents] = ['lan', 'national', 'continents'].map((site) => p50(experiment, site));
      expect(lan).toBeLessThan(national!);
      expect(national).toBeLessThan(continents!);
    }
    // Fabric holds what it pushes back for 10 ms at each hop
    expect(p50('fabric', 'lan')).toBeGreaterThan(10e6);
  });

  it('under loss pull and retries bring every block to all members; a mesh may miss some', () => {
    for (const experiment of MEMBERS) {
      const reached = results([experiment], { memberLoss: 0.1 }, 1, ['simulation']).values('reachedShare')[0]!;
      if (experiment === 'gossipsub') expect(reached).toBeGreaterThan(0.98);
      else expect(reached, experiment).toBe(1);
    }
  });

  it('claims point at experiments, measures and figures that exist, and words are built from the data', () => {
    for (const claim of scenario.claims) {
      expect(Object.keys(scenario.measures)).toContain(claim.measure);
      for (const side of [claim.treatment, claim.baseline, ...(claim.readings ?? []).flatMap(({ treatment, baseline }) => [treatment, baseline])]) expect(all.values(claim.measure, side).length, claim.id).toBeGreaterThan(0);
      expect(claim.why(all), claim.id).not.toMatch(/NaN|no figure/);
      expect(scenario.figures.map(({ id }) => id)).toContain(claim.ablation);
    }
    expect(scenario.narrative(all)).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.headline(all)).toMatch(/after \d.* s on the Internet of 2015/);
    for (const figure of scenario.figures) {
      expect(figure.table(all).length).toBeGreaterThan(8);
      expect(JSON.stringify(figure.draw(all))).not.toMatch(/NaN|"low":null/);
    }
    const empty = new ResultSet([]);
    expect(scenario.headline(empty)).toMatch(/did not all run/);
    expect(scenario.narrative(empty)).not.toMatch(/NaN|undefined/);
  });

  it('refuses an overlay that cannot exist', () => {
    expect(() => results(['flood'], { lawNodes: 501, degree: 3 })).toThrow(/degree.*3 for 501 nodes; must be even/s);
    expect(BLOCKS.length).toBe(8);
  });
});

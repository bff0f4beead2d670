import { describe, expect, it } from 'vitest';
import scenario from './kernel-or-user-consensus.ts';
import { ARMS, armName, SPEEDS } from './kernel-or-user-consensus/arms.ts';
import { worthwhileNs } from './kernel-or-user-consensus/words.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, ParameterValue, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;

function results(arms: readonly string[], set: Parameters = {}, crossingNs: readonly ParameterValue[] = [1000], replications = 2): ResultSet {
  const configuration = configure(generic, { preset: 'quick', arms: [...arms], replications, set: { blocks: 6, ...set }, sweep: { crossingNs: [...crossingNs] } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('kernel-or-user-consensus', () => {
  it('commits every block and attributes every ns, under each scheduler and with more replicas', () => {
    for (const set of [{}, { scheduler: 'fcfs' }, { scheduler: 'regulated-np', otherLoad: 0.6 }, { replicas: 7, transactions: 20 }, { otherLoad: 0, jitterUs: 0 }]) {
      for (const job of results(Object.keys(ARMS), set, [700], 1).jobs) {
        expect([job.measures['committed'], job.measures['unattributedNs']], `${job.arm} ${JSON.stringify(set)}`).toEqual([1, 0]);
        expect(job.measures['chainCrossingNs']).toBeCloseTo(700 * job.measures['chainCrossings']!, 6);
      }
    }
  });

  it('crosses as often as the calls say: 7 a transaction and 18 in user space, one a transaction in the kernel', () => {
    const set = results(['user', 'kernel', 'kernel-batched'], { transactions: 50, jitterUs: 0, otherLoad: 0 });
    const crossings = (arm: string): number => set.values('chainCrossings', { arm })[0]!;
    expect([crossings('user'), crossings('kernel'), crossings('kernel-batched')]).toEqual([7 * 50 + 18, 50, 2]);
  });

  it('with free crossings it does not matter where consensus lives', () => {
    const set = results(Object.keys(ARMS), {}, [0]);
    for (const suffix of ['', '-accelerated']) {
      const fingers = ['user', 'kernel', 'user-batched', 'kernel-batched'].map((arm) => set.values('latencyMeanNs', { arm: `${arm}${suffix}` }).join());
      expect(new Set(fingers).size).toBe(1);
    }
  });

  it('tells from one crossing at which the kernel saves a twentieth, and a run there saves that', () => {
    for (const speed of SPEEDS) {
      const arms = (['user', 'kernel'] as const).map((place) => armName(place, speed));
      const atNs = Math.round(worthwhileNs(results(arms, {}, [100]), speed, 100));
      const set = results(arms, {}, [atNs]);
      const [user, kernel] = arms.map((arm) => set.values('latencyMeanNs', { arm }).reduce((sum, each) => sum + each, 0)) as [number, number];
      // Waiting for the core shifts a little with the cost of a crossing.
      expect(1 - kernel / user, `${speed} ${atNs} ns`).toBeCloseTo(0.05, 2);
    }
  });

  it('answers what is asked, every figure names its mode, and nothing is blank', () => {
    const set = results(Object.keys(ARMS), {}, [100, 1000, 5000]);
    const text = scenario.narrative(set);
    for (const words of ['**The calls, counted.**', '**What kernel residence saves.**', '**What breaks even.**', 'securityChip, memoryMgmt, segPageCache, crypto, consensus, clearing: 5 steps', 'Of the 16 modules below consensus, 11 stop it by failing alone', '| 5 us |', '101 us in software and 5 us with an accelerator']) expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.headline(set)).toMatch(/crossing of 1 us/);
    for (const figure of scenario.figures) {
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(figure.caption(set), figure.id).toMatch(/mode pr/);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toContain('null,null');
    }
    for (const claim of scenario.claims) expect(claim.why(set), claim.id).not.toMatch(/NaN|undefined|no figure/);
  });

  it('says so where an arm is missing', () => {
    const set = results(['user'], {}, [100], 1);
    expect(scenario.headline(set)).toMatch(/did not both run/);
    expect(scenario.narrative(set)).not.toMatch(/NaN|undefined/);
  });

  it('refuses what cannot be run, with the value and what to do', () => {
    expect(() => results(['user'], { replicas: 5 })).toThrow(/replicas.*5 given; must be 3f \+ 1/s);
    expect(() => results(['user'], { transactions: 1000 })).toThrow(/blockMs.*60 ms given/s);
    expect(() => results(['user'], { blocks: 100_000, replicas: 64 })).toThrow(/blocks.*fewer blocks/s);
  });
});

import { describe, expect, it } from 'vitest';
import { Streams } from '../sim/random.ts';
import scenario from './zones-and-evidence.ts';
import { ARMS, type ArmName, LABEL_ARMS } from './zones-and-evidence/arms.ts';
import { type Commitment, exposureOver } from './zones-and-evidence/exposure.ts';
import { configure } from './testbed/config.ts';
import { planJobs } from './testbed/plan.ts';
import { ResultSet } from './testbed/result-set.ts';
import { runOne } from './testbed/run-one.ts';
import type { Parameters, Scenario } from './testbed/scenario.ts';

const generic = scenario as unknown as Scenario;
const EVERY = Object.keys(ARMS) as ArmName[];

function results(arms: readonly ArmName[], set: Parameters = {}, replications = 2): ResultSet {
  const configuration = configure(generic, { preset: 'full', arms: [...arms], replications, set: { horizonMs: 3000, ...(arms.some((arm) => LABEL_ARMS.includes(arm)) ? { tamperings: 1 } : {}), ...set } });
  return new ResultSet(planJobs(generic, configuration, 'test').map((job) => runOne(generic, job)));
}

describe('zones-and-evidence', () => {
  it('keeps every promise, also with many crashes, a long outage, instant blocks and small batches', () => {
    const sets: readonly Parameters[] = [{}, { crashesPerS: 20, newFilesPerS: 20, fileKb: 3000, tamperings: 0 }, { outageMs: 1500 }, { blockMs: 0, commitMs: 0, anchorEvery: 1 }, { blockMs: 1500, commitMs: 700, anchorMs: 30 }];
    for (const set of sets) {
      for (const job of results(['both', 'by-time', 'often'], set).jobs) {
        const what = `${job.arm} ${JSON.stringify(set)}`;
        for (const measure of ['tamperSilent', 'falseAlarms', 'unexplainedCuts', 'wrongCopies', 'beyondBoundNs']) expect(job.measures[measure] ?? 0, `${what} ${measure}`).toBe(0);
        expect(job.measures['missedShare'], what).toBeLessThan(0.25);
      }
    }
    const crashed = results(['both'], { crashesPerS: 20, newFilesPerS: 20, fileKb: 3000, tamperings: 0 });
    expect(Math.min(...crashed.values('movesUndone'))).toBeGreaterThan(3);
    expect(Math.min(...results(['both'], { outageMs: 1500 }).values('notLogged'))).toBeGreaterThan(20);
  });

  it('finds every tampering with old evidence where it is anchored, and without anchors only what leaves a broken hash', () => {
    const set = results(LABEL_ARMS, { tamperings: 3 });
    for (const arm of LABEL_ARMS) for (const value of set.values('oldFoundShare', { arm })) expect(value, arm).toBe(arm === 'unanchored' ? 0.5 : 1);
    for (const { row } of set.rows('tampering')) {
      expect(Number(row['found']) + Number(row['exposed']) + Number(row['silent'])).toBe(row['attempts']);
      if (row['place'] === 'tail' && String(row['kind']).includes('all hashes')) expect([row['found'], row['exposed']]).toEqual([0, 3]);
    }
  });

  it('gives all arms the same operations, and the exposure of all label arms the same records', () => {
    const set = results(EVERY, { tamperings: 0 });
    for (const replication of [0, 1]) {
      const jobs = set.jobs.filter((job) => job.replication === replication);
      expect(new Set(jobs.map((job) => job.measures['operations'])).size).toBe(1);
      expect(new Set(jobs.filter((job) => LABEL_ARMS.includes(job.arm as ArmName)).map((job) => job.measures['records'])).size).toBe(1);
    }
  });

  it('windows of steady records follow E[min(T, Erlang)]', () => {
    // All users are graded at the start, so records are a thinned Poisson stream.
    const set = results(['user-acl'], { quietShare: 0, outageMs: 0, newFilesPerS: 0, anchorEvery: 20, anchorMs: 300, horizonMs: 20_000, lateShare: 0, turningShare: 0 }, 4);
    const bounds: number[] = [];
    const errors = set.jobs.map((job) => {
      const rate = job.measures['records']! / 20e9;
      // (1 / rate) times the sum over k < 20 of P(Erlang(k + 1) <= T): the records that fit into a window, and the time each took.
      const mean = 300e6 * rate;
      let [term, below, sum] = [Math.exp(-mean), 0, 0];
      for (let k = 0; k < 20; k++) {
        below += term;
        term *= mean / (k + 1);
        sum += 1 - below;
      }
      bounds.push(sum / rate / Math.min(300e6, 20 / rate));
      return job.measures['windowMeanNs']! / (sum / rate) - 1;
    });
    expect(Math.abs(errors.reduce((total, each) => total + each, 0) / errors.length), errors.join()).toBeLessThan(0.01);
    // Neither bound alone explains the windows.
    expect(Math.min(...bounds)).toBeLessThan(0.97);
  });

  it('exposure over time equals a count instant by instant', () => {
    for (let seed = 0; seed < 40; seed++) {
      const stream = new Streams('exposure', seed).stream('times');
      const horizonNs = 200;
      const recordTimes = Array.from({ length: 1 + stream.below(30) }, () => stream.below(horizonNs)).sort((a, b) => a - b);
      const commitments: Commitment[] = [];
      let [atNs, coversUntilNs] = [0, 0];
      for (;;) {
        coversUntilNs += stream.below(40);
        atNs = Math.max(atNs, coversUntilNs + stream.below(30));
        if (atNs > horizonNs) break;
        commitments.push({ atNs, coversUntilNs, toSeq: recordTimes.filter((timeNs) => timeNs <= coversUntilNs).length });
      }
      let [ages, records, maxAge, maxRecords] = [0, 0, 0, 0];
      for (let half = 1; half < 2 * horizonNs; half += 2) {
        const now = half / 2;
        const last = commitments.filter((each) => each.atNs <= now).at(-1);
        const exposed = recordTimes.filter((timeNs) => timeNs <= now).length - (last?.toSeq ?? 0);
        ages += now - (last?.coversUntilNs ?? 0);
        records += exposed;
        maxAge = Math.max(maxAge, now + 0.5 - (last?.coversUntilNs ?? 0));
        maxRecords = Math.max(maxRecords, exposed);
      }
      const found = exposureOver(recordTimes, commitments, horizonNs);
      expect(found.meanAgeNs).toBeCloseTo(ages / horizonNs, 9);
      expect(found.meanRecords).toBeCloseTo(records / horizonNs, 9);
      expect(found.maxAgeNs).toBe(maxAge);
      expect(found.maxRecords).toBeGreaterThanOrEqual(maxRecords);
    }
  });

  it('answers what is asked, and nothing is blank', () => {
    const set = results(EVERY);
    const text = scenario.narrative(set);
    for (const words of ['**Tampering.**', '| count and time |', '**Labels against user grades.**', 'crashes a run']) expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|no figure/);
    expect(scenario.headline(set)).toMatch(/called none of the others intact/);
    for (const figure of scenario.figures) {
      expect(figure.table(set).length, figure.id).toBeGreaterThan(0);
      expect(figure.caption(set)).not.toMatch(/NaN|undefined/);
      expect(JSON.stringify(figure.draw(set)), figure.id).not.toContain('null,null');
    }
    for (const claim of scenario.claims) expect(claim.why(set), claim.id).not.toMatch(/NaN|undefined|no figure/);
    const alone = results(['unanchored'], {}, 1);
    expect(scenario.headline(alone)).toMatch(/did not both run/);
    expect(scenario.narrative(alone)).not.toMatch(/NaN|undefined/);
  });

  it('refuses runs that would never end, with the value and what to do', () => {
    expect(() => results(['both'], { opsPerS: 100_000, horizonMs: 1e7 })).toThrow(/horizonMs.*shorten the run/s);
    expect(() => results(['both'], { scanMs: 1, horizonMs: 100_000, newFilesPerS: 10, opsPerS: 1 })).toThrow(/scanMs.*look less often/s);
    expect(() => results(['both'], { anchorMs: 1e-6 })).toThrow(/anchorMs.*anchor less often/s);
    expect(() => results(['both'], { tamperings: 100, opsPerS: 10_000, horizonMs: 10_000 })).toThrow(/tamperings.*tamper less often/s);
    expect(() => results(['user-acl'], { reviewMs: 1e-6 })).toThrow(/reviewMs.*review less often/s);
  });
});

import { describe, expect, it } from 'vitest';
import { Streams } from '../../random.ts';
import { Simulation } from '../../simulation.ts';
import { MAX_TIME_NS } from '../../time.ts';
import { type ArrivalLaw, arrivalsOf, quietFactor } from './arrivals.ts';
import { emptyJob, type Job } from './job-source.ts';
import { LevelJobs, type LevelJobsOptions } from './level-jobs.ts';

const GAP_NS = 1e6;

/** Counts of arrivals in successive windows. */
function counts(law: ArrivalLaw, windowNs: number, windows: number, seed = 'counts'): number[] {
  const next = arrivalsOf(law, new Streams(seed).stream('arrivals'), GAP_NS);
  const result = Array.from({ length: windows }, () => 0);
  for (;;) {
    const window = Math.floor(next() / windowNs);
    if (window >= windows) return result;
    result[window]! += 1;
  }
}

function dispersion(values: readonly number[]): { mean: number; index: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, index: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / mean };
}

describe('arrivals', () => {
  it('Poisson: counts have their mean as variance', () => {
    const { mean, index } = dispersion(counts({ law: 'poisson' }, 20 * GAP_NS, 20_000));
    expect(mean / 20).toBeCloseTo(1, 2);
    expect(index).toBeCloseTo(1, 1);
  });

  it('MMPP: mean rate as asked for, counts as dispersed as its closed form says, over short and long windows', () => {
    const law = { law: 'mmpp', factor: 3, share: 0.1, burstNs: 50 * GAP_NS } as const;
    // Fischer and Meier-Hellstern 1993: rates l1, l2; phases left at rates s1, s2, all a mean gap.
    const [l1, l2, s1, s2] = [3, quietFactor(law), 1 / 50, 1 / 450];
    expect(0.1 * l1 + 0.9 * l2).toBeCloseTo(1, 12);
    const limit = (2 * s1 * s2 * (l1 - l2) ** 2) / ((s1 + s2) ** 2 * (l1 * s2 + l2 * s1));
    for (const gaps of [10, 200, 2000]) {
      const expected = 1 + limit * (1 - (1 - Math.exp(-(s1 + s2) * gaps)) / ((s1 + s2) * gaps));
      const { mean, index } = dispersion(counts(law, gaps * GAP_NS, Math.round(4e6 / gaps)));
      expect(mean / gaps).toBeCloseTo(1, 1);
      expect(Math.abs(index / expected - 1)).toBeLessThan(0.1);
      expect(expected).toBeGreaterThan(1.2);
    }
  });

  it('daily profile: each quarter of the period has the integral of the rate over it', () => {
    const law = { law: 'daily', amplitude: 0.8, periodNs: 1000 * GAP_NS } as const;
    const perQuarter = counts(law, 250 * GAP_NS, 4 * 500);
    [0, 1, 2, 3].forEach((quarter) => {
      const total = perQuarter.filter((_, index) => index % 4 === quarter).reduce((sum, count) => sum + count, 0);
      const [from, to] = [(quarter * Math.PI) / 2, ((quarter + 1) * Math.PI) / 2];
      const expected = 500 * (250 + (0.8 * 1000 * (Math.cos(from) - Math.cos(to))) / (2 * Math.PI));
      expect(Math.abs(total - expected)).toBeLessThan(4 * Math.sqrt(expected));
    });
  });

  it('refuses rates below zero', () => {
    const stream = new Streams('1').stream('arrivals');
    expect(() => arrivalsOf({ law: 'mmpp', factor: 11, share: 0.1, burstNs: 1 }, stream, 1)).toThrow(/factor \* share at most 1/);
    expect(() => arrivalsOf({ law: 'daily', amplitude: 1.2, periodNs: 1 }, stream, 1)).toThrow(/within \[0, 1\]/);
  });
});

const OPTIONS: LevelJobsOptions = {
  levels: [0.3, 0.4, 0.2, 0.1].map((share, index) => ({ rate: share / GAP_NS, sizes: { law: 'hyper-exp', mean: (index + 1) * 1000, scv: 4 } })),
  arrivals: { law: 'poisson' },
};

function draw(options: LevelJobsOptions, count: number): Job[] {
  const source = new LevelJobs(new Simulation({ seed: 'jobs' }), options);
  return Array.from({ length: count }, () => {
    const job = emptyJob();
    expect(source.next(job)).toBe(true);
    return job;
  });
}

describe('jobs of several levels', () => {
  const jobs = draw(OPTIONS, 20_000);

  it('come in order of arrival, each level at its rate', () => {
    jobs.forEach(({ arrivalNs }, index) => expect(arrivalNs).toBeGreaterThanOrEqual(jobs[index - 1]?.arrivalNs ?? 0));
    [0.3, 0.4, 0.2, 0.1].forEach((share, index) => expect(jobs.filter(({ label }) => label === index + 1).length / jobs.length).toBeCloseTo(share, 1));
    expect(jobs.at(-1)!.arrivalNs / jobs.length / GAP_NS).toBeCloseTo(1, 1);
  });

  it('know their size, unless told otherwise: errors and mistakes leave arrivals and sizes as they are', () => {
    for (const { sizeNs, estimateNs, level, label } of jobs) expect([estimateNs, level]).toEqual([sizeNs, label]);
    const disturbed = draw({ ...OPTIONS, estimateSigma: 1, misclassified: 0.2 }, jobs.length);
    disturbed.forEach(({ arrivalNs, sizeNs, label }, index) => expect([arrivalNs, sizeNs, label]).toEqual([jobs[index]!.arrivalNs, jobs[index]!.sizeNs, jobs[index]!.label]));
    const logErrors = disturbed.map(({ sizeNs, estimateNs }) => Math.log(estimateNs / sizeNs));
    expect(logErrors.reduce((sum, value) => sum + value, 0) / jobs.length).toBeCloseTo(0, 1);
    expect(logErrors.reduce((sum, value) => sum + value * value, 0) / jobs.length).toBeCloseTo(1, 1);
    // A level drawn at random is the right one in a quarter of the mistakes.
    expect(disturbed.filter(({ level, label }) => level !== label).length / jobs.length).toBeCloseTo(0.15, 2);
    expect(new Set(disturbed.map(({ level }) => level))).toEqual(new Set([1, 2, 3, 4]));
  });

  it('triggered: a level-1 job follows after the delay, and level 1 keeps its rate', () => {
    const delayNs = 5 * GAP_NS;
    const triggered = draw({ ...OPTIONS, trigger: { probability: 0.5, delayNs } }, 20_000);
    expect(triggered.filter(({ label }) => label === 1).length / triggered.length).toBeCloseTo(0.3, 1);
    const sources = new Set(triggered.filter(({ label }) => label === 2).map(({ arrivalNs }) => arrivalNs + delayNs));
    const followers = triggered.filter(({ label, arrivalNs }) => label === 1 && sources.has(arrivalNs)).length;
    expect(followers / sources.size).toBeCloseTo(0.5, 1);
    triggered.forEach(({ arrivalNs }, index) => expect(arrivalNs).toBeGreaterThanOrEqual(triggered[index - 1]?.arrivalNs ?? 0));
  });

  it('triggered by more than there are: level 1 is triggered only, at its rate', () => {
    const few = draw({ ...OPTIONS, levels: OPTIONS.levels.map((spec, index) => (index === 0 ? { ...spec, rate: 0.1 / GAP_NS } : spec)), trigger: { probability: 0.5, delayNs: 1 } }, 20_000);
    const byLevel = (level: number): number => few.filter(({ label }) => label === level).length;
    expect(byLevel(1) / byLevel(2)).toBeCloseTo(0.25, 1);
  });

  it('a level without jobs, and no jobs at all', () => {
    const none = OPTIONS.levels.map((spec) => ({ ...spec, rate: 0 }));
    expect(new LevelJobs(new Simulation({ seed: '1' }), { ...OPTIONS, levels: none }).next(emptyJob())).toBe(false);
    const one = draw({ ...OPTIONS, levels: [OPTIONS.levels[0]!, ...none.slice(1)] }, 500);
    expect(one.every(({ label, arrivalNs }) => label === 1 && arrivalNs < MAX_TIME_NS)).toBe(true);
  });
});

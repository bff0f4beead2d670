/**
 * Every variate against its law on fixed seeds: Kolmogorov-Smirnov on 100 000 values and the mean as a z score on 400 000. The
 * thresholds stand for a false alarm in a million (KS: c = 2.69, z: 4.9); with fixed seeds the verdict never wavers.
 */
import { describe, expect, it } from 'vitest';
import { boundedPareto, boundedParetoMoment, Empirical, exponential, gamma, hyperExponential, lognormal, normal, pareto, poisson, roundNs, uniform, Zipf } from './distributions.ts';
import { type RandomStream, Streams } from './random.ts';
import { lnGamma, regularizedBeta } from './special-functions.ts';

const streams = new Streams('distributions');

/** P(Z <= z) by the error function's series and continued fraction; good to 1e-12, which is all a test needs. */
function normalCdf(z: number): number {
  const x = Math.abs(z);
  if (x > 8) return z > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  const half = (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
  return z > 0 ? 0.5 + half : 0.5 - half;
}

/** P(G <= x) for an integer-shape gamma: Erlang's sum. */
const erlangCdf = (shape: number, x: number): number => 1 - Array.from({ length: shape }, (_, k) => Math.exp(-x + k * Math.log(x) - lnGamma(k + 1))).reduce((a, b) => a + b);

interface Law {
  readonly name: string;
  readonly draw: (stream: RandomStream) => number;
  readonly cdf: (x: number) => number;
  readonly mean: number;
  readonly deviation: number;
}

const pm = (k: number): number => boundedParetoMoment(2, 50, 1.3, k);
const LAWS: readonly Law[] = [
  { name: 'exponential', draw: (s) => exponential(s, 3), cdf: (x) => 1 - Math.exp(-x / 3), mean: 3, deviation: 3 },
  { name: 'uniform', draw: (s) => uniform(s, -2, 6), cdf: (x) => (x + 2) / 8, mean: 2, deviation: 8 / Math.sqrt(12) },
  { name: 'normal', draw: (s) => normal(s, 10, 2), cdf: (x) => normalCdf((x - 10) / 2), mean: 10, deviation: 2 },
  { name: 'lognormal', draw: (s) => lognormal(s, 1, 0.5), cdf: (x) => normalCdf((Math.log(x) - 1) / 0.5), mean: Math.exp(1.125), deviation: Math.exp(1.125) * Math.sqrt(Math.exp(0.25) - 1) },
  { name: 'gamma, shape 3', draw: (s) => gamma(s, 3, 2), cdf: (x) => erlangCdf(3, x / 2), mean: 6, deviation: 2 * Math.sqrt(3) },
  { name: 'gamma, shape 1/2 (half a squared normal)', draw: (s) => gamma(s, 0.5, 2), cdf: (x) => 2 * normalCdf(Math.sqrt(x)) - 1, mean: 1, deviation: Math.sqrt(2) },
  { name: 'pareto', draw: (s) => pareto(s, 2, 3.5), cdf: (x) => 1 - (2 / x) ** 3.5, mean: 2.8, deviation: Math.sqrt((4 * 3.5) / (2.5 * 2.5 * 1.5)) },
  { name: 'bounded pareto', draw: (s) => boundedPareto(s, 2, 50, 1.3), cdf: (x) => (1 - (2 / x) ** 1.3) / (1 - (2 / 50) ** 1.3), mean: pm(1), deviation: Math.sqrt(pm(2) - pm(1) ** 2) },
  {
    name: 'hyper-exponential',
    draw: (s) => hyperExponential(s, 2, 10),
    cdf: (x) => [1, -1].reduce((sum, sign) => { const p = (1 + sign * Math.sqrt(9 / 11)) / 2; return sum + p * (1 - Math.exp(-p * x)); }, 0),
    mean: 2,
    deviation: 2 * Math.sqrt(10),
  },
];

describe('laws', () => {
  for (const { name, draw, cdf, mean, deviation } of LAWS) {
    it(name, () => {
      const stream = streams.stream(name);
      const n = 100_000;
      const sample = Float64Array.from({ length: n }, () => draw(stream)).sort((a, b) => a - b);
      let distance = 0;
      sample.forEach((x, index) => (distance = Math.max(distance, Math.abs(cdf(x) - index / n), Math.abs(cdf(x) - (index + 1) / n))));
      expect(distance * Math.sqrt(n)).toBeLessThan(2.69);
      const m = 400_000;
      let sum = 0;
      for (let i = 0; i < m; i++) sum += draw(stream);
      expect(Math.abs((sum / m - mean) / deviation) * Math.sqrt(m)).toBeLessThan(4.9);
    });
  }

  it('bounded pareto moments, by quadrature of the density over ln x', () => {
    expect(boundedParetoMoment(1e-12, 1e12, 100, 1) * 1e12).toBeCloseTo(100 / 99, 12);
    for (const [min, max, alpha] of [[2, 50, 1.3], [1, 1e4, 1], [1, 1000, 2]] as const) {
      for (const k of [1, 2, 3]) {
        const steps = 20_000;
        const width = Math.log(max / min) / steps;
        let sum = 0;
        for (let i = 0; i < steps; i++) {
          const x = min * Math.exp((i + 0.5) * width);
          sum += (x ** (k - alpha) * alpha * min ** alpha * width) / (1 - (min / max) ** alpha);
        }
        expect(Math.abs(boundedParetoMoment(min, max, alpha, k) / sum - 1)).toBeLessThan(1e-6);
      }
    }
  });
});

describe('poisson', () => {
  for (const mean of [0.2, 3, 9.99, 10, 47.5, 5000]) {
    it(`mean ${mean}: chi-square against the exact probabilities`, () => {
      const stream = streams.stream(`poisson/${mean}`);
      const n = 200_000;
      const width = Math.max(1, Math.round(Math.sqrt(mean) / 4));
      const from = Math.max(0, Math.floor(mean - 4 * Math.sqrt(mean)));
      const cells = Math.ceil((mean + 4 * Math.sqrt(mean) + 3 - from) / width);
      const seen = new Float64Array(cells);
      const expected = new Float64Array(cells);
      for (let i = 0; i < n; i++) {
        const cell = Math.floor((poisson(stream, mean) - from) / width);
        if (cell >= 0 && cell < cells) seen[cell]! += 1;
      }
      for (let k = from; k < from + cells * width; k++) expected[Math.floor((k - from) / width)]! += n * Math.exp(-mean + k * Math.log(mean) - lnGamma(k + 1));
      let chi2 = 0;
      let used = 0;
      expected.forEach((count, cell) => {
        if (count < 10) return;
        chi2 += (seen[cell]! - count) ** 2 / count;
        used += 1;
      });
      expect(used).toBeGreaterThan(2);
      expect((chi2 - used) / Math.sqrt(2 * used)).toBeLessThan(5.5);
    });
  }
  it('mean 0 is 0', () => expect(poisson(streams.stream('poisson/0'), 0)).toBe(0));
});

describe('zipf', () => {
  it('zeta values, as computed elsewhere', () => {
    expect(new Zipf(1000, 0.99).zeta).toBeCloseTo(7.728953217284729, 12);
    expect(new Zipf(100_000, 0.99).zeta).toBeCloseTo(12.778338062551246, 11);
  });

  it('exact method follows the exact frequencies', () => {
    const zipf = new Zipf(1000, 1.2, 'exact');
    const stream = streams.stream('zipf/exact');
    const n = 400_000;
    const seen = new Float64Array(1000);
    for (let i = 0; i < n; i++) seen[zipf.next(stream)]! += 1;
    let chi2 = 0;
    seen.forEach((count, rank) => (chi2 += (count - n * zipf.frequency(rank)) ** 2 / (n * zipf.frequency(rank))));
    expect(Math.abs(chi2 - 999) / Math.sqrt(2 * 999)).toBeLessThan(5.5);
  });

  it('ycsb method: ranks 0 and 1 exact, hottest 1 % of keys within one point of a hundred, every rank in range', () => {
    const zipf = new Zipf(100_000, 0.99);
    const stream = streams.stream('zipf/ycsb');
    const n = 400_000;
    const seen = new Float64Array(100_000);
    for (let i = 0; i < n; i++) seen[zipf.next(stream)]! += 1;
    const share = (from: number, to: number): number => seen.subarray(from, to).reduce((a, b) => a + b, 0) / n;
    const exact = (from: number, to: number): number => { let sum = 0; for (let rank = from; rank < to; rank++) sum += zipf.frequency(rank); return sum; };
    expect(exact(0, 1)).toBeCloseTo(0.0783, 4);
    expect(exact(0, 1000)).toBeCloseTo(0.605, 2);
    for (const rank of [0, 1]) expect(Math.abs(share(rank, rank + 1) - zipf.frequency(rank))).toBeLessThan(5 * Math.sqrt(zipf.frequency(rank) / n));
    expect(Math.abs(share(0, 1000) - exact(0, 1000))).toBeLessThan(0.01);
    expect(share(0, 100_000)).toBe(1);
  });

  it('one and two items, and refusals', () => {
    const stream = streams.stream('zipf/small');
    for (const items of [1, 2]) {
      const zipf = new Zipf(items, 0.5);
      for (let i = 0; i < 100; i++) expect(zipf.next(stream)).toBeLessThan(items);
    }
    expect(() => new Zipf(0, 0.5)).toThrow(/items/);
    expect(() => new Zipf(10, 1)).toThrow(/theta/);
    expect(() => new Zipf(10, -1, 'exact')).toThrow(/theta/);
  });
});

describe('empirical and rounding', () => {
  it('draws what was measured, each value as often as it was seen', () => {
    const stream = streams.stream('empirical');
    const law = new Empirical([5, 1, 5, 3]);
    const seen = new Map<number, number>();
    for (let i = 0; i < 40_000; i++) {
      const value = law.next(stream);
      seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    expect([...seen.keys()].sort((a, b) => a - b)).toEqual([1, 3, 5]);
    expect(Math.abs(seen.get(5)! / 40_000 - 0.5)).toBeLessThan(0.0125);
    const between = new Empirical([10, 20, 40], true);
    for (let i = 0; i < 1000; i++) {
      const value = between.next(stream);
      expect(value >= 10 && value <= 40).toBe(true);
    }
    expect(() => new Empirical([])).toThrow(/at least one/);
  });

  it('takes one draw a value whatever the parameters, so that arms stay in step', () => {
    const laws: ((s: RandomStream, arm: number) => number)[] = [
      (s, arm) => exponential(s, 1 + arm), (s, arm) => normal(s, arm, 1 + arm), (s, arm) => boundedPareto(s, 1, 10 + arm, 1.1), (s, arm) => hyperExponential(s, 1, 2 + 8 * arm), (s, arm) => new Zipf(10 + arm, 0.9).next(s),
    ];
    for (const law of laws) {
      const [a, b] = [0, 1].map((arm) => {
        const stream = new Streams('crn').stream('x');
        for (let i = 0; i < 10; i++) law(stream, arm);
        return stream.state();
      });
      expect(a).toEqual(b);
    }
  });

  it('roundNs gives integers and refuses what is no time', () => {
    expect([roundNs(0.4), roundNs(1.5), roundNs(2 ** 52 + 1)]).toEqual([0, 2, 2 ** 52 + 1]);
    for (const x of [-1, NaN, Infinity, 2 ** 54]) expect(() => roundNs(x)).toThrow(/roundNs/);
    expect(regularizedBeta(0.5, 1, 1)).toBeCloseTo(0.5, 14);
  });
});

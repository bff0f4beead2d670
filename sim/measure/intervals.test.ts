/** Formulas against published tables, small cases by hand, and second implementations. */
import { describe, expect, it } from 'vitest';
import {
  batchMeans, binomialCdf, Counter, equivalence, exactQuantile, exactQuantiles, holm, lag1Correlation, moments, mser5, pairedInterval, pairedRatioInterval, quantileInterval, quantileRanks,
  RELATIVE_ERROR, sequentialStopping, StreamingQuantiles, tCdf, TimeWeightedGauge, tInterval, tQuantile, welchInterval, wilsonInterval,
} from './index.ts';
import { exponential, normal } from '../distributions.ts';
import { Streams } from '../random.ts';

const streams = new Streams('measure');

describe('student t', () => {
  it('quantiles agree with 50-digit arithmetic', () => {
    const table: [number, number, number][] = [
      [0.9, 1, 3.077683537175254], [0.95, 4, 2.1318467863266495], [0.975, 1, 12.706204736174694], [0.975, 2, 4.302652729749462], [0.975, 9, 2.262157162798205], [0.975, 29, 2.045229642132704],
      [0.975, 120, 1.9799304050824404], [0.995, 3, 5.840909309733355], [0.9995, 1, 636.6192487687897], [0.9995, 19, 3.8834058525921313],
    ];
    for (const [p, df, t] of table) {
      expect(Math.abs(tQuantile(p, df) / t - 1)).toBeLessThan(1e-11);
      expect(tQuantile(1 - p, df)).toBeCloseTo(-t, 9);
      expect(tCdf(t, df)).toBeCloseTo(p, 12);
    }
    expect([tQuantile(0.5, 7), tQuantile(0, 7), tQuantile(0.9, 0)]).toEqual([0, NaN, NaN]);
  });

  it('interval of a small sample by hand', () => {
    // mean 3, s^2 = 2.5, t(4, 0.975) = 2.7764451
    const { mean, halfWidth, low, high, n, level } = tInterval([1, 2, 3, 4, 5]);
    expect([mean, n, level]).toEqual([3, 5, 0.95]);
    expect(halfWidth).toBeCloseTo(2.7764451051977934 * Math.sqrt(0.5), 12);
    expect([low, high]).toEqual([3 - halfWidth, 3 + halfWidth]);
  });

  it('one value knows nothing, equal values know everything', () => {
    expect(tInterval([7])).toMatchObject({ mean: 7, halfWidth: Infinity, n: 1 });
    expect(tInterval([7, 7, 7])).toMatchObject({ mean: 7, halfWidth: 0 });
    expect(() => tInterval([])).toThrow(/at least one/);
    expect(() => tInterval([1, NaN])).toThrow(/finite/);
  });

  it('moments keep digits that a plain sum loses', () => {
    const shifted = moments([1e9 + 1, 1e9 + 2, 1e9 + 3]);
    expect([shifted.mean, shifted.variance]).toEqual([1e9 + 2, 1]);
    expect(moments([1e16, 1, -1e16, 1]).mean).toBe(0.5);
  });
});

describe('two systems', () => {
  const stream = streams.stream('pairs');
  const b = Array.from({ length: 40 }, () => exponential(stream, 10));
  const a = b.map((value) => 0.5 * value + normal(stream, 0, 0.1));

  it('pairing sees through the common noise, Welch does not', () => {
    const paired = pairedInterval(a, b);
    const welch = welchInterval(a, b);
    expect(paired.mean).toBeCloseTo(welch.mean, 12);
    expect(paired.halfWidth).toBeLessThan(welch.halfWidth);
    expect(paired.varianceRatio).toBeLessThan(0.3);
    const strangers = pairedInterval(Array.from({ length: 4000 }, () => normal(stream, 0, 1)), Array.from({ length: 4000 }, () => normal(stream, 0, 1)));
    expect(Math.abs(strangers.varianceRatio - 1)).toBeLessThan(0.1);
    expect(() => pairedInterval([1, 2], [1])).toThrow(/pairs/);
  });

  it('Welch by hand: degrees of freedom by Satterthwaite', () => {
    const interval = welchInterval([1, 2, 3], [2, 4, 6, 8]);
    const va = 1 / 3;
    const vb = 20 / 3 / 4;
    const df = (va + vb) ** 2 / (va ** 2 / 2 + vb ** 2 / 3);
    expect(interval.mean).toBe(-3);
    expect(interval.halfWidth).toBeCloseTo(tQuantile(0.975, df) * Math.sqrt(va + vb), 12);
  });

  it('relative effect: Fieller limits are the ratios at which the paired t statistic is critical', () => {
    const interval = pairedRatioInterval(a, b);
    expect(interval.mean).toBeCloseTo(moments(a).mean / moments(b).mean - 1, 12);
    expect(interval.low < -0.499 && interval.high > -0.501 && interval.halfWidth < 0.01).toBe(true);
    for (const limit of [interval.low, interval.high]) {
      const { mean, variance, n } = moments(a.map((value, index) => value - (1 + limit) * b[index]!));
      expect(Math.abs(mean / Math.sqrt(variance / n))).toBeCloseTo(tQuantile(0.975, n - 1), 6);
    }
  });

  it('relative effect at the rims', () => {
    expect(pairedRatioInterval([2, 4, 6], [1, 2, 3])).toMatchObject({ mean: 1, low: 1, high: 1 });
    expect(pairedRatioInterval([1], [2])).toMatchObject({ mean: -0.5, halfWidth: Infinity });
    expect(pairedRatioInterval([1, 2, 3], [-5, 0.1, 5]).high).toBe(Infinity);
  });

  it('equivalence wants the whole interval inside the margin', () => {
    expect(equivalence({ low: -0.02, high: 0.03 }, 0.05)).toBe(true);
    expect(equivalence({ low: -0.02, high: 0.05 }, 0.05)).toBe(false);
    expect(equivalence({ low: -0.2, high: 0.3 }, 0.05)).toBe(false); // not significant, and no equality either
  });

  it('Holm steps down', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([true, false, false, true]);
    expect(holm([0.01, 0.02, 0.03, 0.005], 0.1)).toEqual([true, true, true, true]);
    expect(holm([0.5, NaN])).toEqual([false, false]);
  });

  it('Wilson interval: published example, 81 of 263', () => {
    // Newcombe (1998), table I: 0.2553 to 0.3662
    const { low, high } = wilsonInterval(81, 263);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilsonInterval(0, 20).low).toBe(0);
    expect(wilsonInterval(20, 20).high).toBe(1);
  });
});

describe('quantiles', () => {
  it('rank ceil(q n), free of rounding noise', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.07, 0.5, 0.95, 0.99, 0.999, 1, 0].map((q) => exactQuantile(values, q))).toEqual([7, 50, 95, 99, 100, 100, 1]);
    expect(exactQuantiles([3, 1, 2], [0.5, 0.34, 0.33])).toEqual([2, 2, 1]);
    expect(() => exactQuantile([], 0.5)).toThrow(/no values/);
    expect(() => exactQuantile([1], 1.5)).toThrow(/0 .. 1/);
  });

  it('binomial tails, by summing', () => {
    let sum = 0;
    let term = 0.7 ** 20;
    for (let k = 0; k <= 20; k++) {
      sum += term;
      expect(binomialCdf(k, 20, 0.3)).toBeCloseTo(sum, 12);
      term *= ((20 - k) / (k + 1)) * (0.3 / 0.7);
    }
  });

  it('ranks of the distribution-free interval', () => {
    expect(quantileRanks(1000, 0.99)).toMatchObject({ lowRank: 983, highRank: 997 });
    expect(quantileRanks(10_000, 0.999)).toMatchObject({ lowRank: 9983, highRank: 9997 });
    // least n for a two-sided 95 % interval
    for (const [q, n] of [[0.5, 6], [0.9, 29], [0.95, 59], [0.99, 299], [0.999, 2995]] as const) {
      expect(quantileRanks(n, q), `n = ${n}`).toBeDefined();
      expect(quantileRanks(n - 1, q), `n = ${n - 1}`).toBeUndefined();
    }
  });

  it('every rank interval covers what it states, small samples included', () => {
    for (const n of [6, 10, 29, 30, 59, 100, 333]) {
      for (const q of [0.05, 0.1, 0.5, 0.9, 0.95]) {
        const ranks = quantileRanks(n, q);
        if (ranks === undefined) continue;
        expect(ranks.coverage).toBeGreaterThanOrEqual(0.95 - 1e-9);
        expect(ranks.coverage).toBeCloseTo(binomialCdf(ranks.highRank - 1, n, q) - binomialCdf(ranks.lowRank - 1, n, q), 12);
      }
    }
    expect(quantileInterval([1, 2, 3, 4, 5, 6], 0.5)).toMatchObject({ low: 1, high: 6 });
    expect(quantileInterval([1, 2, 3], 0.5)).toBeUndefined();
  });

  it('streaming quantiles stay within their stated error and merge without loss', () => {
    const stream = streams.stream('streaming');
    const parts = [new StreamingQuantiles(), new StreamingQuantiles(), new StreamingQuantiles()];
    const whole = new StreamingQuantiles();
    const values = Array.from({ length: 30_000 }, (_, index) => (index % 7 === 0 ? stream.below(2 ** 53) : stream.below(2 ** (1 + stream.below(50)))));
    values.forEach((value, index) => {
      parts[index % 3]!.add(value);
      whole.add(value);
    });
    for (const part of parts.slice(1)) parts[0]!.merge(part);
    const sorted = values.sort((x, y) => x - y);
    for (const q of [0, 0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1]) {
      const exact = exactQuantile(sorted, q);
      expect(Math.abs(whole.quantile(q) - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR);
      expect(parts[0]!.quantile(q)).toBe(whole.quantile(q));
    }
    expect([whole.count, whole.min, whole.max]).toEqual([30_000, sorted[0], sorted.at(-1)]);
    for (const bad of [-1, 0.5, NaN, 2 ** 53]) expect(() => whole.add(bad)).toThrow(/integer/);
    expect(() => new StreamingQuantiles().quantile(0.5)).toThrow(/no values/);
  });

  it('streaming quantiles are exact for small integers and at bucket borders', () => {
    for (const value of [0, 1, 127, 128, 255, 256, 257, 511, 512, 2 ** 31, 2 ** 31 - 1, 2 ** 32, 2 ** 40 + 12_345, 2 ** 53 - 1]) {
      const histogram = new StreamingQuantiles();
      histogram.add(value);
      histogram.add(value);
      histogram.add(value);
      expect(histogram.quantile(0.5)).toBe(value);
      if (value > 0) {
        histogram.add(0);
        histogram.add(2 ** 53 - 1);
        expect(Math.abs(histogram.quantile(0.5) - value)).toBeLessThanOrEqual(value < 256 ? 0 : value * RELATIVE_ERROR);
      }
    }
  });
});

describe('one run', () => {
  it('MSER-5 finds the end of a ramp, and refuses to cut a run that never settles', () => {
    const stream = streams.stream('mser');
    const settled = Array.from({ length: 2000 }, (_, index) => (index < 200 ? 50 - index / 4 : 0) + normal(stream, 10, 1));
    const { cut, valid } = mser5(settled);
    expect(valid).toBe(true);
    expect(cut % 5).toBe(0);
    expect(cut).toBeGreaterThan(150);
    expect(cut).toBeLessThan(260);
    const ramp = Array.from({ length: 2000 }, (_, index) => index);
    expect(mser5(ramp)).toMatchObject({ cut: 0, valid: false });
    expect(mser5([1, 2, 3])).toMatchObject({ cut: 0, valid: false });
    expect(mser5(new Float64Array(100))).toMatchObject({ cut: 0, valid: true, statistic: 0 });
  });

  it('MSER-5 equals its definition, computed naively', () => {
    const stream = streams.stream('mser/naive');
    const series = Array.from({ length: 503 }, (_, index) => 1e6 + 20 * Math.exp(-index / 40) + normal(stream, 0, 2));
    const z = Array.from({ length: 100 }, (_, batch) => moments(series.slice(batch * 5, batch * 5 + 5)).mean);
    let best = 0;
    const criterion = (d: number): number => {
      const rest = z.slice(d);
      const mean = rest.reduce((x, y) => x + y) / rest.length;
      return rest.reduce((x, y) => x + (y - mean) ** 2, 0) / rest.length ** 2;
    };
    for (let d = 0; d <= 50; d++) if (criterion(d) < criterion(best)) best = d;
    expect(mser5(series).cut).toBe(5 * best);
  });

  it('batch means merge until neighbours are uncorrelated, and say when they cannot', () => {
    const stream = streams.stream('batches');
    const white = batchMeans(Array.from({ length: 3000 }, () => normal(stream, 5, 1)));
    expect(white.valid && white.batchCount >= 15).toBe(true);
    expect(Math.abs(white.mean - 5)).toBeLessThan(0.1);
    const drift = batchMeans(Array.from({ length: 3000 }, (_, index) => index / 300 + normal(stream, 0, 1)));
    expect(drift).toMatchObject({ valid: false, batchCount: 10, batchSize: 300 });
    expect(lag1Correlation([1, -1, 1, -1, 1, -1])).toBeLessThan(-0.8);
    expect(lag1Correlation([2, 2, 2])).toBe(0);
    expect(() => batchMeans([1, 2, 3])).toThrow(/at least 20/);
  });

  it('sequential stopping looks at 10, 20, 40 ..., and admits when the cap came first', () => {
    const stream = streams.stream('sequential');
    const stopped = sequentialStopping(() => normal(stream, 10, 2), { gamma: 0.05 });
    expect(stopped.reached).toBe(true);
    expect(stopped.looks).toEqual([10, 20, 40, 80, 160]);
    expect(stopped.halfWidth / stopped.mean).toBeLessThanOrEqual(0.05 / 1.05);
    expect(sequentialStopping(() => normal(stream, 0, 1), { gamma: 0.1, cap: 50 })).toMatchObject({ reached: false, looks: [10, 20, 40, 50], n: 50 });
    expect(() => sequentialStopping(() => 1, { gamma: 0.5 })).toThrow(/gamma/);
  });

  it('gauge weighs by time, counter counts', () => {
    const gauge = new TimeWeightedGauge(100, 2);
    gauge.add(110, 3);
    gauge.set(130, 0);
    expect([gauge.integral(140), gauge.mean(140), gauge.min, gauge.max]).toEqual([120, 3, 0, 5]);
    gauge.reset(140);
    expect([gauge.mean(140), gauge.max]).toEqual([0, 0]);
    expect(() => gauge.set(130, 1)).toThrow(/backwards/);
    const counter = new Counter();
    counter.add(10);
    counter.add(30);
    expect([counter.count, counter.total, counter.mean]).toEqual([2, 40, 20]);
    counter.reset();
    expect([counter.count, counter.total]).toEqual([0, 0]);
  });
});

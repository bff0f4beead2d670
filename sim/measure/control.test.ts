import { describe, expect, it } from 'vitest';
import { exponential } from '../distributions.ts';
import { Streams } from '../random.ts';
import { controlledInterval, regressionInterval } from './control.ts';
import { tInterval } from './interval.ts';

describe('controls', () => {
  it('a value that follows its control is known exactly', () => {
    const control = [1, 2, 4, 5, 9];
    const { mean, halfWidth } = regressionInterval(control.map((x) => 3 + 2 * x), control, 10);
    expect(mean).toBeCloseTo(23, 12);
    expect(halfWidth).toBeCloseTo(0, 6);
  });

  it('equals the prediction interval of a textbook regression', () => {
    // y on x by hand: slope 0.8, intercept 0.5, residual variance 0.9, at x = 4; t(2 df, 0.975) = 4.302653
    const { mean, halfWidth } = regressionInterval([1, 3, 2, 4], [1, 2, 3, 4], 4);
    expect(mean).toBeCloseTo(0.5 + 0.8 * 4, 12);
    expect(halfWidth).toBeCloseTo(4.302653 * Math.sqrt(0.9 * (1 / 4 + 1.5 ** 2 / 5)), 5);
  });

  it('changes nothing where the control cannot vary or replications are few', () => {
    const values = [3, 1, 2, 5, 4, 4];
    expect(controlledInterval(values, [7, 7, 7, 7, 7, 7], 7)).toEqual(tInterval(values));
    expect(controlledInterval(values.slice(0, 4), [1, 2, 3, 4], 9)).toEqual(tInterval(values.slice(0, 4)));
  });

  it('holds the plain interval and the regression interval', () => {
    const values = [3, 1, 2, 5, 4];
    const control = [2, 1, 1, 3, 4];
    const both = controlledInterval(values, control, 3.5);
    for (const part of [tInterval(values), regressionInterval(values, control, 3.5)]) {
      expect(both.low).toBeLessThanOrEqual(part.low);
      expect(both.high).toBeGreaterThanOrEqual(part.high);
    }
    expect(both.mean).toBe(3);
  });

  it('rare large contributions: the t interval misses what the runs did not meet, the control knows of it', () => {
    // A replication sums 200 values of mean 1, one in 2000 of them 400 times as large: a sixth of the mean rests on those.
    const truth = 200 * (1999 / 2000 + 400 / 2000);
    let plain = 0;
    let controlled = 0;
    for (let repeat = 0; repeat < 400; repeat++) {
      const streams = new Streams(`control/${repeat}`);
      const stream = streams.stream('values');
      const rare = streams.stream('rare');
      const drawn = Array.from({ length: 10 }, () => {
        let value = 0;
        let control = 0;
        for (let i = 0; i < 200; i++) {
          const size = exponential(stream, 1) * (rare.float() < 1 / 2000 ? 400 : 1);
          control += size;
          value += size * (1 + 0.2 * (rare.float() - 0.5));
        }
        return { value, control };
      });
      const values = drawn.map(({ value }) => value);
      const inside = ({ low, high }: { low: number; high: number }): number => (low <= truth && truth <= high ? 1 : 0);
      plain += inside(tInterval(values));
      controlled += inside(controlledInterval(values, drawn.map(({ control }) => control), truth));
    }
    expect(plain / 400).toBeLessThan(0.8);
    expect(controlled / 400).toBeGreaterThan(0.93);
  });
});

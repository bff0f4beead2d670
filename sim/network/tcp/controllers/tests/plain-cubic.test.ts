import { expect, it } from 'vitest';
import { cubicLife, randomLife } from './cubic-run.ts';
import { plainCubic } from './plain-cubic.ts';

it('CUBIC takes the same windows as a second implementation in whole arithmetic, step by step over random lives', () => {
  let [thresholds, exits] = [0, 0];
  for (let life = 0; life < 60; life++) {
    const steps = randomLife(`life ${life}`);
    const expected = plainCubic(steps);
    expect(cubicLife(steps)).toEqual(expected);
    const first = expected.findIndex(({ ssthresh }) => ssthresh >= 0);
    if (first >= 0) thresholds++;
    if (first >= 0 && steps[first]!.kind === 'ack') exits++;
  }
  // lives in which nothing happens would prove nothing: slow start ends in all, in many by HyStart
  expect(thresholds).toBe(60);
  expect(exits).toBeGreaterThan(20);
});

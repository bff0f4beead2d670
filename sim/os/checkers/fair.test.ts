import { describe, expect, it } from 'vitest';
import { fairRun, type Thread } from './tests/fair-run.ts';

const MS = 1_000_000;
const hog = (weight: number): Thread => ({ weight, runNs: 50 * MS, sleepNs: 0 });
/** Many kinds of sleepers and hogs of many weights. */
const MIX: readonly Thread[] = [
  hog(1024), hog(335), hog(15),
  { weight: 3121, runNs: 2 * MS, sleepNs: 9 * MS, isRandom: true },
  { weight: 1024, runNs: 100_000, sleepNs: 3 * MS, isRandom: true },
  { weight: 1024, runNs: 20 * MS, sleepNs: 200 * MS, isRandom: true },
];

describe.each(['cfs', 'eevdf'] as const)('%s', (policy) => {
  it.each([100_000, 1 * MS, 4 * MS])('keeps its promises with a tick of %d ns', (tickNs) => {
    for (let seed = 0; seed < 3; seed++) {
      for (const cores of [1, 2]) fairRun({ policy, threads: [...MIX, ...MIX.slice(0, 6 * (cores - 1))], cores, tickNs, untilNs: 4000 * MS, seed });
    }
  });

  it('shares by weight to 1 %', () => {
    const weights = [1024, 820, 335];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const { cpuNs } = fairRun({ policy, threads: weights.map(hog), tickNs: 1 * MS, untilNs: 60_000 * MS });
    weights.forEach((weight, index) => expect(Math.abs(cpuNs[index]! / (60_000 * MS) / (weight / total) - 1)).toBeLessThan(0.01));
  });
});

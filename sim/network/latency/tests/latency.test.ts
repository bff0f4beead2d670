import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { CLOUD_CITIES, cloudOneWayMs, cloudRttMs } from '../cloud.ts';
import { RegionDelay, regionsByShare } from '../region-delay.ts';
import { physicalOneWay, SIMBLOCK_2015, SIMBLOCK_2019 } from '../simblock.ts';

const stream = (name: string) => new Simulation({ seed: name }).stream(name);

describe('tables of delays', () => {
  it('SimBlock: symmetric, shares sum to one, and the cells that its source has', () => {
    for (const data of [SIMBLOCK_2015, SIMBLOCK_2019]) {
      data.delayMs.forEach((row, from) => row.forEach((ms, to) => expect(data.delayMs[to]![from]).toBe(ms)));
      expect(data.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    }
    expect([SIMBLOCK_2019.delayMs[0]![1], SIMBLOCK_2019.delayMs[3]![4], SIMBLOCK_2015.delayMs[2]![3], SIMBLOCK_2015.delayMs[5]![5]]).toEqual([124, 58, 347, 22]);
    expect(physicalOneWay(SIMBLOCK_2019)[0]![1]).toBe(62);
  });

  it('cloud: the same both ways, cells as published, gaps refused', () => {
    expect(cloudRttMs('Dallas', 'Frankfurt')).toBe(123);
    expect(cloudRttMs('Tokyo', 'Frankfurt')).toBe(233);
    expect(cloudRttMs('Sydney', 'Sao Paulo')).toBe(328);
    expect(cloudRttMs('Tokyo', 'Osaka')).toBe(9);
    expect(cloudRttMs('Washington', 'Sao Paulo')).toBe(118);
    for (const a of CLOUD_CITIES) for (const b of CLOUD_CITIES) {
      const read = (from: typeof a, to: typeof b): number | string => {
        try {
          return cloudRttMs(from, to);
        } catch (error) {
          return (error as Error).message.includes('not in the table') ? 'absent' : 'broken';
        }
      };
      expect(read(a, b)).not.toBe('broken');
      expect(read(a, b)).toBe(read(b, a));
    }
    expect(cloudOneWayMs(['London', 'Tokyo'])).toEqual([[1.05, 121.5], [121.5, 1.05]]);
    expect(() => cloudRttMs('Madrid', 'Sydney')).toThrow(/not in the table/);
  });
});

describe('jitter', () => {
  const draws = (ms: number, jitter: ConstructorParameters<typeof RegionDelay>[2], count = 100_000): number[] => {
    const law = new RegionDelay(new Uint8Array(2), [[ms]], jitter);
    const source = stream(`${jitter.law} ${ms}`);
    return Array.from({ length: count }, () => law.delayNs(0, 1, source) / 1e6);
  };
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it.each([124, 58, 32])("SimBlock's Pareto at %d ms: minimum m - 5, mean m, tail (scale / x)^(0.2 m)", (ms) => {
    const values = draws(ms, { law: 'pareto' });
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(ms - 5);
    const shape = 0.2 * ms;
    const deviation = ((ms - 5) * Math.sqrt(shape / (shape - 2))) / (shape - 1);
    expect(Math.abs(meanOf(values) - ms)).toBeLessThan(4 * (deviation / Math.sqrt(values.length)));
    const tail = (ms - 5) / (ms + 3);
    const expected = Math.exp(shape * Math.log(tail));
    expect(Math.abs(values.filter((value) => value > ms + 3).length / values.length - expected)).toBeLessThan(4 * Math.sqrt(expected / values.length));
  });

  it('uniform: within its width, with the mean of the table; none: the table; Pareto below 5 ms: the table', () => {
    const values = draws(80, { law: 'uniform', spread: 0.1 });
    expect(values.every((value) => value >= 72 && value <= 88)).toBe(true);
    expect(Math.abs(meanOf(values) - 80)).toBeLessThan(4 * (16 / Math.sqrt(12 * values.length)));
    expect(new Set(draws(80, { law: 'none' }, 10))).toEqual(new Set([80]));
    expect(new Set(draws(4, { law: 'pareto' }, 10))).toEqual(new Set([4]));
    expect(() => draws(80, { law: 'uniform', spread: 2 }, 1)).toThrow(/spread 2/);
  });

  it('regions are in exact proportion', () => {
    const regions = regionsByShare(10_000, SIMBLOCK_2019.shares, stream('regions'));
    let sum = 0;
    SIMBLOCK_2019.shares.slice(0, -1).forEach((share, region) => {
      sum += share;
      expect(regions.filter((each) => each <= region).length).toBe(Math.round(sum * 10_000));
    });
    expect(new Set(regions.slice(0, 200)).size).toBeGreaterThan(3);
  });
});

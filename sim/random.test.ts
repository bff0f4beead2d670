import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { type GeneratorName, generatorFromWords, type RandomStream, Streams } from './random.ts';

const GENERATORS: readonly GeneratorName[] = ['sfc32', 'xoshiro128ss', 'alea', 'arc4'];

function nth(stream: RandomStream, n: number): number {
  for (let i = 1; i < n; i++) stream.uint32();
  return stream.uint32();
}

const first = (stream: RandomStream, count: number): number[] => Array.from({ length: count }, () => stream.uint32());

describe('known answers', () => {
  // Both reference algorithms compiled from their authors' C (PractRand's sfc.cpp, Vigna's xoshiro128starstar.c).
  it('sfc32', () => {
    expect(first(generatorFromWords('sfc32', [1, 2, 3, 4]), 8)).toEqual([7, 34, 56623200, 188882296, 3431242869, 399395954, 785775158, 3843710725]);
    expect(nth(generatorFromWords('sfc32', [0xdeadbeef, 0x12345678, 0x9abcdef0, 1]), 1_000_000)).toBe(665570344);
  });

  it('xoshiro128**', () => {
    expect(first(generatorFromWords('xoshiro128ss', [1, 2, 3, 4]), 8)).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849]);
    expect(nth(generatorFromWords('xoshiro128ss', [1, 2, 3, 4]), 1_000_000)).toBe(3457443141);
    expect(first(generatorFromWords('xoshiro128ss', [0, 0, 0, 0]), 20).some((value) => value !== 0)).toBe(true);
  });

  it('alea and arc4 are the package, untouched', () => {
    const words = [1, 2, 3, 0xffffffff];
    const seed = '000000010000000200000003ffffffff';
    const alea = seedrandom.alea(seed);
    const arc4 = seedrandom(seed);
    expect(first(generatorFromWords('alea', words), 50)).toEqual(Array.from({ length: 50 }, () => alea.int32() >>> 0));
    expect(first(generatorFromWords('arc4', words), 50)).toEqual(Array.from({ length: 50 }, () => arc4.int32() >>> 0));
  });

  it('named streams never move', () => {
    const draws = GENERATORS.map((generator) => new Streams('seed', 3, generator).stream('link/12->7/loss').uint32());
    expect(draws).toMatchInlineSnapshot(`
      [
        2976817284,
        2219367344,
        288795053,
        2731207979,
      ]
    `);
  });
});

describe('named streams', () => {
  it('depend on seed, replication, name and generator, on nothing else', () => {
    const of = (seed: string, replication: number, name: string, generator?: GeneratorName): string => first(new Streams(seed, replication, generator).stream(name), 4).join();
    const all = [of('a', 0, 'x'), of('b', 0, 'x'), of('a', 1, 'x'), of('a', 0, 'y'), of('a', 0, 'x', 'alea'), of('a', 0, 'x', 'arc4'), of('a', 0, 'x', 'xoshiro128ss')];
    expect(new Set(all).size).toBe(all.length);
    const crowded = new Streams('a');
    crowded.stream('unrelated').uint32();
    crowded.stream('another');
    expect(first(crowded.stream('x'), 4).join()).toBe(of('a', 0, 'x'));
  });

  it('have one owner each', () => {
    const streams = new Streams('a');
    streams.stream('disk/latency');
    expect(() => streams.stream('disk/latency')).toThrow(/one owner/);
  });

  it('tell their position', () => {
    for (const generator of GENERATORS) {
      const stream = new Streams('a', 0, generator).stream('x');
      const before = stream.state();
      expect(before.every((word) => typeof word === 'number')).toBe(true);
      expect(stream.state()).toEqual(before);
      stream.uint32();
      expect(stream.state()).not.toEqual(before);
    }
  });
});

describe('draws', () => {
  it('float and open keep to their intervals, even at the extreme words', () => {
    for (const [word, float, open] of [[0, 0, 2 ** -53], [0xffffffff, 1 - 2 ** -53, 1 - 2 ** -53]] as const) {
      const stream = generatorFromWords('sfc32', [0, 0, 0, 0]);
      const fixed = Object.assign(Object.create(Object.getPrototypeOf(stream)) as RandomStream, { uint32: () => word });
      expect(fixed.float()).toBe(float);
      expect(fixed.open()).toBe(open);
    }
  });

  it('below is even over its range (chi-square, every generator)', () => {
    for (const generator of GENERATORS) {
      const stream = new Streams('below', 0, generator).stream('x');
      for (const n of [2, 3, 7, 100]) {
        const counts = new Float64Array(n);
        const draws = 70_000;
        for (let i = 0; i < draws; i++) counts[stream.below(n)]! += 1;
        let chi2 = 0;
        for (const count of counts) chi2 += (count - draws / n) ** 2 / (draws / n);
        // mean n-1, standard deviation sqrt(2(n-1)): five deviations plus slack for the skew of few cells
        expect(chi2).toBeLessThan(n - 1 + 5 * Math.sqrt(2 * (n - 1)) + 12);
      }
    }
  });

  it('below reaches beyond 32 bits and refuses what is no size', () => {
    const stream = new Streams('below').stream('x');
    let largest = 0;
    for (let i = 0; i < 1000; i++) {
      const draw = stream.below(2 ** 53);
      expect(Number.isSafeInteger(draw)).toBe(true);
      largest = Math.max(largest, draw);
    }
    expect(largest).toBeGreaterThan(0.98 * 2 ** 53);
    expect(stream.below(1)).toBe(0);
    for (const n of [0, -1, 1.5, NaN, Infinity, 2 ** 53 + 2]) expect(() => stream.below(n)).toThrow(/2\^53/);
  });

  it('neighbouring streams are uncorrelated and uniform', () => {
    const streams = new Streams('pairs');
    const count = 512;
    const draws = 400;
    const all = Array.from({ length: count }, (_, index) => streams.stream(`node/${index}`)).map((stream) => Array.from({ length: draws }, () => stream.float() - 0.5));
    let cross = 0;
    let sum = 0;
    for (let i = 1; i < count; i++) for (let j = 0; j < draws; j++) cross += all[i]![j]! * all[i - 1]![j]! * 12;
    for (const list of all) for (const value of list) sum += value;
    const n = count * draws;
    expect(Math.abs(cross / Math.sqrt(n))).toBeLessThan(5);
    expect(Math.abs(sum * Math.sqrt(12 / n))).toBeLessThan(5);
  });
});

import { expect, it } from 'vitest';
import { Streams } from '../../random.ts';
import { lowerBoundOfNumbers } from './binary-search.ts';
import { PgmIndex } from './pgm-index.ts';
import { CROWDED, rootTable } from './root-table.ts';

const LIMIT = 2 ** 52;
const stream = new Streams('root-table').stream('keys');
const sorted = (length: number, key: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => key(i)).sort((a, b) => a - b);
const SETS: readonly (readonly [string, Float64Array])[] = [
  ['uniform', sorted(30_000, () => stream.below(LIMIT))],
  ['clustered', sorted(30_000, () => stream.below(9) * 2 ** 48 + stream.below(100_000))],
  ['crowded at the low end', sorted(30_000, (i) => (i === 0 ? LIMIT : stream.below(1_000_000)))],
  ['long runs of equal keys', sorted(30_000, () => 1000 * stream.below(200))],
  ['the whole range', sorted(30_000, (i) => (i === 0 ? 0 : i === 1 ? Number.MAX_SAFE_INTEGER : stream.below(Number.MAX_SAFE_INTEGER)))],
  ['one key, many times', sorted(100, () => 5)],
];

it.each(SETS)('lookups by the root table agree with binary search: %s', (_name, keys) => {
  for (const epsilon of [0, 1, 4, 16, 19, 20]) {
    const index = PgmIndex.build(keys, { epsilon, epsilonRecursive: 4 });
    expect(index.rootBytes > 0).toBe(epsilon <= 19);
    const wrong = (key: number): boolean => index.lowerBound(key) !== lowerBoundOfNumbers(keys, key);
    expect(Array.from(keys).flatMap((key) => [key - 1, key, key + 1]).filter((key) => key >= 0 && wrong(key))).toEqual([]);
    expect([0, LIMIT / 3, LIMIT, Number.MAX_SAFE_INTEGER].filter(wrong)).toEqual([]);
  }
});

it('every slice names the segment of its lowest key or one just before, and crowded slices none', () => {
  const firsts = Float64Array.of(100, 101, 102, 103, 104, 105, 106, 700, 900);
  const { starts, scale } = rootTable(firsts, firsts.length, 1123);
  expect(starts.length).toBe(33);
  expect(scale).toBe(32 / 1024);
  expect(starts[0]).toBe(CROWDED);
  expect([...starts.subarray(1, 18)]).toEqual(Array.from({ length: 17 }, () => 24));
  for (let key = 132; key <= 1123; key++) {
    const start = starts[Math.floor((key - 100) * scale)]! / 4;
    expect(firsts[start]! <= key && firsts.findLastIndex((first) => first <= key) - start <= 4).toBe(true);
  }
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Streams } from '../../random.ts';
import { hashedKey } from '../state/trie-shape.ts';
import { lowerBoundOfNumbers } from './binary-search.ts';
import { halvesOf, KEY_MAX } from './key-order.ts';
import { PgmIndex } from './pgm-index.ts';

const bySize = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const rankOf = (keys: readonly bigint[], key: bigint): number => keys.filter((each) => each < key).length;
const key64 = fc.oneof(fc.bigInt(0n, KEY_MAX), fc.bigInt(0n, 300n), fc.bigInt(KEY_MAX - 300n, KEY_MAX), fc.bigInt((1n << 53n) - 150n, (1n << 53n) + 150n));
const key53 = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.integer({ min: Number.MAX_SAFE_INTEGER - 300, max: Number.MAX_SAFE_INTEGER }));
const options = fc.record({ epsilon: fc.constantFrom(0, 1, 2, 5, 16, 30, 2000), epsilonRecursive: fc.constantFrom(0, 1, 2, 4, 16) });

/** What the index promises, checked by counting. */
function holdsPromises(index: PgmIndex, keys: readonly bigint[], sought: readonly bigint[], distinct: boolean): void {
  for (const key of keys) {
    const rank = rankOf(keys, key);
    const { position, low, high } = index.locate(key);
    expect(Math.abs(position - rank), `error at key ${key}`).toBeLessThanOrEqual(index.epsilon);
    expect(low <= rank && rank < high, `window [${low}, ${high}) of key ${key}, rank ${rank}`).toBe(true);
    expect(high - low).toBeLessThanOrEqual(2 * index.epsilon + 2);
    expect(index.lowerBound(key)).toBe(rank);
  }
  for (const key of sought) {
    const rank = rankOf(keys, key);
    expect(index.lowerBound(key), `lower bound of ${key}`).toBe(rank);
    const { low, high } = index.locate(key);
    if (distinct) expect(low <= rank && rank <= high, `window [${low}, ${high}] of absent ${key}, rank ${rank}`).toBe(true);
  }
}

describe('PGM-index', () => {
  it('finds every present key within epsilon, absent ones at their place: 64-bit keys', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key64, { minLength: 1, maxLength: 80 }), fc.array(key64, { maxLength: 20 }), options, (values, sought, option) => {
        const keys = [...values].sort(bySize);
        holdsPromises(PgmIndex.build(BigUint64Array.from(keys), option), keys, [...sought, 0n, KEY_MAX], true);
      }),
      { numRuns: 400 },
    );
  });

  it('the same for keys below 2^53 in doubles', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key53, { minLength: 1, maxLength: 80 }), fc.array(key53, { maxLength: 20 }), options, (values, sought, option) => {
        const keys = [...values].sort((a, b) => a - b);
        holdsPromises(PgmIndex.build(Float64Array.from(keys), option), keys.map(BigInt), [...sought, 0, Number.MAX_SAFE_INTEGER].map(BigInt), true);
      }),
      { numRuns: 400 },
    );
  });

  it('equal keys: the rank is that of the first, and lookups stay right behind long runs', () => {
    const runs = fc.array(fc.record({ key: fc.nat(40), times: fc.integer({ min: 1, max: 30 }) }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(runs, options, fc.boolean(), (parts, option, wide) => {
        const keys = parts.flatMap(({ key, times }) => Array.from({ length: times }, () => BigInt(key) * 3n)).sort(bySize);
        const index = PgmIndex.build(wide ? BigUint64Array.from(keys) : Float64Array.from(keys, Number), option);
        holdsPromises(index, keys, [1n, 2n, 50n, 61n, 121n, 200n], false);
      }),
      { numRuns: 300 },
    );
  });

  it('levels end at one segment; epsilonRecursive 0 keeps one level', () => {
    const stream = new Streams('levels').stream('keys');
    const keys = Float64Array.from({ length: 50_000 }, () => stream.below(2 ** 52)).sort((a, b) => a - b);
    const recursive = PgmIndex.build(keys, { epsilon: 4, epsilonRecursive: 4 });
    expect(recursive.segmentsPerLevel.at(-1)).toBe(1);
    expect(recursive.height).toBeGreaterThan(2);
    expect(recursive.segmentsPerLevel.slice(0, -1).every((count) => count > 1)).toBe(true);
    const flat = PgmIndex.build(keys, { epsilon: 4, epsilonRecursive: 0 });
    expect(flat.segmentsPerLevel).toEqual([recursive.segmentsPerLevel[0]]);
    // Upper levels are the segmentation of the first keys, with the other epsilon.
    const upper = PgmIndex.build(BigUint64Array.from(recursive.firstKeys()), { epsilon: 4, epsilonRecursive: 4 });
    expect(upper.segmentsPerLevel).toEqual(recursive.segmentsPerLevel.slice(1));
    const wide = PgmIndex.build(BigUint64Array.from(keys, BigInt), { epsilon: 4, epsilonRecursive: 4 });
    expect(wide.segmentsPerLevel).toEqual(recursive.segmentsPerLevel);
    for (let i = 0; i < keys.length; i += 7) {
      expect(recursive.lowerBoundOfNumber(keys[i]! + 1)).toBe(lowerBoundOfNumbers(keys, keys[i]! + 1));
      expect(wide.position(keys[i]!)).toBe(recursive.position(keys[i]!));
    }
  });

  it('random keys: segments fall with the square of epsilon', () => {
    const stream = new Streams('slope').stream('keys');
    const keys = Float64Array.from({ length: 200_000 }, () => stream.below(2 ** 52)).sort((a, b) => a - b);
    const epsilons = [4, 8, 16, 32];
    const points = epsilons.map((epsilon) => [Math.log(epsilon), Math.log(PgmIndex.build(keys, { epsilon, epsilonRecursive: 0 }).segmentsPerLevel[0]!)] as const);
    const mean = (index: 0 | 1): number => points.reduce((sum, point) => sum + point[index], 0) / points.length;
    const [meanX, meanY] = [mean(0), mean(1)];
    const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / points.reduce((sum, [x]) => sum + (x - meanX) * (x - meanX), 0);
    expect(slope).toBeGreaterThan(-2.15);
    expect(slope).toBeLessThan(-1.8);
  });

  it('agrees with the counts of the C++ library, all levels, on keys anyone can make', () => {
    // Counts of its segmentation (release without the cut at rank 0, present keys only, upper levels epsilon 4).
    const keys = BigUint64Array.from({ length: 3000 }, (_, i) => BigInt(i) * BigInt(i) * (1n << 20n));
    const counts = (epsilon: number): number[] => PgmIndex.build(keys, { epsilon, epsilonRecursive: 4 }).segmentsPerLevel;
    expect([1, 4, 16, 64].map((epsilon) => counts(epsilon))).toEqual([[27, 2, 1], [14, 1], [7, 1], [3, 1]]);
    const hashed = BigUint64Array.from({ length: 20_000 }, (_, i) => new DataView(hashedKey(i).slice().buffer).getBigUint64(0)).sort(bySize);
    const hashedCounts = (epsilon: number): number[] => PgmIndex.build(hashed, { epsilon, epsilonRecursive: 4 }).segmentsPerLevel;
    expect([1, 4, 16, 64].map((epsilon) => hashedCounts(epsilon))).toEqual([[2049, 9, 1], [256, 2, 1], [21, 1], [3, 1]]);
  });

  // Keys from splitmix64 (Steele, Lea, Flood 2014), so that anyone can make them; counts as above, epsilon 1, 8 and 50, upper levels 4.
  const mixed = (x: number): bigint => {
    let z = BigInt.asUintN(64, BigInt(x) + 0x9e3779b97f4a7c15n);
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  let lastKey = 0n;
  it.each([
    ['uniform', 10_000, (i: number) => mixed(i), [[1040, 4, 1], [38, 1], [2, 1]]],
    ['clustered', 10_000, (i: number) => ((mixed(i) % 40n) << 56n) + (mixed(i + 1_000_000) % (1n << 20n)), [[1026, 40, 1], [64, 1], [40, 1]]],
    ['duplicates', 5000, (i: number) => mixed(i) % 700n, [[196, 1], [18, 1], [1]]],
    ['dense below 2^64, duplicates too', 9000, (i: number) => KEY_MAX - (mixed(i) % 30_000n), [[832, 3, 1], [35, 1], [1]]],
    ['heavy-tailed gaps', 5000, (i: number) => (lastKey += 1n << (mixed(i) % 40n)), [[1011, 27, 1], [138, 1], [6, 1]]],
  ] as const)('agrees with the counts of the C++ library: %s', (_name, size, key, counts) => {
    const keys = BigUint64Array.from({ length: size }, (_, i) => key(i)).sort(bySize);
    expect([1, 8, 50].map((epsilon) => PgmIndex.build(keys, { epsilon, epsilonRecursive: 4 }).segmentsPerLevel)).toEqual(counts);
  });

  it('says what a lookup read', () => {
    const keys = Float64Array.from({ length: 10_000 }, (_, i) => i * i);
    const index = PgmIndex.build(keys, { epsilon: 2, epsilonRecursive: 4 });
    const probe = index.probe(5000 * 5000);
    expect(probe.levels).toBe(index.height);
    expect(probe.linesRead).toBe(index.height);
    expect(probe.keysRead).toBeGreaterThanOrEqual(2 * (index.height - 1));
    expect(probe.keysRead).toBeLessThanOrEqual((index.height - 1) * (4 + 3));
    expect(probe.low <= 5000 && 5000 < probe.high).toBe(true);
    expect(index.sizeBytes).toBe(index.segmentsPerLevel.reduce((sum, count) => sum + (count + 1) * 28 + 8, 0));
  });

  it('empty and single-key sets answer', () => {
    for (const empty of [new Float64Array(0), new BigUint64Array(0)]) {
      const index = PgmIndex.build(empty, { epsilon: 4, epsilonRecursive: 4 });
      expect(index.segmentsPerLevel).toEqual([]);
      expect(index.locate(7)).toEqual({ position: 0, low: 0, high: 0 });
      expect(index.lowerBound(7)).toBe(0);
    }
    const single = PgmIndex.build(BigUint64Array.of(KEY_MAX), { epsilon: 0, epsilonRecursive: 4 });
    expect(single.segmentsPerLevel).toEqual([1]);
    expect(single.locate(KEY_MAX)).toEqual({ position: 0, low: 0, high: 1 });
  });

  it('refuses unsorted keys, keys that are none, and epsilons that are none', () => {
    const build = (keys: Float64Array | BigUint64Array, epsilon = 4) => () => PgmIndex.build(keys, { epsilon, epsilonRecursive: 4 });
    expect(build(Float64Array.of(1, 5, 4))).toThrow('key 4 is smaller than the key before it, 5');
    expect(build(BigUint64Array.of(1n, 1n << 63n, 3n))).toThrow('key 3 is smaller than the key before it, 9223372036854775808');
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53, Infinity]) expect(build(Float64Array.of(bad))).toThrow(/no integer/);
    for (const bad of [-1, 0.5, Number.NaN, Infinity]) expect(build(Float64Array.of(1), bad)).toThrow(/epsilon/);
  });

  it('halves view the same bytes', () => {
    expect([...halvesOf(BigUint64Array.of(0x1_0000_0002n))]).toEqual([2, 1]);
  });
});

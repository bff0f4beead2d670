import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimalFirstRanks } from './tests/brute-force.ts';
import { crossSign, exactCrossSign } from './cross-product.ts';
import { halvesOf } from './key-order.ts';
import { segmentHalves, segmentNumbers } from './segmentation.ts';

const KEY_LIMIT = 1n << 64n;
const ascending = (keys: readonly bigint[]): bigint[] => [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const starts = (keys: readonly bigint[], epsilon: number): number[] => {
  const segments = segmentHalves(halvesOf(BigUint64Array.from(keys)), epsilon);
  return Array.from(segments.firstRank.subarray(0, segments.count));
};

/** Shapes that find faults: clusters, curves, steps, runs of neighbours and duplicates, at both ends of the range. */
const keySets = fc
  .record({
    base: fc.constantFrom(0n, 1n, (1n << 32n) - 5n, (1n << 53n) - 7n, 1n << 63n, KEY_LIMIT - 200_000n, KEY_LIMIT - 40n),
    gaps: fc.array(
      fc.oneof(fc.bigInt(0n, 2n), fc.constant(1n), fc.bigInt(0n, 100n), fc.bigInt(0n, 5000n), fc.bigInt(0n, 1n << 58n)),
      { minLength: 1, maxLength: 40 },
    ),
    curve: fc.constantFrom(0n, 0n, 1n, 7n),
  })
  .map(({ base, gaps, curve }) => {
    const keys: bigint[] = [];
    let key = base;
    gaps.forEach((gap, i) => {
      key += gap + curve * BigInt(i);
      if (key < KEY_LIMIT) keys.push(key);
    });
    return keys.length > 0 ? keys : [KEY_LIMIT - 1n];
  });
const epsilons = fc.constantFrom(0, 1, 2, 3, 8, 64, 2 ** 31, 2 ** 32, 2 ** 53 - 1);

describe('cross product', () => {
  it('has the sign BigInt finds, however close the call', () => {
    const half = fc.integer({ min: -(2 ** 32) + 1, max: 2 ** 32 - 1 });
    const ordinate = fc.integer({ min: -(2 ** 34) + 1, max: 2 ** 34 - 1 });
    const near = fc.integer({ min: -2, max: 2 });
    fc.assert(
      fc.property(half, half, ordinate, near, near, near, half, half, ordinate, fc.boolean(), (h, l, y, dh, dl, dy, h2, l2, y2, close) => {
        // Close calls: the second vector is the first one, moved by a unit or two.
        const [high, low, rise] = close ? [h + dh, l + dl, y + dy] : [h2, l2, y2];
        const exact = ((BigInt(h) << 32n) + BigInt(l)) * BigInt(rise) - ((BigInt(high) << 32n) + BigInt(low)) * BigInt(y);
        const sign = exact > 0n ? 1 : exact < 0n ? -1 : 0;
        expect(exactCrossSign(h, l, y, high, low, rise)).toBe(sign);
        expect(crossSign(h, l, y, high, low, rise)).toBe(sign);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('segmentation', () => {
  it('is the minimum by definition, segment by segment', () => {
    fc.assert(
      fc.property(keySets, epsilons, (keys, epsilon) => {
        expect(starts(keys, epsilon)).toEqual(minimalFirstRanks(keys, BigInt(epsilon)));
      }),
      { numRuns: 3000 },
    );
  });

  it('needs exact comparisons: keys beyond 2^53 whose points miss a line by one', () => {
    const stride = (1n << 57n) + 1n;
    const line = Array.from({ length: 100 }, (_, i) => stride * BigInt(i));
    expect(starts(line, 0)).toEqual([0]);
    const bent = line.map((key, i) => (i === 60 ? key + 1n : key));
    expect(starts(bent, 0)).toEqual(minimalFirstRanks(bent, 0n));
    expect(starts(bent, 0)).toEqual([0, 60, 62]);
  });

  it('narrow keys give the segments of the same keys at full width', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 60 }), epsilons, (values, epsilon) => {
        const sorted = [...values].sort((a, b) => a - b);
        const narrow = segmentNumbers(Float64Array.from(sorted), epsilon);
        expect(Array.from(narrow.firstRank.subarray(0, narrow.count))).toEqual(starts(sorted.map(BigInt), epsilon));
      }),
    );
  });

  it('arithmetic progressions are one segment, for every stride and epsilon', () => {
    for (const stride of [1n, 3n, 1n << 20n, (1n << 50n) + 1n, (1n << 54n) - 1n]) {
      for (const epsilon of [0, 1, 64]) {
        expect(starts(Array.from({ length: 1000 }, (_, i) => 5n + stride * BigInt(i)), epsilon), `stride ${stride}`).toEqual([0]);
      }
    }
  });

  it('moving or stretching all keys changes nothing', () => {
    const small = fc.array(fc.bigInt(0n, 1_000_000n), { minLength: 1, maxLength: 80 }).map(ascending);
    fc.assert(
      fc.property(small, fc.bigInt(0n, 1n << 40n), fc.bigInt(1n, 1n << 40n), epsilons, (keys, shift, factor, epsilon) => {
        expect(starts(keys.map((key) => key * factor + shift), epsilon)).toEqual(starts(keys, epsilon));
      }),
    );
  });

  it('a larger epsilon never needs more; all but the last segment hold at least 2 epsilon keys', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.bigInt(0n, KEY_LIMIT - 1n), { minLength: 1, maxLength: 300 }).map(ascending), (keys) => {
        let before = Infinity;
        for (const epsilon of [0, 1, 2, 4, 8, 16]) {
          const found = starts(keys, epsilon);
          expect(found.length).toBeLessThanOrEqual(before);
          found.slice(1).forEach((start, i) => expect(start - found[i]!).toBeGreaterThanOrEqual(2 * epsilon));
          before = found.length;
        }
      }),
    );
  });

  it('squares: segment length grows like the square root of epsilon', () => {
    // Between chord and curve k = i^2 the rank bends; a quadruple epsilon about halves the number of segments.
    const keys = Array.from({ length: 20_000 }, (_, i) => BigInt(i) * BigInt(i));
    const ratio = starts(keys, 4).length / starts(keys, 64).length;
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(5);
  });

  it('cutting ordinates at rank 0 never saves a segment and may cost one', () => {
    let costs = 0;
    fc.assert(
      fc.property(keySets, fc.constantFrom(1, 2, 3, 8), (keys, epsilon) => {
        const halves = halvesOf(BigUint64Array.from(keys));
        const free = segmentHalves(halves, epsilon).count;
        const cut = segmentHalves(halves, epsilon, true).count;
        expect(cut).toBeGreaterThanOrEqual(free);
        if (cut > free) costs += 1;
      }),
      { numRuns: 1000, seed: 5 },
    );
    expect(costs).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from 'vitest';
import { hashedKey, trieShape } from './trie-shape.ts';

/** The definition, word for word: prefixes of every length, counted in a map. */
function shapeByDefinition(keys: readonly string[]): { depths: number[]; innerNodes: number; branchNodes: number } {
  const holders = new Map<string, number>();
  for (const key of keys) for (let length = 0; length <= key.length; length++) holders.set(key.slice(0, length), (holders.get(key.slice(0, length)) ?? 0) + 1);
  const depths = keys.map((key) => Array.from({ length: key.length + 1 }, (_, length) => length).find((length) => holders.get(key.slice(0, length)) === 1)!);
  const shared = [...holders].filter(([, count]) => count >= 2).map(([prefix]) => prefix);
  const children = (prefix: string): number => [...'0123456789abcdef'].filter((digit) => holders.has(prefix + digit)).length;
  return { depths, innerNodes: shared.length, branchNodes: shared.filter((prefix) => children(prefix) >= 2).length };
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

describe('trie shape', () => {
  it('agrees with the definition on the first keys', () => {
    for (const n of [1, 2, 3, 10, 17, 100, 600]) {
      const { depths, innerNodes, branchNodes } = shapeByDefinition(Array.from({ length: n }, (_, i) => hex(hashedKey(i))));
      const shape = trieShape(n);
      expect(shape.innerNodes).toBe(innerNodes);
      expect(shape.branchNodes).toBe(branchNodes);
      expect(shape.maxLeafDepth).toBe(Math.max(...depths));
      expect(shape.meanLeafDepth).toBeCloseTo(depths.reduce((sum, depth) => sum + depth, 0) / n, 12);
    }
  });

  it('one key is a leaf at the root: its empty prefix is unique', () => {
    expect(trieShape(1)).toEqual({ meanLeafDepth: 0, maxLeafDepth: 0, innerNodes: 0, branchNodes: 0 });
  });

  it('chains of single children count as inner nodes but not as branches, down to the last nibble', () => {
    const keyOf = (index: number): Uint8Array => {
      const key = new Uint8Array(32);
      key[31] = index;
      return key;
    };
    expect(trieShape(2, keyOf)).toEqual({ meanLeafDepth: 64, maxLeafDepth: 64, innerNodes: 64, branchNodes: 1 });
    expect(() => trieShape(2, () => new Uint8Array(32))).toThrow(/equals another one/);
  });

  it('follows the theory of random tries: mean depth log16 n + 0.708, inner nodes near n / ln 16', () => {
    for (const n of [1_000, 10_000, 100_000]) {
      const shape = trieShape(n);
      // gamma / ln 16 + 1/2 = 0.7082; standard error of the mean depth is below 0.02 at n = 1000, the oscillation tiny.
      expect(Math.abs(shape.meanLeafDepth - (Math.log(n) / Math.log(16) + 0.7082))).toBeLessThan(0.05);
      // The number of inner nodes oscillates by some 7 % around n / ln 16 as n grows.
      expect(Math.abs(shape.innerNodes / (n / Math.log(16)) - 1)).toBeLessThan(0.09);
      expect(shape.branchNodes).toBeLessThanOrEqual(shape.innerNodes);
    }
  });

  it('refuses counts that are none', () => {
    for (const n of [0, -1, 1.5, Number.NaN]) expect(() => trieShape(n)).toThrow(RangeError);
  });
});

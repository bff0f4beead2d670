import { describe, expect, it } from 'vitest';
import { KeyTable } from '../leveldb/key-table.ts';
import { binarySearchProbes, keyFraction, keyPrefix52, LearnedTable, walkReads } from './nvm-search.ts';

/** Keys with uneven gaps, ascending, from a small generator. */
function uneven(count: number): Float64Array {
  let state = 12345;
  let key = 0;
  return Float64Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return (key += 1 + (state % 5 === 0 ? state : state % 100));
  });
}

describe('search on NVM', () => {
  it('counts the probes that a binary search really makes', () => {
    for (let count = 0; count <= 300; count += 1) {
      let most = 0;
      for (let sought = 0; sought <= count; sought += 1) {
        let probes = 0;
        for (let low = 0, high = count; low < high; probes += 1) {
          const middle = (low + high) >>> 1;
          if (middle < sought) low = middle + 1;
          else high = middle;
        }
        most = Math.max(most, probes);
      }
      expect(binarySearchProbes(count)).toBe(most);
    }
    expect(binarySearchProbes(1008)).toBe(10);
  });

  it('walks to the key or to the two keys around its place, and reads nothing twice', () => {
    const keys = Float64Array.from([10, 20, 30, 40, 50]);
    expect(walkReads(keys, 30, 2, 2)).toBe(1);
    expect(walkReads(keys, 30, 0, 2)).toBe(3);
    expect(walkReads(keys, 30, 4, 2)).toBe(3);
    // Absent: forwards to the first larger key, backwards to the first smaller one.
    expect(walkReads(keys, 35, 2, 3)).toBe(2);
    expect(walkReads(keys, 35, 4, 3)).toBe(3);
    expect(walkReads(keys, 5, 1, 0)).toBe(2);
    expect(walkReads(keys, 60, 9, 5)).toBe(1);
  });

  it('reads at most epsilon + 2 keys for a present key, and fewer with a smaller epsilon', () => {
    const keys = uneven(2000);
    const totals = [4, 64].map((epsilon) => {
      const table = new LearnedTable(keys, epsilon, 4);
      let total = 0;
      for (const key of keys) {
        const reads = table.keysRead(key);
        expect(reads).toBeLessThanOrEqual(epsilon + 2);
        total += reads;
      }
      return total;
    });
    expect(totals[0]!).toBeLessThan(totals[1]!);
  });

  it('takes the top 52 bits of a key, zeros behind a short one', () => {
    const table = new KeyTable();
    const full = table.intern(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
    const half = table.intern(Uint8Array.of(0x80));
    expect(keyPrefix52(table, full)).toBe(2 ** 52 - 1);
    expect(keyFraction(table, half)).toBe(0.5);
  });
});

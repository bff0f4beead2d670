import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { isConnected } from '../graph.ts';
import { Identifiers, KADEMLIA_BITS, kademliaOverlay, lookupSteps, metTables, RoutingTable } from '../kademlia.ts';

const streamOf = (seed: string) => new Simulation({ seed }).stream('ids');

/** An identifier as one whole number. */
function whole(ids: Identifiers, node: number): bigint {
  return [...ids.words.subarray(5 * node, 5 * node + 5)].reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

describe('Kademlia', () => {
  it('distances and prefixes are those of whole numbers', () => {
    const ids = new Identifiers(60, streamOf('distances'));
    // two that differ in the last bit only, and two from the 33rd on
    ids.words.set(ids.words.subarray(0, 5), 5);
    ids.words[9]! ^= 1;
    ids.words[10] = ids.words[0]!;
    for (let a = 0; a < 60; a++) {
      for (let b = 0; b < 60; b++) {
        const distance = whole(ids, a) ^ whole(ids, b);
        expect(ids.commonPrefix(a, b)).toBe(distance === 0n ? KADEMLIA_BITS : KADEMLIA_BITS - distance.toString(2).length);
        const nearer = (whole(ids, a) ^ whole(ids, 7)) - (whole(ids, b) ^ whole(ids, 7));
        expect(Math.sign(ids.compare(7, a, b))).toBe(nearer < 0n ? -1 : nearer > 0n ? 1 : 0);
      }
    }
  });

  it('a full bucket keeps old contacts that answer, and replaces the one longest unseen that does not', () => {
    const ids = new Identifiers(200, streamOf('eviction'));
    const table = new RoutingTable(ids, 0, 4);
    // contacts of the farthest bucket: first bit differs
    const far = Array.from({ length: 199 }, (_, index) => index + 1).filter((node) => ids.commonPrefix(0, node) === 0);
    const [a, b, c, d, e, f] = far as [number, number, number, number, number, number];
    for (const node of [a, b, c, d]) expect(table.see(node, () => true)).toBe(true);
    const asked: number[] = [];
    expect(table.see(e, (oldest) => asked.push(oldest) > 0)).toBe(false);
    expect(asked).toEqual([a]);
    // a answered and counts as seen: the order is b c d a
    expect(table.buckets[0]).toEqual([b, c, d, a]);
    table.see(b, () => true);
    expect(table.buckets[0]).toEqual([c, d, a, b]);
    expect(table.see(f, (oldest) => oldest !== c)).toBe(true);
    expect(table.buckets[0]).toEqual([d, a, b, f]);
    expect(table.see(0, () => true)).toBe(false);
  });

  it('every bucket holds min(k, nodes there), and a lookup finds any node in at most log2 n steps', () => {
    const ids = new Identifiers(512, streamOf('lookup'));
    const k = 8;
    const tables = metTables(ids, k, streamOf('order'));
    for (const table of tables.slice(0, 50)) {
      const there = new Map<number, number>();
      for (let node = 0; node < 512; node++) if (node !== table.owner) there.set(ids.commonPrefix(table.owner, node), (there.get(ids.commonPrefix(table.owner, node)) ?? 0) + 1);
      for (const [prefix, count] of there) expect(table.buckets[prefix]!.length).toBe(Math.min(k, count));
    }
    let sum = 0;
    for (let index = 0; index < 300; index++) {
      const steps = lookupSteps(tables, ids, (index * 37) % 512, (index * 101 + 5) % 512, k);
      expect(steps).toBeLessThanOrEqual(9);
      sum += steps;
    }
    // with buckets of 8 a step gains log2(k) bits and one more: far fewer than 9 on average
    expect(sum / 300).toBeLessThan(4);
    expect(isConnected(kademliaOverlay(tables, 6, streamOf('overlay')))).toBe(true);
  });
});

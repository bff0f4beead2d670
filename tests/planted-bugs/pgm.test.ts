/** Each planted bug of the PGM-index, the hash and the trie is caught by a named check that the sound code passes. */
import { describe, expect, it } from 'vitest';
import * as soundHash from '../../sim/ledger/msha256.ts';
import { minimalFirstRanks } from '../../sim/storage-lsm/pgm/tests/brute-force.ts';
import * as soundIndex from '../../sim/storage-lsm/pgm/pgm-index.ts';
import * as soundTrie from '../../sim/storage-lsm/state/trie-shape.ts';
import { Streams } from '../../sim/random.ts';
import { loadMutant } from './load-mutant.ts';
import { PGM_BUGS, type PgmCheck } from './pgm.ts';

interface Modules {
  readonly index: typeof soundIndex;
  readonly hash: typeof soundHash;
  readonly trie: typeof soundTrie;
}

const SOUND: Modules = { index: soundIndex, hash: soundHash, trie: soundTrie };
const ENTRIES: Readonly<Record<PgmCheck, readonly [keyof Modules, string]>> = {
  promises: ['index', 'sim/storage-lsm/pgm/pgm-index.ts'],
  minimum: ['index', 'sim/storage-lsm/pgm/pgm-index.ts'],
  extremes: ['index', 'sim/storage-lsm/pgm/pgm-index.ts'],
  levels: ['index', 'sim/storage-lsm/pgm/pgm-index.ts'],
  refusals: ['index', 'sim/storage-lsm/pgm/pgm-index.ts'],
  digests: ['hash', 'sim/ledger/msha256.ts'],
  trie: ['trie', 'sim/storage-lsm/state/trie-shape.ts'],
};

/** Key sets: random over the whole range, squares, clusters, and long strides bent by one beyond 2^53. */
function keySets(): bigint[][] {
  const stream = new Streams('planted-bugs').stream('keys');
  const word = (): bigint => (BigInt(stream.uint32()) << 32n) | BigInt(stream.uint32());
  const sorted = (keys: Iterable<bigint>): bigint[] => [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
  const stride = (1n << 57n) + 1n;
  return [
    sorted(Array.from({ length: 400 }, word)),
    sorted(Array.from({ length: 400 }, (_, i) => BigInt(i) * BigInt(i))),
    sorted(Array.from({ length: 400 }, () => BigInt(stream.below(6)) * (1n << 61n) + BigInt(stream.below(900)))),
    Array.from({ length: 100 }, (_, i) => stride * BigInt(i) + (i % 13 === 7 ? 1n : 0n)),
    Array.from({ length: 100 }, (_, i) => BigInt(2 * i)),
  ];
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Each returns a complaint, or undefined when all is well. */
const CHECKS: Readonly<Record<PgmCheck, (modules: Modules) => string | undefined>> = {
  promises: ({ index }) => {
    for (const keys of keySets()) {
      for (const epsilon of [1, 3, 8]) {
        const built = index.PgmIndex.build(BigUint64Array.from(keys), { epsilon, epsilonRecursive: 2 });
        for (let rank = 0; rank < keys.length; rank++) {
          const { position, low, high } = built.locate(keys[rank]!);
          if (Math.abs(position - rank) > epsilon) return `key ${keys[rank]}: position ${position}, rank ${rank}, epsilon ${epsilon}`;
          if (rank < low || rank >= high) return `key ${keys[rank]}: rank ${rank} outside [${low}, ${high})`;
        }
      }
    }
    return undefined;
  },
  minimum: ({ index }) => {
    for (const keys of keySets()) {
      for (const epsilon of [0, 1, 3, 8]) {
        const found = index.PgmIndex.build(BigUint64Array.from(keys), { epsilon, epsilonRecursive: 0 }).segmentsPerLevel[0]!;
        const needed = minimalFirstRanks(keys, BigInt(epsilon)).length;
        if (found !== needed) return `${found} segments, ${needed} needed, epsilon ${epsilon}`;
      }
    }
    return undefined;
  },
  extremes: ({ index }) => {
    const keys = [...Array.from({ length: 50 }, (_, i) => 10_000n + BigInt(i)), ...Array.from({ length: 50 }, (_, i) => (1n << 60n) + BigInt(1000 * i))];
    const built = index.PgmIndex.build(BigUint64Array.from(keys), { epsilon: 2, epsilonRecursive: 2 });
    for (const key of [0n, 9_999n, 10_050n, 20_000n, 1n << 59n, (1n << 64n) - 1n]) {
      const rank = keys.filter((each) => each < key).length;
      const { position, low, high } = built.locate(key);
      if (position < 0 || position > keys.length) return `absent key ${key}: position ${position} of ${keys.length}`;
      if (rank < low || rank > high) return `absent key ${key}: place ${rank} outside [${low}, ${high}]`;
    }
    return undefined;
  },
  levels: ({ index }) => {
    for (const keys of keySets()) {
      const built = index.PgmIndex.build(BigUint64Array.from(keys), { epsilon: 3, epsilonRecursive: 1 });
      let level = minimalFirstRanks(keys, 3n).map((rank) => keys[rank]!);
      const needed = [level.length];
      while (level.length > 1) {
        level = minimalFirstRanks(level, 1n).map((rank) => level[rank]!);
        needed.push(level.length);
      }
      if (built.segmentsPerLevel.join() !== needed.join()) return `levels ${built.segmentsPerLevel.join()}, needed ${needed.join()}`;
    }
    return undefined;
  },
  refusals: ({ index }) => {
    try {
      index.PgmIndex.build(BigUint64Array.of(1n, 3n, 2n), { epsilon: 1, epsilonRecursive: 1 });
    } catch (error) {
      return (error as Error).message.includes('key 2') ? undefined : `refused without the key: ${(error as Error).message}`;
    }
    return 'unsorted keys accepted';
  },
  digests: ({ hash }) => {
    const digest = hex(hash.msha256(Uint8Array.of(0x61, 0x62, 0x63)));
    return digest === 'c9457c93b3622926d2d0e50d8a2d6968e3a62980fadd8af1dedfa387d9611eff' ? undefined : `digest of "abc" is ${digest}`;
  },
  trie: ({ trie }) => {
    const keys = [Uint8Array.of(0x12), Uint8Array.of(0x13), Uint8Array.of(0x24)];
    const keyOf = (index: number): Uint8Array => {
      const key = new Uint8Array(32);
      key.set(keys[index]!);
      return key;
    };
    const shape = JSON.stringify(trie.trieShape(3, keyOf));
    // 12 and 13 share their first nibble, 24 stands alone at depth 1.
    return shape === JSON.stringify({ meanLeafDepth: 5 / 3, maxLeafDepth: 2, innerNodes: 2, branchNodes: 2 }) ? undefined : `shape ${shape}`;
  },
};

describe('planted bugs: PGM-index, hash, trie', () => {
  it.each(Object.keys(CHECKS) as PgmCheck[])('the sound code passes check %s', (check) => {
    expect(CHECKS[check](SOUND)).toBeUndefined();
  });

  it.each(PGM_BUGS)('$id is caught by check $caughtBy', async (bug) => {
    const [slot, entry] = ENTRIES[bug.caughtBy];
    const mutant = await loadMutant<Modules[typeof slot]>(bug, entry);
    expect(CHECKS[bug.caughtBy]({ ...SOUND, [slot]: mutant }), bug.what).toBeDefined();
  });
});

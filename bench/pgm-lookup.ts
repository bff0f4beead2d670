/**
 * Lookups of random present keys, 52-bit uniform, in the PGM-index and by plain binary search over the same array: rank
 * of the key, one lookup after the other. Making the keys, sorting and building are not timed; a fifth of the lookups
 * warms up. The checksum is the sum of the ranks, so both structures must print the same.
 */
import { Streams } from '../sim/random.ts';
import { lowerBoundOfNumbers } from '../sim/storage-lsm/pgm/binary-search.ts';
import { PgmIndex } from '../sim/storage-lsm/pgm/pgm-index.ts';
import { defineBenchmark } from './benchmark.ts';

const KEY_LIMIT = 4_503_599_627_370_496;

/** Sum of ranks; its own loop per structure, so that each call site sees one function. */
function sumOfRanks(sought: Float64Array, rankOf: (key: number) => number): number {
  let sum = 0;
  for (let i = 0; i < sought.length; i++) sum += rankOf(sought[i]!);
  return sum;
}

export default defineBenchmark({
  name: 'pgm-lookup',
  about: 'rank of random present keys, PGM-index or binary search over one array',
  flags: { keys: 10_000_000, epsilon: 16, epsilonRecursive: 4, lookups: 2_000_000, structure: 'pgm' },
  choices: { structure: ['pgm', 'binary-search'] },
  compare: { sizes: [{ keys: 1_000_000, lookups: 500_000 }, { keys: 10_000_000, lookups: 500_000 }], versions: [{ structure: 'pgm' }, { structure: 'binary-search' }] },
  run({ keys: count, epsilon, epsilonRecursive, lookups, structure }, timed) {
    const streams = new Streams('pgm-lookup');
    const draw = streams.stream('keys');
    const keys = new Float64Array(count);
    for (let i = 0; i < count; i++) keys[i] = draw.below(KEY_LIMIT);
    keys.sort();
    const choose = streams.stream('lookups');
    const sought = new Float64Array(lookups);
    for (let i = 0; i < lookups; i++) sought[i] = keys[choose.below(count)]!;
    let rankOf: (key: number) => number;
    if (structure === 'pgm') {
      const index = PgmIndex.build(keys, { epsilon, epsilonRecursive });
      rankOf = (key) => index.lowerBoundOfNumber(key);
    } else rankOf = (key) => lowerBoundOfNumbers(keys, key);
    sumOfRanks(sought.subarray(0, Math.floor(lookups / 5)), rankOf);
    const sum = timed(() => sumOfRanks(sought, rankOf));
    return { events: lookups, checksum: String(sum) };
  },
});

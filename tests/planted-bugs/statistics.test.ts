/** Each planted bug of streams and statistics is caught by a check that the sound code passes. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../sim/simulation.ts';
import { loadMutant, type PlantedBug } from './load-mutant.ts';
import { STATISTICS_BUGS } from './statistics.ts';

type Modules = {
  readonly random: typeof import('../../sim/random.ts');
  readonly openQueue: typeof import('../../sim/os/open-queue.ts');
  readonly measure: typeof import('../../sim/measure/index.ts');
};
type Name = keyof Modules;
const ENTRIES: Record<Name, string> = { random: 'sim/random.ts', openQueue: 'sim/os/open-queue.ts', measure: 'sim/measure/index.ts' };

/** A check throws (by a failed expectation) if the property does not hold in the given modules. */
interface Check {
  readonly name: string;
  readonly needs: readonly Name[];
  readonly run: (modules: Modules) => void;
}

const draws = (stream: { uint32(): number }): string => Array.from({ length: 4 }, () => stream.uint32()).join();

const CHECKS: Record<string, Check> = {
  distinctNames: {
    name: 'two names are two streams',
    needs: ['random'],
    run: ({ random: { Streams } }) => {
      const streams = new Streams('seed');
      expect(draws(streams.stream('a'))).not.toBe(draws(streams.stream('b')));
    },
  },
  crowded: {
    name: 'a new component moves nobody else',
    needs: ['random'],
    run: ({ random: { Streams } }) => {
      const crowded = new Streams('seed');
      crowded.stream('new');
      expect(draws(crowded.stream('a'))).toBe(draws(new Streams('seed').stream('a')));
    },
  },
  replications: {
    name: 'replications differ',
    needs: ['random'],
    run: ({ random: { Streams } }) => expect(draws(new Streams('seed', 0).stream('a'))).not.toBe(draws(new Streams('seed', 1).stream('a'))),
  },
  evenBelow: {
    name: 'below(n) is even where n is no power of two',
    needs: ['random'],
    run: ({ random: { Streams } }) => {
      // n = 3/4 of 2^32: without rejection a result below 2^30 comes twice as often as any other
      const stream = new Streams('even').stream('a');
      let low = 0;
      for (let i = 0; i < 10_000; i++) if (stream.below(3 * 2 ** 30) < 2 ** 30) low += 1;
      expect(Math.abs(low / 10_000 - 1 / 3)).toBeLessThan(0.025);
    },
  },
  percentile: {
    name: 'the percentile is the value of rank ceil(q n)',
    needs: ['measure'],
    run: ({ measure: { exactQuantile } }) => expect([0.5, 0.9, 0.99].map((q) => exactQuantile(Array.from({ length: 100 }, (_, index) => index + 1), q))).toEqual([50, 90, 99]),
  },
  everyoneCounted: {
    name: 'as many customers are measured as were promised',
    needs: ['openQueue'],
    run: ({ openQueue: { OpenQueue } }) => {
      const sim = new Simulation({ seed: 'all' });
      const queue = new OpenQueue(sim, { servers: [1], lambda: [0.9], service: [{ law: 'exp', mean: 1 }], nsPerUnit: 1e6, customers: 500, warmUp: 50 });
      sim.run();
      expect(queue.totals[0]!.count).toBe(500);
    },
  },
  smallSample: {
    name: 'five values: interval by the table of t',
    needs: ['measure'],
    run: ({ measure: { tInterval } }) => expect(tInterval([1, 2, 3, 4, 5]).halfWidth).toBeCloseTo(2.7764451051977934 * Math.sqrt(0.5), 10),
  },
  correlated: {
    name: 'a drifting run has no valid batch means',
    needs: ['measure'],
    run: ({ measure: { batchMeans } }) => expect(batchMeans(Array.from({ length: 3000 }, (_, index) => index / 100)).valid).toBe(false),
  },
  neverSettles: {
    name: 'a ramp is refused, not trimmed',
    needs: ['measure'],
    run: ({ measure: { mser5 } }) => expect(mser5(Array.from({ length: 500 }, (_, index) => index))).toMatchObject({ cut: 0, valid: false }),
  },
};

/** Which check has to catch which bug. */
const CAUGHT_BY: Record<string, string> = {
  'E4-one-shared-generator': 'distinctNames',
  'E5-stream-by-order-of-creation': 'crowded',
  'E10-percentile-rank-off-by-one': 'percentile',
  'E12-unfinished-customers-dropped': 'everyoneCounted',
  'E14-normal-instead-of-t': 'smallSample',
  'E14-lag-test-ignored': 'correlated',
  'E18-same-seed-for-all-replications': 'replications',
  'W1-minimum-at-the-edge-accepted': 'neverSettles',
  'W2-modulo-bias': 'evenBelow',
};

async function mutant(bug: PlantedBug, needs: readonly Name[]): Promise<Modules> {
  const loaded = await Promise.all(needs.map(async (name) => [name, await loadMutant(bug, ENTRIES[name])]));
  return Object.fromEntries(loaded) as Modules;
}

describe('planted bugs of streams and statistics', () => {
  for (const bug of STATISTICS_BUGS) {
    const check = CHECKS[CAUGHT_BY[bug.id]!]!;
    it(`${bug.id} is caught by: ${check.name}`, async () => {
      check.run({
        random: await import('../../sim/random.ts'),
        openQueue: await import('../../sim/os/open-queue.ts'),
        measure: await import('../../sim/measure/index.ts'),
      });
      const broken = await mutant(bug, check.needs);
      expect(() => check.run(broken), bug.what).toThrow();
    });
  }
});

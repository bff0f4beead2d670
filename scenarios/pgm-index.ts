/**
 * How many segments does a PGM-index need, how far off are its positions, and what does a lookup read, against binary
 * search over the same keys? Costs are counted memory lines, not times: bench/pgm-lookup.ts measures time.
 */
import { z } from 'zod';
import { PgmIndex } from '../sim/storage-lsm/pgm/pgm-index.ts';
import { pgmFigures } from './pgm-index/figures.ts';
import { errorsOf, KEY_SETS, linesOfBisection, linesOfLevels, makeKeys } from './pgm-index/workload.ts';
import type { ResultSet } from './testbed/result-set.ts';
import { defineScenario, type ParameterValue, type Source } from './testbed/scenario.ts';

const PGM_PAPER: Source = { document: 'Ferragina, Vinciguerra: The PGM-index', place: 'PVLDB 13(8), 2020', url: 'https://doi.org/10.14778/3389133.3389135' };
const THEORY: Source = { document: 'Ferragina, Lillo, Vinciguerra: Why are learned indexes so effective?', place: 'ICML 2020', url: 'https://proceedings.mlr.press/v119/ferragina20a.html' };
const OURS: Source = { document: 'This testbed', place: 'sim/storage-lsm/pgm/README.md' };

const parameters = z.strictObject({
  keySet: z.enum(KEY_SETS).default('exponential-gaps').meta({ title: 'Keys', unit: '', group: 'Keys', description: 'Random keys (exponential gaps), more varied gaps (lognormal), or squares, a smooth curve.' }),
  keyCount: z.int().min(1).max(2_000_000).default(200_000).meta({ title: 'Number of keys', unit: 'keys', group: 'Keys', description: 'An SSTable of the study holds some hundreds, a whole level hundreds of thousands.' }),
  epsilon: z.int().min(0).max(1_000_000).default(64).meta({ title: 'Largest error of a position', unit: 'keys', group: 'Index', description: 'The C++ library defaults to 64.' }),
  epsilonRecursive: z.int().min(0).max(1_000_000).default(4).meta({ title: 'The same in upper levels', unit: 'segments', group: 'Index', description: '0 = one level, searched by bisection. The C++ library defaults to 4.' }),
  lookups: z.int().min(1).max(1_000_000).default(5000).meta({ title: 'Lookups', unit: 'lookups', group: 'Workload', description: 'Of present keys, drawn uniformly.' }),
});

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const mean = (results: ResultSet, measure: string, arm: string, where: Readonly<Record<string, ParameterValue>>): number => meanOf(results.values(measure, { arm, where }));
const random = (epsilon: number): Readonly<Record<string, ParameterValue>> => ({ keySet: 'exponential-gaps', epsilon });

/** A measure of the index at every epsilon of the grid. */
function overEpsilons(results: ResultSet, measure: string, digits: number, keySet = 'exponential-gaps'): string {
  return results
    .distinct('epsilon', { arm: 'pgm', where: { keySet } })
    .map((epsilon) => `${mean(results, measure, 'pgm', { keySet, epsilon }).toFixed(digits)} at epsilon ${epsilon}`)
    .join(', ');
}

export default defineScenario({
  id: 'pgm-index',
  title: 'PGM-index: segments, error and what a lookup reads',
  question: 'How many segments does a PGM-index need, and does a lookup read less than binary search?',
  source: PGM_PAPER,
  kind: 'terminating',
  parameters,
  arms: {
    'binary-search': { title: 'Binary search', description: 'Lower bound over the sorted keys, nothing stored beside them', set: {} },
    pgm: { title: 'PGM-index', description: 'Optimal segments, recursive levels, bisection of the final window', set: {} },
  },
  baseline: 'binary-search',
  measures: {
    segments: { title: 'Segments', unit: 'segments', description: 'Bottom level, on the present keys only', better: 'lower', guard: 0.02 },
    height: { title: 'Levels', unit: 'levels', description: 'Up to the level of one segment', better: 'neither' },
    indexBytes: { title: 'Index size', unit: 'B', description: '28 bytes a segment and one sentinel a level', better: 'lower' },
    maxErrorKeys: { title: 'Largest error', unit: 'keys', description: 'Largest |position - rank| over all present keys', better: 'neither' },
    meanErrorKeys: { title: 'Mean error', unit: 'keys', description: 'Mean |position - rank| over all present keys', better: 'neither' },
    keysBeyondEpsilon: { title: 'Keys beyond epsilon', unit: 'keys', description: 'Present keys whose position is off by more than epsilon', better: 'lower' },
    linesPerLookup: { title: 'Lines read a lookup', unit: 'lines', description: 'Distinct 64-byte lines of index and keys, all caches cold', better: 'lower', guard: 0.05 },
    keyLinesPerLookup: { title: 'Lines of keys read a lookup', unit: 'lines', description: 'The part of it that lies in the key array', better: 'lower' },
  },
  tables: {
    error_histogram: {
      title: 'Position minus rank of the present keys',
      columns: {
        error_keys: { unit: 'keys', description: 'Lower end of the class; classes are epsilon / 8 wide, at least 1' },
        keys: { unit: 'keys', description: 'Keys in the class' },
      },
    },
  },
  quick: { replications: 3, set: { keyCount: 500_000, lookups: 2000 }, sweep: { keySet: ['exponential-gaps', 'squares'], epsilon: [4, 16, 64, 256] } },
  full: { replications: 10, set: { keyCount: 1_000_000, lookups: 20_000 }, sweep: { keySet: [...KEY_SETS], epsilon: [4, 8, 16, 32, 64, 128, 256] } },
  build: ({ sim, params, arm, record }) => {
    const { keyCount, lookups, epsilon } = params;
    const isPgm = arm === 'pgm';
    const keys = makeKeys(params.keySet, keyCount, sim.stream('keys'));
    const choose = sim.stream('lookups');
    const scratch = new Float64Array(64);
    let index: PgmIndex | undefined;
    let lines = 0;
    let keyLines = 0;

    sim.after(0, () => {
      if (isPgm) index = PgmIndex.build(keys, { epsilon, epsilonRecursive: params.epsilonRecursive });
      for (const count of index?.segmentsPerLevel ?? []) sim.note(count);
      record.progress(0.3);
      sim.after(1, look);
    });
    const look = (): void => {
      for (let i = 0; i < lookups; i++) {
        const rank = choose.below(keyCount);
        if (index === undefined) keyLines += linesOfBisection(0, keyCount, rank, scratch);
        else {
          const { low, high, keysRead } = index.probe(keys[rank]!);
          keyLines += linesOfBisection(low, high - low, rank, scratch);
          lines += linesOfLevels(index, keysRead);
        }
      }
      lines += keyLines;
      sim.note(lines);
      record.progress(0.6);
    };

    return () => {
      const { maxError, meanError, beyond, classes } = errorsOf(index, keys);
      record.measure('segments', index?.segmentsPerLevel[0] ?? 0);
      record.measure('height', index?.height ?? 0);
      record.measure('indexBytes', index?.sizeBytes ?? 0);
      record.measure('maxErrorKeys', maxError);
      record.measure('meanErrorKeys', meanError);
      record.measure('keysBeyondEpsilon', beyond);
      record.measure('linesPerLookup', lines / lookups);
      record.measure('keyLinesPerLookup', keyLines / lookups);
      for (const lowerEnd of [...classes.keys()].sort((a, b) => a - b)) record.row('error_histogram', { error_keys: lowerEnd, keys: classes.get(lowerEnd)! });
    };
  },
  figures: pgmFigures,
  claims: [
    {
      id: 'segments-fall-with-epsilon-squared',
      text: 'On random keys, four times the epsilon needs a sixteenth of the segments.',
      source: THEORY,
      measure: 'segments',
      treatment: { arm: 'pgm', where: random(64) },
      baseline: { arm: 'pgm', where: random(16) },
      contrast: 'relative',
      paper: { value: -0.9375 },
      // A point or two of counting noise: some tens of segments remain at epsilon 64.
      margin: 0.03,
      why: (results) => `Segments on random keys: ${overEpsilons(results, 'segments', 0)}. A segment lasts until a random walk of gaps leaves a strip of width epsilon, and that time grows with the square of the width.`,
      ablation: 'segments',
    },
    {
      id: 'smooth-keys-fall-slower',
      text: 'On squares, a smooth curve, four times the epsilon only halves the segments.',
      source: OURS,
      measure: 'segments',
      treatment: { arm: 'pgm', where: { keySet: 'squares', epsilon: 64 } },
      baseline: { arm: 'pgm', where: { keySet: 'squares', epsilon: 16 } },
      contrast: 'relative',
      paper: { value: -0.5 },
      margin: 0.05,
      why: (results) => `Segments on squares: ${overEpsilons(results, 'segments', 0, 'squares')}. A chord leaves a curve by an amount that grows with the square of its length, so the length grows with the square root of epsilon; chance plays no part.`,
      ablation: 'segments',
    },
    {
      id: 'error-within-epsilon',
      text: 'No present key is farther than epsilon from its predicted position.',
      source: PGM_PAPER,
      measure: 'keysBeyondEpsilon',
      treatment: { arm: 'pgm' },
      baseline: { arm: 'binary-search' },
      contrast: 'difference',
      paper: { direction: 'none' },
      margin: 0.5,
      why: (results) => `Every present key was asked for: ${results.values('keysBeyondEpsilon', { arm: 'pgm' }).reduce((sum, value) => sum + value, 0)} of them were off by more than epsilon. Slopes are compared exactly and positions rounded to the nearest integer, so the integer bound holds as stated, not plus one.`,
      ablation: 'errors',
    },
    {
      id: 'lookup-reads-less',
      text: 'A lookup reads fewer memory lines than binary search over the same keys.',
      source: PGM_PAPER,
      measure: 'linesPerLookup',
      treatment: { arm: 'pgm', where: random(64) },
      baseline: { arm: 'binary-search', where: random(64) },
      contrast: 'relative',
      paper: { direction: 'decrease' },
      margin: 0.05,
      smallest: 0.1,
      why: (results) =>
        `Lines a lookup on random keys, index and keys together: ${overEpsilons(results, 'linesPerLookup', 1)}; binary search ${mean(results, 'linesPerLookup', 'binary-search', random(64)).toFixed(1)}. A smaller epsilon shortens the final window and lengthens the way down the levels. With warm caches the upper levels cost nearly nothing, and so do the first steps of binary search.`,
      ablation: 'lines',
    },
  ],
  headline: (results) => {
    const pgm = mean(results, 'linesPerLookup', 'pgm', random(64));
    const bisection = mean(results, 'linesPerLookup', 'binary-search', random(64));
    return `On random keys with epsilon 64, ${mean(results, 'segments', 'pgm', random(64)).toFixed(0)} segments suffice and a lookup reads ${pgm.toFixed(1)} memory lines where binary search reads ${bisection.toFixed(1)}.`;
  },
  narrative: (results) =>
    [
      `A PGM-index predicts a key's position from straight segments, with an error of at most epsilon. ${results.jobs[0]?.params['keyCount'] ?? 0} keys; segments on random keys: ${overEpsilons(results, 'segments', 0)}. The number falls with the square of epsilon on random keys, with its square root on a smooth curve: data decide, not the algorithm, which takes the fewest segments there are.`,
      '![](figure:segments)',
      `Positions err by up to epsilon by design; mean error on random keys: ${overEpsilons(results, 'meanErrorKeys', 1)}.`,
      '![](figure:errors)',
      `What a lookup reads is counted in distinct 64-byte lines with cold caches: ${overEpsilons(results, 'linesPerLookup', 1)}; binary search ${mean(results, 'linesPerLookup', 'binary-search', random(64)).toFixed(1)}.`,
      '![](figure:lines)',
    ].join('\n\n'),
});

/** Pictures of the PGM scenario: segments against epsilon, errors, lines read. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';

const ARMS: Readonly<Record<string, string>> = { pgm: 'PGM-index', 'binary-search': 'Binary search' };

interface Spread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

function spreadOf(values: readonly number[]): Spread {
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, low: Math.min(...values), high: Math.max(...values) };
}

function segmentRows(results: ResultSet): { keys: string; epsilon: number; mean: number; low: number; high: number; theory: number }[] {
  return results.distinct('keySet', { arm: 'pgm' }).flatMap((keySet) => {
    const epsilons = results.distinct('epsilon', { arm: 'pgm', where: { keySet } }).map(Number).sort((a, b) => a - b);
    const spreads = epsilons.map((epsilon) => spreadOf(results.values('segments', { arm: 'pgm', where: { keySet, epsilon } })));
    // Law through the first point: epsilon^-2 for i.i.d. gaps, epsilon^-1/2 for a smooth curve.
    const theory = (epsilon: number): number => {
      const ratio = Math.max(1, epsilons[0]!) / Math.max(1, epsilon);
      return Math.max(1, spreads[0]!.mean * (keySet === 'squares' ? Math.sqrt(ratio) : ratio * ratio));
    };
    return epsilons.map((epsilon, i) => ({ keys: String(keySet), epsilon, ...spreads[i]!, theory: theory(epsilon) }));
  });
}

/** Share of keys by error as a fraction of epsilon, for the smallest and largest epsilon of the grid. */
function errorRows(results: ResultSet): { keys: string; epsilon: number; error: number; share: number }[] {
  const groups = new Map<string, { keys: string; epsilon: number; error: number; count: number; of: number }>();
  for (const { job, row } of results.rows('error_histogram', { arm: 'pgm' })) {
    const epsilon = Number(job.params['epsilon']);
    const id = `${job.params['keySet']}/${epsilon}/${row['error_keys']}`;
    const group = groups.get(id) ?? { keys: String(job.params['keySet']), epsilon, error: Number(row['error_keys']), count: 0, of: 0 };
    group.count += Number(row['keys']);
    groups.set(id, group);
  }
  const totals = new Map<string, number>();
  for (const group of groups.values()) totals.set(`${group.keys}/${group.epsilon}`, (totals.get(`${group.keys}/${group.epsilon}`) ?? 0) + group.count);
  return [...groups.values()]
    .sort((a, b) => (a.keys < b.keys ? -1 : a.keys > b.keys ? 1 : a.epsilon - b.epsilon || a.error - b.error))
    .map(({ keys, epsilon, error, count }) => ({ keys, epsilon, error: error / Math.max(1, epsilon), share: count / totals.get(`${keys}/${epsilon}`)! }));
}

function lineRows(results: ResultSet): { structure: string; keys: string; epsilon: number; mean: number; low: number; high: number }[] {
  return results.arms().flatMap((arm) =>
    results.distinct('keySet', { arm }).flatMap((keySet) =>
      results.distinct('epsilon', { arm, where: { keySet } }).map((epsilon) => ({
        structure: ARMS[arm] ?? arm,
        keys: String(keySet),
        epsilon: Number(epsilon),
        ...spreadOf(results.values('linesPerLookup', { arm, where: { keySet, epsilon } })),
      })),
    ),
  );
}

const replications = (results: ResultSet): number => new Set(results.jobs.map((job) => job.replication)).size;
const logEpsilon = { field: 'epsilon', type: 'quantitative', title: 'epsilon (keys)', scale: { type: 'log', base: 2 } };

export const pgmFigures: readonly Figure[] = [
  {
    id: 'segments',
    title: 'Segments against epsilon',
    caption: (results) =>
      `Bottom level, mean of ${replications(results)} replications, bars from the smallest to the largest; dashed: epsilon^-2 (gaps drawn independently) or epsilon^-1/2 (squares) through the first point. Both axes logarithmic.`,
    draw: (results) => ({
      data: { values: segmentRows(results) },
      width: 'container',
      height: 320,
      encoding: { x: logEpsilon, color: { field: 'keys', type: 'nominal', title: 'keys' } },
      layer: [
        { mark: { type: 'line', strokeDash: [4, 4] }, encoding: { y: { field: 'theory', type: 'quantitative', title: 'segments', scale: { type: 'log' } } } },
        { mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative', scale: { type: 'log' } }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true }, encoding: { y: { field: 'mean', type: 'quantitative', scale: { type: 'log' } } } },
      ],
    }),
    table: segmentRows,
  },
  {
    id: 'errors',
    title: 'Error of the predicted position',
    caption: (results) => `Share of all present keys by (position - rank) / epsilon, ${replications(results)} replications together; classes are an eighth of epsilon wide (at least one key), placed at their lower end. Nothing lies outside -1 to 1.`,
    draw: (results) => ({
      data: { values: errorRows(results) },
      facet: { column: { field: 'keys', type: 'nominal', title: 'keys' } },
      spec: {
        width: 260,
        height: 260,
        mark: { type: 'line', interpolate: 'step-after' },
        encoding: {
          x: { field: 'error', type: 'quantitative', title: 'error / epsilon' },
          y: { field: 'share', type: 'quantitative', title: 'share of keys' },
          color: { field: 'epsilon', type: 'ordinal', title: 'epsilon' },
        },
      },
    }),
    table: errorRows,
  },
  {
    id: 'lines',
    title: 'Memory lines a lookup reads',
    caption: (results) =>
      `Distinct 64-byte lines of index and keys, caches cold, mean of ${replications(results)} replications, bars from the smallest to the largest. Counted, not timed.`,
    draw: (results) => ({
      data: { values: lineRows(results) },
      width: 'container',
      height: 320,
      encoding: {
        x: logEpsilon,
        color: { field: 'structure', type: 'nominal', title: null },
        shape: { field: 'keys', type: 'nominal', title: 'keys' },
      },
      layer: [
        { mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative', title: 'lines a lookup' }, y2: { field: 'high' } } },
        { mark: { type: 'line', point: true }, encoding: { y: { field: 'mean', type: 'quantitative' }, strokeDash: { field: 'keys', type: 'nominal', title: 'keys' } } },
      ],
    }),
    table: lineRows,
  },
];

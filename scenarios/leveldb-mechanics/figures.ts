/** Pictures of the calibration: the tree while it grows, bytes by output level, block reads by files in L0. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';

const ARMS: Readonly<Record<string, string>> = { measured: 'LevelDB 1.23, measured', model: 'model', bloom: 'model, 10-bit filter' };
const LEVELS = [0, 1, 2, 3];

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function treeRows(results: ResultSet): { puts: number; level: string; files: number }[] {
  const rows = results.rows('tree', { arm: 'model' }).filter(({ job }) => job.replication === 0);
  return rows.map(({ row }) => ({ puts: Number(row['puts']), level: `L${row['level']}`, files: Number(row['files']) }));
}

/** Bytes written per byte of user data: log, flushes, compactions, each by the level they end on. */
export function writtenRows(results: ResultSet): { written: string; level: string; bytes: number; perUserByte: number }[] {
  const rows = results.rows('written', { arm: 'model' }).filter(({ job }) => job.replication === 0);
  return rows.map(({ job, row }) => ({
    written: String(row['written']),
    level: String(row['level']),
    bytes: Number(row['bytes']),
    perUserByte: Number(row['bytes']) / job.measures['userBytes']!,
  }));
}

export function readRows(results: ResultSet): { arm: string; l0Files: number; mean: number; low: number; high: number }[] {
  return results.arms().flatMap((arm) =>
    LEVELS.flatMap((l0Files) => {
      const values = results.values(`blockReads${l0Files}`, { arm });
      return values.length === 0 ? [] : [{ arm: ARMS[arm] ?? arm, l0Files, mean: meanOf(values), low: Math.min(...values), high: Math.max(...values) }];
    }),
  );
}

export const mechanicsFigures: readonly Figure[] = [
  {
    id: 'tree',
    title: 'Files of each level while the store is loaded',
    caption: () => 'Model, files of each level at every fiftieth of the load; the run repeats bit for bit, so there is no spread to draw.',
    draw: (results) => ({
      data: { values: treeRows(results) },
      width: 'container',
      height: 300,
      mark: { type: 'line', interpolate: 'step-after' },
      encoding: {
        x: { field: 'puts', type: 'quantitative', title: 'puts' },
        y: { field: 'files', type: 'quantitative', title: 'files' },
        color: { field: 'level', type: 'nominal', title: 'level' },
      },
    }),
    table: treeRows,
  },
  {
    id: 'written',
    title: 'Where the written bytes go',
    caption: () => 'Model, bytes written during the load divided by the bytes of keys and values, by what was written and the level it ended on. Exact counts.',
    draw: (results) => ({
      data: { values: writtenRows(results) },
      width: 'container',
      height: 240,
      mark: 'bar',
      encoding: {
        y: { field: 'level', type: 'nominal', title: null, sort: ['log', 'L0', 'L1', 'L2', 'L3', 'L4', 'L5', 'L6'] },
        x: { field: 'perUserByte', type: 'quantitative', title: 'bytes written a byte of user data', stack: 'zero' },
        color: { field: 'written', type: 'nominal', title: 'written by' },
      },
    }),
    table: writtenRows,
  },
  {
    id: 'block-reads',
    title: 'Data-block reads of a Get against files in L0',
    caption: (results) =>
      `Mean over uniform Gets of present keys, block cache and seek compaction off; ${results.values('blockReads0', { arm: 'model' }).length} replications of the Gets, bars from the smallest to the largest mean.`,
    draw: (results) => ({
      data: { values: readRows(results) },
      width: 'container',
      height: 300,
      encoding: { x: { field: 'l0Files', type: 'quantitative', title: 'files in L0', axis: { values: LEVELS } }, color: { field: 'arm', type: 'nominal', title: null } },
      layer: [
        { mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative', title: 'data blocks a Get' }, y2: { field: 'high' } } },
        { mark: { type: 'line', point: true }, encoding: { y: { field: 'mean', type: 'quantitative' } } },
      ],
    }),
    table: readRows,
  },
];

/** Pictures of the avalanche scenario: distances by number of rounds, and their distribution after all rounds. */
import { exp, ln } from '../../sim/dmath.ts';
import { lnGamma } from '../../sim/special-functions.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { IDEAL_DEVIATION, IDEAL_MEAN } from './avalanche.ts';

const DIGEST_BITS = 256;
const FUNCTIONS: Readonly<Record<string, string>> = { sha256: 'SHA-256', msha256: 'Modified, 80 rounds' };

/** Rows of a table, grouped by function and one column; values of `column` in order of replication. */
function grouped(results: ResultSet, table: string, by: string, column: string): { arm: string; key: number; values: number[] }[] {
  const groups = new Map<string, { arm: string; key: number; values: number[] }>();
  for (const { job, row } of results.rows(table)) {
    const id = `${job.arm}/${row[by]}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, { arm: job.arm, key: Number(row[by]), values: [Number(row[column])] });
    else group.values.push(Number(row[column]));
  }
  return [...groups.values()];
}

function curveRows(results: ResultSet): { function: string; rounds: number; mean: number; low: number; high: number }[] {
  return grouped(results, 'curve', 'rounds', 'mean_flipped_millibits').map(({ arm, key, values }) => ({
    function: FUNCTIONS[arm] ?? arm,
    rounds: key,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length / 1000,
    low: Math.min(...values) / 1000,
    high: Math.max(...values) / 1000,
  }));
}

/** Probability of d under binomial(256, 1/2). */
function binomial(d: number): number {
  return exp(lnGamma(DIGEST_BITS + 1) - lnGamma(d + 1) - lnGamma(DIGEST_BITS - d + 1) - DIGEST_BITS * ln(2));
}

function distanceRows(results: ResultSet): { function: string; bits: number; share: number }[] {
  const groups = grouped(results, 'distances', 'flipped_bits', 'pairs');
  const rows = Object.keys(FUNCTIONS).flatMap((arm) => {
    const own = groups.filter((group) => group.arm === arm).map(({ key, values }) => ({ key, pairs: values.reduce((sum, value) => sum + value, 0) }));
    const total = own.reduce((sum, { pairs }) => sum + pairs, 0);
    return own.sort((a, b) => a.key - b.key).map(({ key, pairs }) => ({ function: FUNCTIONS[arm]!, bits: key, share: pairs / total }));
  });
  const span = 5 * IDEAL_DEVIATION;
  for (let bits = IDEAL_MEAN - span; bits <= IDEAL_MEAN + span; bits++) rows.push({ function: 'Ideal', bits, share: binomial(bits) });
  return rows;
}

export const avalancheFigures: readonly Figure[] = [
  {
    id: 'rounds',
    title: 'Flipped output bits by number of rounds',
    caption: (results) =>
      `Mean distance of the digests of two messages that differ in one bit, ${results.jobs[0]?.params['curvePairs'] ?? 0} pairs a replication, the same pairs for both functions; band: smallest to largest replication. SHA-256 ends at 64 rounds, the modified function at 80.`,
    draw: (results) => ({
      data: { values: curveRows(results) },
      width: 'container',
      height: 300,
      encoding: { x: { field: 'rounds', type: 'quantitative', title: 'rounds' }, color: { field: 'function', type: 'nominal', title: null } },
      layer: [
        { mark: { type: 'area', opacity: 0.25 }, encoding: { y: { field: 'low', type: 'quantitative', title: 'flipped bits (ideal: 128)' }, y2: { field: 'high' } } },
        { mark: { type: 'line' }, encoding: { y: { field: 'mean', type: 'quantitative' } } },
        { mark: { type: 'rule', strokeDash: [4, 4] }, encoding: { x: null, color: null, y: { datum: IDEAL_MEAN } } },
      ],
    }),
    table: curveRows,
  },
  {
    id: 'distances',
    title: 'Flipped output bits after all rounds',
    caption: (results) => `Share of pairs by distance, all replications together (${results.jobs.length / Math.max(1, results.arms().length)} a function), against the binomial law of an ideal function.`,
    draw: (results) => ({
      data: { values: distanceRows(results) },
      width: 'container',
      height: 300,
      mark: { type: 'line', interpolate: 'step' },
      encoding: {
        x: { field: 'bits', type: 'quantitative', title: 'flipped bits', scale: { zero: false } },
        y: { field: 'share', type: 'quantitative', title: 'share of pairs' },
        color: { field: 'function', type: 'nominal', title: null },
        strokeDash: { field: 'function', type: 'nominal', title: null },
      },
    }),
    table: distanceRows,
  },
];

/**
 * Two results side by side: which parameters differ, each measure as a pair with its interval (paired where seeds and
 * replications agree, else of independent samples), and the first block of events that differs.
 */
import { pairedInterval, pairedRatioInterval, welchInterval } from '../../sim/measure/index.ts';
import { snakeCase } from '../../scenarios/testbed/parameters.ts';
import type { JobResult } from '../../scenarios/testbed/result-set.ts';
import type { MeasureRow } from '../data/csv.ts';

/** All replications of one arm at one point. */
export interface Cell {
  readonly arm: string;
  /** Parameter values as written in CSV, by snake_case name. */
  readonly params: ReadonlyMap<string, string>;
  readonly seed: string;
  /** measure -> replication -> value */
  readonly measures: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly units: ReadonlyMap<string, string>;
}

const keyOf = (arm: string, seed: string, params: ReadonlyMap<string, string>): string => JSON.stringify([arm, seed, ...params]);

export function cellsOfRows(rows: readonly MeasureRow[]): Cell[] {
  const cells = new Map<string, Omit<Cell, 'measures' | 'units'> & { measures: Map<string, Map<number, number>>; units: Map<string, string> }>();
  for (const row of rows) {
    const key = keyOf(row.arm, row.seed, row.params);
    const cell = cells.get(key) ?? { arm: row.arm, params: row.params, seed: row.seed, measures: new Map<string, Map<number, number>>(), units: new Map<string, string>() };
    cells.set(key, cell);
    const values = cell.measures.get(row.measure) ?? new Map<number, number>();
    cell.measures.set(row.measure, values.set(row.replication, row.value));
    cell.units.set(row.measure, row.unit);
  }
  return [...cells.values()];
}

export function rowsOfJobs(scenario: string, jobs: readonly JobResult[], unitOf: (measure: string) => string): MeasureRow[] {
  return jobs.flatMap((job) => {
    const params = new Map(Object.entries(job.params).map(([name, value]) => [snakeCase(name), String(value)]));
    return Object.entries(job.measures).map(([measure, value]) => ({ scenario, arm: job.arm, params, replication: job.replication, seed: job.seed, measure, unit: unitOf(measure), value }));
  });
}

export interface ParameterChange {
  readonly name: string;
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/** Parameters whose sets of values differ between two results. */
export function changedParameters(a: readonly Cell[], b: readonly Cell[]): ParameterChange[] {
  const names = [...new Set([...a, ...b].flatMap((cell) => [...cell.params.keys()]))];
  const values = (cells: readonly Cell[], name: string): string[] => [...new Set(cells.map((cell) => cell.params.get(name) ?? ''))];
  return names.map((name) => ({ name, a: values(a, name), b: values(b, name) })).filter((change) => change.a.join('\n') !== change.b.join('\n'));
}

/** The cell of `a` that is nearest to a cell of `b`: same arm, most parameters equal; the first of equals. */
export function counterpart(cell: Cell, others: readonly Cell[]): Cell | undefined {
  let best: Cell | undefined;
  let bestScore = -1;
  for (const other of others) {
    if (other.arm !== cell.arm) continue;
    let score = other.seed === cell.seed ? 0.5 : 0;
    for (const [name, value] of cell.params) if (other.params.get(name) === value) score++;
    if (score > bestScore) [best, bestScore] = [other, score];
  }
  return best;
}

export interface Bounds {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface PairRow {
  readonly measure: string;
  readonly unit: string;
  readonly a: number;
  readonly b: number;
  readonly kind: 'paired t' | 'Welch' | 'one run, no interval' | 'equal';
  readonly n: number;
  /** Relative change b against a where the baseline is not zero, else the difference in the measure's unit. */
  readonly change: Bounds;
  readonly changeUnit: string;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Pairs of every measure that both cells have, b against a. */
export function pairMeasures(a: Cell, b: Cell): PairRow[] {
  const rows: PairRow[] = [];
  for (const [measure, valuesB] of b.measures) {
    const valuesA = a.measures.get(measure);
    if (valuesA === undefined) continue;
    const unit = b.units.get(measure) ?? '';
    const shared = a.seed === b.seed ? [...valuesB.keys()].filter((replication) => valuesA.has(replication)).sort((x, y) => x - y) : [];
    const isPaired = shared.length > 0;
    const listA = isPaired ? shared.map((replication) => valuesA.get(replication)!) : [...valuesA.values()];
    const listB = isPaired ? shared.map((replication) => valuesB.get(replication)!) : [...valuesB.values()];
    rows.push({ measure, unit, a: mean(listA), b: mean(listB), ...changeOf(listA, listB, isPaired, unit) });
  }
  return rows;
}

function changeOf(a: readonly number[], b: readonly number[], isPaired: boolean, unit: string): Pick<PairRow, 'kind' | 'n' | 'change' | 'changeUnit'> {
  const base = mean(a);
  const isRelative = a.every((value) => value > 0);
  const changeUnit = isRelative ? 'relative' : unit;
  const n = isPaired ? a.length : Math.min(a.length, b.length);
  const difference = mean(b) - base;
  const scaled = isRelative ? difference / base : difference;
  if (isPaired && a.every((value, at) => value === b[at])) return { kind: 'equal', n, change: { mean: 0, low: 0, high: 0 }, changeUnit };
  if (n < 2) return { kind: 'one run, no interval', n, change: { mean: scaled, low: NaN, high: NaN }, changeUnit };
  if (!isPaired) {
    const { mean: middle, low, high } = welchInterval(b, a);
    const divisor = isRelative ? base : 1;
    return { kind: 'Welch', n, change: { mean: middle / divisor, low: low / divisor, high: high / divisor }, changeUnit };
  }
  const interval = isRelative ? pairedRatioInterval(b, a) : pairedInterval(b, a);
  return { kind: 'paired t', n, change: { mean: interval.mean, low: interval.low, high: interval.high }, changeUnit };
}

/** Events in one block of digests. */
export const BLOCK_EVENTS = 65_536;

/** First block that differs; undefined when all are equal. */
export function firstDifferingBlock(a: readonly string[], b: readonly string[]): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let block = 0; block < length; block++) if (a[block] !== b[block]) return block;
  return undefined;
}

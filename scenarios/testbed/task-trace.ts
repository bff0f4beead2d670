/**
 * Task traces that people bring: CSV with the header `arrival_us,size_us,level,weight`, one job a row, in any order of rows. The
 * columns may stand in any order, `level` (1 if left out) and `weight` (1) may be missing, others are refused: a misspelt name
 * would otherwise be ignored in silence.
 */
import { parse } from 'csv-parse/browser/esm/sync';
import { closest } from 'fastest-levenshtein';
import type { Job, JobSource } from '../../sim/os/workload/job-source.ts';
import { NS_PER_US } from '../../sim/time.ts';
import { ConfigError, type Problem } from './config-error.ts';

export interface TracedJob {
  readonly arrivalUs: number;
  readonly sizeUs: number;
  readonly level: number;
  readonly weight: number;
}

const COLUMNS = {
  arrival_us: { low: 0, high: 4e12, integer: false, needed: true, unit: ' us' },
  size_us: { low: 0.001, high: 4e12, integer: false, needed: true, unit: ' us' },
  level: { low: 1, high: 4, integer: true, needed: false, unit: '' },
  weight: { low: 1e-6, high: 1e9, integer: false, needed: false, unit: '' },
} as const;
type ColumnName = keyof typeof COLUMNS;

/** So many mistakes are told at once. */
const MOST_PROBLEMS = 10;
const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** Jobs in order of arrival, rows of equal arrival as they stand. Throws ConfigError with line, column, value and what is allowed. */
export function readTaskTrace(text: string, what: string): TracedJob[] {
  const rows = readRows(text, what);
  const [header, ...body] = rows;
  if (header === undefined) throw new ConfigError([{ path: what, message: 'is empty; needs the header arrival_us,size_us,level,weight and a row a job' }]);
  const names = header.cells.map((name) => name.trim());
  const known = Object.keys(COLUMNS);
  const problems: Problem[] = [];
  names.forEach((name, index) => {
    if (!known.includes(name)) problems.push({ path: `${what}: header, column ${index + 1}`, message: `'${name}' is not a column of a task trace; did you mean '${closest(name, known)}'? Allowed are ${known.join(', ')}` });
    else if (names.indexOf(name) !== index) problems.push({ path: `${what}: header, column ${index + 1}`, message: `'${name}' stands there twice` });
  });
  for (const [name, { needed }] of Object.entries(COLUMNS)) if (needed && !names.includes(name)) problems.push({ path: `${what}: header`, message: `column '${name}' is missing` });
  if (problems.length > 0) throw new ConfigError(problems);
  const cellOf = (row: readonly string[], name: ColumnName, line: number): number => {
    const index = names.indexOf(name);
    if (index < 0) return 1;
    const { low, high, integer, unit } = COLUMNS[name];
    const cell = row[index] ?? '';
    const value = DECIMAL.test(cell) ? Number(cell) : NaN;
    if (value >= low && value <= high && (!integer || Number.isInteger(value))) return value;
    if (problems.length < MOST_PROBLEMS) problems.push({ path: `${what}: line ${line}, column ${name}`, message: `'${cell.slice(0, 40)}' is not allowed; allowed is ${integer ? 'an integer' : 'a number'} from ${low} to ${high}${unit}` });
    return low;
  };
  const jobs = body.map(({ cells, line }) => {
    if (cells.length !== names.length && problems.length < MOST_PROBLEMS) problems.push({ path: `${what}: line ${line}`, message: `${cells.length} cells where the header has ${names.length}` });
    const cell = (name: ColumnName): number => cellOf(cells, name, line);
    return { arrivalUs: cell('arrival_us'), sizeUs: cell('size_us'), level: cell('level'), weight: cell('weight') };
  });
  if (problems.length > 0) throw new ConfigError(problems);
  if (jobs.length === 0) throw new ConfigError([{ path: what, message: 'has a header and no job; needs a row a job' }]);
  return jobs.sort((a, b) => a.arrivalUs - b.arrivalUs);
}

interface Row {
  readonly cells: readonly string[];
  /** Of the file, counted from 1, empty lines included. */
  readonly line: number;
}

function readRows(text: string, what: string): Row[] {
  try {
    // The types of csv-parse do not know what `info` does to a row.
    const rows = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true, info: true }) as unknown as { record: string[]; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    throw new ConfigError([{ path: what, message: `is no CSV: ${error instanceof Error ? error.message : String(error)}` }]);
  }
}

/** The trace as a source of jobs; sizes are known exactly. Times are rounded to ns. */
export function traceSource(jobs: readonly TracedJob[]): JobSource {
  let at = 0;
  return {
    next: (job: Job) => {
      const traced = jobs[at++];
      if (traced === undefined) return false;
      job.arrivalNs = Math.round(traced.arrivalUs * NS_PER_US);
      job.sizeNs = job.estimateNs = Math.max(1, Math.round(traced.sizeUs * NS_PER_US));
      job.level = job.label = traced.level;
      job.weight = traced.weight;
      job.type = traced.level - 1;
      return true;
    },
  };
}

/**
 * RFC 4180 as a state machine with limits. `measures.csv` is read strictly: a cell that is no number is an error that
 * names row and column, and nothing of the file is used.
 */
import { DataError, LIMITS } from './safe-json.ts';

/** Rows of cells. Accepts a byte order mark, LF or CRLF, quoted cells; refuses stray quotes, NUL and ragged rows. */
export function parseCsv(source: string, what: string): string[][] {
  if (source.length > LIMITS.bytes) throw new DataError(`${what}: larger than ${LIMITS.bytes >> 20} MiB. Nothing was loaded.`);
  const input = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const fail = (message: string): never => {
    throw new DataError(`${what}: row ${rows.length + 1}, column ${row.length + 1}: ${message}. Nothing was loaded.`);
  };
  const endRow = (): void => {
    if (rows.length > 0 && row.length !== rows[0]!.length) fail(`${row.length} cells where the header has ${rows[0]!.length}`);
    rows.push(row);
    if (rows.length > LIMITS.rows) fail(`more than ${LIMITS.rows} rows`);
    row = [];
  };
  while (at < input.length) {
    let cell: string;
    if (input[at] === '"') {
      let end = at + 1;
      for (;;) {
        end = input.indexOf('"', end);
        if (end < 0) fail('a quoted cell does not end');
        if (input[end + 1] !== '"') break;
        end += 2;
      }
      cell = input.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      if (at < input.length && !/[,\r\n]/.test(input[at]!)) fail('text after a closing quote');
    } else {
      let end = at;
      while (end < input.length && input[end] !== ',' && input[end] !== '\n' && input[end] !== '\r') end++;
      cell = input.slice(at, end);
      at = end;
      if (cell.includes('"')) fail('a quote inside an unquoted cell');
    }
    if (cell.length > LIMITS.cellLength) fail(`a cell longer than ${LIMITS.cellLength} characters`);
    if (cell.includes('\0')) fail('a NUL character');
    row.push(cell);
    if (row.length > LIMITS.columns) fail(`more than ${LIMITS.columns} columns`);
    if (input[at] === ',') {
      at++;
      if (at === input.length) row.push('');
      continue;
    }
    if (input[at] === '\r') at++;
    if (input[at] === '\n') at++;
    endRow();
  }
  if (row.length > 0) endRow();
  return rows;
}

/** A number as this project writes it. Refuses blanks, hex, words and what overflows. */
export function strictNumber(cell: string): number | undefined {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d{1,3})?$/i.test(cell)) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

export interface MeasureRow {
  readonly scenario: string;
  readonly arm: string;
  /** Parameter columns as written, by snake_case name. */
  readonly params: ReadonlyMap<string, string>;
  readonly replication: number;
  readonly seed: string;
  readonly measure: string;
  readonly unit: string;
  readonly value: number;
}

const FIXED = ['scenario', 'arm', 'replication', 'seed', 'measure', 'unit', 'value'] as const;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

export function parseMeasures(source: string, what = 'measures.csv'): MeasureRow[] {
  const [header, ...body] = parseCsv(source, what);
  if (header === undefined) throw new DataError(`${what}: empty. Nothing was loaded.`);
  const column = new Map<string, number>();
  header.forEach((name, at) => {
    if (FORBIDDEN.has(name)) throw new DataError(`${what}: the column name '${name}' is not allowed. Nothing was loaded.`);
    if (column.has(name)) throw new DataError(`${what}: the column '${name}' appears twice. Nothing was loaded.`);
    column.set(name, at);
  });
  for (const name of FIXED) if (!column.has(name)) throw new DataError(`${what}: the column '${name}' is missing. Nothing was loaded.`);
  if (body.length === 0) throw new DataError(`${what}: a header and no row. Nothing was loaded.`);
  const parameters = header.filter((name) => !(FIXED as readonly string[]).includes(name));
  return body.map((cells, index) => {
    const cell = (name: string): string => cells[column.get(name)!]!;
    const number = (name: string, whole: boolean): number => {
      const value = strictNumber(cell(name));
      if (value === undefined || (whole && !Number.isSafeInteger(value))) {
        throw new DataError(`${what}: row ${index + 2}, column ${name}: '${cell(name).slice(0, 40)}' is not a ${whole ? 'whole ' : ''}number. Nothing was loaded.`);
      }
      return value;
    };
    return {
      scenario: cell('scenario'), arm: cell('arm'), params: new Map(parameters.map((name) => [name, cell(name)])),
      replication: number('replication', true), seed: cell('seed'), measure: cell('measure'), unit: cell('unit'), value: number('value', false),
    };
  });
}

/** Cells of our own tables as RFC 4180 text. `spreadsheet` guards against formulas, at the cost of changing such cells. */
export function formatCsv(columns: readonly string[], rows: readonly (readonly (string | number | boolean)[])[], spreadsheet = false): string {
  const write = (value: string | number | boolean): string => {
    let cell = String(value);
    if (spreadsheet && /^[=+\-@\t\r]/.test(cell)) cell = `'${cell}`;
    return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  };
  return [columns, ...rows].map((row) => row.map(write).join(',')).join('\r\n') + '\r\n';
}

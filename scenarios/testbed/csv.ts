/**
 * The tidy tables of a result, RFC 4180 (CRLF line ends, quotes where needed), and their data dictionary.
 * Names are snake_case with the unit last; numbers are in ECMAScript's shortest form, so parsing gives them back exactly.
 */
import { stringify } from 'csv-stringify/sync';
import { describeParameters, snakeCase } from './parameters.ts';
import type { JobResult } from './result-set.ts';
import type { ParameterValue, Scenario } from './scenario.ts';

export interface Column {
  readonly column: string;
  readonly unit: string;
  readonly description: string;
}

export interface CsvTable {
  /** File name, e.g. `measures.csv`. */
  readonly file: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly ParameterValue[])[];
}

/** All tables of a result in a fixed order; those without a row are left out, but for measures. */
export function csvTables(scenario: Scenario, jobs: readonly JobResult[]): CsvTable[] {
  const infos = describeParameters(scenario.parameters);
  const before: Column[] = [
    { column: 'scenario', unit: '', description: 'id of the scenario' },
    { column: 'arm', unit: '', description: 'variant under comparison' },
    ...infos.map(({ column, unit, title, description }) => ({ column, unit, description: description === '' ? title : `${title}: ${description}` })),
    { column: 'replication', unit: '', description: 'number of the independent repetition, from 0' },
  ];
  const lead = (job: JobResult): ParameterValue[] => [scenario.id, job.arm, ...infos.map(({ name }) => job.params[name]!), job.replication];
  const tables: CsvTable[] = [measuresTable(scenario, jobs, before, lead), latencyTable(jobs, before, lead), throughputTable(jobs, before, lead)];
  for (const [name, { columns }] of Object.entries(scenario.tables ?? {})) {
    const own = Object.entries(columns).map(([column, { unit, description }]) => ({ column: snakeCase(column), unit, description }));
    const rows = jobs.flatMap((job) => (job.tables[name] ?? []).map((row) => [...lead(job), ...Object.keys(columns).map((column) => row[column]!)]));
    tables.push({ file: `${snakeCase(name)}.csv`, columns: [...before, ...own], rows });
  }
  return tables.filter(({ file, rows }) => rows.length > 0 || file === 'measures.csv');
}

type Lead = (job: JobResult) => ParameterValue[];

function measuresTable(scenario: Scenario, jobs: readonly JobResult[], before: readonly Column[], lead: Lead): CsvTable {
  const meanings = Object.entries(scenario.measures).map(([id, { title }]) => `${id}: ${title}`);
  return {
    file: 'measures.csv',
    columns: [
      ...before,
      { column: 'seed', unit: '', description: 'root seed of all random streams' },
      { column: 'measure', unit: '', description: meanings.join('; ') },
      { column: 'unit', unit: '', description: 'unit of the value' },
      { column: 'value', unit: 'as in column unit', description: 'one number a run' },
    ],
    rows: jobs.flatMap((job) => Object.entries(job.measures).map(([id, value]) => [...lead(job), job.seed, id, scenario.measures[id]?.unit ?? '', value])),
  };
}

function latencyTable(jobs: readonly JobResult[], before: readonly Column[], lead: Lead): CsvTable {
  return {
    file: 'latency.csv',
    columns: [
      ...before,
      { column: 'operation', unit: '', description: 'what was timed' },
      { column: 'quantile', unit: '', description: 'share of samples at or below the value; exact, rank ceil(q n); 0 is the minimum, 1 the maximum' },
      { column: 'latency_ns', unit: 'ns', description: 'latency at that quantile within this run' },
    ],
    rows: jobs.flatMap((job) => job.latency.flatMap(({ operation, quantiles }) => quantiles.map(([quantile, latencyNs]) => [...lead(job), operation, quantile, latencyNs]))),
  };
}

function throughputTable(jobs: readonly JobResult[], before: readonly Column[], lead: Lead): CsvTable {
  return {
    file: 'throughput.csv',
    columns: [
      ...before,
      { column: 't_ns', unit: 'ns', description: 'end of the interval, virtual time' },
      { column: 'operation', unit: '', description: 'what was counted' },
      { column: 'ops_per_s', unit: '1/s', description: 'operations per second in the interval' },
    ],
    rows: jobs.flatMap((job) => job.throughput.map(([tNs, operation, opsPerS]) => [...lead(job), tNs, operation, opsPerS])),
  };
}

export function csvText({ columns, rows }: CsvTable): string {
  return stringify([columns.map(({ column }) => column), ...rows], { record_delimiter: '\r\n', cast: { boolean: String, number: String } });
}

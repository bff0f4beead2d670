/** Collects what one run says, and refuses at once what no table could hold: undeclared names, non-finite numbers. */
import { QUANTILES } from './quantile-grid.ts';
import type { JobResult } from './result-set.ts';
import type { ParameterValue, Recorder, Scenario } from './scenario.ts';

type Recorded = Pick<JobResult, 'measures' | 'latency' | 'throughput' | 'tables' | 'warnings'>;

export class RunRecorder implements Recorder {
  private readonly scenario: Scenario;
  private readonly onProgress: (fraction: number) => void;
  private readonly measures = new Map<string, number>();
  private readonly samples = new Map<string, ArrayLike<number>[]>();
  private readonly points: [number, string, number][] = [];
  private readonly tables = new Map<string, Record<string, ParameterValue>[]>();
  private readonly warnings = new Map<string, string>();

  constructor(scenario: Scenario, onProgress: (fraction: number) => void = () => {}) {
    this.scenario = scenario;
    this.onProgress = onProgress;
  }

  measure(id: string, value: number): void {
    if (!Object.hasOwn(this.scenario.measures, id)) refuse(`measure ${id} is not declared`);
    if (this.measures.has(id)) refuse(`measure ${id} is recorded twice`);
    if (!Number.isFinite(value)) refuse(`measure ${id} is ${value}; it must be finite`);
    this.measures.set(id, value);
  }

  latency(operation: string, samplesNs: ArrayLike<number>): void {
    for (let index = 0; index < samplesNs.length; index++) {
      const sample = samplesNs[index]!;
      if (!(sample >= 0 && Number.isSafeInteger(sample))) refuse(`latency of ${operation}: sample ${index} is ${sample}; it must be a whole number of ns`);
    }
    const known = this.samples.get(operation);
    if (known === undefined) this.samples.set(operation, [samplesNs]);
    else known.push(samplesNs);
  }

  throughput(operation: string, tNs: number, opsPerS: number): void {
    if (!Number.isSafeInteger(tNs) || !(opsPerS >= 0 && Number.isFinite(opsPerS))) refuse(`throughput of ${operation}: ${opsPerS} at ${tNs} ns`);
    this.points.push([tNs, operation, opsPerS]);
  }

  row(table: string, row: Readonly<Record<string, ParameterValue>>): void {
    const declared = Object.hasOwn(this.scenario.tables ?? {}, table) ? this.scenario.tables![table] : undefined;
    if (declared === undefined) return refuse(`table ${table} is not declared`);
    const ordered: Record<string, ParameterValue> = {};
    for (const column of Object.keys(declared.columns)) {
      const value = Object.hasOwn(row, column) ? row[column] : undefined;
      if (value === undefined) return refuse(`table ${table}: column ${column} is missing`);
      if (typeof value === 'number' && !Number.isFinite(value)) refuse(`table ${table}, column ${column} is ${value}; it must be finite`);
      ordered[column] = value;
    }
    for (const column of Object.keys(row)) if (!Object.hasOwn(ordered, column)) refuse(`table ${table}: column ${column} is not declared`);
    const rows = this.tables.get(table);
    if (rows === undefined) this.tables.set(table, [ordered]);
    else rows.push(ordered);
  }

  warn(code: string, text: string): void {
    if (!this.warnings.has(code)) this.warnings.set(code, text);
  }

  progress(fraction: number): void {
    this.onProgress(Math.min(1, Math.max(0, fraction)));
  }

  /** Everything recorded, in the order of declaration (measures, tables) or of recording. */
  result(): Recorded {
    const ordered = <T>(names: readonly string[], values: ReadonlyMap<string, T>): Record<string, T> =>
      Object.fromEntries(names.filter((name) => values.has(name)).map((name) => [name, values.get(name)!]));
    return {
      measures: ordered(Object.keys(this.scenario.measures), this.measures),
      latency: [...this.samples].map(([operation, parts]) => summary(operation, parts)),
      throughput: this.points,
      tables: ordered(Object.keys(this.scenario.tables ?? {}), this.tables),
      warnings: [...this.warnings].map(([code, text]) => ({ code, text })),
    };
  }
}

function summary(operation: string, parts: readonly ArrayLike<number>[]): JobResult['latency'][number] {
  const count = parts.reduce((sum, part) => sum + part.length, 0);
  const sorted = new Float64Array(count);
  let at = 0;
  for (const part of parts) {
    sorted.set(part, at);
    at += part.length;
  }
  sorted.sort();
  const quantiles = count === 0 ? [] : QUANTILES.map((label): [string, number] => [label, sorted[rank(label, count)]!]);
  return { operation, count, quantiles };
}

/** 0-based index of the exact quantile: rank ceil(q n), at least the first. In integers, for 0.9 * 10 is no 9 in floats. */
function rank(label: string, count: number): number {
  const digits = label.split('.')[1] ?? '';
  const scale = 10 ** digits.length;
  const numerator = Number(label.replace('.', ''));
  return Math.max(1, Math.ceil((numerator * count) / scale)) - 1;
}

function refuse(message: string): never {
  throw new Error(`recorder: ${message}`);
}

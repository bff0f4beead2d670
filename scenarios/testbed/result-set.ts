/** What figures, claims and headlines read: the merged results of all runs of one scenario, in job order. */
import type { ParameterValue, Parameters, Selection } from './scenario.ts';

/** All that one run (arm x parameter point x replication) leaves behind. Plain data, JSON-safe. */
export interface JobResult {
  readonly arm: string;
  /** All parameters, defaults and arm overrides materialised. */
  readonly params: Parameters;
  readonly replication: number;
  readonly seed: string;
  /** 32 hex digits over every event of the run. */
  readonly fingerprint: string;
  /** One digest per 65 536 events, to locate a first difference. */
  readonly blockDigests: readonly string[];
  readonly eventCount: number;
  readonly endTimeNs: number;
  readonly measures: Readonly<Record<string, number>>;
  readonly latency: readonly { readonly operation: string; readonly count: number; readonly quantiles: readonly (readonly [quantile: string, latencyNs: number])[] }[];
  readonly throughput: readonly (readonly [tNs: number, operation: string, opsPerS: number])[];
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, ParameterValue>>[]>>;
  readonly warnings: readonly { readonly code: string; readonly text: string }[];
}

export class ResultSet {
  readonly jobs: readonly JobResult[];

  constructor(jobs: readonly JobResult[]) {
    this.jobs = jobs;
  }

  /** Jobs of an arm and/or parameter values, ordered by replication within the order of the grid. */
  select(selection: Selection = {}): readonly JobResult[] {
    const where = Object.entries(selection.where ?? {});
    return this.jobs.filter(
      (job) => (selection.arm === undefined || job.arm === selection.arm) && where.every(([name, value]) => job.params[name] === value),
    );
  }

  /** One value a replication of a measure; replications in ascending order. Empty when nothing matches. */
  values(measure: string, selection: Selection = {}): number[] {
    return this.select(selection)
      .filter((job) => job.measures[measure] !== undefined)
      .sort((a, b) => a.replication - b.replication)
      .map((job) => job.measures[measure]!);
  }

  /** Distinct values of a parameter in the order of the grid. */
  distinct(parameter: string, selection: Selection = {}): ParameterValue[] {
    return [...new Set(this.select(selection).map((job) => job.params[parameter]!))];
  }

  arms(): string[] {
    return [...new Set(this.jobs.map((job) => job.arm))];
  }

  /** Rows of a further table, each with its job. */
  rows(table: string, selection: Selection = {}): { job: JobResult; row: Readonly<Record<string, ParameterValue>> }[] {
    return this.select(selection).flatMap((job) => (job.tables[table] ?? []).map((row) => ({ job, row })));
  }
}

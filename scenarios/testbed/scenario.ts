/**
 * What a scenario is: one module that asks one question, as data plus one `build` function.
 *
 * The command line, the viewer's forms, the documentation, sweeps, CSV columns and the check of claims are all derived
 * from this definition. Adding a scenario is adding one file `scenarios/<id>.ts` whose default export is
 * `defineScenario({...})`.
 */
import type { z } from 'zod';
import type { Simulation } from '../../sim/simulation.ts';
import type { ResultSet } from './result-set.ts';

/** A parameter's value as it appears in a configuration, a CSV cell and a link. */
export type ParameterValue = number | string | boolean;
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** Shown beside a parameter; given with zod's `.meta({ unit: 'files', title: 'L0 compaction trigger' })`. */
export interface ParameterMeta {
  /** Short human name, e.g. `L0 compaction trigger`. */
  readonly title: string;
  /** Unit of the value, e.g. `ns`, `files`, `B`, `bits/key`; empty string for pure numbers, names and switches. */
  readonly unit: string;
  /** Heading in the viewer's form, e.g. `Store`, `Workload`, `Devices`. */
  readonly group?: string;
  /** One sentence: what it means, where the default comes from. */
  readonly description?: string;
}

/** One variant under comparison. `set` overrides parameters; everything else is shared with the other arms. */
export interface Arm {
  readonly title: string;
  readonly description: string;
  readonly set: Readonly<Record<string, ParameterValue>>;
}

/** One number per replication. */
export interface Measure {
  readonly title: string;
  readonly unit: string;
  readonly description: string;
  /** Which direction is an improvement; `neither` for counts that only explain. */
  readonly better: 'lower' | 'higher' | 'neither';
  /**
   * Relative worsening that `check` may not let pass, e.g. 0.05 for 5 %; leave out where a change is no regression.
   */
  readonly guard?: number;
}

/** A further CSV table of a scenario; columns in order, with unit and meaning for the data dictionary. */
export interface Table {
  readonly title: string;
  readonly columns: Readonly<Record<string, { readonly unit: string; readonly description: string }>>;
}

/** Where a statement stands: document and place in it. */
export interface Source {
  readonly document: string;
  readonly place: string;
  readonly url?: string;
}

/** What the runner hands to `build`: one replication of one arm at one point of the parameter grid. */
export interface Run<P extends Parameters = Parameters> {
  readonly sim: Simulation;
  readonly params: P;
  readonly arm: string;
  readonly replication: number;
  readonly record: Recorder;
}

/** Everything a run may say. Nothing else reaches the result folder. */
export interface Recorder {
  /** One value of a declared measure; once a run. Must be finite. */
  measure(id: string, value: number): void;
  /** Latency samples of one operation, integer ns; exact quantiles are taken from them. */
  latency(operation: string, samplesNs: ArrayLike<number>): void;
  /** One point of a throughput series: operations per second in the interval that ends at `tNs`. */
  throughput(operation: string, tNs: number, opsPerS: number): void;
  /** One row of a declared further table; keys are its columns. */
  row(table: string, row: Readonly<Record<string, ParameterValue>>): void;
  /** Something a reader of the figures must know; shown on every figure of the result. */
  warn(code: string, text: string): void;
  /** Share of the work done so far, 0..1; for progress displays only, never stored. */
  progress(fraction: number): void;
}

/** A picture: a Vega-Lite specification over reduced data, inline, and the same data as a table. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** Says n, kind of interval, what is drawn. May use the data. */
  readonly caption: (results: ResultSet) => string;
  /** Complete Vega-Lite v6 spec with `data.values` inline. No colours or fonts: the viewer's theme supplies them. */
  readonly draw: (results: ResultSet) => object;
  /** The same data as rows, for the table beside the picture. */
  readonly table: (results: ResultSet) => readonly Readonly<Record<string, ParameterValue>>[];
  /** A warning specific to this figure, or undefined. */
  readonly warning?: (results: ResultSet) => string | undefined;
}

/** Selects part of a result: an arm and, where a grid was swept, values of parameters. */
export interface Selection {
  readonly arm?: string;
  readonly where?: Readonly<Record<string, ParameterValue>>;
}

/** A statement of a source (or of ours) that replications can support or refute. */
export interface Claim {
  readonly id: string;
  /** One sentence in our words. */
  readonly text: string;
  readonly source: Source;
  readonly measure: string;
  /** Effect = contrast of `treatment` against `baseline`, paired by replication (common random numbers). */
  readonly treatment: Selection;
  readonly baseline: Selection;
  /** `relative`: (treatment - baseline) / baseline, e.g. -0.5 for "half"; `difference`: in the measure's unit. */
  readonly contrast: 'relative' | 'difference';
  /** What the source says: a value with its reading error, or only a direction. */
  readonly paper: { readonly value: number } | { readonly direction: 'decrease' | 'increase' | 'none' };
  /** Half-width around the paper's value (or around 0 for `none`) inside which the interval must lie to count as agreement. */
  readonly margin: number;
  /** Smallest effect, in the contrast's unit, that counts as one when the source states only a direction. */
  readonly smallest?: number;
  /** Title of the main reading, the contrast above, beside those of `readings`. Default: main reading. */
  readonly reading?: string;
  /** Other admissible readings of the source: if verdicts differ among them the claim is not decidable. */
  readonly readings?: readonly { readonly title: string; readonly treatment: Selection; readonly baseline: Selection }[];
  /** One or two sentences built from the data: why the verdict is what it is (the ablation). */
  readonly why: (results: ResultSet) => string;
  /** Id of the figure that shows the ablation. */
  readonly ablation?: string;
}

/** How much is run: in quick mode within seconds, in full mode as a paper would. */
export interface Preset {
  readonly replications: number;
  readonly set?: Readonly<Record<string, ParameterValue>>;
  readonly sweep?: Readonly<Record<string, readonly ParameterValue[]>>;
  readonly arms?: readonly string[];
}

export interface Scenario<Schema extends z.ZodObject = z.ZodObject> {
  /** kebab-case, equal to the file name. */
  readonly id: string;
  readonly title: string;
  /** The question, as a reader would ask it; headline of the report while there is no result. */
  readonly question: string;
  readonly source: Source;
  /** `terminating` runs are measured whole; `steady-state` runs state their warm-up rule. */
  readonly kind: 'terminating' | 'steady-state';
  /** Flat object; each field has a default and `.meta({ title, unit })`. */
  readonly parameters: Schema;
  readonly arms: Readonly<Record<string, Arm>>;
  /** Arm that the others are compared with. */
  readonly baseline: string;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly tables?: Readonly<Record<string, Table>>;
  readonly quick: Preset;
  readonly full: Preset;
  /**
   * Wires the models on `run.sim` and schedules the first events. The runner then runs the simulation until nothing
   * is pending and calls the returned function, which records what is left to record.
   */
  readonly build: (run: Run<Readonly<z.output<Schema>> & Parameters>) => (() => void) | void;
  /** Checks that go beyond single fields, e.g. slowdown >= trigger; returns problems with their path. */
  readonly refine?: (params: Readonly<z.output<Schema>> & Parameters) => readonly { readonly path: string; readonly message: string }[];
  readonly figures: readonly Figure[];
  readonly claims: readonly Claim[];
  /** The finding in one sentence, built from the data, never typed by hand. */
  readonly headline: (results: ResultSet) => string;
  /** Markdown paragraphs of the report, built from the data; `![](figure:<id>)` places a figure. */
  readonly narrative: (results: ResultSet) => string;
}

/** Identity at run time; infers the parameter type for `build` and friends. */
export function defineScenario<Schema extends z.ZodObject>(scenario: Scenario<Schema>): Scenario<Schema> {
  return scenario;
}

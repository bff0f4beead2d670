/**
 * Shapes of the files in a result folder, as written by the runner and read by the viewer, `check` and `verify`.
 *
 *   DIR/runs/<run-id>.json   RunFile    one committed replication; what a resumed run reuses
 *   DIR/*.csv                tidy tables, RFC 4180 with CRLF
 *   DIR/report.json          Report     headline, narrative, figures, claims
 *   DIR/manifest.json        Manifest   written last: its presence says that the result is complete
 *   TREE/index.json          IndexEntry[]  one entry a scenario folder of a `reproduce` tree
 *   results/index.json       ResultTree[]  served by `view` and copied by `build`; lists all trees below results/
 *
 * Nothing here depends on time, host, engine version or absolute path: trees are identical byte for byte across machines.
 */
import type { JobResult } from './result-set.ts';
import type { ParameterValue, Parameters, Selection, Source } from './scenario.ts';

/**
 * `reproduced`, `partly`, `not reproduced`, `not decidable`: see claims.ts for the rule. `invalid`: a run it needs broke
 * an invariant. `not run`: the arms or parameter values it compares are not in this result.
 */
export type Verdict = 'reproduced' | 'partly' | 'not reproduced' | 'not decidable' | 'invalid' | 'not run';

/** An effect with its interval over replications. Bounds are null when a single replication gives none. */
export interface Effect {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Pairs of replications. */
  readonly n: number;
  /** Confidence level, 0.95. */
  readonly level: number;
  /** Unit of the measure for differences; empty for relative effects (-0.5 is minus 50 %). */
  readonly unit: string;
}

export interface ReadingReport {
  readonly title: string;
  readonly verdict: Verdict;
  readonly effect: Effect | null;
}

export interface ClaimReport {
  readonly id: string;
  readonly text: string;
  readonly source: Source;
  readonly measure: string;
  readonly contrast: 'relative' | 'difference';
  readonly treatment: Selection;
  readonly baseline: Selection;
  readonly verdict: Verdict;
  readonly effect: Effect | null;
  readonly paper: { readonly value: number } | { readonly direction: 'decrease' | 'increase' | 'none' };
  readonly margin: number;
  readonly smallest: number | null;
  /** Why this verdict by the rule: one sentence with the numbers. */
  readonly rule: string;
  /** Why the model says so: the ablation, in the scenario's words. */
  readonly why: string;
  /** Id of the figure that shows the ablation, or null. */
  readonly ablation: string | null;
  /** All readings of the source that were tried, the main one first. */
  readonly readings: readonly ReadingReport[];
}

export interface FigureReport {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  /** Drawn inside the figure; the run's warnings come first. Empty when there is none. */
  readonly warnings: readonly string[];
  /** Complete Vega-Lite v6 specification with inline data. */
  readonly spec: object;
  readonly rows: readonly Readonly<Record<string, ParameterValue>>[];
}

export interface Report {
  readonly format: 1;
  readonly scenario: string;
  readonly title: string;
  readonly question: string;
  readonly source: Source;
  readonly headline: string;
  /** Markdown; `![](figure:<id>)` places a figure. */
  readonly narrative: string;
  readonly figures: readonly FigureReport[];
  readonly claims: readonly ClaimReport[];
  /** Parts of the report that this selection of arms and parameters cannot fill, in sentences. */
  readonly notes: readonly string[];
}

/** A run whose invariant broke: nothing of it is stored but how to see it again. */
export interface Failure {
  readonly id: string;
  readonly arm: string;
  readonly params: Parameters;
  readonly replication: number;
  readonly seed: string;
  readonly message: string;
  /** Command that repeats it. */
  readonly replay: string;
}

export interface ManifestRun {
  readonly id: string;
  readonly arm: string;
  /** The swept parameters of this run; all others have their single value of `parameters`, or the arm's. */
  readonly point: Parameters;
  readonly replication: number;
  readonly fingerprint: string;
  readonly events: number;
}

export interface Warning {
  readonly code: string;
  readonly text: string;
}

export interface Manifest {
  readonly format: 1;
  readonly scenario: string;
  readonly title: string;
  readonly seed: string;
  readonly replications: number;
  readonly arms: readonly string[];
  /** Every parameter with the values it takes (before an arm overrides it); swept ones have several. */
  readonly parameters: Readonly<Record<string, readonly ParameterValue[]>>;
  readonly version: string;
  /** Last commit that touched sim/ or scenarios/, with `+modified` when files differ from it; `unknown` outside git. */
  readonly commit: string;
  readonly engine: { readonly kernel: string; readonly generator: string; readonly tieShuffle: string | null };
  /** SHA-256 over the sources under sim/ and scenarios/ without tests and benchmarks. */
  readonly modelDigest: string;
  readonly configHash: string;
  readonly eventCount: number;
  /** 32 hex digits combined from the runs in job order. */
  readonly fingerprint: string;
  readonly runs: readonly ManifestRun[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly Warning[];
  /** Data dictionary: for each CSV file its columns in order. */
  readonly dictionary: Readonly<Record<string, readonly { readonly column: string; readonly unit: string; readonly description: string }[]>>;
  /** Every file of the folder but the manifest itself, sorted by path. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  /** SHA-256 of the canonical JSON of all of the above. */
  readonly sha256: string;
}

/** A committed replication: the payload and what guards it. */
export interface RunFile {
  readonly format: 1;
  readonly id: string;
  /** SHA-256 of the canonical JSON of `result`. */
  readonly sha256: string;
  readonly result: JobResult;
}

export interface IndexEntry {
  readonly scenario: string;
  readonly title: string;
  readonly headline: string;
  readonly fingerprint: string;
  readonly modelDigest: string;
  readonly claims: readonly ClaimReport[];
  /** Folder of the result, with `/`: relative to the tree in TREE/index.json, relative to results/ in results/index.json. */
  readonly path: string;
}

/** One group of results below results/: `reference`, `quick`, `full`, or `runs` for single runs. */
export interface ResultTree {
  readonly name: string;
  readonly path: string;
  readonly scenarios: readonly IndexEntry[];
}

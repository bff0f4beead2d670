/** What a benchmark file exports; bench.mjs runs it. */

export interface Outcome {
  readonly events: number;
  readonly checksum: string;
  /** What else was counted, e.g. packets; printed beside the events. */
  readonly counts?: Readonly<Record<string, number>>;
  /** What the reader should know of this run; printed on stderr. */
  readonly remark?: string;
}

export interface Benchmark<Flags extends Readonly<Record<string, number | string>>> {
  /** Equal to the file name. */
  readonly name: string;
  /** One line for the list. */
  readonly about: string;
  /** Every flag with its default. */
  readonly flags: Flags;
  /** Accepted values of the text flags. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** Largest accepted values of number flags, where there is one. */
  readonly max?: Readonly<Record<string, number>>;
  /** `timed` marks the part that is measured; without it the whole run is. Same flags, same events and checksum. */
  readonly run: (flags: Flags, timed: <T>(work: () => T) => T) => Outcome;
  /** For `--compare`: flag overrides of the sizes, and of the versions compared at each. */
  readonly compare?: { readonly sizes: readonly Partial<Flags>[]; readonly versions: readonly Partial<Flags>[] };
}

/** Identity; checks the shape. */
export function defineBenchmark<Flags extends Readonly<Record<string, number | string>>>(benchmark: Benchmark<Flags>): Benchmark<Flags> {
  return benchmark;
}

/**
 * A bare model as a calculator: JSON in, JSON out, for people with their own data (`ledgerlab eval MODEL [FILE]`).
 * One file a model, `scenarios/eval/<id>.ts`, default export `defineEval({...})`.
 */
import type { z } from 'zod';

/** What a model may ask of its surroundings; the command line reads files, the viewer refuses. */
export interface EvalContext {
  /** Bytes of a file named in the input (relative to the input file or the working directory). */
  readFile(path: string): Uint8Array;
}

export interface EvalModel<Schema extends z.ZodType = z.ZodType> {
  /** kebab-case, equal to the file name. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly input: Schema;
  /** A small valid input, printed by `ledgerlab schema MODEL`. */
  readonly example: unknown;
  /** Pure but for `context.readFile`. Throws ConfigError for input that only evaluation can refuse. */
  readonly evaluate: (input: z.output<Schema>, context: EvalContext) => unknown;
}

export function defineEval<Schema extends z.ZodType>(model: EvalModel<Schema>): EvalModel<Schema> {
  return model;
}

/** Runs made on this page during this visit, for comparison; gone when the page is closed. */
import type { JobResult } from '../../scenarios/testbed/result-set.ts';

export interface OwnRun {
  readonly name: string;
  readonly scenario: string;
  readonly fingerprint: string | undefined;
  readonly seed: string;
  readonly results: readonly JobResult[];
  readonly unitOf: (measure: string) => string;
  /** The page that shows it. */
  readonly link: string;
}

const runs: OwnRun[] = [];

export const ownRuns = (): readonly OwnRun[] => runs;

/** Keeps the last few. */
export function keepRun(run: Omit<OwnRun, 'name'>): OwnRun {
  const named = { ...run, name: `your run ${runs.length + 1} of ${run.scenario}` };
  runs.push(named);
  return named;
}

/** What page and worker tell each other. Plain data. */
import type { Job } from '../../scenarios/testbed/plan.ts';
import type { JobResult } from '../../scenarios/testbed/result-set.ts';

export interface RunOrder {
  readonly scenario: string;
  readonly job: Job;
}

export type RunAnswer =
  | { readonly kind: 'progress'; readonly index: number; readonly fraction: number }
  | { readonly kind: 'done'; readonly index: number; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly index: number; readonly message: string; readonly replay: string };

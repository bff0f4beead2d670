/** What a scheduler promises, as plain data: the checkers hold a run against it, not against the code that keeps the promise. */
import type { CpuCosts } from '../cpu/costs.ts';
import type { Cfs } from '../policies/cfs.ts';
import type { Eevdf } from '../policies/eevdf.ts';
import type { ProcessorSharing } from '../policies/processor-sharing.ts';
import type { RegulatedOptions } from '../regulated/options.ts';

export interface SchedulerRules {
  readonly cores?: number;
  /** Policy of each queue level, level 1 first; one entry where there are no levels. Names the checkers do not know are not held to an order. */
  readonly inner: readonly string[];
  /** Absent: one queue without levels. */
  readonly regulated?: RegulatedOptions;
  /**
   * `shared` (default): one queue for all cores. `stealing`: one each, and an idle core takes what waits anywhere at once. `own`: one
   * each, and a core answers only for its own queue.
   */
  readonly queues?: 'shared' | 'stealing' | 'own';
  readonly costs?: CpuCosts;
  /** Round robin's. */
  readonly quantumNs?: number;
  /** The queues of a fair scheduler themselves, one a core, and the processor's tick: their virtual times are looked into. */
  readonly fair?: { readonly cfs?: readonly Cfs[]; readonly eevdf?: readonly Eevdf[]; readonly tickNs: number };
  /** The queues of fluid levels themselves, level 1 first, undefined where a level is none. */
  readonly fluids?: readonly (ProcessorSharing | undefined)[];
  /** Labels may rise as data is opened that turns out to be regulated: 2 to 1, 4 to 3. */
  readonly reclassifies?: boolean;
}

/** Inner policies that serve all tasks of their level at once. */
export const isFluid = (inner: string | undefined): boolean => inner === 'ps' || inner === 'dps';

/** Which programs may serve a level: bit 0 the regulatory one, bit 1 the ordinary one. */
export function programsOf(level: number, { rpServes = [1, 2, 3], opServes = [4] }: RegulatedOptions): number {
  return (rpServes.includes(level) ? 1 : 0) | (opServes.includes(level) ? 2 : 0);
}

/**
 * What a processor tells those who watch it: checkers, figures, traces. Calls are cheap (numbers only) and must not change anything.
 * `nowNs` is the simulation's instant; a task's columns may be read during the call and not later.
 */
import type { EnqueueCause, PutCause } from '../policy.ts';

export interface Probe {
  /** A task became ready, in the queue of `core` (0 where all share one). */
  onReady?(task: number, cause: EnqueueCause, nowNs: number, core: number): void;
  /** `core` starts (or goes on with) `task`; its service begins after `overheadNs`. */
  onDispatch?(core: number, task: number, overheadNs: number, nowNs: number): void;
  /** The burst of the task on `core` ended and another began at once; its columns are those of the new one. */
  onBurst?(core: number, task: number, nowNs: number): void;
  /** `core` lets go of `task`, which had `ranNs` of service since its dispatch. */
  onStop?(core: number, task: number, cause: PutCause, ranNs: number, nowNs: number): void;
  /** `core` found nobody to run. */
  onIdle?(core: number, nowNs: number): void;
  /** A waiting task was taken away for good, e.g. turned out for one of a higher level. */
  onWithdraw?(task: number, nowNs: number): void;
  /** A task was taken from the queue of one core to that of another. */
  onMove?(task: number, from: number, to: number, nowNs: number): void;
  /** The policy lets a task compete at another queue level than `from` until now: aging, boost, inherited priority, reclassification. */
  onLevel?(task: number, from: number, nowNs: number): void;
}

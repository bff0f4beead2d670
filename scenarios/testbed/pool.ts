/** Jobs over several executors. Results arrive in any order; callers place them by job index, never by arrival. */
import type { Executor, Outcome } from './executor.ts';
import type { Job } from './plan.ts';

export interface PoolHooks {
  readonly onOutcome: (job: Job, outcome: Outcome) => void;
  readonly onProgress?: (job: Job, fraction: number) => void;
  /** Asked before each job: true leaves the rest undone. */
  readonly isStopped?: () => boolean;
}

/** Runs jobs in index order on as many executors as are given. Rejects with the first error that `onOutcome` throws. */
export async function runJobs(jobs: readonly Job[], executors: readonly Executor[], hooks: PoolHooks): Promise<void> {
  let next = 0;
  let isBroken = false;
  const work = async (executor: Executor): Promise<void> => {
    while (next < jobs.length && !isBroken && hooks.isStopped?.() !== true) {
      const job = jobs[next++]!;
      const outcome = await executor.run(job, (fraction) => hooks.onProgress?.(job, fraction));
      if (hooks.isStopped?.() === true) return;
      try {
        hooks.onOutcome(job, outcome);
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  await Promise.all(executors.map(work));
}

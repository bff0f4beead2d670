/** Where a run is computed: a worker thread of the command line, or this thread (tests, tracing). */
import { Worker } from 'node:worker_threads';
import type { Job } from './plan.ts';
import type { JobResult } from './result-set.ts';
import { runOne, RunFailure } from './run-one.ts';
import type { Scenario } from './scenario.ts';

export type Outcome =
  | { readonly kind: 'done'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly message: string; readonly replay: string; readonly isInvariant: boolean };

export interface Executor {
  run(job: Job, onProgress: (fraction: number) => void): Promise<Outcome>;
  close(): Promise<void>;
}

/** What a worker thread answers. */
export type WorkerMessage = { readonly kind: 'progress'; readonly fraction: number } | Outcome;

export function outcomeOf(scenario: Scenario, job: Job, onProgress: (fraction: number) => void): Outcome {
  try {
    return { kind: 'done', result: runOne(scenario, job, { onProgress }) };
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    const { message, replay, isInvariant } = error;
    return { kind: 'failed', message, replay, isInvariant };
  }
}

export function inlineExecutor(load: (id: string) => Promise<Scenario>): Executor {
  return {
    run: async (job, onProgress) => outcomeOf(await load(job.scenario), job, onProgress),
    close: async () => {},
  };
}

/** One thread, started at its first job and again after a crash. */
export function threadExecutor(script: string | URL): Executor {
  let worker: Worker | undefined;
  return {
    run: (job, onProgress) =>
      new Promise((resolve) => {
        const thread = (worker ??= new Worker(script, { stdout: false }));
        const finish = (outcome: Outcome): void => {
          thread.off('message', onMessage).off('error', onError).off('exit', onExit);
          resolve(outcome);
        };
        const crash = (reason: string): void => {
          worker = undefined;
          finish({ kind: 'failed', message: `the worker stopped: ${reason}`, replay: '', isInvariant: false });
        };
        const onMessage = (message: WorkerMessage): void => (message.kind === 'progress' ? onProgress(message.fraction) : finish(message));
        const onError = (error: NodeJS.ErrnoException): void => crash(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : error.message);
        const onExit = (): void => crash('it exited');
        thread.on('message', onMessage).on('error', onError).on('exit', onExit);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
        thread.postMessage(job);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}

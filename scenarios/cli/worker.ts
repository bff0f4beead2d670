/** A worker thread of the command line: takes jobs, answers progress and outcomes. */
import { parentPort } from 'node:worker_threads';
import { outcomeOf, type WorkerMessage } from '../testbed/executor.ts';
import type { Job } from '../testbed/plan.ts';
import { registry } from '../testbed/registry.ts';

/** Progress more often than this is noise. */
const PROGRESS_MS = 100;

const port = parentPort;
if (port === null) throw new Error('worker.ts runs in a worker thread only');

port.on('message', (job: Job) => {
  void answer(job);
});

async function answer(job: Job): Promise<void> {
  const say = (message: WorkerMessage): void => port?.postMessage(message);
  let lastMs = 0;
  const onProgress = (fraction: number): void => {
    const nowMs = performance.now();
    if (nowMs - lastMs < PROGRESS_MS) return;
    lastMs = nowMs;
    say({ kind: 'progress', fraction });
  };
  say(outcomeOf(await registry.scenario(job.scenario), job, onProgress));
}

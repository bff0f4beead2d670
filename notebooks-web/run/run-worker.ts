/** The worker: runs one replication at a time, the same code as the command line. */
import { registry } from '../../scenarios/testbed/registry.ts';
import { runOne, RunFailure } from '../../scenarios/testbed/run-one.ts';
import type { RunAnswer, RunOrder } from './run-messages.ts';

const answer = (message: RunAnswer): void => self.postMessage(message, []);

self.addEventListener('message', (event: MessageEvent<RunOrder>) => {
  const { scenario: id, job } = event.data;
  void registry
    .scenario(id)
    .then((scenario) => {
      let told = 0;
      const onProgress = (fraction: number): void => {
        if (fraction - told < 0.02) return;
        told = fraction;
        answer({ kind: 'progress', index: job.index, fraction });
      };
      answer({ kind: 'done', index: job.index, result: runOne(scenario, job, { onProgress }) });
    })
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      answer({ kind: 'failed', index: job.index, message, replay: error instanceof RunFailure ? error.replay : '' });
    });
});

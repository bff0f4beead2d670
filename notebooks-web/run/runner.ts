/**
 * Runs a configuration in web workers. Replications are dealt out across arms and points first, so that an early stop
 * leaves whole replications; results are put back into job order, so that the fingerprint is the command line's.
 */
import { combineFingerprints } from '../../scenarios/testbed/fingerprint.ts';
import type { Job } from '../../scenarios/testbed/plan.ts';
import type { JobResult } from '../../scenarios/testbed/result-set.ts';
import type { RunAnswer, RunOrder } from './run-messages.ts';

export type CellState = 'waiting' | 'running' | 'done' | 'failed';

export interface RunFault {
  readonly job: Job;
  readonly message: string;
  readonly replay: string;
}

export interface RunView {
  readonly jobs: readonly Job[];
  readonly states: readonly CellState[];
  /** Done share of the whole, the running ones counted in part. */
  readonly fraction: number;
  /** In job order; holes where a job is not done. */
  readonly results: readonly (JobResult | undefined)[];
  readonly fault: RunFault | undefined;
  readonly outcome: 'running' | 'finished' | 'stopped' | 'failed';
}

export interface RunHandle {
  readonly view: () => RunView;
  readonly stop: () => void;
  readonly finished: Promise<RunView>;
}

/** Runs the jobs; those with an earlier result (of a stopped run of the same plan) are kept. */
export function startRun(scenario: string, jobs: readonly Job[], onChange: (view: RunView) => void, earlier: readonly (JobResult | undefined)[] = [], makeWorker: () => Worker = defaultWorker): RunHandle {
  const results: (JobResult | undefined)[] = jobs.map((_, at) => earlier[at]);
  const states: CellState[] = results.map((result) => (result === undefined ? 'waiting' : 'done'));
  const shares = new Map<number, number>();
  const queue = jobs.map((_, at) => at).filter((at) => results[at] === undefined).sort((a, b) => jobs[a]!.replication - jobs[b]!.replication || a - b);
  const workers: Worker[] = [];
  let fault: RunFault | undefined;
  let outcome: RunView['outcome'] = 'running';
  let settle: (view: RunView) => void;
  const finished = new Promise<RunView>((resolve) => (settle = resolve));

  const view = (): RunView => {
    const done = states.filter((state) => state === 'done').length;
    const partial = [...shares.values()].reduce((sum, share) => sum + share, 0);
    return { jobs, states: [...states], fraction: jobs.length === 0 ? 1 : (done + partial) / jobs.length, results: [...results], fault, outcome };
  };
  const end = (how: RunView['outcome']): void => {
    if (outcome !== 'running') return;
    outcome = how;
    for (const worker of workers) worker.terminate();
    states.forEach((state, at) => { if (state === 'running') states[at] = 'waiting'; });
    shares.clear();
    onChange(view());
    settle(view());
  };
  const deal = (worker: Worker): void => {
    const at = queue.shift();
    if (at === undefined) {
      if (states.every((state) => state === 'done')) end('finished');
      return;
    }
    states[at] = 'running';
    worker.postMessage({ scenario, job: { ...jobs[at]!, index: at } } satisfies RunOrder, []);
    onChange(view());
  };
  const hire = (): void => {
    const worker = makeWorker();
    workers.push(worker);
    worker.addEventListener('message', (event: MessageEvent<RunAnswer>) => {
      if (outcome !== 'running') return;
      const told = event.data;
      if (told.kind === 'progress') shares.set(told.index, told.fraction);
      else {
        shares.delete(told.index);
        states[told.index] = told.kind;
        if (told.kind === 'failed') {
          fault = { job: jobs[told.index]!, message: told.message, replay: told.replay };
          return end('failed');
        }
        results[told.index] = told.result;
        deal(worker);
      }
      if (outcome === 'running') onChange(view());
    });
    worker.addEventListener('error', (event) => {
      if (outcome !== 'running') return;
      const at = states.indexOf('running');
      fault = { job: jobs[Math.max(0, at)]!, message: `The run stopped: ${event.message || 'the worker died, most likely out of memory'}. Fewer records, or run it on the command line.`, replay: '' };
      end('failed');
    });
    deal(worker);
  };
  // Half of the machine stays free for the page and for the reader's other work.
  const count = Math.max(1, Math.min(queue.length, Math.floor((globalThis.navigator?.hardwareConcurrency ?? 2) / 2), 4));
  for (let i = 0; i < count; i++) hire();
  return { view, stop: () => end('stopped'), finished };
}

function defaultWorker(): Worker {
  return new Worker(new URL('./run-worker.ts', import.meta.url), { type: 'module' });
}

/** Fingerprint of a whole run; undefined while results are missing. */
export function runFingerprint(view: Pick<RunView, 'results'>): string | undefined {
  const prints = view.results.map((result) => result?.fingerprint);
  return prints.length === 0 || prints.includes(undefined) ? undefined : combineFingerprints(prints as string[]);
}

/** Results of the replications that are complete in every arm and point: what an interval so far may rest on. */
export function completeReplications(view: Pick<RunView, 'jobs' | 'results'>): JobResult[] {
  const missing = new Set(view.jobs.filter((_, at) => view.results[at] === undefined).map((job) => job.replication));
  return view.results.filter((result): result is JobResult => result !== undefined && !missing.has(result.replication));
}

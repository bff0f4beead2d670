/**
 * Runs a configuration into a folder, resuming whatever is there.
 *
 * Runs are addressed by content, so the work list is what is missing or damaged; a run is safe once its file is renamed
 * into place. Tables, report and manifest are derived from the runs at the end. While derived files change, the manifest
 * is absent: a folder without one is incomplete, never wrong. Runs of an earlier configuration are removed only after
 * the new manifest is committed.
 */
import { ConfigError } from './config-error.ts';
import type { Configuration } from './config.ts';
import type { Executor } from './executor.ts';
import { deriveResult, readManifest, type CompletedRun, type DerivedResult, type Provenance } from './manifest.ts';
import { planJobs, type Job } from './plan.ts';
import { runJobs } from './pool.ts';
import type { Failure } from './report-types.ts';
import type { JobResult } from './result-set.ts';
import { readRunFile, runFileText, runPath } from './run-file.ts';
import type { Scenario } from './scenario.ts';
import type { Store } from './store.ts';

export interface FolderHooks {
  readonly onPlan?: (total: number, reused: number) => void;
  readonly onRun?: (job: Job) => void;
  readonly onProgress?: (job: Job, fraction: number) => void;
  readonly isStopped?: () => boolean;
}

export interface FolderOutcome {
  readonly total: number;
  readonly reused: number;
  readonly removed: number;
  readonly failures: readonly FailedRun[];
  /** Absent when stopped before all runs were done. */
  readonly derived?: DerivedResult;
  readonly committed: number;
}

/** A failure with what only the console may show: an engine's own error text differs between engines. */
export interface FailedRun {
  readonly failure: Failure;
  readonly isInvariant: boolean;
  readonly detail: string;
}

/** Files a result may hold, half written ones included; anything else means that the folder is somebody's own. */
const OURS = /^(?:manifest\.json|report\.json|[a-z0-9_]+\.csv|runs\/[0-9a-f]{32}\.json)(?:\.tmp-\d+-\d+)?$/;

/** `only` restricts the plan, e.g. to one replication of a replay. */
export async function runIntoFolder(
  scenario: Scenario,
  configuration: Configuration,
  provenance: Provenance,
  store: Store,
  executors: readonly Executor[],
  hooks: FolderHooks = {},
  only: (job: Job) => boolean = () => true,
): Promise<FolderOutcome> {
  const jobs = planJobs(scenario, configuration, provenance.modelDigest).filter(only);
  refuseForeign(store, scenario);
  store.removeTemporaries();
  const present = store.list();
  const results = new Map<number, JobResult>();
  for (const job of jobs) {
    const text = present.includes(runPath(job.id)) ? store.readText(runPath(job.id)) : undefined;
    const result = text === undefined ? undefined : readRunFile(job.id, text);
    if (result !== undefined) results.set(job.index, result);
  }
  const reused = results.size;
  hooks.onPlan?.(jobs.length, reused);
  const failed = new Map<number, FailedRun>();
  await runJobs(jobs.filter(({ index }) => !results.has(index)), executors, {
    ...hooks,
    onOutcome: (job, outcome) => {
      if (outcome.kind === 'done') {
        store.write(runPath(job.id), runFileText(job.id, outcome.result));
        results.set(job.index, outcome.result);
      } else {
        failed.set(job.index, failedRun(job, outcome));
      }
      hooks.onRun?.(job);
    },
  });
  const failures = jobs.flatMap(({ index }) => failed.get(index) ?? []);
  const counts = { total: jobs.length, reused, committed: results.size, failures };
  if (results.size + failures.length < jobs.length) return { ...counts, removed: 0 };
  const runs = jobs.flatMap((job): CompletedRun[] => (results.has(job.index) ? [{ job, result: results.get(job.index)! }] : []));
  const derived = deriveResult(scenario, configuration, runs, failures.map(({ failure }) => failure), provenance);
  commitDerived(store, derived);
  return { ...counts, removed: removeOthers(store, derived), derived };
}

function failedRun({ id, arm, params, replication, seed }: Job, { message, replay, isInvariant }: { message: string; replay: string; isInvariant: boolean }): FailedRun {
  const failure = { id, arm, params, replication, seed, message: isInvariant ? message : 'the program itself failed', replay };
  return { failure, isInvariant, detail: message };
}

function refuseForeign(store: Store, scenario: Scenario): void {
  const present = store.list();
  const foreign = present.find((path) => !OURS.test(path));
  if (foreign !== undefined) {
    throw new ConfigError([{ path: '--out', message: `${store.root} holds ${foreign}, which is no part of a result; allowed is a new or empty folder, or one result of ${scenario.id}` }]);
  }
  const manifest = present.includes('manifest.json') ? readManifest(store.readText('manifest.json') ?? '') : undefined;
  if (manifest !== undefined && manifest.scenario !== scenario.id) {
    throw new ConfigError([{ path: '--out', message: `${store.root} holds a result of ${manifest.scenario}; allowed is a new or empty folder, or one result of ${scenario.id}` }]);
  }
}

function commitDerived(store: Store, { files }: DerivedResult): void {
  const isChanged = [...files].some(([path, text]) => store.readText(path) !== text);
  if (isChanged) store.remove('manifest.json');
  for (const [path, text] of files) store.write(path, text);
}

function removeOthers(store: Store, { files }: DerivedResult): number {
  // what somebody put here while it ran is not ours to remove
  const others = store.list().filter((path) => OURS.test(path) && !files.has(path));
  others.forEach((path) => store.remove(path));
  return others.length;
}

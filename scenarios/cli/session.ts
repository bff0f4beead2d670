/** What `run`, `reproduce` and `verify` share: worker threads, the interrupt key, progress, and the closing lines. */
import { availableParallelism } from 'node:os';
import type { Configuration } from '../testbed/config.ts';
import { inlineExecutor, threadExecutor, type Executor } from '../testbed/executor.ts';
import type { Job } from '../testbed/plan.ts';
import { registry } from '../testbed/registry.ts';
import { runIntoFolder, type FolderOutcome } from '../testbed/result-folder.ts';
import type { Scenario } from '../testbed/scenario.ts';
import { Store } from '../testbed/store.ts';
import { claimRows, failureLines, runLine } from './closing-lines.ts';
import { EXIT } from './exit-code.ts';
import { say, tell, type Host } from './host.ts';
import { progressBar } from './progress.ts';
import { provenance } from './provenance.ts';
import { textTable } from './text-table.ts';

export interface Session {
  readonly isStopped: () => boolean;
  readonly executors: readonly Executor[];
  runScenario(scenario: Scenario, configuration: Configuration, dir: string, only?: (job: Job) => boolean): Promise<FolderOutcome>;
}

/** Opens worker threads for the time of an action; the interrupt key stops them without losing a committed run. */
export async function withSession<T>(host: Host, jobs: number | undefined, action: (session: Session) => Promise<T>): Promise<T> {
  const executors = Array.from({ length: jobs ?? availableParallelism() }, () =>
    host.workerScript === undefined ? inlineExecutor((id) => registry.scenario(id)) : threadExecutor(host.workerScript),
  );
  let stopped = false;
  const onInterrupt = (): void => {
    if (stopped) process.exit(EXIT.interrupted);
    stopped = true;
    executors.forEach((executor) => void executor.close());
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  const progress = progressBar(host);
  const facts = provenance(host.root);
  try {
    return await action({
      executors,
      isStopped: () => stopped,
      runScenario: (scenario, configuration, dir, only) =>
        runIntoFolder(
          scenario,
          configuration,
          facts,
          new Store(dir),
          executors,
          {
            isStopped: () => stopped,
            onPlan: (total, reused) => {
              if (reused > 0) tell(host, `${scenario.id}: reused ${reused} of ${total} runs`);
              progress.start(scenario.id, total, reused);
            },
            onRun: (job) => progress.finished(job.index),
            onProgress: (job, fraction) => progress.partial(job.index, fraction),
          },
          only,
        ).finally(() => progress.stop()),
    });
  } finally {
    progress.stop();
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    await Promise.all(executors.map((executor) => executor.close()));
  }
}

/** Prints what came of one scenario. */
export function tellOutcome(host: Host, scenario: Scenario, outcome: FolderOutcome): void {
  failureLines(outcome).forEach((line) => tell(host, line));
  if (outcome.derived === undefined) return;
  if (outcome.removed > 0) tell(host, `${scenario.id}: removed ${outcome.removed} file${outcome.removed === 1 ? '' : 's'} of an earlier configuration or of other sources`);
  say(host, runLine(outcome.derived));
  say(host, `  ${outcome.derived.report.headline}`);
  const rows = claimRows(outcome.derived.report.claims);
  if (rows.length > 0) say(host, textTable(rows));
  outcome.derived.manifest.warnings.forEach(({ text }) => say(host, `  warning: ${text}`));
}

export function tellStopped(host: Host, outcome: FolderOutcome, dir: string): number {
  tell(host, `\nStopped after ${outcome.committed} of ${outcome.total} runs; they are kept in ${dir}. The same command again goes on from there.`);
  return EXIT.interrupted;
}

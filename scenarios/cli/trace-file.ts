/** `--trace`: one run as a file of Chrome trace events, which Perfetto opens (ui.perfetto.dev). */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Job } from '../testbed/plan.ts';
import { runOne } from '../testbed/run-one.ts';
import type { Scenario } from '../testbed/scenario.ts';
import { StoreError } from '../testbed/store.ts';
import { TraceEvents } from '../testbed/trace-events.ts';
import { tell, type Host } from './host.ts';

/** Traces the first of these jobs that reports anything. */
export function writeTrace(host: Host, scenario: Scenario, jobs: readonly Job[], path: string): void {
  for (const [index, job] of jobs.entries()) if (traceJob(host, scenario, job, path, index === jobs.length - 1)) return;
}

/** False if the job reported nothing and another one is to be tried. */
function traceJob(host: Host, scenario: Scenario, job: Job, path: string, isLast: boolean): boolean {
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (error instanceof Error && 'code' in error) throw new StoreError(path, 'write', error as NodeJS.ErrnoException);
      throw error;
    }
  };
  const file = attempt(() => openSync(path, 'w'));
  const trace = new TraceEvents((text) => attempt(() => writeAll(file, text)));
  try {
    runOne(scenario, job, { observer: trace });
    trace.end();
  } finally {
    closeSync(file);
  }
  const left = trace.left > 0 ? `; ${trace.left} later events left out` : '';
  if (trace.written === 0) {
    if (isLast) tell(host, `No arm of ${scenario.id} that was asked for reports spans or counters: ${path} is an empty trace`);
    return isLast;
  }
  tell(host, `Trace of arm ${job.arm}, replication ${job.replication} in ${path} (${trace.written} events${left}). Open it at https://ui.perfetto.dev`);
  return true;
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

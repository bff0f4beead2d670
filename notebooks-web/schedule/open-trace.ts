/** Jobs that a reader brings along: a task trace in CSV, read by the same reader as on the command line. All or nothing. */
import { ConfigError } from '../../scenarios/testbed/config-error.ts';
import { readTaskTrace } from '../../scenarios/testbed/task-trace.ts';
import { NS_PER_US } from '../../sim/time.ts';
import { DataError } from '../data/safe-json.ts';
import type { GivenJob } from './run-schedule.ts';

export interface OpenedTrace {
  readonly name: string;
  readonly jobs: readonly GivenJob[];
}

/** choice: a picture holds so many jobs; more belong on the command line. */
export const MOST_JOBS = 2000;
const MOST_BYTES = 1 << 20;
/** A schedule's times stay whole ns: below 2^53. */
const LATEST_NS = 2 ** 52;

/** The file's jobs; throws DataError that names row, column, value and what is allowed. */
export async function openTrace(file: Pick<File, 'name' | 'size' | 'text'>): Promise<OpenedTrace> {
  const name = file.name.slice(0, 80);
  const refuse = (text: string): never => {
    throw new DataError(`${name}: ${text}. Nothing was loaded.`);
  };
  if (file.size > MOST_BYTES) refuse(`${Math.ceil(file.size / 1024)} KiB; allowed are ${MOST_BYTES / 1024} KiB`);
  const jobs = tracedJobs(await file.text(), name);
  if (jobs.length > MOST_JOBS) refuse(`${jobs.length} jobs; allowed are ${MOST_JOBS}, take a part of the trace`);
  const workNs = jobs.reduce((sum, { sizeNs }) => sum + sizeNs, 0);
  if (workNs + jobs.at(-1)!.arrivalNs > LATEST_NS) refuse('a schedule longer than 52 days; take a part of the trace');
  return { name, jobs };
}

function tracedJobs(text: string, name: string): GivenJob[] {
  try {
    return readTaskTrace(text, name).map(({ arrivalUs, sizeUs, level, weight }) => ({ arrivalNs: Math.round(arrivalUs * NS_PER_US), sizeNs: Math.max(1, Math.round(sizeUs * NS_PER_US)), level, weight }));
  } catch (error) {
    if (error instanceof ConfigError) throw new DataError(`${error.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}. Nothing was loaded.`);
    throw error;
  }
}

/** What each level got from two schedules of the same jobs: computed from the very records that are drawn. Times in ns. */
import { exactQuantile } from '../../sim/measure/index.ts';
import type { Timeline } from './timeline.ts';

export interface LevelFigures {
  readonly n: number;
  readonly meanNs: number;
  readonly p50Ns: number;
  /** By nearest rank: with fewer than 100 jobs the slowest one. */
  readonly p99Ns: number;
  readonly maxNs: number;
  readonly preemptions: number;
}

export interface LevelPair {
  readonly level: number;
  readonly a: LevelFigures;
  readonly b: LevelFigures;
  /** Job by job, b minus a. */
  readonly meanDifferenceNs: number;
  readonly sooner: number;
  readonly later: number;
}

function figures(timeline: Timeline, level: number): LevelFigures {
  const jobs = timeline.jobs.filter((job) => job.level === level);
  const responses = Float64Array.from(jobs, ({ arrivalNs, endNs }) => endNs - arrivalNs).sort();
  const preemptions = jobs.reduce((sum, job) => sum + job.preemptions, 0);
  if (responses.length === 0) return { n: 0, meanNs: NaN, p50Ns: NaN, p99Ns: NaN, maxNs: NaN, preemptions };
  return {
    n: responses.length, meanNs: responses.reduce((sum, value) => sum + value, 0) / responses.length,
    p50Ns: exactQuantile(responses, 0.5), p99Ns: exactQuantile(responses, 0.99), maxNs: responses.at(-1)!, preemptions,
  };
}

/** One row a level, 1 first. */
export function compareLevels(a: Timeline, b: Timeline, levels: number): LevelPair[] {
  return Array.from({ length: levels }, (_, at) => {
    const level = at + 1;
    const differences = a.jobs.filter((job) => job.level === level).map(({ number, endNs }) => b.jobs[number - 1]!.endNs - endNs);
    return {
      level, a: figures(a, level), b: figures(b, level),
      meanDifferenceNs: differences.reduce((sum, value) => sum + value, 0) / differences.length,
      sooner: differences.filter((value) => value < 0).length, later: differences.filter((value) => value > 0).length,
    };
  });
}

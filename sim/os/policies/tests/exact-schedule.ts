/**
 * One core, a list of jobs, no costs: completions by the plainest reading of the rules in exact fractions. No events, no heaps, no
 * clock grid; from one change to the next it asks anew who is served and how fast. The second opinion on the processor and its policies.
 */
import { add, compare, divide, type Fraction, multiply, subtract, ZERO } from './fraction.ts';

export interface ExactJob {
  readonly id: string;
  readonly arrival: Fraction;
  readonly size: Fraction;
  readonly level: number;
  readonly weight: Fraction;
}
export type Between = 'none' | 'np' | 'pr';
export type Inner = 'fcfs' | 'spn' | 'srt' | 'ps' | 'dps';

interface Present {
  readonly job: ExactJob;
  left: Fraction;
}

const ONE: Fraction = { n: 1n, d: 1n };
const isStarted = ({ job, left }: Present): boolean => compare(left, job.size) < 0;
const byArrival = (a: Present, b: Present): number => compare(a.job.arrival, b.job.arrival) || (a.job.id < b.job.id ? -1 : 1);

/** Who is first among the jobs of one queue. */
function isBefore(inner: Inner, a: Present, b: Present): boolean {
  if (inner === 'spn' && isStarted(a) !== isStarted(b)) return isStarted(a);
  const key = inner === 'spn' ? compare(a.job.size, b.job.size) : inner === 'srt' ? compare(a.left, b.left) : 0;
  return (key || byArrival(a, b)) < 0;
}

/** Rates at which the present jobs are served until the next arrival or completion; jobs that are not named wait. */
function rates(present: readonly Present[], between: Between, inner: Inner, running: Present | undefined): Map<Present, Fraction> {
  // A job that was begun under `np` has the core to its end, whatever came.
  if (between === 'np' && running !== undefined) return new Map([[running, ONE]]);
  const top = Math.min(...present.map(({ job }) => job.level));
  const pool = between === 'none' ? present : present.filter(({ job }) => job.level === top);
  if (inner === 'ps' || inner === 'dps') {
    const weightOf = ({ job }: Present): Fraction => (inner === 'dps' ? job.weight : ONE);
    const total = pool.map(weightOf).reduce(add, ZERO);
    return new Map(pool.map((entry) => [entry, divide(weightOf(entry), total)]));
  }
  return new Map([[pool.reduce((first, entry) => (isBefore(inner, entry, first) ? entry : first)), ONE]]);
}

export function exactCompletions(jobs: readonly ExactJob[], between: Between, inner: Inner): Map<string, Fraction> {
  const coming = [...jobs].sort((a, b) => compare(a.arrival, b.arrival));
  const completions = new Map<string, Fraction>();
  let present: Present[] = [];
  let now = ZERO;
  let running: Present | undefined;
  while (coming.length > 0 || present.length > 0) {
    if (present.length === 0) now = coming[0]!.arrival;
    while (coming.length > 0 && compare(coming[0]!.arrival, now) <= 0) {
      const job = coming.shift()!;
      present.push({ job, left: job.size });
    }
    const served = rates(present, between, inner, running);
    running = served.size === 1 ? [...served.keys()][0] : undefined;
    let step = coming.length > 0 ? subtract(coming[0]!.arrival, now) : undefined;
    for (const [entry, rate] of served) {
      const needed = divide(entry.left, rate);
      if (step === undefined || compare(needed, step) < 0) step = needed;
    }
    now = add(now, step!);
    for (const [entry, rate] of served) entry.left = subtract(entry.left, multiply(rate, step!));
    for (const { job, left } of present) if (compare(left, ZERO) === 0) completions.set(job.id, now);
    if (running !== undefined && compare(running.left, ZERO) === 0) running = undefined;
    present = present.filter(({ left }) => compare(left, ZERO) > 0);
  }
  return completions;
}

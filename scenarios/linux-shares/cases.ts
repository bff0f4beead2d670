/** The cases: tasks on one CPU, whose share or wake-ups are watched. Their names are those of the measurements of real kernels. */
import type { TaskSpec } from '../../sim/os/linux/task-spec.ts';

export const CASE_IDS = ['nice-0-5', 'duty-1-1-vs-1', 'duty-2-2-vs-1', 'duty-5-5-vs-1', 'duty-20-20-vs-1', 'duty-5-5-vs-4', 'duty-3-7-vs-4', 'duty-0.1-5-vs-1', 'duty-0.1-5-vs-4', 'duty-0.2-10-vs-8', 'fifo-normal'] as const;
export type CaseId = (typeof CASE_IDS)[number];

export interface Case {
  readonly title: string;
  readonly tasks: readonly TaskSpec[];
  /** Whose share, wake-ups or silence the measures are about. */
  readonly watched: number;
  /** A task that runs and sleeps, in ms, against this many that spin. */
  readonly duty?: { readonly runMs: number; readonly sleepMs: number; readonly hogs: number };
}

const spinning = (name: string, nice = 0): TaskSpec => ({ name, nice, class: 'normal', behaviour: 'spin' });

function duty(runMs: number, sleepMs: number, hogs: number): Case {
  const sleeper: TaskSpec = { name: 'sleeper', nice: 0, class: 'normal', behaviour: { runUs: runMs * 1000, sleepUs: sleepMs * 1000 } };
  const others = Array.from({ length: hogs }, (_, index) => spinning(`hog${index + 1}`));
  return { title: `${runMs} ms run, ${sleepMs} ms sleep, ${hogs} spinning`, tasks: [sleeper, ...others], watched: 0, duty: { runMs, sleepMs, hogs } };
}

export const CASES: Readonly<Record<CaseId, Case>> = {
  'nice-0-5': { title: 'nice 0 against nice 5', tasks: [spinning('a'), spinning('b', 5)], watched: 0 },
  'duty-1-1-vs-1': duty(1, 1, 1),
  'duty-2-2-vs-1': duty(2, 2, 1),
  'duty-5-5-vs-1': duty(5, 5, 1),
  'duty-20-20-vs-1': duty(20, 20, 1),
  'duty-5-5-vs-4': duty(5, 5, 4),
  'duty-3-7-vs-4': duty(3, 7, 4),
  'duty-0.1-5-vs-1': duty(0.1, 5, 1),
  'duty-0.1-5-vs-4': duty(0.1, 5, 4),
  'duty-0.2-10-vs-8': duty(0.2, 10, 8),
  'fifo-normal': { title: 'normal beside spinning real-time', tasks: [{ name: 'rt', nice: 0, class: 'fifo', priority: 50, behaviour: 'spin' }, spinning('normal')], watched: 1 },
};

/** Bursts so short that no slice ends in them: their wake-ups are the question, not their share. */
export const WAKE_CASES: readonly CaseId[] = ['duty-0.1-5-vs-1', 'duty-0.1-5-vs-4', 'duty-0.2-10-vs-8'];
export const DUTY_CASES: readonly CaseId[] = CASE_IDS.filter((id) => CASES[id].duty !== undefined && !WAKE_CASES.includes(id));

/** Ideal processor sharing without credit for sleep, where others always want the CPU; and a task that nobody disturbs. */
export function fairShare(id: CaseId): number {
  if (id === 'nice-0-5') return 1024 / (1024 + 335);
  const { duty: cycle } = CASES[id];
  if (cycle === undefined) return 0.05;
  const { runMs, sleepMs, hogs } = cycle;
  return runMs / (runMs * (hogs + 1) + sleepMs);
}

export function undisturbedShare(id: CaseId): number | undefined {
  const { duty: cycle } = CASES[id];
  return cycle === undefined ? undefined : cycle.runMs / (cycle.runMs + cycle.sleepMs);
}

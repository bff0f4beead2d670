/** What the paper says of timers, and what follows from it, as statements that replications can refute. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Source } from '../testbed/scenario.ts';
import { AMPLE_MS, SNUG_MS, TOO_SHORT_MS } from './arms.ts';
import { at, count, mean, share } from './effects.ts';

const LIVENESS: Source = { document: 'Castro and Liskov, Practical Byzantine fault tolerance, OSDI 1999', place: 'section 4.5.2: a replica waits twice as long for the next view, so as not to start it too soon' };
const OURS: Source = { document: 'This testbed', place: 'scenarios/view-change-storm/claims.ts, stated before the runs' };

const still = (results: ResultSet, arm: string, timeoutMs: number): string => share(mean(results, 'standstillShare', arm, timeoutMs));

export const CLAIMS: readonly Claim[] = [
  {
    id: 'doubling-restores-progress',
    text: 'Where the first timer is shorter than a decision, doubling ends the standstill.',
    source: LIVENESS,
    measure: 'answersPerS',
    treatment: at('doubling', TOO_SHORT_MS),
    baseline: at('fixed', TOO_SHORT_MS),
    contrast: 'difference',
    paper: { direction: 'increase' },
    smallest: 1,
    margin: 0,
    why: (results) => `With timers of ${TOO_SHORT_MS} ms ${count(mean(results, 'answersPerS', 'doubling', TOO_SHORT_MS))} answers/s with doubling and ${count(mean(results, 'answersPerS', 'fixed', TOO_SHORT_MS))} without; nothing is decided in ${still(results, 'fixed', TOO_SHORT_MS)} of the time without it.`,
    ablation: 'answers',
  },
  {
    id: 'doubling-is-no-cure',
    text: 'Doubling does not make up for a first timer that is too short: the count starts anew with each execution, and so does the storm.',
    source: OURS,
    measure: 'answersPerS',
    treatment: at('doubling', TOO_SHORT_MS),
    baseline: at('doubling', AMPLE_MS),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.1,
    margin: 0,
    why: (results) => `${count(mean(results, 'answersPerS', 'doubling', TOO_SHORT_MS))} answers/s with a first timer of ${TOO_SHORT_MS} ms, ${count(mean(results, 'answersPerS', 'doubling', AMPLE_MS))} with ${AMPLE_MS} ms; ${count(mean(results, 'viewChangesPerDecision', 'doubling', TOO_SHORT_MS))} view changes a decision.`,
    ablation: 'answers',
  },
  {
    id: 'ample-timers-never-fire',
    text: 'Where nothing fails and timers are ample, doubling makes no difference.',
    source: OURS,
    measure: 'answersPerS',
    treatment: at('doubling', AMPLE_MS),
    baseline: at('fixed', AMPLE_MS),
    contrast: 'relative',
    paper: { direction: 'none' },
    margin: 0.01,
    why: (results) => `${count(mean(results, 'viewChanges', 'doubling', AMPLE_MS))} view changes with doubling, ${count(mean(results, 'viewChanges', 'fixed', AMPLE_MS))} without.`,
    ablation: 'answers',
  },
  {
    id: 'long-timers-pay-for-a-flapping-primary',
    text: 'When primaries are cut off time and again, long timers wait where short ones move on.',
    source: OURS,
    measure: 'standstillShare',
    treatment: at('doubling-flapping', AMPLE_MS),
    baseline: at('doubling-flapping', SNUG_MS),
    contrast: 'difference',
    paper: { direction: 'increase' },
    smallest: 0.05,
    margin: 0,
    why: (results) => `Without progress for ${still(results, 'doubling-flapping', AMPLE_MS)} of the time with timers of ${AMPLE_MS} ms, ${still(results, 'doubling-flapping', SNUG_MS)} with ${SNUG_MS} ms.`,
    ablation: 'standstill',
  },
  {
    id: 'doubling-bears-flapping',
    text: 'A flapping primary does not drive doubled timers up, since an execution between two outages sets them back.',
    source: OURS,
    measure: 'standstillShare',
    treatment: at('doubling-flapping', SNUG_MS),
    baseline: at('fixed-flapping', SNUG_MS),
    contrast: 'difference',
    paper: { direction: 'none' },
    margin: 0.05,
    why: (results) => `With timers of ${SNUG_MS} ms ${still(results, 'doubling-flapping', SNUG_MS)} of the time without progress with doubling, ${still(results, 'fixed-flapping', SNUG_MS)} without.`,
    ablation: 'standstill',
  },
];

/** What is promised up to f liars, and that it is not promised beyond. */
import { meanOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection, Source } from '../testbed/scenario.ts';
import { BEHAVIOUR_NAMES, BEYOND, CORRECT, WITHIN } from './arms.ts';

const paper = (place: string): Source => ({ document: 'Castro and Liskov, Practical Byzantine fault tolerance, OSDI 1999', place });
const aardvark: Source = { document: 'Clement, Wong, Alvisi, Dahlin and Marchetti, Making Byzantine fault tolerant systems tolerate Byzantine faults, NSDI 2009', place: 'sections 1 and 2' };
export const at = (arm: string, faulty: number): Selection => ({ arm, where: { faulty } });
export const mean = (results: ResultSet, measure: string, arm: string, faulty: number): number => meanOf(results, measure, at(arm, faulty));
export const share = (value: number): string => (Number.isFinite(value) ? `${Number((100 * value).toPrecision(3))} %` : 'no figure');
export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'no figure');

/** Behaviours beyond f that broke something, in the order of the arms. */
export function broke(results: ResultSet): string[] {
  return BEHAVIOUR_NAMES.filter((arm) => mean(results, 'violations', arm, BEYOND) > 0);
}

const againstCorrect = (id: string, arm: string, text: string, source: Source, rest: Pick<Claim, 'measure' | 'contrast' | 'paper' | 'margin' | 'why'> & { readonly smallest?: number; readonly faulty?: number }): Claim => {
  const { faulty = WITHIN, ...claim } = rest;
  return { id, text, source, treatment: at(arm, faulty), baseline: at(CORRECT, faulty), ablation: 'latency', ...claim };
};

export const CLAIMS: readonly Claim[] = [
  againstCorrect('silent-primary-is-replaced', 'silent', 'One silent primary of four replicas: every request is still answered.', paper('section 4.4: view changes provide liveness'), {
    measure: 'answeredShare', contrast: 'difference', paper: { direction: 'none' }, margin: 0.001,
    why: (results) => `${share(mean(results, 'answeredShare', 'silent', WITHIN))} answered after ${mean(results, 'viewChanges', 'silent', WITHIN)} view changes, mean latency ${millis(mean(results, 'latencyMeanNs', 'silent', WITHIN))} against ${millis(mean(results, 'latencyMeanNs', CORRECT, WITHIN))}.`,
  }),
  againstCorrect('two-stories-within-f', 'two-stories', 'One primary that tells two stories breaks nothing, and every request is answered.', paper('section 4.2: prepared certificates of one view and number agree'), {
    measure: 'answeredShare', contrast: 'difference', paper: { direction: 'none' }, margin: 0.001,
    why: (results) => `${share(mean(results, 'answeredShare', 'two-stories', WITHIN))} answered, ${mean(results, 'viewChanges', 'two-stories', WITHIN)} view changes; any violation within f would have failed the run.`,
  }),
  {
    id: 'two-stories-beyond-f', text: 'Two of four replicas that tell the same two stories make correct replicas prepare different batches at one place.', source: paper('section 3: 3f + 1 is the least number of replicas that bears f'), measure: 'violations',
    treatment: at('two-stories', BEYOND), baseline: at('two-stories', WITHIN), contrast: 'difference', paper: { direction: 'increase' }, smallest: 0.5, margin: 0, ablation: 'violations',
    why: (results) => `${share(mean(results, 'violations', 'two-stories', BEYOND))} of the runs broke an invariant with two liars, ${share(mean(results, 'violations', 'two-stories', WITHIN))} with one.`,
  },
  {
    id: 'wrong-reply-beyond-f', text: 'f + 1 equal replies deceive a client where f + 1 replicas lie.', source: paper('section 4.1: the client waits for f + 1 replies with the same result'), measure: 'violations',
    treatment: at('wrong-reply', BEYOND), baseline: at('wrong-reply', WITHIN), contrast: 'difference', paper: { direction: 'increase' }, smallest: 0.5, margin: 0, ablation: 'violations',
    why: (results) => `${share(mean(results, 'violations', 'wrong-reply', BEYOND))} of the runs with two liars had a client take a result that no correct replica had, ${share(mean(results, 'violations', 'wrong-reply', WITHIN))} with one.`,
  },
  againstCorrect('two-silent-stop-it', 'silent', 'Two silent replicas of four: nothing is answered, and nothing breaks.', paper('section 3: liveness with at most f faulty replicas'), {
    faulty: BEYOND, measure: 'answeredShare', contrast: 'difference', paper: { value: -1 }, margin: 0.001,
    why: (results) => `${share(mean(results, 'answeredShare', 'silent', BEYOND))} answered, ${mean(results, 'violations', 'silent', BEYOND)} violations.`,
  }),
  againstCorrect('late-primary-stays', 'late', 'A primary that answers just before its backups give up stays primary and multiplies the latency.', aardvark, {
    measure: 'latencyMeanNs', contrast: 'relative', paper: { direction: 'increase' }, smallest: 1, margin: 0,
    why: (results) => `Mean latency ${millis(mean(results, 'latencyMeanNs', 'late', WITHIN))} against ${millis(mean(results, 'latencyMeanNs', CORRECT, WITHIN))}, with ${mean(results, 'viewChanges', 'late', WITHIN)} view changes.`,
  }),
];

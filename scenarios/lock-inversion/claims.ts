/** What a lock does across levels and what the protocols promise, as statements that replications can refute. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Source } from '../testbed/scenario.ts';
import { MAIN_SHARE } from './parameters.ts';
import { at, change, factor, mean, millis, share } from './report.ts';

const SHA: Source = { document: 'L. Sha, R. Rajkumar and J. P. Lehoczky, Priority inheritance protocols, IEEE Transactions on Computers 39 (1990)', place: 'basic inheritance and ceiling protocols' };
const OURS: Source = { document: 'This testbed', place: 'sim/os/regulated/README.md' };

function claim(id: string, text: string, measure: string, treatment: string, baseline: string, source: Source, rest: Pick<Claim, 'contrast' | 'paper' | 'margin' | 'why'> & Partial<Claim>): Claim {
  return { id, text, source, measure, treatment: at(treatment, MAIN_SHARE), baseline: at(baseline, MAIN_SHARE), ablation: 'tails', ...rest };
}

const p99 = (results: ResultSet, arm: string, level = 1): string => millis(mean(results, `p99L${level}Ns`, arm, MAIN_SHARE));

export const CLAIMS: readonly Claim[] = [
  claim('inheritance-ends-inversion', 'With inheritance (pr) the core never serves a job of a lower level that does not hold the lock while a transaction waits for it.', 'inversionShare', 'pr-inherit', 'pr-none', SHA, {
    contrast: 'relative',
    paper: { value: -1 },
    margin: 1e-9,
    why: (results) => `Share of the time in inversion: ${share(mean(results, 'inversionShare', 'pr-inherit', MAIN_SHARE))} against ${share(mean(results, 'inversionShare', 'pr-none', MAIN_SHARE))} without a protocol.`,
  }),
  claim('inheritance-shortens-l1', 'Inheritance (pr) shortens the tail of transactions (L1).', 'p99L1Ns', 'pr-inherit', 'pr-none', SHA, {
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.1,
    margin: 0,
    why: (results) => `p99 of level 1 ${p99(results, 'pr-inherit')} against ${p99(results, 'pr-none')}; longest wait for the lock ${millis(mean(results, 'longestBlockedNs', 'pr-inherit', MAIN_SHARE))} against ${millis(mean(results, 'longestBlockedNs', 'pr-none', MAIN_SHARE))}.`,
  }),
  claim('ceiling-no-contention', 'With the immediate ceiling on one core (pr) nobody ever waits for the lock.', 'contentions', 'pr-ceiling', 'pr-none', SHA, {
    contrast: 'relative',
    paper: { value: -1 },
    margin: 1e-9,
    why: (results) => `${mean(results, 'contentions', 'pr-ceiling', MAIN_SHARE).toFixed(1)} contentions a run against ${mean(results, 'contentions', 'pr-none', MAIN_SHARE).toFixed(1)}: who would ask for it does not get the core while it is held.`,
  }),
  claim('np-no-contention', 'Where jobs run to their end (np) nobody ever waits for the lock either.', 'contentions', 'np-none', 'pr-none', OURS, {
    contrast: 'relative',
    paper: { value: -1 },
    margin: 1e-9,
    why: (results) => `No contention, and no gain: p99 of level 1 is ${p99(results, 'np-none')} under np, where a transaction waits for whole jobs, and ${p99(results, 'pr-none')} under pr without a protocol, ${p99(results, 'pr-inherit')} with inheritance.`,
  }),
  claim('inheritance-spares-l4', 'Inheritance (pr) does not change the tail of ordinary jobs (L4).', 'p99L4Ns', 'pr-inherit', 'pr-none', OURS, {
    contrast: 'relative',
    paper: { direction: 'none' },
    margin: 0.05,
    why: (results) => `p99 of level 4 ${factor(change(results, 'p99L4Ns', 'pr-inherit', 'pr-none', MAIN_SHARE))}; a job that the lock lifted has its old place in line afterwards.`,
  }),
];

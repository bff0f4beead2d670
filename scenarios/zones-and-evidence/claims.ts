/** What anchored evidence promises, and what control by data and operation is said to see, as statements that replications can refute. */
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Source } from '../testbed/scenario.ts';
import type { ArmName } from './arms.ts';
import { campaignOf, count, mean, millis, share } from './effects.ts';

const PAPER: Source = { document: 'Internet of blockchain for energy, Electric Power ICT 18(6), 2020', place: 'section 5: control by data and operation, since users of a chain appear at any time' };
const OURS: Source = { document: 'This testbed', place: 'sim/os/zones/README.md' };

const against = (treatment: ArmName, baseline: ArmName): Pick<Claim, 'treatment' | 'baseline'> => ({ treatment: { arm: treatment }, baseline: { arm: baseline } });

/** Differences of a share below this are not worth a sentence: choice. */
const SMALL_SHARE = 0.02;

const rewrites = (results: ResultSet, arm: ArmName): string => {
  const rows = campaignOf(results, arm).filter(({ place, kind }) => place === 'old half' && kind.includes('all hashes'));
  return `${rows.reduce((sum, row) => sum + row.found, 0)} of ${rows.reduce((sum, row) => sum + row.attempts, 0)}`;
};

export const CLAIMS: readonly Claim[] = [
  {
    id: 'anchors-find-rewrites',
    text: 'Anchors find tampering with old evidence that the chain of hashes alone does not: a rewrite that repairs every hash.',
    source: OURS,
    measure: 'oldFoundShare',
    ...against('both', 'unanchored'),
    contrast: 'difference',
    paper: { direction: 'increase' },
    smallest: 0.1,
    margin: 0,
    why: (results) => `Found in the old half: ${share(mean(results, 'oldFoundShare', 'both'))} of all tamperings with anchors, ${share(mean(results, 'oldFoundShare', 'unanchored'))} without. Consistent rewrites found: ${rewrites(results, 'both')} with anchors, ${rewrites(results, 'unanchored')} without.`,
    ablation: 'campaign',
  },
  {
    id: 'nothing-silent',
    text: 'No tampering leaves a verdict of intact: what is not found lies within the exposure that the audit reports, with anchors as without.',
    source: OURS,
    measure: 'tamperSilent',
    ...against('both', 'unanchored'),
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.01,
    why: (results) => `Called intact after tampering: ${count(mean(results, 'tamperSilent', 'both'))} and ${count(mean(results, 'tamperSilent', 'unanchored'))} a run.`,
    ablation: 'campaign',
  },
  {
    id: 'time-bounds-exposure',
    text: 'Only anchors by time bound the exposed time: by count alone, a quiet hour leaves evidence exposed for as long as it is quiet.',
    source: OURS,
    measure: 'exposedAgeMaxNs',
    ...against('both', 'by-count'),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.1,
    margin: 0,
    why: (results) => `Longest exposed time ${millis(mean(results, 'exposedAgeMaxNs', 'both'))} against ${millis(mean(results, 'exposedAgeMaxNs', 'by-count'))}; beyond anchoring time and commitment ${millis(mean(results, 'beyondBoundNs', 'both'))}.`,
    ablation: 'exposure',
  },
  {
    id: 'count-bounds-records',
    text: 'Anchors by count as well bring down the most records that are ever exposed.',
    source: OURS,
    measure: 'exposedRecordsMax',
    ...against('both', 'by-time'),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.1,
    margin: 0,
    why: (results) => `${count(mean(results, 'exposedRecordsMax', 'both'))} records against ${count(mean(results, 'exposedRecordsMax', 'by-time'))}, for ${count(mean(results, 'anchorsPerS', 'both'))} against ${count(mean(results, 'anchorsPerS', 'by-time'))} anchors a second. The records that wait for a commitment are exposed too, and no rule of cutting changes that.`,
    ablation: 'cost',
  },
  {
    id: 'labels-miss-less',
    text: 'Control by data and operation misses fewer operations on regulated data than grades that users got at creation.',
    source: PAPER,
    measure: 'missedShare',
    ...against('both', 'user-acl'),
    contrast: 'difference',
    paper: { direction: 'decrease' },
    smallest: SMALL_SHARE,
    margin: 0,
    why: (results) => `Missed: ${share(mean(results, 'missedShare', 'both'))} by labels (new files before their first look, and files whose content nobody recognised), ${share(mean(results, 'missedShare', 'user-acl'))} by grades.`,
    ablation: 'control',
  },
  {
    id: 'labels-miss-less-strict',
    text: 'They miss fewer also where every user without a grade counts as regulated.',
    source: PAPER,
    measure: 'missedShare',
    ...against('both', 'user-acl-strict'),
    contrast: 'difference',
    paper: { direction: 'decrease' },
    smallest: SMALL_SHARE,
    margin: 0,
    why: (results) => `Missed: ${share(mean(results, 'missedShare', 'both'))} by labels, ${share(mean(results, 'missedShare', 'user-acl-strict'))} by strict grades: customers who handle regulated data now and then, and users who changed.`,
    ablation: 'control',
  },
  {
    id: 'labels-log-less-needlessly',
    text: 'And strict grades pay for what they see with needless records.',
    source: OURS,
    measure: 'needlessShare',
    ...against('both', 'user-acl-strict'),
    contrast: 'difference',
    paper: { direction: 'decrease' },
    smallest: SMALL_SHARE,
    margin: 0,
    why: (results) => `Operations on open data that were logged: ${share(mean(results, 'needlessShare', 'both'))} by labels, ${share(mean(results, 'needlessShare', 'user-acl-strict'))} by strict grades.`,
    ablation: 'control',
  },
  {
    id: 'labels-stop-overwriting',
    text: 'Regulated data is overwritten under user grades; under labels only what has no label yet can be.',
    source: PAPER,
    measure: 'overwritten',
    ...against('both', 'user-acl'),
    contrast: 'relative',
    paper: { direction: 'decrease' },
    smallest: 0.5,
    margin: 0,
    why: (results) => `Overwritten, truncated or deleted a run: ${count(mean(results, 'overwritten', 'both'))} by labels, ${count(mean(results, 'overwritten', 'user-acl'))} by grades.`,
    ablation: 'control',
  },
  {
    id: 'labels-cost-checks',
    text: 'Labels cost more checks an operation than one look-up of a grade.',
    source: OURS,
    measure: 'checksPerOp',
    ...against('both', 'user-acl'),
    contrast: 'relative',
    paper: { direction: 'increase' },
    smallest: 0.1,
    margin: 0,
    why: (results) => `${count(mean(results, 'checksPerOp', 'both'))} against ${count(mean(results, 'checksPerOp', 'user-acl'))} checks an operation.`,
  },
  {
    id: 'crashes-lose-nothing',
    text: 'Crashes of the migration leave exactly one right copy of every file, as if nothing had moved at all.',
    source: OURS,
    measure: 'wrongCopies',
    ...against('both', 'user-acl'),
    contrast: 'difference',
    paper: { value: 0 },
    margin: 0.01,
    why: (results) => `${count(mean(results, 'crashes', 'both'))} crashes a run; ${count(mean(results, 'moves', 'both'))} moves done, ${count(mean(results, 'movesUndone', 'both'))} taken back; files without exactly one right copy: ${count(mean(results, 'wrongCopies', 'both'))}.`,
  },
];

/**
 * The T attribute: which label sets a file may carry, and why the others are refused. R, W and X are the ordinary labels; TR, TA and TX
 * (regulated read, append, execute) mark content that concerns accounts or transactions. There is no regulated write.
 *
 * Source: Internet of blockchain for energy, Electric Power ICT 18(6), 2020, section 5 and table 2. Choices where it is silent or
 * ambiguous: an ordinary label beside a T label is always an error (the text leaves open whether TR and TA with R, W, X are "special");
 * TR with TA is valid, since evidence needs both. Left out: users and groups, which user-acl.ts has.
 */

export const LABELS = ['R', 'W', 'X', 'TR', 'TA', 'TX'] as const;
export type Label = (typeof LABELS)[number];

/** A set of labels as bits, in the order of LABELS: order and repetition of the input are gone. */
export type LabelSet = number;

const R = 1, W = 2, X = 4;
const TR = 8, TA = 16, TX = 32;
/** Bits by name, for those who test single labels. */
export const BIT: Readonly<Record<Label, number>> = { R, W, X, TR, TA, TX };
export const ORDINARY: LabelSet = R | W | X;
export const REGULATED: LabelSet = TR | TA | TX;

export type Verdict = 'valid' | 'special' | 'invalid';

export interface Judgement {
  readonly verdict: Verdict;
  /** Names the labels that decide and the rule. */
  readonly reason: string;
}

export const labelSet = (labels: readonly Label[]): LabelSet => labels.reduce((set, label) => set | BIT[label], 0);

/** Labels of a set in the order of LABELS. */
export const namesOf = (set: LabelSet): Label[] => LABELS.filter((label) => (set & BIT[label]) !== 0);

/** `{TR, TA}`, as messages show it. */
export const showLabels = (set: LabelSet): string => `{${namesOf(set).join(', ')}}`;

/** Does the file carry a T label? */
export const isRegulated = (set: LabelSet): boolean => (set & REGULATED) !== 0;

/** May a file carry exactly these labels? */
export function judgeLabels(set: LabelSet): Judgement {
  const ordinary = set & ORDINARY;
  const regulated = set & REGULATED;
  if (ordinary !== 0 && regulated !== 0) return { verdict: 'invalid', reason: conflict(ordinary, regulated) };
  if (regulated === 0) return { verdict: 'valid', reason: ordinary === 0 ? 'no label: nothing is permitted and nothing conflicts' : 'ordinary labels go together in any combination' };
  if ((regulated & TX) === 0) return { verdict: 'valid', reason: regulated === (TR | TA) ? 'TR with TA: evidence is read and appended, and both are logged' : `${namesOf(regulated)[0]} alone` };
  if (regulated === TX) return { verdict: 'valid', reason: 'TX alone: contract code that may be executed' };
  if (regulated === (TX | TA)) return { verdict: 'special', reason: 'TX with TA: a deploy permit, exactly one append (the upload of the code), afterwards {TX}' };
  if (regulated === (TX | TR)) return { verdict: 'special', reason: 'TX with TR: the code may be read by the regulator only, and the read is logged' };
  return { verdict: 'special', reason: 'TX with TR and TA: a deploy permit whose code the regulator may read; TA goes with the upload' };
}

/** All pairs that exclude each other, and the rule they break. */
function conflict(ordinary: LabelSet, regulated: LabelSet): string {
  const pairs = namesOf(ordinary).flatMap((label) => namesOf(regulated).map((other) => `${label} with ${other}`));
  const rules = [
    ...((regulated & TX) !== 0 ? ['TX excludes R, W and X'] : []),
    ...((regulated & (TR | TA)) !== 0 ? ['TR and TA exclude R, W and X'] : []),
  ];
  return `${pairs.join(', ')}: ${rules.join('; ')}`;
}

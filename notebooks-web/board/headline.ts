/**
 * The board's headline, counted from the claims below it; the test recounts the table and compares.
 *
 * Two kinds of claims are counted apart. A *published* claim says how large an effect is, or which way it points. A *check*
 * holds the model against something known: a document most of whose claims say that the model does not differ from it (a
 * program that was measured, a closed form), or what this testbed predicts of itself.
 */
import type { ClaimReport, Verdict } from '../../scenarios/testbed/report-types.ts';
import { VERDICTS } from '../shell/parts.ts';
import { countWord } from '../shell/format.ts';

export type Counts = Readonly<Record<(typeof VERDICTS)[number], number>>;
export type Kind = 'published' | 'check';

/** How scenarios name themselves as the source of what they predict. */
export const OWN_PREDICTION = 'This testbed';

/** The kind of every claim, judged by its document. */
export function kindsOf(claims: readonly Pick<ClaimReport, 'source' | 'paper'>[]): Map<string, Kind> {
  const tally = new Map<string, { same: number; all: number }>();
  for (const { source, paper } of claims) {
    const { same, all } = tally.get(source.document) ?? { same: 0, all: 0 };
    const isSame = 'value' in paper ? paper.value === 0 : paper.direction === 'none';
    tally.set(source.document, { same: same + Number(isSame), all: all + 1 });
  }
  return new Map([...tally].map(([document, { same, all }]) => [document, document === OWN_PREDICTION || 2 * same > all ? 'check' : 'published']));
}

export function countVerdicts(claims: readonly Pick<ClaimReport, 'verdict'>[]): Counts {
  const of = (word: Verdict): number => claims.filter((claim) => claim.verdict === word).length;
  return { reproduced: of('reproduced'), partly: of('partly'), 'not reproduced': of('not reproduced'), 'not decidable': of('not decidable') };
}

/** "Two of five published claims hold. One holds in part. Two do not." */
export function boardHeadline(counts: Counts, what = 'published claim'): string {
  const total = VERDICTS.reduce((sum, word) => sum + counts[word], 0);
  if (total === 0) return 'Which claims hold?';
  const { reproduced, partly } = counts;
  const lower = (n: number): string => countWord(n).toLowerCase();
  // Words and digits do not mix in one comparison.
  const subject = `${total > 12 ? String(reproduced) : countWord(reproduced)} of ${lower(total)} ${what}${total === 1 ? '' : 's'}`;
  const sentences = [reproduced === total && total > 1 ? `All ${lower(total)} ${what}s hold` : `${subject} ${reproduced === 1 ? 'holds' : 'hold'}`];
  if (partly > 0) sentences.push(`${countWord(partly)} ${partly === 1 ? 'holds' : 'hold'} in part`);
  if (counts['not reproduced'] > 0) sentences.push(`${countWord(counts['not reproduced'])} ${counts['not reproduced'] === 1 ? 'does' : 'do'} not`);
  if (counts['not decidable'] > 0) sentences.push(`${countWord(counts['not decidable'])} cannot be decided`);
  return `${sentences.join('. ')}.`;
}

/** The board's headline, counted from the claims below it; the test recounts the table and compares. */
import type { ClaimReport, Verdict } from '../../scenarios/testbed/report-types.ts';
import { VERDICTS } from '../shell/parts.ts';
import { countWord } from '../shell/format.ts';

export type Counts = Readonly<Record<(typeof VERDICTS)[number], number>>;

export function countVerdicts(claims: readonly Pick<ClaimReport, 'verdict'>[]): Counts {
  const of = (word: Verdict): number => claims.filter((claim) => claim.verdict === word).length;
  return { reproduced: of('reproduced'), partly: of('partly'), 'not reproduced': of('not reproduced'), 'not decidable': of('not decidable') };
}

/** "Two of five claims hold. One holds in part. Two do not." */
export function boardHeadline(counts: Counts): string {
  const total = VERDICTS.reduce((sum, word) => sum + counts[word], 0);
  if (total === 0) return 'Which claims hold?';
  const { reproduced, partly } = counts;
  const lower = (n: number): string => countWord(n).toLowerCase();
  // Words and digits do not mix in one comparison.
  const subject = `${total > 12 ? String(reproduced) : countWord(reproduced)} of ${lower(total)} claim${total === 1 ? '' : 's'}`;
  const sentences = [reproduced === total && total > 1 ? `All ${lower(total)} claims hold` : `${subject} ${reproduced === 1 ? 'holds' : 'hold'}`];
  if (partly > 0) sentences.push(`${countWord(partly)} ${partly === 1 ? 'holds' : 'hold'} in part`);
  if (counts['not reproduced'] > 0) sentences.push(`${countWord(counts['not reproduced'])} ${counts['not reproduced'] === 1 ? 'does' : 'do'} not`);
  if (counts['not decidable'] > 0) sentences.push(`${countWord(counts['not decidable'])} cannot be decided`);
  return `${sentences.join('. ')}.`;
}

/** Headline and narrative, from the data. */
import type { ResultSet } from '../testbed/result-set.ts';
import { BEHAVIOUR_NAMES, BEYOND, CORRECT, WITHIN } from './arms.ts';
import { broke, mean, millis, share } from './claims.ts';

export function headline(results: ResultSet): string {
  const ran = BEHAVIOUR_NAMES.filter((arm) => Number.isFinite(mean(results, 'answeredShare', arm, WITHIN)));
  if (ran.length === 0) return 'No behaviour ran with one liar in this result';
  const whole = ran.filter((arm) => mean(results, 'answeredShare', arm, WITHIN) === 1);
  const broken = broke(results);
  return `With one liar of four PBFT answered everything under ${whole.length} of ${ran.length} behaviours and broke under none; with two ${broken.length === 0 ? 'nothing broke in these runs' : `${broken.length} of them broke an invariant: ${broken.join(', ')}`}`;
}

export function narrative(results: ResultSet): string {
  const rows = [CORRECT, ...BEHAVIOUR_NAMES].filter((arm) => Number.isFinite(mean(results, 'answeredShare', arm, WITHIN)));
  const cells = (arm: string, liars: number): string => [share(mean(results, 'answeredShare', arm, liars)), millis(mean(results, 'latencyMeanNs', arm, liars)), String(Number(mean(results, 'viewChanges', arm, liars).toPrecision(3))), share(mean(results, 'violations', arm, liars))].join(' | ');
  const table = (liars: number): string => ['| behaviour | answered | mean latency | view changes | runs that broke |', '|---|---|---|---|---|', ...rows.map((arm) => `| ${arm} | ${cells(arm, liars)} |`)].join('\n');
  return [
    '**Within f.** One replica of four lies from the start, the first primary. A broken invariant would fail the run.',
    '![](figure:latency)',
    table(WITHIN),
    `**Beyond f.** With ${BEYOND} liars nothing is promised. A violation is a finding here, and the run ends with it; a request without an answer counts as waiting until the end.`,
    '![](figure:violations)',
    table(BEYOND),
    'A behaviour that breaks nothing with two liars is not harmless: these liars do not conspire. Those of two-stories do, since the second story follows from the first.',
    'Step through any of them on the stage: [one liar with two stories](#/stage?protocol=pbft&script=0%3Alie%3A0%3Atwo-stories), [two of them](#/stage?protocol=pbft&script=0%3Alie%3A0%3Atwo-stories%3B0%3Alie%3A1%3Atwo-stories).',
  ].join('\n\n');
}

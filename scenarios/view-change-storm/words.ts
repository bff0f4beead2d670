/** Headline and narrative: every number from the data. */
import type { ResultSet } from '../testbed/result-set.ts';
import { AMPLE_MS, ARM_NAMES, ARMS, TOO_SHORT_MS } from './arms.ts';
import { count, hasRun, mean, ranTimeouts, share } from './effects.ts';

export function headline(results: ResultSet): string {
  if (![TOO_SHORT_MS, AMPLE_MS].every((timeoutMs) => hasRun(results, 'doubling', timeoutMs) && hasRun(results, 'fixed', timeoutMs))) return `Timers of ${TOO_SHORT_MS} and ${AMPLE_MS} ms were not run with and without doubling in this result`;
  const answers = (arm: string, timeoutMs: number): string => count(mean(results, 'answersPerS', arm, timeoutMs));
  return `With timers of ${TOO_SHORT_MS} ms, shorter than a decision, PBFT answers ${answers('fixed', TOO_SHORT_MS)} requests/s if they stay as they are and ${answers('doubling', TOO_SHORT_MS)} if they double; with ${AMPLE_MS} ms ${answers('fixed', AMPLE_MS)} and ${answers('doubling', AMPLE_MS)}`;
}

export function narrative(results: ResultSet): string {
  const timeouts = ranTimeouts(results);
  const table = (measure: string, form: (value: number) => string): string => [
    `| variant | ${timeouts.map((timeoutMs) => `${timeoutMs} ms`).join(' | ')} |`,
    `|---|${timeouts.map(() => '---').join('|')}|`,
    ...ARM_NAMES.filter((arm) => timeouts.some((timeoutMs) => hasRun(results, arm, timeoutMs))).map((arm) => `| ${ARMS[arm]!.title} | ${timeouts.map((timeoutMs) => form(mean(results, measure, arm, timeoutMs))).join(' | ')} |`),
  ].join('\n');
  return [
    '**Too short.** A backup that knows a request waits for its execution, which takes three delays, and then asks for another primary. If its timer is shorter the next primary fares little better: what it carries over takes two delays, so a timer between two and three delays decides by changing views, and a shorter one never. Doubling lets the wait grow until a decision fits; but an execution sets it back.',
    '![](figure:answers)',
    table('answersPerS', count),
    '**A primary that flaps.** Whoever leads when an outage begins is cut off until it ends. The others wait out their timers first, so long timers cost here what short ones cost above.',
    '![](figure:standstill)',
    table('standstillShare', share),
    '**View changes.** Each is a message from each replica to each other, and a time in which nothing is decided.',
    '![](figure:views)',
    table('viewChangesPerDecision', count),
  ].join('\n\n');
}

/** Headline and narrative: every number from the data, paragraphs left out where the arms they are about were not run. */
import type { ResultSet } from '../testbed/result-set.ts';
import { ARM_NAMES, ARMS, LARGE } from './arms.ts';
import { count, hasRun, mean, millis, perS, ranSizes } from './effects.ts';

export function headline(results: ResultSet): string {
  if (!hasRun(results, 'mac', 4) || !hasRun(results, 'mac', LARGE)) return 'PBFT did not run with both 4 and 31 replicas in this result';
  return `PBFT with MACs and batches answers ${perS(mean(results, 'throughputPerS', 'mac', 4))} with 4 replicas and ${perS(mean(results, 'throughputPerS', 'mac', LARGE))} with ${LARGE}; signatures ${perS(mean(results, 'throughputPerS', 'signature', 4))} and ${perS(mean(results, 'throughputPerS', 'signature', LARGE))}`;
}

export function narrative(results: ResultSet): string {
  const sizes = ranSizes(results);
  const table = (measure: string, form: (value: number) => string): string => [
    `| variant | ${sizes.map((size) => `n = ${size}`).join(' | ')} |`,
    `|---|${sizes.map(() => '---').join('|')}|`,
    ...ARM_NAMES.filter((arm) => sizes.some((size) => hasRun(results, arm, size))).map((arm) => `| ${ARMS[arm]!.title} | ${sizes.map((size) => form(mean(results, measure, arm, size))).join(' | ')} |`),
  ].join('\n');
  return [
    '**Who pays.** Each replica has one processor core; a message costs time to take in, to authenticate and to send. Links have a rate and a delay. Clients wait for an answer before they ask again.',
    '![](figure:throughput)',
    table('throughputPerS', perS),
    '![](figure:latency)',
    table('latencyMeanNs', millis),
    '**Messages.** A batch takes 2 n (n - 1) messages whatever is in it, so a request takes as many fewer as its batch is full.',
    '![](figure:messages)',
    table('requestsPerBatch', count),
    'The last table has requests in a batch: a batch leaves as soon as the pipeline has room, so batches fill where agreement is slow.',
  ].join('\n\n');
}

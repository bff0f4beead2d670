/** The command line that repeats one run exactly: only what differs from the defaults is named. */
import { DEFAULT_SEED } from './config.ts';
import type { Job } from './plan.ts';
import { describeParameters } from './parameters.ts';
import type { Scenario } from './scenario.ts';

export function replayCommand(scenario: Scenario, job: Job): string {
  const words = ['npx', 'ledgerlab', 'run', scenario.id, '--arms', job.arm];
  const fixed = scenario.arms[job.arm]?.set ?? {};
  const preset = { ...scenario.quick.set };
  for (const { name, default: usual } of describeParameters(scenario.parameters)) {
    const value = job.params[name]!;
    const isSwept = Object.hasOwn(scenario.quick.sweep ?? {}, name);
    if (!Object.hasOwn(fixed, name) && (isSwept || value !== (preset[name] ?? usual))) words.push('--set', quote(`${name}=${String(value)}`));
  }
  if (job.seed !== DEFAULT_SEED) words.push('--seed', quote(job.seed));
  if (job.generator !== 'sfc32') words.push('--generator', job.generator);
  if (job.tieShuffle !== null) words.push('--tie-shuffle', quote(job.tieShuffle));
  words.push('--replication', String(job.replication));
  return words.join(' ');
}

function quote(word: string): string {
  return /^[\w.,:=/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Headline and narrative: every number from the data. */
import { PART_NAMES } from '../testbed/node/causes.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { ARM_NAMES, ARMS, BASELINE } from './arms.ts';
import { against, changed, hasRun, mean, millis } from './effects.ts';
import { PART_TITLES } from './figures.ts';

export function headline(results: ResultSet): string {
  if (![BASELINE, 'np-ssd-bbr', 'pr-ssd-bbr'].every((arm) => hasRun(results, arm))) return 'CFS and both regulated modes did not all run on SSD and BBR in this result';
  const [largest] = [...PART_NAMES].sort((a, b) => mean(results, b, BASELINE) - mean(results, a, BASELINE));
  const change = (arm: string): string => changed(against(results, 'blockMeanNs', arm, BASELINE));
  return `Under load a block takes ${millis(mean(results, 'blockMeanNs', BASELINE))} on CFS, an SSD and BBR, most of it ${PART_TITLES[largest!]} (${millis(mean(results, largest!, BASELINE))}); regulated queues change it by ${change('np-ssd-bbr')} in mode np and ${change('pr-ssd-bbr')} in mode pr`;
}

export function narrative(results: ResultSet): string {
  const arms = ARM_NAMES.filter((arm) => hasRun(results, arm));
  const table = [
    `| node | ${PART_NAMES.map((name) => PART_TITLES[name]).join(' | ')} | whole block | p99 |`,
    `|---|${PART_NAMES.map(() => '---').join('|')}|---|---|`,
    ...arms.map((arm) => `| ${ARMS[arm]!.title} | ${[...PART_NAMES, 'blockMeanNs', 'blockP99Ns'].map((name) => millis(mean(results, name, arm))).join(' | ')} |`),
  ].join('\n');
  return [
    '**One chain.** Of several things that a step waits for, the one that came last holds it up. Followed back from the execution at the last replica of a quorum to the proposal, these waits leave no gap: each ns of a block is the processor\'s, the disk\'s, the network\'s or the protocol\'s.',
    '![](figure:parts)',
    table,
    'Waiting for the processor includes context switches. The disk includes the store\'s own processor time, for which LevelDB has cores of its own. Network queues include transmission, pacing and retransmission. The protocol holds a committed block until those before it are executed.',
    '**Load.** Ordinary jobs, writes to the store and transfers between replicas come at the same instants in all arms. They share the processor under each scheduler, the writer queue of each store, and the lines.',
    '![](figure:latency)',
  ].join('\n\n');
}

/** How many replicas are faulty, in which way, and what a protocol still promises then: liars endanger agreement, crashed ones only answers. */
import type { StageProtocol } from './stage-protocol.ts';

export interface FaultCount {
  /** Down, and not among the others. */
  readonly crashed: number;
  readonly lying: number;
  /** Back without memory. */
  readonly forgetful: number;
}

export const NO_FAULTS: FaultCount = { crashed: 0, lying: 0, forgetful: 0 };

export const allFaulty = ({ crashed, lying, forgetful }: FaultCount): number => crashed + lying + forgetful;

/** E.g. `2 (1 crashed, 1 lying)`. */
export function countWords(count: FaultCount): string {
  const { crashed, lying, forgetful } = count;
  const ways = [[crashed, 'crashed'], [lying, 'lying'], [forgetful, 'without memory']].filter(([number]) => number !== 0).map((way) => way.join(' '));
  return `${allFaulty(count)}${ways.length === 0 ? '' : ` (${ways.join(', ')})`}`;
}

/** What is still promised beyond f; undefined: no more are faulty than the protocol bears. */
export function promiseBeyond(count: FaultCount, { tolerates }: Pick<StageProtocol, 'tolerates'>, replicas: number): string | undefined {
  const bears = tolerates(replicas);
  if (allFaulty(count) <= bears) return undefined;
  return count.lying + count.forgetful > bears ? 'nothing is promised' : 'agreement is promised, answers are not';
}

/** One arm a behaviour; what each does is said by the stage's descriptor, so that both speak of the same thing. */
import { pbftStage } from '../testbed/stage/pbft-stage.ts';
import type { Arm } from '../testbed/scenario.ts';

export const CORRECT = 'correct';
export const BEHAVIOUR_NAMES: readonly string[] = pbftStage.behaviours.map(({ id }) => id);

export const ARMS: Readonly<Record<string, Arm>> = {
  [CORRECT]: { title: 'nobody lies', description: 'All replicas follow the protocol.', set: { behaviour: 'none' } },
  ...Object.fromEntries(pbftStage.behaviours.map(({ id, means }) => [id, { title: id, description: `The first replicas, the primary among them, each ${means}.`, set: { behaviour: id } }])),
};
export const ARM_NAMES: readonly string[] = Object.keys(ARMS);

/** f and one more, of four replicas. */
export const WITHIN = 1;
export const BEYOND = 2;

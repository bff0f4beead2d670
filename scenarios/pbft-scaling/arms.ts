/** What a batch, a pipeline and a way to authenticate are worth. */
import type { Arm } from '../testbed/scenario.ts';

export const ARMS: Readonly<Record<string, Arm>> = {
  mac: { title: 'MACs, batches, pipeline', description: 'A MAC for each receiver, batches of up to 64, up to 16 of them under way: the protocol as its paper describes it.', set: {} },
  signature: { title: 'signatures', description: 'As above, but each message carries one signature that every receiver checks.', set: { authentication: 'signature' } },
  'one-at-a-time': { title: 'one batch at a time', description: 'As the first, but a batch is proposed only when the one before has been executed.', set: { pipelineDepth: 1 } },
  unbatched: { title: 'a request a batch', description: 'As the first, but every request is agreed on alone.', set: { batchSize: 1 } },
  free: { title: 'free processing', description: 'As the first, but messages cost no processor time: what links alone allow.', set: { authentication: 'free' } },
};
export type ArmName = keyof typeof ARMS;
export const ARM_NAMES = Object.keys(ARMS);

/** Cluster sizes of the quick run, with f = 1, 2, 5, 10. */
export const SIZES = [4, 7, 16, 31] as const;
export const LARGE = 31;

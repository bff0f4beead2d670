/** The levels, the ground truth first. */
import type { Arm } from '../testbed/scenario.ts';
import type { Experiment } from './parameters.ts';

export const ARMS: Readonly<Record<string, Arm>> = {
  'packet-cubic': { title: 'packets, CUBIC', description: 'Packets over warm TCP connections with CUBIC: the ground truth of the others.', set: { level: 'packet-cubic' } },
  'packet-bbr': { title: 'packets, BBR', description: 'The same with BBR: how much the controller matters.', set: { level: 'packet-bbr' } },
  flow: { title: 'flow', description: 'Max-min fair rates, solved anew at each arrival and departure.', set: { level: 'flow' } },
  message: { title: 'message', description: 'The sender\'s line, then the delay; receiving lines have no limit.', set: { level: 'message' } },
  'message-queue': { title: 'message, receiving line', description: 'The sender\'s line, the delay, then the receiver\'s line: stored and forwarded.', set: { level: 'message-queue' } },
};
export const ARM_NAMES = Object.keys(ARMS);
export const TRUTH = 'packet-cubic';

export const EXPERIMENT_TITLES: Readonly<Record<Experiment, string>> = {
  votes: 'votes, each to each',
  'one-block': 'one block, alone',
  'fan-out': 'a block from one to all',
  incast: 'a block from all to one',
  cross: 'two blocks into one node, among votes',
};

/** Bugs in how a block's latency is taken apart, which the checks of every run must catch. */
import type { PlantedBug } from './load-mutant.ts';

const FILE = 'scenarios/testbed/node/causes.ts';

export const WHOLE_NODE_BUGS: readonly PlantedBug[] = [
  { id: 'W1-parent-lost', file: FILE, text: 'const { current: parent, sim: { now: startNs } } = this;', replacement: 'const parent = undefined, { sim: { now: startNs } } = this;', what: 'a wait forgets in whose wake it was asked for' },
  { id: 'W2-work-not-capped', file: FILE, text: 'const fixedNs = Math.min(each.fixedNs, tookNs);', replacement: 'const { fixedNs } = each;', what: 'work before the proposal counts, and waiting goes below zero' },
  { id: 'W3-disk-forgotten', file: FILE, text: 'else if (each.kind === DISK) parts.diskNs += tookNs;', replacement: 'else if (each.kind === DISK) parts.diskNs += 0;', what: 'time at the disk is nobody\'s' },
  { id: 'W4-sent-when-received', file: FILE, text: 'startNs: sentNs, endNs', replacement: 'startNs: sentNs + 1, endNs', what: 'a message is said to have left later than it did' },
];

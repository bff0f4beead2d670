/** Timers that double at each view change in a row or do not, and a primary that stays or is cut off time and again. */
import type { Arm } from '../testbed/scenario.ts';

export const ARMS: Readonly<Record<string, Arm>> = {
  doubling: { title: 'doubling', description: 'Each view change in a row doubles the timers, as the paper has it; nothing fails.', set: {} },
  fixed: { title: 'fixed', description: 'The same replicas, but no timer is ever set for longer than its first value.', set: { doubles: false } },
  'doubling-flapping': { title: 'doubling, flapping primary', description: 'As the first, and whoever leads is cut off for a while in each period.', set: { isFlapping: true } },
  'fixed-flapping': { title: 'fixed, flapping primary', description: 'No doubling, and whoever leads is cut off for a while in each period.', set: { doubles: false, isFlapping: true } },
};
export const ARM_NAMES = Object.keys(ARMS);

/**
 * From a backup's point of view a new decision takes 3 delays (150 ms), and one that a new view carries over takes 2: a timer below both, one
 * between them, three above.
 */
export const TIMEOUTS_MS = [60, 120, 240, 480, 960] as const;
export const TOO_SHORT_MS = 60;
export const AMPLE_MS = 960;
/** The least of the timers that a decision fits in. */
export const SNUG_MS = 240;

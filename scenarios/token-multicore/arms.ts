/** Three readings of "the right to the queues" on several cores, in two modes. Every arm names its mode. */
import type { Arm } from '../testbed/scenario.ts';

export const MODES = ['np', 'pr'] as const;
export type Mode = (typeof MODES)[number];

export const QUEUES = ['shared', 'own', 'token'] as const;
export type Queues = (typeof QUEUES)[number];

const TITLES: Readonly<Record<Queues, string>> = { shared: 'shared queue', own: 'queue a core', token: 'token' };
const WORDS: Readonly<Record<Queues, string>> = {
  shared: 'One queue of four levels for all cores; each core has its own right',
  own: 'Four levels a core; an idle core takes from another, the highest level first, and cores even out at intervals',
  token: 'One queue; one right for the whole machine, so that ordinary jobs run only while no regulatory job does',
};

export const armOf = (queues: Queues, mode: Mode): string => `${mode}-${queues}`;
export const titleOf = (queues: Queues, mode: Mode): string => `${TITLES[queues]}, ${mode}`;

/** All readings in all modes. */
export const VARIANTS = MODES.flatMap((mode) => QUEUES.map((queues) => ({ mode, queues, arm: armOf(queues, mode), title: titleOf(queues, mode) })));

export const ARMS: Readonly<Record<string, Arm>> = Object.fromEntries(
  VARIANTS.map(({ mode, queues, arm, title }) => [arm, { title, description: `${WORDS[queues]}. Mode ${mode}: ${mode === 'np' ? 'a running job is never interrupted' : 'a higher level interrupts at once'}`, set: { queues, between: mode } }]),
);

/** Loads at which claims are made: one that a machine should carry, and one that asks for more than there is. */
export const NORMAL = 0.7;
export const OVERLOAD = 1.2;
export const CORES = [1, 2, 4, 8] as const;

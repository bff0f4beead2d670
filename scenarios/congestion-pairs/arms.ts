/** Who meets whom at the bottleneck. The first is the one whose share is asked for. */
import type { Arm } from '../testbed/scenario.ts';

export const PAIR_CONTROLLERS = ['bbr', 'bbr3', 'cubic', 'reno'] as const;
export type PairController = (typeof PAIR_CONTROLLERS)[number];

const TITLES: Readonly<Record<PairController, string>> = { bbr: 'BBR', bbr3: 'BBRv3', cubic: 'CUBIC', reno: 'Reno' };

function pair(first: PairController, second: PairController): Arm {
  return { title: `${TITLES[first]} beside ${TITLES[second]}`, description: `One ${TITLES[first]} flow and one ${TITLES[second]} flow.`, set: { first, second } };
}

export const ARMS = {
  'cubic-cubic': { ...pair('cubic', 'cubic'), description: 'Two of a kind: what chance and start times do to a share.' },
  'bbr-cubic': pair('bbr', 'cubic'),
  'bbr-reno': pair('bbr', 'reno'),
  'bbr3-cubic': pair('bbr3', 'cubic'),
  'bbr3-reno': pair('bbr3', 'reno'),
  'bbr-bbr3': pair('bbr', 'bbr3'),
  'cubic-reno': pair('cubic', 'reno'),
  'bbr-bbr': pair('bbr', 'bbr'),
  'bbr-4-cubic': { title: 'BBR beside four CUBIC', description: 'One BBR flow and four CUBIC flows.', set: { first: 'bbr', second: 'cubic', others: 4 } },
} as const satisfies Readonly<Record<string, Arm>>;

export const BUFFERS = [0.5, 1, 2, 4, 8] as const;

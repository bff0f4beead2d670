import { meanOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Source } from '../testbed/scenario.ts';
import { ARMS } from './arms.ts';
import type { ArmId } from './figures.ts';

const HOCK: Source = { document: 'Hock, Bless and Zitterbart, Experimental evaluation of BBR congestion control, ICNP 2017', place: 'BBR and CUBIC at small and large buffers' };
const WARE: Source = { document: 'Ware, Mukerjee, Seshan and Sherry, Modeling BBR\'s interactions with loss-based congestion control, IMC 2019', place: 'share of one BBR flow' };
/** Smallest share that counts as one: choice. */
const SMALLEST = 0.1;

const share = (arm: ArmId, bufferBdp: number, results: ResultSet): string => `${(100 * meanOf(results, 'share', { arm, where: { bufferBdp } })).toFixed(0)} %`;

/** The first flow gets more, or less, than one of two alike. In deep buffers two CUBIC flows take long to share, and two BBR flows do not. */
function against(id: string, text: string, source: Source, arm: ArmId, bufferBdp: number, direction: 'increase' | 'decrease', alike: 'cubic-cubic' | 'bbr-bbr' = 'cubic-cubic'): Claim {
  return {
    id, text, source, measure: 'share', contrast: 'difference', margin: SMALLEST, smallest: SMALLEST / 2,
    treatment: { arm, where: { bufferBdp } },
    baseline: { arm: alike, where: { bufferBdp } },
    paper: { direction },
    why: (results) => `${ARMS[arm].title}: ${share(arm, bufferBdp, results)} of the goodput at ${bufferBdp} BDP; ${ARMS[alike].title}: the first has ${share(alike, bufferBdp, results)}.`,
    ablation: 'share-over-buffer',
  };
}

export const CLAIMS: readonly Claim[] = [
  against('bbr-shallow', 'At half a BDP of buffer BBR takes more than CUBIC: it does not answer the losses that it causes.', HOCK, 'bbr-cubic', 0.5, 'increase'),
  against('bbr-deep', 'At eight BDP CUBIC takes more than BBR: it fills the queue, and BBR\'s window ends at two BDP.', HOCK, 'bbr-cubic', 8, 'decrease', 'bbr-bbr'),
  against('bbr-shallow-reno', 'At half a BDP BBR takes more than Reno.', HOCK, 'bbr-reno', 0.5, 'increase'),
  {
    id: 'bbr-losses', text: 'At half a BDP BBR and CUBIC send far more again than two CUBIC flows: by one percentage point and more.', source: HOCK,
    measure: 'resent', contrast: 'difference', margin: 0.01, smallest: 0.01,
    treatment: { arm: 'bbr-cubic', where: { bufferBdp: 0.5 } }, baseline: { arm: 'cubic-cubic', where: { bufferBdp: 0.5 } },
    paper: { direction: 'increase' },
    why: (results) => `Sent again: ${(100 * meanOf(results, 'resent', { arm: 'bbr-cubic', where: { bufferBdp: 0.5 } })).toFixed(1)} % beside CUBIC, ${(100 * meanOf(results, 'resent', { arm: 'bbr-bbr', where: { bufferBdp: 0.5 } })).toFixed(1)} % of two BBR flows, ${(100 * meanOf(results, 'resent', { arm: 'cubic-cubic', where: { bufferBdp: 0.5 } })).toFixed(1)} % of two CUBIC flows.`,
    ablation: 'resent-over-buffer',
  },
  {
    id: 'bbr-standing-queue', text: 'Two BBR flows with room for it keep a standing queue, and it does not grow with the buffer: the same at four and at eight BDP.', source: HOCK,
    measure: 'queueBdp', contrast: 'difference', margin: 0.2, smallest: 0.2,
    treatment: { arm: 'bbr-bbr', where: { bufferBdp: 8 } }, baseline: { arm: 'bbr-bbr', where: { bufferBdp: 4 } },
    paper: { direction: 'none' },
    why: (results) => `Mean queue of two BBR flows: ${[1, 2, 4, 8].map((bufferBdp) => `${meanOf(results, 'queueBdp', { arm: 'bbr-bbr', where: { bufferBdp } }).toFixed(2)} BDP at ${bufferBdp}`).join(', ')}.`,
    ablation: 'queue-over-buffer',
  },
  {
    id: 'bbr-share-of-many', text: 'At four BDP one BBR flow keeps its share of the line when it meets four CUBIC flows instead of one: its window is set by the path and not by the number of others.', source: WARE,
    measure: 'share', contrast: 'difference', margin: 1.5 * SMALLEST,
    treatment: { arm: 'bbr-4-cubic', where: { bufferBdp: 4 } }, baseline: { arm: 'bbr-cubic', where: { bufferBdp: 4 } },
    paper: { direction: 'none' },
    why: (results) => `Share of the BBR flow at 4 BDP: ${share('bbr-cubic', 4, results)} beside one CUBIC flow, ${share('bbr-4-cubic', 4, results)} beside four; an equal one would be 20 %.`,
    ablation: 'share-over-buffer',
  },
  {
    id: 'bbr3-shallow', text: 'At half a BDP BBRv3 takes less beside CUBIC than BBR did: it answers losses above two per cent.', source: { document: 'draft-ietf-ccwg-bbr', place: 'loss threshold and coexistence with Reno and CUBIC' },
    measure: 'share', contrast: 'difference', margin: SMALLEST, smallest: SMALLEST / 2,
    treatment: { arm: 'bbr3-cubic', where: { bufferBdp: 0.5 } }, baseline: { arm: 'bbr-cubic', where: { bufferBdp: 0.5 } },
    paper: { direction: 'decrease' },
    why: (results) => `At half a BDP beside CUBIC: BBR ${share('bbr-cubic', 0.5, results)}, BBRv3 ${share('bbr3-cubic', 0.5, results)}.`,
    ablation: 'share-over-buffer',
  },
];

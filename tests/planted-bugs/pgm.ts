/** Bugs to plant in the PGM-index, the modified hash and the trie; pgm.test.ts names the check that catches each. */
import type { PlantedBug } from './load-mutant.ts';

export type PgmCheck = 'promises' | 'minimum' | 'extremes' | 'levels' | 'refusals' | 'digests' | 'trie';

const INDEX = 'sim/storage-lsm/pgm/pgm-index.ts';
const SEGMENTATION = 'sim/storage-lsm/pgm/segmentation.ts';
const CROSS = 'sim/storage-lsm/pgm/cross-product.ts';

export const PGM_BUGS: readonly (PlantedBug & { readonly caughtBy: PgmCheck })[] = [
  {
    id: 'G1-window-off-by-one',
    file: INDEX,
    text: 'return position > this.epsilon ? position - this.epsilon : 0;',
    replacement: 'return position > this.epsilon ? position - this.epsilon + 1 : 0;',
    what: 'the window starts one key late, so a key whose position errs by the whole epsilon falls out',
    caughtBy: 'promises',
  },
  {
    id: 'G2-touching-counts-as-a-miss',
    file: SEGMENTATION,
    text: 'if (crossSign(high - h2, low - l2, up - y2, h2 - h0, l2 - l0, y2 - y0) > 0) return false;',
    replacement: 'if (crossSign(high - h2, low - l2, up - y2, h2 - h0, l2 - l0, y2 - y0) >= 0) return false;',
    what: 'a point that touches the extreme line starts a new segment, so there are more than needed',
    caughtBy: 'minimum',
  },
  {
    id: 'G3-floor-for-rounding',
    file: INDEX,
    text: 'level.slope[segment]! * distance + 0.5);',
    replacement: 'level.slope[segment]! * distance);',
    what: 'positions are cut, not rounded: the error reaches epsilon + 1',
    caughtBy: 'promises',
  },
  {
    id: 'G4-bits-above-2-53-lost',
    file: CROSS,
    text: 'return exactCrossSign(high1, low1, dy1, high2, low2, dy2);',
    replacement: 'return difference > 0 ? 1 : difference < 0 ? -1 : 0;',
    what: 'close calls are decided in doubles, wrongly for keys beyond 2^53',
    caughtBy: 'minimum',
  },
  {
    id: 'G6-below-the-first-rank-not-clamped',
    file: INDEX,
    text: 'if (predicted < least) return least;',
    replacement: '',
    what: 'a key below all others gets a negative position',
    caughtBy: 'extremes',
  },
  {
    id: 'G7-past-the-next-segment-not-clamped',
    file: INDEX,
    text: 'return predicted > most ? most : predicted;',
    replacement: 'return predicted;',
    what: 'a key in the gap behind a segment is predicted far past the next one',
    caughtBy: 'extremes',
  },
  {
    id: 'G9-upper-levels-use-the-leaf-epsilon',
    file: INDEX,
    text: ': wideLevel(level.halves, options.epsilonRecursive, clamp);',
    replacement: ': wideLevel(level.halves, options.epsilon, clamp);',
    what: 'the upper levels are built with the epsilon of the keys',
    caughtBy: 'levels',
  },
  {
    id: 'G12-unsorted-input-accepted',
    file: INDEX,
    text: 'checkHalves(halves);',
    replacement: '',
    what: 'keys out of order are indexed without a word',
    caughtBy: 'refusals',
  },
  {
    id: 'G13-signed-key-order',
    file: INDEX,
    text: 'return high < other || (high === other && low < keys[2 * index]!);',
    replacement: 'return (high | 0) < (other | 0) || (high === other && low < keys[2 * index]!);',
    what: 'keys beyond 2^63 count as negative when choosing a segment',
    caughtBy: 'promises',
  },
  {
    id: 'G16-chain-not-kept-convex',
    file: SEGMENTATION,
    text: 'if (turn * sense > 0) break;',
    replacement: 'break;',
    what: 'points inside the hull stay on the chain and end the search for the extreme slope too early',
    caughtBy: 'minimum',
  },
  {
    id: 'H1-rotation-of-the-baseline-kept',
    file: 'sim/ledger/msha256.ts',
    text: 'rotateRight(a, 3) ^ rotateRight(a, 11) ^ rotateRight(a, 27)',
    replacement: 'rotateRight(a, 3) ^ rotateRight(a, 11) ^ rotateRight(a, 25)',
    what: 'one rotation of the modified round is the unmodified one',
    caughtBy: 'digests',
  },
  {
    id: 'H2-third-term-of-ch-missing',
    file: 'sim/ledger/msha256.ts',
    text: ' ^ (~f & ~g)',
    replacement: '',
    what: 'Ch has its usual two terms',
    caughtBy: 'digests',
  },
  {
    id: 'T1-low-nibble-first',
    file: 'sim/storage-lsm/state/trie-shape.ts',
    text: 'return (depth & 1) === 0 ? byte >> 4 : byte & 15;',
    replacement: 'return (depth & 1) === 1 ? byte >> 4 : byte & 15;',
    what: 'the trie branches on the low half of each byte first',
    caughtBy: 'trie',
  },
];

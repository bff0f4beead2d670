/** `eval pgm`: segments and errors of a PGM-index over the caller's own keys. */
import { z } from 'zod';
import { checkHalves, halvesOf, KEY_MAX, KeyError } from '../../sim/storage-lsm/pgm/key-order.ts';
import { PgmIndex } from '../../sim/storage-lsm/pgm/pgm-index.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { defineEval, type EvalContext } from './model.ts';

const KEY_BYTES = 8;
/** 2^52: positions and epsilon together stay exact in a double. */
const EPSILON_MAX = 4_503_599_627_370_496;

const input = z.strictObject({
  keysFile: z.string().min(1).optional().meta({ title: 'File of sorted unsigned 64-bit little-endian keys', unit: '' }),
  keys: z.array(z.string()).optional().meta({ title: 'Sorted keys as decimal strings, 0 to 2^64 - 1', unit: '' }),
  epsilon: z.int().min(0).max(EPSILON_MAX).default(64).meta({ title: 'Largest error of a position', unit: 'keys' }),
  epsilonRecursive: z.int().min(0).max(EPSILON_MAX).default(4).meta({ title: 'The same in upper levels; 0 = one level', unit: 'segments' }),
});

function refuse(path: string, message: string): never {
  throw new ConfigError([{ path, message }]);
}

function fromFile(path: string, context: EvalContext): BigUint64Array {
  let bytes: Uint8Array;
  try {
    bytes = context.readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(error.problems.map(({ path: where, message }) => ({ path: where === '' ? 'keysFile' : where, message })));
    refuse('keysFile', `cannot read "${path}": ${error instanceof Error ? error.message : String(error)}`);
  }
  if (bytes.length === 0) refuse('keysFile', `"${path}" is empty; at least one key of ${KEY_BYTES} bytes is required`);
  if (bytes.length % KEY_BYTES !== 0) {
    refuse('keysFile', `"${path}" has ${bytes.length} bytes, which is no multiple of ${KEY_BYTES} (one unsigned 64-bit little-endian key each)`);
  }
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return new BigUint64Array(copy.buffer);
}

function fromStrings(texts: readonly string[]): BigUint64Array {
  if (texts.length === 0) refuse('keys', 'the list is empty; at least one key is required');
  const keys = new BigUint64Array(texts.length);
  texts.forEach((text, index) => {
    const value = /^[0-9]{1,64}$/.test(text) ? BigInt(text) : undefined;
    if (value === undefined || value > KEY_MAX) {
      const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
      refuse(`keys[${index}]`, `"${shown}" is no decimal integer from 0 to ${KEY_MAX}`);
    }
    keys[index] = value;
  });
  return keys;
}

/** Largest |position - rank| and the number of keys outside their window, by asking the index for every key. */
export function errorsOf(index: PgmIndex, halves: Uint32Array): { maxError: number; outsideWindow: number } {
  let maxError = 0;
  let outsideWindow = 0;
  let rank = 0;
  for (let i = 0; i < index.count; i++) {
    const low = halves[2 * i]!;
    const high = halves[2 * i + 1]!;
    // Rank = first occurrence; later ones of a run ask for the same.
    if (i === 0 || low !== halves[2 * i - 2] || high !== halves[2 * i - 1]) rank = i;
    const position = index.positionOfHalves(high, low);
    const error = Math.abs(position - rank);
    if (error > maxError) maxError = error;
    if (rank < index.windowLow(position) || rank >= index.windowHigh(position)) outsideWindow += 1;
  }
  return { maxError, outsideWindow };
}

export default defineEval({
  id: 'pgm',
  title: 'PGM-index over your keys',
  description:
    'Optimal piecewise linear segments over sorted unsigned 64-bit keys, level by level, with the error of every present key checked. '
    + 'Counts are of segments on the present keys only; of equal keys the first is the point, and rank means the first occurrence.',
  input,
  example: { keys: ['1', '2', '3', '5', '8', '13', '21', '34'], epsilon: 1, epsilonRecursive: 1 },
  evaluate: ({ keysFile, keys, epsilon, epsilonRecursive }, context) => {
    if ((keysFile === undefined) === (keys === undefined)) refuse('', 'give either keysFile or keys, not both and not neither');
    const sorted = keysFile === undefined ? fromStrings(keys!) : fromFile(keysFile, context);
    const halves = halvesOf(sorted);
    try {
      checkHalves(halves);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      refuse(keysFile === undefined ? `keys[${error.position}]` : `keysFile, key ${error.position}`, error.message);
    }
    const index = PgmIndex.build(sorted, { epsilon, epsilonRecursive });
    return {
      segmentsPerLevel: index.segmentsPerLevel,
      height: index.height,
      ...errorsOf(index, halves),
      firstKeys: index.firstKeys().map(String),
    };
  },
});

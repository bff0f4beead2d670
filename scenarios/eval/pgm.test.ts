import { describe, expect, it } from 'vitest';
import { ConfigError } from '../testbed/config-error.ts';
import type { EvalContext } from './model.ts';
import msha256 from './msha256.ts';
import pgm from './pgm.ts';
import trieShape from './trie-shape.ts';

const noFiles: EvalContext = {
  readFile: (path) => {
    throw new Error(`no file ${path}`);
  },
};

interface PgmResult {
  segmentsPerLevel: number[];
  height: number;
  maxError: number;
  outsideWindow: number;
  firstKeys: string[];
}

const run = (input: object, context = noFiles): PgmResult => pgm.evaluate(pgm.input.parse(input), context) as PgmResult;
const file = (bytes: Uint8Array): EvalContext => ({ readFile: () => bytes });
const bytesOf = (keys: readonly bigint[]): Uint8Array => new Uint8Array(BigUint64Array.from(keys).buffer);

describe('eval pgm', () => {
  it('keys and keysFile of the same keys agree, the largest 64-bit key included', () => {
    const keys = [0n, 1n, 5n, 1n << 53n, (1n << 53n) + 1n, (1n << 64n) - 2n, (1n << 64n) - 1n];
    const fromList = run({ keys: keys.map(String), epsilon: 0, epsilonRecursive: 1 });
    expect(run({ keysFile: 'k.u64le', epsilon: 0, epsilonRecursive: 1 }, file(bytesOf(keys)))).toEqual(fromList);
    expect(fromList.maxError).toBe(0);
    expect(fromList.outsideWindow).toBe(0);
    expect(fromList.firstKeys[0]).toBe('0');
    expect(fromList.segmentsPerLevel[0]).toBe(fromList.firstKeys.length);
    expect(fromList.height).toBe(fromList.segmentsPerLevel.length);
  });

  it('a file view that starts at an odd byte is read right', () => {
    const shifted = new Uint8Array(17);
    shifted.set(bytesOf([7n, 9n]), 1);
    expect(run({ keysFile: 'k', epsilon: 4 }, file(shifted.subarray(1))).firstKeys).toEqual(['7']);
  });

  it('fills in the library defaults', () => {
    expect(pgm.input.parse({ keys: ['1'] })).toEqual({ keys: ['1'], epsilon: 64, epsilonRecursive: 4 });
  });

  it('refuses what is no sorted list of 64-bit keys, naming place and value', () => {
    const refusals: [object, EvalContext, RegExp][] = [
      [{ keys: ['1', '3', '2'] }, noFiles, /keys\[2\].*key 2 is smaller than the key before it, 3/],
      [{ keys: ['1', '18446744073709551616'] }, noFiles, /keys\[1\].*18446744073709551616.*no decimal integer/],
      [{ keys: ['-1'] }, noFiles, /keys\[0\].*"-1"/],
      [{ keys: ['1', '0x2'] }, noFiles, /keys\[1\].*"0x2"/],
      [{ keys: [''] }, noFiles, /keys\[0\]/],
      [{ keys: [] }, noFiles, /empty/],
      [{}, noFiles, /either keysFile or keys/],
      [{ keys: ['1'], keysFile: 'k' }, noFiles, /either keysFile or keys/],
      [{ keysFile: 'gone' }, noFiles, /cannot read "gone"/],
      [{ keysFile: 'k' }, file(new Uint8Array(0)), /empty/],
      [{ keysFile: 'k' }, file(new Uint8Array(12)), /12 bytes.*multiple of 8/],
      [{ keysFile: 'k' }, file(bytesOf([1n, 1n << 63n, 2n])), /key 2: key 2 is smaller than the key before it, 9223372036854775808/],
    ];
    for (const [input, context, message] of refusals) {
      let caught: unknown;
      try {
        run(input, context);
      } catch (error) {
        caught = error;
      }
      expect(caught).toBeInstanceOf(ConfigError);
      expect((caught as ConfigError).message).toMatch(message);
    }
    for (const bad of [{ keys: ['1'], epsilon: -1 }, { keys: ['1'], epsilon: 1.5 }, { keys: [1] }, { keys: ['1'], epsilom: 3 }]) {
      expect(pgm.input.safeParse(bad).success).toBe(false);
    }
  });
});

describe('eval msha256 and trie-shape', () => {
  it('digests of the profile, and refusals that name the message', () => {
    expect(msha256.evaluate(msha256.input.parse({ messagesHex: ['', '616263'] }), noFiles)).toEqual({
      digests: ['30b54d5ea8640ea6e2263fdfd10b22633c42e70af22abbe8d1f69b90a2dd1038', 'c9457c93b3622926d2d0e50d8a2d6968e3a62980fadd8af1dedfa387d9611eff'],
    });
    expect(() => msha256.evaluate({ messagesHex: ['00', 'abc'] }, noFiles)).toThrow(/messagesHex\[1\].*3 hex digits/);
    expect(() => msha256.evaluate({ messagesHex: ['zz'] }, noFiles)).toThrow(/messagesHex\[0\].*hex digits/);
  });

  it('trie shape of one key, and counts that are none refused', () => {
    expect(trieShape.evaluate({ n: 1 }, noFiles)).toEqual({ meanLeafDepth: 0, maxLeafDepth: 0, innerNodes: 0, branchNodes: 0 });
    for (const n of [0, -3, 2.5, '5', 1e12]) expect(trieShape.input.safeParse({ n }).success).toBe(false);
  });
});

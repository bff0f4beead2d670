import { describe, expect, it } from 'vitest';
import { ConfigError } from '../testbed/config-error.ts';
import { parseInput } from '../testbed/problems.ts';
import lsmMechanics from './lsm-mechanics.ts';

interface Output {
  readonly events: readonly { readonly event: string; readonly bytes?: number }[];
  readonly filesPerLevel: readonly number[];
  readonly passes: readonly { readonly filesPerLevel: readonly number[]; readonly compactionBytesWritten: number; readonly misses: number }[];
  readonly [total: string]: unknown;
}

const context = {
  readFile: (): never => {
    throw new Error('reads no file');
  },
};
const evaluate = (input: unknown): Output => lsmMechanics.evaluate(parseInput(lsmMechanics.input, input), context) as Output;

function problemsWith(input: unknown): string {
  try {
    evaluate(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('eval lsm-mechanics', () => {
  it('has the fields of its contract, in order, and repeats itself', () => {
    const input = { keys: 'decimal16', order: 'with-replacement', n: 30_000, valueBytes: 1000, l0: { compactionTrigger: 3 }, bloomBitsPerKey: 10, reads: { count: 20_000, seed: 1, passes: 2 } };
    const output = evaluate(input);
    expect(Object.keys(output)).toEqual(['events', 'filesPerLevel', 'walBytes', 'flushBytes', 'compactionBytesWritten', 'compactionBytesRead', 'userBytes', 'passes']);
    expect(output.filesPerLevel).toHaveLength(7);
    expect(output['userBytes']).toBe(30_000 * 1016);
    expect(output.passes.map((pass) => Object.keys(pass))).toEqual([0, 1].map(() => ['filesPerLevel', 'compactionBytesWritten', 'misses']));
    // Drawn with replacement, 36.8 % of the keys are never put.
    expect(output.passes[0]!.misses / 20_000).toBeCloseTo(0.368, 2);
    const compacted = output.events.filter(({ event }) => event === 'compaction').reduce((sum, { bytes }) => sum + bytes!, 0);
    expect(output.passes[1]!.compactionBytesWritten).toBe(compacted);
    expect(evaluate(input)).toEqual(output);
  });

  it('fills in what is left out', () => {
    const full = { keys: 'sha256', order: 'index', drawSeed: 1_000_003, n: 6000, valueBytes: 4096, l0: { compactionTrigger: 4, slowdown: 8, stop: 12 }, bloomBitsPerKey: 0 };
    expect(evaluate({ n: 6000, valueBytes: 4096 })).toEqual(evaluate(full));
    expect(evaluate(full).passes).toEqual([]);
    // A trigger above the usual stop moves the stop.
    expect(evaluate({ n: 20_000, valueBytes: 4096, l0: { compactionTrigger: 20 } }).filesPerLevel[0]).toBe(17);
  });

  it('refuses what no store could do, with path, value and range', () => {
    expect(problemsWith({ n: 0, valueBytes: 1 })).toMatch(/^n: 0 is not allowed; allowed is .*1/);
    expect(problemsWith({ n: 10, valueBytes: -1 })).toMatch(/^valueBytes: -1/);
    expect(problemsWith({ n: 10, valueBytes: 1, l0: { compactionTrigger: 5, stop: 4 } })).toMatch(/^l0\.stop: 4 files is not allowed; allowed is an integer from compactionTrigger \(5\)/);
    expect(problemsWith({ n: 10, valueBytes: 1, bloomBitsPerKey: 2.5 })).toMatch(/^bloomBitsPerKey: 2.5/);
    expect(problemsWith({ n: 2_000_000, valueBytes: 16_777_216 })).toMatch(/^n: .*17179869184 B/);
    expect(problemsWith({ n: 10, valueBytes: 1, keys: 'sha1' })).toMatch(/^keys: "sha1"/);
    expect(problemsWith({ n: 10, valueBytes: 1, reads: { count: 1, sed: 3 } })).toMatch(/reads\.sed/);
    expect(problemsWith({ n: 1, valueBytes: 0 })).toBe('accepted');
  });
});

import { describe, expect, it } from 'vitest';
import { LABEL_TABLE } from '../../sim/os/zones/tests/label-table.ts';
import { parseInput } from '../testbed/problems.ts';
import labelSet from './label-set.ts';

const run = (labels: unknown): unknown => labelSet.evaluate(parseInput(labelSet.input, { labels }), { readFile: () => new Uint8Array() });

describe('eval label-set', () => {
  it('answers all 64 sets, each with a reason', () => {
    for (const [labels, verdict] of LABEL_TABLE) expect(run(labels)).toEqual({ verdict, reason: expect.stringMatching(/\w/) });
    expect(run(['TA', 'R'])).toEqual(run(['R', 'TA']));
    expect(run(['R', 'TA'])).toEqual({ verdict: 'invalid', reason: 'R with TA: TR and TA exclude R, W and X' });
  });

  it('refuses what is no label, a label twice and further fields, with the place', () => {
    expect(() => run(['R', 'TW'])).toThrow(/labels\[1\].*TW/s);
    expect(() => run(['r'])).toThrow(/labels\[0\]/);
    expect(() => run(['R', 'TR', 'R'])).toThrow(/labels\[2\]: 'R' is given again \(first at labels\[0\]\)/);
    expect(() => run('R')).toThrow(/labels/);
    expect(() => parseInput(labelSet.input, { labels: [], zone: 3 })).toThrow(/zone/);
    expect(() => parseInput(labelSet.input, {})).toThrow(/labels/);
  });
});

import { describe, expect, it } from 'vitest';
import { parseInput } from '../testbed/problems.ts';
import mefHeader from './mef-header.ts';

const run = (question: unknown): unknown => mefHeader.evaluate(parseInput(mefHeader.input, question), { readFile: () => new Uint8Array() });

describe('eval mef-header', () => {
  it('packs the least rate times the weight, the greatest load and the sum of waiting times', () => {
    // 1.5 x 3 Mbit/s is 35156 units of 128 bit/s, rounded down; 1.1 is 4506 / 4096; 120 us + 40 us are 8 + 3 units of 16 us; 40 ms are 625 units of 64 us
    expect(run(mefHeader.example)).toMatchObject({ label: 'MEF (reconstruction)', rateBps: 35_156 * 128, load: 4506 / 4096, delayNs: 11 * 16_000, hops: 2, rttNs: 625 * 64_000, weight: 1.5 });
    expect(run(mefHeader.example)).toMatchObject({ bytes: expect.stringMatching(/^448c024000008954119a000b0271[0-9a-f]{4}$/) });
  });

  it('knows no rate where no router spoke', () => {
    expect(run({})).toMatchObject({ rateBps: null, load: 0, hops: 0, rttNs: 0, bytes: expect.stringMatching(/^40c80040ffffffff000000000000/) });
  });

  it('refuses what the header cannot hold, with the place', () => {
    expect(() => run({ weight: 8 })).toThrow(/weight/);
    expect(() => run({ class: 4 })).toThrow(/class/);
    expect(() => run({ hops: [{ rateBps: 1, load: -1, delayNs: 0 }] })).toThrow(/hops\[0\]\.load/);
  });
});

/**
 * The dumbbell beside real Linux kernels, case by case (sim/network/testdata/README.md says how those were measured). Margins were set before
 * the data: loss-free cubic and reno within 3 points of utilisation and 20 % of the buffer at 40 ms and more; bbr within 5 points up to 5 %
 * of loss; cubic and reno under loss within a factor 1.5 (mean of five seeds here, one draw there); of two flows the same one wins, and
 * Jain's index is within 0.1.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseInput } from '../testbed/problems.ts';
import dumbbell from './dumbbell.ts';

interface Figures {
  readonly flows: readonly { readonly goodputBps: number; readonly rttMeanNs: number }[];
  readonly utilisation: number;
  readonly jain: number;
  readonly queueMeanPackets: number;
}

interface Case {
  readonly id: string;
  readonly input: { readonly flows: readonly { readonly controller: string }[]; readonly rttNs: number; readonly bufferPackets: number; readonly loss: number };
  readonly measured: Figures;
}

const path = join(import.meta.dirname, '../../sim/network/testdata/linux-tcp.json');
const { kernels } = JSON.parse(readFileSync(path, 'utf8')) as { kernels: readonly { readonly release: string; readonly cases: readonly Case[] }[] };
const NO_FILES = { readFile: (): never => { throw new Error('reads no file'); } };

const ask = (input: Case['input'], seed: string): Figures => dumbbell.evaluate(parseInput(dumbbell.input, { ...input, seed }), NO_FILES) as Figures;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const SEEDS = ['1', '2', '3', '4', '5'];
const LONG_RTT_NS = 40e6;
/** Above it bbr's outcome is one of two, by chance: probing finds the rate again or does not. */
const BBR_STEADY_LOSS = 0.05;
const BBR_COLLAPSE_LOSS = 0.2;
/** Where two flows of a kernel share this evenly, who had more is chance. */
const EVEN_JAIN = 0.98;

function single({ input, measured }: Case): void {
  const isBbr = input.flows[0]!.controller === 'bbr';
  if (input.loss === 0) {
    const model = ask(input, '1');
    expect(Math.abs(model.utilisation - measured.utilisation), 'utilisation').toBeLessThanOrEqual(0.03);
    if (input.rttNs >= LONG_RTT_NS) expect(Math.abs(model.queueMeanPackets - measured.queueMeanPackets) / input.bufferPackets, 'queue, of the buffer').toBeLessThanOrEqual(0.2);
    return;
  }
  const utilisation = mean(SEEDS.map((seed) => ask(input, seed).utilisation));
  if (!isBbr) {
    const ratio = utilisation / measured.utilisation;
    expect(Math.max(ratio, 1 / ratio), 'factor between the utilisations').toBeLessThanOrEqual(1.5);
  } else if (input.loss <= BBR_STEADY_LOSS) expect(Math.abs(utilisation - measured.utilisation), 'utilisation').toBeLessThanOrEqual(0.05);
  else if (input.loss >= BBR_COLLAPSE_LOSS) expect([utilisation < 0.5, measured.utilisation < 0.5], 'collapsed').toEqual([true, true]);
}

function pair({ input, measured }: Case): void {
  const model = ask(input, '1');
  const winner = ({ flows }: Figures): boolean => flows[0]!.goodputBps > flows[1]!.goodputBps;
  if (measured.jain < EVEN_JAIN) expect(winner(model), 'the first flow wins').toBe(winner(measured));
  expect(Math.abs(model.jain - measured.jain), "Jain's index").toBeLessThanOrEqual(0.1);
}

describe.each(kernels)('beside Linux $release', ({ cases }) => {
  it.each(cases)('$id', (measuredCase) => {
    if (measuredCase.input.flows.length === 1) single(measuredCase);
    else pair(measuredCase);
  });
});

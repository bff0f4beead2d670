/** What the two network lessons say about their pictures, held against the very runs that the pictures show. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBlock } from '../lesson/blocks.ts';
import { readOptions } from './flow-options.ts';
import type { FlowRecord } from './flow-record.ts';
import { recordFlows } from './record.ts';

function pictures(name: string): FlowRecord[] {
  const source = readFileSync(new URL(`../lessons/${name}.md`, import.meta.url), 'utf8');
  return [...source.matchAll(/^```(live flows[^\n]*)$/gm)].map(([, info = '']) => recordFlows(readOptions(Object.fromEntries(parseBlock(info).options)).options, () => undefined));
}

const sampleAt = ({ sampleNs }: FlowRecord, ms: number): number => Math.round((ms * 1e6) / sampleNs);
const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);

describe('what BBR sees and Reno does not', () => {
  const [reno, bbr, lossyReno, lossyBbr, pair] = pictures('what-bbr-sees-and-reno-does-not') as [FlowRecord, FlowRecord, FlowRecord, FlowRecord, FlowRecord];

  it('Reno fills a queue of 33, over and over, while it delivers the same', () => {
    expect(reno.bufferPackets).toBe(33);
    const settled = reno.queue.subarray(sampleAt(reno, 1500));
    expect(largest(settled)).toBe(33);
    expect(settled.filter((packets) => packets <= 3).length).toBeGreaterThan(10);
    expect(reno.flows[0]!.phases.filter(({ name, fromNs }) => name === 'recovery' && fromNs > 1.5e9).length).toBeGreaterThanOrEqual(2);
    expect(reno.utilisation).toBeGreaterThan(0.98);
  });

  it('BBR takes its turns: startup, drain, probing with six round trips of cruise, a look at the round trip after ten seconds', () => {
    const { phases } = bbr.flows[0]!;
    expect(phases.slice(0, 2).map(({ name }) => name)).toEqual(['STARTUP', 'DRAIN']);
    expect(new Set(phases.slice(2).map(({ name }) => name))).toEqual(new Set(['PROBE_BW up', 'PROBE_BW down', 'PROBE_BW cruise', 'PROBE_RTT']));
    const [look, ...more] = phases.filter(({ name }) => name === 'PROBE_RTT');
    expect(more).toEqual([]);
    expect(look!.fromNs).toBeGreaterThan(10e9);
    expect(look!.toNs - look!.fromNs).toBeGreaterThan(0.2e9);
    expect(bbr.flows[0]!.inflight[sampleAt(bbr, look!.toNs / 1e6 - 5)]).toBeLessThanOrEqual(4);
    const cruise = phases.find(({ name, fromNs }) => name === 'PROBE_BW cruise' && fromNs > 1e9)!;
    expect((cruise.toNs - cruise.fromNs) / bbr.rttNs).toBeGreaterThan(5.5);
    expect((cruise.toNs - cruise.fromNs) / bbr.rttNs).toBeLessThan(7);
    expect(bbr.queueMeanPackets).toBeLessThan(reno.queueMeanPackets / 2);
  });

  it('one packet in a hundred leaves Reno about a third of the line and BBR nearly all', () => {
    expect(lossyReno.utilisation).toBeGreaterThan(0.25);
    expect(lossyReno.utilisation).toBeLessThan(0.42);
    expect(lossyBbr.utilisation).toBeGreaterThan(0.9);
  });

  it('BBR wins by far in the small buffer, CUBIC in the large one, and there is a buffer between', () => {
    const ratio = ({ flows }: FlowRecord): number => flows[0]!.goodputBps / flows[1]!.goodputBps;
    expect(pair.bufferPackets).toBe(17);
    expect(ratio(pair)).toBeGreaterThan(3);
    const large = recordFlows(readOptions({ a: 'bbr', b: 'cubic', bStartS: '0.5', seconds: '25', bufferBdp: '8' }).options, () => undefined);
    expect(ratio(large)).toBeLessThan(0.5);
  });
});

describe('explicit feedback', () => {
  const [cubic, mef, two, twoCubic, lossy, mixed] = pictures('explicit-feedback') as [FlowRecord, FlowRecord, FlowRecord, FlowRecord, FlowRecord, FlowRecord];

  it('MEF sends at nearly the line’s rate one round trip after it asked, without queue or loss; CUBIC fills the queue', () => {
    const rate = mef.flows[0]!.pacingBps[sampleAt(mef, 1043)]!;
    expect(rate / ((mef.rateBps * 1448) / 1502)).toBeGreaterThan(0.95);
    expect(largest(mef.queue)).toBeLessThan(8);
    expect(mef.queueDrops).toBe(0);
    expect(largest(cubic.queue)).toBe(33);
    expect(cubic.queueDrops).toBeGreaterThan(0);
    expect(mef.utilisation).toBeGreaterThan(0.96);
    expect(mef.utilisation).toBeLessThan(0.98);
  });

  it('a second MEF flow is granted the same, the queue pays, and within a few round trips both have half', () => {
    const at = (ms: number): number[] => two.flows.map(({ deliveredBps }) => deliveredBps[sampleAt(two, ms)]!);
    expect(two.flows[1]!.pacingBps[sampleAt(two, 2045)]!).toBeGreaterThan(9e6);
    expect(largest(two.queue.subarray(sampleAt(two, 2000), sampleAt(two, 2300)))).toBeGreaterThan(20);
    const [first, second] = at(2500);
    expect(Math.abs(first! / second! - 1)).toBeLessThan(0.15);
    expect(two.jain).toBeGreaterThan(0.999);
    expect(twoCubic.flows.every(({ phases }) => phases.filter(({ name }) => name === 'recovery').length >= 2)).toBe(true);
  });

  it('MEF keeps its rate at one loss in a hundred, and has hardly anything beside a flow that does not listen', () => {
    expect(lossy.utilisation).toBeGreaterThan(0.94);
    expect(mixed.flows[1]!.goodputBps / mixed.flows[0]!.goodputBps).toBeGreaterThan(20);
  });
});

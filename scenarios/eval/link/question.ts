/** What may be asked of one link, and what cannot be answered. */
import { z } from 'zod';
import { MAX_LINE_BYTES } from '../../../sim/network/link/line.ts';
import type { Problem } from '../../testbed/config-error.ts';

const DAY_NS = 86_400e9;
/** Packets that one question may send: a minute of work. */
const MOST_PACKETS = 2e7;

const probability = (title: string) => z.number().min(0).max(1).meta({ title, unit: '' });
const time = (title: string) => z.number().int().min(0).max(DAY_NS).meta({ title, unit: 'ns' });
const packets = (title: string, min = 0) => z.number().int().min(min).max(1e6).meta({ title, unit: 'packets' });

const codel = { limitPackets: packets('Packets that may wait').optional(), targetNs: time('Target').optional(), intervalNs: time('Interval').optional() };

const queue = z.discriminatedUnion('discipline', [
  z.strictObject({ discipline: z.literal('drop-tail'), limitPackets: packets('Packets that may wait').optional(), limitBytes: z.number().int().min(0).max(1e12).optional().meta({ title: 'Bytes that may wait', unit: 'bytes' }) }),
  z.strictObject({ discipline: z.literal('red'), limitPackets: packets('Packets that may wait'), minPackets: z.number().min(0).max(1e6), maxPackets: z.number().min(0).max(1e6), maxProbability: probability('Probability at maxPackets').optional(), gentle: z.boolean().optional() }),
  z.strictObject({ discipline: z.literal('codel'), ...codel }),
  z.strictObject({ discipline: z.literal('fq-codel'), ...codel, queues: z.number().int().min(1).max(65_536).optional(), quantumBytes: z.number().int().min(1).max(MAX_LINE_BYTES).optional() }),
  z.strictObject({ discipline: z.literal('pie'), limitPackets: packets('Packets that may wait').optional(), targetNs: time('Target').optional() }),
]);

const delay = z.discriminatedUnion('law', [
  z.strictObject({ law: z.literal('constant'), ns: time('Delay') }),
  z.strictObject({ law: z.literal('uniform'), lowNs: time('Least'), highNs: time('Most') }),
  z.strictObject({ law: z.literal('normal'), meanNs: time('Mean'), deviationNs: time('Deviation'), lowNs: time('Least'), highNs: time('Most') }),
  z.strictObject({ law: z.literal('lognormal'), medianNs: z.number().int().min(1).max(DAY_NS), logDeviation: z.number().min(0).max(10), maxNs: time('Most') }),
  z.strictObject({ law: z.literal('pareto'), minNs: z.number().int().min(1).max(DAY_NS), alpha: z.number().min(0.1).max(100), maxNs: time('Most') }),
  z.strictObject({ law: z.literal('trace'), ns: z.array(time('Delay')).min(1).max(1e6) }),
]);

const faults = z.strictObject({
  fifo: z.boolean().meta({ title: 'Nothing overtakes on this link', unit: '' }),
  outages: z.array(z.strictObject({ fromNs: time('From'), toNs: time('Until'), reason: z.enum(['down', 'partition']), mode: z.enum(['drop', 'hold']) })).max(10_000).optional(),
  loss: probability('Independent loss').optional(),
  bursts: z.strictObject({ toBad: probability('From good to bad'), toGood: probability('From bad to good'), lossGood: probability('Loss in good'), lossBad: probability('Loss in bad') }).optional(),
  duplicate: probability('Delivered twice').optional(),
  corrupt: probability('Delivered with a wrong checksum').optional(),
  delay: delay.optional(),
  reorder: z.strictObject({ probability: probability('Skips the delay'), gap: z.number().int().min(1).max(1e6) }).optional(),
  spikes: z.strictObject({ perSecond: z.number().min(0).max(1e6), durationNs: time('Duration'), addedNs: time('Added delay') }).optional(),
  throttle: z.array(z.strictObject({ fromNs: time('From'), rateBps: z.number().int().min(0).max(1e12) })).max(10_000).optional(),
});

const source = z.strictObject({
  packetsPerS: z.number().min(0.001).max(1e8).meta({ title: 'Packets a second', unit: '1/s' }),
  gaps: z.enum(['poisson', 'periodic']).default('poisson').meta({ title: 'Law of the gaps', unit: '' }),
  bytes: z.number().int().min(1).max(MAX_LINE_BYTES).meta({ title: 'Bytes on the wire, mean if exponential', unit: 'bytes' }),
  sizes: z.enum(['fixed', 'exponential']).default('fixed').meta({ title: 'Law of the sizes', unit: '' }),
  ecn: z.boolean().default(false).meta({ title: 'Can be marked instead of dropped', unit: '' }),
});

export const input = z.strictObject({
  rateBps: z.number().int().min(1).max(1e12).meta({ title: 'Rate', unit: 'bit/s' }),
  propagationNs: time('Propagation').default(0),
  queue: queue.default({ discipline: 'drop-tail' }),
  sources: z.array(source).min(1).max(1000).meta({ title: 'Sources, a flow each', unit: '' }),
  faults: faults.optional(),
  synchrony: z.strictObject({
    gstNs: time('Global stabilization time'),
    deltaNs: time('Bound after it'),
    adversary: z.enum(['none', 'hold', 'scatter']).meta({ title: 'Chooses delays before GST', unit: '' }),
  }).optional().meta({ title: 'Partial synchrony behind the line', unit: '' }),
  durationS: z.number().min(1e-6).max(1e5).default(10).meta({ title: 'Sources send until', unit: 's' }),
  measureFromS: z.number().min(0).max(1e5).default(0).meta({ title: 'Measured from', unit: 's' }),
  seed: z.union([z.string(), z.number()]).default('1').meta({ title: 'Seed', unit: '' }),
});

export type Question = z.output<typeof input>;

export function problems({ sources, durationS, measureFromS, synchrony, faults: plan, propagationNs, queue: spec }: Question): Problem[] {
  const found: Problem[] = [];
  if (!(measureFromS < durationS)) found.push({ path: 'measureFromS', message: `${measureFromS} s given; must be below durationS = ${durationS} s` });
  const total = sources.reduce((sum, { packetsPerS }) => sum + packetsPerS * durationS, 0);
  if (total > MOST_PACKETS) found.push({ path: 'durationS', message: `${durationS} s are about ${Math.round(total)} packets; must be at most ${MOST_PACKETS}, shorten the run or send less` });
  if (spec.discipline === 'red' && !(spec.minPackets < spec.maxPackets)) found.push({ path: 'queue.minPackets', message: `${spec.minPackets} packets given; must be below maxPackets = ${spec.maxPackets}` });
  if (synchrony !== undefined) {
    if (synchrony.deltaNs < propagationNs) found.push({ path: 'synchrony.deltaNs', message: `${synchrony.deltaNs} ns given; must be at least propagationNs = ${propagationNs} ns` });
    if (plan?.duplicate !== undefined) found.push({ path: 'synchrony', message: 'given with faults.duplicate; the bound is on messages that arrive once, leave one of them out' });
  }
  return found;
}

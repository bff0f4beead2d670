/** What the figures of the paper say, as statements that replications can refute. */
import { meanOf, percent } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection, Source } from '../testbed/scenario.ts';
import { bufferId, BUFFERS, lossId } from './experiments.ts';

const paper = (place: string): Source => ({ document: 'N. Cardwell et al., BBR: congestion-based congestion control, ACM Queue 14(5), 2016', place, url: 'https://queue.acm.org/detail.cfm?id=3022184' });
const DRAFT: Source = { document: 'draft-ietf-ccwg-bbr', place: 'time scale for bandwidth probing: a loss of 1 % a round is to be tolerated' };

export const at = (arm: string, experiment: string): Selection => ({ arm, where: { experiment } });

type Rest = Pick<Claim, 'contrast' | 'paper' | 'margin' | 'why'> & Partial<Claim>;

function claim(id: string, experiment: string, text: string, source: Source, measure: string, treatment: string, baseline: string, rest: Rest): Claim {
  return { id, text, source, measure, treatment: at(treatment, experiment), baseline: at(baseline, experiment), ...rest };
}

const value = (results: ResultSet, measure: string, arm: string, experiment: string): number => meanOf(results, measure, at(arm, experiment));
const text = (number: number, digits = 2): string => (Number.isFinite(number) ? String(Number(number.toPrecision(digits))) : 'no figure');
const millis = (ns: number): string => `${text(ns / 1e6, 3)} ms`;
const share = (number: number): string => (Number.isFinite(number) ? `${text(100 * number, 3)} %` : 'no figure');

function lossClaim(lossPercent: number, arm: string, rest: Omit<Rest, 'why' | 'contrast'> & { readonly id: string; readonly text: string; readonly source?: Source }): Claim {
  const { id, text: words, source = paper('figure 6'), ...others } = rest;
  const experiment = lossId(lossPercent);
  return claim(id, experiment, words, source, 'share', arm, 'path', {
    contrast: 'relative', ablation: 'loss',
    why: (results) => `Goodput ${share(value(results, 'share', arm, experiment))} of the line, of ${share(1 - lossPercent / 100)} that this loss leaves, from 5 s on.`,
    ...others,
  });
}

const LEAST = bufferId(BUFFERS[0]);
const MOST = bufferId(BUFFERS[BUFFERS.length - 1]!);

export const CLAIMS: readonly Claim[] = [
  claim('operating-point', 'first-seconds', 'BBR works where the line is full and the queue is not: its median round-trip time is that of the path, within 15 %.', paper('figures 1 and 3'), 'rttMedianNs', 'bbr', 'path', {
    contrast: 'relative', paper: { value: 0 }, margin: 0.15, ablation: 'operating',
    why: (results) => `Median ${millis(value(results, 'rttMedianNs', 'bbr', 'first-seconds'))} at ${share(value(results, 'share', 'bbr', 'first-seconds'))} of the line. One packet takes 1.2 ms, BBR sends two at a time, and its window and drain target have six packets of room on 33 of BDP: at this size that is most of its queue.`,
  }),
  claim('cubic-fills', 'first-seconds', "CUBIC rides at the buffer's limit: the 95th percentile of its round-trip time is that of a full buffer, within 10 %.", paper('figures 1 and 3'), 'fullRtt', 'cubic', 'path', {
    contrast: 'relative', paper: { value: 0 }, margin: 0.1, ablation: 'first-seconds',
    why: (results) => `95th percentile ${millis(value(results, 'rttP95Ns', 'cubic', 'first-seconds'))}, ${share(value(results, 'fullRtt', 'cubic', 'first-seconds'))} of the round-trip time of a full buffer, between 3 and 8 s.`,
  }),
  claim('startup-queue', 'first-seconds', 'STARTUP leaves a queue of up to two BDP.', paper('figure 2'), 'peakQueueBdp', 'bbr', 'path', {
    contrast: 'difference', paper: { value: 2 }, margin: 0.35, ablation: 'start',
    why: (results) => `Peak ${text(value(results, 'peakQueueBdp', 'bbr', 'first-seconds'))} BDP: a window of 2.89 BDP and room for bursts, less the BDP on the way.`,
  }),
  claim('startup-drains', 'first-seconds', 'DRAIN empties that queue: at the end of the first second at most half a BDP waits.', paper('figure 2'), 'lateQueueBdp', 'bbr', 'path', {
    contrast: 'difference', paper: { value: 0 }, margin: 0.5, ablation: 'start',
    why: (results) => `On average ${text(value(results, 'lateQueueBdp', 'bbr', 'first-seconds'))} BDP wait between 0.9 and 1 s (CUBIC ${text(value(results, 'lateQueueBdp', 'cubic', 'first-seconds'))}); from the peak to a quarter BDP it took ${text(value(results, 'drainRounds', 'bbr', 'first-seconds'))} round-trip times.`,
  }),
  claim('cubic-start', 'first-seconds', 'CUBIC in the same picture keeps filling the buffer: at the end of the first second more waits than with BBR.', paper('figure 2'), 'lateQueueBdp', 'cubic', 'bbr', {
    contrast: 'difference', paper: { direction: 'increase' }, smallest: 0.5, margin: 0, ablation: 'start',
    why: (results) => `CUBIC ${text(value(results, 'lateQueueBdp', 'cubic', 'first-seconds'))} BDP, BBR ${text(value(results, 'lateQueueBdp', 'bbr', 'first-seconds'))}. HyStart ends CUBIC's slow start early, at the first sign of delay, so that its queue comes later.`,
  }),
  claim('step-up', 'rate-step', 'A doubled rate is found in about three cycles of gains.', paper('figure 4'), 'upCycles', 'bbr', 'path', {
    contrast: 'difference', paper: { value: 3 }, margin: 1.5, ablation: 'step',
    why: (results) => `${text(value(results, 'upCycles', 'bbr', 'rate-step'))} cycles of eight round-trip times until 95 % of the doubled rate is delivered over 100 ms. The paper counts three probes (1.25 three times is 1.95). By the kernel's rule a probe ends only when 1.25 times the BDP is in flight, and with every round that brings more the BDP is larger: one probe goes all the way.`,
  }),
  claim('step-down', 'rate-step', 'After the way back the queue drains: later on at most half a BDP waits.', paper('figure 4'), 'downQueueBdp', 'bbr', 'path', {
    contrast: 'difference', paper: { value: 0 }, margin: 0.5, ablation: 'step',
    why: (results) => `Mean queue over the second half of the time after the step back ${text(value(results, 'downQueueBdp', 'bbr', 'rate-step'))} BDP.`,
  }),
  claim('five-fair', 'five-flows', "Five BBR flows share fairly: Jain's index of the last third is within 0.05 of 1.", paper('figure 5'), 'jainLate', 'bbr', 'path', {
    contrast: 'difference', paper: { value: 0 }, margin: 0.05, ablation: 'five-flows',
    why: (results) => `Index ${text(value(results, 'jainLate', 'bbr', 'five-flows'), 4)}; together ${share(value(results, 'share', 'bbr', 'five-flows'))} of the line.`,
  }),
  claim('five-together', 'five-flows', 'Their PROBE_RTT phases synchronise: most of the time in which one is in it, all are.', paper('figure 5'), 'probeTogether', 'bbr', 'path', {
    contrast: 'difference', paper: { value: 0 }, margin: 0.35, ablation: 'five-flows',
    why: (results) => `${share(value(results, 'probeTogether', 'bbr', 'five-flows'))} of the time that any flow is in PROBE_RTT, over the second half of the run.`,
  }),
  ...[0.1, 1, 5].map((lossPercent) => lossClaim(lossPercent, 'bbr', {
    id: `loss-bbr-${lossPercent}`, text: `At ${lossPercent} % loss BBR delivers all that the loss leaves, within 10 %.`, paper: { value: 0 }, margin: 0.1,
  })),
  lossClaim(15, 'bbr', { id: 'loss-bbr-15', text: 'At 15 % loss BBR still delivers close to what the loss leaves, within 25 %.', paper: { value: 0 }, margin: 0.25 }),
  lossClaim(25, 'bbr', { id: 'loss-bbr-25', text: 'At 25 % loss, where probing by 1.25 no longer makes up for the loss, BBR collapses.', paper: { direction: 'decrease' }, smallest: 0.5, margin: 0 }),
  lossClaim(0.1, 'cubic', { id: 'loss-cubic-0.1', text: 'At 0.1 % loss CUBIC has lost nine tenths of its throughput.', paper: { value: -0.9 }, margin: 0.05 }),
  lossClaim(1, 'cubic', { id: 'loss-cubic-1', text: 'At 1 % loss CUBIC stands nearly still.', paper: { value: -0.98 }, margin: 0.02 }),
  lossClaim(1, 'bbr3', { id: 'loss-bbr3-1', text: 'At 1 % loss BBRv3 keeps its throughput, within 10 %.', source: DRAFT, paper: { value: 0 }, margin: 0.1 }),
  lossClaim(5, 'bbr3', { id: 'loss-bbr3-5', text: 'At 5 % loss, beyond its threshold of 2 %, BBRv3 does not.', source: DRAFT, paper: { direction: 'decrease' }, smallest: 0.5, margin: 0 }),
  {
    id: 'buffer-bbr', text: "With eight flows at 128 kbit/s BBR's median round-trip time is the same at eight times the buffer, within 15 %.", source: paper('figure 7'),
    measure: 'rttMedianNs', treatment: at('bbr', MOST), baseline: at('bbr', LEAST), contrast: 'relative', paper: { value: 0 }, margin: 0.15, ablation: 'buffers',
    why: (results) => `${text(value(results, 'rttMedianNs', 'bbr', LEAST) / 1e9, 3)} s with ${BUFFERS[0]} packets, ${text(value(results, 'rttMedianNs', 'bbr', MOST) / 1e9, 3)} s with ${BUFFERS[BUFFERS.length - 1]}. The BDP is less than half a packet: it is the least window, four packets a flow, that makes the queue.`,
  },
  {
    id: 'buffer-cubic', text: "CUBIC's grows with the buffer, to more than four times.", source: paper('figure 7'),
    measure: 'rttMedianNs', treatment: at('cubic', MOST), baseline: at('cubic', LEAST), contrast: 'relative', paper: { direction: 'increase' }, smallest: 3, margin: 0, ablation: 'buffers',
    why: (results) => `${text(value(results, 'rttMedianNs', 'cubic', LEAST) / 1e9, 3)} s with ${BUFFERS[0]} packets, ${text(value(results, 'rttMedianNs', 'cubic', MOST) / 1e9, 3)} s with ${BUFFERS[BUFFERS.length - 1]}: ${percent(value(results, 'rttMedianNs', 'cubic', MOST) / value(results, 'rttMedianNs', 'cubic', LEAST) - 1)}.`,
  },
];

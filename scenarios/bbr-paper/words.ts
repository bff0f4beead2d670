/** Headline and narrative, every number from the data. */
import { meanOf, replicationsOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import { at } from './claims.ts';
import { EXPERIMENTS, SENDERS, titleOf } from './experiments.ts';

const cell = (value: number, unit: string): string => (Number.isFinite(value) ? `${Number(value.toPrecision(3))}${unit}` : 'not run');
const millis = (results: ResultSet, measure: string, arm: string, experiment: string): string => cell(meanOf(results, measure, at(arm, experiment)) / 1e6, ' ms');
const share = (results: ResultSet, arm: string, experiment: string): string => cell(100 * meanOf(results, 'share', at(arm, experiment)), ' %');

export function headline(results: ResultSet): string {
  if (!['bbr', 'cubic'].every((arm) => results.select(at(arm, 'first-seconds')).length > 0)) return 'BBR and CUBIC did not both run in this result';
  return `BBR fills ${share(results, 'bbr', 'first-seconds')} of a line at a median round-trip time of ${millis(results, 'rttMedianNs', 'bbr', 'first-seconds')} where CUBIC takes ${millis(results, 'rttMedianNs', 'cubic', 'first-seconds')}; at 1 % loss it keeps ${share(results, 'bbr', 'loss-1')}, CUBIC ${share(results, 'cubic', 'loss-1')}`;
}

export function narrative(results: ResultSet): string {
  const losses = EXPERIMENTS.filter(({ kind, id }) => kind === 'loss' && SENDERS.some((arm) => results.select(at(arm, id)).length > 0));
  const rows = losses.map(({ id, lossPercent }) => `| ${lossPercent} % | ${cell(100 - lossPercent, ' %')} | ${SENDERS.map((arm) => share(results, arm, id)).join(' | ')} |`);
  const count = replicationsOf(results);
  return [
    'The paper of 2016 shows BBR by seven figures of a single bottleneck. Each is run here again: the paths are the paper\'s, BBR follows the kernel rule for rule, CUBIC is the kernel\'s, and nothing was tuned until a figure agreed.',
    '![](figure:operating)',
    'A loss-based sender has to leave the point of full rate and least delay, since it hears of nothing before the buffer overflows. The picture takes that apart: the line is what the path does with a fixed number in flight, the points are where the congestion controls are.',
    '![](figure:start)',
    '![](figure:first-seconds)',
    'On 33 packets of BDP, the packets that BBR allows for bursts are not small: its queue is theirs. At a hundred times the rate the same rules leave almost none.',
    '![](figure:step)',
    'Upwards the paper counts three probes of 1.25. Here the first probe finds the whole step: it ends when 1.25 times the BDP is in flight, and that BDP grows with each round of the probe. Downwards the rate of the past has to grow too old first, ten rounds, and these become longer as the queue grows.',
    '![](figure:five-flows)',
    'Each flow that starts into the queue of the others takes it for the path. When one of them empties its share in PROBE_RTT the others see less, and their clocks restart together; some probes later all are in PROBE_RTT at once, see the path itself, and the shares come together.',
    '![](figure:loss)',
    losses.length === 0 ? '' : ['| loss | left by it | ' + SENDERS.map(titleOf).join(' | ') + ' |', '|---|---|---|---|---|', ...rows].join('\n'),
    'Goodput is from 5 s on, probes of the round-trip time included. BBRv3 is not in the paper; it takes more than 2 % of loss in a round for an answer.',
    '![](figure:buffers)',
    'At 128 kbit/s the BDP is less than half a packet. No control can have less than a few packets in flight a flow; what BBR shows, once its flows have found the path, is that the buffer does not matter. It takes them minutes: a round-trip time is seconds.',
    `**How sure.** ${count === 1 ? 'One run each: no interval.' : `Intervals are 95 % over ${count} replications`}${count === 1 ? '' : '; without loss a run depends on its seed only through the first phase of BBR\'s cycle and the starts of flows.'} Not to be had from one simulated bottleneck: the paper's figures of Google's backbone and of video.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}

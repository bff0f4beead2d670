/** What is said of BBR and of explicit feedback, as statements that replications can refute. All of MEF is a reconstruction. */
import { meanOf } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection, Source } from '../testbed/scenario.ts';
import { type CaseId, CASES, CROWD } from './cases.ts';

const LAW: Source = { document: 'MEF (reconstruction), sim/network/mef/law.ts', place: 'fixed point: max-min shares of eta C' };
const RCP: Source = { document: 'N. Dukkipati, N. McKeown, Why Flow-Completion Time is the Right Metric, ACM CCR 36(1), 2006', place: 'completion times of rates named by routers' };
const CROWDS: Source = { document: 'N. Dukkipati, Rate Control Protocol, PhD thesis, Stanford 2007', place: 'flash crowds: a rate for flows that are not known yet' };
const BBR: Source = { document: 'M. Hock, R. Bless, M. Zitterbart, Experimental Evaluation of BBR Congestion Control, ICNP 2017', place: 'several flows: overestimated rate, standing queue; long round-trip times win' };
const ABC: Source = { document: 'P. Goyal et al., ABC: A Simple Explicit Congestion Controller for Wireless Networks, NSDI 2020', place: 'bottlenecks that do not speak it: the lesser of two windows' };
const CARDWELL: Source = { document: 'N. Cardwell et al., BBR: Congestion-Based Congestion Control, ACM Queue 14(5), 2016', place: 'random loss' };

export const at = (arm: string, id: CaseId): Selection => ({ arm, where: { case: id } });
export const percentOf = (value: number): string => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : 'no figure');
export const milliseconds = (ns: number): string => (Number.isFinite(ns) ? `${(ns / 1e6).toFixed(1)} ms` : 'no figure');
export const packetsOf = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} packets` : 'no figure');

const SIMULATED = [['BBR', 'bbr'], ['CUBIC', 'cubic'], ['MEF (reconstruction)', 'mef']] as const;

/** `BBR 1.2, CUBIC 3.4, MEF (reconstruction) 5.6.` */
export function each(results: ResultSet, measure: string, id: CaseId, text: (value: number) => string): string {
  return `${SIMULATED.map(([name, arm]) => `${name} ${text(meanOf(results, measure, at(arm, id)))}`).join(', ')}.`;
}

function fixedPoint(id: CaseId, measure: string, margin: number, text: string): Claim {
  return {
    id: `fixed-${measure === 'utilisation' ? 'utilisation' : measure === 'jain' ? 'fair' : 'share'}-${id}`,
    text: `MEF (reconstruction), ${CASES[id].title}: ${text}`,
    source: LAW, measure,
    treatment: at('mef', id), baseline: at('fixed', id),
    contrast: measure === 'jain' ? 'difference' : 'relative',
    paper: { value: 0 }, margin,
    why: (results) => each(results, measure, id, measure === 'jain' ? (value) => value.toFixed(4) : percentOf),
    ablation: measure === 'utilisation' ? 'overview' : 'shares',
  };
}

interface Direction {
  readonly id: string;
  readonly text: string;
  readonly source: Source;
  readonly measure: string;
  readonly of: Selection;
  readonly than: Selection;
  readonly direction: 'decrease' | 'increase';
  readonly contrast: 'relative' | 'difference';
  readonly smallest: number;
  readonly case: CaseId;
  readonly show: (value: number) => string;
  readonly figure: string;
}

function direction({ id, text, source, measure, of, than, direction: to, contrast, smallest, case: which, show, figure }: Direction): Claim {
  return { id, text, source, measure, treatment: of, baseline: than, contrast, paper: { direction: to }, margin: smallest / 2, smallest, why: (results) => each(results, measure, which, show), ablation: figure };
}

export const CLAIMS: readonly Claim[] = [
  fixedPoint('one', 'utilisation', 0.005, 'the link is used to eta, within 0.5 %.'),
  fixedPoint('four', 'utilisation', 0.005, 'the link is used to eta, within 0.5 %.'),
  fixedPoint('four', 'jain', 0.001, "Jain's index is 1, within 0.001."),
  fixedPoint('unequal-rtt', 'jain', 0.001, 'rates do not depend on the round-trip time.'),
  fixedPoint('parking-lot', 'watchedShare', 0.01, 'the flow over both links gets the max-min share, eta C / 3.'),
  fixedPoint('loss', 'utilisation', 0.01, 'losses of the medium are repaired and not answered: eta (1 - p) is left.'),
  fixedPoint('own-queue', 'watchedShare', 0.1, 'kept apart from CUBIC, with weights by estimated flows, a flow gets its share, within a tenth.'),
  direction({ id: 'queue-four', text: 'Four flows: MEF (reconstruction) keeps a shorter queue than BBR.', source: BBR, measure: 'queueMean', of: at('mef', 'four'), than: at('bbr', 'four'), direction: 'decrease', contrast: 'relative', smallest: 0.5, case: 'four', show: packetsOf, figure: 'overview' }),
  direction({ id: 'rtt-long-wins', text: 'BBR gives the flow of the ten times longer round-trip time more than its fair share; MEF (reconstruction) does not.', source: BBR, measure: 'watchedShare', of: at('bbr', 'unequal-rtt'), than: at('mef', 'unequal-rtt'), direction: 'increase', contrast: 'difference', smallest: 0.2, case: 'unequal-rtt', show: percentOf, figure: 'shares' }),
  direction({ id: 'loss-cubic', text: `At 1 % random loss CUBIC falls far behind BBR.`, source: CARDWELL, measure: 'utilisation', of: at('cubic', 'loss'), than: at('bbr', 'loss'), direction: 'decrease', contrast: 'relative', smallest: 0.4, case: 'loss', show: percentOf, figure: 'overview' }),
  direction({ id: 'completion-cubic', text: 'Short flows complete sooner under MEF (reconstruction), which knows its rate after the handshake, than under CUBIC, which has to find it.', source: RCP, measure: 'completionNs', of: at('mef', 'short-flows'), than: at('cubic', 'short-flows'), direction: 'decrease', contrast: 'relative', smallest: 0.1, case: 'short-flows', show: milliseconds, figure: 'completions' }),
  direction({ id: 'completion-bbr', text: 'Short flows complete sooner under MEF (reconstruction) than under BBR.', source: RCP, measure: 'completionNs', of: at('mef', 'short-flows'), than: at('bbr', 'short-flows'), direction: 'decrease', contrast: 'relative', smallest: 0.1, case: 'short-flows', show: milliseconds, figure: 'completions' }),
  direction({ id: 'crowd-drops', text: `Unflattering: ${CROWD} flows at one instant overflow the buffer under MEF (reconstruction), since each is promised a rate that the router computed without them.`, source: CROWDS, measure: 'dropShare', of: at('mef', 'flash-crowd'), than: at('mef', 'four'), direction: 'increase', contrast: 'difference', smallest: 0.002, case: 'flash-crowd', show: percentOf, figure: 'crowd' }),
  direction({ id: 'plain-queue', text: 'Unflattering: at a bottleneck without MEF the reconstruction is only as good as its fallback: CUBIC, with its queue.', source: ABC, measure: 'queueMean', of: at('mef', 'plain-bottleneck'), than: at('mef', 'four'), direction: 'increase', contrast: 'difference', smallest: 10, case: 'plain-bottleneck', show: packetsOf, figure: 'overview' }),
  direction({ id: 'beside-cubic', text: 'Unflattering: in one queue with CUBIC a flow of MEF (reconstruction) is left with almost nothing, since a standing queue tells it to yield. BBR takes more than its share.', source: ABC, measure: 'watchedShare', of: at('mef', 'beside-cubic'), than: at('bbr', 'beside-cubic'), direction: 'decrease', contrast: 'difference', smallest: 0.3, case: 'beside-cubic', show: percentOf, figure: 'shares' }),
];

/** What the papers of explicit feedback say, as statements that replications can refute. MEF is a reconstruction. */
import { meanOf, percent, relativeEffect } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Claim, Selection, Source } from '../testbed/scenario.ts';
import { type CaseId, STEADY_IDS } from './cases.ts';

const XCP: Source = { document: 'D. Katabi, M. Handley, C. Rohrs, Congestion Control for High Bandwidth-Delay Product Networks, SIGCOMM 2002', place: 'section 5.2: utilisation, queue and drops over capacity, delay and number of flows' };
const RCP: Source = { document: 'N. Dukkipati, N. McKeown, Processor Sharing Flows in the Internet, IWQoS 2005', place: 'completion times against processor sharing' };
const RCP_ABSTRACT: Source = { document: 'N. Dukkipati, N. McKeown, Why Flow-Completion Time is the Right Metric, ACM CCR 36(1), 2006', place: 'abstract: typical flows one to two orders of magnitude faster than under XCP or TCP' };
const MEF: Source = { document: 'MEF (reconstruction), sim/network/mef/law.ts', place: 'fixed point eta C; completion times near processor sharing' };

export const NAMES: Readonly<Record<string, string>> = { cubic: 'CUBIC', xcp: 'XCP', rcp: 'RCP', mef: 'MEF (reconstruction)', ps: 'processor sharing' };
const SCHEMES = ['xcp', 'rcp', 'mef'] as const;
type Scheme = (typeof SCHEMES)[number];

export const at = (arm: string, id: CaseId): Selection => ({ arm, where: { case: id } });
const percentOf = (value: number): string => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : 'no figure');

/** Least and greatest mean over the steady cases: `96.8 % to 97.1 %`. */
export function range(results: ResultSet, measure: string, arm: string): string {
  const values = STEADY_IDS.map((id) => meanOf(results, measure, at(arm, id))).filter(Number.isFinite);
  return values.length === 0 ? 'no figure' : `${percentOf(Math.min(...values))} to ${percentOf(Math.max(...values))}`;
}

/** Completion time over that of ideal processor sharing. */
export function overIdeal(results: ResultSet, measure: string, arm: string, id: CaseId): string {
  const effect = relativeEffect(results, measure, at(arm, id), at('ps', id));
  return effect === undefined ? 'no figure' : percent(effect.mean);
}

function near(id: string, text: string, source: Source, measure: string, treatment: Selection, baseline: Selection, contrast: 'relative' | 'difference', paper: number, margin: number, why: (results: ResultSet) => string, ablation: string): Claim {
  return { id, text, source, measure, treatment, baseline, contrast, paper: { value: paper }, margin, why, ablation };
}

function steady(scheme: Scheme): Claim[] {
  const name = NAMES[scheme]!;
  const source = scheme === 'mef' ? MEF : XCP;
  const all: Selection = { arm: scheme };
  const ideal: Selection = { arm: 'ps' };
  const least = scheme === 'mef' ? near('utilisation-mef', `${name} uses 97 % of the link over all cases, within 0.5 %.`, source, 'utilisation', all, ideal, 'difference', -0.03, 0.005, (results) => `By case ${range(results, 'utilisation', scheme)}.`, 'steady')
    : near(`utilisation-${scheme}`, `${name} fills the link, whatever its rate, delay and number of flows: within 5 %, mean of the cases.`, source, 'utilisation', all, ideal, 'difference', 0, 0.05, (results) => `By case ${range(results, 'utilisation', scheme)}.`, 'steady');
  return [
    least,
    near(`queue-${scheme}`, `${name} keeps the queue within a tenth of the buffer, mean of the cases.`, source, 'queueShare', all, ideal, 'difference', 0, 0.1, (results) => `By case ${range(results, 'queueShare', scheme)}; CUBIC ${range(results, 'queueShare', 'cubic')}.`, 'steady'),
    near(`drops-${scheme}`, `${name} drops next to nothing: less than one packet in a thousand.`, source, 'dropShare', all, ideal, 'difference', 0, 0.001, (results) => `By case ${range(results, 'dropShare', scheme)}; CUBIC ${range(results, 'dropShare', 'cubic')}.`, 'steady'),
  ];
}

const ratios = (results: ResultSet, measure: string, id: CaseId): string => `Over processor sharing: ${['cubic', ...SCHEMES].map((arm) => `${NAMES[arm]} ${overIdeal(results, measure, arm, id)}`).join(', ')}.`;

function completion(scheme: Scheme, id: CaseId, load: string): Claim {
  return near(`completion-${scheme}-${id}`, `${NAMES[scheme]}: flows complete, on average, within 10 % of processor sharing at load ${load}.`, scheme === 'mef' ? MEF : RCP, 'completionNs', at(scheme, id), at('ps', id), 'relative', 0, 0.1, (results) => ratios(results, 'completionNs', id), 'completions');
}

export const CLAIMS: readonly Claim[] = [
  ...SCHEMES.flatMap(steady),
  completion('rcp', 'load-50', '0.5'),
  completion('mef', 'load-50', '0.5'),
  {
    id: 'long-flows-mef', text: 'Unflattering: at load 0.8 long flows under MEF (reconstruction) fall behind processor sharing.', source: MEF, measure: 'completionLongNs',
    treatment: at('mef', 'load-80'), baseline: at('ps', 'load-80'), contrast: 'relative', paper: { direction: 'increase' }, margin: 0.05, smallest: 0.1,
    why: (results) => ratios(results, 'completionLongNs', 'load-80'), ablation: 'completions',
  },
  {
    id: 'drops-mef-load-80', text: 'Unflattering: flows that come while others go are promised a rate that is not free: at load 0.8 MEF (reconstruction) drops packets.', source: MEF, measure: 'arrivalDropShare',
    treatment: at('mef', 'load-80'), baseline: at('ps', 'load-80'), contrast: 'difference', paper: { direction: 'increase' }, margin: 0.0005, smallest: 0.001,
    why: (results) => `Dropped: ${['cubic', ...SCHEMES].map((arm) => `${NAMES[arm]} ${percentOf(meanOf(results, 'arrivalDropShare', at(arm, 'load-80')))}`).join(', ')}.`, ablation: 'completions',
  },
  near('order-of-magnitude', 'RCP: short flows complete an order of magnitude sooner than under XCP.', RCP_ABSTRACT, 'completionShortNs', at('rcp', 'load-50'), at('xcp', 'load-50'), 'relative', -0.9, 0.09, (results) => `${ratios(results, 'completionShortNs', 'load-50')} Flows of 8 to 30 packets have a handful of round-trip times to save here; the paper's links are sixty times as fast, and the rate of a flow takes longer to grow to its share.`, 'completions'),
];

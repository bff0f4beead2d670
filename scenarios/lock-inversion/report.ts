/** Figures, headline and narrative, every number from the data. Each figure names its modes, np, pr or poll. */
import { type Effect, estimate, meanOf, relativeEffect, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure, Selection } from '../testbed/scenario.ts';
import { ARMS, MAIN_SHARE, titleOf } from './parameters.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

const LEVEL_NAMES = ['L1 real-time regulated', 'L2 real-time', 'L3 regulated', 'L4 the rest'] as const;

export const at = (arm: string, lockedShare: number): Selection => ({ arm, where: { lockedShare } });
export const mean = (results: ResultSet, measure: string, arm: string, lockedShare: number): number => meanOf(results, measure, at(arm, lockedShare));
export const change = (results: ResultSet, measure: string, arm: string, baseline: string, lockedShare: number): Effect | undefined => relativeEffect(results, measure, at(arm, lockedShare), at(baseline, lockedShare));
export const millis = (ns: number): string => (Number.isFinite(ns) ? `${Number((ns / 1e6).toPrecision(3))} ms` : 'no figure');
export const share = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;

/** `× 0.21 (0.18 to 0.24)`. */
export function factor(effect: Effect | undefined): string {
  if (effect === undefined) return 'no figure';
  const end = (value: number): string => String(Number((1 + value).toPrecision(2)));
  return `× ${end(effect.mean)} (${effect.n > 1 && Number.isFinite(effect.low) && Number.isFinite(effect.high) ? `${end(effect.low)} to ${end(effect.high)}` : 'no interval'})`;
}

const hasRun = (results: ResultSet, arm: string, lockedShare: number): boolean => results.select(at(arm, lockedShare)).length > 0;
const sharesOf = (results: ResultSet): number[] => results.distinct('lockedShare').map(Number).sort((a, b) => a - b);
const armsOf = (results: ResultSet): string[] => Object.keys(ARMS).filter((arm) => results.arms().includes(arm));

function spread(results: ResultSet): string {
  const count = replicationsOf(results);
  return count === 1 ? 'One run each, no interval.' : `Mean and 95 % t interval over ${count} replications on common random numbers.`;
}

function rows(results: ResultSet, measure: string, label: Row): Row[] {
  return armsOf(results).flatMap((arm) => sharesOf(results).flatMap((lockedShare): Row[] => {
    const values = results.values(measure, at(arm, lockedShare));
    if (values.length === 0) return [];
    const scale = measure.endsWith('Ns') ? 1e6 : 1;
    const value = estimate(values.map((each) => each / scale));
    return [{ ...label, arm: titleOf(arm), locked_share: lockedShare, value: round6(value.mean), low: round6(value.low), high: round6(value.high), replications: values.length }];
  }));
}

const tailRows = (results: ResultSet): Row[] => LEVEL_NAMES.flatMap((level, index) => rows(results, `p99L${index + 1}Ns`, { level }).map(({ value, ...rest }) => ({ ...rest, p99_ms: value! })));

const tails: Figure = {
  id: 'tails',
  title: 'p99 of the response by level and lock protocol',
  caption: (results) => `Milliseconds, logarithmic, in modes pr, np and poll, over the part of each job of L1 and L4 that is under the lock. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: tailRows(results).map((row) => ({ ...row, low: Math.max(Number(row.low), Number(row.p99_ms) / 10) })) },
    facet: { field: 'level', type: 'nominal', title: null, sort: [...LEVEL_NAMES] },
    columns: 2,
    spec: {
      width: 250,
      height: 180,
      encoding: {
        x: { field: 'locked_share', type: 'ordinal', title: 'part under the lock', axis: { labelAngle: 0, format: '~%' } },
        xOffset: { field: 'arm', type: 'nominal', sort: Object.keys(ARMS).map(titleOf) },
        color: { field: 'arm', type: 'nominal', title: null, sort: Object.keys(ARMS).map(titleOf) },
      },
      layer: [
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: 'p99 (ms)' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { y: { field: 'p99_ms', type: 'quantitative' }, shape: { field: 'arm', type: 'nominal', title: null, sort: Object.keys(ARMS).map(titleOf) } } },
      ],
    },
    resolve: { scale: { y: 'independent' } },
  }),
  table: tailRows,
};

const inversionRows = (results: ResultSet): Row[] => rows(results, 'inversionShare', {}).map(({ value, ...rest }) => ({ ...rest, inversion_share: value! }));

const inversion: Figure = {
  id: 'inversion',
  title: 'Time in priority inversion',
  caption: (results) => `Share of the time in which a transaction waited for the lock while the core served a job of a lower level that did not hold it; modes pr, np and poll. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: inversionRows(results).map((row) => ({ ...row, row: `${share(Number(row.locked_share))} locked` })) },
    facet: { column: { field: 'row', type: 'nominal', title: null, sort: sharesOf(results).map((value) => `${share(value)} locked`) } },
    spec: {
      width: 180,
      height: { step: 24 },
      encoding: { y: { field: 'arm', type: 'nominal', title: null, sort: Object.keys(ARMS).map(titleOf) } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', axis: { format: '~%' }, title: null }, x2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'inversion_share', type: 'quantitative' } } },
      ],
    },
  }),
  table: inversionRows,
};

export const FIGURES: readonly Figure[] = [tails, inversion];

export function headline(results: ResultSet): string {
  const lockedShare = sharesOf(results).includes(MAIN_SHARE) ? MAIN_SHARE : sharesOf(results)[0];
  if (lockedShare === undefined || !['pr-none', 'pr-inherit'].every((arm) => hasRun(results, arm, lockedShare))) return 'The levels with and without lock inheritance (pr) did not both run in this result';
  const effect = change(results, 'p99L1Ns', 'pr-inherit', 'pr-none', lockedShare);
  return `With ${share(lockedShare)} of each job under a shared lock, priority inversion holds transactions (pr) up for ${share(mean(results, 'inversionShare', 'pr-none', lockedShare))} of the time; inheritance leaves ${share(mean(results, 'inversionShare', 'pr-inherit', lockedShare))} and their p99 at ${factor(effect)} of what it was`;
}

export function narrative(results: ResultSet): string {
  const count = replicationsOf(results);
  const lines = sharesOf(results).flatMap((lockedShare) => armsOf(results).filter((arm) => hasRun(results, arm, lockedShare)).map((arm) => {
    const cell = (measure: string): string => millis(mean(results, measure, arm, lockedShare));
    return `| ${share(lockedShare)} | ${titleOf(arm)} | ${cell('p99L1Ns')} | ${cell('maxL1Ns')} | ${cell('longestBlockedNs')} | ${share(mean(results, 'inversionShare', arm, lockedShare))} | ${mean(results, 'contentions', arm, lockedShare).toFixed(1)} | ${cell('p99L2Ns')} | ${cell('p99L4Ns')} |`;
  }));
  const np = hasRun(results, 'np-none', MAIN_SHARE) && hasRun(results, 'pr-none', MAIN_SHARE)
    ? `Where jobs run to their end (np), a holder never loses the core and nobody waits for the lock; the p99 of level 1 is ${millis(mean(results, 'p99L1Ns', 'np-none', MAIN_SHARE))} for another reason, the whole jobs in front. With preemption and no protocol (pr) it is ${millis(mean(results, 'p99L1Ns', 'pr-none', MAIN_SHARE))}: what preemption gave, the lock has taken back in part or in full.`
    : '';
  return [
    'The paper gives transactions the first queue and says nothing of locks. But transactions and exports read and write one ledger. If an export is interrupted inside its critical section, a transaction that needs the lock waits for it, and so for every job of levels 2 and 3 that keeps the export off the core: the level is undone. Two protocols are known to prevent it: the holder inherits the level of whoever waits for it, or it has the level of the lock (the ceiling) from the start.',
    ['| under the lock | mode, protocol | p99 of L1 | longest L1 | longest wait for the lock, L1 | inversion | contentions | p99 of L2 | p99 of L4 |', '|---|---|---|---|---|---|---|---|---|', ...lines].join('\n'),
    '![](figure:tails)',
    '![](figure:inversion)',
    np,
    'In mode poll a level that was lent counts only at the next look, so some inversion remains, up to the poll interval each time. The label of a job never changes, whatever level a lock lends it.',
    `**How sure.** ${count === 1 ? 'One run: no interval.' : `Intervals are 95 % over ${count} replications on the same jobs.`} One core, one lock, exponential sizes; the lock covers the middle of each job of levels 1 and 4. The workload is a choice, not a trace.`,
  ].filter((paragraph) => paragraph !== '').join('\n\n');
}

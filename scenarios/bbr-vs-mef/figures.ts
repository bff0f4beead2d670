/** Figures: means and intervals over start phases, and the queue of one run over time. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { CASE_IDS, type CaseId, CASES } from './cases.ts';
import { at } from './claims.ts';
import { ARMS } from './run.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string>>;

const NAMES = Object.values(ARMS).map(({ title }) => title);
/** The name of MEF is written out, label and all. */
const LEGEND = { labelLimit: 240 };
const CASE_TITLES = CASE_IDS.map((id) => CASES[id].title);
const spread = (results: ResultSet): string => `Mean and 95 % t interval over ${replicationsOf(results)} start phases. MEF is a reconstruction.`;

function rowsOf(results: ResultSet, measure: string, cases: readonly CaseId[], scale = 1): Row[] {
  return cases.flatMap((id) => Object.entries(ARMS).flatMap(([arm, { title }]): Row[] => {
    const values = results.values(measure, at(arm, id)).map((value) => value * scale);
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    return [{ case: CASES[id].title, controller: title, measure, value: round6(mean), low: round6(low), high: round6(high) }];
  }));
}

/** Points with intervals, a line a case, one colour a controller. */
function dots(rows: readonly Row[], title: string, format: string, width: number | 'container' = 'container', scale: object = {}): object {
  const x = (field: string): object => ({ field, type: 'quantitative', title, ...(format === '' ? {} : { axis: { format } }), scale });
  return {
    data: { values: rows },
    width,
    height: { step: 9 },
    encoding: {
      y: { field: 'case', type: 'nominal', title: null, sort: CASE_TITLES, axis: { labelLimit: 200 } },
      yOffset: { field: 'controller', type: 'nominal', sort: NAMES },
      color: { field: 'controller', type: 'nominal', title: null, sort: NAMES, legend: LEGEND },
    },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: x('low'), x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 55 }, encoding: { x: x('value'), shape: { field: 'controller', type: 'nominal', title: null, sort: NAMES, legend: LEGEND } } },
    ],
  };
}

const ENDLESS = CASE_IDS.filter((id) => CASES[id].load === undefined);
const SHARED: readonly CaseId[] = ['four', 'unequal-rtt', 'parking-lot', 'beside-cubic', 'own-queue'];

export const FIGURES: readonly Figure[] = [
  {
    id: 'overview',
    title: 'Use of the bottleneck, and what waits in front of it: BBR, CUBIC, MEF (reconstruction)',
    caption: (results) => `Left: application bytes delivered, over what the link could carry. Right: packets waiting, mean over time. ${spread(results)}`,
    draw: (results) => ({
      $schema: SCHEMA,
      hconcat: [dots(rowsOf(results, 'utilisation', CASE_IDS), 'utilisation', '%', 300, { zero: false }), dots(rowsOf(results, 'queueMean', CASE_IDS), 'packets waiting', '', 300)],
    }),
    table: (results) => [...rowsOf(results, 'utilisation', CASE_IDS), ...rowsOf(results, 'queueMean', CASE_IDS), ...rowsOf(results, 'rttNs', ENDLESS), ...rowsOf(results, 'dropShare', CASE_IDS)],
  },
  {
    id: 'shares',
    title: 'Share of the watched flow over its fair share: BBR, CUBIC, MEF (reconstruction)',
    caption: (results) => `Watched: one of four; the flow of the longer round-trip time; the flow over both links; the flow beside CUBIC, in one queue and with a queue for MEF. 100 % is fair. ${spread(results)}`,
    draw: (results) => ({ $schema: SCHEMA, ...dots(rowsOf(results, 'watchedShare', SHARED), 'share over fair share', '%') }),
    table: (results) => [...rowsOf(results, 'watchedShare', SHARED), ...rowsOf(results, 'jain', ENDLESS)],
  },
  {
    id: 'completions',
    title: 'Completion times of new connections at load 0.5: BBR, CUBIC, MEF (reconstruction)',
    caption: (results) => `From the SYN to the last byte; sizes bounded Pareto from 14 kB to 3 MB. "Short": below 145 kB. ${spread(results)}`,
    draw: (results) => ({ $schema: SCHEMA, ...dots(completionRows(results), 'completion time (ms)', '') }),
    table: completionRows,
  },
  {
    id: 'crowd',
    title: 'Queue in front of the bottleneck when thirty flows begin at once, and of four flows at rest: BBR, CUBIC, MEF (reconstruction)',
    caption: () => 'One run each, from the begin of the measured time. MEF is a reconstruction; its queue is emptied by the rate, but only a round-trip time after it has formed.',
    draw: (results) => ({
      $schema: SCHEMA,
      data: { values: crowdRows(results) },
      facet: { row: { field: 'case', type: 'nominal', title: null } },
      spec: {
        width: 620,
        height: 150,
        mark: { type: 'line', strokeWidth: 1.5 },
        encoding: {
          x: { field: 't_s', type: 'quantitative', title: 'time (s)' },
          y: { field: 'waiting', type: 'quantitative', title: 'packets waiting' },
          color: { field: 'controller', type: 'nominal', title: null, sort: NAMES, legend: LEGEND },
        },
      },
    }),
    table: crowdRows,
  },
];

function completionRows(results: ResultSet): Row[] {
  const rows = (measure: string, title: string): Row[] => rowsOf(results, measure, ['short-flows'], 1e-6).map((row) => ({ ...row, case: title }));
  return [...rows('completionNs', 'all flows'), ...rows('completionShortNs', 'short flows only')];
}

function crowdRows(results: ResultSet): Row[] {
  return results.rows('queue').map(({ job, row }) => ({ case: CASES[job.params['case'] as CaseId].title, controller: ARMS[job.arm]!.title, t_s: Number(row['t_s']), waiting: Number(row['waiting']) }));
}

/** Figures: utilisation and queue over the steady cases, completion times over ideal processor sharing. */
import { estimate, relativeEffect, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { CASES, FLOW_IDS, STEADY_IDS } from './cases.ts';
import { at } from './claims.ts';
import { ARMS } from './run.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string>>;

const SHOWN = Object.entries(ARMS).filter(([arm]) => arm !== 'ps');
const TITLES = SHOWN.map(([, { title }]) => title);
/** The name of MEF is written out, label and all. */
const LEGEND = { labelLimit: 240 };
const spread = (results: ResultSet): string => `Mean and 95 % t interval over ${replicationsOf(results)} replications. MEF is a reconstruction.`;

function steadyRows(results: ResultSet, measure: string): Row[] {
  return STEADY_IDS.flatMap((id) => SHOWN.flatMap(([arm, { title }]): Row[] => {
    const values = results.values(measure, at(arm, id));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    return [{ case: CASES[id].title, scheme: title, measure, value: round6(mean), low: round6(low), high: round6(high) }];
  }));
}

function dots(rows: readonly Row[], title: string, sort: readonly string[], scale: object = {}): object {
  const x = (field: string): object => ({ field, type: 'quantitative', title, axis: { format: '%' }, scale });
  return {
    data: { values: rows },
    width: 300,
    height: { step: 9 },
    encoding: {
      y: { field: 'case', type: 'nominal', title: null, sort, axis: { labelLimit: 200 } },
      yOffset: { field: 'scheme', type: 'nominal', sort: TITLES },
      color: { field: 'scheme', type: 'nominal', title: null, sort: TITLES, legend: LEGEND },
    },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: x('low'), x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: x('value'), shape: { field: 'scheme', type: 'nominal', title: null, sort: TITLES, legend: LEGEND } } },
    ],
  };
}

const LENGTHS = [['completionShortNs', 'short flows'], ['completionLongNs', 'long flows']] as const;

function completionRows(results: ResultSet): Row[] {
  return FLOW_IDS.flatMap((id) => LENGTHS.flatMap(([measure, title]) => SHOWN.flatMap(([arm, { title: scheme }]): Row[] => {
    const effect = relativeEffect(results, measure, at(arm, id), at('ps', id));
    if (effect === undefined) return [];
    const ends = [effect.low, effect.high].map((end) => (Number.isFinite(end) ? end : effect.mean));
    return [{ case: `${CASES[id].title}, ${title}`, scheme, value: round6(effect.mean), low: round6(ends[0]!), high: round6(ends[1]!) }];
  })));
}

export const FIGURES: readonly Figure[] = [
  {
    id: 'steady',
    title: 'Endless flows: CUBIC, XCP, RCP, MEF (reconstruction)',
    caption: (results) => `Left: bytes on the wire over the rate. Right: packets waiting over the buffer. One quantity changed at a time. ${spread(results)}`,
    draw: (results) => {
      const sort = STEADY_IDS.map((id) => CASES[id].title);
      return { $schema: SCHEMA, hconcat: [dots(steadyRows(results, 'utilisation'), 'utilisation', sort, { zero: false }), dots(steadyRows(results, 'queueShare'), 'queue over buffer', sort)] };
    },
    table: (results) => ['utilisation', 'queueShare', 'dropShare', 'jain'].flatMap((measure) => steadyRows(results, measure)),
  },
  {
    id: 'completions',
    title: 'Completion times over ideal processor sharing: CUBIC, XCP, RCP, MEF (reconstruction)',
    caption: (results) => `0 % is processor sharing of the same arrivals, with one and a half round-trip times added. Short: less than 30 packets. Intervals: 95 %, ratio of paired means, ${replicationsOf(results)} replications. MEF is a reconstruction.`,
    draw: (results) => ({ $schema: SCHEMA, ...dots(completionRows(results), 'completion time / processor sharing - 1', FLOW_IDS.flatMap((id) => LENGTHS.map(([, title]) => `${CASES[id].title}, ${title}`))) }),
    table: completionRows,
  },
];

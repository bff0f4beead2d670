/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. */
import { replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { type ArmName, LABEL_ARMS, titleOf } from './arms.ts';
import { campaignOf, ranArms, spreadOf } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

function spread(results: ResultSet): string {
  const replications = replicationsOf(results);
  return replications === 1 ? 'One run each, no interval.' : `Mean and 95 % t interval over ${replications} replications; all arms meet the same operations.`;
}

const labelArms = (results: ResultSet): ArmName[] => ranArms(results).filter((arm) => LABEL_ARMS.includes(arm));
/** All these arms have labels: what tells them apart is how anchors are cut. */
const anchorsOf = (arm: ArmName): string => titleOf(arm).replace(/^labels; /, '');
const titles = (arms: readonly ArmName[]): string[] => arms.map(anchorsOf);
/** Titles of arms are long: below the picture, and whole. */
const LEGEND = { orient: 'bottom', columns: 2, labelLimit: 400 };

const exposureRows = (results: ResultSet): Row[] => labelArms(results).flatMap((arm) => results.rows('exposure', { arm }).map(({ row }) => ({ anchors: anchorsOf(arm), ...row })));

const exposure: Figure = {
  id: 'exposure',
  title: 'Exposure over time',
  caption: () => 'Time behind the last committed anchor, milliseconds, first replication. It grows with the clock and falls at each commitment. In the middle of the run few operations come: anchors by count alone then stay away.',
  draw: (results) => ({
    $schema: SCHEMA,
    width: 'container',
    height: 260,
    data: { values: exposureRows(results) },
    mark: { type: 'line', interpolate: 'step-after' },
    encoding: {
      x: { field: 't_ms', type: 'quantitative', title: 'time (ms)' },
      y: { field: 'age_ms', type: 'quantitative', scale: { type: 'symlog', constant: 50 }, title: 'exposed time (ms)' },
      color: { field: 'anchors', type: 'nominal', title: null, sort: titles(labelArms(results)), legend: LEGEND },
    },
  }),
  table: exposureRows,
};

function costRows(results: ResultSet): Row[] {
  return labelArms(results).flatMap((arm): Row[] => {
    const [age, anchors, records, lag] = [spreadOf(results, 'exposedAgeMaxNs', arm), spreadOf(results, 'anchorsPerS', arm), spreadOf(results, 'exposedRecordsMax', arm), spreadOf(results, 'auditLagMeanNs', arm)];
    if (age === undefined || anchors === undefined || records === undefined) return [];
    const ms = (ns: number): number => round6(ns / 1e6);
    return [{ anchors: anchorsOf(arm), anchors_per_s: round6(anchors.mean), longest_exposed_ms: ms(age.mean), low: ms(age.low), high: ms(age.high), most_records_exposed: round6(records.mean), mean_audit_lag_ms: lag === undefined ? 'none' : ms(lag.mean) }];
  });
}

const cost: Figure = {
  id: 'cost',
  title: 'What a shorter exposure costs',
  caption: (results) => `Right: anchors a second, each a transaction of level 1 on the consortium chain; up: longest exposed time, milliseconds, logarithmic. ${spread(results)} The table has the records exposed and the audit lag.`,
  draw: (results) => ({
    $schema: SCHEMA,
    width: 'container',
    height: 260,
    data: { values: costRows(results) },
    encoding: { x: { field: 'anchors_per_s', type: 'quantitative', title: 'anchors a second' }, color: { field: 'anchors', type: 'nominal', title: null, sort: titles(labelArms(results)), legend: LEGEND } },
    layer: [
      { mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: 'longest exposed time (ms)' }, y2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 80, opacity: 1 }, encoding: { y: { field: 'longest_exposed_ms', type: 'quantitative', scale: { type: 'log' } } } },
    ],
  }),
  table: costRows,
};

function campaignRows(results: ResultSet): Row[] {
  return labelArms(results).filter((arm) => arm === 'both' || arm === 'unanchored').flatMap((arm) =>
    campaignOf(results, arm).map((row) => ({
      anchors: arm === 'both' ? 'with anchors' : 'without anchors',
      ...row,
      verdict: row.silent > 0 ? 'called intact' : row.found === row.attempts ? 'always found' : row.found === 0 ? 'exposure' : 'found or exposure',
    })));
}

const campaign: Figure = {
  id: 'campaign',
  title: 'Tampering, and what the audit says',
  caption: (results) => `Each kind of tampering on copies of the stored evidence, over ${replicationsOf(results)} replications; figures: found of attempts. Exposure means that the audit did not find it and says that it could not have. Without anchors the whole chain is exposed.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: campaignRows(results).map((row) => ({ ...row, text: `${row['found']} of ${row['attempts']}` })) },
    facet: { column: { field: 'anchors', type: 'nominal', title: null } },
    spec: {
      width: 200,
      height: { step: 26 },
      encoding: { x: { field: 'place', type: 'nominal', title: null, axis: { labelAngle: 0 } }, y: { field: 'kind', type: 'nominal', title: null, sort: null, axis: { labelLimit: 220 } } },
      layer: [
        // Pale, so that the figures on it can be read in both schemes of the page.
        { mark: { type: 'rect', fillOpacity: 0.3, stroke: null }, encoding: { color: { field: 'verdict', type: 'nominal', title: null, sort: ['always found', 'found or exposure', 'exposure', 'called intact'] } } },
        { mark: { type: 'text' }, encoding: { text: { field: 'text', type: 'nominal' } } },
      ],
    },
  }),
  table: campaignRows,
};

const CONTROL_ARMS: readonly ArmName[] = ['both', 'user-acl', 'user-acl-strict'];
const CONTROL_TITLES: Readonly<Record<string, string>> = { both: 'labels', 'user-acl': 'user grades', 'user-acl-strict': 'user grades, strict' };
const CONTROL_MEASURES = [['missedShare', 'regulated operations missed'], ['needlessShare', 'open operations logged']] as const;

const controlRows = (results: ResultSet): Row[] =>
  CONTROL_ARMS.flatMap((arm) => CONTROL_MEASURES.flatMap(([measure, title]): Row[] => {
    const value = spreadOf(results, measure, arm);
    return value === undefined ? [] : [{ control: CONTROL_TITLES[arm]!, what: title, share: round6(value.mean), low: round6(value.low), high: round6(value.high) }];
  }));

const control: Figure = {
  id: 'control',
  title: 'What labels and user grades see',
  caption: (results) => `Share of operations on regulated data that were done without a record, and of operations on open data that were logged. Half of the users join late. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: controlRows(results) },
    facet: { column: { field: 'what', type: 'nominal', title: null, sort: CONTROL_MEASURES.map(([, title]) => title) } },
    spec: {
      width: 240,
      height: { step: 28 },
      encoding: { y: { field: 'control', type: 'nominal', title: null, sort: null } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', title: null, axis: { format: '%' } }, x2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 60 }, encoding: { x: { field: 'share', type: 'quantitative' } } },
      ],
    },
  }),
  table: controlRows,
};

export const FIGURES: readonly Figure[] = [campaign, exposure, cost, control];

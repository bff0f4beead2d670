/** The paper's figures 1 to 7 over our data. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { at } from './claims.ts';
import { bufferId, BUFFERS, EXPERIMENTS, lossId, SENDERS, titleOf } from './experiments.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

const hasRun = (results: ResultSet, experiment: string): string[] => SENDERS.filter((arm) => results.select(at(arm, experiment)).length > 0);
const color = { field: 'sender', type: 'nominal', title: null, sort: SENDERS.map(titleOf) };

function spread(results: ResultSet): string {
  const count = replicationsOf(results);
  return count === 1 ? 'One run each, no interval.' : `Mean and 95 % t interval over ${count} replications.`;
}

function seriesRows(results: ResultSet, experiment: string, untilMs: number, everyMs: number): Row[] {
  return hasRun(results, experiment).flatMap((arm) => results.rows('series', at(arm, experiment))
    .filter(({ row }) => Number(row['tMs']) <= untilMs && Number(row['tMs']) % everyMs < 1e-6)
    .map(({ row }) => ({ sender: titleOf(arm), flow: Number(row['flow']) + 1, t_s: Number(row['tMs']) / 1000, in_flight: Number(row['inflight']), rtt_ms: round6(Number(row['rttMs'])), queue: Number(row['queue']), delivered_mbps: round6(Number(row['deliveredMbps'])) })));
}

const long = (rows: readonly Row[], fields: readonly (readonly [field: string, title: string])[]): Row[] =>
  fields.flatMap(([field, title]) => rows.map((row) => ({ sender: row['sender']!, flow: row['flow']!, t_s: row['t_s']!, what: title, value: row[field]! })));

/** Lines over time, one panel a quantity. */
function timeFigure(id: string, title: string, experiment: string, untilMs: number, everyMs: number, fields: readonly (readonly [string, string])[], words: string): Figure {
  const rows = (results: ResultSet): Row[] => seriesRows(results, experiment, untilMs, everyMs);
  return {
    id, title,
    caption: () => `${words} First replication.`,
    draw: (results) => ({
      $schema: SCHEMA,
      data: { values: long(rows(results).filter(({ rtt_ms }) => rtt_ms !== 0), fields) },
      facet: { row: { field: 'what', type: 'nominal', title: null, sort: fields.map(([, name]) => name) } },
      spec: { width: 560, height: 150, mark: { type: 'line', strokeWidth: 1.2 }, encoding: { x: { field: 't_s', type: 'quantitative', title: 'time (s)' }, y: { field: 'value', type: 'quantitative', title: null }, color } },
      resolve: { scale: { y: 'independent' } },
    }),
    table: rows,
  };
}

function operatingRows(results: ResultSet): Row[] {
  return ['path', ...SENDERS].flatMap((arm) => results.rows('operating', at(arm, 'first-seconds')).filter(({ job }) => job.replication === 0)
    .map(({ row }) => ({ sender: arm === 'path' ? 'fixed window' : titleOf(arm), in_flight_bdp: round6(Number(row['inflightBdp'])), share_of_line: round6(Number(row['share'])), rtt_ms: round6(Number(row['rttMs'])) })));
}

const operating: Figure = {
  id: 'operating',
  title: 'Rate and delay against what is in flight (figure 1)',
  caption: () => 'Line: senders that keep a fixed number in flight. Up to one BDP more brings rate, beyond it only delay, beyond BDP and buffer only loss. Points: where each congestion control is on average between 3 and 8 s. First replication.',
  draw: (results) => {
    const rows = operatingRows(results);
    const values = (['share_of_line', 'rtt_ms'] as const).flatMap((field) => rows.map((row) => ({ sender: row['sender']!, in_flight_bdp: row['in_flight_bdp']!, what: field === 'rtt_ms' ? 'round-trip time (ms)' : 'share of the line', value: row[field]! })));
    const x = { field: 'in_flight_bdp', type: 'quantitative', title: 'in flight (BDP)' };
    const y = { field: 'value', type: 'quantitative', title: null };
    return {
      $schema: SCHEMA,
      data: { values },
      facet: { column: { field: 'what', type: 'nominal', title: null } },
      spec: {
        width: 270,
        height: 220,
        layer: [
          { transform: [{ filter: "datum.sender === 'fixed window'" }], mark: { type: 'line' }, encoding: { x, y } },
          { transform: [{ filter: "datum.sender !== 'fixed window'" }], mark: { type: 'point', filled: true, size: 90 }, encoding: { x, y, color, shape: color } },
        ],
      },
      resolve: { scale: { y: 'independent' } },
    };
  },
  table: operatingRows,
};

const shareRows = (results: ResultSet): Row[] => seriesRows(results, 'five-flows', Infinity, 200).filter(({ sender }) => sender === titleOf('bbr'));

const fiveFlows: Figure = {
  id: 'five-flows',
  title: 'Five BBR flows on one line (figure 5)',
  caption: () => 'What each delivers in order, over 200 ms, of 100 Mbit/s with a round-trip time of 10 ms; starts 2 s apart. First replication.',
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: shareRows(results) },
    width: 'container',
    height: 260,
    mark: { type: 'line', strokeWidth: 1.2 },
    encoding: { x: { field: 't_s', type: 'quantitative', title: 'time (s)' }, y: { field: 'delivered_mbps', type: 'quantitative', title: 'delivered (Mbit/s)' }, color: { field: 'flow', type: 'nominal', title: 'flow' } },
  }),
  table: shareRows,
};

function pointRows(results: ResultSet, measure: string, scale: number, points: readonly (readonly [experiment: string, x: number])[], name: string): Row[] {
  return SENDERS.flatMap((arm) => points.flatMap(([experiment, x]): Row[] => {
    const values = results.values(measure, at(arm, experiment)).map((value) => value / scale);
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    return [{ sender: titleOf(arm), [name]: x, value: round6(mean), low: round6(low), high: round6(high), least: round6(Math.min(...values)), most: round6(Math.max(...values)), replications: values.length }];
  }));
}

const LOSS_POINTS = EXPERIMENTS.filter(({ kind }) => kind === 'loss').map(({ lossPercent }) => [lossId(lossPercent), lossPercent] as const);
const lossRows = (results: ResultSet): Row[] => pointRows(results, 'share', 1, LOSS_POINTS, 'loss_percent');

const loss: Figure = {
  id: 'loss',
  title: 'Goodput under random loss (figure 6)',
  caption: (results) => `Share of a line of 100 Mbit/s with a round-trip time of 100 ms. Points and lines: mean of ${replicationsOf(results)} replications; bars: least and most of them, since between 10 and 20 % a single run goes one way or the other. Dashed: what the loss leaves.`,
  draw: (results) => ({
    $schema: SCHEMA,
    width: 'container',
    height: 300,
    encoding: { x: { field: 'loss_percent', type: 'quantitative', scale: { type: 'log' }, title: 'loss (%)' } },
    layer: [
      { data: { values: LOSS_POINTS.map(([, x]) => ({ loss_percent: x, value: 1 - x / 100 })) }, mark: { type: 'line', strokeDash: [4, 4], opacity: 0.5 }, encoding: { y: { field: 'value', type: 'quantitative', title: 'share of the line' } } },
      { data: { values: lossRows(results) }, mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'least', type: 'quantitative' }, y2: { field: 'most' }, color } },
      { data: { values: lossRows(results) }, mark: { type: 'line', point: true }, encoding: { y: { field: 'value', type: 'quantitative' }, color } },
    ],
  }),
  table: lossRows,
};

const bufferRows = (results: ResultSet): Row[] => pointRows(results, 'rttMedianNs', 1e9, BUFFERS.map((packets) => [bufferId(packets), packets] as const), 'buffer_packets');

const buffers: Figure = {
  id: 'buffers',
  title: 'Median round-trip time over the buffer (figure 7)',
  caption: (results) => `Eight flows on 128 kbit/s with 40 ms, second half of each run. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: bufferRows(results) },
    width: 'container',
    height: 260,
    encoding: { x: { field: 'buffer_packets', type: 'quantitative', title: 'buffer (packets)' }, color },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'low', type: 'quantitative', title: 'median round-trip time (s)' }, y2: { field: 'high' } } },
      { mark: { type: 'line', point: true }, encoding: { y: { field: 'value', type: 'quantitative' } } },
    ],
  }),
  table: bufferRows,
};

const SMALL_LINE = '10 Mbit/s, 40 ms.';

export const FIGURES: readonly Figure[] = [
  operating,
  timeFigure('start', 'The first second (figure 2)', 'first-seconds', 1000, 5, [['in_flight', 'packets in flight'], ['queue', 'packets waiting']], `${SMALL_LINE} BBR: STARTUP, DRAIN, then the first cycle.`),
  timeFigure('first-seconds', 'The first eight seconds (figure 3)', 'first-seconds', 8000, 20, [['rtt_ms', 'round-trip time (ms)']], SMALL_LINE),
  timeFigure('step', 'The rate doubles and halves again (figure 4)', 'rate-step', Infinity, 100, [['in_flight', 'packets in flight'], ['rtt_ms', 'round-trip time (ms)']], '10, 20 and 10 Mbit/s for a third of the time each, 40 ms.'),
  fiveFlows,
  loss,
  buffers,
];

/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARM_NAMES, ARMS } from './arms.ts';
import { at, mean, ranSizes } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
const LEGEND = { orient: 'bottom', columns: 3, labelLimit: 300 };
type Row = Readonly<Record<string, number | string>>;

const titles = ARM_NAMES.map((arm) => ARMS[arm]!.title);

/** A row for each arm and size that ran. */
function rows(results: ResultSet, measure: string, scale: number, name: string): Row[] {
  return ARM_NAMES.flatMap((arm) => ranSizes(results).flatMap((replicas): Row[] => {
    const values = results.values(measure, at(arm, replicas));
    if (values.length === 0) return [];
    const { mean: middle, low, high } = estimate(values);
    return [{ variant: ARMS[arm]!.title, replicas, [name]: round6(middle / scale), low: round6(low / scale), high: round6(high / scale) }];
  }));
}

function spread(results: ResultSet): string {
  const replications = replicationsOf(results);
  return replications === 1 ? 'One run each, no interval.' : `Mean and 95 % interval over ${replications} replications.`;
}

function lines(id: string, title: string, what: string, data: (results: ResultSet) => Row[], field: string, axis: string): Figure {
  return {
    id,
    title,
    caption: (results) => `${what} Both axes logarithmic. ${spread(results)}`,
    draw: (results) => ({
      $schema: SCHEMA,
      width: 'container',
      height: 260,
      data: { values: data(results) },
      encoding: {
        x: { field: 'replicas', type: 'quantitative', scale: { type: 'log' }, axis: { values: ranSizes(results) } },
        color: { field: 'variant', type: 'nominal', title: null, sort: titles, legend: LEGEND },
      },
      layer: [
        { mark: { type: 'line' }, encoding: { y: { field, type: 'quantitative', scale: { type: 'log' }, title: axis } } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { y: { field, type: 'quantitative' }, shape: { field: 'variant', type: 'nominal', title: null, sort: titles, legend: LEGEND } } },
      ],
    }),
    table: data,
  };
}

/** Measured, and what the formula says. */
function messageRows(results: ResultSet): Row[] {
  return ranSizes(results).flatMap((replicas) => ARM_NAMES.flatMap((arm): Row[] => {
    const measured = mean(results, 'agreementMessages', arm, replicas);
    return Number.isFinite(measured) ? [{ variant: ARMS[arm]!.title, replicas, messages_a_batch: round6(measured), formula: 2 * replicas * (replicas - 1), messages_a_request: round6(mean(results, 'messagesPerRequest', arm, replicas)) }] : [];
  }));
}

const messages: Figure = {
  id: 'messages',
  title: 'Messages of a request',
  caption: () => 'Messages between replicas for a request, checkpoints included; axes logarithmic. The line without points is 2 n (n - 1), the cost of a request that is agreed on alone.',
  draw: (results) => ({
    $schema: SCHEMA,
    width: 'container',
    height: 260,
    data: { values: messageRows(results) },
    encoding: { x: { field: 'replicas', type: 'quantitative', scale: { type: 'log' }, axis: { values: ranSizes(results) } } },
    layer: [
      { mark: { type: 'line', strokeDash: [4, 3] }, encoding: { y: { field: 'formula', type: 'quantitative', scale: { type: 'log' }, title: 'messages a request' } } },
      { mark: { type: 'line', point: true }, encoding: { y: { field: 'messages_a_request', type: 'quantitative', scale: { type: 'log' } }, color: { field: 'variant', type: 'nominal', title: null, sort: titles, legend: LEGEND } } },
    ],
  }),
  table: messageRows,
};

export const FIGURES: readonly Figure[] = [
  lines('throughput', 'Throughput against the number of replicas', 'Requests a second that clients got answers to.', (results) => rows(results, 'throughputPerS', 1, 'requests_per_s'), 'requests_per_s', 'requests/s'),
  lines('latency', 'Latency against the number of replicas', 'Mean time from a request to its answer, closed loop: more throughput, less latency.', (results) => rows(results, 'latencyMeanNs', 1e6, 'latency_ms'), 'latency_ms', 'ms'),
  messages,
];

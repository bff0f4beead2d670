import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARMS } from './arms.ts';

type Row = Readonly<Record<string, number | string | boolean>>;
export type ArmId = keyof typeof ARMS;
export const ARM_IDS = Object.keys(ARMS) as ArmId[];

export interface Point {
  readonly arm: ArmId;
  readonly buffer: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A measure by pair and buffer, with its 95 % interval. */
export function points(results: ResultSet, measure: string): Point[] {
  const buffers = results.distinct('bufferBdp').map(Number);
  return ARM_IDS.flatMap((arm) => buffers.flatMap((buffer) => {
    const values = results.values(measure, { arm, where: { bufferBdp: buffer } });
    return values.length === 0 ? [] : [{ arm, buffer, ...estimate(values) }];
  }));
}

function rows(results: ResultSet, measure: string): Row[] {
  return points(results, measure).map(({ arm, buffer, mean, low, high }) => ({ pair: ARMS[arm].title, buffer_bdp: buffer, value: round6(mean), low: round6(low), high: round6(high), replications: replicationsOf(results) }));
}

const TITLES = ARM_IDS.map((arm) => ARMS[arm].title);

function overBuffer(results: ResultSet, measure: string, title: string, format: string, rule?: number): object {
  const y = { type: 'quantitative', title, axis: { format } } as const;
  const both = {
    x: { field: 'buffer_bdp', type: 'quantitative', scale: { type: 'log', base: 2 }, axis: { values: [0.5, 1, 2, 4, 8] }, title: 'buffer, bandwidth-delay products' },
    color: { field: 'pair', type: 'nominal', title: null, sort: TITLES },
  } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values: rows(results, measure) },
    width: 'container',
    height: 320,
    config: { legend: { labelLimit: 220 } },
    layer: [
      ...(rule === undefined ? [] : [{ mark: { type: 'rule', strokeDash: [4, 4], opacity: 0.5 }, encoding: { y: { datum: rule, ...y } } }]),
      { mark: { type: 'line' }, encoding: { ...both, y: { field: 'value', ...y } } },
      { mark: { type: 'rule', opacity: 0.6 }, encoding: { ...both, y: { field: 'low', ...y }, y2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 45 }, encoding: { ...both, y: { field: 'value', ...y }, shape: { field: 'pair', type: 'nominal', title: null, sort: TITLES }, tooltip: [{ field: 'pair', type: 'nominal' }, { field: 'buffer_bdp', type: 'quantitative' }, { field: 'value', type: 'quantitative' }] } },
    ],
  };
}

const intervals = (results: ResultSet): string => `Mean and 95 % t interval over ${replicationsOf(results)} replications that differ in start times.`;

export const FIGURES: readonly Figure[] = [
  {
    id: 'share-over-buffer',
    title: 'Share of the first flow over the buffer',
    caption: (results) => `Goodput of the first named over that of all flows; the dashed line is half. One flow of each kind, but for the pair that says four. ${intervals(results)}`,
    draw: (results) => overBuffer(results, 'share', 'share of the first flow', '.0%', 0.5),
    table: (results) => rows(results, 'share'),
  },
  {
    id: 'jain-over-buffer',
    title: 'Fairness over the buffer',
    caption: (results) => `Jain's index of the goodputs: 1 when all have the same, one half when one of two has all. ${intervals(results)}`,
    draw: (results) => overBuffer(results, 'jain', "Jain's index", '.2f'),
    table: (results) => rows(results, 'jain'),
  },
  {
    id: 'queue-over-buffer',
    title: 'Mean queue over the buffer',
    caption: (results) => `Packets waiting over time, in bandwidth-delay products. ${intervals(results)}`,
    draw: (results) => overBuffer(results, 'queueBdp', 'mean queue, BDP', '.1f'),
    table: (results) => rows(results, 'queueBdp'),
  },
  {
    id: 'resent-over-buffer',
    title: 'Segments sent again over the buffer',
    caption: (results) => `Share of all data segments of all flows. ${intervals(results)}`,
    draw: (results) => overBuffer(results, 'resent', 'share sent again', '.1%'),
    table: (results) => rows(results, 'resent'),
  },
];

/** Figures, headline and narrative of the ladder. */
import { meanOf, percent, relativeEffect, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARM_NAMES, ARMS, EXPERIMENT_TITLES, TRUTH } from './arms.ts';
import { EXPERIMENTS, type Experiment } from './parameters.ts';

type Row = Readonly<Record<string, number | string>>;

const PARTS = { coldNs: 'cold connections, mean', warmNs: 'warm, mean', lastNs: 'warm, last of a round' } as const;
type Part = keyof typeof PARTS;
const OTHERS = ARM_NAMES.filter((arm) => arm !== TRUTH);
const ran = (results: ResultSet): Experiment[] => EXPERIMENTS.filter((experiment) => results.select({ where: { experiment } }).length > 0);

function errorRows(results: ResultSet): Row[] {
  return (Object.keys(PARTS) as Part[]).flatMap((part) => ran(results).flatMap((experiment) => OTHERS.flatMap((arm): Row[] => {
    const where = { experiment };
    const effect = relativeEffect(results, part, { arm, where }, { arm: TRUTH, where });
    if (effect === undefined) return [];
    const bound = (value: number): number => round6(Number.isFinite(value) ? value : effect.mean);
    return [{ deliveries: PARTS[part], traffic: EXPERIMENT_TITLES[experiment], level: ARMS[arm]!.title, error: round6(effect.mean), low: bound(effect.low), high: bound(effect.high), packets_ms: round6(meanOf(results, part, { arm: TRUTH, where }) / 1e6) }];
  })));
}

const error: Figure = {
  id: 'error',
  title: 'Error against packets',
  caption: (results) => `Delivery time over that of packets under CUBIC, less one, with 95 % intervals over ${replicationsOf(results)} replications (paired on the same starts). Packets under BBR are drawn as well: what a controller changes bounds what any coarser level can be right about.`,
  draw: (results) => ({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values: errorRows(results) },
    facet: { row: { field: 'deliveries', type: 'nominal', title: null, sort: Object.values(PARTS) } },
    spec: {
      width: 460,
      height: { step: 14 },
      encoding: {
        y: { field: 'traffic', type: 'nominal', title: null, sort: Object.values(EXPERIMENT_TITLES), axis: { labelLimit: 260 } },
        yOffset: { field: 'level', type: 'nominal', sort: OTHERS.map((arm) => ARMS[arm]!.title) },
        color: { field: 'level', type: 'nominal', title: null, sort: OTHERS.map((arm) => ARMS[arm]!.title), legend: { orient: 'bottom', columns: 2 } },
      },
      layer: [
        { mark: { type: 'bar' }, encoding: { x: { field: 'error', type: 'quantitative', title: 'error', axis: { format: '+%' } } } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } } },
      ],
    },
  }),
  table: errorRows,
};

function costRows(results: ResultSet): Row[] {
  return ran(results).flatMap((experiment) => ARM_NAMES.flatMap((arm): Row[] => {
    const value = meanOf(results, 'eventsPerMessage', { arm, where: { experiment } });
    return Number.isFinite(value) ? [{ traffic: EXPERIMENT_TITLES[experiment], level: ARMS[arm]!.title, events_a_message: round6(value) }] : [];
  }));
}

const cost: Figure = {
  id: 'cost',
  title: 'What a level costs',
  caption: () => 'Events of the simulator for a message, logarithmic.',
  draw: (results) => ({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: 'container',
    height: { step: 14 },
    data: { values: costRows(results) },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'traffic', type: 'nominal', title: null, sort: Object.values(EXPERIMENT_TITLES), axis: { labelLimit: 260 } },
      yOffset: { field: 'level', type: 'nominal', sort: ARM_NAMES.map((arm) => ARMS[arm]!.title) },
      x: { field: 'events_a_message', type: 'quantitative', scale: { type: 'log' }, title: 'events a message' },
      color: { field: 'level', type: 'nominal', title: null, sort: ARM_NAMES.map((arm) => ARMS[arm]!.title), legend: { orient: 'bottom', columns: 2 } },
    },
  }),
  table: costRows,
};

export const FIGURES: readonly Figure[] = [error, cost];

function worst(results: ResultSet, arm: string, part: Part): { experiment: Experiment; error: number } | undefined {
  const errors = ran(results).flatMap((experiment) => {
    const effect = relativeEffect(results, part, { arm, where: { experiment } }, { arm: TRUTH, where: { experiment } });
    return effect === undefined ? [] : [{ experiment, error: effect.mean }];
  });
  return errors.length === 0 ? undefined : errors.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a));
}

export function headline(results: ResultSet): string {
  const told = (['flow', 'message'] as const).flatMap((arm) => {
    const found = worst(results, arm, 'warmNs');
    return found === undefined ? [] : [`${ARMS[arm]!.title} level ${percent(found.error)} (${EXPERIMENT_TITLES[found.experiment]})`];
  });
  return told.length === 0 ? 'No level besides packets in this result' : `Largest error of the mean delivery against packets, warm connections: ${told.join(', ')}`;
}

export function narrative(results: ResultSet): string {
  const rows = ran(results).map((experiment) => `| ${EXPERIMENT_TITLES[experiment]} | ${Number((meanOf(results, 'warmNs', { arm: TRUTH, where: { experiment } }) / 1e6).toPrecision(4))} ms | ${OTHERS.map((arm) => {
    const effect = relativeEffect(results, 'warmNs', { arm, where: { experiment } }, { arm: TRUTH, where: { experiment } });
    return effect === undefined ? 'no figure' : percent(effect.mean);
  }).join(' | ')} |`);
  return [
    'The same messages over the same star of lines at three levels: packets over TCP, which is the ground truth; fluid flows at max-min fair rates; and single messages, one after the other through the sender\'s line. Headers cost the same everywhere. Error of the mean delivery on warm connections:',
    [`| traffic | packets, CUBIC | ${OTHERS.map((arm) => ARMS[arm]!.title).join(' | ')} |`, `|---|---|${OTHERS.map(() => '---').join('|')}|`, ...rows].join('\n'),
    '![](figure:error)',
    'What the coarse levels leave out: slow start, on a cold connection and again on one that was idle for longer than its timeout, which is what a block alone pays for; queues that form and losses that are repaired, and at message level any sharing inside a line: messages pass one after the other, so the mean of a fan-out is less than with flows that share, and the last one is the same.',
    '![](figure:cost)',
  ].join('\n\n');
}

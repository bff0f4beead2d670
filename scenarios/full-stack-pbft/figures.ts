/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import { PART_NAMES } from '../testbed/node/causes.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARM_NAMES, ARMS } from './arms.ts';
import { at, hasRun, mean } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string>>;

export const PART_TITLES: Readonly<Record<(typeof PART_NAMES)[number], string>> = {
  cpuWaitNs: 'processor: waiting', cpuWorkNs: 'processor: work', diskNs: 'disk', networkQueueNs: 'network: queues and lines', propagationNs: 'network: propagation', protocolWaitNs: 'protocol',
};

const ranArms = (results: ResultSet): string[] => ARM_NAMES.filter((arm) => hasRun(results, arm));

function spread(results: ResultSet): string {
  const replications = replicationsOf(results);
  return replications === 1 ? 'One run each, no interval.' : `Mean and 95 % interval over ${replications} replications.`;
}

function partRows(results: ResultSet): Row[] {
  return ranArms(results).flatMap((arm) => PART_NAMES.map((name, order): Row => ({ variant: ARMS[arm]!.title, part: PART_TITLES[name], latency_ms: round6(mean(results, name, arm) / 1e6), order })));
}

function latencyRows(results: ResultSet): Row[] {
  return ranArms(results).flatMap((arm) => (['blockMeanNs', 'blockP99Ns'] as const).flatMap((measure): Row[] => {
    const values = results.values(measure, at(arm));
    if (values.length === 0) return [];
    const { mean: middle, low, high } = estimate(values);
    return [{ variant: ARMS[arm]!.title, what: measure === 'blockMeanNs' ? 'mean' : 'p99', latency_ms: round6(middle / 1e6), low: round6(low / 1e6), high: round6(high / 1e6) }];
  }));
}

const y = (results: ResultSet): object => ({ field: 'variant', type: 'nominal', title: null, sort: ranArms(results).map((arm) => ARMS[arm]!.title), axis: { labelLimit: 260 } });

export const FIGURES: readonly Figure[] = [
  {
    id: 'parts',
    title: 'Where a block\'s latency goes',
    caption: (results) => `Mean latency of a block, from its proposal until a quorum has executed it, along its chain of causes; the parts add up exactly. Over ${replicationsOf(results)} replication${replicationsOf(results) === 1 ? '' : 's'}.`,
    draw: (results) => ({
      $schema: SCHEMA,
      width: 'container',
      height: 340,
      data: { values: partRows(results) },
      mark: { type: 'bar' },
      encoding: {
        y: y(results),
        x: { field: 'latency_ms', type: 'quantitative', stack: 'zero', title: 'latency, ms' },
        color: { field: 'part', type: 'nominal', title: null, sort: PART_NAMES.map((name) => PART_TITLES[name]), legend: { orient: 'bottom', columns: 3, labelLimit: 300 } },
        order: { field: 'order', type: 'quantitative' },
      },
    }),
    table: partRows,
  },
  {
    id: 'latency',
    title: 'Block latency',
    caption: (results) => `Mean and p99 of a run. ${spread(results)}`,
    draw: (results) => ({
      $schema: SCHEMA,
      width: 'container',
      height: 340,
      data: { values: latencyRows(results) },
      encoding: { y: y(results), color: { field: 'what', type: 'nominal', title: null, legend: { orient: 'bottom' } } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', title: 'latency, ms' }, x2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'latency_ms', type: 'quantitative' }, shape: { field: 'what', type: 'nominal', title: null, legend: { orient: 'bottom' } } } },
      ],
    }),
    table: latencyRows,
  },
];

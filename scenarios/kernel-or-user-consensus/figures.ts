/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. */
import { CALLED_MODULES } from '../../sim/os/modules/calls.ts';
import { lostModules, moduleGraph, startUpOrder } from '../../sim/os/modules/graph.ts';
import { meanOf, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { PLACE_NAMES, type Place, placeTitle, type Speed, SPEEDS } from './arms.ts';
import { against, at, crossing, hasRun, ranCrossings } from './effects.ts';

/** Titles of arms are long: below the picture, and whole. */
const LEGEND = { orient: 'bottom', columns: 2, labelLimit: 400 };
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

/** The crossing at which parts of a block are drawn. */
const DRAWN_NS = 1000;
const speedTitle = (speed: Speed): string => `${speed} signatures`;

function spread(results: ResultSet): string {
  const replications = replicationsOf(results);
  return replications === 1 ? 'One run each, no interval.' : `Mean and 95 % interval over ${replications} replications, paired on the same jitter and other work.`;
}
const scheduler = (results: ResultSet): string => {
  const name = String(results.jobs[0]?.params['scheduler'] ?? '');
  return name === 'fcfs' ? 'one queue for all' : `queue levels in mode ${name.replace('regulated-', '')}`;
};

const each = <T>(visit: (speed: Speed, place: Place, crossingNs: number) => T[], results: ResultSet): T[] =>
  SPEEDS.flatMap((speed) => ranCrossings(results).flatMap((crossingNs) => PLACE_NAMES.flatMap((place) => (hasRun(results, place, speed, crossingNs) ? visit(speed, place, crossingNs) : []))));

const savingRows = (results: ResultSet): Row[] =>
  each((speed, place, crossingNs): Row[] => {
    const effect = place === 'user' ? undefined : against(results, 'latencyMeanNs', place, speed, crossingNs);
    return effect === undefined ? [] : [{ signatures: speedTitle(speed), crossing_ns: crossingNs, consensus: placeTitle(place), change: round6(effect.mean), low: Number.isFinite(effect.low) ? round6(effect.low) : round6(effect.mean), high: Number.isFinite(effect.high) ? round6(effect.high) : round6(effect.mean) }];
  }, results);

const saving: Figure = {
  id: 'saving',
  title: 'Block latency against consensus in user space',
  caption: (results) => `Relative change of the mean latency of a block, by the cost of a crossing (logarithmic). ${spread(results)} Scheduler: ${scheduler(results)}.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: savingRows(results) },
    facet: { column: { field: 'signatures', type: 'nominal', title: null, sort: SPEEDS.map(speedTitle) } },
    spec: {
      width: 260,
      height: 220,
      encoding: { x: { field: 'crossing_ns', type: 'quantitative', scale: { type: 'log' }, title: 'crossing (ns)' }, color: { field: 'consensus', type: 'nominal', title: null, sort: PLACE_NAMES.map(placeTitle), legend: LEGEND } },
      layer: [
        { mark: { type: 'line' }, encoding: { y: { field: 'change', type: 'quantitative', title: 'change of latency', axis: { format: '%' } } } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { y: { field: 'change', type: 'quantitative' } } },
      ],
    },
  }),
  table: savingRows,
};

/** The crossing that is drawn: the usual one, or the first that was run. */
const drawn = (results: ResultSet): number => (ranCrossings(results).includes(DRAWN_NS) ? DRAWN_NS : (ranCrossings(results)[0] ?? DRAWN_NS));

/** Parts in the order in which they are stacked. */
const PARTS: readonly string[] = [...CALLED_MODULES, 'crossings', 'waiting', 'links'];

function attributionRows(results: ResultSet): Row[] {
  const crossingNs = drawn(results);
  return SPEEDS.flatMap((speed) => PLACE_NAMES.flatMap((place) => {
    const sums = new Map<string, { sum: number; count: number }>();
    for (const { row } of results.rows('attribution', at(place, speed, crossingNs))) {
      const part = String(row['part']);
      const before = sums.get(part) ?? { sum: 0, count: 0 };
      sums.set(part, { sum: before.sum + Number(row['mean_ns']), count: before.count + 1 });
    }
    return [...sums].map(([part, { sum, count }]): Row => ({ signatures: speedTitle(speed), consensus: placeTitle(place), part, mean_us: round6(sum / count / 1000) }));
  }));
}

const attribution: Figure = {
  id: 'attribution',
  title: 'Where the time of a block goes',
  caption: (results) => `Microseconds along the chain of causes from proposal to commitment at a replica, mean over blocks, replicas and replications, at a crossing of ${crossing(drawn(results))}. The parts add up to the latency exactly. Scheduler: ${scheduler(results)}.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: attributionRows(results).map((row) => ({ ...row, place: PARTS.indexOf(String(row['part'])) })) },
    facet: { row: { field: 'signatures', type: 'nominal', title: null, sort: SPEEDS.map(speedTitle) } },
    resolve: { scale: { x: 'independent' } },
    spec: {
      width: 420,
      height: { step: 24 },
      mark: { type: 'bar' },
      encoding: {
        y: { field: 'consensus', type: 'nominal', title: null, sort: PLACE_NAMES.map(placeTitle), axis: { labelLimit: 320 } },
        x: { field: 'mean_us', type: 'quantitative', stack: 'zero', title: 'us' },
        color: { field: 'part', type: 'nominal', title: null, sort: PARTS },
        order: { field: 'place', type: 'quantitative' },
      },
    },
  }),
  table: attributionRows,
};

const cpuRows = (results: ResultSet): Row[] =>
  each((speed, place, crossingNs): Row[] => [{
    signatures: speedTitle(speed), crossing_ns: crossingNs, consensus: placeTitle(place),
    crossing_share: round6(meanOf(results, 'crossingCpuShare', at(place, speed, crossingNs))),
    crossings_a_block: round6(meanOf(results, 'crossingsPerBlock', at(place, speed, crossingNs))),
    cpu_a_block_us: round6(meanOf(results, 'cpuPerBlockNs', at(place, speed, crossingNs)) / 1000),
  }], results);

const cpu: Figure = {
  id: 'cpu',
  title: 'Processor time spent on crossings',
  caption: (results) => `Share of a replica's work for a block, by the cost of a crossing (logarithmic), ${scheduler(results)}. Counted, not sampled: it is the same in every replication up to messages that come too late to matter. The table has crossings and processor time a block.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: cpuRows(results) },
    facet: { column: { field: 'signatures', type: 'nominal', title: null, sort: SPEEDS.map(speedTitle) } },
    spec: {
      width: 260,
      height: 200,
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'crossing_ns', type: 'quantitative', scale: { type: 'log' }, title: 'crossing (ns)' },
        y: { field: 'crossing_share', type: 'quantitative', title: 'share of processor time', axis: { format: '%' } },
        color: { field: 'consensus', type: 'nominal', title: null, sort: PLACE_NAMES.map(placeTitle), legend: LEGEND },
      },
    },
  }),
  table: cpuRows,
};

/** One failed module at a time, by the graph: no runs are needed for it. */
function failureRows(): Row[] {
  const graph = moduleGraph();
  const { order } = startUpOrder(graph);
  return order.map((name, index): Row => {
    const lost = lostModules(graph, [name]);
    return { module: name, started_as: index + 1, modules_lost: lost.length, consensus: lost.includes('consensus') ? 'lost' : 'goes on' };
  });
}

const failures: Figure = {
  id: 'failures',
  title: 'What the loss of one module takes along',
  caption: (results) => `Modules lost with each, itself included, by the dependency graph, in the order in which they are started. Either of two stores suffices; the GPU only speeds up crypto. The graph is the same in every run; of the runs here the scheduler has ${scheduler(results)}.`,
  draw: () => ({
    $schema: SCHEMA,
    width: 'container',
    height: { step: 18 },
    data: { values: failureRows() },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'module', type: 'nominal', title: null, sort: null },
      x: { field: 'modules_lost', type: 'quantitative', title: 'modules lost' },
      color: { field: 'consensus', type: 'nominal', title: 'consensus', sort: ['lost', 'goes on'] },
    },
  }),
  table: failureRows,
};

export const FIGURES: readonly Figure[] = [saving, attribution, cpu, failures];

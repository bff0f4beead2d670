/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. Each names its modes, np, pr or poll. */
import { differenceEffect, type Effect, estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARMS, HIGH_LOAD, MAIN_NAMES, OVERLOAD, TAIL_ARMS, titleOf } from './arms.ts';
import { at, change, LEVEL_NAMES, LEVELS, loadsOf, stableLoadsOf } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

const REGULATED_MAIN = ['np-fcfs', 'pr-fcfs', 'poll-fcfs'] as const;

function spread(results: ResultSet): string {
  const count = replicationsOf(results);
  return count === 1 ? 'One run each, no interval.' : `Mean and 95 % t interval over ${count} replications on common random numbers.`;
}

const finite = (effect: Effect): boolean => Number.isFinite(effect.low) && Number.isFinite(effect.high);

/** Ratio columns of a relative effect; an end that nothing bounds is left out of the picture and said in the table. */
function ratioColumns(effect: Effect): Row {
  return { ratio: round6(1 + effect.mean), low: finite(effect) ? round6(Math.max(1e-3, 1 + effect.low)) : 'unbounded', high: finite(effect) ? round6(1 + effect.high) : 'unbounded', replications: effect.n };
}

const RATIO_AXIS = { labelExpr: "datum.value == 1 ? 'same' : datum.value < 1 ? '÷ ' + format(1 / datum.value, '~g') : '× ' + format(datum.value, '~g')", values: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100] };
/** Ends where the data end; Vega would go on to the next power of ten. */
const RATIO_SCALE = { type: 'log', nice: false, padding: 8 };
const levelFacet = { field: 'level', type: 'nominal', title: null, sort: [...LEVEL_NAMES] };

function p99Rows(results: ResultSet): Row[] {
  return LEVELS.flatMap((level) =>
    MAIN_NAMES.flatMap((arm) =>
      stableLoadsOf(results).flatMap((load): Row[] => {
        const values = results.values(`p99L${level}Ns`, at(arm, load)).map((value) => value / 1e6);
        if (values.length === 0) return [];
        const { mean, low, high } = estimate(values);
        return [{ level: LEVEL_NAMES[level - 1]!, scheduler: titleOf(arm), load, p99_ms: round6(mean), low: round6(Math.max(mean / 100, low)), high: round6(high), replications: values.length }];
      }),
    ),
  );
}

const p99OverLoad: Figure = {
  id: 'p99-over-load',
  title: 'p99 of the response by queue level over load',
  caption: (results) => `Milliseconds, logarithmic, one panel a level; regulated np, pr and poll beside schedulers without levels. Loads from 1 on have no such figure. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: p99Rows(results) },
    facet: levelFacet,
    columns: 2,
    spec: {
      width: 250,
      height: 190,
      encoding: { x: { field: 'load', type: 'quantitative', title: 'load', scale: { zero: false } }, color: { field: 'scheduler', type: 'nominal', title: null, sort: MAIN_NAMES.map(titleOf) } },
      layer: [
        { mark: { type: 'line' }, encoding: { y: { field: 'p99_ms', type: 'quantitative', title: 'p99 (ms)', scale: { type: 'log' } } } },
        { mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 45 }, encoding: { y: { field: 'p99_ms', type: 'quantitative' }, shape: { field: 'scheduler', type: 'nominal', title: null, sort: MAIN_NAMES.map(titleOf) } } },
      ],
    },
    resolve: { scale: { y: 'shared' } },
  }),
  table: p99Rows,
};

function priceRows(results: ResultSet): Row[] {
  return stableLoadsOf(results).flatMap((load) =>
    REGULATED_MAIN.flatMap((arm) =>
      LEVELS.flatMap((level): Row[] => {
        const effect = change(results, `p99L${level}Ns`, arm, 'cfs', load);
        return effect === undefined ? [] : [{ load, mode: titleOf(arm), level: LEVEL_NAMES[level - 1]!, ...ratioColumns(effect) }];
      }),
    ),
  );
}

const price: Figure = {
  id: 'price',
  title: 'The price of regulation: p99 against CFS at equal load',
  caption: (results) => `Ratio of the p99 response under the regulated queue (np, pr, poll; first come first served inside) to that under CFS with equal nice, paired. Left of "same" the level gains, right of it it pays. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: priceRows(results).map((row) => ({ ...row, row: `load ${String(row.load)}`, from: row.low === 'unbounded' ? row.ratio! : row.low!, to: row.high === 'unbounded' ? row.ratio! : row.high! })) },
    facet: { column: levelFacet },
    spec: {
      width: 150,
      height: { step: 13 },
      encoding: { y: { field: 'row', type: 'nominal', title: null }, yOffset: { field: 'mode', type: 'nominal', sort: REGULATED_MAIN.map(titleOf) }, color: { field: 'mode', type: 'nominal', title: null, sort: REGULATED_MAIN.map(titleOf) } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 1 }, y: null, yOffset: null, color: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'from', type: 'quantitative', scale: RATIO_SCALE, axis: RATIO_AXIS, title: null }, x2: { field: 'to' } } },
        { mark: { type: 'point', filled: true, size: 45 }, encoding: { x: { field: 'ratio', type: 'quantitative' }, shape: { field: 'mode', type: 'nominal', title: null, sort: REGULATED_MAIN.map(titleOf) } } },
      ],
    },
  }),
  table: priceRows,
};

function ccdfRows(results: ResultSet): Row[] {
  return LEVELS.flatMap((level) =>
    TAIL_ARMS.flatMap((arm) => {
      const found = results.select(at(arm, HIGH_LOAD)).flatMap((job) => job.latency.filter(({ operation }) => operation === `response L${level}`));
      if (found.length === 0) return [];
      const least = Math.min(...found.map(({ count }) => count));
      return found[0]!.quantiles.flatMap(([quantile], index): Row[] => {
        const above = 1 - Number(quantile);
        // fewer than ten jobs beyond it: no longer a tail but single jobs
        if (above * least < 10) return [];
        const { mean, low, high } = estimate(found.map(({ quantiles }) => quantiles[index]![1] / 1e6));
        return [{ level: LEVEL_NAMES[level - 1]!, scheduler: titleOf(arm), share_above: round6(above), response_ms: round6(mean), low: round6(Math.max(mean / 100, low)), high: round6(high), replications: found.length }];
      });
    }),
  );
}

const responseCcdf: Figure = {
  id: 'response-ccdf',
  title: `Tail of the response by queue level at load ${HIGH_LOAD}`,
  caption: (results) => `Share of jobs that take longer than so many milliseconds, both axes logarithmic: regulated np and pr, CFS, FCFS. Quantiles are taken in each run and averaged, bands are 95 % t intervals over ${replicationsOf(results)} replications; curves end where fewer than ten jobs of a run are left.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: ccdfRows(results) },
    facet: levelFacet,
    columns: 2,
    spec: {
      width: 250,
      height: 190,
      encoding: { y: { field: 'share_above', type: 'quantitative', title: 'jobs slower', scale: { type: 'log' }, axis: { values: [1, 0.1, 0.01, 0.001], labelExpr: "datum.value == 1 ? 'all' : '1/' + format(1 / datum.value, '~s')" } }, color: { field: 'scheduler', type: 'nominal', title: null, sort: TAIL_ARMS.map(titleOf) } },
      layer: [
        { mark: { type: 'area', opacity: 0.15, orient: 'horizontal' }, encoding: { x: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: 'response (ms)' }, x2: { field: 'high' } } },
        { mark: { type: 'line' }, encoding: { x: { field: 'response_ms', type: 'quantitative' }, strokeDash: { field: 'scheduler', type: 'nominal', title: null, sort: TAIL_ARMS.map(titleOf) } } },
      ],
    },
  }),
  table: ccdfRows,
};

/** Arms that ran at the high load, in the order of declaration. */
function armsAtHighLoad(results: ResultSet): string[] {
  return Object.keys(ARMS).filter((arm) => results.select(at(arm, HIGH_LOAD)).length > 0);
}

function heatRows(results: ResultSet): Row[] {
  return armsAtHighLoad(results).flatMap((arm) =>
    LEVELS.flatMap((level): Row[] => {
      const effect = change(results, `p99L${level}Ns`, arm, 'cfs', HIGH_LOAD);
      return effect === undefined ? [] : [{ scheduler: titleOf(arm), level: `L${level}`, ...ratioColumns(effect) }];
    }),
  );
}

const heatMap: Figure = {
  id: 'level-policy-heatmap',
  title: `p99 by scheduler and queue level at load ${HIGH_LOAD}, against CFS`,
  caption: (results) => `Each cell: p99 response over that under CFS with equal nice, paired. Below 1 the level gains. Rows name the mode np, pr or poll. ${spread(results)} The table has the intervals.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: heatRows(results).map((row) => ({ ...row, text: `× ${Number(Number(row.ratio).toPrecision(2))}` })) },
    width: 320,
    height: { step: 22 },
    encoding: { x: { field: 'level', type: 'nominal', title: null, axis: { orient: 'top', labelAngle: 0 } }, y: { field: 'scheduler', type: 'nominal', title: null, sort: armsAtHighLoad(results).map(titleOf), axis: { labelLimit: 240 } } },
    layer: [
      { mark: { type: 'rect' }, encoding: { color: { field: 'ratio', type: 'quantitative', title: 'against CFS', scale: { type: 'log', domain: [0.05, 1, 20], clamp: true, scheme: 'blueorange' }, legend: null } } },
      // The middle of the scale is pale in both schemes of the page, its ends are dark.
      { mark: { type: 'text' }, encoding: { text: { field: 'text' }, color: { condition: { test: 'datum.ratio > 0.2 && datum.ratio < 5', value: '#1b1f26' }, value: '#ffffff' } } },
    ],
  }),
  table: heatRows,
};

const BOUND_ARMS = ['pr-fcfs', 'pr-aging', 'pr-reserve', 'pr-weights', 'pr-boost', 'np-fcfs', 'cfs'] as const;

function boundRows(results: ResultSet): Row[] {
  return BOUND_ARMS.flatMap((arm): Row[] => {
    const l1 = results.values('p99L1Ns', at(arm, HIGH_LOAD)).map((value) => value / 1e6);
    const l4 = results.values('maxWaitL4Ns', at(arm, HIGH_LOAD)).map((value) => value / 1e6);
    if (l1.length === 0 || l4.length === 0) return [];
    const [p99, wait] = [estimate(l1), estimate(l4)];
    return [{ scheduler: titleOf(arm), l1_p99_ms: round6(p99.mean), l1_low: round6(p99.low), l1_high: round6(p99.high), l4_max_wait_ms: round6(wait.mean), l4_low: round6(wait.low), l4_high: round6(wait.high), replications: l1.length }];
  });
}

const bounds: Figure = {
  id: 'bounds',
  title: `What bounds the longest wait of L4, and what L1 pays for it, at load ${HIGH_LOAD}`,
  caption: (results) => `Right: L1's p99 response; up: L4's longest wait for its first service; milliseconds, logarithmic. Regulated pr with each bound, np and CFS beside them. Lower left is better for both. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: boundRows(results).map((row) => ({ ...row, l1_low: Math.max(Number(row.l1_low), Number(row.l1_p99_ms) / 10), l4_low: Math.max(Number(row.l4_low), Number(row.l4_max_wait_ms) / 10) })) },
    width: 'container',
    height: 320,
    layer: [
      { mark: { type: 'rule' }, encoding: { x: { field: 'l1_low', type: 'quantitative', scale: { type: 'log', nice: false, padding: 30 }, title: 'p99 response of L1 (ms)' }, x2: { field: 'l1_high' }, y: { field: 'l4_max_wait_ms', type: 'quantitative', scale: { type: 'log', nice: false, padding: 20 }, title: 'longest wait of L4 (ms)' } } },
      { mark: { type: 'rule' }, encoding: { x: { field: 'l1_p99_ms', type: 'quantitative' }, y: { field: 'l4_low', type: 'quantitative' }, y2: { field: 'l4_high' } } },
      { mark: { type: 'point', filled: true, size: 60 }, encoding: { x: { field: 'l1_p99_ms', type: 'quantitative' }, y: { field: 'l4_max_wait_ms', type: 'quantitative' } } },
      { mark: { type: 'text', align: 'left', dx: 8, dy: -7 }, encoding: { x: { field: 'l1_p99_ms', type: 'quantitative' }, y: { field: 'l4_max_wait_ms', type: 'quantitative' }, text: { field: 'scheduler' } } },
    ],
  }),
  table: boundRows,
};

/** What is disturbed, and what it is compared with. */
const DISTURBANCES = [
  { arm: 'pr-srt-s05', baseline: 'pr-srt', title: 'pr, SRT: error 0.5' },
  { arm: 'pr-srt-s1', baseline: 'pr-srt', title: 'pr, SRT: error 1' },
  { arm: 'pr-srt-s2', baseline: 'pr-srt', title: 'pr, SRT: error 2' },
  { arm: 'pr-srt-average', baseline: 'pr-srt', title: 'pr, SRT: learned averages' },
  { arm: 'srt-average', baseline: 'srt', title: 'SRT, no levels: learned averages' },
  { arm: 'srt-s1', baseline: 'srt', title: 'SRT, no levels: error 1' },
  { arm: 'pr-mis', baseline: 'pr-fcfs', title: 'pr: 5 % misclassified' },
  { arm: 'pr-classify', baseline: 'pr-fcfs', title: 'pr: classification 50 us' },
] as const;

function robustnessRows(results: ResultSet): Row[] {
  return DISTURBANCES.flatMap(({ arm, baseline, title }) =>
    LEVELS.flatMap((level): Row[] => {
      const effect = change(results, `meanL${level}Ns`, arm, baseline, HIGH_LOAD);
      return effect === undefined ? [] : [{ disturbance: title, level: LEVEL_NAMES[level - 1]!, ...ratioColumns(effect) }];
    }),
  );
}

const robustness: Figure = {
  id: 'robustness',
  title: `How robust: mean response when sizes or levels are known badly, load ${HIGH_LOAD}`,
  caption: (results) => `Ratio to the same scheduler undisturbed, paired; regulated pr (SRT or first come first served inside) and SRT without levels. Errors are the deviation of the logarithm of a factor on each size. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: robustnessRows(results).map((row) => ({ ...row, from: row.low === 'unbounded' ? row.ratio! : row.low!, to: row.high === 'unbounded' ? row.ratio! : row.high! })) },
    facet: { column: levelFacet },
    spec: {
      width: 140,
      height: { step: 26 },
      encoding: { y: { field: 'disturbance', type: 'nominal', title: null, sort: DISTURBANCES.map(({ title }) => title), axis: { labelLimit: 200 } } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 1 }, y: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'from', type: 'quantitative', scale: RATIO_SCALE, axis: RATIO_AXIS, title: null }, x2: { field: 'to' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'ratio', type: 'quantitative' } } },
      ],
    },
  }),
  table: robustnessRows,
};

function overloadRows(results: ResultSet): Row[] {
  const load = loadsOf(results).find((value) => value >= 1) ?? OVERLOAD;
  return Object.keys(ARMS).flatMap((arm) =>
    LEVELS.flatMap((level): Row[] => {
      const values = results.values(`growthL${level}PerS`, at(arm, load));
      if (values.length === 0) return [];
      const { mean, low, high } = estimate(values);
      const p99 = results.values(`p99L${level}Ns`, at(arm, load));
      return [{ scheduler: titleOf(arm), level: LEVEL_NAMES[level - 1]!, load, growth_per_s: round6(mean), low: round6(low), high: round6(high), p99_ms: p99.length < values.length ? 'saturated' : round6(estimate(p99).mean / 1e6), replications: values.length }];
    }),
  );
}

const overload: Figure = {
  id: 'overload',
  title: `Overload: whose queue grows, at load ${OVERLOAD}`,
  caption: (results) => `Jobs by which the backlog of each level grows a second, regulated np, pr and poll beside schedulers without levels. A growing queue has no mean response; the table gives p99 where a level is stable. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: overloadRows(results) },
    facet: { column: levelFacet },
    spec: {
      width: 140,
      height: { step: 22 },
      encoding: { y: { field: 'scheduler', type: 'nominal', title: null, sort: Object.keys(ARMS).map(titleOf), axis: { labelLimit: 220 } } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 0 }, y: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', title: null }, x2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'growth_per_s', type: 'quantitative' } } },
      ],
    },
  }),
  table: overloadRows,
};

const SLOWDOWN_ARMS = ['cfs', 'np-fcfs', 'pr-fcfs', 'srt'] as const;

function slowdownRows(results: ResultSet): Row[] {
  return SLOWDOWN_ARMS.flatMap((arm) =>
    results.rows('slowdowns', at(arm, HIGH_LOAD)).map(({ row }) => ({ scheduler: titleOf(arm), level: LEVEL_NAMES[Number(row.level) - 1]!, size_decile: Number(row.size_decile), mean_size_ms: round6(Number(row.mean_size_ns) / 1e6), mean_slowdown: Number(row.mean_slowdown) })),
  );
}

const slowdowns: Figure = {
  id: 'slowdowns',
  title: `Slowdown by size at load ${HIGH_LOAD}`,
  caption: () => 'Response over size, mean of each tenth of a level\'s jobs by size, logarithmic: regulated np and pr, CFS, SRT without levels. First replication: one run, no interval.',
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: slowdownRows(results) },
    facet: levelFacet,
    columns: 2,
    spec: {
      width: 250,
      height: 160,
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'size_decile', type: 'ordinal', title: 'tenth of jobs by size', axis: { labelAngle: 0 } },
        y: { field: 'mean_slowdown', type: 'quantitative', title: 'slowdown', scale: { type: 'log' } },
        color: { field: 'scheduler', type: 'nominal', title: null, sort: SLOWDOWN_ARMS.map(titleOf) },
        strokeDash: { field: 'scheduler', type: 'nominal', title: null, sort: SLOWDOWN_ARMS.map(titleOf) },
      },
    },
  }),
  table: slowdownRows,
};

function differenceRows(results: ResultSet): Row[] {
  return REGULATED_MAIN.flatMap((arm) =>
    stableLoadsOf(results).flatMap((load) =>
      LEVELS.flatMap((level): Row[] => {
        const effect = differenceEffect(results, `meanL${level}Ns`, at(arm, load), at('cfs', load));
        return effect === undefined ? [] : [{ mode: titleOf(arm), load, level: LEVEL_NAMES[level - 1]!, difference_ms: round6(effect.mean / 1e6), low: round6(effect.low / 1e6), high: round6(effect.high / 1e6), replications: effect.n }];
      }),
    ),
  );
}

const differences: Figure = {
  id: 'paired-differences',
  title: 'Mean response against CFS, paired differences',
  caption: (results) => `Milliseconds by which the mean response of a level changes under the regulated queue (np, pr, poll) against CFS on the same jobs. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: differenceRows(results).map((row) => ({ ...row, row: `load ${String(row.load)}` })) },
    facet: { column: levelFacet },
    spec: {
      width: 150,
      height: { step: 13 },
      encoding: { y: { field: 'row', type: 'nominal', title: null }, yOffset: { field: 'mode', type: 'nominal', sort: REGULATED_MAIN.map(titleOf) }, color: { field: 'mode', type: 'nominal', title: null, sort: REGULATED_MAIN.map(titleOf) } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 0 }, y: null, yOffset: null, color: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', title: null }, x2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 45 }, encoding: { x: { field: 'difference_ms', type: 'quantitative' }, shape: { field: 'mode', type: 'nominal', title: null, sort: REGULATED_MAIN.map(titleOf) } } },
      ],
    },
    resolve: { scale: { x: 'independent' } },
  }),
  table: differenceRows,
};

export const FIGURES: readonly Figure[] = [price, p99OverLoad, responseCcdf, heatMap, bounds, robustness, overload, differences, slowdowns];

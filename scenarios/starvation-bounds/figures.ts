/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. Each names its modes, np, pr or poll. */
import { replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { BOUND_NAMES, factsOf, FAMILIES, MODES, NORMAL, OVERLOAD, titleOf } from './arms.ts';
import { armsAt, at, change, LEVEL_NAMES, LEVELS, upperDemand, wholeEstimate } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

const BOUND_TITLES = ['strict order', ...BOUND_NAMES.map((name) => FAMILIES[name].title)];
const boundTitle = (arm: string): string => {
  const { bound } = factsOf(arm);
  return bound === 'none' ? 'strict order' : FAMILIES[bound].title;
};

function spread(results: ResultSet): string {
  const count = replicationsOf(results);
  return count === 1 ? 'One run each, no interval.' : `Mean and 95 % t interval over ${count} replications on common random numbers.`;
}

/** A lower end that a logarithmic axis can show. */
const positive = (low: number, value: number): number => Math.max(low, value / 10);

function paretoRows(results: ResultSet): Row[] {
  return armsAt(results, NORMAL).flatMap((arm): Row[] => {
    const p99 = wholeEstimate(results, 'p99L1Ns', arm, NORMAL);
    const wait = wholeEstimate(results, 'longestWaitL4Ns', arm, NORMAL);
    if (p99 === undefined || wait === undefined) return [];
    const ms = (ns: number): number => round6(ns / 1e6);
    return [{
      bound: boundTitle(arm), strength: factsOf(arm).label.replace(/^[^,]*, /, ''), mode: factsOf(arm).mode,
      l1_p99_ms: ms(p99.mean), l1_low: ms(p99.low), l1_high: ms(p99.high),
      l4_longest_wait_ms: ms(wait.mean), l4_low: ms(wait.low), l4_high: ms(wait.high), replications: p99.n,
    }];
  });
}

const pareto: Figure = {
  id: 'pareto',
  title: `What level 4 gains and level 1 pays, load ${NORMAL}`,
  caption: (results) => `Right: p99 response of L1; up: longest wait of a job of L4; milliseconds, logarithmic; lower left is better for both. A line joins the strengths of one bound in mode pr; shapes tell pr, np and poll. ${spread(results)} The table names the strengths.`,
  draw: (results) => {
    const colour = { field: 'bound', type: 'nominal', title: null, sort: BOUND_TITLES };
    const x = { field: 'l1_p99_ms', type: 'quantitative', scale: { type: 'log' }, title: 'p99 response of L1 (ms)' };
    const y = { field: 'l4_longest_wait_ms', type: 'quantitative', scale: { type: 'log', nice: false }, title: 'longest wait of L4 (ms)' };
    const rows: Row[] = paretoRows(results).map((row) => ({ ...row, l1_low: positive(Number(row.l1_low), Number(row.l1_p99_ms)), l4_low: positive(Number(row.l4_low), Number(row.l4_longest_wait_ms)) }));
    // Strict order is where each bound's line begins.
    const lines = rows.filter((row) => row.mode === 'pr').flatMap((row) => (row.bound === 'strict order' ? BOUND_TITLES.slice(1).map((bound) => ({ ...row, bound })) : [row]));
    return {
      $schema: SCHEMA,
      width: 'container',
      height: 340,
      layer: [
        { data: { values: lines }, mark: { type: 'line', opacity: 0.6 }, encoding: { x, y, color: colour, order: { field: 'l1_p99_ms', type: 'quantitative' } } },
        { data: { values: rows }, mark: { type: 'rule', opacity: 0.5 }, encoding: { x: { field: 'l1_low', type: 'quantitative' }, x2: { field: 'l1_high' }, y, color: colour } },
        { data: { values: rows }, mark: { type: 'rule', opacity: 0.5 }, encoding: { x, y: { field: 'l4_low', type: 'quantitative' }, y2: { field: 'l4_high' }, color: colour } },
        {
          data: { values: rows },
          mark: { type: 'point', filled: true, size: 70, opacity: 1 },
          encoding: { x, y, color: colour, shape: { field: 'mode', type: 'nominal', title: 'mode', sort: [...MODES] }, tooltip: ['bound', 'strength', 'mode'].map((field) => ({ field, type: 'nominal' })) },
        },
      ],
    };
  },
  table: paretoRows,
};

function levelRows(results: ResultSet, measure: (level: number) => string, column: string): Row[] {
  return armsAt(results, OVERLOAD).flatMap((arm) =>
    LEVELS.flatMap((level): Row[] => {
      const value = wholeEstimate(results, measure(level), arm, OVERLOAD);
      return value === undefined ? [] : [{ scheduler: titleOf(arm), level: LEVEL_NAMES[level - 1]!, [column]: round6(value.mean), low: round6(value.low), high: round6(value.high), replications: value.n }];
    }),
  );
}

const growthRows = (results: ResultSet): Row[] => levelRows(results, (level) => `growthL${level}PerS`, 'growth_per_s');

const growth: Figure = {
  id: 'growth',
  title: `Overload of the upper levels: whose backlog grows, load ${OVERLOAD}`,
  caption: (results) => `Jobs a second by which the backlog of each label grows, in modes pr, np and poll. Levels 1 to 3 ask for ${upperDemand(results, OVERLOAD)} of the core. A growing backlog has no mean wait. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: growthRows(results) },
    facet: { column: { field: 'level', type: 'nominal', title: null, sort: [...LEVEL_NAMES] } },
    spec: {
      width: 140,
      height: { step: 22 },
      encoding: { y: { field: 'scheduler', type: 'nominal', title: null, sort: armsAt(results, OVERLOAD).map(titleOf), axis: { labelLimit: 260 } } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 0 }, y: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', title: null }, x2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'growth_per_s', type: 'quantitative' } } },
      ],
    },
  }),
  table: growthRows,
};

const supplyRows = (results: ResultSet): Row[] => levelRows(results, (level) => `supplyL${level}`, 'cpu_share');

const supply: Figure = {
  id: 'supply',
  title: `Overload of the upper levels: who gets the core, load ${OVERLOAD}`,
  caption: (results) => `Share of the core that each label's jobs had, in modes pr, np and poll. ${spread(results)} The table has the intervals.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: supplyRows(results) },
    width: 'container',
    height: { step: 22 },
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'scheduler', type: 'nominal', title: null, sort: armsAt(results, OVERLOAD).map(titleOf), axis: { labelLimit: 260 } },
      x: { field: 'cpu_share', type: 'quantitative', stack: 'zero', title: 'share of the core', axis: { format: '%' } },
      color: { field: 'level', type: 'nominal', title: null, sort: [...LEVEL_NAMES] },
      order: { field: 'level' },
    },
  }),
  table: supplyRows,
};

function silenceRows(results: ResultSet): Row[] {
  return [NORMAL, OVERLOAD].flatMap((load) =>
    armsAt(results, load).flatMap((arm): Row[] => {
      const quiet = wholeEstimate(results, 'quietL4Ns', arm, load);
      const short = wholeEstimate(results, 'shortfallL4Ns', arm, load);
      if (quiet === undefined || short === undefined) return [];
      const { budgetMs, periodMs } = results.select(at(arm, load))[0]!.params;
      const promise = factsOf(arm).bound === 'reservation' && factsOf(arm).mode === 'pr' ? 2 * (Number(periodMs) - Number(budgetMs)) : 'none';
      return [{ load, scheduler: titleOf(arm), longest_silence_ms: round6(quiet.mean / 1e6), low: round6(quiet.low / 1e6), high: round6(quiet.high / 1e6), promised_ms: promise, shortfall_ms: round6(short.mean / 1e6), replications: quiet.n }];
    }),
  );
}

const silence: Figure = {
  id: 'silence',
  title: 'Longest time in which level 4 had work and no service',
  caption: (results) => `Milliseconds, logarithmic, in modes pr, np and poll, at loads ${NORMAL} and ${OVERLOAD}. Bars: 2(P-Q), which a reservation promises in pr. The table has the shortfall against (Q/P)(t - 2(P-Q)) over all windows. ${spread(results)}`,
  draw: (results) => {
    const rows = silenceRows(results).map((row) => ({ ...row, low: positive(Number(row.low), Number(row.longest_silence_ms)), load: `load ${row.load}` }));
    const y = { field: 'scheduler', type: 'nominal', title: null, sort: armsAt(results, NORMAL).map(titleOf), axis: { labelLimit: 260 } };
    return {
      $schema: SCHEMA,
      data: { values: rows },
      facet: { column: { field: 'load', type: 'nominal', title: null } },
      spec: {
        width: 260,
        height: { step: 20 },
        encoding: { y },
        layer: [
          { transform: [{ filter: "datum.promised_ms != 'none'" }], mark: { type: 'tick', thickness: 3 }, encoding: { x: { field: 'promised_ms', type: 'quantitative', scale: { type: 'log' } } } },
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', scale: { type: 'log' }, title: 'ms' }, x2: { field: 'high' } } },
          { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'longest_silence_ms', type: 'quantitative' } } },
        ],
      },
    };
  },
  table: silenceRows,
};

function costRows(results: ResultSet): Row[] {
  return armsAt(results, NORMAL).flatMap((arm) => {
    const { bound, mode } = factsOf(arm);
    if (bound === 'none') return [];
    return LEVELS.flatMap((level): Row[] => {
      const effect = change(results, `p99L${level}Ns`, arm, `${mode}-strict`, NORMAL);
      if (effect === undefined) return [];
      const isBounded = Number.isFinite(effect.low) && Number.isFinite(effect.high);
      return [{ scheduler: titleOf(arm), level: LEVEL_NAMES[level - 1]!, ratio: round6(1 + effect.mean), low: isBounded ? round6(Math.max(1e-3, 1 + effect.low)) : 'unbounded', high: isBounded ? round6(1 + effect.high) : 'unbounded', replications: effect.n }];
    });
  });
}

const RATIO_AXIS = { labelExpr: "datum.value == 1 ? 'same' : datum.value < 1 ? '÷ ' + format(1 / datum.value, '~g') : '× ' + format(datum.value, '~g')", values: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50] };

const cost: Figure = {
  id: 'cost',
  title: `p99 of each level against strict order in the same mode, load ${NORMAL}`,
  caption: (results) => `Ratio of the p99 response with a bound to that without it, paired, in modes pr, np and poll. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: costRows(results).map((row) => ({ ...row, from: row.low === 'unbounded' ? row.ratio! : row.low!, to: row.high === 'unbounded' ? row.ratio! : row.high! })) },
    facet: { column: { field: 'level', type: 'nominal', title: null, sort: [...LEVEL_NAMES] } },
    spec: {
      width: 140,
      height: { step: 20 },
      encoding: { y: { field: 'scheduler', type: 'nominal', title: null, sort: armsAt(results, NORMAL).map(titleOf), axis: { labelLimit: 260 } } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 1 }, y: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'from', type: 'quantitative', scale: { type: 'log' }, axis: RATIO_AXIS, title: null }, x2: { field: 'to' } } },
        { mark: { type: 'point', filled: true, size: 45 }, encoding: { x: { field: 'ratio', type: 'quantitative' } } },
      ],
    },
  }),
  table: costRows,
};

export const FIGURES: readonly Figure[] = [pareto, growth, supply, silence, cost];

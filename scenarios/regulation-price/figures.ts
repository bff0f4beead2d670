/** Figures: specifications over reduced data; the viewer's theme supplies fonts and colours. Each names its modes, np, pr or poll. */
import { estimate, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { ARMS, BASELINE_TITLES, COST_LOAD, COST_SHARE, MODES, titleOf } from './arms.ts';
import { at, baselinesOf, change, costArmsOf, pointsOf, priceOf } from './effects.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string | boolean>>;

function spread(results: ResultSet): string {
  const count = replicationsOf(results);
  return count === 1 ? 'One run each, no interval.' : `Mean and 95 % interval over ${count} replications on common random numbers.`;
}

const PAYERS = [
  { level: 2, statistic: 'p99', title: 'L2, p99' },
  { level: 4, statistic: 'p99', title: 'L4, p99' },
  { level: 4, statistic: 'mean', title: 'L4, mean' },
] as const;

function priceRows(results: ResultSet): Row[] {
  return baselinesOf(results).flatMap((baseline) => PAYERS.flatMap(({ level, statistic, title }) => pointsOf(results).flatMap((point) => MODES.flatMap((mode): Row[] => {
    const found = priceOf(results, level, mode, baseline, point, statistic);
    if (found === undefined) return [];
    const { price: paid, gainNs, lossNs } = found;
    return [{
      against: BASELINE_TITLES[baseline], payer: title, load: point.load, regulated_share: point.regulatedShare, mode,
      l1_gain_ms: round6(gainNs / 1e6), loss_ms: round6(lossNs / 1e6),
      price: paid === undefined ? 'none' : round6(paid.mean), low: paid === undefined ? 'none' : round6(paid.low), high: paid === undefined ? 'none' : round6(paid.high),
    }];
  }))));
}

const price: Figure = {
  id: 'price',
  title: 'The price of regulation over load and regulated share',
  caption: (results) => `Milliseconds that a level loses for each millisecond that level 1 gains, of the p99 (of the mean in the last row), in modes pr, np and poll, against schedulers without levels. Below 0 the level gains, too. ${spread(results)} There is no price where level 1 gains nothing that can be told from 0; the table has what it gains or loses there.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: priceRows(results).filter((row) => row.price !== 'none').map((row) => ({ ...row, column: `against ${String(row.against)}, load ${String(row.load)}` })) },
    facet: { row: { field: 'payer', type: 'nominal', title: null, sort: PAYERS.map(({ title }) => title) }, column: { field: 'column', type: 'nominal', title: null } },
    spec: {
      width: 150,
      height: 110,
      encoding: {
        x: { field: 'regulated_share', type: 'ordinal', title: 'regulated share', axis: { labelAngle: 0, format: '~%' } },
        xOffset: { field: 'mode', type: 'nominal', sort: [...MODES] },
        color: { field: 'mode', type: 'nominal', title: 'mode', sort: [...MODES] },
      },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { y: { datum: 0 }, x: null, xOffset: null, color: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y: { field: 'low', type: 'quantitative', title: 'ms lost a ms gained' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 40 }, encoding: { y: { field: 'price', type: 'quantitative' }, shape: { field: 'mode', type: 'nominal', title: 'mode', sort: [...MODES] } } },
      ],
    },
    resolve: { scale: { y: 'independent' } },
  }),
  table: priceRows,
};

const MAIN_ARMS = Object.keys(ARMS).filter((name) => !name.startsWith('pr-'));

function tailRows(results: ResultSet): Row[] {
  return ([1, 2, 3, 4] as const).flatMap((level) => pointsOf(results).flatMap((point) => MAIN_ARMS.flatMap((arm): Row[] => {
    const values = results.values(`p99L${level}Ns`, at(arm, point));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values.map((value) => value / 1e6));
    return [{ level: `L${level}`, load: point.load, regulated_share: point.regulatedShare, scheduler: titleOf(arm), p99_ms: round6(mean), low: round6(Math.max(mean / 10, low)), high: round6(high), replications: values.length }];
  })));
}

const tails: Figure = {
  id: 'tails',
  title: 'p99 of the response by level, over the regulated share',
  caption: (results) => `Milliseconds, logarithmic; regulated queues in modes pr, np and poll beside schedulers without levels, one row a load. ${spread(results)} Levels 1 and 3 are rare where the share is small: their p99 is then close to the longest response of a run.`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: tailRows(results).map((row) => ({ ...row, row: `load ${String(row.load)}` })) },
    facet: { row: { field: 'row', type: 'nominal', title: null }, column: { field: 'level', type: 'nominal', title: null } },
    spec: {
      width: 150,
      height: 150,
      encoding: {
        x: { field: 'regulated_share', type: 'ordinal', title: 'regulated share', axis: { labelAngle: 0, format: '~%' } },
        color: { field: 'scheduler', type: 'nominal', title: null, sort: MAIN_ARMS.map(titleOf) },
      },
      layer: [
        { mark: { type: 'line' }, encoding: { y: { field: 'p99_ms', type: 'quantitative', scale: { type: 'log' }, title: 'p99 (ms)' } } },
        { mark: { type: 'rule' }, encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } } },
        { mark: { type: 'point', filled: true, size: 35 }, encoding: { y: { field: 'p99_ms', type: 'quantitative' }, shape: { field: 'scheduler', type: 'nominal', title: null, sort: MAIN_ARMS.map(titleOf) } } },
      ],
    },
  }),
  table: tailRows,
};

const POINT = { load: COST_LOAD, regulatedShare: COST_SHARE };
const WHAT = [
  { title: 'L1, p99', measure: 'p99L1Ns' },
  { title: 'L2, p99', measure: 'p99L2Ns' },
  { title: 'L3, p99', measure: 'p99L3Ns' },
  { title: 'L4, p99', measure: 'p99L4Ns' },
] as const;

function costRows(results: ResultSet): Row[] {
  return costArmsOf(results).flatMap((arm) => {
    const overhead = estimate(results.values('overheadShare', at(arm, POINT)));
    const ordinary = estimate(results.values('ordinaryOverheadShare', at(arm, POINT)));
    return WHAT.flatMap(({ title, measure }): Row[] => {
      const effect = change(results, measure, arm, 'pr', POINT);
      if (effect === undefined) return [];
      const isBounded = Number.isFinite(effect.low) && Number.isFinite(effect.high);
      return [{ cost: titleOf(arm).replace('Regulated pr, ', ''), of: title, ratio: round6(1 + effect.mean), low: isBounded ? round6(1 + effect.low) : 'unbounded', high: isBounded ? round6(1 + effect.high) : 'unbounded', core_share: round6(overhead.mean), core_share_ordinary: round6(ordinary.mean), replications: effect.n }];
    });
  });
}

const costs: Figure = {
  id: 'costs',
  title: `What classification and hand-over cost: p99 against regulation for nothing, load ${COST_LOAD}, regulated share ${COST_SHARE}`,
  caption: (results) => `Ratio of the p99 with a cost to that without, paired, mode pr. The table has the share of the core that the cost takes, and the part of it for jobs that are not regulated. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: costRows(results).map((row) => ({ ...row, from: row.low === 'unbounded' ? row.ratio! : row.low!, to: row.high === 'unbounded' ? row.ratio! : row.high! })) },
    facet: { column: { field: 'of', type: 'nominal', title: null } },
    spec: {
      width: 150,
      height: { step: 24 },
      encoding: { y: { field: 'cost', type: 'nominal', title: null, sort: costArmsOf(results).map((arm) => titleOf(arm).replace('Regulated pr, ', '')), axis: { labelLimit: 200 } } },
      layer: [
        { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x: { datum: 1 }, y: null } },
        { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'from', type: 'quantitative', scale: { zero: false }, title: 'ratio' }, x2: { field: 'to' } } },
        { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'ratio', type: 'quantitative' } } },
      ],
    },
  }),
  table: costRows,
};

export const FIGURES: readonly Figure[] = [price, tails, costs];

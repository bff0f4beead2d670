/** Figures: models as points with intervals, real kernels as diamonds, formulas as ticks. */
import { estimate, meanOf, replicationsOf, round6 } from '../testbed/effects.ts';
import type { ResultSet } from '../testbed/result-set.ts';
import type { Figure } from '../testbed/scenario.ts';
import { CASE_IDS, type CaseId, CASES, WAKE_CASES } from './cases.ts';
import { at, HZ, PAIRS, TICKS } from './claims.ts';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';
type Row = Readonly<Record<string, number | string>>;

const NAMES = PAIRS.map(({ name }) => name);
const spread = (results: ResultSet): string => `Points: model, mean and 95 % t interval over ${replicationsOf(results)} start phases. Diamonds: real kernels, one start phase, HZ 250.`;

const shareCases = CASE_IDS.filter((id) => !WAKE_CASES.includes(id));

function shareRows(results: ResultSet): Row[] {
  return shareCases.flatMap((id) => PAIRS.flatMap(({ model, kernel, name }): Row[] => {
    const values = results.values('share', at(model, id));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    const real = meanOf(results, 'share', at(kernel, id));
    return [{ case: CASES[id].title, scheduler: name, share: round6(mean), low: round6(low), high: round6(high), ...(Number.isFinite(real) && { real: round6(real), difference: round6(mean - real) }) }];
  }));
}

function yardsticks(results: ResultSet): Row[] {
  return shareCases.flatMap((id) => ([['fair', 'fair fluid'], ['undisturbed', 'undisturbed']] as const).flatMap(([arm, yardstick]): Row[] => {
    const value = meanOf(results, 'share', at(arm, id));
    return Number.isFinite(value) ? [{ case: CASES[id].title, yardstick, value: round6(value) }] : [];
  }));
}

const shares: Figure = {
  id: 'shares',
  title: `Share of the watched task, HZ ${HZ}`,
  caption: (results) => `Watched: the task that sleeps, nice 0, or the normal one. Ticks: the fair share r / (r (n + 1) + s), and r / (r + s) of a sleeper that nobody disturbs. ${spread(results)}`,
  draw: (results) => {
    const rows = shareRows(results);
    const y = { field: 'case', type: 'nominal', title: null, sort: shareCases.map((id) => CASES[id].title), axis: { labelLimit: 260 } };
    const colour = { field: 'scheduler', type: 'nominal', title: null, sort: NAMES };
    const offset = { field: 'scheduler', sort: NAMES };
    return {
      $schema: SCHEMA,
      width: 'container',
      height: { step: 34 },
      encoding: { y },
      layer: [
        { data: { values: yardsticks(results) }, mark: { type: 'tick', thickness: 1.5, opacity: 0.8, size: 28 }, encoding: { x: { field: 'value', type: 'quantitative', title: 'share of the CPU', axis: { format: '%' } }, strokeDash: { field: 'yardstick', type: 'nominal', title: null }, tooltip: [{ field: 'yardstick', type: 'nominal' }, { field: 'value', type: 'quantitative' }] } },
        { data: { values: rows }, mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' }, yOffset: offset, color: colour } },
        { data: { values: rows }, mark: { type: 'point', filled: true, size: 45 }, encoding: { x: { field: 'share', type: 'quantitative' }, yOffset: offset, color: colour } },
        { data: { values: rows.filter(({ real }) => real !== undefined) }, mark: { type: 'point', shape: 'diamond', size: 110, strokeWidth: 1.5 }, encoding: { x: { field: 'real', type: 'quantitative' }, yOffset: offset, color: colour } },
      ],
    };
  },
  table: shareRows,
};

const QUANTILES = [['p50', 'wakeP50Ns'], ['p90', 'wakeP90Ns'], ['p99', 'wakeP99Ns']] as const;

function wakeRows(results: ResultSet): Row[] {
  return WAKE_CASES.flatMap((id: CaseId) => TICKS.flatMap((hz) => PAIRS.flatMap(({ model, kernel, name }) => QUANTILES.flatMap(([quantile, measure]): Row[] => {
    const values = results.values(measure, at(model, id, hz));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    const real = hz === HZ ? meanOf(results, measure, at(kernel, id)) : NaN;
    const ms = (ns: number): number => round6(ns / 1e6);
    return [{ case: CASES[id].title, hz: `${hz} Hz`, scheduler: name, quantile, wake_ms: ms(mean), low: Math.max(ms(low), ms(mean) / 10), high: ms(high), ...(Number.isFinite(real) && { real_ms: ms(real) }) }];
  }))));
}

const wakeUps: Figure = {
  id: 'wake-ups',
  title: 'Wake-up of short bursts: percentiles over the tick',
  caption: (results) => `From the programmed time to the first run, milliseconds, logarithmic. Timer slack of 50 us included. ${spread(results)}`,
  draw: (results) => {
    const rows = wakeRows(results);
    const offset = { field: 'scheduler', sort: NAMES };
    const colour = { field: 'scheduler', type: 'nominal', title: null, sort: NAMES };
    const x = { field: 'wake_ms', type: 'quantitative', scale: { type: 'log' }, title: 'wake-up (ms)' };
    return {
      $schema: SCHEMA,
      data: { values: rows },
      facet: { column: { field: 'hz', type: 'nominal', title: null, sort: TICKS.map((hz) => `${hz} Hz`) }, row: { field: 'case', type: 'nominal', title: null, sort: WAKE_CASES.map((id) => CASES[id].title), header: { labelLimit: 200 } } },
      spec: {
        width: 170,
        height: { step: 22 },
        encoding: { y: { field: 'quantile', type: 'nominal', title: null, sort: QUANTILES.map(([name]) => name) }, yOffset: offset, color: colour },
        layer: [
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } } },
          { mark: { type: 'point', filled: true, size: 40 }, encoding: { x } },
          { transform: [{ filter: 'isValid(datum.real_ms)' }], mark: { type: 'point', shape: 'diamond', size: 100, strokeWidth: 1.5 }, encoding: { x: { field: 'real_ms', type: 'quantitative' } } },
        ],
      },
    };
  },
  table: wakeRows,
};

function silenceRows(results: ResultSet): Row[] {
  return TICKS.flatMap((hz) => PAIRS.flatMap(({ model, name }): Row[] => {
    const values = results.values('silenceNs', at(model, 'fifo-normal', hz));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    return [{ tick: `${hz} Hz`, guard: name === 'CFS' ? '6.1: throttling' : '6.12: fair server', silence_ms: round6(mean / 1e6), low: round6(low / 1e6), high: round6(high / 1e6), share: round6(meanOf(results, 'share', at(model, 'fifo-normal', hz))) }];
  }));
}

const silence: Figure = {
  id: 'silence',
  title: 'A normal task beside a real-time task that spins: longest time without the CPU',
  caption: (results) => `Milliseconds; the table has the share of the CPU, about 5 %. ${spread(results)}`,
  draw: (results) => ({
    $schema: SCHEMA,
    data: { values: silenceRows(results) },
    width: 'container',
    height: { step: 28 },
    encoding: { y: { field: 'guard', type: 'nominal', title: null }, yOffset: { field: 'tick', sort: TICKS.map((hz) => `${hz} Hz`) }, color: { field: 'tick', type: 'nominal', title: 'tick', sort: TICKS.map((hz) => `${hz} Hz`) } },
    layer: [
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', title: 'longest silence (ms)', scale: { zero: false } }, x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'silence_ms', type: 'quantitative' } } },
    ],
  }),
  table: silenceRows,
};

export const FIGURES: readonly Figure[] = [shares, wakeUps, silence];

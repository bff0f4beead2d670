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
    const [real, fair, undisturbed] = [kernel, 'fair', 'undisturbed'].map((arm) => meanOf(results, 'share', at(arm, id)));
    const known = (column: string, value: number): Row => (Number.isFinite(value) ? { [column]: round6(value) } : {});
    return [{ case: CASES[id].title, scheduler: name, share: round6(mean), low: round6(low), high: round6(high), ...known('real', real!), ...known('fair', fair!), ...known('undisturbed', undisturbed!) }];
  }));
}

const shares: Figure = {
  id: 'shares',
  title: `Share of the watched task, HZ ${HZ}`,
  caption: (results) => `Watched: the task that sleeps, nice 0, or the normal one. Left tick: the fair share, r / (r (n + 1) + s) for a sleeper; right tick: r / (r + s), a sleeper that nobody disturbs. ${spread(results)}`,
  draw: (results) => {
    const x = (field: string): object => ({ field, type: 'quantitative', title: 'share of the CPU', axis: { format: '%' } });
    const only = (field: string): object[] => [{ filter: `isValid(datum.${field})` }];
    const tick = (field: string): object => ({ transform: only(field), mark: { type: 'tick', thickness: 1.5, opacity: 0.7, size: 22 }, encoding: { x: x(field) } });
    const colour = { field: 'scheduler', type: 'nominal', title: null, sort: NAMES, legend: null };
    return {
      $schema: SCHEMA,
      data: { values: shareRows(results) },
      facet: { column: { field: 'scheduler', type: 'nominal', title: null, sort: NAMES } },
      spec: {
        width: 250,
        height: { step: 28 },
        encoding: { y: { field: 'case', type: 'nominal', title: null, sort: shareCases.map((id) => CASES[id].title), axis: { labelLimit: 280 } } },
        layer: [
          tick('fair'),
          tick('undisturbed'),
          { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: x('low'), x2: { field: 'high' }, color: colour } },
          { mark: { type: 'point', filled: true, size: 45 }, encoding: { x: x('share'), color: colour } },
          { transform: only('real'), mark: { type: 'point', shape: 'diamond', size: 120, strokeWidth: 1.5 }, encoding: { x: x('real'), color: colour } },
        ],
      },
    };
  },
  table: shareRows,
};

const QUANTILES = [['p50', 'wakeP50Ns'], ['p90', 'wakeP90Ns'], ['p99', 'wakeP99Ns']] as const;

const shortTitle = (id: CaseId): string => {
  const { runMs, sleepMs, hogs } = CASES[id].duty!;
  return `${runMs} / ${sleepMs} ms, ${hogs}`;
};

function wakeRows(results: ResultSet): Row[] {
  return WAKE_CASES.flatMap((id: CaseId) => TICKS.flatMap((hz) => PAIRS.flatMap(({ model, kernel, name }) => QUANTILES.flatMap(([quantile, measure]): Row[] => {
    const values = results.values(measure, at(model, id, hz));
    if (values.length === 0) return [];
    const { mean, low, high } = estimate(values);
    const real = hz === HZ ? meanOf(results, measure, at(kernel, id)) : NaN;
    const ms = (ns: number): number => round6(ns / 1e6);
    return [{ case: shortTitle(id), hz: `${hz} Hz`, scheduler: name, quantile, wake_ms: ms(mean), low: Math.max(ms(low), ms(mean) / 10), high: ms(high), ...(Number.isFinite(real) && { real_ms: ms(real) }) }];
  }))));
}

const wakeUps: Figure = {
  id: 'wake-ups',
  title: 'Wake-up of short bursts: percentiles over the tick',
  caption: (results) => `Rows: run / sleep, number of spinning tasks. From the programmed time to the first run, milliseconds, logarithmic. Timer slack of 50 us included. ${spread(results)}`,
  draw: (results) => {
    const rows = wakeRows(results);
    const offset = { field: 'scheduler', sort: NAMES };
    const colour = { field: 'scheduler', type: 'nominal', title: null, sort: NAMES };
    const x = { field: 'wake_ms', type: 'quantitative', scale: { type: 'log' }, title: 'wake-up (ms)' };
    return {
      $schema: SCHEMA,
      data: { values: rows },
      facet: { column: { field: 'hz', type: 'nominal', title: null, sort: TICKS.map((hz) => `${hz} Hz`) }, row: { field: 'case', type: 'nominal', title: null, sort: WAKE_CASES.map(shortTitle) } },
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
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative', title: 'longest silence (ms)' }, x2: { field: 'high' } } },
      { mark: { type: 'point', filled: true, size: 50 }, encoding: { x: { field: 'silence_ms', type: 'quantitative' } } },
    ],
  }),
  table: silenceRows,
};

export const FIGURES: readonly Figure[] = [shares, wakeUps, silence];

/** The tables of the scheduler page: what each level got, and the clock in words. */
import { h } from '../shell/dom.ts';
import { fixed, MINUS, number, scaleFor } from '../shell/format.ts';
import { dataTable } from '../shell/parts.ts';
import type { ClockWindow } from './clock-window.ts';
import type { LevelFigures, LevelPair } from './level-statistics.ts';
import { stateSentence } from './sentences.ts';
import type { Timeline } from './timeline.ts';

export const LEVEL_NAMES = ['real-time, regulated', 'real-time, other', 'batch, regulated', 'batch, other'] as const;

export const levelBadge = (level: number): HTMLElement => h('span', { class: `level-badge level-${level}` }, level);

/** Response times of both, a pair of rows a level, and their difference job by job. */
export function levelTable(pairs: readonly LevelPair[], [nameA, nameB]: readonly [string, string]): HTMLElement {
  const largest = Math.max(...pairs.flatMap(({ a, b }) => [a.maxNs, b.maxNs]).filter(Number.isFinite), 1);
  // A step below the unit of the longest: most of the table is far shorter.
  const scale = scaleFor('ns', largest / 20);
  const time = (ns: number): string => (Number.isNaN(ns) ? '' : number(ns * scale.factor));
  const signed = (ns: number): string => (Number.isNaN(ns) ? '' : ns > 0 ? `+${time(ns)}` : time(ns).replace('-', MINUS));
  const cells = (name: string, figures: LevelFigures, pair: LevelPair, isSecond: boolean): HTMLElement[] => [
    h('th', { scope: 'row' }, name),
    ...[fixed(figures.n), time(figures.meanNs), time(figures.p50Ns), time(figures.p99Ns), time(figures.maxNs), fixed(figures.preemptions)].map((text) => h('td', { class: 'n' }, text)),
    h('td', { class: 'n' }, isSecond && pair.a.n > 0 ? h('b', {}, signed(pair.meanDifferenceNs)) : ''),
    h('td', { class: 'n' }, isSecond && pair.a.n > 0 ? `${fixed(pair.sooner)} sooner, ${fixed(pair.later)} later` : ''),
  ];
  const head = ['level', 'scheduler', 'jobs', `mean, ${scale.unit}`, `p50, ${scale.unit}`, `p99, ${scale.unit}`, `longest, ${scale.unit}`, 'interrupted', `B − A, ${scale.unit}`, 'of these jobs'];
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Response by level' },
    h('table', { class: 'data level-table' },
      h('caption', { class: 'visually-hidden' }, 'Response times of each level under both schedulers'),
      h('thead', {}, h('tr', {}, head.map((text, at) => h('th', { scope: 'col', class: at > 1 ? 'n' : '' }, text)))),
      pairs.map((pair) => h('tbody', {},
        h('tr', {}, h('th', { scope: 'rowgroup', rowspan: 2, class: 'level-cell' }, levelBadge(pair.level), h('span', { class: 'tiny' }, LEVEL_NAMES[pair.level - 1])), cells(nameA, pair.a, pair, false)),
        h('tr', {}, cells(nameB, pair.b, pair, true))))));
}

/** choice: rows of the clock's table shown at once. */
const MOST_ROWS = 200;

/** Every instant of the window at which a core changes hands, in both. */
export function clockTable(a: Timeline, b: Timeline, { fromNs, toNs }: ClockWindow, [nameA, nameB]: readonly [string, string]): HTMLElement {
  const instants = [...new Set([a, b].flatMap(({ segments }) => segments.flatMap(({ startNs, endNs }) => [startNs, endNs])))].filter((at) => at >= fromNs && at <= toNs).sort((x, y) => x - y);
  const rows = instants.slice(0, MOST_ROWS).map((at) => [fixed(at / 1e6, 3), stateSentence(a, at), stateSentence(b, at)]);
  return h('div', {}, dataTable(['from, ms', nameA, nameB], rows, 'The clock: who runs from when on, and how many wait in levels 1 to 4'),
    h('p', { class: 'tiny' }, instants.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${fixed(instants.length)} changes in this part of the clock; show less of it to see the others.` : `${fixed(instants.length)} changes in the part of the clock that is shown. Numbers of those who wait: levels 1 to 4.`));
}

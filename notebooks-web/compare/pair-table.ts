/** The pairs of two results as a strip: a, b, the change on one axis, its interval and kind. */
import { fill, h, s } from '../shell/dom.ts';
import { effect, interval, quantity, THIN } from '../shell/format.ts';
import { segmented } from '../shell/parts.ts';
import { BLOCK_EVENTS, changedParameters, counterpart, pairMeasures, type Bounds, type Cell, type PairRow } from './cells.ts';

export interface PairNames {
  readonly a: string;
  readonly b: string;
}

/** Words for a measure and for an arm; the identifier where no scenario is at hand. */
export interface Titles {
  readonly measure: (id: string) => string;
  readonly arm: (id: string) => string;
}

const PLAIN: Titles = { measure: (id) => id, arm: (id) => id };

export function pairSection(cellsA: readonly Cell[], cellsB: readonly Cell[], names: PairNames, titles: Titles = PLAIN, first?: (a: Cell, b: Cell) => Promise<string>): HTMLElement {
  const pairs = cellsB.map((b) => ({ b, a: counterpart(b, cellsA) })).filter((pair): pair is { a: Cell; b: Cell } => pair.a !== undefined);
  const changes = changedParameters(cellsA, cellsB);
  const place = h('div', {});
  const labels = pairs.map(({ b }) => labelOf(b, cellsB, titles));
  const show = (at: string): void => {
    const pair = pairs[Number(at)];
    if (pair !== undefined) fill(place, strip(pair.a, pair.b, names, titles, first));
  };
  show('0');
  return h(
    'div', { class: 'pairs' },
    h('p', { class: 'small' }, h('b', {}, changes.length === 0 ? 'No parameter differs.' : `${changes.length} ${changes.length === 1 ? 'parameter differs' : 'parameters differ'}. `),
      changes.map(({ name, a, b }, at) => [at === 0 ? '' : '; ', h('code', {}, name), ` ${a.join(', ') || 'absent'} → `, h('b', {}, b.join(', ') || 'absent')])),
    pairs.length === 0
      ? h('p', {}, 'The two results share no arm: there is nothing to pair.')
      : [pairs.length <= 6 ? (pairs.length === 1 ? null : segmented('Arm and point', labels.map((label, at) => [String(at), label] as const), '0', show)) : chooser(labels, show), place],
  );
}

function chooser(labels: readonly string[], show: (at: string) => void): HTMLElement {
  const select = h('select', { class: 'field', 'aria-label': 'Arm and point', on: { change: () => show(select.value) } }, labels.map((label, at) => h('option', { value: at }, label)));
  return select;
}

/** The parameters by which cells of the same arm differ, with this cell's values. */
export function pointOf(cell: Cell, cells: readonly Cell[]): string {
  const same = cells.filter(({ arm }) => arm === cell.arm);
  return [...cell.params].filter(([name]) => new Set(same.map(({ params }) => params.get(name))).size > 1).map(([name, value]) => `${name} ${value}`).join(', ');
}

const labelOf = (cell: Cell, cells: readonly Cell[], titles: Titles): string => [titles.arm(cell.arm), pointOf(cell, cells)].filter((part) => part !== '').join(', ');

function strip(a: Cell, b: Cell, names: PairNames, titles: Titles, first?: (a: Cell, b: Cell) => Promise<string>): HTMLElement {
  const rows = pairMeasures(a, b);
  const relative = rows.filter((row) => row.changeUnit === 'relative');
  const reach = Math.min(1, Math.max(0.02, ...relative.flatMap(({ change }) => [change.mean, change.low, change.high].filter(Number.isFinite).map(Math.abs))) * 1.1);
  const event = h('td', { colspan: 4 }, 'comparing');
  if (first !== undefined) void first(a, b).then((text) => fill(event, text), () => fill(event, 'the block digests of one of the two are not at hand'));
  return h(
    'div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Measures side by side' },
    h(
      'table', { class: 'data pair-table' },
      h('thead', {}, h('tr', {}, ['measure', names.a, names.b].map((text, at) => h('th', { scope: 'col', class: at === 0 ? '' : 'n' }, text)), h('th', { scope: 'col', class: 'axis-cell' }, h('span', { class: 'pair-axis' }, h('span', {}, effect({ mean: -reach, low: -reach, high: -reach }, 'relative')), h('span', {}, 'same'), h('span', {}, effect({ mean: reach, low: reach, high: reach }, 'relative')))), h('th', { scope: 'col' }, `change, 95${THIN}%`))),
      h('tbody', {}, rows.map((row) => pairRow(row, reach, titles)), first === undefined ? null : h('tr', {}, h('th', { scope: 'row' }, 'first difference'), event)),
    ),
  );
}

function pairRow(row: PairRow, reach: number, titles: Titles): HTMLElement {
  const hasInterval = Number.isFinite(row.change.low);
  return h(
    'tr', {},
    h('th', { scope: 'row' }, titles.measure(row.measure)),
    h('td', { class: 'n' }, quantity(row.a, row.unit)), h('td', { class: 'n' }, quantity(row.b, row.unit)),
    h('td', { class: 'axis-cell' }, row.changeUnit === 'relative' ? whisker(row.change, reach) : ''),
    h('td', {}, row.kind === 'equal' ? 'the same in every replication' : [h('b', {}, effect(row.change, row.changeUnit)), ' ', h('span', { class: 'tiny' }, hasInterval ? `${interval(row.change, row.changeUnit)} ${row.kind}, n${THIN}=${THIN}${row.n}` : row.kind === 'paired t' || row.kind === 'Welch' ? 'no interval' : row.kind)]),
  );
}

function whisker(change: Bounds, reach: number): SVGElement {
  const at = (value: number): string => `${(50 + (Math.max(-1, Math.min(1, value / reach))) * 50).toFixed(2)}%`;
  const isOff = Math.abs(change.mean) > reach;
  return s(
    'svg', { class: 'effect', width: '100%', height: 18, 'aria-hidden': 'true' },
    s('line', { class: 'zero', x1: '50%', x2: '50%', y1: 0, y2: 18 }),
    Number.isFinite(change.low) ? [s('line', { class: 'whisker', x1: at(change.low), x2: at(change.high), y1: 9, y2: 9 }), [change.low, change.high].filter((end) => Math.abs(end) <= reach).map((end) => s('line', { class: 'whisker', x1: at(end), x2: at(end), y1: 5, y2: 13 }))] : null,
    isOff ? s('svg', { x: change.mean > 0 ? '100%' : '0%', y: 9, overflow: 'visible' }, s('path', { class: 'off', d: change.mean > 0 ? 'M-24 0H-2M-2 0l-6 -4M-2 0l-6 4' : 'M24 0H2M2 0l6 -4M2 0l6 4' })) : s('circle', { class: 'ours', cx: at(change.mean), cy: 9, r: 3.5 }),
  );
}

/** The sentence about a first differing block. */
export function blockSentence(block: number | undefined, names: PairNames): string {
  if (block === undefined) return 'none: every block of events is the same in both runs';
  if (block === 0) return `among the first ${(BLOCK_EVENTS).toLocaleString('en').replaceAll(',', THIN)} events`;
  return `in block ${block}, events ${(block * BLOCK_EVENTS).toLocaleString('en').replaceAll(',', THIN)} to ${((block + 1) * BLOCK_EVENTS - 1).toLocaleString('en').replaceAll(',', THIN)}: up to there ${names.a} and ${names.b} are the same`;
}

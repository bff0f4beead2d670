/** The jobs people come for, each with its command, its time and a miniature drawn from the results at hand. */
import type { ClaimReport, IndexEntry } from '../../scenarios/testbed/report-types.ts';
import { h, s } from '../shell/dom.ts';
import { bars, verdictClass } from '../shell/parts.ts';
import { formatRoute } from '../shell/router.ts';
import { domainOf, effectPicture, unitOf } from './effect-axis.ts';

export function waysIn(claims: readonly ClaimReport[], entries: readonly IndexEntry[], checks: readonly ClaimReport[]): HTMLElement {
  const first = entries.find(({ claims: own }) => own.length > 0) ?? entries[0];
  const way = (title: string, text: string, command: string, time: string, href: string, picture: Element | null): HTMLElement =>
    h('li', {}, h('a', { href }, h('span', { class: 'miniature', 'aria-hidden': 'true' }, picture), h('span', { class: 'way-text' }, h('b', {}, title), h('span', { class: 'small' }, text), h('code', {}, command.split(' ').map((word) => [h('span', {}, word), ' '])), h('span', { class: 'tiny' }, time))));
  return h(
    'ul', { class: 'ways', 'aria-label': 'Five ways in' },
    way('Reproduce', 'Run a paper’s figure and see whether it holds.', 'ledgerlab reproduce --quick', '3 min', formatRoute('report', first?.scenario ?? 'nvm-lsm-latency', { result: first?.path }), effects(claims)),
    way('Compare', 'Set two runs against each other, seed by seed.', 'ledgerlab run S --set k=v', '1 min', formatRoute('compare'), chips(entries)),
    way('Schedule', 'CFS and regulated queues on the same jobs, one clock.', 'open the clock', 'live', formatRoute('schedule'), lanes()),
    way('Teach', 'Watch a tree pay for its order; predict, then step.', 'open a lesson', 'live', formatRoute('lesson'), levels()),
    way('Check', 'Fail a build when a claim stops holding.', 'ledgerlab check', '1 min', formatRoute('check'), margins([...claims, ...checks])),
  );
}

function effects(claims: readonly ClaimReport[]): Element | null {
  const size = ({ effect }: ClaimReport): number => Math.abs(effect?.mean ?? 0);
  const shown = claims.filter((claim) => claim.effect !== null && unitOf(claim) === 'relative' && size(claim) <= 1).sort((a, b) => size(b) - size(a)).slice(0, 3);
  if (shown.length === 0) return null;
  const domain = domainOf(shown);
  return h('span', { class: 'mini-effects' }, shown.map((claim) => effectPicture(claim, { ...domain, ticks: [0] }, 15)));
}

const chips = (entries: readonly IndexEntry[]): Element | null => (entries.length === 0 ? null : h('span', { class: 'mini-chips' }, entries.slice(0, 2).map(({ fingerprint }) => bars(fingerprint))));

/** The shape of the two lanes: blocks that part; a diagram, no data. */
function lanes(): Element {
  const row = (y: number, blocks: readonly (readonly [level: number, x: number, width: number])[]): SVGElement[] => blocks.map(([level, x, width]) => s('rect', { class: `lane-${level}`, x, y, width, height: 15 }));
  return s('svg', { viewBox: '0 0 72 48', class: 'mini-lanes' }, row(5, [[1, 1, 10], [4, 12, 28], [1, 41, 9], [4, 51, 20]]), row(28, [[1, 1, 10], [4, 12, 10], [1, 23, 9], [4, 33, 38]]), s('path', { class: 'parting', d: 'M22.5 0V48' }));
}

/** The shape of the live picture: levels of a tree, each ten times the one above; a diagram, no data. */
function levels(): Element {
  const row = (y: number, cells: number, width: number): SVGElement[] => Array.from({ length: cells }, (_, i) => s('rect', { class: 'cell', x: 1 + (i * width) / cells, y, width: width / cells - 1.5, height: 7 }));
  return s('svg', { viewBox: '0 0 72 48', class: 'mini-levels' }, s('rect', { class: 'cell strong', x: 1, y: 1, width: 60, height: 5 }), s('rect', { class: 'cell strong', x: 4, y: 8, width: 62, height: 5 }), row(19, 4, 68), row(31, 12, 68), s('path', { class: 'read', d: 'M42 0V35' }), s('circle', { class: 'read-found', cx: 42, cy: 34.5, r: 3 }));
}

/** Where each effect lies inside the margin around the paper's value: the band is the margin. */
function margins(claims: readonly ClaimReport[]): Element | null {
  const shown = claims.filter((claim) => claim.effect !== null && ('value' in claim.paper || claim.paper.direction === 'none')).slice(0, 12);
  if (shown.length === 0) return null;
  return s(
    'svg', { viewBox: '0 0 72 48', class: 'mini-margins' },
    s('rect', { class: 'band', x: 0, y: 16, width: 72, height: 16 }),
    shown.map((claim, i) => {
      const aim = 'value' in claim.paper ? claim.paper.value : 0;
      const away = Math.max(-2.5, Math.min(2.5, (claim.effect!.mean - aim) / (claim.margin || 1)));
      return s('circle', { class: verdictClass(claim.verdict), fill: 'currentColor', cx: ((i + 0.5) / shown.length) * 72, cy: 24 - away * 8, r: 2.6 });
    }),
  );
}

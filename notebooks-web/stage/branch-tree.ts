/** All branches on one clock, each under the one it left: the timeline of the stage. A press goes there. */
import type { Branch, StageSession } from '../../scenarios/testbed/stage/session.ts';
import { s } from '../shell/dom.ts';
import { actLetter, tickNs } from './space-time.ts';
import type { StageDesk } from './stage-desk.ts';
import { branchName, endWords } from './words.ts';

/** choice: ticks that can be told apart. */
const MOST_TICKS = 160;

export function drawTree(svg: SVGSVGElement, session: StageSession, desks: readonly StageDesk[], width: number, rem: number, go: (branch: Branch, timeNs: number) => void): void {
  const { branches } = session;
  const desk = desks[0]!;
  const isNarrow = width < 560;
  const left = (isNarrow ? 1.6 : 7.4) * rem;
  const ends = new Map(branches.map((branch) => [branch.id, isNarrow ? endWords(branch, session.protocol).replace(/, .*/, '') : endWords(branch, session.protocol)]));
  // Room for what stands at the end of a branch, at less than half an em a letter.
  const right = width - (1.8 + 0.45 * Math.max(...[...ends.values()].map(({ length }) => length))) * rem;
  const rowHeight = 1.9 * rem;
  const top = 1.5 * rem;
  const height = top + branches.length * rowHeight + 1.2 * rem;
  const endNs = Math.max(1, ...branches.map((branch) => branch.endNs));
  const xOf = (ns: number): number => left + ((right - left) * ns) / endNs;
  const yOf = (branch: Branch): number => top + branches.indexOf(branch) * rowHeight;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  const step = tickNs(endNs, Math.max(2, (right - left) / (4 * rem)));
  const ticks: SVGElement[] = [];
  for (let at = 0; at <= endNs; at += step) ticks.push(s('text', { x: xOf(at), y: height - 4, 'text-anchor': at === 0 ? 'start' : 'middle' }, at === 0 ? '0 ms' : String(at / 1e6)));
  svg.replaceChildren(s('g', {}, ticks), ...branches.map((branch) => row(branch)), ...desks.map((each, index) => playhead(each, index)));

  function row(branch: Branch): SVGElement {
    const y = yOf(branch);
    const isHere = branch.id === desk.branch.id;
    const parent = branches.find(({ id }) => id === branch.parent);
    const { record, script } = branch;
    const forkNs = branch.forkEvent === 0 ? 0 : (record.events[branch.forkEvent - 1]?.timeNs ?? 0);
    const start = branch.parent < 0 ? left : xOf(forkNs);
    const shownTicks = record.events.filter(({ event }, index) => event > branch.forkEvent && index % Math.ceil(record.events.length / MOST_TICKS) === 0);
    const own = record.acts.filter(({ event }) => branch.parent < 0 || event >= branch.forkEvent);
    const acted = own.map(({ row: act, timeNs }) => s('g', { class: 'stage-act', transform: `translate(${xOf(timeNs) + 9} ${y})` }, s('rect', { x: -8, y: -8, width: 16, height: 16, rx: 3 }), s('text', { y: 4, 'text-anchor': 'middle' }, actLetter(act.act))));
    const label = isNarrow ? branchName(branch.id) : `${branchName(branch.id)} · ${branch.parent < 0 ? (script.length === 0 ? 'trunk' : 'script') : (own[0]?.row.act ?? 'same again')}`;
    const end = xOf(branch.endNs);
    const isBroken = record.broken !== undefined;
    return s('g', { class: `stage-branch${isHere ? ' here' : ''}${isBroken ? ' broken' : ''}`, on: { click: (clicked: Event) => {
      const box = svg.getBoundingClientRect();
      go(branch, Math.max(0, (((clicked as MouseEvent).clientX - box.left) * (width / box.width) - left) / (right - left)) * endNs);
    } } },
      s('rect', { x: 0, y: y - rowHeight / 2, width, height: rowHeight, class: 'stage-lane-hit' }),
      s('text', { x: 4, y: y + 4, class: 'stage-branch-name' }, label),
      parent === undefined ? null : s('path', { d: `M${start - 14} ${yOf(parent)}C${start - 4} ${yOf(parent)} ${start - 12} ${y} ${start} ${y}`, class: 'stage-leaves' }),
      s('line', { x1: start, x2: Math.max(start + 2, end), y1: y, y2: y, class: 'stage-line' }),
      s('path', { d: shownTicks.map(({ timeNs }) => `M${xOf(timeNs).toFixed(1)} ${y - 4}v-5`).join(''), class: 'stage-ticks' }),
      acted,
      isBroken ? s('g', { class: 'stage-end', transform: `translate(${end} ${y})` }, s('circle', { r: 7 }), s('path', { d: 'M-3 -3l6 6m0 -6l-6 6' })) : s('path', { d: `M${end} ${y - 5}v10`, class: 'stage-line' }),
      s('text', { x: end + 12, y: y + 4, class: 'stage-end-words' }, ends.get(branch.id)!));
  }

  function playhead(each: StageDesk, index: number): SVGElement {
    const x = xOf(Math.min(each.nowNs, endNs));
    const y = yOf(each.branch);
    return s('g', { class: `stage-playhead${index > 0 ? ' second' : ''}` }, s('line', { x1: x, x2: x, y1: 8, y2: height - 1.2 * rem }), s('path', { d: `M${x - 6} 2h12l-6 9z` }), s('circle', { cx: x, cy: y, r: 4 }));
  }
}

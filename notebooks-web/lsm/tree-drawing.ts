/** Draws the tree: memory, level 0 stacked newest on top, deeper levels in key order; merge inputs; the read's line. */
import { scaleLinear, select, type Selection } from 'd3';
import { fixed, THIN } from '../shell/format.ts';
import type { ReadBill, TreeFile, TreeState } from './tree-state.ts';

export interface TreeLayout {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly height: number;
  /** Middle of each row, by level; -1 is memory. */
  readonly middle: (level: number) => number;
  readonly isNarrow: boolean;
}

const L0_TOP = 66;
const L0_HEIGHT = 136;
const LEVEL_HEIGHT = 24;

/** Rows keep their places whatever the tree holds, so that nothing jumps while it plays. */
export function treeLayout(width: number, isNarrow: boolean, levels: number): TreeLayout {
  const left = isNarrow ? 4 : 148;
  const label = isNarrow ? 18 : 0;
  const first = L0_TOP + L0_HEIGHT + 46 + label;
  const gap = 52 + label / 2;
  return {
    width, left, right: width - (isNarrow ? 4 : 14), isNarrow,
    height: first + gap * (levels - 1) + 34,
    middle: (level) => (level < 0 ? 36 : level === 0 ? L0_TOP + label + L0_HEIGHT / 2 : first + gap * (level - 1)),
  };
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

const MIB = 1 << 20;

function group(svg: SVGSVGElement, name: string): Group {
  const found = select(svg).select<SVGGElement>(`g.${name}`);
  return found.empty() ? select(svg).append('g').attr('class', name) : found;
}

/** Number of levels drawn below level 0: three, more when the tree is deeper. */
export const shownLevels = (state: TreeState): number => Math.max(3, state.levels.findLastIndex(({ files }) => files.length > 0));

export function drawTree(svg: SVGSVGElement, state: TreeState, layout: TreeLayout, bill: ReadBill | undefined): void {
  const { left, right, middle, isNarrow } = layout;
  const x = scaleLinear([0, 1], [left, right]);
  const top = L0_TOP + (isNarrow ? 18 : 0);
  const count = shownLevels(state);

  const ground = group(svg, 'ground');
  ground.selectAll('rect').data([0]).join('rect')
    .attr('class', state.levels[0]!.files.some(({ tier }) => tier === 'nvm') || isNvm(svg) ? 'l0-ground nvm' : 'l0-ground ssd')
    .attr('x', left - (isNarrow ? 4 : 10)).attr('width', right - left + (isNarrow ? 8 : 20)).attr('y', top - 6).attr('height', L0_HEIGHT + 12);

  memory(group(svg, 'memory'), state, layout, x);
  levelZero(group(svg, 'level-zero'), state, x, top);
  const deeper = state.levels.slice(1, count + 1).flatMap((level, at) => level.files.map((file) => ({ file, level: at + 1 })));
  group(svg, 'rails').selectAll<SVGRectElement, number>('rect').data(Array.from({ length: count }, (_, i) => i + 1)).join('rect')
    .attr('class', 'rail').attr('x', left).attr('width', right - left).attr('y', (level) => middle(level) - LEVEL_HEIGHT / 2).attr('height', LEVEL_HEIGHT);
  group(svg, 'deeper').selectAll<SVGRectElement, { file: TreeFile; level: number }>('rect').data(deeper, ({ file }) => file.id).join('rect')
    .attr('class', ({ file }) => (state.job?.files.has(file.id) === true ? 'file ssd merging' : 'file ssd'))
    .attr('x', ({ file }) => x(file.from)).attr('width', ({ file }) => Math.max(1.2, x(file.to) - x(file.from) - 0.8))
    .attr('y', ({ level }) => middle(level) - LEVEL_HEIGHT / 2).attr('height', LEVEL_HEIGHT);
  labels(group(svg, 'labels'), state, layout, count);
  merge(group(svg, 'merge'), state, layout, x);
  readLine(group(svg, 'read'), state, layout, x, bill, top);
}

const isNvm = (svg: SVGSVGElement): boolean => svg.dataset['l0'] === 'nvm';

function memory(target: Group, state: TreeState, { left, right }: TreeLayout, x: (at: number) => number): void {
  target.selectAll('rect.outline').data([0]).join('rect').attr('class', 'outline').attr('x', left).attr('width', right - left).attr('y', 24).attr('height', 24);
  const tick = (keys: readonly number[], y1: number, y2: number): string => keys.map((key) => `M${x(key).toFixed(1)} ${y1}V${y2}`).join('');
  // The one that waits for its flush above, the one being filled below.
  target.selectAll('path').data([{ name: 'waits', d: tick(state.immutable, 25, 30) }, { name: 'fills', d: tick(state.memtable, 31, 47) }]).join('path').attr('class', ({ name }) => name).attr('d', ({ d }) => d);
  target.selectAll('rect.fill').data([state.fill]).join('rect').attr('class', 'fill').attr('x', left).attr('width', (fill) => (right - left) * fill).attr('y', 48).attr('height', 3);
}

/** Step between stacked files: 16 px, less when many. */
const pitch = (files: number): number => Math.min(16, L0_HEIGHT / Math.max(1, files));

function levelZero(target: Group, state: TreeState, x: (at: number) => number, top: number): void {
  const { files } = state.levels[0]!;
  const step = pitch(files.length);
  const height = Math.max(2, Math.min(11, step - 2));
  const rows = target.selectAll<SVGGElement, TreeFile>('g').data(files, ({ id }) => id).join((enter) => {
    const added = enter.append('g');
    added.append('rect');
    added.append('path').attr('class', 'segments');
    return added;
  });
  rows.attr('transform', (_, at) => `translate(0,${(top + at * step).toFixed(1)})`).attr('class', ({ id, tier }) => `file ${tier}${state.job?.files.has(id) === true ? ' merging' : ''}`);
  rows.select('rect').attr('x', ({ from }) => x(from)).attr('width', ({ from, to }) => Math.max(2, x(to) - x(from))).attr('height', height);
  rows.select('path').attr('d', ({ segments }) => segments.slice(1).map((at) => `M${x(at).toFixed(1)} 0V${height}`).join(''));
}

function labels(target: Group, state: TreeState, { middle, isNarrow }: TreeLayout, count: number): void {
  const rows = [
    { level: -1, title: 'Memory', under: `${fixed(state.fill * 100)}${THIN}% full${state.immutable.length > 0 ? ', one waits' : ''}` },
    ...state.levels.slice(0, count + 1).map((level, at) => ({
      level: at, title: `Level ${at}`,
      under: at === 0 ? `${level.files.length} ${level.files.length === 1 ? 'file' : 'files'}` : `${fixed(level.bytes / MIB)} of ${fixed((level.limitBytes ?? 0) / MIB)}${THIN}MiB`,
    })),
  ];
  const y = (level: number): number => {
    if (!isNarrow) return level === 0 ? L0_TOP + 8 : middle(level) - 2;
    return level < 0 ? 16 : level === 0 ? L0_TOP + 4 : middle(level) - LEVEL_HEIGHT / 2 - 6;
  };
  const texts = target.selectAll<SVGTextElement, (typeof rows)[number]>('text').data(rows, ({ level }) => level).join((enter) => {
    const text = enter.append('text').attr('x', isNarrow ? 4 : 0);
    text.append('tspan').attr('class', 'row-title');
    text.append('tspan').attr('class', 'row-under');
    return text;
  });
  texts.attr('y', ({ level }) => y(level));
  texts.select('.row-title').text(({ title }) => title);
  const under = texts.select('.row-under').text(({ under: words }) => words);
  if (isNarrow) under.attr('dx', 8);
  else under.attr('x', 0).attr('dy', '1.25em');
}

/** The merge in words between its two levels, and its progress under the lower one. */
function merge(target: Group, state: TreeState, { left, right, middle, isNarrow }: TreeLayout, x: (at: number) => number): void {
  const { job } = state;
  const from = job === undefined ? undefined : /@(\d)/.exec(job.name)?.[1];
  const level = from === undefined ? -1 : Number(from);
  const inputs = job === undefined || level < 0 ? [] : state.levels.flatMap(({ files }) => files.filter(({ id }) => job.files.has(id)));
  const show = job !== undefined && inputs.length > 0 && level < 6;
  const low = show ? x(Math.min(...inputs.map((file) => file.from))) : left;
  const high = show ? x(Math.max(...inputs.map((file) => file.to))) : right;
  const y = middle(level + 1) + 17;
  const start = level === 0 ? middle(0) + L0_HEIGHT / 2 + 10 : middle(level) + LEVEL_HEIGHT / 2 + 8;
  const end = middle(level + 1) - LEVEL_HEIGHT / 2 - 3;
  // On a phone the left half of the gap holds the level's name.
  const at = isNarrow ? right - 172 : Math.min(right - 190, Math.max(left + 12, (low + high) / 2 - 60));
  target.attr('display', show ? null : 'none');
  if (!show) return;
  target.selectAll('path').data([0]).join('path').attr('class', 'merge-arrow').attr('d', `M${at} ${start}V${end}M${at} ${end}l-4 -6M${at} ${end}l4 -6`);
  target.selectAll('text').data([`merging ${job.name.replaceAll('+', ' + ')}, ${fixed(job.progress * 100)}${THIN}%`]).join('text').attr('class', 'merge-text').attr('x', at + 10).attr('y', (start + end) / 2 + 6).text((text) => text);
  target.selectAll('rect').data([{ name: 'merge-rest', width: high - low }, { name: 'merge-done', width: (high - low) * job.progress }]).join('rect').attr('class', ({ name }) => name).attr('x', low).attr('width', ({ width }) => Math.max(0, width)).attr('y', y).attr('height', 4);
}

interface Stop {
  readonly y: number;
  readonly found: boolean;
}

function readLine(target: Group, state: TreeState, { middle }: TreeLayout, x: (at: number) => number, bill: ReadBill | undefined, top: number): void {
  const fresh = bill !== undefined && bill.lines.length > 0;
  target.attr('display', fresh ? null : 'none');
  if (!fresh) return;
  const at = x(bill.at);
  const files = state.levels[0]!.files;
  const step = pitch(files.length);
  const height = Math.max(2, Math.min(11, step - 2));
  const stops: Stop[] = [{ y: 36, found: bill.lines[0]!.level < 0 }];
  for (const line of bill.lines) {
    if (line.level < 0) continue;
    for (const file of line.files) {
      const row = files.findIndex(({ id }) => id === file.id);
      if (line.level > 0) stops.push({ y: middle(line.level), found: file.found });
      else if (row >= 0) stops.push({ y: top + row * step + height / 2, found: file.found });
    }
  }
  const last = Math.max(...stops.map(({ y }) => y));
  target.selectAll('line').data([0]).join('line').attr('class', 'read-line').attr('x1', at).attr('x2', at).attr('y1', 14).attr('y2', last);
  target.selectAll('text').data([bill]).join('text').attr('class', 'read-text').attr('x', at > 0.8 * x(1) ? at - 8 : at + 8).attr('text-anchor', at > 0.8 * x(1) ? 'end' : 'start').attr('y', 14).text(({ key }) => `get ${key}…`);
  target.selectAll<SVGCircleElement, Stop>('circle').data(stops).join('circle').attr('class', ({ found }) => (found ? 'read-stop found' : 'read-stop')).attr('cx', at).attr('cy', ({ y }) => y).attr('r', ({ found }) => (found ? 5 : Math.min(4.5, Math.max(2.5, step / 3.4))));
}

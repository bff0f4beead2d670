/** One clock for three strips: the background thread, files in level 0 with their limits, puts that had to wait. */
import { scaleLinear, scaleLog, select, ticks, type Selection } from 'd3';
import { fixed, scaleFor, THIN } from '../shell/format.ts';
import type { Clock } from './tree-state.ts';

/** Jobs shown at once; the window follows the playhead. */
const JOBS = 36;

export interface ClockLayout {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly isNarrow: boolean;
}

export const CLOCK_HEIGHT = 176;
const ROW = { jobs: [8, 34], l0: [46, 114], stalls: [122, 150] } as const;

/** From where to where time is shown. */
export function clockWindow(clock: Clock, nowNs: number): readonly [number, number] {
  const first = clock.spans.at(-JOBS)?.startNs ?? 0;
  const start = clock.spans.length > JOBS ? first : 0;
  return [start, Math.max(start + 1e6, nowNs + (nowNs - start) * 0.12)];
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

export function drawClock(svg: SVGSVGElement, clock: Clock, nowNs: number, layout: ClockLayout): void {
  const [from, to] = clockWindow(clock, nowNs);
  const x = scaleLinear([from, to], [layout.left, layout.right]);
  const group = (name: string): Group => {
    const found = select(svg).select<SVGGElement>(`g.${name}`);
    return found.empty() ? select(svg).append('g').attr('class', name) : found;
  };
  grid(group('grid'), from, to, x, layout);
  // Flushes interrupt merges: they are drawn over them.
  const spans = clock.spans.filter(({ endNs }) => endNs >= from).sort((a, b) => Number(a.isFlush) - Number(b.isFlush));
  group('jobs').selectAll<SVGRectElement, (typeof spans)[number]>('rect').data(spans, ({ startNs, name }) => `${startNs} ${name}`).join('rect')
    .attr('class', ({ isFlush }) => (isFlush ? 'job flush' : 'job merge'))
    .attr('x', ({ startNs }) => x(Math.max(from, startNs))).attr('width', ({ startNs, endNs }) => Math.max(1.5, x(endNs) - x(Math.max(from, startNs))))
    .attr('y', ({ isFlush }) => ROW.jobs[0] + (isFlush ? 4 : 0)).attr('height', ({ isFlush }) => ROW.jobs[1] - ROW.jobs[0] - (isFlush ? 8 : 0));
  const wide = spans.filter(({ isFlush, startNs, endNs }) => !isFlush && x(endNs) - x(Math.max(from, startNs)) > 44);
  group('job-names').selectAll<SVGTextElement, (typeof spans)[number]>('text').data(wide).join('text').attr('x', ({ startNs, endNs }) => (x(Math.max(from, startNs)) + x(endNs)) / 2).attr('y', 25).attr('text-anchor', 'middle').text(({ name }) => levelsOf(name));
  levelLine(group('l0'), clock, from, nowNs, x, layout);
  const reach = scaleLog([1e5, 1e9], [3, ROW.stalls[1] - ROW.stalls[0]]).clamp(true);
  group('stalls').selectAll('path').data([clock.stalls.filter(({ endNs }) => endNs >= from)]).join('path').attr('class', 'stall')
    .attr('d', (stalls) => stalls.map(({ startNs, endNs }) => `M${x(Math.max(from, startNs)).toFixed(1)} ${ROW.stalls[1]}V${(ROW.stalls[1] - reach(Math.max(1e5, endNs - startNs))).toFixed(1)}`).join(''));
  labels(group('labels'), layout, clock);
  group('playhead').selectAll('path').data([0]).join('path').attr('d', `M${x(nowNs)} 4V${ROW.stalls[1]}M${x(nowNs) - 5} 0h10l-5 6z`);
}

/** "4@0+2@1" as "0 → 1". */
const levelsOf = (name: string): string => {
  const from = Number(/@(\d)/.exec(name)?.[1] ?? /move (\d)/.exec(name)?.[1] ?? 0);
  return `${from}→${from + 1}`;
};

function grid(target: Group, from: number, to: number, x: (at: number) => number, { isNarrow }: ClockLayout): void {
  const marks = ticks(from, to, isNarrow ? 3 : 6);
  const scale = scaleFor('ns', to);
  const step = ((marks[1] ?? to) - (marks[0] ?? 0)) * scale.factor;
  const decimals = step >= 1 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)));
  target.selectAll<SVGLineElement, number>('line').data(marks).join('line').attr('x1', x).attr('x2', x).attr('y1', 4).attr('y2', ROW.stalls[1]);
  target.selectAll<SVGTextElement, number>('text').data(marks).join('text').attr('x', x).attr('y', 168).attr('text-anchor', 'middle').text((mark, at) => `${fixed(mark * scale.factor, decimals)}${at === marks.length - 1 ? `${THIN}${scale.unit}` : ''}`);
}

function levelLine(target: Group, clock: Clock, from: number, nowNs: number, x: (at: number) => number, { left, right, isNarrow }: ClockLayout): void {
  const { slowdown, stop } = clock.limits;
  const y = scaleLinear([0, stop * 1.08], [ROW.l0[1], ROW.l0[0]]);
  const before = clock.l0.findLast(([timeNs]) => timeNs <= from)?.[1] ?? 0;
  let path = `M${x(from)} ${y(before)}`;
  for (const [timeNs, files] of clock.l0) if (timeNs > from) path += `H${x(timeNs).toFixed(1)}V${y(files).toFixed(1)}`;
  path += `H${x(nowNs).toFixed(1)}`;
  target.selectAll('path').data([path]).join('path').attr('class', 'l0-line').attr('d', (d) => d);
  const limits = [{ name: 'stop', files: stop, text: `stop at ${stop}` }, { name: 'slow', files: slowdown, text: isNarrow ? `slow at ${slowdown}` : `slow at ${slowdown}, 1${THIN}ms a put` }];
  target.selectAll<SVGLineElement, (typeof limits)[number]>('line').data(limits).join('line').attr('class', ({ name }) => `limit ${name}`).attr('x1', left).attr('x2', right).attr('y1', ({ files }) => y(files)).attr('y2', ({ files }) => y(files));
  target.selectAll<SVGTextElement, (typeof limits)[number]>('text').data(limits).join('text').attr('class', ({ name }) => `limit-text ${name}`).attr('x', isNarrow ? left + 2 : right + 8).attr('y', ({ files }) => y(files) + (isNarrow ? -3 : 4)).text(({ text }) => text);
}

function labels(target: Group, { isNarrow, right }: ClockLayout, clock: Clock): void {
  const rows = isNarrow
    ? []
    : [
        { x: 0, y: 18, title: 'Background', under: 'one thread' },
        { x: 0, y: 62, title: 'Files in level 0', under: `merge from ${clock.limits.trigger}` },
        { x: 0, y: 136, title: 'Slow puts', under: 'length: wait' },
        { x: right + 8, y: 26, title: '', under: 'filled: flush; open: merge' },
      ];
  const texts = target.selectAll<SVGTextElement, (typeof rows)[number]>('text').data(rows).join((enter) => {
    const text = enter.append('text');
    text.append('tspan').attr('class', 'row-title');
    text.append('tspan').attr('class', 'row-under');
    return text;
  });
  texts.attr('x', (row) => row.x).attr('y', (row) => row.y);
  texts.select('.row-title').text(({ title }) => title);
  texts.select('.row-under').attr('x', (_, at) => rows[at]!.x).attr('dy', (_, at) => (rows[at]!.title === '' ? '0' : '1.25em')).text(({ under }) => under);
}

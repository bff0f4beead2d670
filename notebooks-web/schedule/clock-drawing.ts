/** Draws two schedules on one clock: a lane a core, a lane of depth a level, and between the two where they differ. */
import { scaleLinear, ticks } from 'd3';
import { fill, s } from '../shell/dom.ts';
import { fixed, scaleFor, THIN } from '../shell/format.ts';
import { type ClockLayout, type ClockWindow, type PanelLayout, RIBBON_HEIGHT } from './clock-window.ts';
import type { Divergence } from './divergence.ts';
import type { Segment, Timeline } from './timeline.ts';

export interface Panel {
  readonly timeline: Timeline;
  readonly title: string;
  readonly under: string;
}

export interface ClockScene {
  /** Of the picture on its page: names its clip path. */
  readonly id: string;
  readonly panels: readonly [Panel, Panel];
  readonly divergences: readonly Divergence[];
  /** Which divergence is marked. */
  readonly marked: number;
  readonly window: ClockWindow;
  readonly levels: number;
}

/** Widths in px from which a block has its level's number, and its job's. */
const NUMBER_PX = 15;
const JOB_PX = 62;
const SHARE_PX = 30;
/** Outlines would cover blocks that are on average narrower. */
const OUTLINED_PX = 6;

type X = (timeNs: number) => number;
const px = (value: number): string => value.toFixed(1);

export const clockScale = ({ fromNs, toNs }: ClockWindow, { left, right }: ClockLayout): X & { invert: (x: number) => number } => scaleLinear([fromNs, toNs], [left, right]);

export function drawClock(svg: SVGSVGElement, scene: ClockScene, layout: ClockLayout): void {
  const x = clockScale(scene.window, layout);
  const [a, b] = layout.panels;
  const deepest = scene.panels.map(({ timeline }) => deepestOf(timeline, scene.levels));
  const shared = Array.from({ length: scene.levels }, (_, at) => Math.max(1, deepest[0]![at]!, deepest[1]![at]!));
  fill(
    svg,
    s('clipPath', { id: `${scene.id}-clip` }, s('rect', { x: layout.left, y: 0, width: layout.right - layout.left, height: layout.height })),
    shade(scene, layout, x),
    axis(scene.window, layout, x),
    s('g', { 'clip-path': `url(#${scene.id}-clip)` },
      lanes(scene.panels[0].timeline, scene.window, a, layout, x), depths(scene.panels[0].timeline, scene, a, layout, x, shared),
      ribbon(scene, layout, x),
      lanes(scene.panels[1].timeline, scene.window, b, layout, x), depths(scene.panels[1].timeline, scene, b, layout, x, shared)),
    names(scene.panels[0], a, layout, deepest[0]!), names(scene.panels[1], b, layout, deepest[1]!),
    mark(scene, layout, x),
    s('path', { class: 'cursor', d: '' }),
  );
}

const deepestOf = ({ depths: list }: Timeline, levels: number): number[] => Array.from({ length: levels }, (_, at) => list.reduce((most, { waiting }) => Math.max(most, waiting[at]!), 0));

/** The past that both share, up to the first difference. */
function shade({ divergences, window }: ClockScene, layout: ClockLayout, x: X): SVGElement | null {
  const end = divergences[0]?.startNs ?? window.toNs;
  if (end <= window.fromNs) return null;
  const right = Math.min(layout.right, x(end));
  return s('rect', { class: 'shared-past', x: layout.left, y: 18, width: Math.max(0, right - layout.left), height: layout.axisY - 18 });
}

function axis({ fromNs, toNs }: ClockWindow, layout: ClockLayout, x: X): SVGElement {
  const marks = ticks(fromNs, toNs, layout.isNarrow ? 3 : 8);
  const scale = scaleFor('ns', toNs);
  const step = ((marks[1] ?? toNs) - (marks[0] ?? 0)) * scale.factor;
  const decimals = step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step) - 1e-9));
  return s('g', { class: 'grid' },
    marks.map((at) => s('line', { x1: x(at), x2: x(at), y1: 18, y2: layout.axisY })),
    marks.map((at, index) => s('text', { x: x(at), y: layout.axisY + 15, 'text-anchor': x(at) > layout.right - 22 ? 'end' : x(at) < 12 ? 'start' : 'middle' }, `${fixed(at * scale.factor, decimals)}${index === marks.length - 1 ? `${THIN}${scale.unit}` : ''}`)));
}

/** Segments are many: one path a level, and text only where it fits. */
function lanes(timeline: Timeline, { fromNs, toNs }: ClockWindow, panel: PanelLayout, layout: ClockLayout, x: X): SVGElement {
  const blocks = new Map<number, string>();
  const texts: SVGElement[] = [];
  let costs = '';
  let shown = 0;
  const height = layout.laneHeight;
  const levelOf = (job: number): number => timeline.jobs[job - 1]!.level;
  const add = (level: number, left: number, top: number, width: number, tall: number): void => {
    blocks.set(level, `${blocks.get(level) ?? ''}M${px(left)} ${px(top)}h${px(width)}v${px(tall)}h${px(-width)}z`);
  };
  for (const segment of timeline.segments) {
    if (segment.endNs <= fromNs || segment.startNs >= toNs) continue;
    shown += 1;
    const top = panel.laneY[segment.core]!;
    const [left, right] = [x(Math.max(segment.startNs, fromNs - 1)), x(Math.min(segment.endNs, toNs + 1))];
    const width = Math.max(0.8, right - left - 0.6);
    const serviceLeft = Math.min(right, x(Math.max(segment.startNs + segment.costNs, fromNs - 1)));
    if (serviceLeft - left > 0.2) costs += `M${px(left)} ${top + height / 2}H${px(serviceLeft)}`;
    if (segment.jobs.length > 1) {
      shares(segment, levelOf).forEach(({ level, from, share }) => add(level, left, top + from * height, width, share * height));
      if (right - left > SHARE_PX) texts.push(s('text', { class: 'share', x: (left + right) / 2, y: top + height / 2 + 4 }, `÷${THIN}${segment.jobs.length}`));
      continue;
    }
    const [job] = segment.jobs as readonly [number];
    const level = levelOf(job);
    add(level, serviceLeft, top, Math.max(0.8, width - (serviceLeft - left)), height);
    if (right - serviceLeft <= NUMBER_PX) continue;
    const isWide = right - serviceLeft > JOB_PX;
    texts.push(s('text', { class: `on-level-${level}`, x: (Math.max(serviceLeft, layout.left) + Math.min(right, layout.right)) / 2, y: top + height / 2 + 4 }, s('tspan', { class: 'number' }, level), isWide ? s('tspan', { class: 'job', dx: 6 }, `job ${job}`) : null));
  }
  const isDense = shown * OUTLINED_PX > (layout.right - layout.left) * timeline.cores;
  return s('g', { class: isDense ? 'lanes dense' : 'lanes' },
    panel.laneY.map((top) => s('path', { class: 'rail', d: `M${layout.left} ${top + height / 2}H${layout.right}` })),
    [...blocks].sort(([one], [other]) => one - other).map(([level, d]) => s('path', { class: `block level-${level}`, d })),
    s('path', { class: 'cost', d: costs }), texts);
}

/** A fluid's block is split by level, in proportion to the jobs of each that share it. */
function shares({ jobs }: Segment, levelOf: (job: number) => number): { level: number; from: number; share: number }[] {
  const counts = new Map<number, number>();
  for (const job of jobs) counts.set(levelOf(job), (counts.get(levelOf(job)) ?? 0) + 1);
  let from = 0;
  return [...counts].sort(([one], [other]) => one - other).map(([level, count]) => {
    const share = count / jobs.length;
    from += share;
    return { level, from: from - share, share };
  });
}

function depths(timeline: Timeline, { window: { fromNs, toNs }, levels }: ClockScene, panel: PanelLayout, layout: ClockLayout, x: X, deepest: readonly number[]): SVGElement {
  const first = Math.max(0, timeline.depths.findLastIndex(({ timeNs }) => timeNs <= fromNs));
  const last = timeline.depths.findIndex(({ timeNs }) => timeNs >= toNs);
  const shown = timeline.depths.slice(first, last < 0 ? undefined : last);
  const end = Math.min(x(toNs), x(Math.max(fromNs, timeline.endNs)));
  return s('g', { class: 'depths' }, Array.from({ length: levels }, (_, at) => {
    const base = panel.depthY[at]!;
    const y = (waiting: number): string => px(base - (waiting / deepest[at]!) * layout.depthHeight);
    let d = `M${layout.left} ${base}`;
    for (const { timeNs, waiting } of shown) d += `H${px(Math.max(layout.left, x(timeNs)))}V${y(waiting[at]!)}`;
    d += `H${px(end)}V${base}z`;
    return [s('path', { class: `depth level-${at + 1}`, d }), s('path', { class: `base level-${at + 1}`, d: `M${layout.left} ${base}H${layout.right}` })];
  }));
}

/** Filled where different jobs run. */
function ribbon({ divergences, window: { fromNs, toNs } }: ClockScene, layout: ClockLayout, x: X): SVGElement {
  let d = '';
  for (const { startNs, endNs } of divergences) {
    if (endNs <= fromNs || startNs >= toNs) continue;
    d += `M${px(x(Math.max(fromNs, startNs)))} ${layout.ribbonY}H${px(Math.max(x(Math.max(fromNs, startNs)) + 0.8, x(Math.min(toNs, endNs))))}v${RIBBON_HEIGHT}H${px(x(Math.max(fromNs, startNs)))}z`;
  }
  return s('g', { class: 'ribbon' }, s('rect', { class: 'same', x: layout.left, y: layout.ribbonY, width: layout.right - layout.left, height: RIBBON_HEIGHT }), s('path', { class: 'apart', d }));
}

function names({ timeline, title, under }: Panel, panel: PanelLayout, layout: ClockLayout, deepest: readonly number[]): SVGElement {
  const word = timeline.isFluid ? 'there' : 'waiting';
  const { isNarrow, left, right, laneHeight } = layout;
  const titles = isNarrow
    ? [s('text', { x: 0, y: panel.titleY }, s('tspan', { class: 'row-title' }, title), s('tspan', { class: 'row-under', dx: 8 }, under.split(';')[0]))]
    : [s('text', { class: 'row-title', x: 0, y: panel.titleY }, title), ...under.split('; ').slice(0, 2).map((line, at) => s('text', { class: 'row-under', x: 0, y: panel.titleY + 15 * (at + 1) }, line))];
  return s('g', { class: 'names' }, titles,
    timeline.cores === 1 ? null : panel.laneY.map((top, core) => s('text', { class: 'row-under', x: left - 8, y: top + laneHeight / 2 + 4, 'text-anchor': 'end' }, isNarrow ? core : `core ${core}`)),
    panel.depthY.map((base, at) => [
      s('text', { class: 'row-under', x: left - 8, y: base - 2, 'text-anchor': 'end' }, isNarrow ? `${at + 1}` : `${word} in ${at + 1}`),
      isNarrow ? null : s('text', { class: 'row-under', x: right + 6, y: base - 2 }, `most ${deepest[at]!}`),
    ]));
}

/** The difference in hand, ruled through both. */
function mark({ divergences, marked, window: { fromNs, toNs } }: ClockScene, layout: ClockLayout, x: X): SVGElement | null {
  const at = divergences[marked];
  if (at === undefined || at.startNs < fromNs || at.startNs > toNs) return null;
  const here = x(at.startNs);
  const isLate = here > layout.right - 130;
  const text = marked === 0 ? (layout.isNarrow ? 'they part' : 'they part here') : `difference ${marked + 1}`;
  return s('g', { class: 'parting' },
    s('path', { d: `M${px(here)} 4V${layout.axisY}` }),
    marked === 0 && here - layout.left > 70 ? s('text', { class: 'before', x: here - 6, y: 13, 'text-anchor': 'end' }, isLate ? '' : 'the same') : null,
    s('text', { x: here + (isLate ? -6 : 6), y: 13, 'text-anchor': isLate ? 'end' : 'start' }, text));
}

/** The cursor that both schedules share. */
export function drawCursor(svg: SVGSVGElement, timeNs: number | undefined, window: ClockWindow, layout: ClockLayout): void {
  const path = svg.querySelector('path.cursor');
  const isShown = timeNs !== undefined && timeNs >= window.fromNs && timeNs <= window.toNs;
  path?.setAttribute('d', isShown ? `M${px(clockScale(window, layout)(timeNs))} 18V${layout.axisY}` : '');
}

/** The whole run in a strip: where they differ, and which part is shown. */
export function drawOverview(svg: SVGSVGElement, scene: ClockScene, layout: ClockLayout, endNs: number, height: number): void {
  const x = scaleLinear([0, endNs], [layout.left, layout.right]);
  let d = '';
  for (const { startNs, endNs: to } of scene.divergences) d += `M${px(x(startNs))} 5H${px(Math.max(x(startNs) + 0.5, x(to)))}V${height - 5}H${px(x(startNs))}z`;
  const [left, right] = [x(scene.window.fromNs), x(scene.window.toNs)];
  fill(svg, s('rect', { class: 'same', x: layout.left, y: 5, width: layout.right - layout.left, height: height - 10 }), s('path', { class: 'apart', d }),
    s('rect', { class: 'shown', x: left, y: 1, width: Math.max(3, right - left), height: height - 2 }),
    layout.isNarrow ? null : s('text', { class: 'row-under', x: layout.left - 8, y: height / 2 + 4, 'text-anchor': 'end' }, 'whole run'));
}

/**
 * The panels on one clock: uPlot on a canvas each, one cursor, one zoom, and the playhead through all of them. What is shown of the time
 * is decided by the owner; a drag over any panel asks for another part of it.
 */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { h, s } from '../shell/dom.ts';
import { fixed } from '../shell/format.ts';
import type { ClockWindow } from '../schedule/clock-window.ts';
import { upTo } from './packet-events.ts';
import { type LineKind, type Panel, type PanelLine, plotted } from './chart-panels.ts';
import { flowColour, type Palette } from './palette.ts';

export interface ChartsOwner {
  readonly view: (window: ClockWindow) => void;
  readonly seek: (timeNs: number) => void;
  /** The pointer reads this instant; undefined when it has left. */
  readonly point: (timeNs: number | undefined) => void;
}

/** Room for the numbers of the y axes, the same in all panels and in the strip of phases. */
export const gutterOf = (width: number, px: number): number => Math.round(((width < 700 ? 40 : 68) * px) / 16);
export const RIGHT_PX = 12;
const heightOf = (width: number, px: number): number => Math.round(((width < 700 ? 112 : 128) * px) / 16);
const AXIS_PX = 26;

/** What is drawn last, on top, is named first. */
const KEY_ORDER: readonly LineKind[] = ['main', 'thin', 'before'];

interface MadePanel {
  readonly panel: Panel;
  readonly plot: uPlot;
  readonly readouts: readonly HTMLElement[];
  readonly head: HTMLElement;
}

let groups = 0;

export class Charts {
  readonly element = h('div', { class: 'flow-charts' });
  private readonly owner: ChartsOwner;
  private readonly key = `flows-${++groups}`;
  private made: readonly MadePanel[] = [];
  private timesNs: Float64Array = new Float64Array(0);
  private shown: ClockWindow = { fromNs: 0, toNs: 1 };
  private playheadNs = 0;
  private hoverNs: number | undefined;

  constructor(owner: ChartsOwner) {
    this.owner = owner;
  }

  /** Makes all panels anew: other data, another width or other colours. */
  show(panels: readonly Panel[], timesNs: Float64Array, shown: ClockWindow, width: number, palette: Palette): void {
    this.end();
    this.timesNs = timesNs;
    this.shown = shown;
    const seconds = Array.from(timesNs, (ns) => ns / 1e9);
    this.made = panels.map((panel, at) => this.panel(panel, seconds, width, palette, at === panels.length - 1));
    this.read();
  }

  view(shown: ClockWindow): void {
    this.shown = shown;
    for (const { plot } of this.made) plot.setScale('x', { min: shown.fromNs / 1e9, max: shown.toNs / 1e9 });
    this.placeHeads();
  }

  playhead(timeNs: number): void {
    this.playheadNs = timeNs;
    this.placeHeads();
    this.read();
  }

  end(): void {
    for (const { plot } of this.made) plot.destroy();
    this.made = [];
    this.element.replaceChildren();
  }

  private panel(panel: Panel, seconds: number[], width: number, palette: Palette, isLast: boolean): MadePanel {
    const readouts = panel.lines.map(() => h('b', {}));
    const head = h('div', { class: 'flow-panel-head' },
      h('h3', {}, `${panel.title}, ${panel.unit}`),
      h('ul', { class: 'flow-panel-key' }, KEY_ORDER.flatMap((kind) => panel.lines.map((line, at) => (line.kind === kind ? h('li', {}, swatch(line), line.label, ' ', readouts[at]) : null)))));
    const holder = h('div', { class: 'flow-panel-plot', role: 'img', 'aria-label': `${panel.title} in ${panel.unit} over time: ${panel.lines.map(({ label }) => label).join(', ')}. The same numbers stand in the table.` });
    this.element.append(h('section', { class: 'flow-panel' }, head, holder));
    const scaleY = (_plot: uPlot, _low: number | null, high: number | null): [number, number] => [0, Math.max((high ?? 1) * 1.08, ...panel.rules.map(({ value }) => value * 1.08), 1e-3)];
    const axisPx = Math.round((AXIS_PX * palette.px) / 16);
    const font = `${palette.px * 0.75}px ${palette.sans}`;
    const ticks = { stroke: palette.ink2, font, grid: { stroke: palette.hair, width: 1 }, ticks: { show: false } } as const;
    const options: uPlot.Options = {
      width, height: heightOf(width, palette.px) + (isLast ? axisPx : 8), padding: [6, RIGHT_PX, isLast ? 0 : 8, 0], legend: { show: false }, pxAlign: 1,
      cursor: { sync: { key: this.key, setSeries: false }, drag: { x: true, y: false, setScale: false, dist: 5 }, y: false, points: { show: false } },
      scales: { x: { time: false, auto: false, range: (_plot, min, max) => [min, max] }, y: { range: scaleY } },
      axes: [
        { ...ticks, show: isLast, size: axisPx, gap: 4, space: 70, values: (_plot, splits) => splits.map((value, at) => `${fixed(value, decimalsOf(splits))}${at === 0 ? ' s' : ''}`) },
        { ...ticks, size: gutterOf(width, palette.px), gap: 6, space: 30, values: (_plot, splits) => splits.map((value) => fixed(value, decimalsOf(splits))) },
      ],
      series: [{}, ...panel.lines.map((line) => seriesOf(line, panel, palette))],
      hooks: {
        draw: [(plot) => drawRules(plot, panel, palette, font)],
        setSelect: [(plot) => {
          const { left, width: selected } = plot.select;
          if (selected < 1) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          this.owner.view({ fromNs: plot.posToVal(left, 'x') * 1e9, toNs: plot.posToVal(left + selected, 'x') * 1e9 });
        }],
        setCursor: [(plot) => this.hover(plot)],
      },
    };
    const plot = new uPlot(options, [seconds, ...panel.lines.map(plotted)] as uPlot.AlignedData, holder);
    plot.setScale('x', { min: this.shown.fromNs / 1e9, max: this.shown.toNs / 1e9 });
    // The owner decides what a double click does: the library's own goes back to all data past the shown window.
    plot.over.addEventListener('dblclick', (event) => {
      event.stopImmediatePropagation();
      this.owner.view({ fromNs: 0, toNs: this.timesNs.at(-1) ?? 1 });
    }, true);
    plot.over.addEventListener('click', () => {
      const { left } = plot.cursor;
      if (left !== undefined && left >= 0) this.owner.seek(plot.posToVal(left, 'x') * 1e9);
    });
    const cursor = h('div', { class: 'flow-playhead', hidden: true });
    plot.over.append(cursor);
    return { panel, plot, readouts, head: cursor };
  }

  private hover(plot: uPlot): void {
    // A synchronised cursor reports from every panel; the one below the pointer is enough.
    if (plot.cursor.event === undefined && (plot.cursor.left ?? -1) >= 0) return;
    const left = plot.cursor.left ?? -1;
    this.hoverNs = left < 0 ? undefined : plot.posToVal(left, 'x') * 1e9;
    this.read();
    this.owner.point(this.hoverNs);
  }

  /** The numbers beside the names: at the pointer, else at the playhead. */
  private read(): void {
    const at = Math.max(0, upTo(this.timesNs, this.hoverNs ?? this.playheadNs) - 1);
    for (const { panel, readouts } of this.made) {
      panel.lines.forEach(({ values, factor }, index) => {
        const value = values[at] ?? NaN;
        readouts[index]!.textContent = Number.isFinite(value) ? fixed(value * factor, panel.decimals) : 'none';
      });
    }
  }

  /** An element above the canvas: moving it costs nothing, drawing the lines anew for each frame would. */
  private placeHeads(): void {
    const isShown = this.playheadNs >= this.shown.fromNs && this.playheadNs <= this.shown.toNs;
    for (const { head } of this.made) {
      head.hidden = !isShown;
      if (isShown) head.style.left = `${((this.playheadNs - this.shown.fromNs) / (this.shown.toNs - this.shown.fromNs)) * 100}%`;
    }
  }
}

function seriesOf({ label, flow, kind }: PanelLine, { isFilled }: Panel, palette: Palette): uPlot.Series {
  const colour = flowColour(palette, flow);
  const dash = kind === 'before' ? [1.5, 3.5] : flow === 2 ? [8, 4] : undefined;
  const fill = isFilled && kind === 'main' ? `${colour}38` : undefined;
  return { label, stroke: colour, width: kind === 'main' ? 1.8 : 1.1, points: { show: false }, ...(kind === 'thin' ? { alpha: 0.75 } : {}), ...(dash === undefined ? {} : { dash }), ...(fill === undefined ? {} : { fill }), ...(isFilled ? { paths: uPlot.paths.stepped!({ align: -1 }) } : {}) };
}

function drawRules(plot: uPlot, { rules }: Panel, palette: Palette, font: string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = palette.ink3;
  ctx.fillStyle = palette.ink3;
  ctx.setLineDash([ratio, 3 * ratio]);
  ctx.lineWidth = ratio;
  ctx.font = font.replace(/^[\d.]+/, (px) => String(Number(px) * ratio));
  ctx.textAlign = 'right';
  for (const { label, value } of rules) {
    const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    const isHigh = y - bbox.top < 14 * ratio;
    ctx.textBaseline = isHigh ? 'top' : 'bottom';
    const [textX, textY] = [bbox.left + bbox.width - 4 * ratio, y + (isHigh ? 3 : -3) * ratio];
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineWidth = 4 * ratio;
    ctx.lineJoin = 'round';
    ctx.strokeStyle = palette.paper;
    ctx.strokeText(label, textX, textY);
    ctx.restore();
    ctx.fillText(label, textX, textY);
  }
  ctx.restore();
}

/** As many as the step between ticks has: a quarter needs two. */
function decimalsOf(splits: readonly number[]): number {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
  let decimals = 0;
  while (decimals < 6 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) decimals++;
  return decimals;
}

function swatch({ flow, kind }: PanelLine): SVGElement {
  return s('svg', { viewBox: '0 0 22 8', class: `flow-swatch flow-${flow} line-${kind}`, 'aria-hidden': 'true' }, s('path', { d: 'M1 4h20' }));
}

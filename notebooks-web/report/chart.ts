/** Drawing a Vega-Lite specification: loaded on demand, themed by the tokens, expressions interpreted (no eval). */
import embed, { type EmbedOptions, type Result, type VisualizationSpec } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import { h } from '../shell/dom.ts';
import { number } from '../shell/format.ts';
import { tokensOf, type SchemeName, type Tokens } from '../shell/tokens.ts';
import { checkSpec } from './spec-guard.ts';
import { fitSpec } from './fit-spec.ts';

/** One configuration for all charts. */
function chartConfig(tokens: Tokens, width: number): object {
  const of = (name: string): string => tokens[name] ?? '#000000';
  const text = { labelFont: of('sans'), titleFont: of('sans'), labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, labelColor: of('ink2'), titleColor: of('ink2') };
  const ink = of('ink');
  return {
    background: 'transparent',
    font: of('sans'),
    padding: { left: 2, right: 8, top: 6, bottom: 4 },
    view: { stroke: null },
    axis: { ...text, domainColor: of('rule'), tickColor: of('rule'), gridColor: of('hair'), tickSize: 4, labelPadding: 5, titlePadding: 8 },
    axisY: { domain: false, ticks: false },
    legend: { ...text, symbolStrokeWidth: 2, orient: 'top', offset: 6, columns: Math.max(2, Math.floor(width / 120)), symbolSize: 70, labelLimit: 260, symbolBaseFillColor: ink, symbolBaseStrokeColor: ink },
    header: { ...text, labelFontWeight: 650, labelColor: ink, labelFontSize: 13 },
    title: { color: ink, font: of('sans'), fontSize: 13, anchor: 'start', subtitleColor: of('ink3'), subtitleFont: of('sans') },
    line: { strokeWidth: 1.5, color: ink }, point: { filled: true, size: 46, color: ink, opacity: 1 }, circle: { size: 46, color: ink, opacity: 1 },
    bar: { color: of('level-1') }, rect: { color: of('level-1') }, area: { color: of('level-1'), opacity: 0.3 },
    rule: { color: ink, strokeWidth: 1.5 }, tick: { color: ink, thickness: 1.5 }, errorbar: { ticks: true, color: ink }, errorband: { opacity: 0.18, color: of('ink3') },
    boxplot: { color: ink }, text: { color: of('ink2'), font: of('sans'), fontSize: 12 }, trail: { color: ink },
    range: {
      category: [of('level-1'), of('level-2'), of('ink3'), of('message-viewchange'), of('message-commit'), of('level-4'), ink, of('level-3')],
      ordinal: [of('ink'), of('level-1'), of('ink3'), of('level-3'), of('grey')], ramp: [of('nvm'), of('level-1')], heatmap: [of('sink'), of('level-1')],
      diverging: [of('level-2'), of('sink'), of('level-1')],
      symbol: ['circle', 'square', 'diamond', 'triangle-up', 'triangle-down', 'cross'],
    },
  };
}

/** Vega may load nothing: all data is inline. */
const refuse = (): Promise<never> => Promise.reject(new Error('charts load nothing'));
const LOADER = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

let tip: HTMLElement | undefined;

function tooltip(_handler: unknown, event: MouseEvent, _item: unknown, value: unknown): void {
  if (value === null || value === undefined || value === '') {
    tip?.remove();
    tip = undefined;
    return;
  }
  tip ??= h('div', { class: 'tooltip', 'aria-hidden': 'true' });
  const pairs = typeof value === 'object' ? Object.entries(value as Record<string, unknown>) : [['', value] as const];
  tip.replaceChildren(h('dl', {}, pairs.map(([name, item]) => [h('dt', {}, name), h('dd', {}, typeof item === 'number' ? number(item, 4) : String(item))])));
  document.body.append(tip);
  tip.style.left = `${Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(event.clientY + 12, innerHeight - tip.offsetHeight - 8)}px`;
}

/** Marks beyond which a canvas draws faster than elements. */
const CANVAS_ROWS = 3000;

export async function drawChart(element: HTMLElement, spec: object, options: { readonly scheme: SchemeName; readonly width: number; readonly rows: number }): Promise<Result> {
  checkSpec(spec);
  const settings = {
    mode: 'vega-lite', actions: false, ast: true, expr: expressionInterpreter, renderer: options.rows > CANVAS_ROWS ? 'canvas' : 'svg',
    loader: LOADER, config: chartConfig(tokensOf(options.scheme), options.width), tooltip, defaultStyle: false,
  } as unknown as EmbedOptions;
  const draw = (width: number): Promise<Result> => embed(element, fitSpec(spec, width) as unknown as VisualizationSpec, settings);
  const first = await draw(options.width);
  // How much room labels take is known only once they are drawn: what sticks out is taken off the plots.
  const excess = first.view.container() === null ? 0 : (element.querySelector('svg, canvas')?.getBoundingClientRect().width ?? 0) - options.width;
  if (excess < 2 || excess > options.width / 2) return first;
  first.finalize();
  return draw(options.width - excess);
}

/** The chart with light colours as SVG text or as a picture, whatever scheme the page shows. */
export async function exportChart(spec: object, kind: 'svg' | 'png', width = 720): Promise<string | Blob> {
  const place = h('div', { style: `width:${width}px;position:absolute;left:-9999px` });
  document.body.append(place);
  try {
    const { view, finalize } = await drawChart(place, spec, { scheme: 'light', width, rows: 0 });
    view.background('#ffffff');
    await view.runAsync();
    if (kind === 'svg') return await view.toSVG();
    const canvas = await view.toCanvas(2);
    finalize();
    return await new Promise<Blob>((done, failed) => canvas.toBlob((blob) => (blob === null ? failed(new Error('no picture')) : done(blob)), 'image/png'));
  } finally {
    place.remove();
  }
}

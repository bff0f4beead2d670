/** One figure: number, title, picture or table, warnings on it, caption, exports. */
import type { FigureReport } from '../../scenarios/testbed/report-types.ts';
import { formatCsv } from '../data/csv.ts';
import { fill, h, whenVisible } from '../shell/dom.ts';
import { number } from '../shell/format.ts';
import { dataTable, download, noticeOf, notice, pictureOrTable } from '../shell/parts.ts';
import { scheme } from '../shell/theme.ts';

export interface FigureElement {
  readonly element: HTMLElement;
  /** Ends the chart; a figure that was taken off the page must not keep listening. */
  readonly end: () => void;
}

export function figureElement(figure: FigureReport, index: number, idPrefix = 'figure'): FigureElement {
  const body = h('div', { class: 'figure-body' }, h('p', { class: 'loading' }, 'The chart is drawn when it comes into view.'));
  const columns = [...new Set(figure.rows.flatMap((row) => Object.keys(row)))];
  const picture = h('div', { class: 'chart scroll', role: 'img', 'aria-label': `${figure.title}. ${figure.caption}` });
  const table = h('div', { class: 'figure-table', hidden: true });
  let finish: (() => void) | undefined;
  let drawing = 0;
  let drawnWidth = 0;

  const draw = async (): Promise<void> => {
    const mine = ++drawing;
    const width = body.clientWidth;
    if (width === 0) return;
    drawnWidth = width;
    try {
      const { drawChart } = await import('./chart.ts');
      // The figure around it is named and has a table; Vega's own unnamed groups would only repeat it, mark by mark.
      const place = h('div', { class: 'chart-place', 'aria-hidden': 'true' });
      place.style.width = `${width}px`;
      if (mine !== drawing) return;
      // Vega measures its container: it has to be in the page before it draws.
      finish?.();
      fill(picture, place);
      const { finalize } = await drawChart(place, figure.spec, { scheme: scheme(), width, rows: figure.rows.length });
      if (mine !== drawing) return finalize();
      finish = finalize;
      picture.toggleAttribute('data-drawn', true);
      picture.dataset['scheme'] = scheme();
      if (picture.scrollWidth > picture.clientWidth) picture.tabIndex = 0;
    } catch (error) {
      if (mine === drawing) fill(picture, notice('This chart could not be drawn; its table can.', error instanceof Error ? error.message : String(error), true));
    }
  };

  const show = (view: 'picture' | 'table'): void => {
    picture.hidden = view === 'table';
    table.hidden = view === 'picture';
    if (view === 'table') fillTable();
  };
  const fillTable = (): void => {
    if (table.childElementCount > 0) return;
    fill(table, dataTable(columns, figure.rows.map((row) => columns.map((name) => (typeof row[name] === 'number' ? number(row[name], 6) : String(row[name] ?? '')))), figure.title));
  };
  const csv = (): void => download(`${figure.id}.csv`, 'text/csv', formatCsv(columns, figure.rows.map((row) => columns.map((name) => row[name] ?? ''))));
  const picturesOf = (kind: 'svg' | 'png') => async (): Promise<void> => {
    const { exportChart } = await import('./chart.ts');
    download(`${figure.id}.${kind}`, kind === 'svg' ? 'image/svg+xml' : 'image/png', await exportChart(figure.spec, kind));
  };
  const button = (text: string, act: () => unknown): HTMLElement => h('button', { class: 'link', type: 'button', 'aria-label': `${text} of figure ${index}`, on: { click: () => void act() } }, text);

  const element = h(
    'figure', { class: 'figure', id: `${idPrefix}-${figure.id}`, 'data-figure': figure.id },
    h('div', { class: 'figure-head' }, h('p', {}, h('b', {}, `Figure ${index}.`), figure.title), pictureOrTable(show)),
    body,
    figure.warnings.map((text) => noticeOf(text)),
    h('figcaption', {}, figure.caption, ' ', h('span', { class: 'exports' }, button('CSV', csv), button('SVG', picturesOf('svg')), button('PNG', picturesOf('png')), button('spec', () => download(`${figure.id}.vl.json`, 'application/json', JSON.stringify(figure.spec, null, 1))))),
  );
  let isVisible = false;
  whenVisible(element, () => {
    isVisible = true;
    fill(body, picture, table);
    void draw();
  });
  // On paper there is no switch: picture and table both.
  const onPrint = (): void => {
    if (!isVisible) fill(body, picture, table);
    fillTable();
  };
  window.addEventListener('beforeprint', onPrint);
  const redraw = (): void => void (isVisible && draw());
  document.addEventListener('schemechange', redraw);
  let timer = 0;
  const resized = new ResizeObserver(() => {
    if (!isVisible || Math.abs(body.clientWidth - drawnWidth) < 8) return;
    clearTimeout(timer);
    timer = window.setTimeout(redraw, 120);
  });
  resized.observe(body);
  return {
    element,
    end: () => {
      drawing++;
      document.removeEventListener('schemechange', redraw);
      resized.disconnect();
      window.removeEventListener('beforeprint', onPrint);
      finish?.();
    },
  };
}

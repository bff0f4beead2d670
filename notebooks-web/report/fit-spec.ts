/** Fits a chart's specification to the room it has: widths, columns of small multiples, rows instead of columns on a phone. */
import { drawableRows } from './chart-rows.ts';

type Spec = Record<string, unknown>;

const isObject = (value: unknown): value is Spec => typeof value === 'object' && value !== null && !Array.isArray(value);
const isUnit = (spec: Spec): boolean => 'mark' in spec || 'layer' in spec;

/** Space an axis with labels takes beside the plot; Vega-Lite counts widths without it. */
const AXIS = 70;
const GUTTER = 24;
const NARROWEST = 150;

/** Distinct values of a field in the inline data of a specification. */
function distinct(spec: Spec, field: unknown): number {
  const rows = isObject(spec['data']) && Array.isArray(spec['data']['values']) ? (spec['data']['values'] as unknown[]) : [];
  return new Set(rows.map((row) => (isObject(row) && typeof field === 'string' ? String(row[field]) : ''))).size || 1;
}

export function fitSpec(source: object, width: number): Spec {
  return fit(drawableRows(structuredClone(source) as Spec), width);
}

function fit(spec: Spec, width: number): Spec {
  for (const [from, to] of [['hconcat', 'vconcat']] as const) {
    const parts = spec[from];
    if (!Array.isArray(parts)) continue;
    const each = (width - AXIS - GUTTER * parts.length) / parts.length;
    if (each >= NARROWEST) return { ...spec, [from]: parts.map((part: Spec) => fit(part, each + AXIS)) };
    const rest = Object.fromEntries(Object.entries(spec).filter(([name]) => name !== from));
    return { ...rest, [to]: parts.map((part: Spec) => fit(part, width)) };
  }
  if (Array.isArray(spec['vconcat'])) return { ...spec, vconcat: spec['vconcat'].map((part: Spec) => fit(part, width)) };
  if (isObject(spec['facet']) && isObject(spec['spec'])) {
    const facet = spec['facet'];
    const column = isObject(facet['column']) ? facet['column'] : undefined;
    if (column !== undefined) {
      const n = distinct(spec, column['field']);
      const each = (width - AXIS - GUTTER * n) / n;
      if (each >= NARROWEST || 'row' in facet) return { ...spec, spec: { ...spec['spec'], width: Math.max(NARROWEST, Math.floor(each)) } };
      const columns = Math.max(1, Math.floor((width - AXIS) / (NARROWEST + GUTTER)));
      return { ...spec, facet: column, columns, spec: { ...spec['spec'], width: Math.floor((width - AXIS - GUTTER * columns) / columns) } };
    }
    const n = 'row' in facet ? 1 : distinct(spec, facet['field']);
    const asked = typeof spec['columns'] === 'number' ? spec['columns'] : n;
    const columns = 'row' in facet ? 1 : Math.max(1, Math.min(asked, n, Math.floor((width - AXIS + GUTTER) / (NARROWEST + GUTTER))));
    return { ...spec, ...('row' in facet ? {} : { columns }), spec: { ...spec['spec'], width: Math.floor((width - AXIS - GUTTER * (columns - 1)) / columns) } };
  }
  if (isUnit(spec)) {
    const encoding = isObject(spec['encoding']) ? spec['encoding'] : {};
    const across = isObject(encoding['column']) ? encoding['column'] : isObject(encoding['facet']) ? encoding['facet'] : undefined;
    const side = isObject(encoding['row']) ? 90 : 0;
    if (across !== undefined) {
      const n = distinct(spec, across['field']);
      const columns = encoding['column'] === undefined || side > 0 ? n : Math.max(1, Math.min(n, Math.floor((width - AXIS + GUTTER) / (NARROWEST + GUTTER))));
      const each = Math.floor((width - AXIS - side - GUTTER * (columns - 1)) / columns);
      if (columns < n && encoding['column'] !== undefined) {
        const { column, ...rest } = encoding;
        return { ...spec, width: each, encoding: { ...rest, facet: { ...(column as Spec), columns } } };
      }
      return { ...spec, width: Math.max(NARROWEST - 40, each) };
    }
    if (side > 0) return { ...spec, width: Math.max(NARROWEST, width - AXIS - side) };
    // A height by steps cannot be fitted by Vega either; what its labels take is found once it is drawn.
    if (isObject(spec['height'])) return { ...spec, width: Math.max(NARROWEST, width - AXIS) };
    // Small multiples cannot be fitted by Vega itself; a single view can.
    return { ...spec, width: 'container', autosize: { type: 'fit-x', contains: 'padding' } };
  }
  return spec;
}

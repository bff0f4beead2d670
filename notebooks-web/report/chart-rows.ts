/**
 * Rows as a chart can draw them. A logarithmic axis has no place for zero or less, which an interval of few replications
 * easily reaches: such ends are drawn at the smallest value of their kind. The table beside the figure keeps all as it is.
 */
type Spec = Record<string, unknown>;
const isObject = (value: unknown): value is Spec => typeof value === 'object' && value !== null && !Array.isArray(value);

const PARTS = ['layer', 'hconcat', 'vconcat', 'concat'] as const;
const AXES = [['x', 'x2', 'xError', 'xError2'], ['y', 'y2', 'yError', 'yError2']] as const;

/** Fields drawn on a logarithmic axis anywhere in the chart. */
function logFields(spec: Spec, into = new Set<string>(), inherited: readonly boolean[] = [false, false]): Set<string> {
  const encoding = isObject(spec['encoding']) ? spec['encoding'] : {};
  const children = [...PARTS.flatMap((name) => (Array.isArray(spec[name]) ? (spec[name] as unknown[]) : [])), spec['spec']].filter(isObject);
  const isLog = (of: Spec, axis: string): boolean => {
    const channel = isObject(of['encoding']) ? of['encoding'][axis] : undefined;
    return isObject(channel) && isObject(channel['scale']) && channel['scale']['type'] === 'log';
  };
  // Layers share their scales: one logarithmic layer makes all of them so.
  const here = AXES.map(([axis], at) => inherited[at]! || isLog(spec, axis) || (Array.isArray(spec['layer']) && children.some((child) => isLog(child, axis))));
  AXES.forEach((channels, at) => {
    if (!here[at]) return;
    for (const channel of channels) {
      const field = isObject(encoding[channel]) ? encoding[channel]['field'] : undefined;
      if (typeof field === 'string') into.add(field);
    }
  });
  for (const child of children) logFields(child, into, Array.isArray(spec['layer']) || child === spec['spec'] ? here : undefined);
  return into;
}

/** All inline rows of the chart. */
function inlineRows(spec: object): Spec[] {
  const rows: Spec[] = [];
  const collect = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(collect);
    if (!isObject(node)) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'data' && isObject(value) && Array.isArray(value['values'])) rows.push(...value['values'].filter(isObject));
      else collect(value);
    }
  };
  collect(spec);
  return rows;
}

/** Changes the specification's own inline rows; give it a copy. */
export function drawableRows<T extends object>(spec: T): T {
  const rows = inlineRows(spec);
  // An interval of one run has no ends; stored as JSON it reads null, in a run on the page it is still infinite.
  for (const row of rows) for (const [name, value] of Object.entries(row)) if (typeof value === 'number' && !Number.isFinite(value)) row[name] = null;
  for (const field of logFields(spec as Spec)) {
    const least = rows.reduce((smallest, { [field]: value }) => (typeof value === 'number' && value > 0 ? Math.min(smallest, value) : smallest), Infinity);
    if (least < Infinity) for (const row of rows) if (typeof row[field] === 'number' && row[field] <= 0) row[field] = least;
  }
  return spec;
}

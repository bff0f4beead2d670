/**
 * Chart specifications come from result files and are data like the rest: only inline values, no addresses, no options
 * for the embedder. What does not fit is refused with its path; the loader given to Vega refuses everything besides.
 */
import { DataError } from '../data/safe-json.ts';

const REFUSED = new Set(['url', 'href', 'usermeta', 'loader', 'bind', 'background', '__proto__', 'constructor', 'prototype']);
const ROWS_MAX = 200_000;

export function checkSpec(spec: unknown): void {
  let values = 0;
  const walk = (node: unknown, path: string, depth: number, isData: boolean): void => {
    if (depth > 40) throw new DataError(`chart: nested deeper than 40 levels at ${path}.`);
    if (Array.isArray(node)) {
      if (isData && (values += node.length) > ROWS_MAX) throw new DataError(`chart: more than ${ROWS_MAX} rows of data.`);
      node.forEach((item, at) => walk(item, `${path}[${at}]`, depth + 1, isData));
    } else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        const at = path === '' ? key : `${path}.${key}`;
        // Inside rows a column may be called anything but a prototype.
        if (REFUSED.has(key) && (!isData || key === '__proto__')) throw new DataError(`chart: '${key}' at ${at} is not allowed in a result's picture.`);
        if (key === 'type' && value === 'image') throw new DataError(`chart: images are not allowed (${at}).`);
        walk(value, at, depth + 1, isData || key === 'values' || key === 'datasets');
      }
    }
  };
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) throw new DataError('chart: the specification is no object.');
  walk(spec, '', 0, false);
}

/**
 * Foreign JSON: size and depth are limited, keys that reach prototypes are refused, and every field is checked against a
 * shape before anything of it is used. Errors name the path and what was found; nothing is loaded on error.
 */
export class DataError extends Error {
  override name = 'DataError';
}

export const LIMITS = { bytes: 32 << 20, depth: 40, items: 2_000_000, rows: 400_000, columns: 200, cellLength: 20_000 } as const;

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Parses and walks once: refuses forbidden keys, excessive depth and excessive size. */
export function parseJson(text: string, what: string): unknown {
  if (text.length > LIMITS.bytes) throw new DataError(`${what}: larger than ${LIMITS.bytes >> 20} MiB. Nothing was loaded.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DataError(`${what}: not valid JSON. Nothing was loaded.`);
  }
  let items = 0;
  const walk = (node: unknown, path: string, depth: number): void => {
    if (++items > LIMITS.items) throw new DataError(`${what}: more than ${LIMITS.items} values. Nothing was loaded.`);
    if (depth > LIMITS.depth) throw new DataError(`${what}: nested deeper than ${LIMITS.depth} levels at ${path}. Nothing was loaded.`);
    if (Array.isArray(node)) node.forEach((item, at) => walk(item, `${path}[${at}]`, depth + 1));
    else if (typeof node === 'object' && node !== null) {
      for (const key of Object.keys(node)) {
        if (FORBIDDEN.has(key)) throw new DataError(`${what}: the name '${key}' at ${path === '' ? 'the top' : path} is not allowed. Nothing was loaded.`);
        walk((node as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`, depth + 1);
      }
    }
  };
  walk(value, '', 0);
  return value;
}

/** A shape reads a value or throws a DataError that names the path. */
export type Shape<T> = (value: unknown, path: string) => T;

const wrong = (path: string, expected: string, value: unknown): never => {
  const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : typeof value === 'string' ? `'${value.slice(0, 40)}'` : String(value);
  throw new DataError(`${path}: ${found} is not ${expected}. Nothing was loaded.`);
};

export const text: Shape<string> = (value, path) => (typeof value === 'string' ? value : wrong(path, 'text', value));
export const num: Shape<number> = (value, path) => (typeof value === 'number' && Number.isFinite(value) ? value : wrong(path, 'a finite number', value));
export const count: Shape<number> = (value, path) => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : wrong(path, 'a whole number from 0', value));
export const scalar: Shape<string | number | boolean> = (value, path) =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? value : wrong(path, 'a number, a text or a switch', value);
export const anyObject: Shape<Readonly<Record<string, unknown>>> = (value, path) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : wrong(path, 'an object', value);
export const hex = (digits: number): Shape<string> => (value, path) =>
  typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value) ? value : wrong(path, `${digits} hex digits`, value);

export const oneOf = <T extends string>(...allowed: readonly T[]): Shape<T> => (value, path) =>
  typeof value === 'string' && (allowed as readonly string[]).includes(value) ? (value as T) : wrong(path, `one of ${allowed.join(', ')}`, value);

export const nullable = <T>(shape: Shape<T>): Shape<T | null> => (value, path) => (value === null ? null : shape(value, path));

export const listOf = <T>(shape: Shape<T>): Shape<readonly T[]> => (value, path) =>
  Array.isArray(value) ? value.map((item, at) => shape(item, `${path}[${at}]`)) : wrong(path, 'a list', value);

export const recordOf = <T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> => (value, path) => {
  const result: Record<string, T> = Object.create(null) as Record<string, T>;
  for (const [key, item] of Object.entries(anyObject(value, path))) result[key] = shape(item, `${path}.${key}`);
  return result;
};

type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> | Optional<T[K]> };
interface Optional<T> { readonly optional: Shape<Exclude<T, undefined>> }
export const optional = <T>(shape: Shape<T>): Optional<T | undefined> => ({ optional: shape as Shape<Exclude<T | undefined, undefined>> });

/** Reads exactly the named fields; unknown ones are dropped. */
export const object = <T>(fields: Fields<T>): Shape<T> => (value, path) => {
  const source = anyObject(value, path);
  const result: Record<string, unknown> = {};
  for (const [key, shape] of Object.entries(fields) as [string, Shape<unknown> | Optional<unknown>][]) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof shape === 'function') result[key] = shape(source[key], at);
    else if (source[key] !== undefined) result[key] = shape.optional(source[key], at);
  }
  return result as T;
};

/** Reading of option values; what the command line means before any scenario has a say. */
import { InvalidArgumentError } from 'commander';
import { unknownWords, shown } from '../testbed/problems.ts';
import { UsageError } from './host.ts';

/** Names separated by commas. */
export function splitNames(text: string): string[] {
  return text.split(',').filter((name) => name !== '');
}

/** A path: an empty one, as from an unset shell variable, would mean the working directory. */
export function pathOf(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('"" is not allowed; allowed is a path of at least 1 character.');
}

/** A repeatable option. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** A whole number within limits. */
export function count(option: string, low: number, high: number, unit: string): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`${option}: ${shown(text)} is not allowed; allowed is a whole number from ${low} to ${high}${unit === '' ? '' : ` ${unit}`}.`);
  };
}

/** `k=v` pairs of `--set`: the value is everything behind the first `=`. */
export function assignments(option: string, texts: readonly string[]): Record<string, string> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`${option}: ${shown(text)} is not allowed; allowed is name=value`);
    const name = text.slice(0, at);
    if (Object.hasOwn(values, name)) throw new UsageError(`${option}: ${shown(name)} is given twice`);
    values[name] = text.slice(at + 1);
  }
  return values;
}

/** The id as given, if it is known; otherwise a refusal with the nearest one. */
export function knownName(kind: string, name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  throw new UsageError(unknownWords(kind, name, known));
}

/** A path as it can be pasted into a shell. */
export function shellWord(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replace(/'/g, "'\\''")}'`;
}

/**
 * Virtual time: an integer count of nanoseconds since the start of the run, kept in a plain number.
 *
 * Integers are exact up to 2^53 - 1 ns, which is 104 days; every schedule checks that range, so a time never loses its
 * last digit silently. Fractions of a nanosecond do not exist: a model rounds when it draws, not when it schedules.
 */

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;

/** Last instant of virtual time, ns. */
export const MAX_TIME_NS = Number.MAX_SAFE_INTEGER;

/** Is this an instant the kernel accepts: an integer in [0, MAX_TIME_NS]? */
export function isTimeNs(value: number): boolean {
  return value >= 0 && Number.isSafeInteger(value);
}

const UNITS: readonly (readonly [string, number])[] = [['s', NS_PER_S], ['ms', NS_PER_MS], ['us', NS_PER_US], ['ns', 1]];

/** Exact human form in the largest unit that fits, e.g. `1.204 ms`; digits are never rounded away. */
export function formatNs(timeNs: number): string {
  if (!Number.isSafeInteger(timeNs)) return `${timeNs} ns`;
  const magnitude = Math.abs(timeNs);
  const [unit, size] = UNITS.find(([, sizeNs]) => magnitude >= sizeNs) ?? ['ns', 1];
  const rest = magnitude % size;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(String(size).length - 1, '0').replace(/0+$/, '')}`;
  return `${timeNs < 0 ? '-' : ''}${(magnitude - rest) / size}${fraction} ${unit}`;
}

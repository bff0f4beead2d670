/** Exact rational numbers, slow: the arithmetic of the second implementations that the schedulers are compared with. */

/** n / d in lowest terms, d > 0. */
export interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

export function fraction(n: bigint, d = 1n): Fraction {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? { n: 0n, d: 1n } : { n: n / a, d: d / a };
}

/** The number as people read it: 0.1 is one tenth, not the nearest double. */
export function decimal(value: number): Fraction {
  const [digits = '0', exponent = '0'] = value.toString().split('e');
  const [whole = '0', part = ''] = digits.split('.');
  const shift = BigInt(Number(exponent) - part.length);
  const n = BigInt(whole + part);
  return shift < 0n ? fraction(n, 10n ** -shift) : fraction(n * 10n ** shift);
}

export const ZERO = fraction(0n);
export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const subtract = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d);
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n);
/** Below, at or above 0 as a is less than, equal to or greater than b. */
export const compare = (a: Fraction, b: Fraction): number => {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
/** Nearest double, to 60 bits before the last rounding. */
export const toNumber = (a: Fraction): number => {
  const whole = a.n / a.d;
  const bits = 1n << 60n;
  return Number(whole) + Number(((a.n - whole * a.d) * bits) / a.d) / Number(bits);
};

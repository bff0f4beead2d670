import { describe, expect, it } from 'vitest';
import { DoubleDouble } from './double-double.ts';

/** Value times 2^200 as an integer, exactly. */
const scaled = (value: number): bigint => {
  let [shift, whole] = [200, value];
  while (!Number.isInteger(whole)) {
    whole *= 2;
    shift -= 1;
  }
  return BigInt(whole) << BigInt(shift);
};
const valueOf = ({ hi, lo }: DoubleDouble): bigint => scaled(hi) + scaled(lo);
const relativeError = (found: bigint, exact: bigint): number => Number(((found - exact) * (1n << 120n)) / exact) / 2 ** 120;

describe('double-double', () => {
  it('keeps what a double forgets', () => {
    const sum = new DoubleDouble().set(1e9).add(1e-9).add(-1e9);
    expect(sum.hi).toBe(1e-9);
    let [naive, exact] = [0, new DoubleDouble()];
    for (let count = 0; count < 1000; count++) {
      naive += 0.1;
      exact = exact.add(0.1);
    }
    expect(naive).not.toBe(100);
    expect(exact.hi).toBe(100);
  });

  it('agrees with integers of any length to 2^-100', () => {
    let state = 12345;
    const draw = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state / 2 ** 32 + 2 ** -33) * 2 ** ((state % 61) - 30);
    };
    for (let count = 0; count < 2000; count++) {
      const a = new DoubleDouble().set(draw()).add(draw() * 2 ** -50);
      const b = new DoubleDouble().set(draw()).add(draw() * 2 ** -50);
      const [exactA, exactB] = [valueOf(a), valueOf(b)];
      const fresh = (): DoubleDouble => new DoubleDouble().set(a.hi, a.lo);
      expect(Math.abs(relativeError(valueOf(fresh().add(b.hi, b.lo)), exactA + exactB))).toBeLessThan(2 ** -100);
      expect(Math.abs(relativeError(valueOf(fresh().multiply(b.hi, b.lo)) << 200n, exactA * exactB))).toBeLessThan(2 ** -100);
      expect(Math.abs(relativeError(valueOf(fresh().divide(b.hi, b.lo)) * exactB, exactA << 200n))).toBeLessThan(2 ** -100);
    }
  });
});

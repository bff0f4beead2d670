import { describe, expect, it } from 'vitest';
import { countWord, decimalsFor, effect, effectValue, fixed, interval, MINUS, nobreak, number, quantity, scaleFor, THIN } from './format.ts';

describe('numbers', () => {
  it('take a real minus and narrow spaces in thousands, never a minus before zero', () => {
    expect(fixed(-1234567.891, 1)).toBe(`${MINUS}1${THIN}234${THIN}567.9`);
    expect(fixed(1234)).toBe('1234');
    expect(fixed(-0.04, 1)).toBe('0.0');
    expect(fixed(Infinity)).toBe('∞');
    expect(fixed(NaN)).toBe('none');
  });

  it('keep their unit beside them', () => {
    expect(nobreak('−17 % (16 kB), 3 million, 4 kBytes')).toBe('−17\u00a0% (16\u00a0kB), 3 million, 4 kBytes');
  });

  it('show about three digits', () => {
    expect(number(0.012345)).toBe('0.0123');
    expect(number(12.345)).toBe('12.3');
    expect(number(45678)).toBe(`45${THIN}678`);
    expect(decimalsFor(0)).toBe(0);
  });

  it('climb their ladder of units', () => {
    expect(quantity(152_300, 'ns')).toBe(`152${THIN}µs`);
    expect(quantity(1_500_000_000, 'ns')).toBe(`1.50${THIN}s`);
    expect(quantity(4 * 1024 * 1024, 'B')).toBe(`4${THIN}MiB`);
    expect(quantity(3, 'files')).toBe(`3${THIN}files`);
    expect(scaleFor('ns', 2e6)).toEqual({ unit: 'ms', factor: 1e-6 });
  });
});

describe('effects', () => {
  it('carry sign, per cent and as many digits as the interval supports', () => {
    const reads = { mean: -0.462, low: -0.493, high: -0.431 };
    expect(effect(reads, 'relative')).toBe(`${MINUS}46${THIN}%`);
    expect(interval(reads, 'relative')).toBe(`[${MINUS}49, ${MINUS}43]`);
    const small = { mean: 0.00087, low: -0.0206, high: 0.0223 };
    expect(effect(small, 'relative')).toBe(`+0.1${THIN}%`);
    expect(interval(small, 'relative')).toBe(`[${MINUS}2.1, +2.2]`);
    expect(effect({ mean: -2300, low: -2500, high: -2100 }, 'ns')).toBe(`${MINUS}2.30${THIN}µs`);
  });

  it('never invent an interval', () => {
    expect(interval({ mean: 1, low: NaN, high: NaN }, 'ns')).toBe('one run, no interval');
  });

  it('write the value of a source without idle zeros', () => {
    expect(effectValue(-0.5, 'relative')).toBe(`${MINUS}50${THIN}%`);
    expect(effectValue(0, 'relative')).toBe(`0${THIN}%`);
  });

  it('count in words up to twelve', () => {
    expect([countWord(0), countWord(3), countWord(13)]).toEqual(['No', 'Three', '13']);
  });
});

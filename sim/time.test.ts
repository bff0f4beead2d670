/** Time is written exactly, in the largest unit that fits. */
import { expect, it } from 'vitest';
import { formatNs, isTimeNs, MAX_TIME_NS } from './time.ts';

it.each([
  [0, '0 ns'], [999, '999 ns'], [1000, '1 us'], [1_204_000, '1.204 ms'], [1_000_000_001, '1.000000001 s'], [-1500, '-1.5 us'],
  [MAX_TIME_NS, '9007199.254740991 s'], [0.5, '0.5 ns'],
])('%d ns is %s', (timeNs, text) => {
  expect(formatNs(timeNs)).toBe(text);
});

it('accepts integers from 0 to 2^53 - 1 and nothing else', () => {
  expect([0, 1, MAX_TIME_NS].every(isTimeNs)).toBe(true);
  expect([-1, 0.5, NaN, Infinity, MAX_TIME_NS + 1].some(isTimeNs)).toBe(false);
});

/** A second opinion on every bit: the @stdlib ports of the same fdlibm algorithms. */
import stdlibCos from '@stdlib/math-base-special-cos';
import stdlibExp from '@stdlib/math-base-special-exp';
import stdlibLn from '@stdlib/math-base-special-ln';
import stdlibPow from '@stdlib/math-base-special-pow';
import stdlibSin from '@stdlib/math-base-special-sin';
import { describe, expect, it } from 'vitest';
import { cos, exp, ln, pow, sin } from './dmath.ts';
import { Streams } from './random.ts';

const EDGES = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, 10, 1 / 3, NaN, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE, 2.2250738585072014e-308, 2.225073858507201e-308, Number.MAX_VALUE, -Number.MAX_VALUE, Number.EPSILON, 1 + Number.EPSILON, 1 - Number.EPSILON / 2, 709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, -708.4, 0.34657359027997264, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 2 ** 64, -(2 ** 31), 2 ** -28, 2 ** -26, 2 ** -27, Math.SQRT2, Math.SQRT1_2, Math.PI, Math.PI / 2, Math.PI / 4, 1e22, 1e300];

/** How many of the inputs give another bit pattern; the first few are named so that a failure can be read. */
function differences(inputs: Iterable<readonly number[]>, ours: (...x: number[]) => number, theirs: (...x: number[]) => number): string[] {
  const found: string[] = [];
  for (const input of inputs) {
    const a = ours(...input);
    const b = theirs(...input);
    if (b === 0 && Math.abs(a) === Number.MIN_VALUE) continue; // there the second opinion truncates the last half of the smallest number
    if (!Object.is(a, b) && found.length < 5) found.push(`(${input.join(', ')}) gives ${a}, second opinion ${b}`);
  }
  return found;
}

const stream = new Streams('dmath').stream('inputs');
const bits = new DataView(new ArrayBuffer(8));
function anyFloat(): number {
  bits.setUint32(0, stream.uint32());
  bits.setUint32(4, stream.uint32());
  return bits.getFloat64(0);
}
const within = (low: number, high: number): number => low + (high - low) * stream.float();
function* draw(count: number, next: () => number[]): Generator<number[]> {
  for (let i = 0; i < count; i++) yield next();
}

describe('bit for bit equal to the second opinion', () => {
  it('ln', () => {
    expect(differences(EDGES.map((x) => [x]), ln, stdlibLn)).toEqual([]);
    expect(differences(draw(200_000, () => [stream.open()]), ln, stdlibLn)).toEqual([]);
    expect(differences(draw(100_000, () => [within(1 - 1e-6, 1 + 1e-6)]), ln, stdlibLn)).toEqual([]);
    expect(differences(draw(200_000, () => [anyFloat()]), ln, stdlibLn)).toEqual([]);
  });

  it('exp', () => {
    expect(differences(EDGES.map((x) => [x]), exp, stdlibExp)).toEqual([]);
    expect(differences(draw(200_000, () => [within(-746, 710)]), exp, stdlibExp)).toEqual([]);
    expect(differences(draw(50_000, () => [within(-745.2, -707)]), exp, stdlibExp)).toEqual([]);
    expect(differences(draw(100_000, () => [within(-1, 1)]), exp, stdlibExp)).toEqual([]);
  });

  it('pow, special values aside', () => {
    expect(differences(draw(200_000, () => [within(0, 100), within(-10, 10)]), pow, stdlibPow)).toEqual([]);
    expect(differences(draw(100_000, () => [1 - stream.float(), -1 / within(0.5, 3)]), pow, stdlibPow)).toEqual([]);
    expect(differences(draw(100_000, () => [within(1 - 1e-7, 1 + 1e-7), within(-1e12, 1e12)]), pow, stdlibPow)).toEqual([]);
    expect(differences(draw(200_000, () => [Math.abs(anyFloat()), within(-300, 300)]), pow, stdlibPow)).toEqual([]);
    expect(differences(draw(100_000, () => [-within(0, 50), stream.below(41) - 20]), pow, stdlibPow)).toEqual([]);
    expect(differences(draw(100_000, () => [2, within(-1080, 1025)]), pow, stdlibPow)).toEqual([]);
  });

  it('pow at special values is what the language says of **', () => {
    // Exact cases only; elsewhere the engine's own answer may be off by an ulp.
    const table: [number, number, number][] = [
      [NaN, 0, 1], [0, 0, 1], [1, NaN, NaN], [1, Infinity, NaN], [-1, -Infinity, NaN], [0.5, Infinity, 0], [0.5, -Infinity, Infinity], [2, Infinity, Infinity],
      [-0, 3, -0], [-0, 2, 0], [-0, -3, -Infinity], [-0, 0.5, 0], [-Infinity, 0.5, Infinity], [-Infinity, 3, -Infinity], [-Infinity, -3, -0], [-8, 1 / 3, NaN],
      [-1, 2 ** 53 - 1, -1], [-1, 2 ** 53, 1], [2, 1023, 2 ** 1023], [2, -1074, 2 ** -1074], [2, -1075, 0], [-2, -1077, -0], [2, 1024, Infinity], [-2, 1025, -Infinity], [10, -5000, 0],
    ];
    for (const [x, y, expected] of table) expect(pow(x, y), `${x} to the ${y}`).toBe(expected);
    // at the rims the engine is exact, and the second opinion departs from the language; elsewhere it is the other way round
    const pairs = EDGES.flatMap((x) => EDGES.map((y) => [x, y]));
    const onRim = ([x, y]: readonly number[]): boolean => [0, 1, Infinity].includes(Math.abs(x!)) || x !== x || [0, 1, Infinity].includes(Math.abs(y!)) || Math.abs(y!) > 2 ** 53;
    expect(differences(pairs.filter(onRim), pow, Math.pow)).toEqual([]);
    expect(differences(pairs.filter((pair) => !onRim(pair)), pow, stdlibPow)).toEqual([]);
  });

  it('sin and cos below 2^20 half turns', () => {
    const multiples = Array.from({ length: 4000 }, (_, k) => [(k - 2000) * (Math.PI / 4)]);
    for (const [ours, theirs] of [[sin, stdlibSin], [cos, stdlibCos]] as const) {
      expect(differences(EDGES.map((x) => [x]), ours, theirs)).toEqual([]);
      expect(differences(multiples, ours, theirs)).toEqual([]);
      expect(differences(draw(100_000, () => [within(-8, 8)]), ours, theirs)).toEqual([]);
      expect(differences(draw(100_000, () => [within(-1.647e6, 1.647e6)]), ours, theirs)).toEqual([]);
    }
  });
});

describe('exactness in their own terms', () => {
  it('sin and cos of the largest numbers are the nearest float64 (values by 1400-bit arithmetic)', () => {
    // the second opinion loses the last bit on some of these; 5.3e255 is the float64 closest to a multiple of pi/2
    const table: [number, number, number][] = [
      [10000000.0, 0.4205477931907825, -0.9072703861817396],
      [-1790767.1920638855, -0.30576586451807086, -0.9521067356633481],
      [1822198.4163131858, -0.6601305746705634, 0.7511508665941294],
      [1e+22, -0.8522008497671888, 0.523214785395139],
      [1e+300, -0.8178819121159085, -0.5753861119575491],
      [5.319372648326541e+255, 1.0, -4.687165924254628e-19],
      [1.7976931348623157e+308, 0.004961954789184062, -0.9999876894265599],
      [1.0715086071862673e+301, -0.15920170308624243, 0.9872460775989135],
      [-3300000000000000.0, 0.627873866959203, -0.7783151079027678],
      [123456789.125, 0.9998763854272629, 0.01572303612257408],
    ];
    for (const [x, sine, cosine] of table) expect([x, sin(x), cos(x)]).toEqual([x, sine, cosine]);
    for (let i = 0; i < 20_000; i++) {
      const x = anyFloat();
      if (!Number.isFinite(x)) continue;
      expect(Math.abs(sin(x) * sin(x) + cos(x) * cos(x) - 1)).toBeLessThan(4e-16);
    }
  });

  it('ln undoes exp and exp undoes ln within rounding', () => {
    for (let i = 0; i < 10_000; i++) {
      const x = within(-300, 300);
      expect(Math.abs(ln(exp(x)) - x)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x)));
    }
  });

  it('stays within one unit in the last place of the engine', () => {
    const ulps = (a: number, b: number): number => Math.abs(a - b) / (Math.abs(b) * Number.EPSILON);
    for (let i = 0; i < 20_000; i++) {
      const x = within(0, 50);
      expect(ulps(ln(x), Math.log(x))).toBeLessThanOrEqual(1);
      expect(ulps(exp(-x), Math.exp(-x))).toBeLessThanOrEqual(1);
    }
  });
});

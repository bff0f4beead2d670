/**
 * ln, exp, pow, sin, cos with one answer everywhere.
 *
 * ECMA-262 leaves the transcendental functions of `Math` to the engine, and engines use that freedom: the last bit
 * differs between Node and Chromium, and between Node majors. Simulated results must not, so everything here is made of
 * + - * / Math.sqrt, integers and the bits of a float64, all of which the language defines exactly.
 *
 * Method: the argument reductions and minimax polynomials of Sun's fdlibm (FreeBSD lib/msun: e_log, e_exp, e_pow,
 * k_sin, k_cos, e_rem_pio2; Sun Microsystems 1993), whose constants these are. Errors stay below 1 ulp. The tests hold every
 * result bit for bit against the @stdlib port of the same algorithms.
 * Left out: signalling of IEEE exceptions; pow(1, NaN) is NaN, as in ECMA-262.
 */

// One float64 seen as two words. Scratch only: each use writes before it reads.
const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);
FLOAT[0] = 1; // its high word is 0x3ff00000 and its low word 0, wherever the machine keeps them
const HIGH = WORDS[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

const SIGNIFICAND = 0x000fffff;
const SMALLEST_NORMAL_HIGH = 0x00100000;
const INFINITY_HIGH = 0x7ff00000;
const ONE_HIGH = 0x3ff00000;

function highWord(x: number): number {
  FLOAT[0] = x;
  return WORDS[HIGH]! | 0;
}

function withHighWord(x: number, high: number): number {
  FLOAT[0] = x;
  WORDS[HIGH] = high;
  return FLOAT[0]!;
}

/** x with the lower 32 bits of its significand cleared: products of two such numbers are exact. */
function upperHalf(x: number): number {
  FLOAT[0] = x;
  WORDS[LOW] = 0;
  return FLOAT[0]!;
}

// 2^n for -1024 <= n <= 1023. A product with one of these is exact, or rounded once where it is subnormal; writing the
// exponent's bits instead and reading the whole number back stalls the processor (ln: 37 ns so, 25 ns this way).
const SMALLEST_POWER = -1024;
const POWERS = new Float64Array(2048).fill(1);
for (let n = 1; n <= 1023; n++) POWERS[n - SMALLEST_POWER] = POWERS[n - 1 - SMALLEST_POWER]! * 2;
for (let n = -1; n >= SMALLEST_POWER; n--) POWERS[n - SMALLEST_POWER] = POWERS[n + 1 - SMALLEST_POWER]! / 2;

function powerOfTwo(n: number): number {
  return POWERS[n - SMALLEST_POWER]!;
}

/** y * 2^n, rounded once even where the result is subnormal; y in (1/4, 4), -1080 <= n <= 1024. */
function scale(y: number, n: number): number {
  if (n < -1020) return y * powerOfTwo(n + 80) * powerOfTwo(-80);
  if (n > 1022) return y * powerOfTwo(n - 2) * 4;
  return y * powerOfTwo(n);
}

// ln 2 in two parts; n * LN2_HI is exact for |n| < 2^20.
const LN2_HI = 0.6931471803691238;
const LN2_LO = 1.9082149292705877e-10;

/** Natural logarithm; -Infinity at 0, NaN below. */
export function ln(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return Infinity;
  // x = 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2)
  let raised = 0;
  let high = highWord(x);
  if (high < SMALLEST_NORMAL_HIGH) {
    raised = 54;
    x *= 18014398509481984; // 2^54
    high = highWord(x);
  }
  const exponent = (high >> 20) - 1023;
  high &= SIGNIFICAND;
  const carry = (high + 0x95f64) & 0x100000; // set where the significand is above sqrt(2)
  const shift = exponent + (carry >> 20);
  const f = x * powerOfTwo(-shift) - 1;
  const k = shift - raised;
  const kHi = k * LN2_HI;
  const kLo = k * LN2_LO;

  if ((SIGNIFICAND & (2 + high)) < 3) {
    // |f| < 2^-20: two terms of the series do
    if (f === 0) return k === 0 ? 0 : kHi + kLo;
    const tail = f * f * (0.5 - f * 0.3333333333333333);
    return k === 0 ? f - tail : kHi - (tail - kLo - f);
  }
  // ln(1 + f) = f - s (f - R), s = f / (2 + f), R an even polynomial in s
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const r = even + odd;
  if (((high - 0x6147a) | (0x6b851 - high)) > 0) {
    // middle of the range: f^2/2 is kept apart, it carries the rounding
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + r)) : kHi - (half - (s * (half + r) + kLo) - f);
  }
  return k === 0 ? f - s * (f - r) : kHi - (s * (f - r) - kLo - f);
}

/** The even part of x (e^x + 1)/(e^x - 1) - 2 divided by x^2, as exp and pow both need it; t = x^2 below (ln 2 / 2)^2. */
function expEven(t: number): number {
  return 0.16666666666666602 + t * (-0.0027777777777015593 + t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8)));
}

/** e^x; 0 below -745.13, Infinity above 709.78. */
export function exp(x: number): number {
  if (x !== x || x === Infinity) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  if (x > -3.725290298461914e-9 && x < 3.725290298461914e-9) return 1 + x; // 2^-28
  // x = k ln 2 + (hi - lo), |hi - lo| <= ln 2 / 2
  const k = Math.trunc(Math.LOG2E * x + (x < 0 ? -0.5 : 0.5));
  const hi = x - k * LN2_HI;
  const lo = k * LN2_LO;
  const r = hi - lo;
  const t = r * r;
  const c = r - t * expEven(t);
  return scale(1 - (lo - (r * c) / (2 - c) - hi), k);
}

// Results of the two logarithms below, in head and tail. Scratch only, as above.
const LOG2 = new Float64Array(2);

/** log2(ax) as LOG2[0] + LOG2[1], some 77 bits in all, so that a multiplication by y <= 2^31 keeps 53. */
function log2InTwoParts(ax: number): void {
  let n = 0;
  let high = highWord(ax);
  if (high < SMALLEST_NORMAL_HIGH) {
    ax *= 9007199254740992; // 2^53
    n = -53;
    high = highWord(ax);
  }
  n += (high >> 20) - 1023;
  const significand = high & SIGNIFICAND;
  high = significand | ONE_HIGH;
  // ax = 2^n m, m compared with sqrt(3/2) and sqrt(3) to stay near 1 or near 3/2
  let nearThreeHalves = false;
  if (significand > 0x3988e) {
    if (significand < 0xbb67a) nearThreeHalves = true;
    else {
      n += 1;
      high -= 0x00100000;
    }
  }
  ax = withHighWord(ax, high);
  const centre = nearThreeHalves ? 1.5 : 1;
  // ss = (m - centre) / (m + centre) = sHi + sLo
  const u = ax - centre;
  const v = 1 / (ax + centre);
  const ss = u * v;
  const sHi = upperHalf(ss);
  const sumHi = withHighWord(0, ((high >> 1) | 0x20000000) + 0x00080000 + (nearThreeHalves ? 0x00040000 : 0));
  const sumLo = ax - (sumHi - centre);
  const sLo = v * (u - sHi * sumHi - sHi * sumLo);
  const s2 = ss * ss;
  let tail =
    s2 * s2 *
    (0.5999999999999946 + s2 * (0.4285714285785502 + s2 * (0.33333332981837743 + s2 * (0.272728123808534 + s2 * (0.23066074577556175 + s2 * 0.20697501780033842)))));
  tail += sLo * (sHi + ss);
  const sHi2 = sHi * sHi;
  const cubicHi = upperHalf(3 + sHi2 + tail);
  const cubicLo = tail - (cubicHi - 3 - sHi2);
  // ss (3 + s2 + ...) = pHi + pLo, then times 2 / (3 ln 2)
  const a = sHi * cubicHi;
  const b = sLo * cubicHi + cubicLo * ss;
  const pHi = upperHalf(a + b);
  const pLo = b - (pHi - a);
  const zHi = 0.9617967009544373 * pHi;
  const zLo = -7.028461650952758e-9 * pHi + pLo * 0.9617966939259756 + (nearThreeHalves ? 1.350039202129749e-8 : 0);
  const log2CentreHi = nearThreeHalves ? 0.5849624872207642 : 0;
  const head = upperHalf(zHi + zLo + log2CentreHi + n);
  LOG2[0] = head;
  LOG2[1] = zLo - (head - n - log2CentreHi - zHi);
}

/** The same for |1 - ax| < 2^-20, where four terms of the series suffice and are more exact. */
function log2NearOne(ax: number): void {
  const t = ax - 1;
  const w = t * t * (0.5 + t * (-0.3333333333333333 + t * 0.25));
  const u = 1.4426950216293335 * t;
  const v = t * 1.9259629911266175e-8 - w * Math.LOG2E;
  const head = upperHalf(u + v);
  LOG2[0] = head;
  LOG2[1] = v - (head - u);
}

/** 2^(head + tail), head + tail within (-1075, 1024). */
function exp2(head: number, tail: number): number {
  const near = upperHalf(head + tail);
  const n = near > 0.5 ? Math.trunc(near + 0.5) : near < -0.5 ? Math.trunc(near - 0.5) : 0;
  head -= n;
  const t = upperHalf(tail + head);
  const u = t * 0.6931471824645996; // upper half of ln 2
  const v = (tail - (t - head)) * Math.LN2 + t * -1.904654299957768e-9;
  const z = u + v;
  const w = v - (z - u);
  const z2 = z * z;
  const t1 = z - z2 * expEven(z2);
  const r = (z * t1) / (t1 - 2) - (w + z * w);
  return scale(1 - (r - z), n);
}

function isOdd(y: number): boolean {
  return y % 2 === 1 || y % 2 === -1;
}

/** x to the power y, special values as ECMA-262 states them for `**`. */
export function pow(x: number, y: number): number {
  if (x !== x || y !== y) return y === 0 ? 1 : NaN;
  if (y === 0) return 1;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  if (y === 3) return x * x * x;
  if (y === 4) return x * x * (x * x);
  const ax = Math.abs(x);
  if (y === Infinity || y === -Infinity) return ax === 1 ? NaN : ax < 1 === y > 0 ? 0 : Infinity;
  const sign = (x < 0 || (x === 0 && 1 / x < 0)) && isOdd(y) ? -1 : 1;
  if (ax === 0 || ax === Infinity) return sign * ((ax === 0) === y > 0 ? 0 : Infinity);
  if (y === 0.5) return Math.sqrt(x);
  if (y === -0.5) return 1 / Math.sqrt(x);
  if (ax === 1 && x > 0) return 1;
  if (x < 0 && y % 1 !== 0) return NaN;
  if (ax === 1) return sign;

  const yHigh = highWord(y) & 0x7fffffff;
  if (yHigh > 0x41e00000) {
    // |y| > 2^31: over- or underflow unless x is within 2^-20 of 1
    const xHigh = highWord(ax);
    const far = yHigh > 0x43f00000 ? xHigh < ONE_HIGH || xHigh >= ONE_HIGH : xHigh < 0x3fefffff || xHigh > ONE_HIGH;
    if (far) return sign * (ax < 1 === y > 0 ? 0 : Infinity);
    log2NearOne(ax);
  } else {
    log2InTwoParts(ax);
  }
  // y log2(ax) = head + tail
  const yHi = upperHalf(y);
  const tail = (y - yHi) * LOG2[0]! + y * LOG2[1]!;
  const head = yHi * LOG2[0]!;
  const z = head + tail;
  if (z > 1024 || (z === 1024 && tail + 8.008566259537294e-17 > z - head)) return sign * Infinity;
  if (z < -1075 || (z === -1075 && tail <= z - head)) return sign < 0 ? -0 : 0;
  return sign * exp2(head, tail);
}

// pi/2 in steps of 33 bits, each with what is missing to pi/2 after it (Cody and Waite).
const PIO2_1 = 1.5707963267341256;
const PIO2_1T = 6.077100506506192e-11;
const PIO2_2 = 6.077100506303966e-11;
const PIO2_2T = 2.0222662487959506e-21;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_3T = 8.4784276603689e-32;

// Remainder of the last reduction, in head and tail. Scratch only, as above.
const REMAINDER = new Float64Array(2);

/** x = n pi/2 + REMAINDER, |REMAINDER| <= about pi/4; returns n modulo 4. |x| > pi/4, finite. */
function reduceByHalfPi(x: number): number {
  const high = highWord(x) & 0x7fffffff;
  if (high >= 0x413921fb) return reduceHuge(x); // |x| >= 2^20 pi/2
  let n: number;
  let refine = true;
  if (high <= 0x401c463b) {
    // up to 9 pi/4 by comparison of high words; only next to a multiple of pi/2 (0x?921fb and 0x4012d97c) bits cancel
    n = high <= 0x4002d97c ? 1 : high <= 0x400f6a7a ? 2 : high <= 0x4015fdbc ? 3 : 4;
    if (x < 0) n = -n;
    refine = (high & SIGNIFICAND) === 0x921fb || high === 0x4012d97c;
  } else {
    n = Math.round(x * 0.6366197723675814);
  }
  const exponent = high >> 20;
  const lostBits = (y: number): number => exponent - ((highWord(y) >> 20) & 0x7ff);
  let r = x - n * PIO2_1;
  let w = n * PIO2_1T;
  let y = r - w;
  if (refine && lostBits(y) > 16) {
    let t = r;
    w = n * PIO2_2;
    r = t - w;
    w = n * PIO2_2T - (t - r - w);
    y = r - w;
    if (lostBits(y) > 49) {
      t = r;
      w = n * PIO2_3;
      r = t - w;
      w = n * PIO2_3T - (t - r - w);
      y = r - w;
    }
  }
  REMAINDER[0] = y;
  REMAINDER[1] = r - y - w;
  return n & 3;
}

// 2/pi after the binary point, 1584 bits: enough that after a factor of 2^971 more than 500 bits of fraction remain.
const TWO_OVER_PI_BITS = 1584;
const TWO_OVER_PI = BigInt(
  '0xA2F9836E4E441529FC2757D1F534DDC0DB6295993C439041FE5163ABDEBBC561B7246E3A424DD2E006492EEA09D1921C' +
    'FE1DEB1CB129A73EE88235F52EBB4484E99C7026B45F7E413991D639835339F49C845F8BBDF9283B1FF897FFDE05980F' +
    'EF2F118B5A0A6D1F6D367ECF27CB09B74F463F669E5FEA2D7527BAC7EBE5F17B3D0739F78A5292EA6BFB5FB11F8D5D08' +
    '56033046FC7B6BABF0CFBC209AF4361DA9E391615EE61B086599855F14A068408DFFD8804D73273106061556CA73A8C960E27BC08C6B',
);
// pi/2 with 192 bits after the binary point.
const HALF_PI_BITS = 192n;
const HALF_PI = BigInt('0x1921FB54442D18469898CC51701B839A252049C1114CF98E8');

/** Payne and Hanek's reduction: exact integers instead of carry chains. Slow, and never met by a sane model. */
function reduceHuge(x: number): number {
  const high = highWord(x);
  const low = WORDS[LOW]!;
  const exponent = ((high >> 20) & 0x7ff) - 1075;
  const significand = BigInt((high & SIGNIFICAND) | SMALLEST_NORMAL_HIGH) * 4294967296n + BigInt(low);
  // |x| 2/pi, with `bits` bits after the point
  const bits = BigInt(TWO_OVER_PI_BITS - exponent);
  const quarterTurns = significand * TWO_OVER_PI;
  const n = (quarterTurns + (1n << (bits - 1n))) >> bits;
  const fraction = quarterTurns - (n << bits); // in [-1/2, 1/2)
  // 320 bits of the fraction are kept: the closest a float64 comes to a multiple of pi/2 is about 2^-61
  const r = ((fraction >> (bits - 320n)) * HALF_PI) >> HALF_PI_BITS;
  const head = Number(r);
  const tail = Number(r - BigInt(head));
  const unit = (high < 0 ? -1 : 1) * powerOfTwo(-320);
  REMAINDER[0] = head * unit;
  REMAINDER[1] = tail * unit;
  const quadrant = Number(n & 3n);
  return (high < 0 ? -quadrant : quadrant) & 3;
}

/** sin(x + y) for |x| <= pi/4 and a tail y. */
function sinKernel(x: number, y: number): number {
  const z = x * x;
  const w = z * z;
  const r = 0.00833333333332249 + z * (-0.0001984126982985795 + z * 0.0000027557313707070068) + z * w * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  const v = z * x;
  if (y === 0) return x + v * (-0.16666666666666632 + z * r);
  return x - (z * (0.5 * y - v * r) - y - v * -0.16666666666666632);
}

/** cos(x + y) for |x| <= pi/4 and a tail y. */
function cosKernel(x: number, y: number): number {
  const z = x * x;
  let w = z * z;
  let r = z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 0.00002480158728947673));
  r += w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const half = 0.5 * z;
  w = 1 - half;
  return w + (1 - w - half + (z * r - x * y));
}

/** Sine of x in radians, any magnitude. */
export function sin(x: number): number {
  const high = highWord(x) & 0x7fffffff;
  if (high <= 0x3fe921fb) return high < 0x3e500000 ? x : sinKernel(x, 0);
  if (high >= INFINITY_HIGH) return NaN;
  const quadrant = reduceByHalfPi(x);
  const head = REMAINDER[0]!;
  const tail = REMAINDER[1]!;
  if (quadrant === 0) return sinKernel(head, tail);
  if (quadrant === 1) return cosKernel(head, tail);
  return quadrant === 2 ? -sinKernel(head, tail) : -cosKernel(head, tail);
}

/** Cosine of x in radians, any magnitude. */
export function cos(x: number): number {
  const high = highWord(x) & 0x7fffffff;
  if (high <= 0x3fe921fb) return high < 0x3e400000 ? 1 : cosKernel(x, 0);
  if (high >= INFINITY_HIGH) return NaN;
  const quadrant = reduceByHalfPi(x);
  const head = REMAINDER[0]!;
  const tail = REMAINDER[1]!;
  if (quadrant === 0) return cosKernel(head, tail);
  if (quadrant === 1) return -sinKernel(head, tail);
  return quadrant === 2 ? -cosKernel(head, tail) : sinKernel(head, tail);
}

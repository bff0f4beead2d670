/**
 * splitmix64 on two 32-bit halves, and its value modulo n: the draws of the deterministic workload.
 * Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (the constants of the
 * public-domain splitmix64.c). BigInt would do; this is some ten times faster.
 */
const TWO_32 = 4294967296;

/** splitmix64(x) mod n, for integers 0 <= x < 2^53 and 1 <= n <= 2^32. */
export function splitmix64Mod(x: number, n: number): number {
  let low = (x >>> 0) + 0x7f4a7c15;
  let high = (Math.floor(x / TWO_32) + 0x9e3779b9 + (low >= TWO_32 ? 1 : 0)) >>> 0;
  low >>>= 0;
  // x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9
  let mixedLow = (low ^ ((low >>> 30) | (high << 2))) >>> 0;
  let mixedHigh = (high ^ (high >>> 30)) >>> 0;
  high = multiplyHigh(mixedLow, mixedHigh, 0x1ce4e5b9, 0xbf58476d);
  low = Math.imul(mixedLow, 0x1ce4e5b9) >>> 0;
  // x = (x ^ x >> 27) * 0x94D049BB133111EB
  mixedLow = (low ^ ((low >>> 27) | (high << 5))) >>> 0;
  mixedHigh = (high ^ (high >>> 27)) >>> 0;
  high = multiplyHigh(mixedLow, mixedHigh, 0x133111eb, 0x94d049bb);
  low = Math.imul(mixedLow, 0x133111eb) >>> 0;
  // x ^ x >> 31
  const resultLow = (low ^ ((low >>> 31) | (high << 1))) >>> 0;
  const resultHigh = (high ^ (high >>> 31)) >>> 0;
  // 16 bits at a time: every product stays below 2^48.
  let remainder = resultHigh % n;
  remainder = (remainder * 65536 + (resultLow >>> 16)) % n;
  return (remainder * 65536 + (resultLow & 65535)) % n;
}

/** High 32 bits of the low 64 of (aHigh:aLow) * (bHigh:bLow). */
function multiplyHigh(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const a0 = aLow & 65535;
  const a1 = aLow >>> 16;
  const b0 = bLow & 65535;
  const b1 = bLow >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const carry = (middle & 65535) + a0 * b1;
  const upper = a1 * b1 + Math.floor(middle / 65536) + Math.floor(carry / 65536);
  return (upper + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) >>> 0;
}

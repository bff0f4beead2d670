/**
 * A number as the unevaluated sum of two doubles, about 106 bits: for running sums whose small differences count after long times.
 * Sum and product without error by Knuth (TAOCP 2, 4.2.2) and Dekker 1971; sloppy renormalisation, relative error below 2^-100.
 * Instances are changed in place, so that nothing is allocated in a hot path. Range: magnitudes between 1e-150 and 1e150.
 */

/** 2^27 + 1 cuts a double into two halves whose products are exact. */
const SPLITTER = 134_217_729;

export class DoubleDouble {
  hi = 0;
  lo = 0;

  set(hi: number, lo = 0): this {
    this.hi = hi;
    this.lo = lo;
    return this;
  }

  add(hi: number, lo = 0): this {
    const sum = this.hi + hi;
    const part = sum - this.hi;
    return this.renormalise(sum, this.hi - (sum - part) + (hi - part) + (this.lo + lo));
  }

  multiply(hi: number, lo = 0): this {
    const product = this.hi * hi;
    return this.renormalise(product, productError(this.hi, hi, product) + (this.hi * lo + this.lo * hi));
  }

  divide(hi: number, lo = 0): this {
    const first = this.hi / hi;
    const product = first * hi;
    // What is left after the first quotient, exact to the last bits, gives the second one.
    const rest = this.hi - product - productError(first, hi, product) + this.lo - first * lo;
    return this.renormalise(first, rest / hi);
  }

  private renormalise(large: number, small: number): this {
    this.hi = large + small;
    this.lo = small - (this.hi - large);
    return this;
  }
}

/** a b - fl(a b), exactly. */
function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

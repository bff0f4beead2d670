/**
 * The clock of a transmission line: when the last bit of each packet leaves, exactly.
 *
 * With C bit/s a packet of L bytes takes 8 L / C seconds, rarely a whole number of ns. Events fall on the next whole ns, and what an event
 * is late is carried into the next packet of the same busy period, as an integer: the n-th packet leaves within 1 ns of the sum of 8 L / C.
 * Work is counted in units of 1e-9 bit / `denominator`, so that `rate` units are done in a ns and every number stays an integer below 2^53:
 * bytes * denominator at most 1e6, rate at most 1e15. A rate is `rate / denominator` bit/s: thirds of a line need no rounding.
 */

const UNITS_PER_BYTE = 8e9;
/** 8e9 * 1e6 + 1e15 < 2^53. */
export const MAX_LINE_BYTES = 1_000_000;
export const MAX_LINE_RATE = 1e15;

export class Line {
  /** When the packet on the line has left; Infinity at rate 0. Meaningless after that. */
  endNs = 0;
  readonly denominator: number;
  private bitRate: number;
  /** Units that could have been done by `endNs` beyond the packet on the line. At rate 0: none. */
  private ahead = 0;
  /** At rate 0: units of the packet on the line still to be done. */
  private residual = 0;

  constructor(rate: number, denominator = 1) {
    checkInteger('denominator of the rate', denominator, 1, MAX_LINE_BYTES);
    this.denominator = denominator;
    this.bitRate = checkRate(rate);
  }

  get rate(): number {
    return this.bitRate;
  }

  /** Puts a packet on the free line. `waited`: it was there before `nowNs`, so its first bit left where the last one's left, within the ns before. */
  start(bytes: number, nowNs: number, waited: boolean): number {
    if (!(bytes > 0 && bytes * this.denominator <= MAX_LINE_BYTES)) checkInteger('packet', bytes, 1, Math.floor(MAX_LINE_BYTES / this.denominator), 'bytes');
    const credit = waited && this.endNs === nowNs ? this.ahead : 0;
    return this.finishAfter(bytes * this.denominator * UNITS_PER_BYTE - credit, nowNs);
  }

  /** A new rate from `nowNs` on. `busy`: a packet is on the line; the bits it has left to go go at the new rate. Returns its new end. */
  change(rate: number, nowNs: number, busy: boolean): number {
    checkRate(rate);
    const residual = this.endNs === Infinity ? this.residual : (this.endNs - nowNs) * this.bitRate - this.ahead;
    this.bitRate = rate;
    if (!busy) return this.endNs;
    return this.finishAfter(residual, nowNs);
  }

  private finishAfter(units: number, nowNs: number): number {
    const { bitRate: rate } = this;
    if (units <= 0) {
      this.ahead = -units;
      return (this.endNs = nowNs);
    }
    if (rate === 0) {
      this.residual = units;
      this.ahead = 0;
      return (this.endNs = Infinity);
    }
    let takesNs = Math.ceil(units / rate);
    // the quotient is rounded: it may fall on the wrong side of a whole number
    if (takesNs * rate < units) takesNs++;
    else if ((takesNs - 1) * rate >= units) takesNs--;
    this.ahead = takesNs * rate - units;
    return (this.endNs = nowNs + takesNs);
  }
}

function checkRate(rate: number): number {
  return checkInteger('rate of a line', rate, 0, MAX_LINE_RATE, 'units of (bit/s) / denominator; 0 stops it');
}

function checkInteger(what: string, value: number, low: number, high: number, unit = ''): number {
  if (!(Number.isInteger(value) && value >= low && value <= high)) throw new RangeError(`${what}: ${value} given; must be an integer ${low} .. ${high} ${unit}`.trimEnd());
  return value;
}

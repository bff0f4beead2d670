/**
 * The sending side of many nodes: when the last bit of each message has left, in flat arrays.
 *
 *     depart = max(depart of the message before, now) + 8 bytes / rate
 *
 * Events fall on the next whole ns; what a departure is late is carried into the next message of the same busy period, so that n messages
 * of L bytes end within 1 ns of n 8 L / rate, as on the packet level (../link/line.ts). Work is counted in 1e-9 bit, every number an
 * integer below 2^53: rates up to 1e15 bit/s, messages taken in pieces of at most a megabyte.
 *
 * Left out: sharing of a line by several messages (one after the other), headers, loss recovery.
 */

const UNITS_PER_BYTE = 8e9;
/** 8e9 * 1e6 + 1e15 < 2^53. */
const PIECE_BYTES = 1_000_000;
const MAX_RATE_BPS = 1e15;

export class Uplinks {
  /** When each sender is through with what it was given. */
  readonly freeNs: Float64Array;
  private readonly rateBps: Float64Array;
  /** Units that could have been done by `freeNs` beyond the last message. */
  private readonly ahead: Float64Array;

  /** One rate for all, or one each; Infinity sends at once. */
  constructor(nodes: number, rateBps: number | ArrayLike<number>) {
    this.freeNs = new Float64Array(nodes);
    this.ahead = new Float64Array(nodes);
    this.rateBps = typeof rateBps === 'number' ? new Float64Array(nodes).fill(rateBps) : Float64Array.from(rateBps);
    if (this.rateBps.length !== nodes) throw new RangeError(`rates: ${this.rateBps.length} given; must be one for each of ${nodes} nodes`);
    for (const rate of this.rateBps) checkRate(rate);
  }

  rateOf(node: number): number {
    return this.rateBps[node]!;
  }

  /** Takes a message over and says when its last bit leaves. `capBps`: what the other end can take, where that is less. */
  depart(node: number, bytes: number, nowNs: number, capBps = Infinity): number {
    const own = this.rateBps[node]!;
    const rate = own < capBps ? own : capBps;
    if (rate === Infinity) return nowNs;
    const waits = this.freeNs[node]! > nowNs;
    let endNs = waits ? this.freeNs[node]! : nowNs;
    // what is left over of a ns was counted at the sender's own rate
    let ahead = waits && rate === own ? this.ahead[node]! : 0;
    for (let left = bytes; left > 0; left -= PIECE_BYTES) {
      const units = (left < PIECE_BYTES ? left : PIECE_BYTES) * UNITS_PER_BYTE - ahead;
      if (units <= 0) {
        ahead = -units;
        continue;
      }
      let takesNs = Math.ceil(units / rate);
      // the quotient is rounded: it may fall on the wrong side of a whole number
      if (takesNs * rate < units) takesNs++;
      else if ((takesNs - 1) * rate >= units) takesNs--;
      ahead = takesNs * rate - units;
      endNs += takesNs;
    }
    this.ahead[node] = rate === own ? ahead : 0;
    return (this.freeNs[node] = endNs);
  }
}

function checkRate(rate: number): void {
  if (rate !== Infinity && !(Number.isInteger(rate) && rate >= 1 && rate <= MAX_RATE_BPS)) throw new RangeError(`rate of a node: ${rate} given; must be an integer from 1 to 1e15 bit/s, or Infinity`);
}

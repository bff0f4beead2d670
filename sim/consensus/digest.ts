/**
 * Digests as numbers below 2^52, from two rounds of a multiply-xorshift mixer (the finaliser of MurmurHash3, public domain). They stand for
 * SHA-256: equal contents, equal digest; the cost of the real one is charged to the processor. 2^52 values: among a million digests two are
 * equal with probability 1e-4, and nobody here searches for collisions.
 */

/** Of nothing: the batch of a null request. */
export const NULL_DIGEST = 0;
/** No digest yet. */
export const NO_DIGEST = -1;

export class DigestBuilder {
  private low = 0x2545f491;
  private high = 0x6a09e667;

  /** Takes in an integer below 2^53. */
  add(value: number): this {
    const lowWord = value | 0;
    const highWord = (value / 4_294_967_296) | 0;
    this.low = scramble(this.low ^ lowWord) + this.high | 0;
    this.high = scramble(this.high ^ highWord ^ this.low) + 0x9e3779b9 | 0;
    return this;
  }

  /** 1 .. 2^52. */
  end(): number {
    return 1 + (scramble(this.high) >>> 12) * 4_294_967_296 + (scramble(this.low ^ this.high) >>> 0);
  }
}

function scramble(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

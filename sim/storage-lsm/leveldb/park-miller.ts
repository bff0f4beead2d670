/**
 * LevelDB's own generator, x := 16807 x mod (2^31 - 1). Skip-list heights and the sampling of iterators follow it, so it
 * is part of the mechanics and no source of chance. Source: LevelDB 1.23, util/random.h.
 */
const MODULUS = 2147483647;

export class ParkMiller {
  #state: number;

  constructor(seed: number) {
    const state = seed & 0x7fffffff;
    this.#state = state === 0 || state === MODULUS ? 1 : state;
  }

  /** Uniform on 1 .. 2^31 - 2. The product stays below 2^46, exact in a double. */
  next(): number {
    this.#state = (this.#state * 16807) % MODULUS;
    return this.#state;
  }
}

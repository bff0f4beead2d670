/**
 * The modified SHA-256 with 80 rounds of the composite-chain paper (section 2.1), and SHA-256 itself in the same plain
 * code, both with a free number of rounds for avalanche curves.
 *
 * For reproducing the paper, not for security: the paper gives no analysis, one of its rounds is no permutation of the
 * state, and its added constants are not published. Profile `msha256-80/k-cuberoot`: what the text leaves open is taken
 * from SHA-256 (FIPS 180-4), K_64..79 continue SHA-256's rule. Every ambiguity is listed in README.md. Words have
 * 32 bits, additions are modulo 2^32, bytes are big-endian.
 */

/** First 32 fractional bits of the cube roots of the first 80 primes; SHA-256 uses 64 of them. */
export const ROUND_CONSTANTS = Uint32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  0xca273ece, 0xd186b8c7, 0xeada7dd6, 0xf57d4f7f, 0x06f067aa, 0x0a637dc5, 0x113f9804, 0x1b710b35, 0x28db77f5, 0x32caab7b,
  0x3c9ebe0a, 0x431d67c4, 0x4cc5d4be, 0x597f299c, 0x5fcb6fab, 0x6c44198c,
]);

/** First 32 fractional bits of the square roots of the first 8 primes (FIPS 180-4, 5.3.3). */
const INITIAL_STATE = Uint32Array.from([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);

const BLOCK_BYTES = 64;
export const DIGEST_BYTES = 32;

/** Which function: round function, message schedule and number of rounds of the unreduced form. */
export type HashName = 'sha256' | 'msha256';
export const FULL_ROUNDS: Readonly<Record<HashName, number>> = { sha256: 64, msha256: 80 };

function rotateRight(x: number, bits: number): number {
  return (x >>> bits) | (x << (32 - bits));
}

/** A hash with its own working memory; `rounds` below the full number gives the reduced function. */
export class PlainHash {
  readonly name: HashName;
  readonly rounds: number;
  readonly #state = new Uint32Array(8);
  readonly #schedule = new Uint32Array(ROUND_CONSTANTS.length);

  constructor(name: HashName, rounds: number = FULL_ROUNDS[name]) {
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > FULL_ROUNDS[name]) {
      throw new RangeError(`${name}: rounds ${rounds} must be an integer from 1 to ${FULL_ROUNDS[name]}`);
    }
    this.name = name;
    this.rounds = rounds;
  }

  /** 32 bytes. Padding as FIPS 180-4, 5.1.1: one bit, zeros, the length in bits as 64-bit big-endian. */
  digest(message: Uint8Array): Uint8Array<ArrayBuffer> {
    const state = this.#state;
    state.set(INITIAL_STATE);
    const blocks = Math.floor((message.length + 8) / BLOCK_BYTES) + 1;
    const padded = new Uint8Array(blocks * BLOCK_BYTES);
    padded.set(message);
    padded[message.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(message.length / 0x2000_0000));
    view.setUint32(padded.length - 4, (message.length * 8) >>> 0);
    for (let at = 0; at < padded.length; at += BLOCK_BYTES) {
      const words = this.#schedule;
      for (let t = 0; t < 16; t++) words[t] = view.getUint32(at + 4 * t);
      if (this.name === 'sha256') this.#compress();
      else this.#compressModified();
    }
    const digest = new Uint8Array(DIGEST_BYTES);
    const out = new DataView(digest.buffer);
    for (let i = 0; i < 8; i++) out.setUint32(4 * i, state[i]!);
    return digest;
  }

  /** SHA-256's compression (FIPS 180-4, 6.2.2) of the 16 words at the start of the schedule. */
  #compress(): void {
    const w = this.#schedule;
    const state = this.#state;
    for (let t = 16; t < this.rounds; t++) {
      const x = w[t - 15]!;
      const y = w[t - 2]!;
      const sigma0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const sigma1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      w[t] = (sigma1 + w[t - 7]! + sigma0 + w[t - 16]!) | 0;
    }
    let a = state[0]! | 0, b = state[1]! | 0, c = state[2]! | 0, d = state[3]! | 0;
    let e = state[4]! | 0, f = state[5]! | 0, g = state[6]! | 0, h = state[7]! | 0;
    for (let t = 0; t < this.rounds; t++) {
      const sum1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[t]! + w[t]!) | 0;
      const sum0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    this.#feedForward(a, b, c, d, e, f, g, h);
  }

  /** The paper's compression: other schedule taps and rotations, a third term in Ch, T1 or T2 added to every register. */
  #compressModified(): void {
    const w = this.#schedule;
    const state = this.#state;
    for (let t = 16; t < this.rounds; t++) {
      const x = w[t - 9]!;
      const y = w[t - 12]!;
      const sigma0 = rotateRight(x, 8) ^ rotateRight(x, 18) ^ (x >>> 5);
      const sigma1 = rotateRight(y, 10) ^ rotateRight(y, 23) ^ (y >>> 16);
      w[t] = (w[t - 4]! + sigma0 + sigma1 + w[t - 16]!) | 0;
    }
    let a = state[0]! | 0, b = state[1]! | 0, c = state[2]! | 0, d = state[3]! | 0;
    let e = state[4]! | 0, f = state[5]! | 0, g = state[6]! | 0, h = state[7]! | 0;
    for (let t = 0; t < this.rounds; t++) {
      const sum0 = rotateRight(e, 6) ^ rotateRight(e, 14) ^ rotateRight(e, 21);
      const t1 = (h + sum0 + ((e & f) ^ (~e & g) ^ (~f & ~g)) + ROUND_CONSTANTS[t]! + w[t]!) | 0;
      const sum1 = rotateRight(a, 3) ^ rotateRight(a, 11) ^ rotateRight(a, 27);
      const t2 = (sum1 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = (g + t1) | 0;
      g = (f + t2) | 0;
      f = (e + t1) | 0;
      e = (d + t2) | 0;
      d = (c + t1) | 0;
      c = (b + t2) | 0;
      b = (a + t1) | 0;
      a = (t1 + t2) | 0;
    }
    this.#feedForward(a, b, c, d, e, f, g, h);
  }

  #feedForward(a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number): void {
    const state = this.#state;
    state[0] = state[0]! + a;
    state[1] = state[1]! + b;
    state[2] = state[2]! + c;
    state[3] = state[3]! + d;
    state[4] = state[4]! + e;
    state[5] = state[5]! + f;
    state[6] = state[6]! + g;
    state[7] = state[7]! + h;
  }
}

/** Digest of the profile `msha256-80/k-cuberoot`. */
export function msha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return new PlainHash('msha256').digest(message);
}

/**
 * Named random streams: the only source of randomness in a run.
 *
 * A stream's generator is seeded with SHA-256(utf8(seed) 00 utf8("rep/<replication>/<name>")), first 128 bits as four
 * little-endian words. A name states a purpose of a stable entity (`node/3/disk/latency`), never an order of creation:
 * then adding a component moves nobody else's draws, and two arms that name alike draw alike (common random numbers).
 * A stream has one owner, so a name may be taken once.
 *
 * Generators: sfc32 (Doty-Humphrey, PractRand) by default, xoshiro128** (Blackman and Vigna 2018), and from the
 * seedrandom package its alea and ARC4. Why: docs/decisions/0002-random-generator.md.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import seedrandom from 'seedrandom';

export interface RandomStream {
  /** Integer in [0, 2^32). */
  uint32(): number;
  /** Multiple of 2^-53 in [0, 1); two draws of 32 bits. */
  float(): number;
  /** Odd multiple of 2^-53 in (0, 1): fit for a logarithm, symmetric about 1/2. Two draws of 32 bits. */
  open(): number;
  /** Integer in [0, n), each equally likely, 1 <= n <= 2^53. Redraws (with probability below 1/2, mostly far below) where modulo would be biased. */
  below(n: number): number;
  /** Position of the generator, for checkpoints and comparisons. */
  state(): readonly number[];
}

export type GeneratorName = 'sfc32' | 'xoshiro128ss' | 'alea' | 'arc4';

const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

/** What all generators share: numbers made of 32-bit draws, by the same recipe. */
abstract class Generator implements RandomStream {
  abstract uint32(): number;
  abstract state(): readonly number[];

  float(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) * 1.1102230246251565e-16;
  }

  open(): number {
    // 52 bits, so that adding one half is exact and 1 is never reached
    return ((this.uint32() >>> 6) * 67108864 + (this.uint32() >>> 6) + 0.5) * 2.220446049250313e-16;
  }

  below(n: number): number {
    if (!(n >= 1 && n <= TWO_53 && Number.isInteger(n))) throw new RangeError(`below: ${n} given; must be an integer from 1 to 2^53`);
    if (n <= TWO_32) {
      const limit = TWO_32 - (TWO_32 % n);
      for (;;) {
        const draw = this.uint32();
        if (draw < limit) return draw % n;
      }
    }
    const limit = TWO_53 - (TWO_53 % n);
    for (;;) {
      const draw = this.float() * TWO_53;
      if (draw < limit) return draw % n;
    }
  }
}

/** Chaotic three-word state with a counter; period at least 2^32, on average 2^127. State in fields: in closures it is boxed and 2.7 times slower. */
class Sfc32 extends Generator {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  constructor(words: ArrayLike<number>) {
    super();
    this.a = words[0]! | 0;
    this.b = words[1]! | 0;
    this.c = words[2]! | 0;
    this.counter = words[3]! | 0;
  }

  uint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  state(): readonly number[] {
    return [this.a >>> 0, this.b >>> 0, this.c >>> 0, this.counter >>> 0];
  }
}

/** Linear engine of period 2^128 - 1 with a multiplicative scrambler. */
class Xoshiro128ss extends Generator {
  private s0: number;
  private s1: number;
  private s2: number;
  private s3: number;

  constructor(words: ArrayLike<number>) {
    super();
    this.s0 = words[0]! | 0;
    this.s1 = words[1]! | 0;
    this.s2 = words[2]! | 0;
    this.s3 = words[3]! | 0;
    if ((this.s0 | this.s1 | this.s2 | this.s3) === 0) this.s0 = 1; // zero is the one state it cannot leave
  }

  uint32(): number {
    const scrambled = Math.imul(this.s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= shifted;
    this.s3 = (this.s3 << 11) | (this.s3 >>> 21);
    return result;
  }

  state(): readonly number[] {
    return [this.s0 >>> 0, this.s1 >>> 0, this.s2 >>> 0, this.s3 >>> 0];
  }
}

/** A generator of the seedrandom package behind the same door. */
class FromSeedrandom extends Generator {
  private readonly source: { int32(): number; state(): object };

  constructor(source: { int32(): number; state(): object }) {
    super();
    this.source = source;
  }

  uint32(): number {
    return this.source.int32() >>> 0;
  }

  state(): readonly number[] {
    const state = this.source.state() as Record<string, number | number[]>;
    return 'S' in state ? [state['i'] as number, state['j'] as number, ...(state['S'] as number[])] : [state['s0'] as number, state['s1'] as number, state['s2'] as number, state['c'] as number];
  }
}

/** Outputs thrown away after seeding: sfc32's author asks for 15 before the words are mixed; a few more do no harm elsewhere. */
const DROPPED = 15;

/** A generator from four 32-bit words, nothing dropped: for known-answer tests. */
export function generatorFromWords(name: GeneratorName, words: ArrayLike<number>): RandomStream {
  switch (name) {
    case 'sfc32':
      return new Sfc32(words);
    case 'xoshiro128ss':
      return new Xoshiro128ss(words);
    case 'alea':
      return new FromSeedrandom(seedrandom.alea(hexOf(words), { state: true }));
    case 'arc4':
      return new FromSeedrandom(seedrandom(hexOf(words), { state: true }));
  }
}

function hexOf(words: ArrayLike<number>): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** All streams of one replication. */
export class Streams {
  readonly seed: string;
  readonly replication: number;
  readonly generator: GeneratorName;
  private readonly taken = new Set<string>();

  constructor(seed: string, replication = 0, generator: GeneratorName = 'sfc32') {
    this.seed = seed;
    this.replication = replication;
    this.generator = generator;
  }

  /** The stream of that name, once. */
  stream(name: string): RandomStream {
    if (this.taken.has(name)) throw new Error(`stream: "${name}" is taken; a stream has one owner, name the purpose more precisely`);
    this.taken.add(name);
    const digest = sha256(utf8ToBytes(`${this.seed}\0rep/${this.replication}/${name}`));
    const view = new DataView(digest.buffer, digest.byteOffset);
    const stream = generatorFromWords(this.generator, [0, 4, 8, 12].map((offset) => view.getUint32(offset, true)));
    for (let i = 0; i < DROPPED; i++) stream.uint32();
    return stream;
  }
}

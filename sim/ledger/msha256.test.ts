import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FULL_ROUNDS, msha256, PlainHash, ROUND_CONSTANTS } from './msha256.ts';

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const ascii = (text: string): Uint8Array => Uint8Array.from([...text].map((character) => character.charCodeAt(0)));

/** Largest integer whose cube is <= value. */
function cubeRoot(value: bigint): bigint {
  let low = 0n;
  let high = 1n << 48n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle * middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
}

describe('modified SHA-256', () => {
  it('check values of the profile', () => {
    expect(hex(msha256(ascii('')))).toBe('30b54d5ea8640ea6e2263fdfd10b22633c42e70af22abbe8d1f69b90a2dd1038');
    expect(hex(msha256(ascii('abc')))).toBe('c9457c93b3622926d2d0e50d8a2d6968e3a62980fadd8af1dedfa387d9611eff');
  });

  it('constants are the cube roots of the first 80 primes', () => {
    const primes: bigint[] = [];
    for (let candidate = 2n; primes.length < 80; candidate++) if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
    expect(primes[79]).toBe(409n);
    // floor(cbrt(p) * 2^32) without its integer part.
    expect([...ROUND_CONSTANTS]).toEqual(primes.map((prime) => Number(cubeRoot(prime << 96n) & 0xffff_ffffn)));
  });

  it('the unmodified function in the same code is SHA-256, around every padding boundary', () => {
    const hash = new PlainHash('sha256');
    for (let length = 0; length <= 200; length++) {
      const message = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      expect(hex(hash.digest(message)), `length ${length}`).toBe(hex(sha256(message)));
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 1000 }), (message) => hex(hash.digest(message)) === hex(sha256(message))));
  });

  it('Ch of the modified function is unbalanced: six ones of eight', () => {
    const ones = [0, 1, 2, 3, 4, 5, 6, 7].filter((bits) => {
      const [x, y, z] = [bits & 1, (bits >> 1) & 1, (bits >> 2) & 1];
      return (((x & y) ^ (~x & z) ^ (~y & ~z)) & 1) === 1;
    });
    expect(ones.length).toBe(6);
  });

  it('fewer than 16 rounds do not read the whole message', () => {
    for (const name of ['sha256', 'msha256'] as const) {
      const message = new Uint8Array(55);
      const other = new Uint8Array(55);
      other[15 * 4 - 8] = 1; // word 13
      expect(hex(new PlainHash(name, 13).digest(message))).toBe(hex(new PlainHash(name, 13).digest(other)));
      expect(hex(new PlainHash(name, 14).digest(message))).not.toBe(hex(new PlainHash(name, 14).digest(other)));
    }
  });

  it('refuses rounds outside the function', () => {
    expect(FULL_ROUNDS).toEqual({ sha256: 64, msha256: 80 });
    for (const rounds of [0, 81, 1.5]) expect(() => new PlainHash('msha256', rounds)).toThrow(/from 1 to 80/);
    expect(() => new PlainHash('sha256', 65)).toThrow(/from 1 to 64/);
  });
});

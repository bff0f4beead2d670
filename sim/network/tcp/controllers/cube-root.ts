/**
 * The whole part of a cube root, exact for integers below 2^53. CUBIC's K is such a root; Linux takes a table and one Newton step, some
 * 0.2 % off on average (net/ipv4/tcp_cubic.c, cubic_root), which shifts K by as much.
 *
 * Bit by bit from the top (Warren, Hacker's Delight, section 11-2): the root of a number below 2^53 has 18 bits.
 */

const ROOT_BITS = 18;

export function cubeRoot(value: number): number {
  let root = 0;
  for (let bit = 1 << (ROOT_BITS - 1); bit >= 1; bit >>= 1) {
    const guess = root + bit;
    // compared by division, since the cube of an 18-bit number may pass 2^53: guess^3 <= value <=> guess <= floor(value / guess^2)
    if (guess <= Math.floor(value / (guess * guess))) root = guess;
  }
  return root;
}

/**
 * Integrals over sizes: Gauss-Legendre with 16 points on panels that double in length, so that a law which spans many decades is
 * sampled alike in each of them. For smooth integrands with known breaks; exact to about 12 digits on those of this folder.
 */

/** Abscissae and weights of 16 points on (-1, 1), the positive half (Abramowitz and Stegun, table 25.4). */
const NODES: readonly (readonly [number, number])[] = [
  [0.0950125098376374, 0.1894506104550685], [0.2816035507792589, 0.1826034150449236], [0.4580167776572274, 0.1691565193950025], [0.6178762444026438, 0.1495959888165767],
  [0.7554044083550030, 0.1246289712555339], [0.8656312023878318, 0.0951585116824928], [0.9445750230732326, 0.0622535239386479], [0.9894009349916499, 0.0271524594117541],
];

export function integratePanel(f: (x: number) => number, from: number, to: number): number {
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  let sum = 0;
  for (const [node, weight] of NODES) sum += weight * (f(middle - half * node) + f(middle + half * node));
  return half * sum;
}

/** Integral from 0 to `to`; `scale` is the smallest size that matters, `breaks` where the integrand jumps or bends. */
export function integrateFrom0(f: (x: number) => number, to: number, scale: number, breaks: readonly number[]): number {
  const ends = [...new Set([...breaks, to])].filter((x) => x > 0 && x <= to).sort((a, b) => a - b);
  let sum = 0;
  let from = 0;
  for (const end of ends) {
    while (from < end) {
      const next = from === 0 ? Math.min(end, scale / 4) : Math.min(end, from * 1.6);
      sum += integratePanel(f, from, next);
      from = next;
    }
  }
  return sum;
}

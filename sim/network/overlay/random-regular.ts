/**
 * Random graph in which every node has d neighbours: the pairing model (Bollobas 1980). Each node has d half-edges, a random permutation
 * pairs them; a pair that makes a loop or a second edge is repaired by swapping ends with an edge drawn at random (switch chain), since
 * the chance of a simple pairing, e^-(d^2-1)/4, is hopeless from d = 6 on. The switches leave a bias that vanishes as n grows
 * (choice: one repair pass, no mixing afterwards).
 *
 * Connected with a probability that goes to 1 for d >= 3; diameter log_(d-1) n + O(log log n) (Bollobas and Fernandez de la Vega 1982).
 */
import type { RandomStream } from '../../random.ts';
import { type Graph, graphOf } from './graph.ts';

export function randomRegular(nodes: number, degree: number, stream: RandomStream): Graph {
  if (!(Number.isInteger(degree) && degree >= 1 && degree < nodes && (nodes * degree) % 2 === 0)) throw new RangeError(`randomRegular: degree ${degree} of ${nodes} nodes; must be an integer from 1 to nodes - 1, nodes * degree even`);
  const halves = Int32Array.from({ length: nodes * degree }, (_, half) => Math.floor(half / degree));
  shuffle(halves, stream);
  const edges = halves.length / 2;
  const counts = new Map<number, number>();
  const key = (a: number, b: number): number => (a < b ? a * nodes + b : b * nodes + a);
  const count = (a: number, b: number, by: number): void => void counts.set(key(a, b), (counts.get(key(a, b)) ?? 0) + by);
  for (let edge = 0; edge < edges; edge++) count(halves[2 * edge]!, halves[2 * edge + 1]!, 1);
  const isBad = (a: number, b: number): boolean => a === b || counts.get(key(a, b))! > 1;
  // a dense small graph may have no switch left: bounded, and drawn anew
  let tries = 1000 * halves.length;
  for (let edge = 0; edge < edges; edge++) {
    while (isBad(halves[2 * edge]!, halves[2 * edge + 1]!)) {
      if (--tries < 0) return randomRegular(nodes, degree, stream);
      const other = stream.below(edges);
      const [a, b, c, d] = [halves[2 * edge]!, halves[2 * edge + 1]!, halves[2 * other]!, halves[2 * other + 1]!];
      if (other === edge || a === d || c === b || (counts.get(key(a, d)) ?? 0) > 0 || (counts.get(key(c, b)) ?? 0) > 0 || key(a, d) === key(c, b)) continue;
      count(a, b, -1);
      count(c, d, -1);
      count(a, d, 1);
      count(c, b, 1);
      halves[2 * edge + 1] = d;
      halves[2 * other + 1] = b;
    }
  }
  return graphOf(nodes, halves.filter((_, index) => index % 2 === 0), halves.filter((_, index) => index % 2 === 1));
}

/** Each order equally likely (Fisher and Yates). */
export function shuffle(values: Int32Array, stream: RandomStream): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = stream.below(last + 1);
    const value = values[last]!;
    values[last] = values[other]!;
    values[other] = value;
  }
}

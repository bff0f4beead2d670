/**
 * Erdos-Renyi graph G(n, p): each pair is connected with probability p, independently. Pairs are passed over by geometric jumps (Batagelj
 * and Brandes 2005), so that the work follows the edges and not the pairs. Connected with a probability that goes to 1 where p n exceeds
 * ln n: with p = (ln n + c) / n the limit is exp(-exp(-c)).
 */
import { ln } from '../../dmath.ts';
import type { RandomStream } from '../../random.ts';
import { type Graph, graphOf } from './graph.ts';

export function erdosRenyi(nodes: number, p: number, stream: RandomStream): Graph {
  if (!(p > 0 && p < 1)) throw new RangeError(`erdosRenyi: p ${p}; must lie between 0 and 1`);
  const a: number[] = [];
  const b: number[] = [];
  const scale = 1 / ln(1 - p);
  let row = 1;
  let column = -1;
  for (;;) {
    column += 1 + Math.floor(ln(stream.open()) * scale);
    while (column >= row && row < nodes) {
      column -= row;
      row++;
    }
    if (row >= nodes) return graphOf(nodes, a, b);
    a.push(row);
    b.push(column);
  }
}

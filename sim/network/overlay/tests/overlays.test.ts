import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { erdosRenyi } from '../erdos-renyi.ts';
import { connectionOf, degrees, diameter, type Graph, graphOf, isConnected } from '../graph.ts';
import { BITCOIN_MAX_CONNECTIONS, bitcoinOverlay, outboundGraph, SIMBLOCK_DEGREE_CDF, simblockDegrees, simblockOverlay } from '../outbound.ts';
import { randomRegular } from '../random-regular.ts';

const stream = (seed: string) => new Simulation({ seed }).stream('graph');

/** Sorted, without loops and doubles, each connection at either end. */
function expectSound(graph: Graph): void {
  const wrong: string[] = [];
  for (let node = 0; node < graph.nodes; node++) {
    for (let at = graph.offsets[node]!; at < graph.offsets[node + 1]!; at++) {
      const other = graph.targets[at]!;
      const isRising = at === graph.offsets[node]! || other > graph.targets[at - 1]!;
      if (!isRising || other === node || connectionOf(graph, node, other) !== at || connectionOf(graph, other, node) < 0) wrong.push(`${node} - ${other}`);
    }
  }
  expect(wrong).toEqual([]);
}

describe('graphs', () => {
  it('counts a pair once, either way round, and finds the distances of a ring', () => {
    const ring = graphOf(5, [0, 1, 2, 3, 4, 1, 2], [1, 2, 3, 4, 0, 0, 2]);
    expectSound(ring);
    expect([...degrees(ring)]).toEqual([2, 2, 2, 2, 2]);
    expect(diameter(ring)).toBe(2);
    expect(connectionOf(ring, 0, 2)).toBe(-1);
    expect(diameter(graphOf(3, [0], [1]))).toBe(Infinity);
  });

  it.each([[50, 3], [200, 4], [1000, 8], [2000, 16]])('random regular: %d nodes of degree %d, connected, diameter near log_(d-1) n', (nodes, degree) => {
    for (let seed = 0; seed < 5; seed++) {
      const graph = randomRegular(nodes, degree, stream(`${seed}`));
      expectSound(graph);
      expect(new Set(degrees(graph))).toEqual(new Set([degree]));
      expect(isConnected(graph)).toBe(true);
      // Moore's bound below; above it the log log of the theorem, three hops at these sizes
      let ball = 1;
      let hops = 0;
      for (let shell = degree; ball < nodes; shell *= degree - 1, hops++) ball += shell;
      expect(diameter(graph)).toBeGreaterThanOrEqual(hops);
      expect(diameter(graph)).toBeLessThanOrEqual(Math.ceil(Math.log(nodes) / Math.log(degree - 1)) + 3);
    }
  });

  it('random regular: every neighbour is equally likely', () => {
    // 2000 graphs of 8 nodes and degree 3: node 0 has each of 7 neighbours with 3/7; 5 deviations
    const counts = Array.from({ length: 8 }, () => 0);
    for (let seed = 0; seed < 2000; seed++) {
      const graph = randomRegular(8, 3, stream(`uniform ${seed}`));
      for (let at = 0; at < 3; at++) counts[graph.targets[at]!]!++;
    }
    counts.slice(1).forEach((count) => expect(Math.abs(count - 2000 * (3 / 7))).toBeLessThan(5 * Math.sqrt(2000 * (3 / 7) * (4 / 7))));
    expect(() => randomRegular(5, 3, stream('odd'))).toThrow(/even/);
  });

  it('Erdos-Renyi: number of edges, and the threshold of being connected', () => {
    const nodes = 400;
    const edges = erdosRenyi(nodes, 0.05, stream('edges')).targets.length / 2;
    const pairs = (nodes * (nodes - 1)) / 2;
    expect(Math.abs(edges - 0.05 * pairs)).toBeLessThan(5 * Math.sqrt(pairs * 0.05 * 0.95));
    const share = (c: number): number => Array.from({ length: 200 }, (_, seed) => isConnected(erdosRenyi(nodes, (Math.log(nodes) + c) / nodes, stream(`er ${c} ${seed}`)))).filter(Boolean).length / 200;
    // exp(-exp(-c)): 0.31 below, 0.69 at c = 1, 0.95 at 3; 4 deviations of 200 trials, and what n = 400 lacks of the limit
    for (const c of [-2, 1, 3]) expect(Math.abs(share(c) - Math.exp(-Math.exp(-c)))).toBeLessThan(0.14);
    expectSound(erdosRenyi(60, 0.2, stream('sound')));
  });

  it('Bitcoin: every node opened as many connections as it wanted, none has more than 125', () => {
    const { graph, opened } = bitcoinOverlay(2000, stream('bitcoin'));
    expect(new Set(opened)).toEqual(new Set([10]));
    expect(graph.targets.length).toBe(2 * 10 * 2000);
    expect(Math.max(...degrees(graph))).toBeLessThanOrEqual(BITCOIN_MAX_CONNECTIONS);
    expect(isConnected(graph)).toBe(true);
    expectSound(graph);
    // the limit binds where there are few slots
    const tight = outboundGraph(new Int32Array(100).fill(5), 5, stream('tight'));
    const inbound = degrees(tight.graph).map((degree, node) => degree - tight.opened[node]!);
    expect(Math.max(...inbound)).toBe(5);
  });

  it('SimBlock: the outbound degrees of the whole network are its distribution', () => {
    const nodes = 4000;
    const wanted = simblockDegrees(nodes, stream('degrees'));
    SIMBLOCK_DEGREE_CDF.forEach((share, index) => expect(wanted.filter((degree) => degree <= index + 1).length).toBe(Math.round(share * nodes)));
    const { graph, opened } = simblockOverlay(nodes, stream('simblock'));
    SIMBLOCK_DEGREE_CDF.forEach((share, index) => expect(opened.filter((degree) => degree <= index + 1).length).toBe(Math.round(share * nodes)));
    expect(isConnected(graph)).toBe(true);
  });
});

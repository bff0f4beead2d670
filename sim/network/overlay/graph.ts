/**
 * Who is connected with whom: an undirected graph as flat arrays. The neighbours of node v are
 * `targets[offsets[v] .. offsets[v + 1])`, in rising order; each connection stands twice, once at either end.
 *
 * Measures for tests and reports: degrees, components, distances by breadth-first search (exact; n searches for a diameter).
 */
export interface Graph {
  readonly nodes: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/** From pairs (a[i], b[i]); a pair given twice counts once, a node is never its own neighbour. */
export function graphOf(nodes: number, a: ArrayLike<number>, b: ArrayLike<number>): Graph {
  const bound = new Int32Array(nodes + 1);
  for (let i = 0; i < a.length; i++) {
    bound[a[i]! + 1]!++;
    bound[b[i]! + 1]!++;
  }
  for (let node = 0; node < nodes; node++) bound[node + 1]! += bound[node]!;
  const raw = new Int32Array(2 * a.length);
  const fill = bound.slice(0, nodes);
  for (let i = 0; i < a.length; i++) {
    raw[fill[a[i]!]!++] = b[i]!;
    raw[fill[b[i]!]!++] = a[i]!;
  }
  const offsets = new Int32Array(nodes + 1);
  let length = 0;
  for (let node = 0; node < nodes; node++) {
    const mine = raw.subarray(bound[node], bound[node + 1]).sort((x, y) => x - y);
    let previous = -1;
    for (const other of mine) {
      // written in place: the place is never ahead of what is read
      if (other !== previous && other !== node) raw[length++] = other;
      previous = other;
    }
    offsets[node + 1] = length;
  }
  return { nodes, offsets, targets: raw.slice(0, length) };
}

export function degreeOf(graph: Graph, node: number): number {
  return graph.offsets[node + 1]! - graph.offsets[node]!;
}

export function degrees(graph: Graph): Int32Array {
  return Int32Array.from({ length: graph.nodes }, (_, node) => degreeOf(graph, node));
}

/** Position of `to` among all neighbours of `from`, the number of the directed connection; -1 where there is none. */
export function connectionOf(graph: Graph, from: number, to: number): number {
  const { offsets, targets } = graph;
  let low = offsets[from]!;
  let high = offsets[from + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = targets[middle]!;
    if (found === to) return middle;
    if (found < to) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Hops from `start` to each node, -1 where there is no way; `queue` is scratch of one entry a node. */
export function distancesFrom(graph: Graph, start: number, distances: Int32Array, queue: Int32Array): { reached: number; farthest: number } {
  const { offsets, targets } = graph;
  distances.fill(-1);
  distances[start] = 0;
  queue[0] = start;
  let tail = 1;
  for (let head = 0; head < tail; head++) {
    const node = queue[head]!;
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      const next = targets[at]!;
      if (distances[next] !== -1) continue;
      distances[next] = distances[node]! + 1;
      queue[tail++] = next;
    }
  }
  return { reached: tail, farthest: distances[queue[tail - 1]!]! };
}

export function isConnected(graph: Graph): boolean {
  return distancesFrom(graph, 0, new Int32Array(graph.nodes), new Int32Array(graph.nodes)).reached === graph.nodes;
}

/** Longest of all shortest ways; Infinity where some node cannot be reached. */
export function diameter(graph: Graph): number {
  const distances = new Int32Array(graph.nodes);
  const queue = new Int32Array(graph.nodes);
  let most = 0;
  for (let node = 0; node < graph.nodes; node++) {
    const { reached, farthest } = distancesFrom(graph, node, distances, queue);
    if (reached < graph.nodes) return Infinity;
    most = Math.max(most, farthest);
  }
  return most;
}

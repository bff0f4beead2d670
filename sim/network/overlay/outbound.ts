/**
 * Overlays in which a node opens connections and takes those of others, as Bitcoin nodes do.
 *
 * `outboundGraph`: node by node, peers are drawn at random until the node has opened as many connections as it wants; a peer that is
 * connected already, either way, or has no inbound slot left, is passed over. So the number of connections a node opened is exact unless
 * nobody is left, and mean degree is twice the mean of opened ones.
 *
 * Bitcoin Core: 8 full-relay and 2 block-only outbound, at most 125 in all (net.h: MAX_OUTBOUND_FULL_RELAY_CONNECTIONS,
 * MAX_BLOCK_RELAY_ONLY_CONNECTIONS, DEFAULT_MAX_PEER_CONNECTIONS). Feelers and manual connections are left out.
 * SimBlock: outbound degree drawn from a measured distribution (NetworkConfiguration.java, after Miller et al. 2015), no inbound limit,
 * the degrees of the whole network in exact proportion (Simulator: `makeRandomList`).
 */
import type { RandomStream } from '../../random.ts';
import { type Graph, graphOf } from './graph.ts';
import { shuffle } from './random-regular.ts';

/** P(outbound degree <= 1 .. 20), SimBlock for Bitcoin 2015. */
export const SIMBLOCK_DEGREE_CDF: readonly number[] = [0.025, 0.05, 0.075, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.97, 0.98, 0.99, 0.995, 1];

export const BITCOIN_FULL_RELAY_OUTBOUND = 8;
export const BITCOIN_BLOCK_ONLY_OUTBOUND = 2;
export const BITCOIN_MAX_CONNECTIONS = 125;

export interface OutboundGraph {
  readonly graph: Graph;
  /** Connections that each node opened itself. */
  readonly opened: Int32Array;
}

export function outboundGraph(wanted: ArrayLike<number>, maxInbound: number, stream: RandomStream): OutboundGraph {
  const nodes = wanted.length;
  const opened = new Int32Array(nodes);
  const inbound = new Int32Array(nodes);
  const from: number[] = [];
  const to: number[] = [];
  const peers: Set<number>[] = Array.from({ length: nodes }, () => new Set<number>());
  for (let node = 0; node < nodes; node++) {
    const mine = peers[node]!;
    // draws that fail are bounded; what they leave is filled in order from a random start
    let tries = 20 * (wanted[node]! + 1);
    let next = -1;
    let walked = 0;
    while (opened[node]! < wanted[node]! && walked < nodes) {
      if (tries-- > 0) next = stream.below(nodes);
      else {
        next = (next + 1) % nodes;
        walked++;
      }
      if (next === node || inbound[next]! >= maxInbound || mine.has(next)) continue;
      mine.add(next);
      peers[next]!.add(node);
      opened[node]!++;
      inbound[next]!++;
      from.push(node);
      to.push(next);
    }
  }
  return { graph: graphOf(nodes, from, to), opened };
}

/** Bitcoin Core's connections; `outbound` without the block-only ones carries transactions too. */
export function bitcoinOverlay(nodes: number, stream: RandomStream, outbound = BITCOIN_FULL_RELAY_OUTBOUND + BITCOIN_BLOCK_ONLY_OUTBOUND): OutboundGraph {
  return outboundGraph(new Int32Array(nodes).fill(outbound), BITCOIN_MAX_CONNECTIONS - outbound, stream);
}

/** How many of `nodes` have each outbound degree: rounded so that the counts up to any degree are the rounded distribution. */
export function simblockDegrees(nodes: number, stream: RandomStream): Int32Array {
  const wanted = new Int32Array(nodes);
  let node = 0;
  SIMBLOCK_DEGREE_CDF.forEach((share, index) => {
    for (const end = Math.round(share * nodes); node < end; node++) wanted[node] = index + 1;
  });
  shuffle(wanted, stream);
  return wanted;
}

export function simblockOverlay(nodes: number, stream: RandomStream): OutboundGraph {
  return outboundGraph(simblockDegrees(nodes, stream), Infinity, stream);
}

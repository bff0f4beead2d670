/**
 * Compact blocks (BIP 152): a block as its header and a short id for each transaction, rebuilt from what the receiver has.
 *
 * A node asks at most three peers to push compact blocks unasked (high bandwidth); its other neighbours announce and are asked (low
 * bandwidth). Missing transactions cost a round trip more (getblocktxn, blocktxn) to the peer who sent the compact block. High-bandwidth
 * pushes leave before validation, announcements after.
 *
 * Size: header 80, nonce 8, 6 a short id, and the coinbase prefilled (choice: 250 bytes). Per hop and node the number of missing
 * transactions is drawn by the caller. Choice: high-bandwidth peers are drawn once (Bitcoin Core: the last three that gave a block first).
 * A second push that arrives while transactions are missing is ignored. Left out: collisions of short ids
 * (2^-48 a pair), full-block fallback, repeating what is lost.
 *
 * Words: kind in the three lowest bits, number above (missing transactions for the last two kinds).
 */
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import type { MessageNetwork } from '../message/message-network.ts';
import { connectionOf, type Graph } from '../overlay/graph.ts';

const ANNOUNCE = 0;
const REQUEST = 1;
const COMPACT = 2;
const REQUEST_MISSING = 3;
const MISSING = 4;

/** BIP 152. */
export const HIGH_BANDWIDTH_PEERS = 3;
const HEADER_BYTES = 80;
const NONCE_BYTES = 8;
const SHORT_ID_BYTES = 6;
const PREFILLED_BYTES = 250;
const CONTROL_BYTES = 61;
/** Choice: header of the message, block hash and two bytes an index (differential encoding). */
const REQUEST_MISSING_BYTES = 24 + 32;
const INDEX_BYTES = 2;

export function compactBytes(transactions: number): number {
  return HEADER_BYTES + NONCE_BYTES + SHORT_ID_BYTES * (transactions - 1) + PREFILLED_BYTES;
}

export interface CompactOptions {
  readonly graph: Graph;
  readonly transactions: number;
  readonly transactionBytes: number;
  /** Transactions that this node lacks; 0 rebuilds the block at once. */
  readonly missing: (node: number) => number;
  readonly highBandwidthPeers?: number;
  readonly validationNs?: number;
  readonly onBlock: (node: number) => void;
}

export class CompactBlockRelay {
  pushes = 0;
  announcements = 0;
  requests = 0;
  /** Round trips for missing transactions. */
  refetches = 0;

  private readonly sim: Simulation;
  private readonly network: MessageNetwork;
  private readonly options: CompactOptions;
  private readonly compactBytes: number;
  /** Per connection from v to w: w asked v to push. */
  private readonly pushesTo: Uint8Array;
  /** 0 nothing, 1 asked, 2 waits for transactions, 3 has it. */
  private readonly state: Uint8Array;
  private readonly validatedCode: number;

  constructor(sim: Simulation, network: MessageNetwork, options: CompactOptions, choose: RandomStream) {
    this.sim = sim;
    this.network = network;
    this.options = options;
    this.compactBytes = compactBytes(options.transactions);
    this.state = new Uint8Array(network.nodes);
    this.pushesTo = highBandwidth(options.graph, options.highBandwidthPeers ?? HIGH_BANDWIDTH_PEERS, choose);
    this.validatedCode = sim.register('compact/validated', (node, from) => this.announce(node, from));
    network.onMessage((to, from, word) => this.receive(to, from, word));
  }

  /** A new block; the one before has to have settled. */
  publish(node: number): void {
    this.state.fill(0);
    this.complete(node, -1);
  }

  private receive(to: number, from: number, word: number): void {
    const { network, state, options } = this;
    switch (word & 7) {
      case ANNOUNCE:
        if (state[to] !== 0) return;
        state[to] = 1;
        this.requests++;
        return network.send(to, from, REQUEST, CONTROL_BYTES);
      case REQUEST:
        return network.send(to, from, COMPACT, this.compactBytes);
      case COMPACT: {
        if (state[to]! >= 2) return;
        const missing = options.missing(to);
        if (missing === 0) return this.complete(to, from);
        state[to] = 2;
        this.refetches++;
        return network.send(to, from, (missing << 3) | REQUEST_MISSING, REQUEST_MISSING_BYTES + INDEX_BYTES * missing);
      }
      case REQUEST_MISSING:
        return network.send(to, from, MISSING, REQUEST_MISSING_BYTES + options.transactionBytes * (word >> 3));
      default:
        if (state[to] !== 3) this.complete(to, from);
    }
  }

  private complete(node: number, from: number): void {
    this.state[node] = 3;
    this.options.onBlock(node);
    const { offsets, targets } = this.options.graph;
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      if (this.pushesTo[at] === 0 || targets[at] === from) continue;
      this.pushes++;
      this.network.send(node, targets[at]!, COMPACT, this.compactBytes);
    }
    this.sim.schedule(this.options.validationNs ?? 0, this.validatedCode, node, from);
  }

  private announce(node: number, from: number): void {
    const { offsets, targets } = this.options.graph;
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      if (this.pushesTo[at] === 1 || targets[at] === from) continue;
      this.announcements++;
      this.network.send(node, targets[at]!, ANNOUNCE, CONTROL_BYTES);
    }
  }
}

/** Each node chooses some neighbours that push to it; marks their connections to it. */
function highBandwidth(graph: Graph, count: number, choose: RandomStream): Uint8Array {
  const pushes = new Uint8Array(graph.targets.length);
  for (let node = 0; node < graph.nodes; node++) {
    const peers = [...graph.targets.subarray(graph.offsets[node], graph.offsets[node + 1])];
    for (let chosen = 0; chosen < count && peers.length > 0; chosen++) {
      const peer = peers.splice(choose.below(peers.length), 1)[0]!;
      pushes[connectionOf(graph, peer, node)] = 1;
    }
  }
  return pushes;
}

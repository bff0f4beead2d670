/**
 * Block relay as SimBlock does it (Node.java and task/*.java), to reproduce what was published with it; announce.ts and compact-blocks.ts
 * are the protocols themselves.
 *
 * A node serves requests one at a time, in order, and starts the next only when the body before has arrived: it is busy for transfer and
 * delay. Transfer: 2 ms and size over min(upload of the sender, download of the receiver). Announcements and requests take the delay and
 * 10 ms more, and no bandwidth. With compact blocks at both ends 18 kB are sent instead of the block; the receiver fails with 13 %
 * (always on) or 27 % (churning) and then asks for the missing part, which is queued like a body.
 *
 * Missing part: SimBlock draws a share of the block from tables, 1 % throughout for nodes that are always on; for churning ones about half
 * of the entries are 1 %, the others spread evenly over the orders of magnitude up to 96 %. Choice: this law instead of the table's entries.
 */
import { exp, ln } from '../../dmath.ts';
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import { NS_PER_MS } from '../../time.ts';
import type { RegionData } from '../latency/simblock.ts';
import type { DelayLaw } from '../message/message-network.ts';
import type { Graph } from '../overlay/graph.ts';

const CONTROL_EXTRA_NS = 10 * NS_PER_MS;
const PROCESSING_NS = 2 * NS_PER_MS;
const COMPACT_BYTES = 18_000;
const FAILURE_ALWAYS_ON = 0.13;
const FAILURE_CHURNING = 0.27;
const CHURNING_SHARE = 0.976;
const LEAST_MISSING = 0.01;
const MOST_MISSING = 0.96;

const ANNOUNCE = 0;
const REQUEST = 1;
const BODY = 2;
const COMPACT = 3;
const REQUEST_MISSING = 4;

/** How often a node has it in SimBlock 2019. */
export const SIMBLOCK_COMPACT_SHARE = 0.964;

export interface SimblockRelayOptions {
  readonly graph: Graph;
  readonly regionOf: Uint8Array;
  readonly data: RegionData;
  readonly delays: DelayLaw;
  readonly blockBytes: number;
  /** Share of nodes with compact block relay; 0 for none. */
  readonly compactShare: number;
  readonly onBlock: (node: number) => void;
}

export class SimblockRelay {
  compactFailures = 0;
  compactSuccesses = 0;

  private readonly sim: Simulation;
  private readonly options: SimblockRelayOptions;
  private readonly delayStream: RandomStream;
  private readonly compactStream: RandomStream;
  private readonly isCompact: Uint8Array;
  private readonly isChurning: Uint8Array;
  private readonly has: Uint8Array;
  private readonly asked: Uint8Array;
  /** Requests that wait at a node: the one who asked, times 2, plus 1 for a missing part. */
  private readonly queues: number[][];
  private readonly isSending: Uint8Array;
  private readonly code: number;

  constructor(sim: Simulation, options: SimblockRelayOptions) {
    const { nodes } = options.graph;
    this.sim = sim;
    this.options = options;
    this.delayStream = sim.stream('network/simblock/delays');
    this.compactStream = sim.stream('network/simblock/compact');
    const kinds = sim.stream('network/simblock/kinds');
    this.isCompact = Uint8Array.from({ length: nodes }, () => (kinds.float() < options.compactShare ? 1 : 0));
    this.isChurning = Uint8Array.from({ length: nodes }, () => (kinds.float() < CHURNING_SHARE ? 1 : 0));
    this.has = new Uint8Array(nodes);
    this.asked = new Uint8Array(nodes);
    this.isSending = new Uint8Array(nodes);
    this.queues = Array.from({ length: nodes }, () => []);
    this.code = sim.register('simblock/message', (to, from, kind) => this.receive(to, from, kind));
  }

  /** A new block; the one before has to have settled. */
  publish(node: number): void {
    this.has.fill(0);
    this.asked.fill(0);
    this.accept(node);
  }

  private receive(to: number, from: number, kind: number): void {
    switch (kind) {
      case ANNOUNCE:
        if (this.has[to] === 1 || this.asked[to] === 1) return;
        this.asked[to] = 1;
        return this.control(to, from, REQUEST);
      case REQUEST:
      case REQUEST_MISSING:
        this.queues[to]!.push(2 * from + (kind === REQUEST ? 0 : 1));
        if (this.isSending[to] === 0) this.sendNext(to);
        return;
      default:
        this.sendNext(from);
        if (kind === COMPACT && this.compactStream.float() < (this.isChurning[to] === 1 ? FAILURE_CHURNING : FAILURE_ALWAYS_ON)) {
          this.compactFailures++;
          return this.control(to, from, REQUEST_MISSING);
        }
        if (kind === COMPACT) this.compactSuccesses++;
        this.accept(to);
    }
  }

  /** As in SimBlock a body is announced to every neighbour, the one it came from included. */
  private accept(node: number): void {
    this.has[node] = 1;
    this.options.onBlock(node);
    const { offsets, targets } = this.options.graph;
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) this.control(node, targets[at]!, ANNOUNCE);
  }

  private control(from: number, to: number, kind: number): void {
    this.sim.schedule(this.options.delays.delayNs(from, to, this.delayStream) + CONTROL_EXTRA_NS, this.code, to, from, kind);
  }

  private sendNext(node: number): void {
    const request = this.queues[node]!.shift();
    this.isSending[node] = request === undefined ? 0 : 1;
    if (request === undefined) return;
    const to = request >> 1;
    const isMissingPart = (request & 1) === 1;
    const isCompact = !isMissingPart && this.isCompact[node] === 1 && this.isCompact[to] === 1;
    const { blockBytes, data, regionOf, delays } = this.options;
    // SimBlock asks the sender's kind for the missing share; so do we
    const bytes = isMissingPart ? blockBytes * this.missingShare(node) : isCompact ? COMPACT_BYTES : blockBytes;
    const rateBps = Math.min(data.uploadBps[regionOf[node]!]!, data.downloadBps[regionOf[to]!]!);
    const transferNs = Math.round((8e9 * bytes) / rateBps) + PROCESSING_NS;
    this.sim.schedule(transferNs + delays.delayNs(node, to, this.delayStream), this.code, to, node, isCompact ? COMPACT : BODY);
  }

  private missingShare(node: number): number {
    if (this.isChurning[node] === 0 || this.compactStream.float() < 0.5) return LEAST_MISSING;
    return LEAST_MISSING * exp(this.compactStream.float() * ln(MOST_MISSING / LEAST_MISSING));
  }
}

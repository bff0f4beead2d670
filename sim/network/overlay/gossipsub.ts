/**
 * gossipsub v1.0 (libp2p/specs, pubsub/gossipsub/gossipsub-v1.0.md), one topic that all subscribe to: whole messages go along a mesh of
 * about D peers a node; what was seen lately is told (IHAVE) to D_lazy others, who ask for what they lack (IWANT).
 *
 * Heartbeat, each node at its own phase: below D_low mesh peers graft up to D; above D_high prune down to D; tell the numbers of the last
 * mcache_gossip windows to D_lazy random peers outside the mesh; shift the windows. A request is served while its message is in one of
 * mcache_len windows.
 *
 * Choices: one number an IHAVE or IWANT; sizes below. Left out: several topics and their fanout, subscriptions that change, scores and
 * backoff (v1.1), forgetting what was seen (numbers are not used again within a run).
 */
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import { NS_PER_S } from '../../time.ts';
import type { MessageNetwork } from '../message/message-network.ts';
import { BitRows } from '../dissemination/bits.ts';
import { connectionOf, type Graph } from './graph.ts';

export interface GossipsubParameters {
  readonly degree: number;
  readonly degreeLow: number;
  readonly degreeHigh: number;
  readonly degreeLazy: number;
  readonly heartbeatNs: number;
  readonly windows: number;
  readonly gossipWindows: number;
}

/** The specification's table: D 6, D_low 4, D_high 12, D_lazy 6, heartbeat 1 s, mcache_len 5, mcache_gossip 3. */
export const GOSSIPSUB: GossipsubParameters = { degree: 6, degreeLow: 4, degreeHigh: 12, degreeLazy: 6, heartbeatNs: NS_PER_S, windows: 5, gossipWindows: 3 };

const MESSAGE = 0;
const IHAVE = 1;
const IWANT = 2;
const GRAFT = 3;
const PRUNE = 4;

/** Choice: message identifier of 20 bytes with framing, and control messages with a topic name. */
const IDENTIFIER_BYTES = 24;
const CONTROL_BYTES = 32;

export class Gossipsub {
  /** Whole messages sent; those that came again; told, asked, grafted, pruned. */
  messages = 0;
  repeated = 0;
  told = 0;
  asked = 0;
  grafts = 0;
  prunes = 0;

  private readonly sim: Simulation;
  private readonly network: MessageNetwork;
  private readonly graph: Graph;
  private readonly parameters: GossipsubParameters;
  private readonly choose: RandomStream;
  private readonly bytes: number;
  private readonly onMessage: (node: number, message: number) => void;
  /** Per connection from v: its other end is in v's mesh. */
  private readonly mesh: Uint8Array;
  private readonly seen: BitRows;
  private readonly requested: BitRows;
  /** Per node, messages asked for since its last heartbeat: a request that was lost may be made again after it. */
  private readonly open: number[][];
  /** Per node and window, the messages seen in it; the window that is filled is at `newest`. */
  private readonly cache: number[][];
  private readonly newest: Int32Array;
  private readonly heartbeatCode: number;
  private untilNs = 0;

  constructor(sim: Simulation, network: MessageNetwork, graph: Graph, bytes: number, choose: RandomStream, onMessage: (node: number, message: number) => void, parameters: GossipsubParameters = GOSSIPSUB) {
    this.sim = sim;
    this.network = network;
    this.graph = graph;
    this.parameters = parameters;
    this.choose = choose;
    this.bytes = bytes;
    this.onMessage = onMessage;
    this.mesh = new Uint8Array(graph.targets.length);
    this.seen = new BitRows(graph.nodes);
    this.requested = new BitRows(graph.nodes);
    this.open = Array.from({ length: graph.nodes }, () => []);
    this.cache = Array.from({ length: graph.nodes * parameters.windows }, () => []);
    this.newest = new Int32Array(graph.nodes);
    this.heartbeatCode = sim.register('gossipsub/heartbeat', (node) => this.heartbeat(node));
    network.onMessage((to, from, word) => this.receive(to, from, word & 7, word >> 3));
  }

  /** Starts the heartbeats, which go on until an instant. */
  start(untilNs: number): void {
    this.untilNs = untilNs;
    for (let node = 0; node < this.graph.nodes; node++) this.sim.schedule(this.choose.below(this.parameters.heartbeatNs), this.heartbeatCode, node);
  }

  publish(node: number, message: number): void {
    this.seen.clear(message);
    this.requested.clear(message);
    this.take(node, -1, message);
  }

  meshDegree(node: number): number {
    let count = 0;
    for (let at = this.graph.offsets[node]!; at < this.graph.offsets[node + 1]!; at++) count += this.mesh[at]!;
    return count;
  }

  inMesh(node: number, peer: number): boolean {
    return this.mesh[connectionOf(this.graph, node, peer)] === 1;
  }

  private receive(to: number, from: number, kind: number, message: number): void {
    switch (kind) {
      case MESSAGE:
        if (this.seen.has(message, to)) this.repeated++;
        else this.take(to, from, message);
        return;
      case IHAVE:
        if (this.seen.has(message, to) || !this.requested.set(message, to)) return;
        this.asked++;
        this.open[to]!.push(message);
        return this.network.send(to, from, (message << 3) | IWANT, IDENTIFIER_BYTES);
      case IWANT:
        if (this.isCached(to, message)) this.sendMessage(to, from, message);
        return;
      default:
        this.mesh[connectionOf(this.graph, to, from)] = kind === GRAFT ? 1 : 0;
    }
  }

  private take(node: number, from: number, message: number): void {
    this.seen.set(message, node);
    this.cache[node * this.parameters.windows + this.newest[node]!]!.push(message);
    this.onMessage(node, message);
    const { offsets, targets } = this.graph;
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      if (this.mesh[at] === 1 && targets[at] !== from) this.sendMessage(node, targets[at]!, message);
    }
  }

  private sendMessage(from: number, to: number, message: number): void {
    this.messages++;
    this.network.send(from, to, (message << 3) | MESSAGE, this.bytes);
  }

  private heartbeat(node: number): void {
    const { degree, degreeLow, degreeHigh, degreeLazy, heartbeatNs, windows, gossipWindows } = this.parameters;
    const meshDegree = this.meshDegree(node);
    if (meshDegree < degreeLow) {
      for (const at of this.draw(node, 0, degree - meshDegree)) {
        this.mesh[at] = 1;
        this.grafts++;
        this.network.send(node, this.graph.targets[at]!, GRAFT, CONTROL_BYTES);
      }
    } else if (meshDegree > degreeHigh) {
      for (const at of this.draw(node, 1, meshDegree - degree)) {
        this.mesh[at] = 0;
        this.prunes++;
        this.network.send(node, this.graph.targets[at]!, PRUNE, CONTROL_BYTES);
      }
    }
    const lazy = this.draw(node, 0, degreeLazy);
    for (let age = 0; age < gossipWindows; age++) {
      for (const message of this.cache[node * windows + ((this.newest[node]! + windows - age) % windows)]!) {
        for (const at of lazy) {
          this.told++;
          this.network.send(node, this.graph.targets[at]!, (message << 3) | IHAVE, IDENTIFIER_BYTES);
        }
      }
    }
    for (const message of this.open[node]!) this.requested.unset(message, node);
    this.open[node]!.length = 0;
    this.newest[node] = (this.newest[node]! + 1) % windows;
    this.cache[node * windows + this.newest[node]!]!.length = 0;
    if (this.sim.now + heartbeatNs <= this.untilNs) this.sim.schedule(heartbeatNs, this.heartbeatCode, node);
  }

  /** Up to `count` connections of a node that are, or are not, in its mesh. */
  private draw(node: number, inMesh: 0 | 1, count: number): number[] {
    const pool: number[] = [];
    for (let at = this.graph.offsets[node]!; at < this.graph.offsets[node + 1]!; at++) if (this.mesh[at] === inMesh) pool.push(at);
    const drawn: number[] = [];
    while (drawn.length < count && pool.length > 0) drawn.push(pool.splice(this.choose.below(pool.length), 1)[0]!);
    return drawn;
  }

  private isCached(node: number, message: number): boolean {
    for (let window = 0; window < this.parameters.windows; window++) if (this.cache[node * this.parameters.windows + window]!.includes(message)) return true;
    return false;
  }
}

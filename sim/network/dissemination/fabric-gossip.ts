/**
 * Block gossip of Hyperledger Fabric inside one channel of an organisation, where every peer knows every other (constants from
 * sampleconfig/core.yaml, structure from gossip/gossip/batcher.go and gossip/gossip/algo/pull.go).
 *
 * Push: what a peer hears for the first time goes into a buffer; it is sent to 3 random peers when 10 ms have passed since the first entry,
 * or when 10 are waiting, once (propagateIterations 1). That is infect-and-die with fanout 3, which reaches about 94 %.
 * Pull: every 4 s a peer greets 3 random peers, they answer with the numbers they have; after the digest wait it asks, for each number it
 * lacks, one of those who have it; they answer with the blocks. So pull brings the rest.
 *
 * Left out: leaders, anti-entropy of the state transfer (state.go), membership traffic (alive messages of 5 s), several channels.
 */
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import { NS_PER_MS, NS_PER_S } from '../../time.ts';
import type { MessageNetwork } from '../message/message-network.ts';

export const FABRIC = {
  propagatePeers: 3,
  burstSize: 10,
  burstNs: 10 * NS_PER_MS,
  pullPeers: 3,
  pullIntervalNs: 4 * NS_PER_S,
  digestWaitNs: NS_PER_S,
} as const;

const BLOCK = 0;
const HELLO = 1;
const DIGEST = 2;
const REQUEST = 3;
/** Choice: envelopes of about this size; a number in a digest takes 8 bytes. */
const CONTROL_BYTES = 100;
const NUMBER_BYTES = 8;

export class FabricGossip {
  pushed = 0;
  pulled = 0;
  repeated = 0;

  private readonly sim: Simulation;
  private readonly network: MessageNetwork;
  private readonly choose: RandomStream;
  private readonly blockBytes: number;
  private readonly onBlock: (node: number, block: number, wasPulled: boolean) => void;
  private readonly has: Set<number>[];
  private readonly buffers: number[][];
  private readonly flushHandles: Float64Array;
  /** Per node: who offered a number it lacks in the pull that runs. */
  private readonly offers: Map<number, number[]>[];
  /** Lists of numbers that travel, by the number in the message; a list is used once. */
  private readonly lists = new Map<number, readonly number[]>();
  private nextList = 0;
  /** Blocks asked for in a pull, to tell them from pushed ones. */
  private readonly asked: Set<number>[];
  private readonly flushCode: number;
  private readonly pullCode: number;
  private readonly askCode: number;
  private untilNs = 0;

  constructor(sim: Simulation, network: MessageNetwork, blockBytes: number, choose: RandomStream, onBlock: (node: number, block: number, wasPulled: boolean) => void) {
    const perNode = <T>(make: () => T): T[] => Array.from({ length: network.nodes }, make);
    this.sim = sim;
    this.network = network;
    this.choose = choose;
    this.blockBytes = blockBytes;
    this.onBlock = onBlock;
    this.has = perNode(() => new Set());
    this.asked = perNode(() => new Set());
    this.buffers = perNode(() => []);
    this.offers = perNode(() => new Map());
    this.flushHandles = new Float64Array(network.nodes);
    this.flushCode = sim.register('fabric/flush', (node) => this.flush(node));
    this.pullCode = sim.register('fabric/pull', (node) => this.pull(node));
    this.askCode = sim.register('fabric/ask', (node) => this.ask(node));
    network.onMessage((to, from, word) => this.receive(to, from, word & 3, word >> 2));
  }

  /** Starts the pulls, each peer at its own phase, until an instant. */
  start(untilNs: number): void {
    this.untilNs = untilNs;
    for (let node = 0; node < this.network.nodes; node++) this.sim.schedule(this.choose.below(FABRIC.pullIntervalNs), this.pullCode, node);
  }

  publish(node: number, block: number): void {
    this.take(node, block, false);
  }

  private receive(to: number, from: number, kind: number, value: number): void {
    switch (kind) {
      case BLOCK:
        return this.take(to, value, this.asked[to]!.delete(value));
      case HELLO:
        return this.sendList(to, from, DIGEST, [...this.has[to]!]);
      case DIGEST:
        for (const block of this.takeList(value)) {
          if (this.has[to]!.has(block)) continue;
          const offers = this.offers[to]!;
          offers.set(block, [...(offers.get(block) ?? []), from]);
        }
        return;
      default:
        for (const block of this.takeList(value)) {
          if (!this.has[to]!.has(block)) continue;
          this.pulled++;
          this.network.send(to, from, (block << 2) | BLOCK, this.blockBytes);
        }
    }
  }

  private take(node: number, block: number, wasPulled: boolean): void {
    if (this.has[node]!.has(block)) {
      this.repeated++;
      return;
    }
    this.has[node]!.add(block);
    this.onBlock(node, block, wasPulled);
    // Fabric sends on what was pulled as well: it is new to this peer
    const buffer = this.buffers[node]!;
    buffer.push(block);
    if (buffer.length === 1) this.flushHandles[node] = this.sim.schedule(FABRIC.burstNs, this.flushCode, node);
    if (buffer.length >= FABRIC.burstSize) {
      this.sim.cancel(this.flushHandles[node]!);
      this.flush(node);
    }
  }

  private flush(node: number): void {
    for (const peer of this.peers(node, FABRIC.propagatePeers)) {
      for (const block of this.buffers[node]!) {
        this.pushed++;
        this.network.send(node, peer, (block << 2) | BLOCK, this.blockBytes);
      }
    }
    this.buffers[node]!.length = 0;
  }

  private pull(node: number): void {
    this.offers[node]!.clear();
    for (const peer of this.peers(node, FABRIC.pullPeers)) this.network.send(node, peer, HELLO, CONTROL_BYTES);
    this.sim.schedule(FABRIC.digestWaitNs, this.askCode, node);
    if (this.sim.now + FABRIC.pullIntervalNs <= this.untilNs) this.sim.schedule(FABRIC.pullIntervalNs, this.pullCode, node);
  }

  private ask(node: number): void {
    const wanted = new Map<number, number[]>();
    for (const [block, peers] of this.offers[node]!) {
      if (this.has[node]!.has(block)) continue;
      const peer = peers[this.choose.below(peers.length)]!;
      wanted.set(peer, [...(wanted.get(peer) ?? []), block]);
      this.asked[node]!.add(block);
    }
    this.offers[node]!.clear();
    for (const [peer, blocks] of wanted) this.sendList(node, peer, REQUEST, blocks);
  }

  private sendList(from: number, to: number, kind: number, list: readonly number[]): void {
    const number = this.nextList++;
    this.lists.set(number, list);
    this.network.send(from, to, (number << 2) | kind, CONTROL_BYTES + NUMBER_BYTES * list.length);
  }

  private takeList(number: number): readonly number[] {
    const list = this.lists.get(number) ?? [];
    this.lists.delete(number);
    return list;
  }

  private peers(node: number, count: number): number[] {
    const found: number[] = [];
    while (found.length < Math.min(count, this.network.nodes - 1)) {
      const other = this.choose.below(this.network.nodes);
      if (other !== node && !found.includes(other)) found.push(other);
    }
    return found;
  }
}

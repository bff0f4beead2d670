/**
 * Announce, request, body: a node tells its neighbours that it has an item (INV), they ask the first who told them (GETDATA), and get it.
 * As in Bitcoin before compact blocks; SimBlock relays the same way.
 *
 * Without loss each node gets the body once: on a connected graph of degree d, n - 1 bodies, n - 1 requests and n (d - 1) + 1
 * announcements (d - 1 a node, since nobody tells the one who sent the body, and one more from the origin).
 *
 * A request that stays without an answer for `retryNs` goes to another neighbour, the next in order; one who has not got the item stays
 * silent (Bitcoin Core asks another announcer after a timeout of minutes; the order is a choice). Validation: `validationNs` between a
 * body and its announcements. Left out: transactions, headers, trickling of announcements.
 *
 * Words: kind in the two lowest bits, item above. Item bodies are shared: a number and a size.
 */
import type { RandomStream } from '../../random.ts';
import type { Simulation } from '../../simulation.ts';
import type { MessageNetwork } from '../message/message-network.ts';
import { connectionOf, type Graph } from '../overlay/graph.ts';
import { BitRows } from './bits.ts';

const ANNOUNCE = 0;
const REQUEST = 1;
const BODY = 2;

export interface AnnounceOptions {
  readonly graph: Graph;
  /** Choice: 24 bytes of header and an inventory vector of 37 (Bitcoin protocol). */
  readonly announceBytes?: number;
  readonly requestBytes?: number;
  /** Between a body and its announcements; default 0. */
  readonly validationNs?: number;
  /** After which another neighbour is asked; default never, fit where nothing is lost. */
  readonly retryNs?: number;
  /** As Ethereum's nodes do (devp2p, eth protocol): the body goes unasked to the square root of the neighbours, drawn at random; the others are told. */
  readonly pushToRoot?: RandomStream;
  /** A node has an item now. */
  readonly onItem?: (node: number, item: number) => void;
}

const CONTROL_BYTES = 61;

export class AnnounceRelay {
  announcements = 0;
  requests = 0;
  bodies = 0;
  /** Of the bodies: sent unasked. */
  pushes = 0;
  /** Bodies that came to a node which had the item. */
  repeatedBodies = 0;

  private readonly sim: Simulation;
  private readonly network: MessageNetwork;
  private readonly graph: Graph;
  private readonly announceBytes: number;
  private readonly requestBytes: number;
  private readonly validationNs: number;
  private readonly retryNs: number;
  private readonly pushToRoot: RandomStream | undefined;
  private readonly onItem: (node: number, item: number) => void;
  private readonly has: BitRows;
  private readonly asked: BitRows;
  private itemBytes = new Float64Array(4);
  private readonly validatedCode: number;
  private readonly retryCode: number;

  constructor(sim: Simulation, network: MessageNetwork, options: AnnounceOptions) {
    this.sim = sim;
    this.network = network;
    this.graph = options.graph;
    this.announceBytes = options.announceBytes ?? CONTROL_BYTES;
    this.requestBytes = options.requestBytes ?? CONTROL_BYTES;
    this.validationNs = options.validationNs ?? 0;
    this.retryNs = options.retryNs ?? Infinity;
    this.pushToRoot = options.pushToRoot;
    this.onItem = options.onItem ?? (() => {});
    this.has = new BitRows(network.nodes);
    this.asked = new BitRows(network.nodes);
    this.validatedCode = sim.register('announce/validated', (node, from, item) => this.announce(node, from, item));
    this.retryCode = sim.register('announce/retry', (node, asked, item) => this.retry(node, asked, item));
    network.onMessage((to, from, word) => this.receive(to, from, word));
  }

  /** A new item at a node. Numbers count up from 0; one may be used again once its item has settled. */
  publish(node: number, item: number, bytes: number): void {
    this.has.clear(item);
    this.asked.clear(item);
    if (item >= this.itemBytes.length) {
      const wide = new Float64Array(2 * item);
      wide.set(this.itemBytes);
      this.itemBytes = wide;
    }
    this.itemBytes[item] = bytes;
    this.has.set(item, node);
    this.onItem(node, item);
    this.announce(node, -1, item);
  }

  hasItem(node: number, item: number): boolean {
    return this.has.has(item, node);
  }

  private receive(to: number, from: number, word: number): void {
    const item = word >> 2;
    switch (word & 3) {
      case ANNOUNCE:
        if (!this.has.has(item, to) && this.asked.set(item, to)) this.request(to, from, item);
        break;
      case REQUEST:
        if (!this.has.has(item, to)) break;
        this.bodies++;
        this.network.send(to, from, (item << 2) | BODY, this.itemBytes[item]!);
        break;
      default:
        if (!this.has.set(item, to)) {
          this.repeatedBodies++;
          break;
        }
        this.onItem(to, item);
        if (this.validationNs === 0) this.announce(to, from, item);
        else this.sim.schedule(this.validationNs, this.validatedCode, to, from, item);
    }
  }

  private request(node: number, from: number, item: number): void {
    this.requests++;
    this.network.send(node, from, (item << 2) | REQUEST, this.requestBytes);
    if (this.retryNs !== Infinity) this.sim.schedule(this.retryNs, this.retryCode, node, from, item);
  }

  private retry(node: number, asked: number, item: number): void {
    if (this.has.has(item, node)) return;
    const { offsets, targets } = this.graph;
    const next = connectionOf(this.graph, node, asked) + 1;
    this.request(node, targets[next < offsets[node + 1]! ? next : offsets[node]!]!, item);
  }

  private announce(node: number, except: number, item: number): void {
    if (this.pushToRoot !== undefined) return this.pushAndAnnounce(node, except, item, this.pushToRoot);
    const { network, announceBytes } = this;
    const { offsets, targets } = this.graph;
    const word = (item << 2) | ANNOUNCE;
    const end = offsets[node + 1]!;
    for (let at = offsets[node]!; at < end; at++) {
      const to = targets[at]!;
      if (to === except) continue;
      this.announcements++;
      network.send(node, to, word, announceBytes);
    }
  }
  /** Passes the neighbours once: the next of `left` is pushed to with probability `pushed` / `left`, so that every choice of `pushed` is equally likely. */
  private pushAndAnnounce(node: number, except: number, item: number, choose: RandomStream): void {
    const { offsets, targets } = this.graph;
    const end = offsets[node + 1]!;
    let left = end - offsets[node]! - (except < 0 ? 0 : 1);
    let pushed = Math.floor(Math.sqrt(end - offsets[node]!));
    for (let at = offsets[node]!; at < end; at++) {
      const to = targets[at]!;
      if (to === except) continue;
      if (choose.below(left--) < pushed) {
        pushed--;
        this.pushes++;
        this.bodies++;
        this.network.send(node, to, (item << 2) | BODY, this.itemBytes[item]!);
      } else {
        this.announcements++;
        this.network.send(node, to, (item << 2) | ANNOUNCE, this.announceBytes);
      }
    }
  }
}

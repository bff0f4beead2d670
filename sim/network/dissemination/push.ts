/**
 * Eager push of one item, each node once, when it first hears of it.
 *
 *   flood    to all neighbours of an overlay but the one it came from: on degree d exactly n (d - 1) + 1 copies
 *   fanout   to f others drawn at random from all nodes (infect and die): coverage z of a large network solves z = 1 - exp(-f z); that
 *            everybody is reached needs f near ln n + c, with probability exp(-exp(-c)) (Kermarrec, Massoulie, Ganesh 2003)
 *
 * Whom a node chooses comes from one stream of the run.
 */
import type { RandomStream } from '../../random.ts';
import type { MessageNetwork } from '../message/message-network.ts';
import type { Graph } from '../overlay/graph.ts';
import { BitRows } from './bits.ts';

export type PushTargets = { readonly flood: Graph } | { readonly fanout: number; readonly choose: RandomStream };

export class Push {
  copies = 0;
  reached = 0;
  private readonly network: MessageNetwork;
  private readonly targets: PushTargets;
  private readonly bytes: number;
  private readonly onItem: (node: number) => void;
  private readonly has: BitRows;
  private readonly chosen: Int32Array;

  constructor(network: MessageNetwork, targets: PushTargets, bytes: number, onItem: (node: number) => void = () => {}) {
    if ('fanout' in targets && !(Number.isInteger(targets.fanout) && targets.fanout >= 1 && targets.fanout < network.nodes)) throw new RangeError(`push: fanout ${targets.fanout}; must be an integer from 1 to nodes - 1 = ${network.nodes - 1}`);
    this.network = network;
    this.targets = targets;
    this.bytes = bytes;
    this.onItem = onItem;
    this.has = new BitRows(network.nodes, 1);
    this.chosen = new Int32Array('fanout' in targets ? targets.fanout : 0);
    network.onMessage((to, from) => {
      if (this.has.set(0, to)) this.take(to, from);
    });
  }

  /** A new item; the one before has to have settled. */
  publish(node: number): void {
    this.has.clear(0);
    this.reached = 0;
    this.has.set(0, node);
    this.take(node, -1);
  }

  private take(node: number, from: number): void {
    this.reached++;
    this.onItem(node);
    if ('fanout' in this.targets) return this.toRandom(node, this.targets.fanout, this.targets.choose);
    const { offsets, targets } = this.targets.flood;
    for (let at = offsets[node]!; at < offsets[node + 1]!; at++) {
      if (targets[at] !== from) this.copy(node, targets[at]!);
    }
  }

  private toRandom(node: number, fanout: number, choose: RandomStream): void {
    const { chosen } = this;
    for (let count = 0; count < fanout; ) {
      const other = choose.below(this.network.nodes);
      if (other === node || isAmong(chosen, count, other)) continue;
      chosen[count++] = other;
      this.copy(node, other);
    }
  }

  private copy(from: number, to: number): void {
    this.copies++;
    this.network.send(from, to, 0, this.bytes);
  }
}

function isAmong(values: Int32Array, count: number, value: number): boolean {
  for (let index = 0; index < count; index++) if (values[index] === value) return true;
  return false;
}

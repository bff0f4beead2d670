/**
 * Kademlia (Maymounkov and Mazieres 2002): identifiers of 160 bits, distance by XOR, buckets of k contacts by the length of the common
 * prefix. The buckets drive whom a node knows; gossip then runs over the chosen connections, not along XOR paths.
 *
 * A bucket is ordered by when a contact was last seen. A contact seen again moves to the end; a newcomer is taken while there is room, and
 * otherwise only where the one longest unseen no longer answers: old live contacts stay, since who was up for long stays up.
 * k = 20 (Ethereum 16), alpha = 3 parallel requests. Left out: refresh of idle buckets, timeouts, splitting beyond the own prefix.
 */
import type { RandomStream } from '../../random.ts';
import { type Graph, graphOf } from './graph.ts';

export const KADEMLIA_BITS = 160;
export const KADEMLIA_K = 20;
export const ETHEREUM_K = 16;
export const KADEMLIA_ALPHA = 3;
const WORDS = KADEMLIA_BITS / 32;

/** Identifiers of all nodes, five words each, most significant first. */
export class Identifiers {
  readonly words: Uint32Array;
  readonly nodes: number;

  constructor(nodes: number, stream: RandomStream) {
    this.nodes = nodes;
    this.words = Uint32Array.from({ length: nodes * WORDS }, () => stream.uint32());
  }

  /** Bits that two identifiers share from the front; 160 for a node and itself. */
  commonPrefix(a: number, b: number): number {
    const { words } = this;
    for (let word = 0; word < WORDS; word++) {
      const distance = words[a * WORDS + word]! ^ words[b * WORDS + word]!;
      if (distance !== 0) return 32 * word + Math.clz32(distance);
    }
    return KADEMLIA_BITS;
  }

  /** Below 0 where a is nearer to `target` than b is. */
  compare(target: number, a: number, b: number): number {
    const { words } = this;
    for (let word = 0; word < WORDS; word++) {
      const aim = words[target * WORDS + word]!;
      const toA = (words[a * WORDS + word]! ^ aim) >>> 0;
      const toB = (words[b * WORDS + word]! ^ aim) >>> 0;
      if (toA !== toB) return toA < toB ? -1 : 1;
    }
    return 0;
  }
}

export class RoutingTable {
  readonly owner: number;
  /** By length of the common prefix; each from longest unseen to last seen. */
  readonly buckets: (number[] | undefined)[] = [];
  private readonly ids: Identifiers;
  private readonly k: number;

  constructor(ids: Identifiers, owner: number, k = KADEMLIA_K) {
    this.ids = ids;
    this.owner = owner;
    this.k = k;
  }

  /** A message came from `contact`. `isAlive` is asked at most once: whether the one longest unseen answers a ping. Returns whether it is in the table now. */
  see(contact: number, isAlive: (oldest: number) => boolean): boolean {
    if (contact === this.owner) return false;
    const bucket = (this.buckets[this.ids.commonPrefix(this.owner, contact)] ??= []);
    const at = bucket.indexOf(contact);
    if (at >= 0) bucket.splice(at, 1);
    else if (bucket.length >= this.k) {
      const oldest = bucket.shift()!;
      if (isAlive(oldest)) {
        bucket.push(oldest);
        return false;
      }
    }
    bucket.push(contact);
    return true;
  }

  contacts(): number[] {
    return this.buckets.flatMap((bucket) => bucket ?? []);
  }

  /** Up to `count` known contacts nearest to a target, nearest first. */
  nearest(target: number, count: number): number[] {
    return this.contacts()
      .sort((a, b) => this.ids.compare(target, a, b) || a - b)
      .slice(0, count);
  }
}

/** Tables after every node has met every other once, in an order of its own; n^2 meetings. */
export function metTables(ids: Identifiers, k: number, stream: RandomStream): RoutingTable[] {
  const order = Int32Array.from({ length: ids.nodes }, (_, node) => node);
  return Array.from({ length: ids.nodes }, (_, owner) => {
    const table = new RoutingTable(ids, owner, k);
    for (let last = order.length - 1; last >= 0; last--) {
      const other = stream.below(last + 1);
      const node = order[other]!;
      order[other] = order[last]!;
      order[last] = node;
      table.see(node, () => true);
    }
    return table;
  });
}

/** Requests in flight count as one step: each step asks the alpha nearest that have not been asked, until the nearest found is the target. */
export function lookupSteps(tables: readonly RoutingTable[], ids: Identifiers, from: number, target: number, k: number, alpha = KADEMLIA_ALPHA): number {
  const asked = new Set<number>([from]);
  let known = tables[from]!.nearest(target, k);
  for (let steps = 1; ; steps++) {
    if (known[0] === target) return steps;
    const next = known.filter((node) => !asked.has(node)).slice(0, alpha);
    if (next.length === 0) return Infinity;
    const found = new Set(known);
    for (const node of next) {
      asked.add(node);
      for (const contact of tables[node]!.nearest(target, k)) found.add(contact);
    }
    known = [...found].sort((a, b) => ids.compare(target, a, b) || a - b).slice(0, k);
  }
}

/** Each node opens `outbound` connections to contacts drawn from its table, bucket by bucket, so that near and far are both met. */
export function kademliaOverlay(tables: readonly RoutingTable[], outbound: number, stream: RandomStream): Graph {
  const from: number[] = [];
  const to: number[] = [];
  for (const table of tables) {
    const buckets = table.buckets.map((bucket) => [...(bucket ?? [])]).filter((bucket) => bucket.length > 0);
    for (let opened = 0; opened < outbound && buckets.length > 0; opened++) {
      const index = opened % buckets.length;
      const bucket = buckets[index]!;
      from.push(table.owner);
      to.push(bucket.splice(stream.below(bucket.length), 1)[0]!);
      if (bucket.length === 0) buckets.splice(index, 1);
    }
  }
  return graphOf(tables.length, from, to);
}

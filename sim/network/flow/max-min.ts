/**
 * Weighted max-min fair rates by water filling (Bertsekas and Gallager, Data Networks, section 6.5.2): the link that has the least left for
 * a unit of weight is the bottleneck of all its flows; they get their share, the other links give it away, and so on.
 *
 * What a link has left for a unit of weight never falls while others are settled, so a heap of links with values that may be out of date
 * does: a link that comes up too early goes back. O((links + hops of all flows) log links) a solution. Rates are bit/s; weights whole
 * numbers, so that their sums are exact. No flow has a rate limit of its own: give it a link of its own.
 */

/** Links a flow may cross. */
export const MAX_HOPS = 8;
const NONE = -1;

export class MaxMin {
  /** By flow: the solution; bit/s. */
  rateBps = new Float64Array(64);
  /** Flows in being, in no particular order. */
  readonly flows: number[] = [];
  private weight = new Int32Array(64);
  private hops = new Int32Array(64);
  /** Where a flow stands in `flows`. */
  private place = new Int32Array(64);
  private settled = new Uint8Array(64);
  /** A place on a path: flow * MAX_HOPS + hop. The places on one link are a list. */
  private link = new Int32Array(64 * MAX_HOPS);
  private next = new Int32Array(64 * MAX_HOPS);
  private previous = new Int32Array(64 * MAX_HOPS);
  private used = 0;
  private readonly spare: number[] = [];

  private readonly capacityBps: number[] = [];
  private readonly first: number[] = [];
  /** What is not yet given away, and to how much weight and how many flows it may still go. */
  private readonly leftBps: number[] = [];
  private readonly openWeight: number[] = [];
  private readonly openFlows: number[] = [];
  private readonly heapLinks: number[] = [];
  private readonly heapShares: number[] = [];

  addLink(rateBps: number): number {
    this.first.push(NONE);
    this.leftBps.push(0);
    this.openWeight.push(0);
    this.openFlows.push(0);
    return this.capacityBps.push(checkRate(rateBps)) - 1;
  }

  setCapacity(link: number, rateBps: number): void {
    this.capacityBps[link] = checkRate(rateBps);
  }

  /** Returns the flow's number; numbers of removed flows are given again. */
  add(links: readonly number[], weight: number): number {
    if (links.length === 0 || links.length > MAX_HOPS) throw new RangeError(`flow: ${links.length} links; must be 1 .. ${MAX_HOPS}`);
    if (!(Number.isInteger(weight) && weight >= 1 && weight <= 65_535)) throw new RangeError(`flow: weight ${weight}; must be an integer 1 .. 65535`);
    const flow = this.spare.pop() ?? this.fresh();
    this.weight[flow] = weight;
    this.hops[flow] = links.length;
    this.rateBps[flow] = 0;
    for (let hop = 0; hop < links.length; hop++) this.enlist(flow * MAX_HOPS + hop, links[hop]!);
    this.place[flow] = this.flows.push(flow) - 1;
    return flow;
  }

  remove(flow: number): void {
    for (let hop = 0; hop < this.hops[flow]!; hop++) this.delist(flow * MAX_HOPS + hop);
    const last = this.flows.pop()!;
    if (last !== flow) {
      this.flows[this.place[flow]!] = last;
      this.place[last] = this.place[flow]!;
    }
    this.rateBps[flow] = 0;
    this.spare.push(flow);
  }

  /** Sum of the flows' rates over a link. */
  load(link: number): number {
    let sumBps = 0;
    for (let place = this.first[link]!; place !== NONE; place = this.next[place]!) sumBps += this.rateBps[Math.floor(place / MAX_HOPS)]!;
    return sumBps;
  }

  /** Brings `rateBps` up to date. */
  solve(): void {
    this.open();
    const { heapLinks, heapShares } = this;
    while (heapLinks.length > 0) {
      const link = heapLinks[0]!;
      const seen = heapShares[0]!;
      this.pop();
      if (this.openFlows[link] === 0) continue;
      const share = this.leftBps[link]! / this.openWeight[link]!;
      if (share > seen) this.push(share, link);
      else this.settle(link, share);
    }
  }

  private open(): void {
    const { openWeight, openFlows, leftBps, link } = this;
    for (const flow of this.flows) {
      this.settled[flow] = 0;
      for (let place = flow * MAX_HOPS, end = place + this.hops[flow]!; place < end; place++) {
        const at = link[place]!;
        openFlows[at]!++;
        openWeight[at]! += this.weight[flow]!;
        if (openFlows[at] === 1) leftBps[at] = this.capacityBps[at]!;
      }
    }
    for (let at = 0; at < openFlows.length; at++) if (openFlows[at]! > 0) this.push(leftBps[at]! / openWeight[at]!, at);
  }

  /** This link is the bottleneck of its flows that have no rate yet. */
  private settle(bottleneck: number, share: number): void {
    const { openWeight, openFlows, leftBps, link } = this;
    for (let on = this.first[bottleneck]!; on !== NONE; on = this.next[on]!) {
      const flow = Math.floor(on / MAX_HOPS);
      if (this.settled[flow] === 1) continue;
      this.settled[flow] = 1;
      const weight = this.weight[flow]!;
      const rateBps = weight * share;
      this.rateBps[flow] = rateBps;
      for (let place = flow * MAX_HOPS, end = place + this.hops[flow]!; place < end; place++) {
        const at = link[place]!;
        openFlows[at]!--;
        openWeight[at]! -= weight;
        leftBps[at] = Math.max(0, leftBps[at]! - rateBps);
      }
    }
  }

  private push(share: number, link: number): void {
    const { heapLinks, heapShares } = this;
    let at = heapLinks.push(link) - 1;
    heapShares.push(share);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!(share < heapShares[parent]! || (share === heapShares[parent]! && link < heapLinks[parent]!))) break;
      heapShares[at] = heapShares[parent]!;
      heapLinks[at] = heapLinks[parent]!;
      at = parent;
    }
    heapShares[at] = share;
    heapLinks[at] = link;
  }

  private pop(): void {
    const { heapLinks, heapShares } = this;
    const link = heapLinks.pop()!;
    const share = heapShares.pop()!;
    const size = heapLinks.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && (heapShares[right]! < heapShares[child]! || (heapShares[right]! === heapShares[child]! && heapLinks[right]! < heapLinks[child]!))) child = right;
      if (!(heapShares[child]! < share || (heapShares[child]! === share && heapLinks[child]! < link))) break;
      heapShares[at] = heapShares[child]!;
      heapLinks[at] = heapLinks[child]!;
      at = child;
    }
    heapShares[at] = share;
    heapLinks[at] = link;
  }

  private enlist(place: number, link: number): void {
    const head = this.first[link];
    if (head === undefined) throw new RangeError(`flow: link ${link}; must be 0 .. ${this.first.length - 1}`);
    this.link[place] = link;
    this.previous[place] = NONE;
    this.next[place] = head;
    if (head !== NONE) this.previous[head] = place;
    this.first[link] = place;
  }

  private delist(place: number): void {
    const [before, after] = [this.previous[place]!, this.next[place]!];
    if (before === NONE) this.first[this.link[place]!] = after;
    else this.next[before] = after;
    if (after !== NONE) this.previous[after] = before;
  }

  private fresh(): number {
    if (this.used === this.rateBps.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    const capacity = this.used * 2;
    this.rateBps = widen(this.rateBps, new Float64Array(capacity));
    this.weight = widen(this.weight, new Int32Array(capacity));
    this.hops = widen(this.hops, new Int32Array(capacity));
    this.place = widen(this.place, new Int32Array(capacity));
    this.settled = widen(this.settled, new Uint8Array(capacity));
    this.link = widen(this.link, new Int32Array(capacity * MAX_HOPS));
    this.next = widen(this.next, new Int32Array(capacity * MAX_HOPS));
    this.previous = widen(this.previous, new Int32Array(capacity * MAX_HOPS));
  }
}

function checkRate(rateBps: number): number {
  if (!(rateBps >= 0 && rateBps <= 1e15)) throw new RangeError(`link: rate ${rateBps} bit/s; must be 0 .. 1e15`);
  return rateBps;
}

function widen<T extends Float64Array | Int32Array | Uint8Array>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}

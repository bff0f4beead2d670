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
const HOP_BITS = 3;
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

  private links = 0;
  private capacityBps = new Float64Array(16);
  private first = new Int32Array(16);
  /** What is not yet given away, and to how much weight and how many flows it may still go. */
  private leftBps = new Float64Array(16);
  private openWeight = new Float64Array(16);
  private openFlows = new Int32Array(16);
  /** Links by what they had left for a unit of weight when they were last looked at; the lesser number first among equals. */
  private heapLink = new Int32Array(16);
  private heapShare = new Float64Array(16);
  private heapSize = 0;

  addLink(rateBps: number): number {
    if (this.links === this.first.length) this.growLinks();
    this.first[this.links] = NONE;
    this.capacityBps[this.links] = checkRate(rateBps);
    return this.links++;
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
    for (let place = this.first[link]!; place !== NONE; place = this.next[place]!) sumBps += this.rateBps[place >> HOP_BITS]!;
    return sumBps;
  }

  /** Brings `rateBps` up to date. */
  solve(): void {
    this.open();
    const { heapLink, heapShare } = this;
    while (this.heapSize > 0) {
      const link = heapLink[0]!;
      const share = this.openFlows[link] === 0 ? Infinity : this.leftBps[link]! / this.openWeight[link]!;
      if (share > heapShare[0]!) {
        // it has lost flows since it was looked at: back to its place, or out when it has none
        if (share === Infinity) this.dropTop();
        else this.siftDown(0, share, link);
        continue;
      }
      this.dropTop();
      this.settle(link, share);
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
    const { heapLink, heapShare } = this;
    let size = 0;
    for (let at = 0; at < this.links; at++) {
      if (openFlows[at] === 0) continue;
      heapLink[size] = at;
      heapShare[size++] = leftBps[at]! / openWeight[at]!;
    }
    this.heapSize = size;
    for (let at = (size >> 1) - 1; at >= 0; at--) this.siftDown(at, heapShare[at]!, heapLink[at]!);
  }

  /** This link is the bottleneck of its flows that have no rate yet. */
  private settle(bottleneck: number, share: number): void {
    const { openWeight, openFlows, leftBps, link } = this;
    for (let on = this.first[bottleneck]!; on !== NONE; on = this.next[on]!) {
      const flow = on >> HOP_BITS;
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

  private dropTop(): void {
    const last = --this.heapSize;
    if (last > 0) this.siftDown(0, this.heapShare[last]!, this.heapLink[last]!);
  }

  /** Puts a link at a place of the heap, or below it. */
  private siftDown(from: number, share: number, link: number): void {
    const { heapLink, heapShare, heapSize: size } = this;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && (heapShare[right]! < heapShare[child]! || (heapShare[right]! === heapShare[child]! && heapLink[right]! < heapLink[child]!))) child = right;
      if (!(heapShare[child]! < share || (heapShare[child]! === share && heapLink[child]! < link))) break;
      heapShare[at] = heapShare[child]!;
      heapLink[at] = heapLink[child]!;
      at = child;
    }
    heapShare[at] = share;
    heapLink[at] = link;
  }

  private enlist(place: number, link: number): void {
    if (!(link >= 0 && link < this.links)) throw new RangeError(`flow: link ${link}; must be 0 .. ${this.links - 1}`);
    const head = this.first[link]!;
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

  private growLinks(): void {
    const capacity = this.links * 2;
    this.capacityBps = widen(this.capacityBps, new Float64Array(capacity));
    this.first = widen(this.first, new Int32Array(capacity));
    this.leftBps = new Float64Array(capacity);
    this.openWeight = new Float64Array(capacity);
    this.openFlows = new Int32Array(capacity);
    this.heapLink = new Int32Array(capacity);
    this.heapShare = new Float64Array(capacity);
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

import { exp, ln } from '../../../dmath.ts';
/**
 * Queue disciplines once more, from the texts of the RFCs, over lists of objects and without regard to speed: what the real ones are
 * compared with, operation by operation.
 */
export interface Item {
  readonly id: number;
  readonly flow: number;
  readonly bytes: number;
  readonly ecn: boolean;
  readonly atNs: number;
  marked?: boolean;
}

export interface NaiveQueue {
  enqueue(item: Item, nowNs: number, lineFree: boolean): boolean;
  dequeue(nowNs: number): Item | undefined;
  readonly dropped: Item[];
}

const sumBytes = (items: readonly Item[]) => items.reduce((sum, { bytes }) => sum + bytes, 0);

/** RFC 8289 section 5.3 to 5.6, with marking. */
export class NaiveCoDel implements NaiveQueue {
  readonly dropped: Item[] = [];
  items: Item[] = [];
  count = 0;
  lastcount = 0;
  dropping = false;
  dropNext = 0;
  firstAbove: number | undefined;
  private readonly target: number;
  private readonly interval: number;
  private readonly limit: number;
  private readonly backlog: () => number;

  constructor(target: number, interval: number, limit: number, backlog?: () => number) {
    this.target = target;
    this.interval = interval;
    this.limit = limit;
    this.backlog = backlog ?? (() => sumBytes(this.items));
  }

  enqueue(item: Item, _nowNs: number, lineFree: boolean): boolean {
    if (!lineFree && this.items.length >= this.limit) return false;
    this.items.push(item);
    return true;
  }

  dequeue(nowNs: number): Item | undefined {
    let [item, ok] = this.doDequeue(nowNs);
    if (this.dropping) {
      if (!ok) this.dropping = false;
      while (this.dropping && nowNs >= this.dropNext) {
        this.count += 1;
        if (item!.ecn) {
          item!.marked = true;
          this.dropNext += Math.round(this.interval / Math.sqrt(this.count));
          break;
        }
        this.dropped.push(item!);
        [item, ok] = this.doDequeue(nowNs);
        if (ok) this.dropNext += Math.round(this.interval / Math.sqrt(this.count));
        else this.dropping = false;
      }
      return item;
    }
    if (!ok) return item;
    if (item!.ecn) item!.marked = true;
    else {
      this.dropped.push(item!);
      [item] = this.doDequeue(nowNs);
    }
    this.dropping = true;
    const delta = this.count - this.lastcount;
    this.count = 1;
    if (delta > 1 && nowNs - this.dropNext < 16 * this.interval) this.count = delta;
    this.lastcount = this.count;
    this.dropNext = nowNs + Math.round(this.interval / Math.sqrt(this.count));
    return item;
  }

  private doDequeue(nowNs: number): [Item | undefined, boolean] {
    const item = this.items.shift();
    if (item === undefined || nowNs - item.atNs < this.target || this.backlog() <= 1514) {
      this.firstAbove = undefined;
      return [item, false];
    }
    if (this.firstAbove === undefined) {
      this.firstAbove = nowNs + this.interval;
      return [item, false];
    }
    return [item, nowNs >= this.firstAbove];
  }
}

/** RFC 8290 section 4.1 and 4.2; the queue of a flow is told by `bucket`. */
export class NaiveFqCoDel implements NaiveQueue {
  readonly dropped: Item[] = [];
  private readonly queues = new Map<number, NaiveCoDel>();
  private readonly deficit = new Map<number, number>();
  private newList: number[] = [];
  private oldList: number[] = [];
  private readonly bucket: (flow: number) => number;
  private readonly limit: number;
  private readonly quantum: number;

  constructor(limit: number, quantum: number, bucket: (flow: number) => number) {
    this.limit = limit;
    this.quantum = quantum;
    this.bucket = bucket;
  }

  private get all(): Item[] {
    return [...this.queues.values()].flatMap(({ items }) => items);
  }

  enqueue(item: Item): boolean {
    const number = this.bucket(item.flow);
    let queue = this.queues.get(number);
    if (queue === undefined) {
      queue = new NaiveCoDel(5e6, 100e6, Infinity, () => sumBytes(this.all));
      this.queues.set(number, queue);
    }
    queue.items.push(item);
    if (!this.newList.includes(number) && !this.oldList.includes(number)) {
      this.newList.push(number);
      this.deficit.set(number, this.quantum);
    }
    if (this.all.length > this.limit) {
      // most bytes; among equals the lowest number
      const [fat] = [...this.queues.entries()].sort(([n, a], [m, b]) => sumBytes(b.items) - sumBytes(a.items) || n - m)[0]!;
      const fattest = this.queues.get(fat)!;
      const half = sumBytes(fattest.items) / 2;
      let gone = 0;
      let n = 0;
      while (n < 64 && (n === 0 || gone < half)) {
        const victim = fattest.items.shift()!;
        gone += victim.bytes;
        this.dropped.push(victim);
        n++;
      }
      fattest.count += n;
    }
    return true;
  }

  dequeue(nowNs: number): Item | undefined {
    for (;;) {
      const fromNew = this.newList.length > 0;
      const list = fromNew ? this.newList : this.oldList;
      if (list.length === 0) return undefined;
      const number = list[0]!;
      const deficit = this.deficit.get(number)!;
      if (deficit <= 0) {
        this.deficit.set(number, deficit + this.quantum);
        list.shift();
        this.oldList.push(number);
        continue;
      }
      const queue = this.queues.get(number)!;
      const item = queue.dequeue(nowNs);
      this.dropped.push(...queue.dropped.splice(0));
      if (item === undefined) {
        list.shift();
        if (fromNew && this.oldList.length > 0) this.oldList.push(number);
        continue;
      }
      this.deficit.set(number, deficit - item.bytes);
      return item;
    }
  }
}

/** RFC 8033 section 4 with 5.1, 5.4, 5.5; `tick` is its timer, called at every multiple of 15 ms. */
export class NaivePie implements NaiveQueue {
  readonly dropped: Item[] = [];
  items: Item[] = [];
  p = 0;
  accu = 0;
  qdelay = 0;
  old = 0;
  burst = 0.15;
  private readonly limit: number;
  private readonly random: () => number;

  constructor(limit: number, random: () => number) {
    this.limit = limit;
    this.random = random;
  }

  enqueue(item: Item, _nowNs: number, lineFree: boolean): boolean {
    if (!lineFree && this.items.length >= this.limit) {
      this.accu = 0;
      return false;
    }
    if (this.burst < 1e-9 && this.dropEarly()) {
      this.accu = 0;
      if (!(this.p < 0.1 && item.ecn)) return false;
      item.marked = true;
    }
    this.items.push(item);
    return true;
  }

  dequeue(nowNs: number): Item | undefined {
    const item = this.items.shift();
    this.qdelay = item === undefined || this.items.length === 0 ? 0 : nowNs - item.atNs;
    return item;
  }

  tick(): void {
    let p = (0.125 * (this.qdelay - 15e6) + 1.25 * (this.qdelay - this.old)) / 1e9;
    if (this.p < 0.000001) p /= 2048;
    else if (this.p < 0.00001) p /= 512;
    else if (this.p < 0.0001) p /= 128;
    else if (this.p < 0.001) p /= 32;
    else if (this.p < 0.01) p /= 8;
    else if (this.p < 0.1) p /= 2;
    if (this.p >= 0.1 && p > 0.02) p = 0.02;
    this.p += p;
    if (this.qdelay === 0 && this.old === 0) this.p *= 0.98;
    if (this.p < 0) this.p = 0;
    if (this.p > 1) this.p = 1;
    this.burst = Math.max(0, this.burst - 0.015);
    if (this.p === 0 && this.qdelay < 7.5e6 && this.old < 7.5e6) this.burst = 0.15;
    this.old = this.qdelay;
  }

  private dropEarly(): boolean {
    if (this.old < 7.5e6 && this.p < 0.2) return false;
    if (sumBytes(this.items) <= 3000) return false;
    if (this.p === 0) this.accu = 0;
    this.accu += this.p;
    if (this.accu < 0.85) return false;
    if (this.accu >= 8.5) return true;
    return this.random() < this.p;
  }
}

/** Figure 2 of Floyd and Jacobson 1993, gentle, in packets. */
export class NaiveRed implements NaiveQueue {
  readonly dropped: Item[] = [];
  items: Item[] = [];
  avg = 0;
  count = -1;
  idleFrom = 0;
  private readonly min: number;
  private readonly max: number;
  private readonly limit: number;
  private readonly typicalNs: number;
  private readonly random: () => number;

  constructor(min: number, max: number, limit: number, typicalNs: number, random: () => number) {
    this.min = min;
    this.max = max;
    this.limit = limit;
    this.typicalNs = typicalNs;
    this.random = random;
  }

  enqueue(item: Item, nowNs: number, lineFree: boolean): boolean {
    if (lineFree) this.avg = exp(ln(1 - 0.002) * ((nowNs - this.idleFrom) / this.typicalNs)) * this.avg;
    else this.avg = (1 - 0.002) * this.avg + 0.002 * this.items.length;
    let decision: 'keep' | 'mark' | 'drop' = 'keep';
    if (this.avg >= 2 * this.max) {
      decision = 'drop';
      this.count = 0;
    } else if (this.avg >= this.min) {
      this.count++;
      const pb = this.avg < this.max ? (0.1 * (this.avg - this.min)) / (this.max - this.min) : 0.1 + (0.9 * (this.avg - this.max)) / this.max;
      const pa = this.count * pb >= 1 ? 1 : pb / (1 - this.count * pb);
      if (pb > 0 && this.random() < pa) {
        decision = 'mark';
        this.count = 0;
      }
    } else this.count = -1;
    if (decision === 'drop' || (decision === 'mark' && !item.ecn)) return false;
    if (decision === 'mark') item.marked = true;
    if (!lineFree && this.items.length >= this.limit) return false;
    this.items.push(item);
    return true;
  }

  dequeue(nowNs: number): Item | undefined {
    const item = this.items.shift();
    if (item === undefined) this.idleFrom = nowNs;
    return item;
  }
}

/**
 * How long a queue had each length: a histogram of packets waiting, weighted by time, in whole ns (exact below 2^53). Read it at two
 * instants and ask `between` for the window.
 *
 *     const from = gauge.read(sim.now) ... const window = between(from, gauge.read(sim.now));  window.mean, window.quantile(0.95)
 */

export class QueueGauge {
  private nsAt = new Float64Array(64);
  private current = 0;
  private sinceNs: number;

  constructor(nowNs = 0) {
    this.sinceNs = nowNs;
  }

  /** Waiting from now on. */
  level(nowNs: number, packets: number): void {
    const { current } = this;
    if (packets === current) return;
    this.nsAt[current]! += nowNs - this.sinceNs;
    this.sinceNs = nowNs;
    this.current = packets;
    if (packets >= this.nsAt.length) this.grow(packets);
  }

  /** The histogram so far. */
  read(nowNs: number): QueueTimes {
    const nsAt = this.nsAt.slice();
    nsAt[this.current]! += nowNs - this.sinceNs;
    return new QueueTimes(nsAt);
  }

  private grow(packets: number): void {
    const wide = new Float64Array(Math.max(packets + 1, this.nsAt.length * 2));
    wide.set(this.nsAt);
    this.nsAt = wide;
  }
}

/** Time at each queue length. */
export class QueueTimes {
  /** By packets waiting, ns. */
  readonly nsAt: Float64Array;

  constructor(nsAt: Float64Array) {
    this.nsAt = nsAt;
  }

  get totalNs(): number {
    return this.nsAt.reduce((sum, ns) => sum + ns, 0);
  }

  /** Mean number of packets waiting; 0 when no time has passed. */
  get mean(): number {
    const totalNs = this.totalNs;
    return totalNs === 0 ? 0 : this.nsAt.reduce((sum, ns, packets) => sum + ns * packets, 0) / totalNs;
  }

  /** The least length that the queue did not exceed for this share (0..1) of the time. */
  quantile(share: number): number {
    const needNs = share * this.totalNs;
    let sumNs = 0;
    for (let packets = 0; packets < this.nsAt.length; packets++) {
      sumNs += this.nsAt[packets]!;
      if (sumNs >= needNs && sumNs > 0) return packets;
    }
    return 0;
  }

  /** The longest it ever was. */
  get max(): number {
    return Math.max(0, this.nsAt.findLastIndex((ns) => ns > 0));
  }
}

/** What happened between two readings of one gauge. */
export function between(from: QueueTimes, to: QueueTimes): QueueTimes {
  return new QueueTimes(to.nsAt.map((ns, packets) => ns - (from.nsAt[packets] ?? 0)));
}

/**
 * A quantity that holds a level for a time (queue length, busy servers, files at L0): mean weighted by time, extremes.
 * Times in ns, never backwards. The integral is exact while value * ns stays below 2^53.
 */
export class TimeWeightedGauge {
  private startNs: number;
  private sinceNs: number;
  private level: number;
  private area = 0;
  private lowest: number;
  private highest: number;

  constructor(startNs = 0, level = 0) {
    this.startNs = startNs;
    this.sinceNs = startNs;
    this.level = level;
    this.lowest = level;
    this.highest = level;
  }

  get value(): number {
    return this.level;
  }

  get min(): number {
    return this.lowest;
  }

  get max(): number {
    return this.highest;
  }

  /** The level is `value` from now on. */
  set(nowNs: number, value: number): void {
    this.area = this.integral(nowNs);
    this.sinceNs = nowNs;
    this.level = value;
    if (value < this.lowest) this.lowest = value;
    if (value > this.highest) this.highest = value;
  }

  add(nowNs: number, change: number): void {
    this.set(nowNs, this.level + change);
  }

  /** Level times ns since the start (or the last reset). */
  integral(nowNs: number): number {
    if (!(nowNs >= this.sinceNs)) throw new RangeError(`gauge: time ${nowNs} ns after ${this.sinceNs} ns; time must not go backwards`);
    return this.area + this.level * (nowNs - this.sinceNs);
  }

  /** Mean level since the start; the level itself if no time has passed. */
  mean(nowNs: number): number {
    const passed = nowNs - this.startNs;
    return passed === 0 ? this.level : this.integral(nowNs) / passed;
  }

  /** Forget the past but keep the level: the end of the warm-up. */
  reset(nowNs: number): void {
    this.startNs = nowNs;
    this.sinceNs = nowNs;
    this.area = 0;
    this.lowest = this.level;
    this.highest = this.level;
  }
}

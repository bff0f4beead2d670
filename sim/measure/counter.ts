/** Counts of things that happen: how often, and how much in all (bytes, ns ...). Exact up to 2^53. */
export class Counter {
  private countValue = 0;
  private totalValue = 0;

  /** One more occurrence, of the given amount. */
  add(amount = 1): void {
    this.countValue += 1;
    this.totalValue += amount;
  }

  get count(): number {
    return this.countValue;
  }

  get total(): number {
    return this.totalValue;
  }

  /** Mean amount of an occurrence; NaN before the first. */
  get mean(): number {
    return this.totalValue / this.countValue;
  }

  /** Start again, e.g. at the end of the warm-up. */
  reset(): void {
    this.countValue = 0;
    this.totalValue = 0;
  }
}

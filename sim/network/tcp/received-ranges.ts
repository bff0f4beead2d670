/**
 * Segments that arrived out of order: disjoint ranges [from, to) above the next expected one, ascending, and the order in which they were
 * last added to, which is the order of selective reports (RFC 2018 section 4: the range of the newest segment first, then the most recently
 * reported others).
 */

/** Ranges remembered by recency; three fit an acknowledgement, a fourth takes over when one is filled (Linux: TCP_NUM_SACKS). */
const REMEMBERED = 4;

export class ReceivedRanges {
  /** Number of ranges. */
  count = 0;
  private from = new Int32Array(16);
  private to = new Int32Array(16);
  /** Most recent first. */
  recent = 0;
  readonly recentFrom = new Int32Array(REMEMBERED);
  readonly recentTo = new Int32Array(REMEMBERED);

  has(segment: number): boolean {
    const index = this.firstEndingFrom(segment + 1);
    return index < this.count && this.from[index]! <= segment;
  }

  /** Would the segment extend one of the `first` most recent ranges? */
  extendsRecent(segment: number, first: number): boolean {
    const most = Math.min(first, this.recent);
    for (let i = 0; i < most; i++) if (segment === this.recentTo[i]! || segment + 1 === this.recentFrom[i]!) return true;
    return false;
  }

  /** A segment that is in no range yet. */
  add(segment: number): void {
    const { from, to } = this;
    // the first range that ends at the segment or later: the only one that it can extend to the right
    const index = this.firstEndingFrom(segment);
    if (index < this.count && to[index] === segment) {
      to[index] = segment + 1;
      if (index + 1 < this.count && from[index + 1] === segment + 1) {
        to[index] = to[index + 1]!;
        this.remove(index + 1, 1);
      }
    } else if (index < this.count && from[index] === segment + 1) from[index] = segment;
    else this.insert(index, segment);
    this.report(this.from[index]!, this.to[index]!);
  }

  /** Everything below `segment` is in order now, and the range that starts there too: returns where that one ends, else `segment`. */
  takeFrom(segment: number): number {
    if (this.count === 0 || this.from[0]! > segment) return segment;
    const end = this.to[0]!;
    this.remove(0, 1);
    let kept = 0;
    for (let i = 0; i < this.recent; i++) {
      if (this.recentTo[i]! <= end) continue;
      this.recentFrom[kept] = this.recentFrom[i]!;
      this.recentTo[kept++] = this.recentTo[i]!;
    }
    this.recent = kept;
    return end;
  }

  /** Index of the first range with to >= segment. */
  private firstEndingFrom(segment: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.to[middle]! >= segment) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private insert(index: number, segment: number): void {
    if (this.count === this.from.length) {
      const wideFrom = new Int32Array(this.count * 2);
      const wideTo = new Int32Array(this.count * 2);
      wideFrom.set(this.from);
      wideTo.set(this.to);
      this.from = wideFrom;
      this.to = wideTo;
    }
    this.from.copyWithin(index + 1, index, this.count);
    this.to.copyWithin(index + 1, index, this.count);
    this.from[index] = segment;
    this.to[index] = segment + 1;
    this.count++;
  }

  private remove(index: number, ranges: number): void {
    this.from.copyWithin(index, index + ranges, this.count);
    this.to.copyWithin(index, index + ranges, this.count);
    this.count -= ranges;
  }

  /** The range [from, to) is the most recent; those it swallowed are forgotten. */
  private report(from: number, to: number): void {
    const { recentFrom, recentTo } = this;
    let kept = 0;
    // stable: what is kept moves up within the first entries, then all move down by one
    for (let i = 0; i < this.recent; i++) {
      if (recentFrom[i]! >= from && recentTo[i]! <= to) continue;
      recentFrom[kept] = recentFrom[i]!;
      recentTo[kept++] = recentTo[i]!;
    }
    kept = Math.min(kept, REMEMBERED - 1);
    for (let i = kept; i > 0; i--) {
      recentFrom[i] = recentFrom[i - 1]!;
      recentTo[i] = recentTo[i - 1]!;
    }
    recentFrom[0] = from;
    recentTo[0] = to;
    this.recent = kept + 1;
  }
}

/**
 * BBRv1's estimate of how far acknowledgements come in clumps (net/ipv4/tcp_bbr.c, bbr_update_ack_aggregation): what was acknowledged beyond
 * estimated bandwidth x time since an epoch began. The largest excess of the last 5 to 10 rounds is added to the window, so that sending goes
 * on through the silences between clumps. Counts are segments, rates segments a nanosecond. Left out: the kernel's reset after 2^20 segments.
 */

/** bbr_extra_acked_win_rtts: rounds in each of the two halves of the window. */
const HALF_ROUNDS = 5;
/** bbr_extra_acked_max_us: the addition is at most 100 ms of bandwidth. */
const MAX_NS = 100e6;

export class AckAggregation {
  private readonly excess = new Float64Array(2);
  private half = 0;
  private rounds = 0;
  private epochNs = 0;
  private epochAcked = 0;

  start(nowNs: number): void {
    this.excess.fill(0);
    this.half = this.rounds = 0;
    this.restart(nowNs);
  }

  /** A new epoch: sending begins after idleness. */
  restart(nowNs: number): void {
    this.epochNs = nowNs;
    this.epochAcked = 0;
  }

  update(nowNs: number, acked: number, rate: number, roundStart: boolean, cwnd: number): void {
    if (acked <= 0) return;
    if (roundStart && ++this.rounds >= HALF_ROUNDS) {
      this.rounds = 0;
      this.half = 1 - this.half;
      this.excess[this.half] = 0;
    }
    let expected = Math.floor(rate * (nowNs - this.epochNs));
    if (this.epochAcked <= expected) {
      this.restart(nowNs);
      expected = 0;
    }
    this.epochAcked += acked;
    const excess = Math.min(this.epochAcked - expected, cwnd);
    if (excess > this.excess[this.half]!) this.excess[this.half] = excess;
  }

  /** Segments to add to the window at this bandwidth. */
  allowance(rate: number): number {
    return Math.min(Math.max(this.excess[0]!, this.excess[1]!), Math.floor(rate * MAX_NS));
  }
}

/**
 * Round-trip time and retransmission timeout (RFC 6298) as net/ipv4/tcp_input.c, tcp_rtt_estimator, keeps them:
 *
 *     srtt += (m - srtt) / 8,   RTO = srtt + max(200 ms, 4 x mean deviation)
 *
 * The 200 ms are a floor of the variation, not of the sum. The variation rises at once and falls at most once a round, by a quarter of the
 * way; samples below the average raise the deviation by an eighth only (the Eifel paper's finding, as the kernel says). Kept in ns as
 * fractions; the kernel's steps of 1/8 us are left out. Times ns.
 */

/** TCP_RTO_MIN, TCP_RTO_MAX, TCP_TIMEOUT_INIT of include/net/tcp.h; RFC 6298 has 1 s as the floor. */
export const RTO_MIN_NS = 200e6;
export const RTO_MAX_NS = 120e9;
export const RTO_INITIAL_NS = 1e9;

export class RttEstimator {
  /** 0 before the first sample. */
  srttNs = 0;
  /** Four mean deviations, at least `RTO_MIN_NS`. */
  rttVarNs = 0;
  lastNs = Infinity;
  minNs = Infinity;
  private deviationNs = 0;
  private roundMaxNs = RTO_MIN_NS;
  /** The variation may fall when this segment is acknowledged. */
  private roundEnd = 0;

  /** `una`, `next`: first unacknowledged and next new segment, for counting rounds. */
  sample(rttNs: number, una: number, next: number): void {
    this.lastNs = rttNs;
    if (this.srttNs === 0) {
      this.srttNs = rttNs;
      // the kernel's mdev is scaled by 4: 2 m there is m / 2 of mean deviation
      this.deviationNs = 2 * rttNs;
      this.rttVarNs = this.roundMaxNs = Math.max(this.deviationNs, RTO_MIN_NS);
      this.roundEnd = next;
      return;
    }
    const errorNs = rttNs - this.srttNs;
    this.srttNs += errorNs / 8;
    let changeNs = Math.abs(errorNs) - this.deviationNs / 4;
    if (errorNs < 0 && changeNs > 0) changeNs /= 8;
    this.deviationNs += changeNs;
    if (this.deviationNs > this.roundMaxNs) {
      this.roundMaxNs = this.deviationNs;
      if (this.roundMaxNs > this.rttVarNs) this.rttVarNs = this.roundMaxNs;
    }
    if (una > this.roundEnd) {
      if (this.roundMaxNs < this.rttVarNs) this.rttVarNs -= (this.rttVarNs - this.roundMaxNs) / 4;
      this.roundEnd = next;
      this.roundMaxNs = RTO_MIN_NS;
    }
  }

  /** Least round-trip time; a sample that waited for a delayed acknowledgement does not count. The kernel's window of 300 s is left out. */
  propagation(rttNs: number, isAckDelayed: boolean): void {
    if (rttNs < this.minNs && !isAckDelayed) this.minNs = rttNs;
  }

  /** Without back-off. */
  get rtoNs(): number {
    return this.srttNs === 0 ? RTO_INITIAL_NS : Math.min(RTO_MAX_NS, Math.ceil(this.srttNs + this.rttVarNs));
  }
}

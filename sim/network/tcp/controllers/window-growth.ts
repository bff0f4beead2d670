/**
 * The two ways in which a window of whole segments grows, as Linux counts them (net/ipv4/tcp_cong.c: tcp_slow_start, tcp_cong_avoid_ai):
 * by what was acknowledged below the threshold (RFC 5681 with appropriate byte counting, RFC 3465, without its limit L), and above it by one
 * segment for every `perSegments` acknowledged ones. What is left over from an acknowledgement is kept for the next.
 */
import type { TcpState } from '../controller.ts';

/** Least threshold after a loss: two segments (RFC 5681, equation 4). */
export const MIN_SSTHRESH = 2;

export class WindowGrowth {
  /** Segments acknowledged since the window last grew. */
  private credit = 0;

  /** The window was reduced: what was counted towards the old one is void. */
  reset(): void {
    this.credit = 0;
  }

  /** Slow start: returns the segments of `acked` that the threshold left over for avoidance. */
  slowStart(tcp: TcpState, acked: number): number {
    const cwnd = Math.min(tcp.cwnd + acked, tcp.ssthresh);
    const left = acked - (cwnd - tcp.cwnd);
    tcp.cwnd = cwnd;
    return left;
  }

  /** One more segment for every `perSegments` acknowledged. */
  avoid(tcp: TcpState, perSegments: number, acked: number): void {
    // the rate has risen since the credit was earned: it counts for one segment, not for all it would be worth now
    if (this.credit >= perSegments) {
      this.credit = 0;
      tcp.cwnd++;
    }
    this.credit += acked;
    if (this.credit >= perSegments) {
      const more = Math.floor(this.credit / perSegments);
      this.credit -= more * perSegments;
      tcp.cwnd += more;
    }
  }
}

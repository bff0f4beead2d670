/**
 * Proportional rate reduction (RFC 6937 with the slow-start part; net/ipv4/tcp_input.c, tcp_cwnd_reduction): while the window is being
 * reduced, each acknowledgement lets leave ssthresh / prior window of what it delivered, so that the reduction takes one round and the
 * acknowledgement clock goes on. Counts are segments.
 */

export class ProportionalReduction {
  /** Sent since the reduction began. */
  out = 0;
  private delivered = 0;
  private priorWindow = 0;

  begin(cwnd: number): void {
    this.priorWindow = cwnd;
    this.delivered = 0;
    this.out = 0;
  }

  /** The window after an acknowledgement that delivered `newlyDelivered` (1 or more). `progress`: it advanced in order and found nothing lost. */
  window(newlyDelivered: number, inflight: number, ssthresh: number, progress: boolean): number {
    this.delivered += newlyDelivered;
    const room = ssthresh - inflight;
    let allowed: number;
    if (room < 0) allowed = Math.ceil((ssthresh * this.delivered) / this.priorWindow) - this.out;
    else {
      allowed = Math.max(this.delivered - this.out, newlyDelivered);
      if (progress) allowed++;
      allowed = Math.min(room, allowed);
    }
    // the first retransmission is never held back
    if (this.out === 0) allowed = Math.max(allowed, 1);
    return inflight + Math.max(allowed, 0);
  }
}

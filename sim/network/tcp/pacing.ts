/**
 * Pacing inside the transport, as Linux does it without the fq queue (net/ipv4/tcp_output.c, tcp_update_skb_after_send): after a burst of L
 * application bytes the next may leave L / rate later; a burst that left late (it waited for the window) shortens the gap behind it by what
 * it was late, by half at most.
 */

export class Pacer {
  /** Earliest instant of the next burst. */
  nextNs = 0;

  /** A burst of `bytes` leaves now. */
  sent(nowNs: number, bytes: number, rateBps: number): void {
    const creditNs = Math.max(0, nowNs - this.nextNs);
    if (this.nextNs < nowNs) this.nextNs = nowNs;
    if (rateBps === Infinity) return;
    const gapNs = (8e9 * bytes) / rateBps;
    this.nextNs += Math.ceil(gapNs - Math.min(gapNs / 2, creditNs));
  }
}

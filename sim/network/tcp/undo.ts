/**
 * Taking a reduction back when it turns out that nothing was lost (net/ipv4/tcp_input.c, tcp_may_undo): either an acknowledgement echoes a
 * timestamp older than the first retransmission of the episode, so that the original had arrived (Eifel, RFC 3522), or every retransmission
 * was reported as a duplicate (RFC 3708). Times ns, windows segments.
 */

const UNKNOWN = -1;

export class UndoRecord {
  /** First unacknowledged segment when the episode began; -1: nothing to undo. */
  marker = UNKNOWN;
  /** Retransmissions of the episode not reported as duplicates; -1: none was sent. */
  private unreported = UNKNOWN;
  /** First retransmission of the episode; -1: none yet. */
  private firstResentNs = UNKNOWN;
  /** Threshold and window to go back to; a threshold of 0: the reduction has to stay (congestion mark). */
  priorSsthresh = 0;
  priorCwnd = 0;

  /** An episode begins with so many retransmissions still under way. */
  begin(una: number, underWay: number): void {
    this.marker = una;
    this.unreported = underWay > 0 ? underWay : UNKNOWN;
  }

  resent(nowNs: number): void {
    if (this.firstResentNs < 0) this.firstResentNs = nowNs;
    this.unreported = Math.max(0, this.unreported) + 1;
  }

  /** Nothing sent again is outstanding. */
  forgetResent(): void {
    this.firstResentNs = UNKNOWN;
  }

  /** A duplicate below `una` was reported. */
  reportedDuplicate(segment: number, una: number): void {
    if (this.marker >= 0 && this.unreported > 0 && segment < una && segment >= this.marker) this.unreported--;
  }

  /** The acknowledged original left before anything was sent again. */
  wasDelayed(echoedNs: number): boolean {
    return this.firstResentNs < 0 || echoedNs < this.firstResentNs;
  }

  /** All that was sent again was superfluous. */
  get isAllDuplicate(): boolean {
    return this.marker >= 0 && this.unreported === 0;
  }

  mayUndo(echoedNs: number): boolean {
    return this.marker >= 0 && (this.unreported === 0 || this.wasDelayed(echoedNs));
  }
}

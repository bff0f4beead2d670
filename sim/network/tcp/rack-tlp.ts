/**
 * Loss detection by time (RFC 8985, RACK; net/ipv4/tcp_recovery.c): a transmission is lost when one that left later has been delivered, and
 * the round-trip time of that one plus a window for reordering has passed since. Retransmissions are judged alike, so a lost retransmission
 * is found without a timeout. The window for reordering is 0 in recovery or at three selective reports while no reordering has been seen,
 * else a quarter of the least round-trip time, times 1 + the rounds with duplicates reported (DSACK), at most the smoothed one. Times ns.
 */
import { LOST, RETRANSMITTED, type Scoreboard } from './scoreboard.ts';

/** tcp_reordering (RFC 5681 section 3.2: three duplicates). */
export const DUPLICATE_THRESHOLD = 3;
/** Recoveries for which a widened window stays (TCP_RACK_RECOVERY_THRESH). */
const KEEP_RECOVERIES = 16;
const MOST_STEPS = 255;
/** sysctl tcp_max_reordering. */
const MOST_DEGREE = 300;

export class Rack {
  /** Times reordering was seen, and the most segments by which one was overtaken (at least the threshold). */
  reorderings = 0;
  degree = DUPLICATE_THRESHOLD;
  /** Something newer was delivered since the last detection. */
  advanced = false;
  /** A duplicate arrival was reported and not yet answered by a wider window. */
  duplicateSeen = false;
  /** Of the newest transmission delivered. */
  private rttNs = 0;
  private sentNs = -1;
  private segment = -1;
  private steps = 1;
  private keep = 0;
  private adjustedAtDelivered = 0;

  /** A transmission is known to be delivered. `again`: the segment was sent more than once, so that it may be the first copy that arrived. */
  onDelivered(segment: number, sentNs: number, nowNs: number, minRttNs: number, again: boolean): void {
    const rttNs = nowNs - sentNs;
    if (again && rttNs < minRttNs) return;
    this.advanced = true;
    this.rttNs = rttNs;
    if (sentNs > this.sentNs || (sentNs === this.sentNs && segment > this.segment)) {
      this.sentNs = sentNs;
      this.segment = segment;
    }
  }

  /** A segment sent once was overtaken by one that is so many further on. */
  noteReordering(distance: number): void {
    this.reorderings++;
    this.degree = Math.max(this.degree, Math.min(distance, MOST_DEGREE));
  }

  /** Once an acknowledgement with a rate sample: widens the window once a round while duplicates are reported. */
  onRound(priorDelivered: number, delivered: number): void {
    if (priorDelivered < this.adjustedAtDelivered) this.duplicateSeen = false;
    if (this.duplicateSeen) {
      this.steps = Math.min(MOST_STEPS, this.steps + 1);
      this.duplicateSeen = false;
      this.adjustedAtDelivered = delivered;
      this.keep = KEEP_RECOVERIES;
    } else if (this.keep === 0) this.steps = 1;
  }

  /** A recovery ended: without undo a widened window is kept for one less, undone by duplicates for one more. */
  onRecoveryEnd(undone: boolean): void {
    if (undone) this.keep = Math.min(KEEP_RECOVERIES, this.keep + 1);
    else if (this.keep > 0) this.keep--;
  }

  reorderingWindowNs(board: Scoreboard, inRecovery: boolean, minRttNs: number, srttNs: number): number {
    if (this.reorderings === 0 && (inRecovery || board.sackedOut >= this.degree)) return 0;
    const quarterNs = minRttNs === Infinity ? 0 : minRttNs / 4;
    return Math.min(quarterNs * this.steps, srttNs);
  }

  /** Time left to a transmission before it counts as lost. */
  remainingNs(sentNs: number, nowNs: number, windowNs: number): number {
    return Math.ceil(this.rttNs + windowNs - (nowNs - sentNs));
  }

  /** Marks what is lost by now. Returns after how long the next one may have to be: 0 if none. */
  detect(board: Scoreboard, nowNs: number, windowNs: number): number {
    this.advanced = false;
    let waitNs = 0;
    for (let segment = board.oldest; segment >= 0; ) {
      const following = board.newerThan(segment);
      const at = segment & board.mask;
      if ((board.flags[at]! & (LOST | RETRANSMITTED)) !== LOST) {
        const sentNs = board.sentNs[at]!;
        if (!(sentNs < this.sentNs || (sentNs === this.sentNs && segment < this.segment))) break;
        const leftNs = this.remainingNs(sentNs, nowNs, windowNs);
        if (leftNs <= 0) board.markLost(segment);
        else if (leftNs > waitNs) waitNs = leftNs;
      }
      segment = following;
    }
    return waitNs;
  }
}

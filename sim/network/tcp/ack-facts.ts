/** What one acknowledgement told, for the steps that act on it. One object a connection, reset by each acknowledgement. Times ns. */

export class AckFacts {
  /** First unacknowledged segment before it. */
  priorUna = 0;
  /** Timestamp that the receiver echoes: when the segment that it answers was sent. */
  echoedNs = 0;
  advanced = false;
  /** Something was reported out of order for the first time. */
  sacked = false;
  /** A duplicate arrival was reported; it was that of a tail loss probe. */
  duplicate = false;
  duplicateOfProbe = false;
  /** A congestion mark is echoed. */
  marked = false;
  /** Among what was acknowledged in order: something sent more than once. */
  resentAcked = false;
  /** A segment sent once, and before the present episode ended, was delivered: the timeout was spurious (F-RTO). */
  originalDelivered = false;
  /** Detection found a retransmission lost; it set the timer itself. */
  lostRetransmission = false;
  timerIsSet = false;
  /** The timer has to be set anew. */
  setsTimer = false;
  /** Lowest segment delivered, sent once, that was overtaken; Infinity if none. */
  lowestLate = Infinity;
  /** Send times of the first and last segments sent once: acknowledged in order, and reported out of order; -1 if none. */
  firstAckedNs = -1;
  lastAckedNs = -1;
  firstSackedNs = -1;
  lastSackedNs = -1;

  reset(priorUna: number, echoedNs: number): void {
    this.priorUna = priorUna;
    this.echoedNs = echoedNs;
    this.advanced = this.sacked = this.duplicate = this.duplicateOfProbe = this.marked = false;
    this.resentAcked = this.originalDelivered = this.lostRetransmission = this.timerIsSet = this.setsTimer = false;
    this.lowestLate = Infinity;
    this.firstAckedNs = this.lastAckedNs = this.firstSackedNs = this.lastSackedNs = -1;
  }
}

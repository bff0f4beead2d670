/**
 * What the sender knows of each segment between the first unacknowledged and the next new one: flat columns in a ring indexed by segment
 * number, and the counts that follow from them.
 *
 *     inflight = packets out - sacked - lost + retransmitted                          (RFC 6675 section 4, as Linux counts)
 *
 * Segments that are under way are also linked in the order of their last transmission (`older`, `newer`): RACK walks that list from its old
 * end and stops at the first one that is too young (net/ipv4/tcp_recovery.c, tsorted_sent_queue).
 */

/** Reported by a selective acknowledgement. */
export const SACKED = 1;
/** Counts as lost; stays set when it is sent again. */
export const LOST = 2;
/** Its retransmission is under way. */
export const RETRANSMITTED = 4;
/** Sent again at least once: its round-trip time is ambiguous (Karn). */
export const EVER_RETRANSMITTED = 8;
/** The application had nothing more to send when it left. */
export const APP_LIMITED = 16;
/** Delivered and counted in the rate sample: not to be sampled again when acknowledged in order. */
export const RATE_SAMPLED = 32;

const NOBODY = -1;

export class Scoreboard {
  /** First not acknowledged in order, and next to be sent for the first time. */
  una = 0;
  next = 0;
  sackedOut = 0;
  lostOut = 0;
  retransOut = 0;
  /** Segments ever marked lost, each transmission once. */
  lost = 0;
  /** One past the highest segment reported selectively, `una` if none (Linux: highest_sack). */
  highestSacked = 0;
  /** No segment below it waits for retransmission. */
  retransmitHint = 0;

  /** Told of each segment that is marked lost. */
  onLost: ((segment: number) => void) | undefined;

  /** Position in the columns is `segment & mask`. */
  mask = 127;
  flags = new Uint8Array(128);
  payload = new Int32Array(128);
  /** Last transmission. */
  sentNs = new Float64Array(128);
  /** State of the delivery-rate estimator at the last transmission (delivery-rate.ts). */
  firstSentNs = new Float64Array(128);
  deliveredNs = new Float64Array(128);
  delivered = new Float64Array(128);
  lostBefore = new Float64Array(128);
  txInflight = new Int32Array(128);

  /** Ends of the list of segments under way, by last transmission. */
  oldest = NOBODY;
  newest = NOBODY;
  private older = new Int32Array(128);
  private newer = new Int32Array(128);

  get packetsOut(): number {
    return this.next - this.una;
  }

  get inflight(): number {
    return this.next - this.una - this.sackedOut - this.lostOut + this.retransOut;
  }

  /** A new segment; the caller fills in the rest. */
  append(payload: number, nowNs: number): number {
    if (this.next - this.una > this.mask) this.grow();
    const segment = this.next++;
    const at = segment & this.mask;
    this.flags[at] = 0;
    this.payload[at] = payload;
    this.sentNs[at] = nowNs;
    this.link(segment);
    return segment;
  }

  /** The segment leaves again. As part of loss recovery it counts as under way once more; a tail loss probe is not counted (as Linux). */
  resend(segment: number, nowNs: number, counted: boolean): void {
    const at = segment & this.mask;
    this.unlink(segment);
    this.flags[at]! |= counted ? RETRANSMITTED | EVER_RETRANSMITTED : EVER_RETRANSMITTED;
    if (counted) this.retransOut++;
    this.sentNs[at] = nowNs;
    this.link(segment);
  }

  /** Reported by the receiver, out of order. */
  sack(segment: number): void {
    const at = segment & this.mask;
    const flags = this.flags[at]!;
    if ((flags & LOST) !== 0) {
      this.lostOut--;
      if ((flags & RETRANSMITTED) !== 0) this.retransOut--;
      this.flags[at] = (flags & ~(LOST | RETRANSMITTED)) | SACKED;
    } else this.flags[at] = flags | SACKED;
    this.sackedOut++;
    if (segment >= this.highestSacked) this.highestSacked = segment + 1;
    this.unlink(segment);
  }

  /** The first unacknowledged segment is acknowledged in order. */
  acknowledge(): void {
    const segment = this.una;
    const flags = this.flags[segment & this.mask]!;
    if ((flags & RETRANSMITTED) !== 0) this.retransOut--;
    if ((flags & SACKED) !== 0) this.sackedOut--;
    if ((flags & LOST) !== 0) this.lostOut--;
    this.unlink(segment);
    this.una = segment + 1;
    if (this.highestSacked < this.una) this.highestSacked = this.una;
    if (this.retransmitHint < this.una) this.retransmitHint = this.una;
  }

  /** Counts as lost: the first transmission, or the retransmission if that is under way. Returns whether that changed anything. */
  markLost(segment: number): boolean {
    const at = segment & this.mask;
    const flags = this.flags[at]!;
    if ((flags & SACKED) !== 0) return false;
    if ((flags & LOST) === 0) {
      // after an undo it may be on its way again, and is counted there until that copy is lost, too
      this.lostOut++;
      this.flags[at] = flags | LOST;
    } else if ((flags & RETRANSMITTED) !== 0) {
      this.retransOut--;
      this.flags[at] = flags & ~RETRANSMITTED;
    } else return false;
    this.lost++;
    if (segment < this.retransmitHint) this.retransmitHint = segment;
    this.unlink(segment);
    this.onLost?.(segment);
    return true;
  }

  /** Nothing counts as lost any more: the losses were no losses (undo.ts). */
  unmarkLost(): void {
    for (let segment = this.una; segment < this.next; segment++) {
      const at = segment & this.mask;
      const flags = this.flags[at]!;
      if ((flags & LOST) === 0) continue;
      this.flags[at] = flags & ~LOST;
      if ((flags & (RETRANSMITTED | SACKED)) === 0) this.linkInOrder(segment);
    }
    this.lostOut = 0;
    this.retransmitHint = this.una;
  }

  /** The next segment in the order of transmission; -1 behind the last. */
  newerThan(segment: number): number {
    return this.newer[segment & this.mask]!;
  }

  private link(segment: number): void {
    const at = segment & this.mask;
    const { newest } = this;
    this.older[at] = newest;
    this.newer[at] = NOBODY;
    if (newest === NOBODY) this.oldest = segment;
    else this.newer[newest & this.mask] = segment;
    this.newest = segment;
  }

  /** Back into the list at the place of its last transmission. */
  private linkInOrder(segment: number): void {
    const { mask, sentNs } = this;
    let after = NOBODY;
    let before = this.newest;
    while (before !== NOBODY && sentNs[before & mask]! > sentNs[segment & mask]!) {
      after = before;
      before = this.older[before & mask]!;
    }
    this.older[segment & mask] = before;
    this.newer[segment & mask] = after;
    if (before === NOBODY) this.oldest = segment;
    else this.newer[before & mask] = segment;
    if (after === NOBODY) this.newest = segment;
    else this.older[after & mask] = segment;
  }

  /** Takes it out of the list; nothing happens to one that is not in it. */
  private unlink(segment: number): void {
    const { mask, older, newer } = this;
    const before = older[segment & mask]!;
    const after = newer[segment & mask]!;
    if (before === NOBODY && this.oldest !== segment) return;
    if (before === NOBODY) this.oldest = after;
    else newer[before & mask] = after;
    if (after === NOBODY) this.newest = before;
    else older[after & mask] = before;
    older[segment & mask] = NOBODY;
    newer[segment & mask] = NOBODY;
  }

  private grow(): void {
    const capacity = (this.mask + 1) * 2;
    this.flags = this.spread(this.flags, new Uint8Array(capacity));
    this.payload = this.spread(this.payload, new Int32Array(capacity));
    this.sentNs = this.spread(this.sentNs, new Float64Array(capacity));
    this.firstSentNs = this.spread(this.firstSentNs, new Float64Array(capacity));
    this.deliveredNs = this.spread(this.deliveredNs, new Float64Array(capacity));
    this.delivered = this.spread(this.delivered, new Float64Array(capacity));
    this.lostBefore = this.spread(this.lostBefore, new Float64Array(capacity));
    this.txInflight = this.spread(this.txInflight, new Int32Array(capacity));
    this.older = this.spread(this.older, new Int32Array(capacity));
    this.newer = this.spread(this.newer, new Int32Array(capacity));
    this.mask = capacity - 1;
  }

  private spread<T extends Uint8Array | Int32Array | Float64Array>(old: T, wide: T): T {
    for (let segment = this.una; segment < this.next; segment++) wide[segment & (wide.length - 1)] = old[segment & this.mask]!;
    return wide;
  }
}

/** A segment waits to be sent again. */
export function waitsForRetransmission(flags: number): boolean {
  return (flags & (LOST | SACKED | RETRANSMITTED)) === LOST;
}

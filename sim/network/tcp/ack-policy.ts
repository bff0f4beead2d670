/**
 * When a receiver acknowledges (RFC 5681 section 4.2 as net/ipv4/tcp_input.c does it): every second full segment, else after 40 ms; at once
 * for the first 16 acknowledgements of a connection, after a long pause and while the offered window grows (quick mode), for duplicates, when
 * a segment fills a hole, and for segments out of order, of which the fourth and later behind one hole wait for company: up to 1 ms, a
 * twentieth of the round-trip time, or 44 of them (SACK compression, since Linux 4.18).
 */

/** TCP_DELACK_MIN. */
export const DELAYED_ACK_NS = 40e6;
/** TCP_MAX_QUICKACKS. */
const QUICK_ACKS = 16;
/** sysctl tcp_comp_sack_nr, tcp_comp_sack_delay_ns; duplicates sent at once before (TCP_FASTRETRANS_THRESH). */
const COMPRESS_MOST = 44;
const COMPRESS_NS = 1e6;
const COMPRESS_AFTER = 3;

/** What to do with an arrival: at once, or by the timer that is due after so many ns. */
export const AT_ONCE = 0;

export interface AckPolicyOptions {
  /** Full segments an acknowledgement covers at most; default 2; 1 acknowledges each. */
  readonly everySegments?: number;
  readonly delayNs?: number;
  /** Default 16. */
  readonly quickAcks?: number;
  /** Default true. */
  readonly compressSack?: boolean;
}

export class AckPolicy {
  private readonly every: number;
  private readonly delayNs: number;
  private readonly quickAcks: number;
  private readonly compresses: boolean;
  private quickLeft: number;
  private pendingBytes = 0;
  private hole = -1;
  private atHole = 0;
  private compressed = 0;

  constructor(options: AckPolicyOptions) {
    this.every = options.everySegments ?? 2;
    this.delayNs = options.delayNs ?? DELAYED_ACK_NS;
    this.quickAcks = options.quickAcks ?? QUICK_ACKS;
    this.compresses = options.compressSack ?? true;
    this.quickLeft = this.quickAcks;
  }

  /** So many acknowledgements go out at once. */
  quick(acknowledgements: number = this.quickAcks): void {
    this.quickLeft = Math.max(this.quickLeft, acknowledgements);
  }

  /** The next acknowledgement goes out at once, where quick mode was chosen at all. */
  atLeastOne(): void {
    if (this.quickLeft === 0 && this.quickAcks > 0) this.quickLeft = 1;
  }

  /** A segment in order with nothing waiting out of order. Returns after how long to acknowledge. */
  inOrder(bytes: number, fullBytes: number): number {
    this.pendingBytes += bytes;
    return this.quickLeft > 0 || this.pendingBytes > (this.every - 1) * fullBytes ? AT_ONCE : this.delayNs;
  }

  /** A segment arrived and some wait out of order behind a hole at `expected`. */
  outOfOrder(expected: number, rttNs: number): number {
    if (!this.compresses || this.quickLeft > 0 || this.compressed >= COMPRESS_MOST) return AT_ONCE;
    if (this.hole !== expected) {
      this.hole = expected;
      this.atHole = 0;
    }
    if (this.atHole++ < COMPRESS_AFTER) return AT_ONCE;
    this.compressed++;
    return Math.max(1, Math.min(COMPRESS_NS, Math.floor(rttNs / 20)));
  }

  /** Selective reports are being held back. */
  get isHolding(): boolean {
    return this.compressed > 0;
  }

  /** An acknowledgement has been sent. */
  sent(): void {
    if (this.quickLeft > 0) this.quickLeft--;
    this.pendingBytes = 0;
    this.compressed = 0;
  }
}

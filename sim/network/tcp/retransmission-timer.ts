/**
 * The one timer of a sender, which is one of three at a time (net/ipv4/tcp_timer.c, tcp_output.c): the retransmission timeout (RFC 6298), the
 * tail loss probe (RFC 8985 section 7: after two round-trip times without acknowledgement the last segment, or a new one, asks for one), or
 * the end of the reordering window (rack-tlp.ts). Times ns.
 */
import type { Deadline } from './deadline.ts';
import { RTO_INITIAL_NS, RTO_MAX_NS, RTO_MIN_NS } from './rtt.ts';
import type { Sender } from './sender.ts';

/** TCP_TIMEOUT_MIN: two ticks, of a kernel with 250 a second. */
export const TIMEOUT_MIN_NS = 8e6;

type Kind = 'none' | 'timeout' | 'probe' | 'reordering';

export class RetransmissionTimer {
  /** Timeout with back-off. */
  rtoNs = RTO_INITIAL_NS;
  /** Timeouts in a row without progress. */
  timeouts = 0;
  /** Timeouts of the connection. */
  timeoutCount = 0;
  probeCount = 0;
  private kind: Kind = 'none';
  private readonly sender: Sender;
  private readonly deadline: Deadline;
  /** A probe is out and ends here; -1: none. */
  private probeEnd = -1;
  private probeResent = false;

  constructor(sender: Sender, deadline: Deadline) {
    this.sender = sender;
    this.deadline = deadline;
  }

  /** For figures and tests. */
  get pending(): Kind {
    return this.deadline.atNs === Infinity ? 'none' : this.kind;
  }

  /** Something was acknowledged in order. */
  progress(): void {
    this.timeouts = 0;
  }

  /** A new segment leaves with `packetsOut` outstanding before it (tcp_event_new_data_sent). */
  onSegment(packetsOut: number): void {
    if (packetsOut === 0 || this.pending === 'probe') this.rearmTimeout();
  }

  /** New data has left: a probe takes the timeout's place (tcp_schedule_loss_probe). */
  onNewData(): void {
    this.scheduleProbe(false);
  }

  /** An acknowledgement brought news (tcp_set_xmit_timer). */
  restart(): void {
    if (!this.scheduleProbe(true)) this.rearmTimeout();
  }

  /** The timeout runs anew from now. */
  restartTimeout(): void {
    this.set('timeout', this.sender.nowNs + this.rtoNs);
  }

  /** The first unacknowledged segment was sent again in recovery. */
  onHeadResent(): void {
    if (this.pending !== 'reordering') this.restartTimeout();
  }

  setReordering(waitNs: number): void {
    this.set('reordering', this.sender.nowNs + waitNs + TIMEOUT_MIN_NS);
  }

  /** Event. */
  onEvent(): void {
    if (!this.deadline.isDue()) return;
    const { kind, sender } = this;
    this.kind = 'none';
    if (sender.board.packetsOut === 0) return;
    if (kind === 'timeout') this.timeout();
    else if (kind === 'probe') this.probe();
    else if (kind === 'reordering') {
      sender.recovery.onReorderingTimer();
      if (this.pending !== 'timeout') this.rearmTimeout();
    }
  }

  /** The duplicate that was reported ends where the probe ended. */
  isProbe(end: number): boolean {
    return this.probeEnd === end;
  }

  get hasProbe(): boolean {
    return this.probeEnd >= 0;
  }

  get probeIsRetransmission(): boolean {
    return this.probeEnd >= 0 && this.probeResent;
  }

  forgetProbe(): void {
    this.probeEnd = -1;
  }

  /** What became of the probe (tcp_process_tlp_ack): returns whether it repaired a loss that nothing else would show. */
  judgeProbe(ack: number): boolean {
    const { facts } = this.sender;
    if (ack < this.probeEnd) return false;
    if (!this.probeResent || facts.duplicateOfProbe) this.probeEnd = -1;
    else if (ack > this.probeEnd) {
      this.probeEnd = -1;
      return true;
    } else if (!facts.advanced && !facts.sacked) this.probeEnd = -1;
    return false;
  }

  private rearmTimeout(): void {
    const { board, nowNs } = this.sender;
    if (board.packetsOut === 0) return this.deadline.clear();
    // a probe or a reordering wait must not postpone the timeout
    const isReplacing = this.pending === 'probe' || this.pending === 'reordering';
    const atNs = isReplacing ? Math.max(nowNs + 1, board.sentNs[board.una & board.mask]! + this.rtoNs) : nowNs + this.rtoNs;
    this.set('timeout', atNs);
  }

  private scheduleProbe(advancing: boolean): boolean {
    const { board, state, nowNs, rtt } = this.sender;
    if (board.packetsOut === 0 || (state !== 'open' && state !== 'cwr')) return false;
    let waitNs = RTO_INITIAL_NS;
    if (rtt.srttNs > 0) waitNs = Math.ceil(2 * rtt.srttNs) + (board.packetsOut === 1 ? RTO_MIN_NS : TIMEOUT_MIN_NS);
    const timeoutNs = advancing ? this.rtoNs : board.sentNs[board.una & board.mask]! + this.rtoNs - nowNs;
    if (timeoutNs > 0) waitNs = Math.min(waitNs, timeoutNs);
    this.set('probe', nowNs + waitNs);
    return true;
  }

  /** Tail loss probe (tcp_send_loss_probe): at most one outstanding. */
  private probe(): void {
    const { sender } = this;
    if (this.probeEnd < 0) {
      this.probeResent = !sender.hasNew;
      if (this.probeResent) sender.resend(sender.board.next - 1, false);
      if (this.probeResent || sender.pushProbe()) {
        this.probeEnd = sender.board.next;
        this.probeCount++;
      }
    }
    this.kind = 'none';
    this.rearmTimeout();
  }

  /** RFC 6298 section 5.4 to 5.7. */
  private timeout(): void {
    const { sender } = this;
    sender.recovery.enterLoss();
    this.timeouts++;
    this.timeoutCount++;
    sender.recovery.resendHead();
    this.rtoNs = Math.min(this.rtoNs * 2, RTO_MAX_NS);
    this.restartTimeout();
  }

  private set(kind: Kind, atNs: number): void {
    this.kind = kind;
    this.deadline.set(atNs);
  }
}

/**
 * The congestion state machine (net/ipv4/tcp_input.c, tcp_fastretrans_alert): open, disorder (something out of order), cwr (reducing after a
 * mark), recovery (something lost; ends when all that was out at its begin is acknowledged), loss (after a timeout). Losses are found by RACK.
 * The window of controllers without recovery of their own is reduced by PRR. After a timeout F-RTO (RFC 5682) finds out with new data
 * whether it was spurious; undo.ts takes back what was not necessary. Counts are segments, times ns.
 */
import type { CongestionState } from './controller.ts';
import { ProportionalReduction } from './prr.ts';
import { EVER_RETRANSMITTED, waitsForRetransmission } from './scoreboard.ts';
import type { Sender } from './sender.ts';
import { UndoRecord } from './undo.ts';

type ToSend = 'nothing' | 'lost' | 'new';

export class Recovery {
  /** The state ends when this segment is next in order. */
  highSegment = 0;
  readonly prr = new ProportionalReduction();
  readonly undo = new UndoRecord();
  /** Episodes of fast recovery, undone reductions. */
  recoveries = 0;
  undone = 0;
  private readonly sender: Sender;
  /** F-RTO is looking whether the timeout was spurious. */
  private probesTimeout = false;
  private toSend: ToSend = 'nothing';

  constructor(sender: Sender) {
    this.sender = sender;
  }

  /** Something lost could be sent again. */
  get wantsRetransmission(): boolean {
    const { board } = this.sender;
    return board.lostOut > board.retransOut;
  }

  /** Acts on an acknowledgement that scoreboard and round-trip time know already. */
  onAck(ack: number): void {
    const { sender } = this;
    const { facts, timer } = sender;
    this.toSend = 'nothing';
    if (timer.hasProbe && timer.judgeProbe(ack)) this.onProbeRepair();
    const isNews = facts.sacked || facts.marked || facts.duplicate || !facts.advanced || sender.state !== 'open';
    if (isNews) this.alert();
  }

  /** Sends what `onAck` decided on. */
  send(): void {
    const { sender, toSend } = this;
    if (toSend === 'nothing') return;
    if (toSend === 'new') {
      sender.push();
      if (sender.board.next > this.highSegment) return;
      this.probesTimeout = false;
    }
    this.retransmit();
  }

  /** Sends lost segments again as far as the window and the pace allow, lowest first (tcp_xmit_retransmit_queue). */
  retransmit(): void {
    const { sender } = this;
    const { board } = sender;
    let segment = board.retransmitHint;
    let resentHead = false;
    while (board.retransOut < board.lostOut && sender.mayBurst()) {
      const quota = sender.burstLimit(sender.cwnd - board.inflight);
      if (quota <= 0) break;
      let segments = 0;
      let bytes = 0;
      for (; segment < board.next && segments < quota && board.retransOut < board.lostOut; segment++) {
        if (!waitsForRetransmission(board.flags[segment & board.mask]!)) continue;
        bytes += this.resend(segment);
        segments++;
        if (segment === board.una) resentHead = true;
      }
      board.retransmitHint = segment;
      if (segments === 0) break;
      sender.noteBurst(bytes, segments);
      if (sender.state === 'recovery' || sender.state === 'cwr') this.prr.out += segments;
    }
    if (resentHead) sender.timer.onHeadResent();
  }

  /** After a timeout: the first unacknowledged segment leaves at once. */
  resendHead(): void {
    const { sender } = this;
    const { board } = sender;
    const bytes = this.resend(board.una);
    if (board.retransmitHint === board.una) board.retransmitHint++;
    sender.noteBurst(bytes, 1);
  }

  /** The timer fired (tcp_enter_loss): what left longer ago than a round-trip time counts as lost. */
  enterLoss(): void {
    const { sender, undo } = this;
    const { board, rack, timer, controller, state } = sender;
    const isNew = state === 'open' || state === 'disorder' || state === 'cwr';
    for (let segment = board.una; segment < board.next; segment++) {
      if (segment === board.una || rack.remainingNs(board.sentNs[segment & board.mask]!, sender.nowNs, 0) <= 0) board.markLost(segment);
    }
    if (state === 'open' || state === 'disorder' || this.highSegment <= board.una || (state === 'loss' && timer.timeouts === 0)) {
      undo.priorSsthresh = this.currentThreshold();
      undo.priorCwnd = sender.cwnd;
      sender.ssthresh = controller.onCongestion(sender);
      this.beginUndo();
    }
    sender.cwnd = board.inflight + 1;
    this.setState('loss');
    this.highSegment = board.next;
    sender.queueReductionNotice();
    this.probesTimeout = isNew || timer.timeouts > 0;
    controller.onTimeout?.(sender);
  }

  /** The reordering window of something has ended (tcp_rack_reo_timeout). */
  onReorderingTimer(): void {
    const { sender } = this;
    const { board } = sender;
    const priorInflight = board.inflight;
    const waitNs = sender.rack.detect(board, sender.nowNs, this.reorderingWindowNs());
    if (waitNs > 0) sender.timer.setReordering(waitNs);
    if (board.inflight === priorInflight) return;
    if (sender.state !== 'recovery') {
      this.enterRecovery(false);
      if (!sender.controller.hasOwnRecovery) sender.cwnd = this.prr.window(1, board.inflight, sender.ssthresh, false);
    }
    this.retransmit();
  }

  private alert(): void {
    const { sender, undo } = this;
    const { facts, board } = sender;
    if (facts.marked) undo.priorSsthresh = 0;
    if (sender.state === 'open') undo.forgetResent();
    else if (board.una >= this.highSegment) this.leaveState();
    if (sender.state === 'recovery') {
      if (this.stayInRecovery()) return;
    } else if (sender.state === 'loss') {
      this.stayInLoss();
      this.identifyLoss();
      if (!((sender.state as CongestionState) === 'open' || facts.lostRetransmission)) return;
      this.mayRecover();
    } else {
      if (sender.state !== 'cwr') this.undoDuplicates();
      this.identifyLoss();
      if (!this.mayRecover()) return;
    }
    this.toSend = 'lost';
  }

  /** All that was outstanding when the state began is acknowledged. */
  private leaveState(): void {
    const { sender } = this;
    if (sender.state === 'cwr') {
      if (sender.board.una === this.highSegment) return;
      this.endReduction();
      this.setState('open');
    } else if (sender.state === 'recovery') {
      this.endEpisode();
      this.endReduction();
    }
  }

  /** Returns true where nothing more is to be done. */
  private stayInRecovery(): boolean {
    const { sender, undo } = this;
    const { facts, board } = sender;
    if (facts.advanced && undo.marker >= 0 && undo.wasDelayed(facts.echoedNs)) {
      // the hole was filled by a late original: reordering; what is still under way a second time decides later
      if (facts.priorUna < board.highestSacked) sender.rack.noteReordering(board.highestSacked - facts.priorUna);
      if (board.retransOut > 0) return true;
      if (!this.anyResent()) undo.forgetResent();
      this.takeBack(true);
      this.tryKeepOpen();
    }
    if (this.undoDuplicates()) this.tryToOpen();
    this.identifyLoss();
    if (sender.state !== 'recovery' && !this.mayRecover()) return true;
    return false;
  }

  private stayInLoss(): void {
    const { sender, undo } = this;
    const { facts, board } = sender;
    const recovered = board.una >= this.highSegment;
    if (facts.advanced && undo.mayUndo(facts.echoedNs)) return this.undoLoss();
    if (this.probesTimeout) {
      if (facts.originalDelivered) return this.undoLoss();
      if (board.next > this.highSegment) {
        if (facts.sacked || !facts.advanced) this.probesTimeout = false;
      } else if (facts.advanced && !recovered) {
        this.highSegment = board.next;
        if (sender.hasNew) {
          this.toSend = 'new';
          return;
        }
        this.probesTimeout = false;
      }
    }
    if (recovered) return this.endEpisode();
    this.toSend = 'lost';
  }

  private undoLoss(): void {
    this.takeBack(true);
    this.sender.timer.timeouts = 0;
    this.setState('open');
  }

  /** Recovery or loss is over (tcp_try_undo_recovery). */
  private endEpisode(): void {
    const { sender, undo } = this;
    if (undo.mayUndo(sender.facts.echoedNs)) this.takeBack(false);
    else sender.rack.onRecoveryEnd(false);
    this.setState('open');
  }

  private undoDuplicates(): boolean {
    if (!this.undo.isAllDuplicate) return false;
    this.sender.rack.onRecoveryEnd(true);
    this.takeBack(false);
    return true;
  }

  /** Window and threshold as before the episode (tcp_undo_cwnd_reduction). */
  private takeBack(unmarksLost: boolean): void {
    const { sender, undo } = this;
    if (unmarksLost) sender.board.unmarkLost();
    if (undo.priorSsthresh > 0) {
      sender.cwnd = sender.controller.onUndo?.(sender) ?? Math.max(sender.cwnd, undo.priorCwnd);
      if (undo.priorSsthresh > sender.ssthresh) sender.ssthresh = undo.priorSsthresh;
      sender.withdrawReductionNotice();
    }
    undo.marker = -1;
    sender.rack.advanced = true;
    this.undone++;
  }

  /** RACK, where something newer was delivered. */
  private identifyLoss(): void {
    const { sender } = this;
    const { board, rack, facts } = sender;
    if (board.packetsOut === 0 || !rack.advanced) return;
    const priorResent = board.retransOut;
    const waitNs = rack.detect(board, sender.nowNs, this.reorderingWindowNs());
    if (waitNs > 0) {
      sender.timer.setReordering(waitNs);
      facts.timerIsSet = true;
    }
    if (board.retransOut < priorResent) facts.lostRetransmission = true;
  }

  private reorderingWindowNs(): number {
    const { rack, board, state, rtt } = this.sender;
    return rack.reorderingWindowNs(board, state === 'recovery' || state === 'loss', rtt.minNs, rtt.srttNs);
  }

  /** Enters recovery where something is lost; else back towards open. Returns whether it recovers. */
  private mayRecover(): boolean {
    if (this.sender.board.lostOut === 0) {
      this.tryToOpen();
      return false;
    }
    this.enterRecovery(this.sender.facts.marked);
    return true;
  }

  private enterRecovery(marked: boolean): void {
    const { sender, undo } = this;
    undo.priorSsthresh = 0;
    this.beginUndo();
    if (sender.state !== 'cwr' && sender.state !== 'recovery') {
      if (!marked) undo.priorSsthresh = this.currentThreshold();
      this.beginReduction();
    }
    this.recoveries++;
    this.setState('recovery');
  }

  private enterCwr(): void {
    const { sender, undo } = this;
    undo.priorSsthresh = 0;
    if (sender.state !== 'open' && sender.state !== 'disorder') return;
    undo.marker = -1;
    this.beginReduction();
    this.setState('cwr');
  }

  private beginUndo(): void {
    const { board, timer } = this.sender;
    this.undo.begin(board.una, board.retransOut + (timer.probeIsRetransmission ? 1 : 0));
  }

  private beginReduction(): void {
    const { sender } = this;
    this.highSegment = sender.board.next;
    sender.timer.forgetProbe();
    this.undo.priorCwnd = sender.cwnd;
    this.prr.begin(sender.cwnd);
    sender.ssthresh = sender.controller.onCongestion(sender);
    sender.queueReductionNotice();
  }

  private endReduction(): void {
    const { sender, undo } = this;
    if (sender.controller.hasOwnRecovery) return;
    if (sender.ssthresh < Infinity && (sender.state === 'cwr' || undo.marker >= 0)) sender.cwnd = sender.ssthresh;
  }

  /** A tail loss probe repaired a loss: one reduction without retransmission phase. */
  private onProbeRepair(): void {
    this.beginReduction();
    this.setState('cwr');
    this.endReduction();
    this.tryKeepOpen();
  }

  private tryToOpen(): void {
    const { sender, undo } = this;
    if (!this.anyResent()) undo.forgetResent();
    if (sender.facts.marked) this.enterCwr();
    if (sender.state !== 'cwr') this.tryKeepOpen();
  }

  private tryKeepOpen(): void {
    const { sender } = this;
    const { board } = sender;
    const state = board.sackedOut + board.lostOut > 0 || this.anyResent() ? 'disorder' : 'open';
    if (state === sender.state) return;
    this.setState(state);
    this.highSegment = board.next;
  }

  /** Whether the first unacknowledged segment was sent again (tcp_any_retrans_done). */
  private anyResent(): boolean {
    const { board } = this.sender;
    if (board.retransOut > 0) return true;
    return board.packetsOut > 0 && (board.flags[board.una & board.mask]! & EVER_RETRANSMITTED) !== 0;
  }

  private currentThreshold(): number {
    const { sender } = this;
    if (sender.state === 'cwr' || sender.state === 'recovery') return sender.ssthresh;
    return Math.max(sender.ssthresh, Math.floor((sender.cwnd * 3) / 4));
  }

  private resend(segment: number): number {
    const { sender } = this;
    const bytes = sender.resend(segment, true);
    this.undo.resent(sender.nowNs);
    return bytes;
  }

  private setState(state: CongestionState): void {
    const { sender } = this;
    const before = sender.state;
    if (before === state) return;
    sender.state = state;
    sender.controller.onState?.(sender, before);
  }
}

/**
 * Delivery-rate samples (draft-ietf-ccwg-bbr, "Delivery Rate Samples"; net/ipv4/tcp_rate.c). Each transmission remembers how much had been
 * delivered, and when; on an acknowledgement the newest transmission among those it delivers gives
 *
 *     rate = delivered since it was sent / max(time the sending took, time the acknowledging took)
 *
 * The maximum of the two is what keeps compressed acknowledgements from looking like bandwidth. Counts are segments, times ns.
 */
import type { AckSample } from './controller.ts';
import { APP_LIMITED, RATE_SAMPLED, type Scoreboard } from './scoreboard.ts';

export class DeliveryRate {
  /** Segments delivered so far, in order or selectively. */
  delivered = 0;
  /** When `delivered` last rose, or sending began from idleness. */
  private deliveredNs = 0;
  /** When the newest segment known to be delivered was sent: begin of the current send phase. */
  private firstSentNs = 0;
  /** Samples are limited by the application until this much is delivered; 0: they are not. */
  private appLimitedUntil = 0;

  /** The transmission chosen so far for the sample of this acknowledgement. */
  private chosen = false;
  private priorDeliveredNs = 0;
  private sendElapsedNs = 0;
  private chosenSegment = -1;

  get isAppLimited(): boolean {
    return this.appLimitedUntil > 0;
  }

  /** Stamps a transmission. `packetsOut` and `inflight`: before it counts among them. */
  onSend(board: Scoreboard, segment: number, nowNs: number, packetsOut: number, inflight: number): void {
    if (packetsOut === 0) this.firstSentNs = this.deliveredNs = nowNs;
    const at = segment & board.mask;
    board.firstSentNs[at] = this.firstSentNs;
    board.deliveredNs[at] = this.deliveredNs;
    board.delivered[at] = this.delivered;
    board.lostBefore[at] = board.lost;
    board.txInflight[at] = inflight + 1;
    board.flags[at] = (board.flags[at]! & ~(RATE_SAMPLED | APP_LIMITED)) | (this.appLimitedUntil > 0 ? APP_LIMITED : 0);
  }

  /** An acknowledgement begins. */
  begin(sample: AckSample): void {
    this.chosen = false;
    sample.priorDelivered = -1;
    sample.priorLost = 0;
    sample.txInflight = 0;
    sample.isAppLimited = false;
  }

  /** The acknowledgement reports this segment as delivered, for the first time or again in order. */
  onDelivered(board: Scoreboard, segment: number, sample: AckSample): void {
    const at = segment & board.mask;
    const flags = board.flags[at]!;
    if ((flags & RATE_SAMPLED) !== 0) return;
    board.flags[at] = flags | RATE_SAMPLED;
    const sentNs = board.sentNs[at]!;
    // sent later than the one chosen so far, or at the same instant and further on in the stream
    if (this.chosen && !(sentNs > this.firstSentNs || (sentNs === this.firstSentNs && segment > this.chosenSegment))) return;
    this.chosen = true;
    this.chosenSegment = segment;
    sample.priorDelivered = board.delivered[at]!;
    sample.priorLost = board.lostBefore[at]!;
    sample.txInflight = board.txInflight[at]!;
    sample.isAppLimited = (flags & APP_LIMITED) !== 0;
    this.priorDeliveredNs = board.deliveredNs[at]!;
    this.sendElapsedNs = sentNs - board.firstSentNs[at]!;
    this.firstSentNs = sentNs;
  }

  /** Every newly delivered segment has been reported: completes the sample. Below the least round-trip time no rate can be measured. */
  finish(sample: AckSample, nowNs: number, minRttNs: number): void {
    if (this.appLimitedUntil > 0 && this.delivered > this.appLimitedUntil) this.appLimitedUntil = 0;
    if (sample.acked > 0) this.deliveredNs = nowNs;
    sample.delivered = 0;
    sample.intervalNs = 0;
    if (!this.chosen) return;
    sample.delivered = this.delivered - sample.priorDelivered;
    const intervalNs = Math.max(this.sendElapsedNs, nowNs - this.priorDeliveredNs);
    if (intervalNs >= minRttNs) sample.intervalNs = intervalNs;
  }

  /** The application has nothing to send while the window is open; what is in flight now is measured with that. */
  markAppLimited(inflight: number): void {
    this.appLimitedUntil = Math.max(1, this.delivered + inflight);
  }
}

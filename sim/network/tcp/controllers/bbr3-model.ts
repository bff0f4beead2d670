/**
 * What BBR version 3 knows of its path (draft-ietf-ccwg-bbr, "Updating Network Path Model Parameters"): rounds; bandwidth, the maximum of two
 * probing cycles; least round-trip time; aggregation of acknowledgements; and bounds learnt from loss, on two scales of time:
 *
 *     long term    inflightLong                what a probe for bandwidth found too much; grows again only in PROBE_UP
 *     short term   rateShort, inflightShort    follow what is delivered, by 0.7 a lossy round at most; forgotten with each probe
 *
 * Counts are segments, rates segments a nanosecond, times ns. State transitions stand in bbr3.ts, pace and window in bbr3-control.ts.
 */
import type { AckSample, TcpState } from '../controller.ts';
import { MaxFilter } from './bbr-max-filter.ts';

/** BBR.LossThresh: of what was in flight, as much may be lost. */
export const LOSS_THRESHOLD = 0.02;
/** BBR.Beta: no answer to loss is harsher than CUBIC's. */
export const BETA = 0.7;
const HEADROOM = 0.15;
export const MIN_PIPE_CWND = 4;
const EXTRA_ACKED_ROUNDS = 10;
const MIN_RTT_WINDOW_NS = 10e9;
/** BBR.ProbeRTTInterval. */
const PROBE_RTT_INTERVAL_NS = 5e9;
/** Round-trip times are compared in microseconds, as in kernels: less of a difference keeps no minimum young. */
const RTT_UNIT_NS = 1000;
const FULL_GROWTH = 1.25;
const FULL_ROUNDS = 3;
const ROUNDING = 1e-6;

export class Bbr3Model {
  rounds = 0;
  roundStart = false;
  roundsSinceProbeUp = 0;
  /** The rate of this acknowledgement's sample; 0: none. */
  sampleRate = 0;
  /** Estimated bandwidth, and what bounds by loss leave of it. */
  rate = 0;
  minRttNs = Infinity;
  probeRttExpired = false;
  inflightLong = Infinity;
  rateShort = Infinity;
  inflightShort = Infinity;
  /** Largest of the last round. */
  rateLatest = 0;
  inflightLatest = 0;
  lossInRound = false;
  lossRoundStart = false;
  /** The full-pipe estimator: fired in this probe, and ever. */
  fullNow = false;
  isFull = false;
  fullRounds = 0;

  private readonly cycleRates = new Float64Array(2);
  private readonly aggregation = new MaxFilter();
  private nextRoundDelivered = 0;
  private lossRoundDelivered = 0;
  private fullRate = 0;
  private minRttStampNs = 0;
  private probeRttMinNs = Infinity;
  private probeRttStampNs = 0;
  private epochNs = 0;
  private epochAcked = 0;

  start(tcp: TcpState): void {
    this.minRttNs = this.probeRttMinNs = tcp.srttNs > 0 ? tcp.srttNs : Infinity;
    this.minRttStampNs = this.probeRttStampNs = this.epochNs = tcp.nowNs;
    this.aggregation.reset(0, 0);
    this.startRound(tcp);
  }

  get maxRate(): number {
    return Math.max(this.cycleRates[0]!, this.cycleRates[1]!);
  }

  get extraAcked(): number {
    return this.aggregation.best;
  }

  startRound(tcp: TcpState): void {
    this.nextRoundDelivered = tcp.delivered;
  }

  /** First step of an acknowledgement: the delivery of the round so far. */
  noteDelivery(tcp: TcpState, sample: AckSample): void {
    this.sampleRate = sample.intervalNs > 0 ? sample.delivered / sample.intervalNs : 0;
    this.lossRoundStart = false;
    this.rateLatest = Math.max(this.rateLatest, this.sampleRate);
    this.inflightLatest = Math.max(this.inflightLatest, sample.delivered);
    if (sample.priorDelivered >= this.lossRoundDelivered) {
      this.lossRoundDelivered = tcp.delivered;
      this.lossRoundStart = true;
    }
    this.roundStart = sample.priorDelivered >= this.nextRoundDelivered;
    if (this.roundStart) {
      this.startRound(tcp);
      this.rounds++;
      this.roundsSinceProbeUp++;
    }
    if (this.sampleRate > 0 && (this.sampleRate >= this.maxRate || !sample.isAppLimited)) this.cycleRates[1] = Math.max(this.cycleRates[1]!, this.sampleRate);
  }

  /** Last step of it: a new round of latest delivery begins, and bandwidth is bounded. */
  finish(sample: AckSample): void {
    if (this.lossRoundStart) {
      this.rateLatest = this.sampleRate;
      this.inflightLatest = sample.delivered;
    }
    this.boundRate();
  }

  boundRate(): void {
    this.rate = Math.min(this.maxRate, this.rateShort);
  }

  /** A cycle of probing is over: the filter forgets the one before the last. A cycle without samples does not count. */
  advanceCycle(): void {
    if (this.cycleRates[1] === 0) return;
    this.cycleRates[0] = this.cycleRates[1]!;
    this.cycleRates[1] = 0;
  }

  // Loss

  /** Some segment was marked lost; returns whether it is the first of the round. */
  noteLoss(tcp: TcpState): boolean {
    if (this.lossInRound) return false;
    this.lossRoundDelivered = tcp.delivered;
    this.lossInRound = true;
    return true;
  }

  /** At the end of a round: bounds follow its losses, unless they are the answer to a probe. */
  adaptShortTerm(tcp: TcpState, isAccelerating: boolean): void {
    if (!this.lossRoundStart) return;
    if (this.lossInRound && !isAccelerating) {
      if (this.rateShort === Infinity) this.rateShort = this.maxRate;
      if (this.inflightShort === Infinity) this.inflightShort = tcp.cwnd;
      this.rateShort = Math.max(this.rateLatest, BETA * this.rateShort);
      this.inflightShort = Math.max(this.inflightLatest, Math.floor(BETA * this.inflightShort));
    }
    this.lossInRound = false;
  }

  resetShortTerm(): void {
    this.rateShort = this.inflightShort = Infinity;
  }

  resetSignals(): void {
    this.lossInRound = false;
    this.rateLatest = this.inflightLatest = 0;
  }

  /** Room is left for others below the long-term bound. */
  get inflightWithHeadroom(): number {
    if (this.inflightLong === Infinity) return Infinity;
    return Math.max(Math.floor(this.inflightLong - Math.max(1, HEADROOM * this.inflightLong)), MIN_PIPE_CWND);
  }

  // Full pipe

  resetFull(rate = 0): void {
    this.fullRate = rate;
    this.fullRounds = 0;
    this.fullNow = false;
  }

  checkFull(sample: AckSample): void {
    if (this.fullNow || !this.roundStart || sample.isAppLimited) return;
    if (this.sampleRate >= this.fullRate * FULL_GROWTH) return this.resetFull(this.sampleRate);
    this.fullNow = ++this.fullRounds >= FULL_ROUNDS;
    if (this.fullNow) this.isFull = true;
  }

  // Volume

  /** Bandwidth times least round-trip time, in whole segments. */
  bdp(tcp: TcpState, gain: number, rate = this.rate): number {
    return this.minRttNs === Infinity ? tcp.initialWindow : Math.ceil(gain * rate * this.minRttNs - ROUNDING);
  }

  restartEpoch(nowNs: number): void {
    this.epochNs = nowNs;
  }

  updateAggregation(tcp: TcpState, acked: number): void {
    let expected = this.rate * (tcp.nowNs - this.epochNs);
    if (this.epochAcked <= expected) {
      this.epochAcked = 0;
      this.epochNs = tcp.nowNs;
      expected = 0;
    }
    this.epochAcked += acked;
    const extra = Math.min(Math.floor(this.epochAcked - expected), tcp.cwnd);
    this.aggregation.update(this.isFull ? EXTRA_ACKED_ROUNDS : 1, this.rounds, extra);
  }

  // Round-trip time

  updateMinRtt(tcp: TcpState, sample: AckSample): void {
    const { nowNs } = tcp;
    const rttNs = Math.floor(sample.rttNs / RTT_UNIT_NS) * RTT_UNIT_NS;
    this.probeRttExpired = nowNs > this.probeRttStampNs + PROBE_RTT_INTERVAL_NS;
    if (rttNs >= 0 && (rttNs < this.probeRttMinNs || this.probeRttExpired)) {
      this.probeRttMinNs = rttNs;
      this.probeRttStampNs = nowNs;
    }
    if (this.probeRttMinNs < this.minRttNs || nowNs > this.minRttStampNs + MIN_RTT_WINDOW_NS) {
      this.minRttNs = this.probeRttMinNs;
      this.minRttStampNs = this.probeRttStampNs;
    }
  }

  /** The round-trip time has just been probed: the interval to the next probe begins. */
  restartProbeRttInterval(nowNs: number): void {
    this.probeRttStampNs = nowNs;
  }
}

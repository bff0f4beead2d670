/**
 * BBR version 1 (Cardwell et al., ACM Queue 14(5), 2016), rule for rule as net/ipv4/tcp_bbr.c of Linux 6.1 and 6.12 has it. A model of the
 * path, the largest delivery rate of 10 rounds and the least round-trip time of 10 s, sets pacing and window; loss is no signal by itself.
 *
 *     STARTUP  x2.89 a round until three rounds bring less than 25 %   ->  DRAIN  until in flight <= BDP   ->  PROBE_BW  1.25, 0.75, 1 x 6
 *     from any of them, when the least round-trip time is 10 s old: PROBE_RTT, 4 in flight for 200 ms and a round
 *
 * Gains are the kernel's 256ths; rates are doubles in segments a nanosecond instead of its 24-bit fixed point; clocks are exact where the
 * kernel's 10 s and 200 ms count jiffies. Window in segments, time ns. Left out: ECN (the kernel's version ignores it too).
 */
import type { RandomStream } from '../../../random.ts';
import type { AckSample, CongestionState, Controller, TcpState } from '../controller.ts';
import { AckAggregation } from './bbr-aggregation.ts';
import { LongTermBandwidth } from './bbr-long-term.ts';
import { MaxFilter } from './bbr-max-filter.ts';

export type BbrMode = 'STARTUP' | 'DRAIN' | 'PROBE_BW' | 'PROBE_RTT';

const UNIT = 256;
/** 2/ln 2 = 2.885: the least pacing gain that doubles what is delivered each round. */
const HIGH_GAIN = (Math.floor((UNIT * 2885) / 1000) + 1) / UNIT;
const DRAIN_GAIN = Math.floor((UNIT * 1000) / 2885) / UNIT;
const CWND_GAIN = 2;
const CYCLE_GAINS = [1.25, 0.75, 1, 1, 1, 1, 1, 1];
const CYCLE_LENGTH = 8;
/** bbr_cycle_rand: the first phase is any but 0.75. */
const START_PHASES = 7;
/** bbr_bw_rtts: rounds that the bandwidth filter remembers, a cycle and two. */
const BANDWIDTH_ROUNDS = 10;
const MIN_RTT_WINDOW_NS = 10e9;
/** The kernel's clock: what is lower by less is not lower, and does not keep an old minimum young. */
const RTT_UNIT_NS = 1000;
const PROBE_RTT_NS = 200e6;
const MIN_CWND = 4;
const FULL_GROWTH = 1.25;
const FULL_ROUNDS = 3;
const PACING_MARGIN = 0.99;
/** TCP_INIT_CWND. */
const INITIAL_WINDOW = 10;
/** Rate assumed before any round-trip time: the initial window in 1 ms. */
const NOMINAL_RTT_NS = 1e6;
/** bbr_min_tso_rate. */
const MIN_BURST_BPS = 1.2e6;
/** sk_pacing_shift 10: a burst is 1/1024 s of the pacing rate, at most GSO_LEGACY_MAX_SIZE - 1 - MAX_TCP_HEADER bytes and 127 segments. */
const BURSTS_PER_S = 1024;
const MAX_BURST_BYTES = 65_536 - 1 - 320;
const MAX_BURST = 127;
/** Doubles and the kernel's truncated rates differ far below a segment; ceil() must not see that. */
const ROUNDING = 1e-6;

export class Bbr implements Controller {
  readonly name = 'bbr';
  readonly hasOwnRecovery = true;
  mode: BbrMode = 'STARTUP';
  pacingGain = HIGH_GAIN;
  /** Rounds: a round ends when something sent after the previous end is delivered. */
  rounds = 0;
  /** Phase of the gain cycle, 0 to 7. */
  phase = 0;
  minRttNs = Infinity;
  isFull = false;

  private readonly random: RandomStream;
  private readonly filter = new MaxFilter();
  private readonly longTerm = new LongTermBandwidth();
  private readonly aggregation = new AckAggregation();
  private cwndGain = HIGH_GAIN;
  private nextRoundDelivered = 0;
  private roundStart = false;
  private phaseNs = 0;
  private fullRate = 0;
  private fullRounds = 0;
  private minRttStampNs = 0;
  /** When PROBE_RTT may end; 0: the flight is not small yet. */
  private probeRttEndNs = 0;
  private probeRttRoundDone = false;
  private priorCwnd = 0;
  private priorState: CongestionState = 'open';
  private conserving = false;
  private idleRestart = false;
  private hasSeenRtt = false;

  /** The stream draws the first phase of each gain cycle. */
  constructor(random: RandomStream) {
    this.random = random;
  }

  /** Estimated bandwidth, segments a nanosecond. */
  get rate(): number {
    return this.longTerm.inUse ? this.longTerm.rate : this.filter.best;
  }

  start(tcp: TcpState): void {
    tcp.ssthresh = Infinity;
    this.nextRoundDelivered = tcp.delivered;
    this.minRttNs = Math.floor(tcp.minRttNs / RTT_UNIT_NS) * RTT_UNIT_NS;
    this.minRttStampNs = tcp.nowNs;
    this.filter.reset(0, 0);
    this.longTerm.reset(tcp);
    this.aggregation.start(tcp.nowNs);
    this.initPacing(tcp);
    tcp.sendQuantum = this.burst(tcp);
  }

  onAck(tcp: TcpState, sample: AckSample): void {
    this.updateBandwidth(tcp, sample);
    if (sample.intervalNs > 0) this.aggregation.update(tcp.nowNs, sample.acked, this.rate, this.roundStart, tcp.cwnd);
    if (this.mode === 'PROBE_BW' && this.isPhaseOver(tcp, sample)) this.advancePhase(tcp);
    this.checkFull(sample);
    this.checkDrain(tcp);
    this.updateMinRtt(tcp, sample);
    this.setGains();
    this.setPacing(tcp, this.pacingGain);
    this.setCwnd(tcp, sample);
  }

  /** Loss recovery starts, the window is still whole: remember it (bbr_ssthresh). */
  onCongestion(tcp: TcpState): number {
    this.saveCwnd(tcp);
    return tcp.ssthresh;
  }

  /** A timeout counts as the end of a round, with a loss (bbr_set_state). */
  onTimeout(tcp: TcpState): void {
    this.priorState = 'loss';
    this.fullRate = 0;
    this.roundStart = true;
    this.sampleLongTerm(tcp, 1, false);
  }

  onUndo(tcp: TcpState): number {
    this.fullRate = 0;
    this.fullRounds = 0;
    this.longTerm.reset(tcp);
    return tcp.cwnd;
  }

  onRestart(tcp: TcpState): void {
    if (!tcp.isAppLimited) return;
    this.idleRestart = true;
    this.aggregation.restart(tcp.nowNs);
    // come back at the estimated rate: neither probing nor draining makes sense with an empty pipe
    if (this.mode === 'PROBE_BW') this.setPacing(tcp, 1);
    else if (this.mode === 'PROBE_RTT') this.checkProbeRttDone(tcp);
  }

  describe(): Readonly<Record<string, number | string>> {
    return {
      phase: this.mode, cycle: this.phase, rounds: this.rounds, pacingGain: this.pacingGain, cwndGain: this.cwndGain,
      segmentsPerS: this.rate * 1e9, minRttNs: this.minRttNs, policed: this.longTerm.inUse ? 1 : 0,
    };
  }

  private updateBandwidth(tcp: TcpState, sample: AckSample): void {
    this.roundStart = false;
    if (sample.intervalNs <= 0) return;
    if (sample.priorDelivered >= this.nextRoundDelivered) {
      this.nextRoundDelivered = tcp.delivered;
      this.rounds++;
      this.roundStart = true;
      this.conserving = false;
    }
    this.sampleLongTerm(tcp, sample.lost, sample.isAppLimited);
    const rate = sample.delivered / sample.intervalNs;
    // what the application limited says nothing about the path, unless it beats what is known
    if (!sample.isAppLimited || rate >= this.filter.best) this.filter.update(BANDWIDTH_ROUNDS, this.rounds, rate);
  }

  private sampleLongTerm(tcp: TcpState, lost: number, appLimited: boolean): void {
    const change = this.longTerm.update(tcp, lost, appLimited, this.roundStart, this.mode === 'PROBE_BW');
    if (change === 'policed') this.pacingGain = 1;
    else if (change === 'expired') this.enterProbeBw(tcp);
  }

  private isPhaseOver(tcp: TcpState, sample: AckSample): boolean {
    const isFullLength = tcp.nowNs - this.phaseNs > this.minRttNs;
    if (this.pacingGain === 1) return isFullLength;
    const inflight = this.inflightAtNextSend(tcp, sample.priorInflight);
    const rate = this.filter.best;
    // probing goes on until the higher flight is really there, or does not fit
    if (this.pacingGain > 1) return isFullLength && (sample.lost > 0 || inflight >= this.targetInflight(tcp, rate, this.pacingGain));
    return isFullLength || inflight <= this.targetInflight(tcp, rate, 1);
  }

  private advancePhase(tcp: TcpState): void {
    this.phase = (this.phase + 1) % CYCLE_LENGTH;
    this.phaseNs = tcp.nowNs;
  }

  private enterProbeBw(tcp: TcpState): void {
    this.mode = 'PROBE_BW';
    this.phase = CYCLE_LENGTH - 1 - this.random.below(START_PHASES);
    this.advancePhase(tcp);
  }

  private checkFull(sample: AckSample): void {
    if (this.isFull || !this.roundStart || sample.isAppLimited) return;
    if (this.filter.best >= this.fullRate * FULL_GROWTH) {
      this.fullRate = this.filter.best;
      this.fullRounds = 0;
      return;
    }
    this.isFull = ++this.fullRounds >= FULL_ROUNDS;
  }

  private checkDrain(tcp: TcpState): void {
    if (this.mode === 'STARTUP' && this.isFull) {
      this.mode = 'DRAIN';
      tcp.ssthresh = this.targetInflight(tcp, this.filter.best, 1);
    }
    if (this.mode === 'DRAIN' && this.inflightAtNextSend(tcp, tcp.inflight) <= this.targetInflight(tcp, this.filter.best, 1)) this.enterProbeBw(tcp);
  }

  private updateMinRtt(tcp: TcpState, sample: AckSample): void {
    const expired = tcp.nowNs > this.minRttStampNs + MIN_RTT_WINDOW_NS;
    const rttNs = Math.floor(sample.rttNs / RTT_UNIT_NS) * RTT_UNIT_NS;
    if (rttNs >= 0 && (rttNs < this.minRttNs || (expired && !sample.isAckDelayed))) {
      this.minRttNs = rttNs;
      this.minRttStampNs = tcp.nowNs;
    }
    if (expired && !this.idleRestart && this.mode !== 'PROBE_RTT') {
      this.mode = 'PROBE_RTT';
      this.saveCwnd(tcp);
      this.probeRttEndNs = 0;
    }
    if (this.mode === 'PROBE_RTT') this.probeRtt(tcp);
    if (sample.delivered > 0) this.idleRestart = false;
  }

  private probeRtt(tcp: TcpState): void {
    tcp.markAppLimited();
    if (this.probeRttEndNs === 0) {
      if (tcp.inflight > MIN_CWND) return;
      this.probeRttEndNs = tcp.nowNs + PROBE_RTT_NS;
      this.probeRttRoundDone = false;
      this.nextRoundDelivered = tcp.delivered;
      return;
    }
    if (this.roundStart) this.probeRttRoundDone = true;
    if (this.probeRttRoundDone) this.checkProbeRttDone(tcp);
  }

  private checkProbeRttDone(tcp: TcpState): void {
    if (this.probeRttEndNs === 0 || tcp.nowNs <= this.probeRttEndNs) return;
    this.minRttStampNs = tcp.nowNs;
    tcp.cwnd = Math.max(tcp.cwnd, this.priorCwnd);
    if (this.isFull) this.enterProbeBw(tcp);
    else this.mode = 'STARTUP';
  }

  private setGains(): void {
    if (this.mode === 'STARTUP') this.pacingGain = this.cwndGain = HIGH_GAIN;
    else if (this.mode === 'DRAIN') {
      this.pacingGain = DRAIN_GAIN;
      this.cwndGain = HIGH_GAIN;
    } else if (this.mode === 'PROBE_BW') {
      this.pacingGain = this.longTerm.inUse ? 1 : CYCLE_GAINS[this.phase]!;
      this.cwndGain = CWND_GAIN;
    } else this.pacingGain = this.cwndGain = 1;
  }

  private initPacing(tcp: TcpState): void {
    this.hasSeenRtt = tcp.srttNs > 0;
    const rate = tcp.cwnd / (this.hasSeenRtt ? tcp.srttNs : NOMINAL_RTT_NS);
    tcp.pacingBps = pacingOf(tcp, rate, HIGH_GAIN);
  }

  private setPacing(tcp: TcpState, gain: number): void {
    if (!this.hasSeenRtt && tcp.srttNs > 0) this.initPacing(tcp);
    const pacingBps = pacingOf(tcp, this.rate, gain);
    // until the pipe has been full, low samples are the application's or the start's
    if (this.isFull || pacingBps > tcp.pacingBps) tcp.pacingBps = pacingBps;
    tcp.sendQuantum = this.burst(tcp);
  }

  /** Segments a burst (bbr_tso_segs_goal). */
  private burst(tcp: TcpState): number {
    const bytes = Math.min(Math.floor(tcp.pacingBps / 8 / BURSTS_PER_S), MAX_BURST_BYTES);
    return Math.min(Math.max(Math.floor(bytes / tcp.mss), tcp.pacingBps < MIN_BURST_BPS ? 1 : 2), MAX_BURST);
  }

  private saveCwnd(tcp: TcpState): void {
    const isWhole = this.priorState !== 'recovery' && this.priorState !== 'loss' && this.mode !== 'PROBE_RTT';
    this.priorCwnd = isWhole ? tcp.cwnd : Math.max(this.priorCwnd, tcp.cwnd);
  }

  private bdp(rate: number, gain: number): number {
    if (this.minRttNs === Infinity) return INITIAL_WINDOW;
    return Math.ceil(rate * this.minRttNs * gain - ROUNDING);
  }

  /** Room for bursts at both ends; even, for receivers that acknowledge every second segment. */
  private quantized(tcp: TcpState, segments: number): number {
    const roomy = segments + 3 * this.burst(tcp);
    const even = roomy + (roomy % 2);
    return this.mode === 'PROBE_BW' && this.phase === 0 ? even + 2 : even;
  }

  private targetInflight(tcp: TcpState, rate: number, gain: number): number {
    return this.quantized(tcp, this.bdp(rate, gain));
  }

  /** What of the flight will still be under way when pacing lets the next burst leave, that burst included while the flight grows. */
  private inflightAtNextSend(tcp: TcpState, inflight: number): number {
    const delivered = Math.floor(this.rate * Math.max(0, tcp.nextSendNs - tcp.nowNs));
    return Math.max(0, inflight + (this.pacingGain > 1 ? this.burst(tcp) : 0) - delivered);
  }

  private setCwnd(tcp: TcpState, sample: AckSample): void {
    if (sample.acked > 0) this.growCwnd(tcp, sample);
    if (this.mode === 'PROBE_RTT') tcp.cwnd = Math.min(tcp.cwnd, MIN_CWND);
  }

  private growCwnd(tcp: TcpState, sample: AckSample): void {
    const { acked } = sample;
    const cwnd = this.recoverOrRestore(tcp, sample);
    if (this.conserving) {
      tcp.cwnd = Math.max(cwnd, tcp.inflight + acked);
      return;
    }
    const allowance = this.isFull ? this.aggregation.allowance(this.rate) : 0;
    const target = this.quantized(tcp, this.bdp(this.rate, this.cwndGain) + allowance);
    let grown = cwnd;
    if (this.isFull) grown = Math.min(cwnd + acked, target);
    else if (cwnd < target || tcp.delivered < INITIAL_WINDOW) grown = cwnd + acked;
    tcp.cwnd = Math.max(grown, MIN_CWND);
  }

  /** The window after this acknowledgement's losses, and at the borders of recovery. */
  private recoverOrRestore(tcp: TcpState, sample: AckSample): number {
    const before = this.priorState;
    this.priorState = tcp.state;
    const cwnd = sample.lost > 0 ? Math.max(tcp.cwnd - sample.lost, 1) : tcp.cwnd;
    if (tcp.state === 'recovery' && before !== 'recovery') {
      // first round of recovery: send what is delivered, nothing more
      this.conserving = true;
      this.nextRoundDelivered = tcp.delivered;
      return tcp.inflight + sample.acked;
    }
    const wasRecovering = before === 'recovery' || before === 'loss';
    if (wasRecovering && tcp.state !== 'recovery' && tcp.state !== 'loss') {
      this.conserving = false;
      return Math.max(cwnd, this.priorCwnd);
    }
    return cwnd;
  }
}

function pacingOf(tcp: TcpState, rate: number, gain: number): number {
  return rate * gain * PACING_MARGIN * tcp.mss * 8e9;
}

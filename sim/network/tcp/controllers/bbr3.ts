/**
 * BBR version 3: the state machine (draft-ietf-ccwg-bbr; names of steps are the draft's). Like version 1 it sends by a model of the path, and
 * unlike it takes loss above 2 % of what was in flight for an answer. Constants stand beside their use in bbr3-model.ts (what is known of
 * the path), bbr3-control.ts (pace and window), bbr3-states.ts (gains).
 *
 * Where the draft leaves room: losses of a round are counted by acknowledgements that report some (as Linux's version 3 does), not by ranges;
 * state to go back to is saved once an episode, before its first loss has changed anything (the draft's pseudocode saves what is changed
 * already); in flight before an acknowledgement, not after it, is held against the long-term bound (as Linux). PROBE_RTT every 5 s, with a
 * filter of its own beside the 10 s of the least round-trip time, as in the text of August 2026 (commit 4ce5e87 of the draft's repository;
 * another text there joins the two at 10 s). Left out: ECN.
 */
import type { RandomStream } from '../../../random.ts';
import type { AckSample, CongestionState, Controller, TcpState } from '../controller.ts';
import { fullInflight, initPacing, probeRttCwnd, setCwnd, setPacing, setQuantum } from './bbr3-control.ts';
import { BETA, Bbr3Model, LOSS_THRESHOLD } from './bbr3-model.ts';
import { type AckPhase, type Bbr3State, gainsOf, isAccelerating, isProbeBw } from './bbr3-states.ts';

const PROBE_RTT_NS = 200e6;
/** BBRStartupFullLossCnt. */
const STARTUP_LOSS_EVENTS = 6;
const DRAIN_ROUNDS = 3;
/** A probe for bandwidth after 2 to 3 s, or after as many rounds as Reno would need to grow by as much, 63 at most. */
const PROBE_WAIT_NS = 2e9;
const PROBE_WAIT_RANDOM_NS = 1e9;
const RENO_ROUNDS = 63;
const MAX_DOUBLINGS = 30;

export class Bbr3 implements Controller {
  readonly name = 'bbr3';
  readonly hasOwnRecovery = true;
  readonly model = new Bbr3Model();
  state: Bbr3State = 'STARTUP';
  ackPhase: AckPhase = 'init';
  idleRestart = false;
  /** The last probe lost too much, or was cut short because the one before had. */
  probeTooHigh = false;
  probePrecautionary = false;
  /** Segments acknowledged for each by which the long-term bound grows; Infinity: it does not. */
  ackedPerStep = Infinity;
  waitNs = 0;

  private readonly random: RandomStream;
  private cycleNs = 0;
  private drainRound = 0;
  private isProbeSample = false;
  private probeRounds = 0;
  private probeAcked = 0;
  private probeRttEndNs = 0;
  private probeRttRoundDone = false;
  private lossEvents = 0;
  private priorCwnd = 0;
  /** State to go back to is saved: an episode of loss is under way. */
  private isSaved = false;
  private undoState: Bbr3State | undefined;
  private undoRateShort = Infinity;
  private undoInflightShort = Infinity;
  private undoInflightLong = Infinity;

  /** The stream draws the time between probes for bandwidth. */
  constructor(random: RandomStream) {
    this.random = random;
  }

  start(tcp: TcpState): void {
    this.model.start(tcp);
    initPacing(tcp);
  }

  onAck(tcp: TcpState, sample: AckSample): void {
    const { model } = this;
    model.noteDelivery(tcp, sample);
    model.adaptShortTerm(tcp, isAccelerating(this.state));
    model.updateAggregation(tcp, sample.acked);
    model.checkFull(sample);
    this.checkStartupDone(tcp, sample);
    this.checkDrainDone(tcp);
    this.updateCycle(tcp, sample);
    model.updateMinRtt(tcp, sample);
    this.checkProbeRtt(tcp, sample);
    model.finish(sample);
    setPacing(tcp, model, gainsOf(this.state).pacing);
    setQuantum(tcp);
    setCwnd(tcp, model, this.state, sample.acked);
  }

  /** A segment is lost (HandleLostPacket). */
  onLost(tcp: TcpState, txInflight: number, priorLost: number, isAppLimited: boolean): void {
    if (this.model.noteLoss(tcp)) this.saveCwnd(tcp);
    this.saveState();
    if (!this.isProbeSample) return;
    const lost = tcp.lost - priorLost;
    if (lost > txInflight * LOSS_THRESHOLD) this.inflightTooHigh(tcp, inflightAtLoss(txInflight, lost), isAppLimited);
  }

  onCongestion(tcp: TcpState): number {
    this.saveCwnd(tcp);
    this.saveState();
    return tcp.ssthresh;
  }

  onState(tcp: TcpState, before: CongestionState): void {
    if (isRecovering(tcp.state)) return;
    this.isSaved = false;
    if (isRecovering(before)) this.restoreCwnd(tcp);
  }

  /** Nothing was lost after all (HandleSpuriousLossDetection). */
  onUndo(tcp: TcpState): number {
    const { model } = this;
    this.restoreCwnd(tcp);
    model.lossInRound = false;
    model.resetFull();
    model.rateShort = Math.max(model.rateShort, this.undoRateShort);
    model.inflightShort = Math.max(model.inflightShort, this.undoInflightShort);
    model.inflightLong = Math.max(model.inflightLong, this.undoInflightLong);
    if (this.undoState === 'STARTUP' && this.state !== 'STARTUP') {
      model.isFull = false;
      if (this.state !== 'PROBE_RTT') this.state = 'STARTUP';
    } else if (this.undoState === 'PROBE_UP' && this.state !== 'PROBE_UP' && this.state !== 'PROBE_RTT') this.startRefill(tcp);
    this.undoState = undefined;
    return tcp.cwnd;
  }

  onRestart(tcp: TcpState): void {
    if (!tcp.isAppLimited) return;
    this.idleRestart = true;
    this.model.restartEpoch(tcp.nowNs);
    if (isProbeBw(this.state)) setPacing(tcp, this.model, 1);
    else if (this.state === 'PROBE_RTT') this.checkProbeRttDone(tcp);
  }

  describe(): Readonly<Record<string, number | string>> {
    const { model } = this;
    const { pacing, cwnd } = gainsOf(this.state);
    return {
      phase: this.state, ackPhase: this.ackPhase, rounds: model.rounds, pacingGain: pacing, cwndGain: cwnd, segmentsPerS: model.rate * 1e9,
      maxSegmentsPerS: model.maxRate * 1e9, minRttNs: model.minRttNs, inflightLong: model.inflightLong, inflightShort: model.inflightShort,
      shortSegmentsPerS: model.rateShort * 1e9, extraAcked: model.extraAcked,
    };
  }

  // STARTUP and DRAIN

  private checkStartupDone(tcp: TcpState, sample: AckSample): void {
    this.checkStartupLoss(tcp, sample);
    if (this.state !== 'STARTUP' || !this.model.isFull) return;
    this.state = 'DRAIN';
    this.drainRound = this.model.rounds;
  }

  /** At the end of a round in recovery: more than 2 % lost, in six pieces at least. */
  private checkStartupLoss(tcp: TcpState, sample: AckSample): void {
    const { model } = this;
    if (model.isFull) return;
    if (sample.lost > 0) this.lossEvents++;
    if (!model.lossRoundStart) return;
    if (tcp.state === 'recovery' && this.lossEvents >= STARTUP_LOSS_EVENTS && isTooHigh(sample)) {
      this.undoState = 'STARTUP';
      model.isFull = model.fullNow = true;
      model.inflightLong = Math.max(model.bdp(tcp, 1), model.inflightLatest);
    }
    this.lossEvents = 0;
  }

  private checkDrainDone(tcp: TcpState): void {
    const { model } = this;
    if (this.state !== 'DRAIN') return;
    if (tcp.inflight <= fullInflight(tcp, model, this.state, model.rate) || model.rounds > this.drainRound + DRAIN_ROUNDS) this.startDown(tcp);
  }

  // The cycle of probing for bandwidth

  private startDown(tcp: TcpState): void {
    const { model } = this;
    model.resetSignals();
    this.ackedPerStep = Infinity;
    model.roundsSinceProbeUp = this.random.below(2);
    this.waitNs = PROBE_WAIT_NS + Math.floor(this.random.float() * PROBE_WAIT_RANDOM_NS);
    this.cycleNs = tcp.nowNs;
    this.ackPhase = 'probe stopping';
    model.startRound(tcp);
    this.state = 'PROBE_DOWN';
  }

  private startRefill(tcp: TcpState): void {
    this.model.resetShortTerm();
    this.probeRounds = this.probeAcked = 0;
    this.probePrecautionary = false;
    this.ackPhase = 'refilling';
    this.model.startRound(tcp);
    this.state = 'PROBE_REFILL';
  }

  private startUp(tcp: TcpState): void {
    this.ackPhase = 'probe starting';
    this.model.startRound(tcp);
    this.model.resetFull(this.model.sampleRate);
    this.state = 'PROBE_UP';
    this.raiseSlope(tcp);
  }

  private updateCycle(tcp: TcpState, sample: AckSample): void {
    if (!this.model.isFull) return;
    if (this.adaptLongTerm(tcp, sample)) return;
    if (this.state === 'PROBE_DOWN' || this.state === 'PROBE_CRUISE') {
      if (this.isTimeToProbe(tcp)) this.startRefill(tcp);
      else if (this.state === 'PROBE_DOWN' && this.isTimeToCruise(tcp)) this.state = 'PROBE_CRUISE';
    } else if (this.state === 'PROBE_REFILL') {
      if (!this.model.roundStart) return;
      this.isProbeSample = true;
      this.startUp(tcp);
    } else if (this.state === 'PROBE_UP' && this.isTimeToGoDown(tcp, sample)) {
      this.probeTooHigh = false;
      this.startDown(tcp);
    }
  }

  private isTimeToProbe(tcp: TcpState): boolean {
    return tcp.nowNs > this.cycleNs + this.waitNs || this.model.roundsSinceProbeUp >= Math.min(this.targetInflight(tcp), RENO_ROUNDS);
  }

  private isTimeToCruise(tcp: TcpState): boolean {
    const { model } = this;
    return tcp.inflight <= model.inflightWithHeadroom && tcp.inflight <= fullInflight(tcp, model, this.state, model.maxRate);
  }

  private isTimeToGoDown(tcp: TcpState, sample: AckSample): boolean {
    const { model } = this;
    if (this.probeTooHigh && sample.priorInflight >= model.inflightLong) {
      this.probePrecautionary = true;
      return true;
    }
    if (tcp.isCwndLimited && tcp.cwnd >= model.inflightLong) {
      // the bound, and not the path, kept the rate down
      model.resetFull(model.sampleRate);
      return false;
    }
    return model.fullNow;
  }

  /** What is wanted in flight: a BDP, less where congestion has cut the window. */
  private targetInflight(tcp: TcpState): number {
    return Math.min(this.model.bdp(tcp, 1), tcp.cwnd);
  }

  /** Long-term bound and bandwidth filter follow the probes. True: a transition is decided. */
  private adaptLongTerm(tcp: TcpState, sample: AckSample): boolean {
    const { model } = this;
    if (model.roundStart && this.ackPhase === 'probe starting') this.ackPhase = 'probe feedback';
    if (model.roundStart && this.ackPhase === 'probe stopping') {
      this.isProbeSample = false;
      this.ackPhase = 'init';
      if (isProbeBw(this.state)) {
        if (!sample.isAppLimited) model.advanceCycle();
        if (this.probePrecautionary && !this.probeTooHigh) {
          this.startRefill(tcp);
          return true;
        }
      }
    }
    if (isTooHigh(sample) || model.inflightLong === Infinity) return false;
    model.inflightLong = Math.max(model.inflightLong, sample.txInflight);
    if (this.state === 'PROBE_UP') this.raiseInflightLong(tcp, sample.acked);
    return false;
  }

  /** The bound grows by 1, 2, 4, ... segments a round, spread over it. */
  private raiseSlope(tcp: TcpState): void {
    const growth = 1 << this.probeRounds;
    this.probeRounds = Math.min(this.probeRounds + 1, MAX_DOUBLINGS);
    this.ackedPerStep = Math.max(tcp.cwnd / growth, 1);
  }

  private raiseInflightLong(tcp: TcpState, acked: number): void {
    if (!tcp.isCwndLimited || tcp.cwnd < this.model.inflightLong) return;
    this.probeAcked += acked;
    const steps = Math.floor(this.probeAcked / this.ackedPerStep);
    if (steps > 0) {
      this.probeAcked -= steps * this.ackedPerStep;
      this.model.inflightLong += steps;
    }
    if (this.model.roundStart) this.raiseSlope(tcp);
  }

  private inflightTooHigh(tcp: TcpState, txInflight: number, isAppLimited: boolean): void {
    this.probeTooHigh = true;
    this.isProbeSample = false;
    if (!isAppLimited) this.model.inflightLong = Math.max(txInflight, Math.floor(BETA * this.targetInflight(tcp)));
    if (this.state !== 'PROBE_UP') return;
    this.undoState = 'PROBE_UP';
    this.startDown(tcp);
  }

  // PROBE_RTT

  private checkProbeRtt(tcp: TcpState, sample: AckSample): void {
    if (this.state !== 'PROBE_RTT' && this.model.probeRttExpired && !this.idleRestart) {
      this.saveCwnd(tcp);
      this.state = 'PROBE_RTT';
      this.probeRttEndNs = 0;
      this.ackPhase = 'probe stopping';
      this.model.startRound(tcp);
    }
    if (this.state === 'PROBE_RTT') this.handleProbeRtt(tcp);
    if (sample.delivered > 0) this.idleRestart = false;
  }

  private handleProbeRtt(tcp: TcpState): void {
    tcp.markAppLimited();
    if (this.probeRttEndNs === 0) {
      if (tcp.inflight > probeRttCwnd(tcp, this.model)) return;
      this.probeRttEndNs = tcp.nowNs + PROBE_RTT_NS;
      this.probeRttRoundDone = false;
      this.model.startRound(tcp);
      return;
    }
    if (this.model.roundStart) this.probeRttRoundDone = true;
    if (this.probeRttRoundDone) this.checkProbeRttDone(tcp);
  }

  private checkProbeRttDone(tcp: TcpState): void {
    if (this.probeRttEndNs === 0 || tcp.nowNs <= this.probeRttEndNs) return;
    this.model.restartProbeRttInterval(tcp.nowNs);
    this.restoreCwnd(tcp);
    this.model.resetShortTerm();
    if (!this.model.isFull) this.state = 'STARTUP';
    else {
      this.startDown(tcp);
      // what is in flight is below the BDP already
      this.state = 'PROBE_CRUISE';
    }
  }

  // Remembering what it was like

  private saveCwnd(tcp: TcpState): void {
    const isWhole = !isRecovering(tcp.state) && this.state !== 'PROBE_RTT';
    this.priorCwnd = isWhole ? tcp.cwnd : Math.max(this.priorCwnd, tcp.cwnd);
  }

  private restoreCwnd(tcp: TcpState): void {
    tcp.cwnd = Math.max(tcp.cwnd, this.priorCwnd);
  }

  private saveState(): void {
    if (this.isSaved) return;
    this.isSaved = true;
    this.undoState = undefined;
    this.undoRateShort = this.model.rateShort;
    this.undoInflightShort = this.model.inflightShort;
    this.undoInflightLong = this.model.inflightLong;
  }
}

function isRecovering(state: CongestionState): boolean {
  return state === 'recovery' || state === 'loss';
}

/** More was lost while the sampled segment was under way than a path without congestion loses. */
function isTooHigh(sample: AckSample): boolean {
  return sample.lostSince > sample.txInflight * LOSS_THRESHOLD;
}

/** Where in the flight the losses crossed the threshold; the lost segment is the last of `txInflight`, and of the lost. */
function inflightAtLoss(txInflight: number, lost: number): number {
  const before = txInflight - 1;
  const beyond = (LOSS_THRESHOLD * before - (lost - 1)) / (1 - LOSS_THRESHOLD);
  return Math.floor(before + Math.max(0, beyond));
}

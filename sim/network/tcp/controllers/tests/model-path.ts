/**
 * A path for testing model-based controllers alone: one queue, one line, one delay, and a transport reduced to numbers. Segments are never
 * sent again; what is missing below a delivered segment is lost at once. Everything a test wants to change is a plain field. Independent of
 * the transport in `sim/network/tcp`: rate samples are taken here a second time, from the draft's text. Counts are segments, times ns.
 */
import type { AckSample, CongestionState, Controller, TcpState } from '../../controller.ts';

interface Sent {
  readonly atNs: number;
  readonly firstSentNs: number;
  readonly deliveredNs: number;
  readonly delivered: number;
  readonly lost: number;
  readonly inflight: number;
  readonly limited: boolean;
  /** When its acknowledgement arrives; Infinity: dropped. */
  ackNs: number;
}

export class ModelPath implements TcpState {
  nowNs = 0;
  readonly mss = 1448;
  state: CongestionState = 'open';
  inflight = 0;
  delivered = 0;
  lost = 0;
  srttNs = 0;
  rttVarNs = 0;
  lastRttNs = Infinity;
  minRttNs = Infinity;
  isCwndLimited = false;
  readonly initialWindow = 10;
  readonly receiveWindow = 1e9;
  nextSendNs = 0;
  cwnd = 10;
  ssthresh = Infinity;
  pacingBps = Infinity;
  sendQuantum = 1;

  /** The line, of application bytes; see `setRate`. */
  rateBps: number;
  rttNs: number;
  bufferPackets: number;
  /** What the application writes; Infinity: more than can be sent. */
  appBps = Infinity;
  /** Acknowledgements wait for a multiple of this; 0: none waits. */
  clumpNs = 0;
  /** Says whether segment `n` is dropped, apart from the buffer. */
  drops: (segment: number) => boolean = () => false;
  /** Called after each acknowledgement. */
  watch: (path: ModelPath, sample: AckSample) => void = () => {};

  readonly controller: Controller;
  readonly sent: Sent[] = [];
  firstUnacked = 0;
  /** When the line is done with each segment that entered the queue, and which it is. */
  private readonly departures: number[] = [];
  private readonly departing: number[] = [];
  private departed = 0;
  private lineFreeNs = 0;
  private deliveredNs = 0;
  private firstSentNs = 0;
  private limitedUntil = 0;
  private appCredit = 0;
  private appNs = 0;
  private halted = false;
  private recoverUntil = 0;
  private highSegment = 0;
  private usageRoundEnd = 0;
  private lastDeliveryNs = 0;

  constructor(controller: Controller, rateBps: number, rttNs: number, bufferPackets: number) {
    this.controller = controller;
    this.rateBps = rateBps;
    this.rttNs = rttNs;
    this.bufferPackets = bufferPackets;
    this.srttNs = this.minRttNs = this.lastRttNs = rttNs;
    controller.start(this);
  }

  get nextSegment(): number {
    return this.sent.length;
  }
  get isAppLimited(): boolean {
    return this.limitedUntil > 0;
  }
  /** What line and delay hold. */
  get bdp(): number {
    return (this.rateBps * this.rttNs) / (8e9 * this.mss);
  }
  /** Waiting in the queue. */
  get queued(): number {
    while (this.departed < this.departures.length && this.departures[this.departed]! <= this.nowNs) this.departed++;
    return Math.max(0, this.departures.length - this.departed - 1);
  }

  /** The line changes now, also for what waits before it. */
  setRate(rateBps: number): void {
    const stretch = this.rateBps / rateBps;
    const { nowNs } = this;
    this.rateBps = rateBps;
    this.lineFreeNs = nowNs + Math.max(0, this.lineFreeNs - nowNs) * stretch;
    this.lastDeliveryNs = 0;
    for (let i = this.departures.length - 1; i >= 0 && this.departures[i]! > nowNs; i--) this.departures[i] = nowNs + (this.departures[i]! - nowNs) * stretch;
    for (let i = 0; i < this.departures.length; i++) {
      if (this.departures[i]! > nowNs) this.sent[this.departing[i]!]!.ackNs = this.ackTime(this.departures[i]!);
      else this.lastDeliveryNs = Math.max(this.lastDeliveryNs, this.sent[this.departing[i]!]!.ackNs);
    }
  }

  markAppLimited(): void {
    this.limitedUntil = Math.max(1, this.delivered + this.inflight);
  }

  run(untilNs: number): void {
    for (;;) {
      this.send();
      const ackNs = this.nextAckNs();
      const sendNs = this.nextChanceNs();
      const next = Math.min(ackNs, sendNs);
      if (next > untilNs) break;
      this.nowNs = Math.max(this.nowNs, next);
      if (ackNs <= sendNs) this.acknowledge();
      if (this.halted) {
        this.halted = false;
        return;
      }
    }
    this.nowNs = untilNs;
  }

  /** Runs until a condition holds after an acknowledgement or a timeout, and stops there; false: it did not by `untilNs`. */
  runUntil(condition: (path: ModelPath) => boolean, untilNs: number): boolean {
    const { watch } = this;
    let found = false;
    this.watch = (path, sample) => {
      watch(path, sample);
      found ||= condition(path);
      this.halted ||= found;
    };
    this.run(untilNs);
    this.watch = watch;
    return found;
  }

  /** The transport finds that nothing was lost in this episode. */
  undo(): void {
    this.cwnd = this.controller.onUndo!(this);
    this.change('open');
  }

  private credit(): number {
    if (this.appBps === Infinity) return Infinity;
    this.appCredit = Math.min(100, this.appCredit + ((this.nowNs - this.appNs) * this.appBps) / (8e9 * this.mss));
    this.appNs = this.nowNs;
    return Math.floor(this.appCredit + 1e-9);
  }

  private send(): void {
    let credit = this.credit();
    while (this.nowNs >= this.nextSendNs) {
      const room = this.cwnd - this.inflight;
      if (room <= 0 || credit <= 0) break;
      if (this.inflight === 0 && this.sent.length > 0) this.controller.onRestart?.(this);
      const burst = Math.min(room, this.sendQuantum, credit);
      for (let i = 0; i < burst; i++) this.transmit();
      credit -= burst;
      if (this.appBps < Infinity) this.appCredit -= burst;
      this.nextSendNs = Math.max(this.nowNs, this.nextSendNs) + Math.ceil((burst * this.mss * 8e9) / this.pacingBps);
    }
    this.noteUsage(this.inflight >= this.cwnd);
    if (credit <= 0 && this.inflight < this.cwnd) this.markAppLimited();
  }

  private noteUsage(limited: boolean): void {
    if (this.firstUnacked < this.usageRoundEnd && !limited) return;
    this.isCwndLimited = limited;
    this.usageRoundEnd = this.sent.length;
  }

  private transmit(): void {
    const { nowNs } = this;
    if (this.inflight === 0) this.firstSentNs = this.deliveredNs = nowNs;
    const dropped = this.queued >= this.bufferPackets || this.drops(this.sent.length);
    let ackNs = Infinity;
    if (!dropped) {
      this.lineFreeNs = Math.max(nowNs, this.lineFreeNs) + (this.mss * 8e9) / this.rateBps;
      this.departures.push(this.lineFreeNs);
      this.departing.push(this.sent.length);
      ackNs = this.ackTime(this.lineFreeNs);
    }
    this.inflight++;
    this.sent.push({
      atNs: nowNs, firstSentNs: this.firstSentNs, deliveredNs: this.deliveredNs, delivered: this.delivered, lost: this.lost,
      inflight: this.inflight, limited: this.limitedUntil > 0, ackNs,
    });
  }

  private ackTime(departureNs: number): number {
    const ackNs = Math.ceil(departureNs) + this.rttNs;
    const atNs = this.clumpNs > 0 ? Math.ceil(ackNs / this.clumpNs) * this.clumpNs : ackNs;
    this.lastDeliveryNs = Math.max(atNs, this.lastDeliveryNs);
    return this.lastDeliveryNs;
  }

  private nextAckNs(): number {
    for (let i = this.firstUnacked; i < this.sent.length; i++) if (this.sent[i]!.ackNs < Infinity) return this.sent[i]!.ackNs;
    // everything outstanding was dropped: a timeout stands in for the acknowledgement that never comes
    return this.firstUnacked < this.sent.length ? this.sent[this.sent.length - 1]!.atNs + 1e9 : Infinity;
  }

  private nextChanceNs(): number {
    if (this.inflight >= this.cwnd) return Infinity;
    if (this.credit() > 0) return this.nextSendNs;
    return this.appBps > 0 ? Math.max(this.nextSendNs, this.nowNs + Math.ceil(((1 - this.appCredit) * 8e9 * this.mss) / this.appBps)) : Infinity;
  }

  private acknowledge(): void {
    const { sent, nowNs } = this;
    const sample: AckSample = {
      acked: 0, lost: 0, delivered: 0, intervalNs: 0, priorDelivered: -1, txInflight: 0, priorLost: 0, lostSince: 0, isAppLimited: false,
      rttNs: -1, priorInflight: this.inflight, isAckDelayed: false, marked: 0,
    };
    let newest = -1;
    for (let i = this.firstUnacked; i < sent.length && (sent[i]!.ackNs <= nowNs || sent[i]!.ackNs === Infinity); i++) if (sent[i]!.ackNs <= nowNs) newest = i;
    if (newest < 0) return this.timeout(sample);
    for (; this.firstUnacked <= newest; this.firstUnacked++) {
      this.inflight--;
      if (sent[this.firstUnacked]!.ackNs <= nowNs) {
        this.delivered++;
        sample.acked++;
      } else this.lose(this.firstUnacked, sample);
    }
    const chosen = sent[newest]!;
    this.lastRttNs = sample.rttNs = nowNs - chosen.atNs;
    this.minRttNs = Math.min(this.minRttNs, sample.rttNs);
    this.srttNs += (sample.rttNs - this.srttNs) / 8;
    const sendElapsedNs = chosen.atNs - chosen.firstSentNs;
    this.firstSentNs = chosen.atNs;
    this.deliveredNs = nowNs;
    if (this.limitedUntil > 0 && this.delivered > this.limitedUntil) this.limitedUntil = 0;
    sample.priorDelivered = chosen.delivered;
    sample.priorLost = chosen.lost;
    sample.lostSince = this.lost - chosen.lost;
    sample.txInflight = chosen.inflight;
    sample.isAppLimited = chosen.limited;
    sample.delivered = this.delivered - chosen.delivered;
    const intervalNs = Math.max(sendElapsedNs, nowNs - chosen.deliveredNs);
    if (intervalNs >= this.minRttNs) sample.intervalNs = intervalNs;
    // what is lost of the episode's flight is repaired a round-trip time later
    const isOver = this.firstUnacked >= this.recoverUntil;
    if (sample.lost > 0 && (this.state === 'open' || isOver)) this.enter('recovery');
    else if (this.state !== 'open' && isOver) this.change('open');
    this.controller.onAck(this, sample);
    this.watch(this, sample);
  }

  private lose(segment: number, sample: AckSample): void {
    const { inflight, lost, limited } = this.sent[segment]!;
    this.lost++;
    sample.lost++;
    if (segment < this.highSegment) this.recoverUntil = this.sent.length;
    this.controller.onLost?.(this, inflight, lost, limited);
  }

  private enter(state: CongestionState): void {
    this.controller.onCongestion(this);
    this.recoverUntil = this.highSegment = this.sent.length;
    this.change(state);
  }

  private change(state: CongestionState): void {
    const before = this.state;
    this.state = state;
    if (state !== before) this.controller.onState?.(this, before);
  }

  private timeout(sample: AckSample): void {
    for (; this.firstUnacked < this.sent.length; this.firstUnacked++) {
      this.inflight--;
      this.lose(this.firstUnacked, sample);
    }
    if (this.state !== 'loss') this.controller.onCongestion(this);
    this.cwnd = 1;
    this.recoverUntil = this.sent.length + 1;
    this.change('loss');
    this.controller.onTimeout?.(this);
    this.watch(this, sample);
  }
}

/**
 * MEF (reconstruction) as a congestion controller of TCP: sends at the rate that routers echo; the sender law stands in mef/sender-law.ts.
 *
 *     asking    a header on the SYN; after two SYNs without answer without one (a middlebox may swallow it)
 *     plain     no echo came: the ordinary controller alone, as if MEF were not there; if SYNs were lost, which a crowd may have done as
 *               well as a middlebox, a few data packets more ask, ever more rarely, and the first echo ends it; so it is, too, after two
 *               timeouts without an echo between them, since a path may change
 *     explicit  every router on the path spoke: pace at the echoed rate, the window is a safety net
 *     hybrid    some router did not: the lesser of MEF's rate and the ordinary controller's, which runs in the shadow all along
 *
 * Weights by regulated class are a choice: one unit a level, most for real-time regulated work. Left out: the 16 bytes are not added to the
 * packets, so that all controllers compare at the same packet size (they would cost 1.1 % of a full segment).
 */
import { type MefHeaders, mefHeaders, WEIGHT_ONE } from '../../mef/header.ts';
import { MefSender } from '../../mef/sender-law.ts';
import { type PacketStore, SYN } from '../../packets.ts';
import type { AckSample, CongestionState, Controller, TcpState } from '../controller.ts';
import { HEADER_BYTES } from '../wire-format.ts';
import { Shadow } from './shadow.ts';

/** 0 real-time regulated, 1 real-time, 2 regulated, 3 neither: the four queues of the regulated operating system. */
export type TrafficClass = 0 | 1 | 2 | 3;

/** Weights of the classes, in eighths. */
export const CLASS_WEIGHTS: readonly number[] = [4 * WEIGHT_ONE, 3 * WEIGHT_ONE, 2 * WEIGHT_ONE, WEIGHT_ONE];

export interface MefOptions {
  /** Default 3, weight 1. */
  readonly trafficClass?: TrafficClass;
  /** Instead of the weight of the class, in eighths, 1..63. */
  readonly weightEighths?: number;
  /** At most doubles its rate every round-trip time; default false. */
  readonly rampLimit?: boolean;
}

type Mode = 'asking' | 'plain' | 'explicit' | 'hybrid';

/** SYNs that carry the header; the ones after them do not. Also the timeouts in a row that data with a header may have (choice). */
const ASKING_SYNS = 2;
/** choice: so many acknowledgements in a row without an echo; every packet asks, so that one alone is rare. */
const UNECHOED_ACKS = 8;
/**
 * choice: data packets that ask again after lost SYNs, the first once something was delivered and each after twice the pause of the one
 * before. Eight get through a crowd that drops three packets in ten, but for 7 connections in 100 000; a middlebox swallows no more than eight.
 */
const MORE_ASKS = 8;
/** A threshold below two segments would never let slow start end. */
const LEAST_SSTHRESH = 2;
/** choice: the first pause, or so many round-trip times if that is longer: one ask is found lost, and repaired, before the next. */
const LEAST_ASK_PAUSE_NS = 100e6;
const ASK_PAUSE_RTTS = 4;

export class Mef implements Controller {
  readonly name = 'MEF (reconstruction)';
  readonly law: MefSender;
  mode: Mode = 'asking';
  private readonly headers: MefHeaders;
  private readonly packets: PacketStore;
  /** The ordinary controller: alone in mode `plain`, else in the shadow. */
  private readonly fallback: Controller;
  private readonly trafficClass: TrafficClass;
  private readonly weightEighths: number;
  private shadow: Shadow | undefined;
  private syns = 0;
  /** Since the last echo. */
  private timeouts = 0;
  /** Acknowledgements in a row. */
  private unechoed = 0;
  private asksLeft = 0;
  private nextAskNs = 0;
  private askPauseNs = 0;
  /** Segment that asked last, and segments lost before it. */
  private asked = -1;
  private lostBefore = 0;
  /** Slow-start threshold to go back to when the ask that was lost is repaired; -1: none. */
  private keptSsthresh = -1;
  private priorInflight = 0;
  private priorCwnd = 0;

  constructor(packets: PacketStore, fallback: Controller, options: MefOptions = {}) {
    this.packets = packets;
    this.headers = mefHeaders(packets);
    this.fallback = fallback;
    this.trafficClass = options.trafficClass ?? 3;
    this.weightEighths = options.weightEighths ?? CLASS_WEIGHTS[this.trafficClass]!;
    this.law = new MefSender(options.rampLimit ?? false);
  }

  get hasOwnRecovery(): boolean {
    return this.mode !== 'plain' || this.fallback.hasOwnRecovery;
  }

  /** A rate that routers named holds for the first segments, too. */
  get pacesFromStart(): boolean {
    return this.mode !== 'plain' || this.fallback.pacesFromStart === true;
  }

  start(tcp: TcpState): void {
    if (this.syns > 0 && this.law.echoes === 0) {
      this.mode = 'plain';
      // an answered SYN with a header says that the receiver does not know it, one without says nothing
      if (this.syns > ASKING_SYNS) this.beginAsking();
      return this.fallback.start(tcp);
    }
    // a warm connection has asked nobody yet: its first packets do
    this.shadow = new Shadow(tcp, this.fallback);
    if (this.law.echoes > 0) this.apply(tcp);
  }

  onSend(tcp: TcpState, packet: number): void {
    if (this.mode === 'plain') {
      this.fallback.onSend?.(tcp, packet);
      return this.askAgain(tcp, packet);
    }
    if ((this.packets.flags[packet]! & SYN) !== 0 && ++this.syns > ASKING_SYNS) return;
    this.request(tcp, packet);
    this.law.onSend(tcp.nowNs, tcp.srttNs, wireBits(tcp), this.packets.payload[packet]! >= tcp.mss);
    if (this.shadow === undefined) return;
    this.fallback.onSend?.(this.shadow, packet);
    if (this.law.echoes > 0) this.apply(tcp);
  }

  onAckPacket(tcp: TcpState, packet: number): void {
    if (this.mode === 'plain') {
      this.fallback.onAckPacket?.(tcp, packet);
      if (this.headers.isEcho(packet)) this.shadow = new Shadow(tcp, this.fallback, true);
    } else if (this.shadow !== undefined) this.fallback.onAckPacket?.(this.shadow, packet);
    if (!this.headers.isEcho(packet)) return this.missEcho(tcp);
    this.timeouts = 0;
    this.unechoed = 0;
    const startBps = tcp.srttNs > 0 ? (tcp.initialWindow * wireBits(tcp) * 1e9) / tcp.srttNs : Infinity;
    this.law.onEcho(this.headers, packet, tcp.nowNs, tcp.srttNs, startBps);
    if (this.mode === 'plain') this.apply(tcp);
  }

  onAck(tcp: TcpState, sample: AckSample): void {
    const { shadow } = this;
    if (shadow === undefined) {
      if (this.keptSsthresh >= 0) this.forgiveLoss(tcp);
      return this.fallback.onAck(tcp, sample);
    }
    this.priorInflight = sample.priorInflight;
    if (sample.lost > 0) this.law.onLoss();
    shadow.onAck(sample);
    if (this.law.echoes > 0) this.apply(tcp);
  }

  onRtt(tcp: TcpState, sample: AckSample): void {
    if (this.mode === 'plain') this.fallback.onRtt?.(tcp, sample);
  }

  onCongestion(tcp: TcpState): number {
    if (this.shadow === undefined) {
      this.priorCwnd = tcp.cwnd;
      const isForgiven = this.isLoneAsk(tcp);
      this.keptSsthresh = isForgiven ? tcp.ssthresh : -1;
      return isForgiven ? Math.max(LEAST_SSTHRESH, tcp.cwnd) : this.fallback.onCongestion(tcp);
    }
    this.shadow.onCongestion();
    return tcp.ssthresh;
  }

  onTimeout(tcp: TcpState): void {
    if (this.shadow === undefined) {
      this.keptSsthresh = -1;
      return this.fallback.onTimeout?.(tcp);
    }
    this.law.onTimeout();
    this.shadow.onTimeout();
    if (++this.timeouts === ASKING_SYNS) this.leave(tcp, this.shadow);
    else if (this.law.echoes > 0) this.apply(tcp);
  }

  onState(tcp: TcpState, before: CongestionState): void {
    if (this.shadow === undefined) this.fallback.onState?.(tcp, before);
    else this.shadow.onState(before);
  }

  onUndo(tcp: TcpState): number {
    if (this.shadow === undefined) return this.fallback.onUndo?.(tcp) ?? Math.max(tcp.cwnd, this.priorCwnd);
    this.shadow.onUndo();
    return tcp.cwnd;
  }

  onRestart(tcp: TcpState): void {
    if (this.shadow === undefined) return this.fallback.onRestart?.(tcp);
    this.law.onRestart();
    this.fallback.onRestart?.(this.shadow);
  }

  describe(): Readonly<Record<string, number | string>> {
    const { rateBps, load, isCovered } = this.law;
    return { mode: this.mode, rateBps: Number.isFinite(rateBps) ? rateBps : 'none', load, covered: isCovered ? 1 : 0, shadowCwnd: this.shadow?.cwnd ?? 0 };
  }

  private request(tcp: TcpState, packet: number): void {
    this.headers.request(packet, this.trafficClass, this.weightEighths, this.law.controlDelayNs(tcp.srttNs, wireBits(tcp)));
  }

  /** Data was acknowledged whose header nobody echoed: something on the path takes headers out, and the rate is no longer anybody's word. */
  private missEcho(tcp: TcpState): void {
    const { shadow } = this;
    if (shadow === undefined || this.law.echoes === 0 || ++this.unechoed < UNECHOED_ACKS) return;
    this.unechoed = 0;
    tcp.cwnd = Math.max(LEAST_SSTHRESH, Math.min(shadow.cwnd, shadow.cap(this.priorInflight)));
    this.leave(tcp, shadow);
  }

  /** The ordinary controller goes on alone, with the window that is set. */
  private leave(tcp: TcpState, shadow: Shadow): void {
    tcp.ssthresh = shadow.ssthresh;
    tcp.pacingBps = shadow.pacingBps;
    this.shadow = undefined;
    this.mode = 'plain';
    this.beginAsking();
  }

  private beginAsking(): void {
    this.asksLeft = MORE_ASKS;
    this.nextAskNs = 0;
    this.askPauseNs = 0;
  }

  /**
   * While nothing is being repaired, so that no segment is swallowed twice and the loss of an ask is known for what it is; and after an
   * acknowledgement, so that it is found without a timeout.
   */
  private askAgain(tcp: TcpState, packet: number): void {
    if (this.asksLeft === 0 || tcp.nowNs < this.nextAskNs || tcp.state !== 'open' || tcp.delivered === 0 || tcp.firstUnacked <= this.asked) return;
    this.asksLeft--;
    this.askPauseNs = this.askPauseNs === 0 ? Math.max(LEAST_ASK_PAUSE_NS, ASK_PAUSE_RTTS * tcp.srttNs) : 2 * this.askPauseNs;
    this.nextAskNs = tcp.nowNs + this.askPauseNs;
    this.asked = this.packets.sequence[packet]!;
    this.lostBefore = tcp.lost;
    this.request(tcp, packet);
  }

  /** Nothing but an asking packet is missing: the window stays, as where a probe for the packet size is lost (RFC 4821; net/ipv4/tcp_input.c, tcp_fastretrans_alert). */
  private isLoneAsk(tcp: TcpState): boolean {
    return this.asked === tcp.firstUnacked && tcp.lost === this.lostBefore + 1 && !this.fallback.hasOwnRecovery;
  }

  /** The transport has left the window at the threshold; slow start, if it was that, goes on. */
  private forgiveLoss(tcp: TcpState): void {
    if (tcp.state === 'recovery') return;
    tcp.ssthresh = this.keptSsthresh;
    this.keptSsthresh = -1;
  }

  /** Window and pace from the law, and from the shadow where the path is not covered. */
  private apply(tcp: TcpState): void {
    const { law, shadow } = this;
    const rateBps = (law.pacedBps(tcp.srttNs, wireBits(tcp)) * tcp.mss * 8) / wireBits(tcp);
    let cwnd = tcp.srttNs > 0 ? law.window(tcp.srttNs, tcp.minRttNs, wireBits(tcp)) : tcp.initialWindow;
    let pacingBps = rateBps;
    this.mode = law.isCovered ? 'explicit' : 'hybrid';
    if (this.mode === 'hybrid' && shadow !== undefined) {
      cwnd = Math.min(cwnd, shadow.cwnd, shadow.cap(this.priorInflight));
      pacingBps = Math.min(rateBps, shadow.pacingBps);
    }
    tcp.cwnd = cwnd;
    tcp.pacingBps = pacingBps;
    tcp.sendQuantum = 1;
  }
}

/** Bits on the wire of a full segment. */
function wireBits(tcp: TcpState): number {
  return 8 * (tcp.mss + HEADER_BYTES);
}

/**
 * MEF (reconstruction) as a congestion controller of TCP: sends at the rate that routers echo; the sender law stands in mef/sender-law.ts.
 *
 *     asking    a header on the SYN; after two SYNs without answer without one (a middlebox may swallow it)
 *     plain     the receiver sent no echo: the ordinary controller alone, as if MEF were not there
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

/** SYNs that carry the header; the ones after them do not. */
const ASKING_SYNS = 2;

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
      return this.fallback.start(tcp);
    }
    // a warm connection has asked nobody yet: its first packets do
    this.shadow = new Shadow(tcp, this.fallback);
    if (this.law.echoes > 0) this.apply(tcp);
  }

  onSend(tcp: TcpState, packet: number): void {
    if (this.mode === 'plain') return this.fallback.onSend?.(tcp, packet);
    if ((this.packets.flags[packet]! & SYN) !== 0 && ++this.syns > ASKING_SYNS) return;
    this.headers.request(packet, this.trafficClass, this.weightEighths, this.law.controlDelayNs(tcp.srttNs, wireBits(tcp)));
    this.law.onSend(tcp.nowNs, tcp.srttNs);
    if (this.shadow === undefined) return;
    this.fallback.onSend?.(this.shadow, packet);
    if (this.law.echoes > 0) this.apply(tcp);
  }

  onAckPacket(tcp: TcpState, packet: number): void {
    if (this.mode === 'plain') return this.fallback.onAckPacket?.(tcp, packet);
    if (this.shadow !== undefined) this.fallback.onAckPacket?.(this.shadow, packet);
    if (!this.headers.isEcho(packet)) return;
    const startBps = tcp.srttNs > 0 ? (tcp.initialWindow * wireBits(tcp) * 1e9) / tcp.srttNs : Infinity;
    this.law.onEcho(this.headers, packet, tcp.nowNs, tcp.srttNs, startBps);
  }

  onAck(tcp: TcpState, sample: AckSample): void {
    const { shadow } = this;
    if (shadow === undefined) return this.fallback.onAck(tcp, sample);
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
      return this.fallback.onCongestion(tcp);
    }
    this.shadow.onCongestion();
    return tcp.ssthresh;
  }

  onTimeout(tcp: TcpState): void {
    if (this.shadow === undefined) return this.fallback.onTimeout?.(tcp);
    this.law.onTimeout();
    this.shadow.onTimeout();
    if (this.law.echoes > 0) this.apply(tcp);
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

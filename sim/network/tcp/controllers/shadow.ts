/**
 * A controller that runs in the shadow of another: it sees every acknowledgement, loss and mark of the connection and keeps a window and a
 * pace of its own, which somebody else may obey (ABC, Goyal et al., NSDI 2020: the lesser of two windows). For window controllers it does
 * what the transport would do around them, in the plain form: the window falls to the threshold at a congestion event, to 1 at a timeout.
 * So that the window that does not govern cannot run away, it stays below twice what is in flight.
 */
import type { AckSample, CongestionState, Controller, TcpState } from '../controller.ts';

/** ABC caps both windows at twice the packets in flight. */
const CAP = 2;

export class Shadow implements TcpState {
  readonly controller: Controller;
  cwnd: number;
  ssthresh = Infinity;
  pacingBps = Infinity;
  sendQuantum = 1;
  /** In flight before the acknowledgement at hand. */
  private priorInflight = 0;
  private priorCwnd: number;
  private readonly tcp: TcpState;

  /** `isRunning`: the controller has governed the connection until now, and goes on with the connection's window. */
  constructor(tcp: TcpState, controller: Controller, isRunning = false) {
    this.tcp = tcp;
    this.controller = controller;
    this.cwnd = isRunning ? tcp.cwnd : tcp.initialWindow;
    this.priorCwnd = this.cwnd;
    if (isRunning) {
      this.ssthresh = tcp.ssthresh;
      this.pacingBps = tcp.pacingBps;
    } else controller.start(this);
  }

  onAck(sample: AckSample): void {
    const { controller, tcp } = this;
    this.priorInflight = sample.priorInflight;
    controller.onRtt?.(this, sample);
    const isReducing = tcp.state === 'recovery' || tcp.state === 'cwr';
    if (controller.hasOwnRecovery || (!isReducing && this.isCwndLimited && sample.acked > 0)) controller.onAck(this, sample);
    this.cwnd = Math.min(this.cwnd, this.cap(sample.priorInflight));
  }

  /** The most that a window may be while so much is in flight. */
  cap(inflight: number): number {
    return Math.max(this.tcp.initialWindow, CAP * inflight);
  }

  onCongestion(): void {
    this.priorCwnd = this.cwnd;
    this.ssthresh = this.controller.onCongestion(this);
    if (!this.controller.hasOwnRecovery) this.cwnd = Math.max(1, Math.min(this.cwnd, this.ssthresh));
  }

  onTimeout(): void {
    if (!this.controller.hasOwnRecovery) this.cwnd = 1;
    this.controller.onTimeout?.(this);
  }

  onUndo(): void {
    this.cwnd = this.controller.onUndo?.(this) ?? Math.max(this.cwnd, this.priorCwnd);
  }

  onState(before: CongestionState): void {
    this.controller.onState?.(this, before);
  }

  get nowNs(): number {
    return this.tcp.nowNs;
  }
  get mss(): number {
    return this.tcp.mss;
  }
  get state(): CongestionState {
    return this.tcp.state;
  }
  get inflight(): number {
    return this.tcp.inflight;
  }
  get delivered(): number {
    return this.tcp.delivered;
  }
  get lost(): number {
    return this.tcp.lost;
  }
  get srttNs(): number {
    return this.tcp.srttNs;
  }
  get rttVarNs(): number {
    return this.tcp.rttVarNs;
  }
  get lastRttNs(): number {
    return this.tcp.lastRttNs;
  }
  get minRttNs(): number {
    return this.tcp.minRttNs;
  }
  get nextSegment(): number {
    return this.tcp.nextSegment;
  }
  get firstUnacked(): number {
    return this.tcp.firstUnacked;
  }
  get isAppLimited(): boolean {
    return this.tcp.isAppLimited;
  }
  get initialWindow(): number {
    return this.tcp.initialWindow;
  }
  get receiveWindow(): number {
    return this.tcp.receiveWindow;
  }
  get nextSendNs(): number {
    return this.tcp.nextSendNs;
  }
  /** Its own window was the limit, or would be within a round of slow start (tcp_is_cwnd_limited). */
  get isCwndLimited(): boolean {
    return this.priorInflight >= this.cwnd || (this.cwnd < this.ssthresh && this.cwnd < 2 * this.priorInflight);
  }

  markAppLimited(): void {
    this.tcp.markAppLimited();
  }
}

/**
 * A window controller with its packets spread over the round: the rate is a multiple of window over smoothed round-trip time, as Linux sets
 * it for sockets under the `fq` queue (net/ipv4/tcp_input.c, tcp_update_pacing_rate; sysctl tcp_pacing_ss_ratio 200 %, tcp_pacing_ca_ratio
 * 120 %). At 100 % in avoidance it is the smooth sender that laws of sawtooths assume.
 */
import type { AckSample, CongestionState, Controller, TcpState } from '../controller.ts';

export interface PacedOptions {
  /** Multiple while the window may still double (below half the threshold); default 2. */
  readonly slowStartRatio?: number;
  /** Multiple otherwise; default 1.2. */
  readonly avoidanceRatio?: number;
}

export class Paced implements Controller {
  readonly name: string;
  readonly hasOwnRecovery: boolean;
  private readonly inner: Controller;
  private readonly slowStartRatio: number;
  private readonly avoidanceRatio: number;

  constructor(inner: Controller, options: PacedOptions = {}) {
    this.inner = inner;
    this.name = `${inner.name}, paced`;
    this.hasOwnRecovery = inner.hasOwnRecovery;
    this.slowStartRatio = options.slowStartRatio ?? 2;
    this.avoidanceRatio = options.avoidanceRatio ?? 1.2;
  }

  start(tcp: TcpState): void {
    this.inner.start(tcp);
    this.pace(tcp);
  }

  onAck(tcp: TcpState, sample: AckSample): void {
    this.inner.onAck(tcp, sample);
  }

  /** The one call that every acknowledgement makes, in recovery too; so the rate is that of the window before it. */
  onRtt(tcp: TcpState, sample: AckSample): void {
    this.pace(tcp);
    this.inner.onRtt?.(tcp, sample);
  }

  onCongestion(tcp: TcpState): number {
    return this.inner.onCongestion(tcp);
  }

  onTimeout(tcp: TcpState): void {
    this.inner.onTimeout?.(tcp);
  }

  onState(tcp: TcpState, before: CongestionState): void {
    this.inner.onState?.(tcp, before);
  }

  onRestart(tcp: TcpState): void {
    this.inner.onRestart?.(tcp);
  }

  onSend(tcp: TcpState, packet: number): void {
    this.inner.onSend?.(tcp, packet);
  }

  onAckPacket(tcp: TcpState, packet: number): void {
    this.inner.onAckPacket?.(tcp, packet);
  }

  describe(): Readonly<Record<string, number | string>> {
    return this.inner.describe();
  }

  private pace(tcp: TcpState): void {
    if (tcp.srttNs === 0) return;
    const ratio = tcp.cwnd < tcp.ssthresh / 2 ? this.slowStartRatio : this.avoidanceRatio;
    tcp.pacingBps = (ratio * 8e9 * tcp.mss * Math.max(tcp.cwnd, tcp.inflight)) / tcp.srttNs;
  }
}

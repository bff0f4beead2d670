/**
 * Reno (RFC 5681): doubles each round below the threshold, one segment a round above it, halves at a loss. Recovery after the halving is
 * NewReno's (RFC 6582) with selective acknowledgements, and is the transport's. Arithmetic in whole segments as in Linux (net/ipv4/tcp_cong.c:
 * tcp_reno_cong_avoid, tcp_reno_ssthresh): a window of w grows by one for every w segments acknowledged, whatever the number of
 * acknowledgements that bring them, so delayed acknowledgements do not halve the growth as they do in RFC 5681 without byte counting.
 *
 * `perAck: true` counts acknowledgements and not segments instead, the law behind Mathis' constant for delayed acknowledgements.
 */
import type { AckSample, Controller, TcpState } from '../controller.ts';
import { HyStartPlus } from './hystart-plus.ts';
import { MIN_SSTHRESH, WindowGrowth } from './window-growth.ts';

export interface RenoOptions {
  /** Default `standard`: until the first loss, as Linux has it. */
  readonly slowStart?: 'standard' | 'hystart++';
  /** Avoidance counts each acknowledgement as one segment (RFC 5681 before byte counting); default false. */
  readonly perAck?: boolean;
}

export class Reno implements Controller {
  readonly name = 'reno';
  readonly hasOwnRecovery = false;
  private readonly growth = new WindowGrowth();
  private readonly perAck: boolean;
  private readonly hyStartPlus: HyStartPlus | undefined;

  constructor(options: RenoOptions = {}) {
    this.perAck = options.perAck ?? false;
    this.hyStartPlus = options.slowStart === 'hystart++' ? new HyStartPlus() : undefined;
  }

  start(tcp: TcpState): void {
    this.growth.reset();
    this.hyStartPlus?.start(tcp);
  }

  onRtt(tcp: TcpState, sample: AckSample): void {
    if (this.hyStartPlus !== undefined && sample.rttNs >= 0) this.hyStartPlus.onRtt(tcp, sample.rttNs);
  }

  onAck(tcp: TcpState, sample: AckSample): void {
    let { acked } = sample;
    if (tcp.cwnd < tcp.ssthresh) {
      acked = this.hyStartPlus === undefined ? this.growth.slowStart(tcp, acked) : this.hyStartPlus.grow(tcp, acked, this.growth);
      if (acked <= 0) return;
    }
    this.growth.avoid(tcp, tcp.cwnd, this.perAck ? 1 : acked);
  }

  onCongestion(tcp: TcpState): number {
    this.growth.reset();
    this.hyStartPlus?.stop();
    return Math.max(tcp.cwnd >> 1, MIN_SSTHRESH);
  }

  onTimeout(): void {
    this.growth.reset();
  }

  describe(): Readonly<Record<string, number | string>> {
    return { slowStart: this.hyStartPlus?.phase ?? 'standard' };
  }
}

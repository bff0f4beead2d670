/** A sender that keeps so many segments in flight, whatever happens: the open-loop sweep behind the picture of delay and rate against what is in flight. */
import type { Controller, TcpState } from '../../sim/network/tcp/controller.ts';

export class FixedWindow implements Controller {
  readonly name = 'fixed window';
  readonly hasOwnRecovery = true;
  private readonly window: number;

  constructor(window: number) {
    this.window = window;
  }

  start(tcp: TcpState): void {
    tcp.cwnd = this.window;
  }

  onAck(tcp: TcpState): void {
    tcp.cwnd = this.window;
  }

  onCongestion(tcp: TcpState): number {
    return tcp.ssthresh;
  }

  describe(): Readonly<Record<string, number | string>> {
    return { window: this.window };
  }
}

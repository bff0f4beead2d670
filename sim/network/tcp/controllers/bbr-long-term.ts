/**
 * BBRv1's long-term bandwidth: is the flow held by a token-bucket policer? (net/ipv4/tcp_bbr.c, bbr_lt_bw_sampling.) A policer lets a burst
 * pass and then drops whatever exceeds its rate, so the maximum filter remembers the burst. Two successive intervals of 4 to 16 rounds, each
 * from loss to loss with at least 50/256 lost for each delivered, whose rates agree, give the rate to use instead for 48 rounds.
 * Rates in segments a nanosecond, time ns.
 */
import type { TcpState } from '../controller.ts';

/** bbr_lt_intvl_min_rtts; an interval of more than four times as many starts over. */
const MIN_ROUNDS = 4;
/** bbr_lt_loss_thresh: lost for each delivered, in 256ths. */
const LOSSY = 50 / 256;
/** bbr_lt_bw_ratio: rates within an eighth agree. */
const AGREE_RATIO = 1 / 8;
/** bbr_lt_bw_diff: rates within 4 kbit/s agree. */
const AGREE_BPS = 4000;
/** bbr_lt_bw_max_rtts. */
const USE_ROUNDS = 48;
const MIN_INTERVAL_NS = 1e6;
/** bbr_rate_bytes_per_sec takes the pacing margin off differences too. */
const MARGIN = 0.99;

/** What an acknowledgement means for the cycle of gains: nothing, the policed rate holds from now on, or it no longer does. */
export type LongTermChange = 'none' | 'policed' | 'expired';

export class LongTermBandwidth {
  /** 0: no interval measured yet. */
  rate = 0;
  inUse = false;
  private sampling = false;
  private rounds = 0;
  private startNs = 0;
  private startDelivered = 0;
  private startLost = 0;

  reset(tcp: TcpState): void {
    this.rate = 0;
    this.inUse = false;
    this.sampling = false;
    this.startInterval(tcp);
  }

  update(tcp: TcpState, lost: number, appLimited: boolean, roundStart: boolean, probing: boolean): LongTermChange {
    if (this.inUse) {
      if (!probing || !roundStart || ++this.rounds < USE_ROUNDS) return 'none';
      this.reset(tcp);
      return 'expired';
    }
    if (!this.sampling) {
      // the bucket is empty once something is lost; what came before it is burst
      if (lost === 0) return 'none';
      this.startInterval(tcp);
      this.sampling = true;
    }
    if (appLimited) {
      this.reset(tcp);
      return 'none';
    }
    if (roundStart) this.rounds++;
    if (this.rounds < MIN_ROUNDS) return 'none';
    if (this.rounds > 4 * MIN_ROUNDS) {
      this.reset(tcp);
      return 'none';
    }
    return lost === 0 ? 'none' : this.endInterval(tcp);
  }

  private startInterval(tcp: TcpState): void {
    this.startNs = tcp.nowNs;
    this.startDelivered = tcp.delivered;
    this.startLost = tcp.lost;
    this.rounds = 0;
  }

  private endInterval(tcp: TcpState): LongTermChange {
    const delivered = tcp.delivered - this.startDelivered;
    const intervalNs = tcp.nowNs - this.startNs;
    if (delivered === 0 || tcp.lost - this.startLost < LOSSY * delivered || intervalNs < MIN_INTERVAL_NS) return 'none';
    const rate = delivered / intervalNs;
    const difference = Math.abs(rate - this.rate);
    if (this.rate > 0 && (difference <= AGREE_RATIO * this.rate || difference * tcp.mss * 8e9 * MARGIN <= AGREE_BPS)) {
      this.rate = (rate + this.rate) / 2;
      this.inUse = true;
      this.rounds = 0;
      return 'policed';
    }
    this.rate = rate;
    this.startInterval(tcp);
    return 'none';
  }
}

/**
 * HyStart as Linux has it in CUBIC (Ha and Rhee, "Taming the elephants", 2008; net/ipv4/tcp_cubic.c, hystart_update): leaves slow start
 * when the acknowledgements of a round come close together for longer than the forward path takes (train), or when the least round-trip
 * time of a round has risen (delay). Microseconds as in the kernel; windows in segments.
 */
import type { TcpState } from '../controller.ts';

/** Neither detector looks at windows below this (hystart_low_window). */
export const LOW_WINDOW = 16;
/** Acknowledgements at most so far apart belong to one train (hystart_ack_delta_us). */
export const ACK_DELTA_US = 2000;
/** The delay detector lets so many samples of a round go by, noting their minimum, before it judges (HYSTART_MIN_SAMPLES). */
export const MIN_SAMPLES = 8;
/** Bounds of an eighth of the least delay, the rise that counts (HYSTART_DELAY_MIN, HYSTART_DELAY_MAX). */
export const DELAY_MIN_US = 4000;
export const DELAY_MAX_US = 16_000;
/** hystart_ack_delay: time for four of the largest segmentation-offload bursts (gso_max_size 64 KiB), at most 1 ms. */
const BURSTS_BYTES = 4 * 65_536;
const ACK_DELAY_MAX_US = 1000;
/** The kernel's estimate of the sending rate while the window may still double (tcp_update_pacing_rate: pacing_ss_ratio 200 %). */
const RATE_RATIO = 2;

export type HyStartExit = 'train' | 'delay';

export class HyStart {
  /** What ended slow start; undefined while it goes on. */
  exit: HyStartExit | undefined;
  private roundStartUs = 0;
  private lastAckUs = 0;
  private endSegment = 0;
  private leastUs = Infinity;
  private samples = 0;

  /** A new round begins. */
  startRound(tcp: TcpState): void {
    this.roundStartUs = this.lastAckUs = Math.floor(tcp.nowNs / 1000);
    this.endSegment = tcp.nextSegment;
    this.leastUs = Infinity;
    this.samples = 0;
  }

  /** After a timeout slow start begins anew, and may be left anew. */
  rearm(tcp: TcpState): void {
    this.exit = undefined;
    this.startRound(tcp);
  }

  /** An acknowledgement's round-trip sample in slow start; sets the threshold to the window when it is time to leave. */
  update(tcp: TcpState, delayUs: number, leastDelayUs: number): void {
    if (this.exit !== undefined) return;
    if (tcp.firstUnacked > this.endSegment) this.startRound(tcp);
    if (tcp.cwnd < LOW_WINDOW) return;
    const nowUs = Math.floor(tcp.nowNs / 1000);
    if (nowUs - this.lastAckUs <= ACK_DELTA_US) {
      this.lastAckUs = nowUs;
      // a paced sender spreads its packets over half a round by itself, so only an unpaced one is judged by half the delay
      const wholeUs = leastDelayUs + ackDelayUs(tcp);
      const thresholdUs = tcp.pacingBps === Infinity ? Math.floor(wholeUs / 2) : wholeUs;
      if (nowUs - this.roundStartUs > thresholdUs) this.leave(tcp, 'train');
    }
    if (delayUs < this.leastUs) this.leastUs = delayUs;
    if (this.samples < MIN_SAMPLES) this.samples++;
    else if (this.leastUs > leastDelayUs + Math.max(DELAY_MIN_US, Math.min(leastDelayUs >> 3, DELAY_MAX_US))) this.leave(tcp, 'delay');
  }

  private leave(tcp: TcpState, exit: HyStartExit): void {
    this.exit ??= exit;
    tcp.ssthresh = tcp.cwnd;
  }
}

function ackDelayUs(tcp: TcpState): number {
  if (tcp.srttNs === 0) return 0;
  const bytesPerUs = (RATE_RATIO * tcp.mss * Math.max(tcp.cwnd, tcp.inflight) * 1000) / tcp.srttNs;
  return Math.min(ACK_DELAY_MAX_US, Math.floor(BURSTS_BYTES / bytesPerUs));
}

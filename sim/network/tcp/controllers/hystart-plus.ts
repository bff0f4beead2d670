/**
 * HyStart++ (RFC 9406): leaves the first slow start when the least round-trip time of a round has risen, but not at once: in conservative
 * slow start (CSS) the window grows at a quarter of the pace for five rounds, and falls back to slow start when the rise was noise.
 * Constants from section 4.3. Times ns, windows in segments.
 *
 * Only the first slow start: after a loss the threshold is known (section 4). The growth limit L is for senders that do not pace.
 */
import type { TcpState } from '../controller.ts';
import type { WindowGrowth } from './window-growth.ts';

export const MIN_RTT_THRESH_NS = 4_000_000;
export const MAX_RTT_THRESH_NS = 16_000_000;
const MIN_RTT_DIVISOR = 8;
export const RTT_SAMPLES = 8;
export const CSS_GROWTH_DIVISOR = 4;
export const CSS_ROUNDS = 5;
/** Most segments one acknowledgement is good for when the sender does not pace (L, section 4.2). */
export const GROWTH_LIMIT = 8;

export class HyStartPlus {
  phase: 'slow start' | 'css' | 'done' = 'done';
  private windowEnd = 0;
  private lastMinNs = Infinity;
  private minNs = Infinity;
  private samples = 0;
  private baselineNs = Infinity;
  private cssRounds = 0;
  /** Quarter segments of growth in CSS not yet made up to a whole one. */
  private quarters = 0;

  start(tcp: TcpState): void {
    this.phase = 'slow start';
    this.lastMinNs = this.minNs = this.baselineNs = Infinity;
    this.samples = this.cssRounds = this.quarters = 0;
    this.windowEnd = tcp.nextSegment;
  }

  /** A loss or a mark ends it for good. */
  stop(): void {
    this.phase = 'done';
  }

  onRtt(tcp: TcpState, rttNs: number): void {
    if (this.phase === 'done') return;
    if (tcp.firstUnacked > this.windowEnd) this.nextRound(tcp);
    if (this.phase !== 'slow start' && this.phase !== 'css') return;
    if (rttNs < this.minNs) this.minNs = rttNs;
    this.samples++;
    if (this.samples < RTT_SAMPLES) return;
    if (this.phase === 'slow start') {
      if (this.lastMinNs === Infinity) return;
      const threshNs = Math.max(MIN_RTT_THRESH_NS, Math.min(Math.floor(this.lastMinNs / MIN_RTT_DIVISOR), MAX_RTT_THRESH_NS));
      if (this.minNs < this.lastMinNs + threshNs) return;
      this.baselineNs = this.minNs;
      this.cssRounds = 0;
      this.phase = 'css';
    } else if (this.minNs < this.baselineNs) {
      this.baselineNs = Infinity;
      this.phase = 'slow start';
    }
  }

  /** Growth below the threshold; returns what is left over, as WindowGrowth.slowStart does. */
  grow(tcp: TcpState, acked: number, growth: WindowGrowth): number {
    if (this.phase === 'done') return growth.slowStart(tcp, acked);
    const counted = tcp.pacingBps === Infinity ? Math.min(acked, GROWTH_LIMIT) : acked;
    if (this.phase === 'slow start') return growth.slowStart(tcp, counted);
    this.quarters += counted;
    const more = Math.floor(this.quarters / CSS_GROWTH_DIVISOR);
    this.quarters -= more * CSS_GROWTH_DIVISOR;
    return growth.slowStart(tcp, more);
  }

  private nextRound(tcp: TcpState): void {
    this.windowEnd = tcp.nextSegment;
    this.lastMinNs = this.minNs;
    this.minNs = Infinity;
    this.samples = 0;
    // the round in which CSS began counts as its first (section 4.2: at most CSS_ROUNDS in all)
    if (this.phase === 'css' && ++this.cssRounds >= CSS_ROUNDS) {
      tcp.ssthresh = tcp.cwnd;
      this.phase = 'done';
    }
  }
}

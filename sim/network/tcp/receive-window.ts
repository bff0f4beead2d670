/**
 * How the window that a receiver offers grows, as far as it matters here: each segment that widens it is acknowledged at once
 * (net/ipv4/tcp_input.c, tcp_grow_window: two segments a segment, up to what the buffer allows), which ends slow start at another window than
 * delayed acknowledgements do. The buffer follows what the application read in a round-trip time (tcp_rcv_space_adjust: twice that, and more
 * while it rises). The window never limits the sender here: the application reads at once. Bytes, times ns.
 */

/** tcp_rmem[1] and [2] of Linux. */
const BUFFER_BYTES = 131_072;
const MOST_BUFFER_BYTES = 6_291_456;
/** Largest window without scaling: what a handshake offers. */
const FIRST_WINDOW_BYTES = 65_535;
/** Share of a buffer that is payload: a full segment of 1448 bytes takes 2304 (tcp_measure_rcv_mss, scaling_ratio in 256ths). */
const PAYLOAD_SHARE = 160 / 256;
/** Advertised MSS of an Ethernet path (without timestamps), and initial window in it. */
const ADVERTISED_MSS = 1460;
const INITIAL_SEGMENTS = 10;
/** Shorter segments widen nothing. */
const LEAST_BYTES = 128;

export interface ReceiveBuffer {
  /** At the start and at most; default 128 KiB and 6 MiB. */
  readonly initialBytes?: number;
  readonly mostBytes?: number;
}

export class ReceiveWindow {
  private offered: number;
  private allowed: number;
  private bufferBytes: number;
  private readonly mostBytes: number;
  /** Most that was read in a round so far, and where the present round began. */
  private mostRead = ADVERTISED_MSS * INITIAL_SEGMENTS;
  private roundFromBytes = 0;
  private roundFromNs = 0;

  constructor(buffer: ReceiveBuffer = {}) {
    this.bufferBytes = buffer.initialBytes ?? BUFFER_BYTES;
    this.mostBytes = Math.max(this.bufferBytes, buffer.mostBytes ?? MOST_BUFFER_BYTES);
    this.allowed = this.bufferBytes * PAYLOAD_SHARE;
    this.offered = Math.min(FIRST_WINDOW_BYTES, this.allowed);
  }

  /** A segment came in order. Returns whether the window grows by it. */
  grow(bytes: number): boolean {
    const room = this.allowed - this.offered;
    if (room <= 0 || bytes < LEAST_BYTES) return false;
    this.offered += Math.min(room, 2 * ADVERTISED_MSS);
    return true;
  }

  /** The application has read `totalBytes` so far. */
  read(totalBytes: number, nowNs: number, rttNs: number): void {
    if (nowNs - this.roundFromNs < rttNs) return;
    const copied = totalBytes - this.roundFromBytes;
    if (copied > this.mostRead) {
      const base = 2 * copied + 16 * ADVERTISED_MSS;
      const wanted = base + 2 * Math.floor((base * (copied - this.mostRead)) / this.mostRead);
      const buffer = Math.min(wanted / PAYLOAD_SHARE, this.mostBytes);
      if (buffer > this.bufferBytes) {
        this.bufferBytes = buffer;
        this.allowed = buffer * PAYLOAD_SHARE;
      }
      this.mostRead = copied;
    }
    this.roundFromBytes = totalBytes;
    this.roundFromNs = nowNs;
  }
}

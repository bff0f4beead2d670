/**
 * The receiver's half of MEF (reconstruction): what came in with data goes back with the next acknowledgement. An acknowledgement for
 * several packets carries the least rate, the greatest load and the latest delay of them. The receiver alone knows how many routers a
 * packet has passed (hop limit at the origin less hop limit on arrival), so it says whether one of them does not speak MEF (X).
 */
import { MEF } from '../packets.ts';
import { ECHO, type MefHeaders, RATE_UNLIMITED, UNCOVERED_HOP } from './header.ts';

export class MefEcho {
  private readonly headers: MefHeaders;
  private readonly routersPassed: (packet: number) => number;
  /** Data packets with a header since the last acknowledgement. */
  private pending = 0;
  private flags = 0;
  private rate = RATE_UNLIMITED;
  private load = 0;
  private readonly last = { classWeight: 0, hops: 0, hopLimit: 0, delay: 0, rtt: 0 };

  /** `routersPassed`: the network's count for a packet that has arrived. */
  constructor(headers: MefHeaders, routersPassed: (packet: number) => number) {
    this.headers = headers;
    this.routersPassed = routersPassed;
  }

  /** Data (or SYN) came in. */
  onData(packet: number): void {
    const { headers, last } = this;
    if (!headers.isOpen(packet)) return;
    if (this.pending++ === 0) {
      this.flags = 0;
      this.rate = RATE_UNLIMITED;
      this.load = 0;
    }
    const hops = headers.hops.values[packet]!;
    this.flags |= headers.flags.values[packet]! | (hops < this.routersPassed(packet) ? UNCOVERED_HOP : 0);
    this.rate = Math.min(this.rate, headers.rate.values[packet]!);
    this.load = Math.max(this.load, headers.load.values[packet]!);
    last.classWeight = headers.classWeight.values[packet]!;
    last.hops = hops;
    last.hopLimit = headers.hopLimit.values[packet]!;
    last.delay = headers.delay.values[packet]!;
    last.rtt = headers.rtt.values[packet]!;
  }

  /** An acknowledgement (or SYN-ACK) goes out. Without news since the last one it carries no header. */
  onAck(ack: number): void {
    if (this.pending === 0) return;
    this.pending = 0;
    const { headers, last } = this;
    headers.packets.flags[ack]! |= MEF;
    headers.flags.values[ack] = this.flags | ECHO;
    headers.classWeight.values[ack] = last.classWeight;
    headers.hops.values[ack] = last.hops;
    headers.hopLimit.values[ack] = last.hopLimit;
    headers.rate.values[ack] = this.rate;
    headers.load.values[ack] = this.load;
    headers.delay.values[ack] = last.delay;
    headers.rtt.values[ack] = last.rtt;
  }
}

/**
 * One connection over a scripted path, told packet by packet. Forward: a line on which a full segment takes exactly 1 ms (12.016 Mbit/s), then
 * a sieve that drops or holds what the test names, then 10 ms; back: 10 ms. A line of the text is `milliseconds > packet` where a packet
 * leaves the sender, `<` where an acknowledgement arrives there, `*` where the sieve dropped one, `!` where the sender's state changed.
 */
import { Simulation } from '../../../simulation.ts';
import { DropTail } from '../../link/drop-tail.ts';
import { type Hop, PacketNetwork } from '../../link/network.ts';
import { Port } from '../../link/port.ts';
import { Wire } from '../../link/wire.ts';
import { ACK, CE, CWR, DATA, ECHO_CE, PacketStore, RETRANSMISSION, SACK_RANGES, SYN } from '../../packets.ts';
import { Connection, type ConnectionOptions } from '../connection.ts';
import type { Controller, TcpState } from '../controller.ts';

export const LINE_BPS = 12_016_000;
const HALF_NS = 10e6;

/** Keeps a fixed window, halves it at congestion, and grows by nothing: what happens in a dialogue is then the transport's doing. */
export class FixedWindow implements Controller {
  readonly name: string = 'fixed';
  readonly hasOwnRecovery: boolean = false;
  /** Congestion events so far. */
  congestions = 0;
  onStateChange: (tcp: TcpState) => void = () => {};
  private readonly window: number;

  constructor(window: number) {
    this.window = window;
  }

  start(tcp: TcpState): void {
    tcp.cwnd = this.window;
    tcp.ssthresh = this.window;
  }
  onAck(): void {}
  onCongestion(tcp: TcpState): number {
    this.congestions++;
    return Math.max(tcp.cwnd >> 1, 2);
  }
  onState(tcp: TcpState): void {
    this.onStateChange(tcp);
  }
  describe(): Readonly<Record<string, number | string>> {
    return {};
  }
}

/** What the sieve does with a packet: passes it (0), drops it (Infinity), or holds it for so many ns. */
export type Sieve = (what: { readonly isData: boolean; readonly isSyn: boolean; readonly segment: number; readonly copy: number; readonly count: number }) => number;

export interface DialogueOptions extends ConnectionOptions {
  readonly sieve?: Sieve;
  /** On the way back. */
  readonly backSieve?: Sieve;
  /** Segments (by number) that a queue marks as having met congestion, the first time they are sent. */
  readonly marks?: readonly number[];
  readonly controller?: Controller;
}

class SieveHop implements Hop {
  private next: (packet: number) => void = () => {};
  private readonly judge: (packet: number) => number;
  private readonly sim: Simulation;
  private readonly packets: PacketStore;

  constructor(sim: Simulation, packets: PacketStore, judge: (packet: number) => number) {
    this.sim = sim;
    this.packets = packets;
    this.judge = judge;
  }
  connect(next: (packet: number) => void): void {
    this.next = next;
  }
  enter(packet: number): void {
    const heldNs = this.judge(packet);
    if (heldNs === Infinity) this.packets.free(packet);
    else if (heldNs === 0) this.next(packet);
    else this.sim.after(heldNs, () => this.next(packet));
  }
}

export class Dialogue {
  readonly sim = new Simulation({ seed: 'dialogue' });
  readonly packets = new PacketStore();
  readonly connection: Connection;
  readonly controller: Controller;
  readonly lines: string[] = [];
  private readonly copies = new Map<string, number>();
  private readonly marked = new Set<number>();

  constructor(window: number, options: DialogueOptions = {}) {
    const { sim, packets } = this;
    const network = new PacketNetwork(packets);
    const { sieve = () => 0, backSieve = () => 0, marks = [] } = options;
    const port = new Port(sim, packets, { name: 'line', rateBps: LINE_BPS, propagationNs: 0, discipline: new DropTail(packets, {}) });
    const there = [
      network.addHop(port),
      network.addHop(new SieveHop(sim, packets, (packet) => this.judge(packet, sieve, '>'))),
      network.addHop(new Wire(sim, packets, { name: 'there', delayNs: HALF_NS })),
    ];
    const back = [
      network.addHop(new SieveHop(sim, packets, (packet) => this.judge(packet, backSieve, '<'))),
      network.addHop(new Wire(sim, packets, { name: 'back', delayNs: HALF_NS })),
    ];
    const controller = options.controller ?? new FixedWindow(window);
    this.controller = controller;
    const forward = network.addPath(there, (packet) => {
      if (marks.includes(packets.sequence[packet]!) && (packets.flags[packet]! & DATA) !== 0 && !this.marked.has(packets.sequence[packet]!)) {
        this.marked.add(packets.sequence[packet]!);
        packets.flags[packet]! |= CE;
      }
      this.connection.atReceiver(packet);
    });
    const reverse = network.addPath(back, (packet) => {
      this.tell('<', packet);
      this.connection.atSender(packet);
    });
    const send = (packet: number): void => {
      if (packets.path[packet] === forward) this.tell('>', packet);
      network.send(packet);
    };
    this.connection = new Connection(sim, packets, controller, { flow: 0, forward, reverse, send }, options);
    if (controller instanceof FixedWindow) {
      controller.onStateChange = ({ state, cwnd, ssthresh }) => this.lines.push(`${this.clock()} ! ${state}, window ${cwnd}, threshold ${ssthresh}`);
    }
  }

  /** Opens, writes so many segments' worth, and runs for so long. Returns the text since the last call, without indent. */
  run(ms: number, segments = 0): string {
    if (!this.connection.isConnected && this.connection.synCount === 0) this.connection.open();
    if (segments > 0) this.connection.sender.write(segments * 1448);
    this.sim.run({ untilNs: this.sim.now + ms * 1e6 });
    return this.lines.splice(0).join('\n');
  }

  private judge(packet: number, sieve: Sieve, way: string): number {
    const { flags, sequence } = this.packets;
    const segment = sequence[packet]!;
    const isData = (flags[packet]! & DATA) !== 0;
    const isSyn = (flags[packet]! & SYN) !== 0;
    const key = `${way} ${isData} ${isSyn} ${segment}`;
    const copy = (this.copies.get(key) ?? 0) + 1;
    this.copies.set(key, copy);
    const count = (this.copies.get(way) ?? 0) + 1;
    this.copies.set(way, count);
    const heldNs = sieve({ isData, isSyn, segment, copy, count });
    if (heldNs === Infinity) this.tell('*', packet);
    return heldNs;
  }

  private clock(): string {
    return (this.sim.now / 1e6).toFixed(1);
  }

  private tell(sign: string, packet: number): void {
    const { flags, sequence, sack, payload } = this.packets;
    const flag = flags[packet]!;
    const words: string[] = [];
    if ((flag & SYN) !== 0) words.push('syn');
    if ((flag & DATA) !== 0) words.push(`${sequence[packet]}`);
    if ((flag & DATA) !== 0 && payload[packet]! !== 1448) words.push(`of ${payload[packet]}`);
    if ((flag & RETRANSMISSION) !== 0) words.push('again');
    if ((flag & CWR) !== 0) words.push('cwr');
    if ((flag & ACK) !== 0) words.push((flag & SYN) !== 0 || sign === '>' ? 'ack' : `ack ${sequence[packet]}`);
    if ((flag & ECHO_CE) !== 0) words.push('ece');
    const ranges: string[] = [];
    for (let i = packet * 2 * SACK_RANGES; i < (packet + 1) * 2 * SACK_RANGES; i += 2) if (sack[i]! < sack[i + 1]!) ranges.push(`${sack[i]}-${sack[i + 1]! - 1}`);
    if (ranges.length > 0 && (flag & ACK) !== 0 && (flag & SYN) === 0 && sign !== '>') words.push(`sack ${ranges.join(' ')}`);
    this.lines.push(`${this.clock()} ${sign} ${words.join(' ')}`);
  }
}

/** A dialogue as written in a test: indent and outer blank lines taken off. */
export function text(strings: TemplateStringsArray): string {
  return strings[0]!.split('\n').slice(1, -1).map((line) => line.trim()).join('\n');
}

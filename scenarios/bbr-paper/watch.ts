/** Looks at flows and bottleneck every so often, as the paper's plots do: what is in flight, newest round-trip time, queue, rate of delivery, phase. */
import type { Connection } from '../../sim/network/tcp/connection.ts';
import type { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import type { Simulation } from '../../sim/simulation.ts';

export interface Look {
  readonly tNs: number;
  readonly flow: number;
  readonly inflight: number;
  /** 0 before the first sample. */
  readonly rttNs: number;
  readonly queue: number;
  /** Application bytes delivered in order since the last look, a second. */
  readonly deliveredBps: number;
  readonly phase: string;
}

export class Watch {
  readonly looks: Look[] = [];
  private readonly sim: Simulation;
  private readonly dumbbell: Dumbbell;
  private readonly everyNs: number;
  private readonly before: number[] = [];

  constructor(sim: Simulation, dumbbell: Dumbbell, everyNs: number) {
    this.sim = sim;
    this.dumbbell = dumbbell;
    this.everyNs = everyNs;
    this.next();
  }

  /** Looks from `fromNs` to before `toNs`, of one flow or all. */
  between(fromNs: number, toNs: number, flow?: number): Look[] {
    return this.looks.filter((look) => look.tNs >= fromNs && look.tNs < toNs && (flow === undefined || look.flow === flow));
  }

  private next(): void {
    this.sim.after(this.everyNs, () => {
      this.dumbbell.connections.forEach((connection, flow) => this.look(connection, flow));
      this.next();
    });
  }

  private look({ sender, receiver }: Connection, flow: number): void {
    const delivered = receiver.deliveredBytes;
    const rttNs = sender.lastRttNs;
    this.looks.push({
      tNs: this.sim.now, flow, inflight: sender.inflight, rttNs: rttNs < Infinity && sender.srttNs > 0 ? rttNs : 0,
      queue: this.dumbbell.bottleneck.discipline.packets, deliveredBps: ((delivered - (this.before[flow] ?? 0)) * 8e9) / this.everyNs,
      phase: String(sender.controller.describe()['phase'] ?? ''),
    });
    this.before[flow] = delivered;
  }
}

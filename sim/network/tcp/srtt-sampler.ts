/** Smoothed round-trip times of senders, looked at every so often from now on, as a program that polls TCP_INFO would. */
import type { Simulation } from '../../simulation.ts';
import type { Sender } from './sender.ts';

export class SrttSampler {
  private readonly sim: Simulation;
  private readonly senders: readonly Sender[];
  private readonly everyNs: number;
  private readonly code: number;
  private readonly values: number[][];

  constructor(sim: Simulation, senders: readonly Sender[], everyNs: number) {
    this.sim = sim;
    this.senders = senders;
    this.everyNs = everyNs;
    this.values = senders.map(() => []);
    this.code = sim.register('tcp: sample of smoothed round-trip times', () => this.look());
    this.look();
  }

  /** Of one sender, in order of time; instants before its first measurement are left out. */
  samples(sender: number): Float64Array {
    return Float64Array.from(this.values[sender]!);
  }

  private look(): void {
    this.senders.forEach(({ srttNs }, index) => {
      if (srttNs > 0) this.values[index]!.push(srttNs);
    });
    this.sim.schedule(this.everyNs, this.code);
  }
}

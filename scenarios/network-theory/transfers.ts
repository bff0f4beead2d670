/** Long transfers over one bottleneck, for laws that speak of a single flow. */
import { Bbr } from '../../sim/network/tcp/controllers/bbr.ts';
import { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import type { ConnectionOptions } from '../../sim/network/tcp/connection.ts';
import type { Controller } from '../../sim/network/tcp/controller.ts';
import type { Medium } from '../../sim/network/link/port.ts';
import { between } from '../../sim/network/link/queue-gauge.ts';
import { HEADER_BYTES, MSS } from '../../sim/network/tcp/wire-format.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';

export interface Transfer {
  readonly controller: Controller;
  readonly rateBps: number;
  readonly rttNs: number;
  readonly bufferPackets: number;
  /** Loss behind the queue: each packet with this probability, or every so-many-th one. */
  readonly loss?: number;
  readonly lossEvery?: number;
  readonly options?: ConnectionOptions;
  /** Where slow start ends if no loss ends it before, segments. */
  readonly ssthresh?: number;
  readonly measureFromS: number;
  readonly durationS: number;
  /** The flow starts at a random instant within so long: where in its cycle the window of measurement finds it is chance. */
  readonly jitterS: number;
}

export interface TransferAnswer {
  /** Goodput over what full segments can bring through the line. */
  readonly utilisation: number;
  /** Goodput times round-trip time without a queue: mean window of a flow that meets no queue, in segments. */
  readonly windowSegments: number;
  readonly queueBdp: number;
  /** Whatever left the sender, also what was sent again: the throughput of Padhye et al. */
  readonly sentPerS: number;
}

/** Packets that a path holds on the line and on the way, full segments. */
export function bdpPackets(rateBps: number, rttNs: number): number {
  return (rateBps * rttNs) / (8 * NS_PER_S * (MSS + HEADER_BYTES));
}

/** Schedules the transfer; ask for the answer when the simulation has stopped. */
export function transfer(sim: Simulation, { controller, rateBps, rttNs, bufferPackets, loss, lossEvery, options, ssthresh, measureFromS, durationS, jitterS }: Transfer): () => TransferAnswer {
  const dumbbell = new Dumbbell(sim, {
    rateBps, rttNs, bufferPackets,
    ...(loss === undefined ? {} : { loss }),
    ...(lossEvery === undefined ? {} : { medium: () => new PeriodicLoss(lossEvery, sim.stream('network-theory/phase').below(lossEvery)) }),
  });
  const { sender } = dumbbell.add({ controller, startNs: sim.stream('network-theory/start').below(Math.max(1, Math.round(jitterS * NS_PER_S))), ...(options === undefined ? {} : { options }) });
  if (ssthresh !== undefined) sender.ssthresh = ssthresh;
  const { queue } = dumbbell.bottleneck;
  let [ackedBefore, sentBefore] = [0, 0];
  let from = queue.read(sim.now);
  sim.after(Math.round(measureFromS * NS_PER_S), () => {
    [ackedBefore, sentBefore] = [sender.ackedBytes, sender.sentSegments];
    from = queue.read(sim.now);
  });
  sim.after(Math.round(durationS * NS_PER_S), () => sim.stop());
  return () => {
    dumbbell.assertBalanced();
    const goodputBps = ((sender.ackedBytes - ackedBefore) * 8) / (durationS - measureFromS);
    return {
      utilisation: goodputBps / ((rateBps * MSS) / (MSS + HEADER_BYTES)),
      windowSegments: (goodputBps * rttNs) / (8 * NS_PER_S * MSS),
      queueBdp: between(from, queue.read(sim.now)).mean / bdpPackets(rateBps, rttNs),
      sentPerS: (sender.sentSegments - sentBefore) / (durationS - measureFromS),
    };
  };
}

/** Rounds from the first acknowledgement until BBR leaves STARTUP, on a path that holds so many packets and has a buffer for as many again, three times. */
export function startupRoundsTaken(sim: Simulation, bdp: number): () => number {
  const rttNs = 100 * NS_PER_MS;
  const dumbbell = new Dumbbell(sim, { rateBps: Math.round((bdp * (MSS + HEADER_BYTES) * 8 * NS_PER_S) / rttNs), rttNs, bufferPackets: 3 * bdp });
  const controller = new Bbr(sim.stream('network-theory/bbr'));
  dumbbell.add({ controller, startNs: sim.stream('network-theory/start').below(rttNs) });
  const look = (): void => {
    if (controller.describe()['phase'] === 'STARTUP') sim.after(NS_PER_MS, look);
    else sim.stop();
  };
  sim.after(2 * rttNs, look);
  // the counter stands at one from the first acknowledgement on
  return () => Number(controller.describe()['rounds']) - 1;
}

/** Loses every so-many-th packet: the loss of the papers' derivations. */
class PeriodicLoss implements Medium {
  readonly reason = 'loss';
  readonly extraNs = new Float64Array(1);
  readonly corrupt = new Uint8Array(1);
  readonly fifo = true;
  private readonly every: number;
  private passed: number;

  constructor(every: number, phase: number) {
    this.every = every;
    this.passed = phase;
  }

  judge(): number {
    if (++this.passed < this.every) return 1;
    this.passed = 0;
    return 0;
  }
}

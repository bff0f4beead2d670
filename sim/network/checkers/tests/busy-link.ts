/** Two ports in a row under a random load, every checker on: what sound code has to pass, and planted bugs not. */
import { Simulation } from '../../../simulation.ts';
import { exponential } from '../../../distributions.ts';
import { FaultPipeline } from '../../faults/pipeline.ts';
import type { FaultPlan } from '../../faults/plan.ts';
import { CoDel } from '../../link/codel.ts';
import type { QueueDiscipline } from '../../link/discipline.ts';
import { DropTail } from '../../link/drop-tail.ts';
import { FqCoDel } from '../../link/fq-codel.ts';
import { PacketNetwork } from '../../link/network.ts';
import { Pie } from '../../link/pie.ts';
import { Port } from '../../link/port.ts';
import { Red } from '../../link/red.ts';
import { Wire } from '../../link/wire.ts';
import { DATA, ECN_CAPABLE, PacketStore } from '../../packets.ts';
import { assertBalanced } from '../balance.ts';
import { LinkCheckers } from '../link-checkers.ts';

const LIMIT = 20;

export const DISCIPLINES = {
  'drop-tail': (packets: PacketStore): QueueDiscipline => new DropTail(packets, { limitPackets: LIMIT }),
  red: (packets: PacketStore, sim: Simulation): QueueDiscipline => new Red(packets, { limitPackets: LIMIT, minPackets: 3, maxPackets: 9 }, sim.stream('red')),
  codel: (packets: PacketStore): QueueDiscipline => new CoDel(packets, { limitPackets: LIMIT, targetNs: 2e6, intervalNs: 2e7 }),
  'fq-codel': (packets: PacketStore, sim: Simulation): QueueDiscipline => new FqCoDel(packets, { limitPackets: LIMIT, queues: 4, targetNs: 2e6, intervalNs: 2e7 }, sim.stream('fq')),
  pie: (packets: PacketStore, sim: Simulation): QueueDiscipline => new Pie(packets, { limitPackets: LIMIT, targetNs: 5e6 }, sim.stream('pie')),
} as const;

export type DisciplineName = keyof typeof DISCIPLINES;
export const DISCIPLINE_NAMES: readonly DisciplineName[] = ['drop-tail', 'red', 'codel', 'fq-codel', 'pie'];

export const FAULTS: readonly (FaultPlan | undefined)[] = [
  undefined,
  { fifo: true, loss: 0.05, duplicate: 0.05, corrupt: 0.05, delay: { law: 'uniform', lowNs: 0, highNs: 3e6 } },
  { fifo: false, bursts: { toBad: 0.02, toGood: 0.3, lossGood: 0, lossBad: 1 }, delay: { law: 'uniform', lowNs: 0, highNs: 3e6 }, outages: [{ fromNs: 1e8, toNs: 2e8, reason: 'partition', mode: 'hold' }] },
];

export interface BusyLink {
  /** Only the balance, without taps; default false. */
  readonly isUnwatched?: boolean;
  readonly discipline: DisciplineName;
  readonly faults?: FaultPlan | undefined;
  /** The first port's rate changes at random, now and then to 0. */
  readonly changingRate?: boolean;
  readonly packets?: number;
}

/** Runs until nothing is left; a broken promise stops it with an error. */
export function busyLink({ discipline, faults, changingRate = false, isUnwatched = false, packets: count = 2000 }: BusyLink) {
  const sim = new Simulation({ seed: 'busy-link', scenario: 'busy-link' });
  const packets = new PacketStore();
  const network = new PacketNetwork(packets);
  const checkers = isUnwatched ? undefined : new LinkCheckers(sim, packets);
  const first = new Port(sim, packets, {
    name: 'first', rateBps: 7_000_001, propagationNs: 2e6, discipline: DISCIPLINES[discipline](packets, sim),
    ...(faults === undefined ? {} : { medium: new FaultPipeline(sim, 'network/first', faults) }),
  });
  const second = new Port(sim, packets, { name: 'second', rateBps: 19_999_999, rateDenominator: 3, propagationNs: 333, discipline: new DropTail(packets, { limitBytes: 9000 }) });
  checkers?.watch(first, { isQueueFifo: discipline !== 'fq-codel', limitPackets: LIMIT });
  checkers?.watch(second, { isQueueFifo: true, limitBytes: 9000 });
  const wire = new Wire(sim, packets, { name: 'wire', delayNs: 77 });
  let received = 0;
  const path = network.addPath([network.addHop(wire), network.addHop(first), network.addHop(second)], (packet) => {
    received++;
    packets.free(packet);
  });
  const load = sim.stream('load');
  let left = count;
  const send = (): void => {
    const ecn = load.float() < 0.3 ? ECN_CAPABLE : 0;
    network.send(packets.make(load.below(6), path, DATA | ecn, 40 + load.below(1460)));
    if (--left > 0) sim.after(Math.ceil(exponential(load, left % 400 < 200 ? 700_000 : 1_600_000)), send); // 125 % and 55 % of the first port
  };
  sim.after(0, send);
  const rates = sim.stream('rates');
  const change = (): void => {
    if (left === 0) return first.setRate(7_000_001);
    first.setRate(rates.below(4) === 0 ? 0 : 1_000_000 + rates.below(20_000_000));
    sim.after(1 + rates.below(9_000_000), change);
  };
  if (changingRate) sim.after(0, change);
  // also while packets are everywhere
  while (sim.pendingCount > 0) {
    sim.run({ untilNs: sim.now + 50e6 });
    assertBalanced(sim, network);
  }
  checkers?.finish(0);
  return { received, first: first.counters, second: second.counters };
}

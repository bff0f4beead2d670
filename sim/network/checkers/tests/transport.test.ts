/** Congestion controllers of every kind over one bottleneck, with every checker of the packet level on. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { CoDel } from '../../link/codel.ts';
import type { QueueDiscipline } from '../../link/discipline.ts';
import { FqCoDel } from '../../link/fq-codel.ts';
import { Pie } from '../../link/pie.ts';
import { Red } from '../../link/red.ts';
import type { PacketStore } from '../../packets.ts';
import { createController } from '../../tcp/controllers/index.ts';
import { Dumbbell } from '../../tcp/dumbbell.ts';
import { assertBalanced } from '../balance.ts';
import { LinkCheckers } from '../link-checkers.ts';

const BUFFER = 25;
const DISCIPLINES: Readonly<Record<string, ((sim: Simulation) => (packets: PacketStore) => QueueDiscipline) | undefined>> = {
  'drop-tail': undefined,
  red: (sim) => (packets) => new Red(packets, { limitPackets: BUFFER, minPackets: 4, maxPackets: 12 }, sim.stream('red')),
  codel: () => (packets) => new CoDel(packets, { limitPackets: BUFFER }),
  'fq-codel': (sim) => (packets) => new FqCoDel(packets, { limitPackets: BUFFER }, sim.stream('fq')),
  pie: (sim) => (packets) => new Pie(packets, { limitPackets: BUFFER }, sim.stream('pie')),
};

describe.each(Object.keys(DISCIPLINES))('%s', (discipline) => {
  it.each([0, 0.02])('keeps every promise under cubic, reno and bbr, loss %d, and a rate that halves and recovers', (loss) => {
    const sim = new Simulation({ seed: 'transport', scenario: 'transport' });
    const make = DISCIPLINES[discipline]?.(sim);
    const network = new Dumbbell(sim, { rateBps: 10e6, rttNs: 40e6, bufferPackets: BUFFER, loss, ...(make && { discipline: make }) });
    const { packets, bottleneck } = network;
    const checkers = new LinkCheckers(sim, packets);
    checkers.watch(bottleneck, { isQueueFifo: discipline !== 'fq-codel', limitPackets: BUFFER });
    const connections = (['cubic', 'reno', 'bbr'] as const).map((name, index) =>
      network.add({ controller: createController(name, { sim, packets, owner: `flow-${index}` })!, startNs: index * 300e6 }));
    sim.after(3e9, () => bottleneck.setRate(5e6));
    sim.after(5e9, () => bottleneck.setRate(10e6));
    for (let second = 1; second <= 8; second++) {
      sim.run({ untilNs: second * 1e9 });
      assertBalanced(sim, network.network);
    }
    checkers.finish(packets.count);
    for (const { receiver } of connections) expect(receiver.deliveredBytes).toBeGreaterThan(100_000);
    expect(bottleneck.counters.dropped('loss') > 0).toBe(loss > 0);
    expect(bottleneck.counters.bytesServed * 8).toBeLessThanOrEqual(70e6 + 8 * 1502);
  });
});

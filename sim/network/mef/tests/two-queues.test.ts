import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { Chain } from '../../explicit/chain.ts';
import { jainIndex } from '../../explicit/topology.ts';
import { DATA, NONE, PacketStore } from '../../packets.ts';
import { Cubic } from '../../tcp/controllers/cubic.ts';
import { Mef } from '../../tcp/controllers/mef.ts';
import { mefHeaders } from '../header.ts';
import { FlowCounter, TwoQueues } from '../two-queues.ts';
import { buffer, MBIT, MS, SECOND } from './harness.ts';

describe('flow counter', () => {
  it('estimates the number of distinct flows, however often each sends', () => {
    for (const flows of [1, 4, 30, 100]) {
      const counter = new FlowCounter();
      for (let round = 0; round < 3; round++) for (let flow = 0; flow < flows; flow++) counter.note(flow);
      counter.settle();
      expect(Math.abs(counter.flows / flows - 1), `${flows} flows`).toBeLessThan(0.15);
    }
  });
});

describe('two queues', () => {
  /** Both queues filled from so many flows of either kind; returns the share of MEF among the first packets served. */
  function served(mefFlows: number, otherFlows: number, sizes: readonly [mef: number, other: number]): number {
    const packets = new PacketStore();
    const queues = new TwoQueues(packets, 2000);
    const fill = (nowNs: number): void => {
      for (let i = 0; i < 1000; i++) {
        const mef = packets.make(i % mefFlows, 0, DATA, sizes[0]);
        mefHeaders(packets).request(mef, 3, 8, 0);
        queues.enqueue(mef, nowNs, false);
        queues.enqueue(packets.make(1000 + (i % otherFlows), 0, DATA, sizes[1]), nowNs, false);
      }
    };
    fill(0);
    fill(200 * MS); // the first interval is over: flows are known
    let bytes = 0;
    let mefBytes = 0;
    for (let i = 0; i < 1000; i++) {
      const packet = queues.dequeue(200 * MS);
      expect(packet).not.toBe(NONE);
      bytes += packets.bytes[packet]!;
      if (mefHeaders(packets).isOpen(packet)) mefBytes += packets.bytes[packet]!;
    }
    return mefBytes / bytes;
  }

  it('serve in proportion to the flows of either kind, by bytes and not by packets', () => {
    expect(served(1, 1, [1502, 1502])).toBeCloseTo(1 / 2, 1);
    expect(served(1, 1, [1502, 300])).toBeCloseTo(1 / 2, 1);
    expect(served(3, 1, [1502, 1502])).toBeCloseTo(3 / 4, 1);
    expect(served(1, 9, [300, 1502])).toBeCloseTo(1 / 10, 1);
  });

  it('leave the line to whoever has packets', () => {
    const packets = new PacketStore();
    const queues = new TwoQueues(packets, 10);
    for (let i = 0; i < 5; i++) queues.enqueue(packets.make(0, 0, DATA, 1502), 0, false);
    for (let i = 0; i < 5; i++) expect(queues.dequeue(0)).not.toBe(NONE);
    expect(queues.dequeue(0)).toBe(NONE);
    expect([queues.packets, queues.bytes]).toEqual([0, 0]);
  });

  it('protect MEF from CUBIC, which starves it in one queue', () => {
    const shares = [false, true].map((twoQueues) => {
      const sim = new Simulation({ seed: 'mef' });
      const chain = new Chain(sim, [{ rateBps: 20 * MBIT, delayNs: 20 * MS, bufferPackets: buffer(20 * MBIT, 40 * MS, 1), mef: 'standard', twoQueues }]);
      for (const controller of [(packets: PacketStore) => new Mef(packets, new Cubic()), () => new Cubic()]) chain.add({ over: [0], rttNs: 40 * MS, startNs: 0, bytes: Infinity, controller });
      sim.run({ untilNs: 5 * SECOND });
      const before = chain.connections.map(({ receiver }) => receiver.deliveredBytes);
      sim.run({ untilNs: 15 * SECOND });
      return chain.connections.map(({ receiver }, flow) => receiver.deliveredBytes - before[flow]!);
    });
    expect(jainIndex(shares[0]!)).toBeLessThan(0.55);
    expect(jainIndex(shares[1]!)).toBeGreaterThan(0.99);
    expect((shares[1]!.reduce((sum, bytes) => sum + bytes, 0) * 8) / (10 * 20 * MBIT * (1448 / 1502))).toBeGreaterThan(0.98);
  });
});

/** One run: flows of two kinds over one drop-tail bottleneck. */
import { between } from '../../sim/network/link/queue-gauge.ts';
import { createController } from '../../sim/network/tcp/controllers/index.ts';
import { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import { HEADER_BYTES, MSS } from '../../sim/network/tcp/wire-format.ts';
import { jainIndex } from '../../sim/network/theory/fairness.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import type { Parameters, Run } from '../testbed/scenario.ts';
import type { parameters } from './parameters.ts';
import type { z } from 'zod';

const WIRE_BYTES = MSS + HEADER_BYTES;

export function buildRun({ sim, params, record }: Run<Readonly<z.output<typeof parameters>> & Parameters>): () => void {
  const { first, second, others, bufferBdp, startJitterS, warmUpS, measuredS } = params;
  const rateBps = Math.round(params.rateMbps * 1e6);
  const rttNs = Math.round(params.rttMs * NS_PER_MS);
  const bdp = (rateBps * rttNs) / (8 * NS_PER_S * WIRE_BYTES);
  const dumbbell = new Dumbbell(sim, { rateBps, rttNs, bufferPackets: Math.round(bufferBdp * bdp) });
  const starts = sim.stream('congestion-pairs/starts');
  const connections = [first, ...Array.from({ length: others }, () => second)].map((name, flow) =>
    dumbbell.add({
      controller: createController(name, { sim, packets: dumbbell.packets, owner: `flow-${flow}` }),
      startNs: starts.below(Math.max(1, Math.round(startJitterS * NS_PER_S))),
    }));
  const { bottleneck } = dumbbell;
  let bytesBefore = connections.map(() => 0);
  let sentBefore = 0;
  let againBefore = 0;
  let queueBefore = bottleneck.queue.read(sim.now);
  const sum = (what: 'sentSegments' | 'retransmits'): number => connections.reduce((total, { sender }) => total + sender[what], 0);
  sim.after(Math.round(warmUpS * NS_PER_S), () => {
    bytesBefore = connections.map(({ receiver }) => receiver.deliveredBytes);
    queueBefore = bottleneck.queue.read(sim.now);
    sentBefore = sum('sentSegments');
    againBefore = sum('retransmits');
    record.progress(warmUpS / (warmUpS + measuredS));
  });
  sim.after(Math.round((warmUpS + measuredS) * NS_PER_S), () => sim.stop());
  return () => {
    dumbbell.assertBalanced();
    const goodputsBps = connections.map(({ receiver }, flow) => ((receiver.deliveredBytes - bytesBefore[flow]!) * 8) / measuredS);
    const totalBps = goodputsBps.reduce((total, goodputBps) => total + goodputBps, 0);
    for (const goodputBps of goodputsBps) sim.note(goodputBps);
    record.measure('share', totalBps === 0 ? 0 : goodputsBps[0]! / totalBps);
    record.measure('jain', jainIndex(goodputsBps));
    record.measure('utilisation', totalBps / ((rateBps * MSS) / WIRE_BYTES));
    record.measure('queueBdp', between(queueBefore, bottleneck.queue.read(sim.now)).mean / bdp);
    record.measure('resent', (sum('retransmits') - againBefore) / Math.max(1, sum('sentSegments') - sentBefore));
  };
}

/**
 * Bulk flows over one bottleneck, packet by packet: who gets how much, at which delay and queue.
 *
 * One port with a drop-tail queue of `bufferPackets` (waiting; one more is on the line), independent loss behind the queue, half of `rttNs`
 * after it; the way back is the other half and never full. A full segment is 1448 bytes of the application and 1502 on the wire. Flows send
 * from `startS` (after a handshake of one round) to the end.
 *
 * Measured in [measureFromS, durationS]: goodput of bytes delivered in order; utilisation, its sum over rateBps * 1448/1502; the sender's
 * smoothed round-trip time sampled every 10 ms (mean and quantiles over samples; null where the flow was not connected at any); packets waiting,
 * weighted by time; Jain's index of the goodputs. Of the whole run: sentSegments (data packets sent), retransmits among them, queueDrops
 * (of the queue, not of the medium) and packets, the sum of sentSegments.
 *
 * Controller `mef` is a reconstruction; the bottleneck speaks it where a flow does, with the router law of `mef` (alpha, beta, eta; without such a flow
 * it says nothing).
 * CUBIC leaves slow start by the kernel's HyStart, or as `slowStart` says. Loss draws come from a stream of `seed`.
 */
import { z } from 'zod';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { between } from '../../sim/network/link/queue-gauge.ts';
import { STANDARD_LAW } from '../../sim/network/mef/law.ts';
import { mefReceiver } from '../../sim/network/mef/receiver-hooks.ts';
import { MefRouter } from '../../sim/network/mef/router.ts';
import type { PacketStore } from '../../sim/network/packets.ts';
import type { Connection } from '../../sim/network/tcp/connection.ts';
import type { Controller } from '../../sim/network/tcp/controller.ts';
import { CONTROLLERS, createController } from '../../sim/network/tcp/controllers/index.ts';
import { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import { SrttSampler } from '../../sim/network/tcp/srtt-sampler.ts';
import { HEADER_BYTES, MSS } from '../../sim/network/tcp/wire-format.ts';
import { Simulation } from '../../sim/simulation.ts';
import { ConfigError, type Problem } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const WIRE_BYTES = MSS + HEADER_BYTES;
const SAMPLE_NS = 10e6;
/** Packets that one question may ask for: some minutes of work. */
const MOST_PACKETS = 1e8;
/** Choice: round-trip times that one question may keep, 8 bytes each. */
const MOST_SAMPLES = 2e7;

const nsOf = (seconds: number): number => Math.round(seconds * 1e9);

const flow = z.strictObject({
  controller: z.enum(CONTROLLERS).meta({ title: 'Congestion controller', unit: '' }),
  startS: z.number().min(0).max(1e5).default(0).meta({ title: 'Start', unit: 's' }),
  slowStart: z.enum(['hystart', 'hystart++', 'standard']).optional().meta({ title: 'How slow start ends (cubic, reno)', unit: '' }),
});

const input = z.strictObject({
  flows: z.array(flow).min(1).max(1000).meta({ title: 'Flows', unit: '' }),
  rateBps: z.number().int().min(1e4).max(1e11).meta({ title: 'Rate of the bottleneck', unit: 'bit/s' }),
  rttNs: z.number().int().min(1000).max(1e10).meta({ title: 'Round-trip time without queue', unit: 'ns' }),
  bufferPackets: z.number().int().min(0).max(1e6).meta({ title: 'Packets that may wait', unit: 'packets' }),
  loss: z.number().min(0).max(1).default(0).meta({ title: 'Probability of loss behind the queue', unit: '' }),
  durationS: z.number().min(0.01).max(1e5).default(60).meta({ title: 'Duration', unit: 's' }),
  measureFromS: z.number().min(0).max(1e5).default(0).meta({ title: 'Measured from', unit: 's' }),
  mef: z.strictObject({
    alpha: z.number().min(0.001).max(10).optional().meta({ title: 'Gain on spare capacity', unit: '' }),
    beta: z.number().min(0).max(10).optional().meta({ title: 'Gain on the standing queue', unit: '' }),
    eta: z.number().min(0.01).max(1).optional().meta({ title: 'Share of the capacity that is given away', unit: '' }),
  }).optional().meta({ title: 'Router law of MEF (reconstruction)', unit: '' }),
  seed: z.union([z.string(), z.number()]).default('1').meta({ title: 'Seed', unit: '' }),
});

type Question = z.output<typeof input>;

/** What single fields cannot show. */
function problems({ flows, rateBps, durationS, measureFromS }: Question): Problem[] {
  const found: Problem[] = [];
  const endNs = nsOf(durationS);
  if (nsOf(measureFromS) >= endNs) found.push({ path: 'measureFromS', message: `${measureFromS} s given; must be below durationS = ${durationS} s, by 1 ns at least: measure from an earlier instant or run longer` });
  flows.forEach(({ controller, startS, slowStart }, index) => {
    if (nsOf(startS) >= endNs) found.push({ path: `flows[${index}].startS`, message: `${startS} s given; must be below durationS = ${durationS} s, by 1 ns at least: start it earlier or run longer` });
    if (slowStart !== undefined && controller !== 'cubic' && controller !== 'reno') found.push({ path: `flows[${index}].slowStart`, message: `given with '${controller}', which has no slow start; leave it out` });
    if (slowStart === 'hystart' && controller === 'reno') found.push({ path: `flows[${index}].slowStart`, message: "'hystart' with 'reno'; must be 'standard' or 'hystart++' (HyStart is cubic's)" });
  });
  const packets = (rateBps * durationS) / 8 / WIRE_BYTES;
  if (packets > MOST_PACKETS) found.push({ path: 'durationS', message: `${durationS} s at ${rateBps} bit/s are up to ${Math.round(packets)} packets; must be at most ${MOST_PACKETS}, shorten the run or lower the rate` });
  const samples = Math.floor((flows.length * (durationS - measureFromS) * 1e9) / SAMPLE_NS);
  if (samples > MOST_SAMPLES) found.push({ path: 'durationS', message: `${flows.length} flows measured for ${durationS - measureFromS} s are ${samples} samples of round-trip time; must be at most ${MOST_SAMPLES}, shorten the run, measure from a later instant or give fewer flows` });
  return found;
}

function controllersOf({ flows }: Question, sim: Simulation, packets: PacketStore): Controller[] {
  return flows.map(({ controller, slowStart }, index) => createController(controller, { sim, packets, owner: `flow-${index}`, ...(slowStart === undefined ? {} : { slowStart }) }));
}

export default defineEval({
  id: 'dumbbell',
  title: 'Flows over one bottleneck',
  description: 'Goodput, smoothed round-trip time, queue and fairness of bulk flows (bbr, bbr3, cubic, reno, mef) over one drop-tail bottleneck, packet by packet.',
  input,
  example: { flows: [{ controller: 'cubic', startS: 0 }, { controller: 'reno', startS: 0.5 }], rateBps: 10_000_000, rttNs: 40_000_000, bufferPackets: 33, loss: 0, durationS: 20, measureFromS: 5, seed: '1' },
  evaluate: (question) => {
    const found = problems(question);
    if (found.length > 0) throw new ConfigError(found);
    const { flows, rateBps, rttNs, bufferPackets, loss, durationS, measureFromS, seed, mef } = question;
    const sim = new Simulation({ seed: `${seed}`, scenario: 'dumbbell' });
    const network = new Dumbbell(sim, { rateBps, rttNs, bufferPackets, loss });
    if (flows.some(({ controller }) => controller === 'mef')) {
      const law = { alpha: mef?.alpha ?? STANDARD_LAW.alpha, beta: mef?.beta ?? STANDARD_LAW.beta, eta: mef?.eta ?? STANDARD_LAW.eta };
      network.bottleneck.stamper = new MefRouter(network.bottleneck, network.packets, sim.now, law);
    }
    const connections: Connection[] = controllersOf(question, sim, network.packets).map((controller, index) => {
      const options = flows[index]!.controller === 'mef' ? mefReceiver(network.network) : {};
      return network.add({ controller, startNs: nsOf(flows[index]!.startS), options });
    });

    sim.run({ untilNs: nsOf(measureFromS) });
    const bytesBefore = connections.map(({ receiver }) => receiver.deliveredBytes);
    const queueBefore = network.bottleneck.queue.read(sim.now);
    const sampler = new SrttSampler(sim, connections.map(({ sender }) => sender), SAMPLE_NS);
    sim.run({ untilNs: nsOf(durationS) });
    const queue = between(queueBefore, network.bottleneck.queue.read(sim.now));
    network.assertBalanced();

    const seconds = durationS - measureFromS;
    const goodputs = connections.map(({ receiver }, index) => ((receiver.deliveredBytes - bytesBefore[index]!) * 8) / seconds);
    const sum = goodputs.reduce((total, goodput) => total + goodput, 0);
    const squares = goodputs.reduce((total, goodput) => total + goodput * goodput, 0);
    return {
      flows: connections.map(({ sender }, index) => {
        const samples = sampler.samples(index);
        const [rttP50Ns, rttP95Ns] = samples.length === 0 ? [null, null] : exactQuantiles(samples, [0.5, 0.95]);
        return {
          goodputBps: goodputs[index]!,
          rttMeanNs: samples.length === 0 ? null : samples.reduce((total, ns) => total + ns, 0) / samples.length,
          rttP50Ns,
          rttP95Ns,
          retransmits: sender.retransmits,
          sentSegments: sender.sentSegments,
        };
      }),
      utilisation: sum / ((rateBps * MSS) / WIRE_BYTES),
      jain: squares === 0 ? null : (sum * sum) / (goodputs.length * squares),
      queueMeanPackets: queue.mean,
      queueP95Packets: queue.quantile(0.95),
      queueDrops: network.bottleneck.counters.queueDrops,
      packets: connections.reduce((total, { sender }) => total + sender.sentSegments, 0),
    };
  },
});

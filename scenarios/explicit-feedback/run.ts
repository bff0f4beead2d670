/** One run: a case under one scheme, or under ideal processor sharing. */
import { z } from 'zod';
import { boundedPareto, boundedParetoMoment, exponential } from '../../sim/distributions.ts';
import { Chain } from '../../sim/network/explicit/chain.ts';
import { MefFeedback } from '../../sim/network/explicit/mef-feedback.ts';
import { PAYLOAD_BYTES, WIRE_BYTES } from '../../sim/network/explicit/paced-flow.ts';
import { RcpFeedback, RcpRouter } from '../../sim/network/explicit/rcp.ts';
import { FeedbackTopology, jainIndex, type RouterOfLink, type SchemeOfFlow } from '../../sim/network/explicit/topology.ts';
import { XcpFeedback, XcpRouter } from '../../sim/network/explicit/xcp.ts';
import { between, type QueueTimes } from '../../sim/network/link/queue-gauge.ts';
import type { Port } from '../../sim/network/link/port.ts';
import { MefRouter } from '../../sim/network/mef/router.ts';
import { Cubic } from '../../sim/network/tcp/controllers/cubic.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import type { Arm, Parameters, Run } from '../testbed/scenario.ts';
import { CASE_IDS, CASES } from './cases.ts';
import { type FluidFlow, processorSharing } from './processor-sharing.ts';

export const parameters = z.object({
  case: z.enum(CASE_IDS).default('base').meta({ title: 'Case', unit: '', group: 'Network', description: 'One quantity changed, or flows that come and go.' }),
  rateMbps: z.number().min(1).max(1000).default(10).meta({ title: 'Rate', unit: 'Mbit/s', group: 'Network', description: 'Of the link in case base, on the wire.' }),
  rttMs: z.number().min(4).max(1000).default(80).meta({ title: 'Round-trip time', unit: 'ms', group: 'Network', description: 'Without queues, in case base; 80 ms as in Katabi et al. 2002.' }),
  flows: z.number().int().min(4).max(400).default(8).meta({ title: 'Flows', unit: 'flows', group: 'Network', description: 'In case base.' }),
  bufferBdp: z.number().min(0.1).max(20).default(1).meta({ title: 'Buffer', unit: 'BDP', group: 'Network', description: 'Packets waiting, at least 10; in products of rate and round-trip time.' }),
  warmUpS: z.number().min(1).max(600).default(6).meta({ title: 'Warm-up', unit: 's', group: 'Run', description: 'Flows start in the first half of it.' }),
  windowS: z.number().min(1).max(600).default(5).meta({ title: 'Measured time', unit: 's', group: 'Run', description: 'After the warm-up; three times as long where flows come and go.' }),
});

export type Values = Readonly<z.output<typeof parameters>> & Parameters;

export const ARMS: Readonly<Record<string, Arm>> = {
  cubic: { title: 'CUBIC', description: 'TCP as in Linux: no feedback but losses', set: {} },
  xcp: { title: 'XCP', description: 'Routers write into each packet by how much its window shall change (Katabi et al. 2002)', set: {} },
  rcp: { title: 'RCP', description: 'Routers name one rate for all flows (Dukkipati and McKeown 2005)', set: {} },
  mef: { title: 'MEF (reconstruction)', description: 'As RCP, to 97 % of the rate, with the least backlog; a reconstruction', set: {} },
  ps: { title: 'Processor sharing', description: 'The ideal, as a fluid: everything used, everything equal, nothing waits', set: {} },
};

/** Lengths of flows, packets: bounded Pareto, shape 1.2 as in Dukkipati and McKeown 2006, mean 27. */
const LENGTH = { min: 8, max: 2000, alpha: 1.2 } as const;
/** Handshake or request, and the way there. */
const FIXED_RTTS = 1.5;
/** Runs where flows come and go are so much longer: their means vary more. */
const LONGER = 3;
/** Longer than any flow needs that came in the window. */
const DRAIN_NS = 20 * NS_PER_S;
/** Flows of less than this many packets are short. */
const SHORT_PACKETS = 30;

const SCHEMES: Readonly<Record<string, { readonly router: RouterOfLink; readonly scheme: SchemeOfFlow }>> = {
  rcp: { router: (port, packets, nowNs) => void new RcpRouter(port, packets, nowNs), scheme: (packets) => new RcpFeedback(packets) },
  xcp: { router: (port, packets, nowNs) => void new XcpRouter(port, packets, nowNs), scheme: (packets) => new XcpFeedback(packets) },
  mef: { router: (port, packets, nowNs) => void new MefRouter(port, packets, nowNs), scheme: (packets, routersPassed) => new MefFeedback(packets, routersPassed) },
};

/** A network in which flows of so many packets can be started, whichever scheme is under it. */
interface Net {
  readonly port: Port;
  /** `onDone`: the last packet has arrived. Infinity: endless. */
  add(startNs: number, packets: number, onDone?: () => void): void;
  /** Packets delivered so far, by flow. */
  delivered(): number[];
}

function netOf(sim: Simulation, arm: string, rateBps: number, rttNs: number, bufferPackets: number): Net {
  const link = { rateBps, delayNs: rttNs / 2, bufferPackets };
  if (arm === 'cubic') {
    const chain = new Chain(sim, [link]);
    return {
      port: chain.ports[0]!,
      add: (startNs, packets, onDone) => void chain.add({ over: [0], rttNs, startNs, bytes: packets * PAYLOAD_BYTES, controller: () => new Cubic(), echoes: false, ...(onDone === undefined ? {} : { onDone }) }),
      delivered: () => chain.connections.map(({ receiver }) => receiver.deliveredBytes / PAYLOAD_BYTES),
    };
  }
  const { router, scheme } = SCHEMES[arm]!;
  const net = new FeedbackTopology(sim, [link], router, scheme);
  return {
    port: net.ports[0]!,
    add: (startNs, packets, onDone) => void net.add({ over: [0], rttNs, startNs, packets, ...(onDone === undefined ? {} : { onDone }) }),
    delivered: () => net.flows.map(({ received }) => received),
  };
}

export function buildRun(run: Run<Values>): () => void {
  const { sim, params, arm } = run;
  const { rate, rtt, flows, load } = CASES[params.case];
  const rateBps = Math.round(params.rateMbps * 1e6 * rate);
  const rttNs = 4 * Math.round((params.rttMs * NS_PER_MS * rtt) / 4);
  const bufferPackets = Math.max(10, Math.round((params.bufferBdp * rateBps * rttNs) / 8e9 / WIRE_BYTES));
  if (load !== undefined) return comeAndGo(run, rateBps, rttNs, bufferPackets, load);
  if (arm === 'ps') return state(run, () => Object.entries({ utilisation: 1, queueMean: 0, queueShare: 0, dropShare: 0, jain: 1 }).forEach(([id, value]) => run.record.measure(id, value)));
  return endless(run, netOf(sim, arm, rateBps, rttNs, bufferPackets), Math.max(1, Math.round(params.flows * flows)), bufferPackets);
}

function state({ sim }: Run<Values>, then: () => void): () => void {
  sim.after(0, () => sim.note(0));
  return then;
}

function endless({ sim, params, record }: Run<Values>, net: Net, flows: number, bufferPackets: number): () => void {
  const fromNs = Math.round(params.warmUpS * NS_PER_S);
  const windowNs = Math.round(params.windowS * NS_PER_S);
  const starts = sim.stream('network/starts');
  for (let flow = 0; flow < flows; flow++) net.add(Math.floor(((flow + starts.float()) * fromNs) / 2 / flows), Infinity);
  const { counters, queue } = net.port;
  let before: { readonly queue: QueueTimes; readonly served: number; readonly dropped: number; readonly entered: number; readonly delivered: readonly number[] } | undefined;
  const look = () => ({ queue: queue.read(sim.now), served: counters.bytesServed, dropped: counters.queueDrops, entered: counters.packetsIn, delivered: net.delivered() });
  sim.after(fromNs, () => (before = look()));
  sim.after(fromNs + windowNs, () => sim.stop());
  return () => {
    const after = look();
    const packets = after.delivered.map((count, flow) => count - before!.delivered[flow]!);
    const times = between(before!.queue, after.queue);
    record.measure('utilisation', ((after.served - before!.served) * 8e9) / windowNs / net.port.rateBps);
    record.measure('queueMean', times.mean);
    record.measure('queueShare', times.mean / bufferPackets);
    record.measure('dropShare', (after.dropped - before!.dropped) / Math.max(1, after.entered - before!.entered));
    record.measure('jain', jainIndex(packets));
    sim.note(packets[0]!);
  };
}

function comeAndGo(run: Run<Values>, rateBps: number, rttNs: number, bufferPackets: number, load: number): () => void {
  const { sim, params, arm, record } = run;
  const fromNs = Math.round(params.warmUpS * NS_PER_S);
  const untilNs = fromNs + LONGER * Math.round(params.windowS * NS_PER_S);
  const arrivals = sim.stream(`network/${params.case}/arrivals`);
  const lengths = sim.stream(`network/${params.case}/lengths`);
  const meanGapNs = (boundedParetoMoment(LENGTH.min, LENGTH.max, LENGTH.alpha, 1) * WIRE_BYTES * 8e9) / (load * rateBps);
  const flows: (FluidFlow & { readonly packets: number })[] = [];
  for (let startNs = Math.round(exponential(arrivals, meanGapNs)); startNs < untilNs; startNs += 1 + Math.round(exponential(arrivals, meanGapNs))) {
    const packets = Math.round(boundedPareto(lengths, LENGTH.min, LENGTH.max, LENGTH.alpha));
    flows.push({ startNs, packets, bytes: packets * WIRE_BYTES });
  }
  const takenNs = new Float64Array(flows.length);
  if (arm === 'ps') {
    const ideal = processorSharing(flows, rateBps);
    return state(run, () => {
      recordTimes(record, flows, ideal.map((ns) => ns + FIXED_RTTS * rttNs), fromNs);
      record.measure('arrivalDropShare', 0);
    });
  }
  const net = netOf(sim, arm, rateBps, rttNs, bufferPackets);
  // a paced flow is done when its sender knows it; half a round-trip time before, on a path of equal ways, the last packet arrived
  const knownLaterNs = arm === 'cubic' ? 0 : rttNs / 2;
  flows.forEach(({ startNs, packets }, flow) => net.add(startNs, packets, () => (takenNs[flow] = sim.now - startNs - knownLaterNs)));
  sim.after(untilNs + DRAIN_NS, () => sim.stop());
  return () => {
    recordTimes(record, flows, takenNs, fromNs);
    record.measure('arrivalDropShare', net.port.counters.queueDrops / net.port.counters.packetsIn);
    sim.note(takenNs[0]!);
  };
}

function recordTimes(record: Run<Values>['record'], flows: readonly (FluidFlow & { readonly packets: number })[], takenNs: Float64Array, fromNs: number): void {
  const counted = flows.map((flow, index) => ({ ...flow, takenNs: takenNs[index]! })).filter(({ startNs, takenNs: ns }) => startNs >= fromNs && ns > 0);
  const mean = (list: typeof counted): number => Math.round(list.reduce((sum, flow) => sum + flow.takenNs, 0) / Math.max(1, list.length));
  record.measure('completionNs', mean(counted));
  record.measure('completionShortNs', mean(counted.filter(({ packets }) => packets < SHORT_PACKETS)));
  record.measure('completionLongNs', mean(counted.filter(({ packets }) => packets >= SHORT_PACKETS)));
  record.measure('unfinished', flows.length - flows.filter((_, index) => takenNs[index]! > 0).length);
}

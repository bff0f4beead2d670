/** One run: a case under one controller, or the fixed point of the MEF law (reconstruction) as a formula. */
import { z } from 'zod';
import { boundedPareto, boundedParetoMoment, exponential } from '../../sim/distributions.ts';
import { Chain } from '../../sim/network/explicit/chain.ts';
import { jainIndex } from '../../sim/network/explicit/topology.ts';
import { between } from '../../sim/network/link/queue-gauge.ts';
import { STANDARD_LAW } from '../../sim/network/mef/law.ts';
import type { Controller } from '../../sim/network/tcp/controller.ts';
import { Bbr } from '../../sim/network/tcp/controllers/bbr.ts';
import { Cubic } from '../../sim/network/tcp/controllers/cubic.ts';
import { Mef } from '../../sim/network/tcp/controllers/mef.ts';
import { SrttSampler } from '../../sim/network/tcp/srtt-sampler.ts';
import { HEADER_BYTES, MSS } from '../../sim/network/tcp/wire-format.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import type { Arm, Parameters, Run } from '../testbed/scenario.ts';
import { CASE_IDS, type CaseId, CASES, linksOf, LOSS } from './cases.ts';

export const parameters = z.object({
  case: z.enum(CASE_IDS).default('four').meta({ title: 'Case', unit: '', group: 'Network', description: 'Links and flows.' }),
  rateMbps: z.number().min(1).max(1000).default(20).meta({ title: 'Rate of the bottleneck', unit: 'Mbit/s', group: 'Network', description: 'On the wire.' }),
  rttMs: z.number().min(4).max(1000).default(40).meta({ title: 'Round-trip time', unit: 'ms', group: 'Network', description: 'Without queues.' }),
  bufferBdp: z.number().min(0.1).max(20).default(1).meta({ title: 'Buffer', unit: 'BDP', group: 'Network', description: 'Packets waiting, in products of rate and round-trip time.' }),
  warmUpS: z.number().min(1).max(600).default(10).meta({ title: 'Warm-up', unit: 's', group: 'Run', description: 'BBR needs some ten seconds for fair shares (PROBE_RTT every 10 s).' }),
  windowS: z.number().min(1).max(600).default(10).meta({ title: 'Measured time', unit: 's', group: 'Run', description: 'After the warm-up.' }),
});

export type Values = Readonly<z.output<typeof parameters>> & Parameters;

export const ARMS: Readonly<Record<string, Arm>> = {
  bbr: { title: 'BBR', description: 'Version 1, as in Linux: a model of the path from what comes back', set: {} },
  cubic: { title: 'CUBIC', description: 'As in Linux: fills the buffer until it loses', set: {} },
  mef: { title: 'MEF (reconstruction)', description: 'Routers name the rate; a reconstruction, nothing but the name is published', set: {} },
  fixed: { title: 'Fixed point', description: 'What the MEF law (reconstruction) comes to rest at: max-min shares of 97 %; nothing is simulated', set: {} },
};

/** Bytes of short flows: bounded Pareto, web-like (choice), mean 43 kB. */
const SIZE = { min: 14_480, max: 3_000_000, alpha: 1.2 } as const;
const PAYLOAD_SHARE = MSS / (MSS + HEADER_BYTES);
const SAMPLE_NS = 20 * NS_PER_MS;
/** Queue over time, for the picture. */
const TRACE_NS = 20 * NS_PER_MS;
const TRACED_S = 4;

function controllerOf(sim: Simulation, arm: string, flow: number): ((packets: Chain['packets']) => Controller) {
  if (arm === 'mef') return (packets) => new Mef(packets, new Cubic());
  if (arm === 'bbr') return () => new Bbr(sim.stream(`network/flow-${flow}/bbr`));
  return () => new Cubic();
}

export function buildRun(run: Run<Values>): () => void {
  if (run.arm !== 'fixed') return simulate(run);
  run.sim.after(0, () => run.sim.note(0));
  return () => stateFixedPoint(run);
}

function stateFixedPoint({ params, record }: Run<Values>): void {
  const { eta } = STANDARD_LAW;
  const id: CaseId = params.case;
  if (CASES[id].load !== undefined || id === 'plain-bottleneck' || id === 'beside-cubic') return;
  if (id === 'own-queue') return record.measure('watchedShare', eta);
  record.measure('utilisation', id === 'loss' ? eta * (1 - LOSS) : eta);
  record.measure('jain', 1);
  record.measure('watchedShare', id === 'loss' ? eta * (1 - LOSS) : eta);
}

function simulate({ sim, params, arm, record, replication }: Run<Values>): () => void {
  const id: CaseId = params.case;
  const spec = CASES[id];
  const rateBps = params.rateMbps * 1e6;
  const rttNs = Math.round(params.rttMs * NS_PER_MS);
  const fromNs = Math.round(params.warmUpS * NS_PER_S);
  const untilNs = fromNs + Math.round(params.windowS * NS_PER_S);
  const chain = new Chain(sim, linksOf(id, rateBps, rttNs, params.bufferBdp, arm === 'mef'));
  const starts = sim.stream('network/starts');
  const phaseNs = (): number => Math.floor(starts.float() * 200 * NS_PER_MS);
  let joined = 0;
  spec.flows.forEach((flow, index) => {
    const startNs = flow.joins === 'window' ? fromNs : joined++ * Math.min(NS_PER_S, Math.floor(fromNs / 8)) + phaseNs();
    chain.add({ over: flow.over, rttNs: Math.round(flow.rtts * rttNs), startNs, bytes: Infinity, controller: controllerOf(sim, flow.isCubic === true ? 'cubic' : arm, index) });
  });
  const completions = spec.load === undefined ? undefined : addShortFlows(sim, chain, arm, spec.load * rateBps * PAYLOAD_SHARE, rttNs, fromNs, untilNs);

  const port = chain.ports[0]!;
  let before: ReturnType<typeof look> | undefined;
  let sampler: SrttSampler | undefined;
  const look = () => ({ bytes: chain.connections.map(({ receiver }) => receiver.deliveredBytes), queue: port.queue.read(sim.now), dropped: port.counters.queueDrops, entered: port.counters.packetsIn });
  sim.after(fromNs, () => {
    before = look();
    sampler = new SrttSampler(sim, chain.connections.slice(0, 64).map(({ sender }) => sender), SAMPLE_NS);
    if (replication === 0 && (id === 'flash-crowd' || id === 'four')) trace(0);
  });
  const trace = (sample: number): void => {
    if (sample * TRACE_NS > TRACED_S * NS_PER_S) return;
    record.row('queue', { t_s: (sample * TRACE_NS) / NS_PER_S, waiting: port.discipline.packets });
    sim.after(TRACE_NS, () => trace(sample + 1));
  };
  sim.after(untilNs, () => sim.stop());

  return () => {
    const after = look();
    const seconds = (untilNs - fromNs) / NS_PER_S;
    const goodputs = after.bytes.map((bytes, index) => ((bytes - before!.bytes[index]!) * 8) / seconds);
    const onFirst = goodputs.filter((_, index) => spec.flows[index]?.over.includes(0) ?? true);
    const payloadBps = rateBps * PAYLOAD_SHARE;
    const queue = between(before!.queue, after.queue);
    record.measure('utilisation', onFirst.reduce((sum, rate) => sum + rate, 0) / payloadBps);
    record.measure('queueMean', queue.mean);
    record.measure('queueP95', queue.quantile(0.95));
    record.measure('dropShare', (after.dropped - before!.dropped) / Math.max(1, after.entered - before!.entered));
    if (completions !== undefined) {
      record.measure('completionNs', mean(completions.all));
      record.measure('completionShortNs', mean(completions.short));
      sim.note(mean(completions.all));
      return;
    }
    const samples = spec.flows.flatMap((_, index) => (index < 64 ? [...sampler!.samples(index)] : []));
    record.measure('rttNs', Math.round(mean(samples)));
    record.measure('jain', jainIndex(onFirst));
    record.measure('watchedShare', goodputs[spec.watched]! / (payloadBps * spec.fairShare));
    sim.note(onFirst[0]!);
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Connections that come by a Poisson process; times from the SYN to the last byte, of those that came in the window. */
function addShortFlows(sim: Simulation, chain: Chain, arm: string, loadBps: number, rttNs: number, fromNs: number, untilNs: number): { readonly all: number[]; readonly short: number[] } {
  const arrivals = sim.stream('network/arrivals');
  const sizes = sim.stream('network/sizes');
  const meanGapNs = (boundedParetoMoment(SIZE.min, SIZE.max, SIZE.alpha, 1) * 8 * NS_PER_S) / loadBps;
  const all: number[] = [];
  const short: number[] = [];
  for (let startNs = Math.round(exponential(arrivals, meanGapNs)); startNs < untilNs; startNs += 1 + Math.round(exponential(arrivals, meanGapNs))) {
    const bytes = Math.round(boundedPareto(sizes, SIZE.min, SIZE.max, SIZE.alpha));
    const begunNs = startNs;
    const onDone = (): void => {
      if (begunNs < fromNs) return;
      all.push(sim.now - begunNs);
      if (bytes < 10 * SIZE.min) short.push(sim.now - begunNs);
    };
    chain.add({ over: [0], rttNs, startNs, bytes, controller: controllerOf(sim, arm, chain.connections.length), onDone });
  }
  return { all, short };
}

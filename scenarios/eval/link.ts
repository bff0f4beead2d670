/**
 * One link as a calculator: sources, a queue discipline, a line, faults behind it, propagation. Every checker of the packet level is on, so
 * an answer is one of a run that kept its promises.
 *
 * Sources send from time 0 until `durationS` (a periodic one starts with a gap); then the link drains. Counts and delays are of packets sent
 * in [measureFromS, durationS], wherever they end: `delayMeanNs` and quantiles over those delivered, from sending to arrival, duplicates
 * apart and corrupt ones included. Queue and line figures are of that window of time, weighted by time, without the packet on the line.
 * Utilisation is bits that left the line over what its rate allowed. `left` are packets that a stopped line still holds at the end.
 *
 * Order under `faults` is what `fifo` says; without faults it is kept. Sizes drawn are whole bytes, at least 1. Streams belong to seed and
 * source number: the same packets under another discipline, rate or fault.
 */
import { exponential } from '../../sim/distributions.ts';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { assertBalanced } from '../../sim/network/checkers/balance.ts';
import { LinkCheckers } from '../../sim/network/checkers/link-checkers.ts';
import { SynchronyChecker } from '../../sim/network/checkers/synchrony.ts';
import { holdAll, noAdversary, PartialSynchrony, scatter } from '../../sim/network/faults/partial-synchrony.ts';
import { FaultPipeline } from '../../sim/network/faults/pipeline.ts';
import type { FaultPlan } from '../../sim/network/faults/plan.ts';
import { SynchronyMedium } from '../../sim/network/faults/synchrony-medium.ts';
import { meanRate, throttle } from '../../sim/network/faults/throttle.ts';
import { DROP_REASONS } from '../../sim/network/link/counters.ts';
import { createDiscipline, type DisciplineSpec } from '../../sim/network/link/disciplines.ts';
import { MAX_LINE_BYTES } from '../../sim/network/link/line.ts';
import { PacketNetwork } from '../../sim/network/link/network.ts';
import { Port } from '../../sim/network/link/port.ts';
import { between } from '../../sim/network/link/queue-gauge.ts';
import { CE, CORRUPT, DATA, ECN_CAPABLE, PacketStore } from '../../sim/network/packets.ts';
import { Simulation } from '../../sim/simulation.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { input, problems, type Question } from './link/question.ts';
import { defineEval } from './model.ts';

/** Longest hold of an adversary without a bound near: a day. */
const HOLD_NS = 86_400e9;

function createSynchrony({ synchrony }: Question, sim: Simulation): PartialSynchrony | undefined {
  if (synchrony === undefined) return undefined;
  const { gstNs, deltaNs, adversary } = synchrony;
  const choose = { none: () => noAdversary, hold: () => holdAll(HOLD_NS), scatter: () => scatter(sim.stream('network/link/adversary'), gstNs + deltaNs) }[adversary]();
  return new PartialSynchrony({ gstNs, deltaNs }, choose);
}

/** What became of the packets of one source that count. */
class Tally {
  sent = 0;
  delivered = 0;
  marked = 0;
  corrupted = 0;
  readonly delaysNs: number[] = [];
}

function run(question: Question) {
  const { rateBps, propagationNs, queue, sources, durationS, measureFromS, seed, faults } = question;
  const sim = new Simulation({ seed: `${seed}`, scenario: 'link' });
  const packets = new PacketStore();
  const network = new PacketNetwork(packets);
  const plan = (faults ?? { fifo: true }) as FaultPlan;
  const pipeline = new FaultPipeline(sim, 'network/link', plan);
  const synchrony = createSynchrony(question, sim);
  const bounded = synchrony && new SynchronyMedium(synchrony, propagationNs, pipeline);
  const medium = bounded ?? (faults && pipeline);
  const port = new Port(sim, packets, {
    name: 'link', rateBps, propagationNs,
    discipline: createDiscipline(queue as DisciplineSpec, packets, () => sim.stream('network/link/discipline')),
    ...(medium && { medium }),
  });
  const checkers = new LinkCheckers(sim, packets);
  const limits = queue.discipline === 'drop-tail' ? queue : queue.discipline === 'red' ? { limitPackets: queue.limitPackets } : {};
  checkers.watch(port, { isQueueFifo: queue.discipline !== 'fq-codel', ...limits } as Parameters<LinkCheckers['watch']>[1]);
  throttle(sim, port, plan.throttle ?? []);

  const bound = synchrony && new SynchronyChecker(sim, synchrony);
  if (bounded && bound) bounded.onSend = (packet, nowNs) => bound.send(packets.sequence[packet]!, nowNs);
  const fromNs = Math.round(measureFromS * 1e9);
  const untilNs = Math.round(durationS * 1e9);
  const tallies = sources.map(() => new Tally());
  const seen = new Set<number>();
  const path = network.addPath([network.addHop(port)], (packet) => {
    const sequence = packets.sequence[packet]!;
    bound?.deliver(sequence, sim.now);
    const isDuplicate = plan.duplicate !== undefined && seen.has(sequence);
    if (plan.duplicate !== undefined) seen.add(sequence);
    if (!isDuplicate && packets.sentNs[packet]! >= fromNs) {
      const tally = tallies[packets.flow[packet]!]!;
      tally.delivered++;
      if ((packets.flags[packet]! & CE) !== 0) tally.marked++;
      if ((packets.flags[packet]! & CORRUPT) !== 0) tally.corrupted++;
      tally.delaysNs.push(sim.now - packets.sentNs[packet]!);
    }
    packets.free(packet);
  });

  const gaps = sources.map((_, index) => sim.stream(`source-${index}/gaps`));
  const sizes = sources.map((_, index) => sim.stream(`source-${index}/sizes`));
  const gapNs = (index: number): number => {
    const meanNs = 1e9 / sources[index]!.packetsPerS;
    return Math.max(1, Math.round(sources[index]!.gaps === 'periodic' ? meanNs : exponential(gaps[index]!, meanNs)));
  };
  let sequence = 0;
  const send = sim.register('link: a source sends', (index) => {
    const source = sources[index]!;
    const bytes = source.sizes === 'fixed' ? source.bytes : Math.min(MAX_LINE_BYTES, Math.max(1, Math.round(exponential(sizes[index]!, source.bytes))));
    const packet = packets.make(index, path, source.ecn ? DATA | ECN_CAPABLE : DATA, bytes);
    packets.sequence[packet] = sequence++;
    packets.sentNs[packet] = sim.now;
    if (sim.now >= fromNs) tallies[index]!.sent++;
    network.send(packet);
    const next = gapNs(index);
    if (sim.now + next < untilNs) sim.schedule(next, send, index);
  });
  for (let index = 0; index < sources.length; index++) sim.schedule(gapNs(index), send, index);

  sim.run({ untilNs: fromNs });
  const queueBefore = port.queue.read(sim.now);
  const bytesBefore = port.counters.bytesServed;
  sim.run({ untilNs });
  const waiting = between(queueBefore, port.queue.read(sim.now));
  const bits = 8 * (port.counters.bytesServed - bytesBefore);
  sim.run();
  checkers.finish(packets.count);
  assertBalanced(sim, network);
  bound?.finish(sim.now);
  return { port, tallies, waiting, bits, left: packets.count, allowedBps: meanRate(plan.throttle ?? [], fromNs, untilNs, rateBps), bound };
}

export default defineEval({
  id: 'link',
  title: 'One link',
  description: 'Queue, delay, loss and marks of packets over one link under five queue disciplines and any faults, all checkers on.',
  input,
  example: { rateBps: 10_000_000, propagationNs: 5_000_000, queue: { discipline: 'codel' }, sources: [{ packetsPerS: 900, bytes: 1000, sizes: 'exponential' }], faults: { fifo: true, loss: 0.01 }, durationS: 10, measureFromS: 1 },
  evaluate: (question) => {
    const found = problems(question);
    if (found.length > 0) throw new ConfigError(found);
    let result: ReturnType<typeof run>;
    try {
      result = run(question);
    } catch (error) {
      // plans out of order, and the like: the model says what and where
      if (error instanceof RangeError) throw new ConfigError([{ path: 'faults', message: error.message }]);
      throw error;
    }
    const { port: { counters }, tallies, waiting, bits, left, allowedBps, bound } = result;
    const seconds = question.durationS - question.measureFromS;
    return {
      sources: tallies.map(({ sent, delivered, marked, corrupted, delaysNs }) => {
        const [delayP50Ns, delayP95Ns, delayP99Ns] = delaysNs.length === 0 ? [null, null, null] : exactQuantiles(delaysNs, [0.5, 0.95, 0.99]);
        const delayMeanNs = delaysNs.length === 0 ? null : delaysNs.reduce((sum, ns) => sum + ns, 0) / delaysNs.length;
        return { sent, delivered, marked, corrupted, delayMeanNs, delayP50Ns, delayP95Ns, delayP99Ns };
      }),
      queueMeanPackets: waiting.mean,
      queueP95Packets: waiting.quantile(0.95),
      queueMaxPackets: waiting.max,
      carriedBps: bits / seconds,
      utilisation: allowedBps === 0 ? null : bits / seconds / allowedBps,
      /** Of the whole run. */
      dropped: Object.fromEntries(DROP_REASONS.map((reason) => [reason, counters.dropped(reason)] as const).filter(([, count]) => count > 0)),
      copied: counters.packetsCopied,
      left,
      ...(bound && { longestAfterGstNs: bound.worstAfterGstNs }),
    };
  },
});

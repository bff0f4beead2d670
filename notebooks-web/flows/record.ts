/**
 * Makes a run of the network page: the simulator's own dumbbell, with a sample of every flow each millisecond or so and a log of every
 * packet. The same run in Node and in a browser, with the same fingerprint. How the figures are taken stands in sim/network/tcp/dumbbell.ts
 * and in the page's own text: measured from a third of the way after the last start.
 */
import { between } from '../../sim/network/link/queue-gauge.ts';
import { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import { MSS } from '../../sim/network/tcp/wire-format.ts';
import { roundNs } from '../../sim/distributions.ts';
import { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS } from '../../sim/time.ts';
import { bufferPackets, type FlowOptions, WIRE_BYTES } from './flow-options.ts';
import type { FlowRecord, FlowSeries } from './flow-record.ts';
import { FlowWatch } from './flow-watch.ts';
import { type FlowChoice, makeFlows } from './make-flow.ts';
import { PacketRecorder } from './packet-recorder.ts';

/** choice: a sample a millisecond, or so many in a long run; more than a screen has pixels, also when zoomed in. */
const MOST_SAMPLES = 20_000;
/** choice: told so many times how far the run is. */
const PARTS = 50;
const NS_PER_S = 1e9;

export function recordFlows(options: FlowOptions, onProgress: (fraction: number) => void): FlowRecord {
  const { a, b, seconds } = options;
  const [endNs, rttNs, rateBps] = [roundNs(seconds * NS_PER_S), roundNs(options.rttMs * NS_PER_MS), Math.round(options.rateMbps * 1e6)];
  const room = bufferPackets(options);
  const sim = new Simulation({ seed: options.seed, scenario: 'network page' });
  const recorder = new PacketRecorder(room, options.drops);
  const dumbbell = new Dumbbell(sim, { rateBps, rttNs, bufferPackets: room, loss: options.lossPercent / 100, medium: (loss) => recorder.around(loss) });
  recorder.watch(dumbbell.bottleneck, dumbbell.packets);

  const backNs = rttNs - Math.floor(rttNs / 2);
  const choices: readonly FlowChoice[] = [{ id: a, startNs: roundNs(options.aStartS * NS_PER_S) }, ...(b === 'none' ? [] : [{ id: b, startNs: roundNs(options.bStartS * NS_PER_S) }])];
  const sampleNs = Math.max(NS_PER_MS, Math.ceil(endNs / MOST_SAMPLES));
  const count = Math.floor(endNs / sampleNs) + 1;
  const packetNs = (8 * WIRE_BYTES * NS_PER_S) / rateBps;
  const windowNs = Math.max(RATE_PACKETS * packetNs, rttNs + Math.min(room * packetNs, MOST_QUEUE_RTTS * rttNs));
  const watches = choices.map(({ id, startNs }) => new FlowWatch(id, startNs, count, Math.max(1, Math.round(windowNs / sampleNs)), sampleNs));
  makeFlows(sim, dumbbell, choices, (ack) => recorder.acknowledge(ack, sim.now, backNs)).forEach((connection, at) => watches[at]!.connect(connection));

  const lastStartNs = Math.max(...watches.map(({ startNs }) => startNs));
  const measureFromNs = Math.round(lastStartNs + (endNs - lastStartNs) / 3);
  const timesNs = new Float64Array(count);
  const queue = new Float64Array(count);
  let at = 0;
  const sample = sim.register('network page: sample', () => {
    timesNs[at] = sim.now;
    queue[at] = Math.max(recorder.peak, dumbbell.bottleneck.discipline.packets);
    recorder.peak = dumbbell.bottleneck.discipline.packets;
    for (const watch of watches) watch.sample(at, sim.now);
    if (++at < count) sim.schedule(sampleNs, sample, 0, 0, 0, SAMPLE_ORDER);
  });
  sim.scheduleAt(0, sample, 0, 0, 0, SAMPLE_ORDER);
  let queueFrom = dumbbell.bottleneck.queue.read(0);
  const measure = sim.register('network page: measured from here', () => {
    queueFrom = dumbbell.bottleneck.queue.read(sim.now);
    for (const watch of watches) watch.measureFromHere();
  });
  sim.scheduleAt(measureFromNs, measure);
  for (let part = 1; part <= PARTS; part++) {
    sim.run({ untilNs: Math.round((endNs * part) / PARTS) });
    onProgress(part / PARTS);
  }

  const queueTimes = between(queueFrom, dumbbell.bottleneck.queue.read(endNs));
  const flows = watches.map((watch): FlowSeries => watch.series(measureFromNs, endNs));
  const goodputs = flows.map(({ goodputBps }) => goodputBps);
  const total = goodputs.reduce((sum, goodput) => sum + goodput, 0);
  const squares = goodputs.reduce((sum, goodput) => sum + goodput * goodput, 0);
  return {
    endNs, measureFromNs, rateBps, rttNs, bufferPackets: room, sampleNs, timesNs, queue, flows,
    packets: recorder.packetLog(), acks: recorder.ackLog(endNs),
    utilisation: total / ((rateBps * MSS) / WIRE_BYTES), jain: squares === 0 ? 1 : (total * total) / (goodputs.length * squares),
    queueMeanPackets: queueTimes.mean, queueP95Packets: queueTimes.quantile(0.95), queueDrops: dumbbell.bottleneck.counters.queueDrops,
    fingerprint: sim.fingerprint(),
  };
}

/** choice: the rate of delivery is taken over a round trip with the queue full, since flows alternate within one; not over more than so
 *  many round trips of a deep queue, and not over fewer packets of a full line than these. */
const MOST_QUEUE_RTTS = 3;
const RATE_PACKETS = 16;
/** Samples see an instant after all that happens in it. */
const SAMPLE_ORDER = 15;

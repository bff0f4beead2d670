/** One run: one experiment under one congestion control, or what the path allows. */
import type { z } from 'zod';
import { exactQuantiles } from '../../sim/measure/index.ts';
import { createController } from '../../sim/network/tcp/controllers/index.ts';
import { Dumbbell } from '../../sim/network/tcp/dumbbell.ts';
import { HEADER_BYTES, MSS } from '../../sim/network/tcp/wire-format.ts';
import { jainIndex } from '../../sim/network/theory/fairness.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import type { Parameters, Run } from '../testbed/scenario.ts';
import { type ArmId, bdpOf, type Experiment, experimentOf, type parameters, START_SPACING_S } from './experiments.ts';
import { FixedWindow } from './fixed-window.ts';
import { type Look, Watch } from './watch.ts';

type Values = Readonly<z.output<typeof parameters>> & Parameters;
type OneRun = Run<Values>;

const PAYLOAD_SHARE = MSS / (MSS + HEADER_BYTES);
/** In flight for figure 1, in BDP. */
const WINDOWS = [0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4, 5, 6, 7];
const WINDOW_RUN_S = 3;
/** Figures 1 and 3: what is steady in the first 8 s. */
const STEADY_FROM_S = 3;
const FIRST_S = 8;
/** Figure 6: after the start, so that short runs say what long ones do. */
const LOSS_FROM_S = 5;
const LOOK_NS = { 'first-seconds': 5 * NS_PER_MS, 'rate-step': 20 * NS_PER_MS, 'five-flows': 20 * NS_PER_MS, loss: 100 * NS_PER_MS, buffer: NS_PER_S };
/** Rows of the series: every so many looks. */
const ROW_EVERY = { 'first-seconds': 1, 'rate-step': 5, 'five-flows': 10, loss: Infinity, buffer: Infinity };

export function buildRun(run: OneRun): () => void {
  const experiment = experimentOf(run.params.experiment);
  if (run.arm === 'path') return buildPath(run, experiment);
  return experiment.kind === 'five-flows' && run.arm !== 'bbr' ? nothing(run) : buildFlows(run, experiment);
}

/** Figure 5 is about version 1 alone; other senders have no figures there. */
function nothing({ sim }: OneRun): () => void {
  sim.after(0, () => sim.note(0));
  return () => {};
}

function bufferOf(experiment: Experiment, params: Values): number {
  return experiment.bufferPackets > 0 ? experiment.bufferPackets : Math.round(params.bufferBdp * bdpOf(experiment));
}

function secondsOf({ kind }: Experiment, params: Values): number {
  if (kind === 'first-seconds') return FIRST_S;
  if (kind === 'rate-step') return 3 * params.stepS;
  if (kind === 'five-flows') return params.shareS;
  return kind === 'loss' ? params.lossS : params.slowS;
}

/** The line full and nothing waiting; nothing is simulated but the fixed windows of figure 1. */
function buildPath({ sim, params, record }: OneRun, experiment: Experiment): () => void {
  const share = 1 - experiment.lossPercent / 100;
  if (experiment.kind !== 'first-seconds') sim.after(0, () => sim.note(share));
  const windows = experiment.kind === 'first-seconds' ? WINDOWS.map((bdps) => fixedWindow({ sim, params, record } as OneRun, experiment, bdps)) : [];
  return () => {
    for (const finish of windows) finish();
    record.measure('share', share);
    record.measure('rttMedianNs', experiment.rttNs);
    record.measure('rttP95Ns', experiment.rttNs);
    if (experiment.kind === 'first-seconds') {
      record.measure('fullRtt', 1);
      record.measure('peakQueueBdp', 0);
      record.measure('lateQueueBdp', 0);
      record.measure('drainRounds', 0);
    } else if (experiment.kind === 'rate-step') {
      record.measure('upCycles', 0);
      record.measure('downQueueBdp', 0);
    } else if (experiment.kind === 'five-flows') {
      record.measure('jainLate', 1);
      record.measure('probeTogether', 1);
    }
  };
}

function fixedWindow({ sim, params, record }: OneRun, experiment: Experiment, bdps: number): () => void {
  const { rateBps, rttNs } = experiment;
  const bdp = bdpOf(experiment);
  const dumbbell = new Dumbbell(sim, { rateBps, rttNs, bufferPackets: bufferOf(experiment, params) });
  const window = Math.max(1, Math.round(bdps * bdp));
  const { sender } = dumbbell.add({ controller: new FixedWindow(window), startNs: 0 });
  // delivered in whatever order: where the window overflows the buffer for good, what is sent again is dropped again
  let before = 0;
  let segments = 0;
  let rttMs = 0;
  sim.after(NS_PER_S, () => (before = sender.delivered));
  sim.after(WINDOW_RUN_S * NS_PER_S, () => {
    segments = sender.delivered - before;
    rttMs = sender.srttNs / NS_PER_MS;
    sender.stopWriting();
  });
  return () => {
    dumbbell.assertBalanced();
    const share = (segments * MSS * 8) / (WINDOW_RUN_S - 1) / (rateBps * PAYLOAD_SHARE);
    sim.note(share);
    record.row('operating', { sender: 'fixed window', inflightBdp: window / bdp, share, rttMs });
  };
}

function buildFlows(run: OneRun, experiment: Experiment): () => void {
  const { sim, params, arm, record, replication } = run;
  const { kind, rateBps, rttNs, flows, lossPercent } = experiment;
  const dumbbell = new Dumbbell(sim, { rateBps, rttNs, bufferPackets: bufferOf(experiment, params), loss: lossPercent / 100 });
  const starts = sim.stream('bbr-paper/starts');
  const spacingNs = kind === 'five-flows' ? START_SPACING_S * NS_PER_S : NS_PER_S / 4;
  for (let flow = 0; flow < flows; flow++) {
    const startNs = flow === 0 ? 0 : flow * spacingNs + starts.below(Math.round(spacingNs / 10));
    dumbbell.add({ controller: createController(arm as Exclude<ArmId, 'path'>, { sim, packets: dumbbell.packets, owner: `flow-${flow}` }), startNs });
  }
  const watch = new Watch(sim, dumbbell, LOOK_NS[kind]);
  const seconds = secondsOf(experiment, params);
  if (kind === 'rate-step') {
    sim.after(params.stepS * NS_PER_S, () => dumbbell.bottleneck.setRate(2 * rateBps));
    sim.after(2 * params.stepS * NS_PER_S, () => dumbbell.bottleneck.setRate(rateBps));
  }
  const fromS = { 'first-seconds': STEADY_FROM_S, 'rate-step': 0, 'five-flows': 0, loss: LOSS_FROM_S, buffer: seconds / 2 }[kind];
  let bytesBefore = 0;
  const bytes = (): number => dumbbell.connections.reduce((sum, { receiver }) => sum + receiver.deliveredBytes, 0);
  sim.after(Math.round(fromS * NS_PER_S), () => (bytesBefore = bytes()));
  sim.after(Math.round(seconds * NS_PER_S), () => sim.stop());

  return () => {
    dumbbell.assertBalanced();
    const goodputBps = ((bytes() - bytesBefore) * 8) / (seconds - fromS);
    const lineBps = (kind === 'rate-step' ? 4 / 3 : 1) * rateBps * PAYLOAD_SHARE;
    const resent = dumbbell.connections.reduce((sum, { sender }) => sum + sender.retransmits, 0);
    const sent = dumbbell.connections.reduce((sum, { sender }) => sum + sender.sentSegments, 0);
    sim.note(goodputBps);
    record.measure('share', goodputBps / lineBps);
    record.measure('resent', resent / Math.max(1, sent));
    const rtts = watch.between(fromS * NS_PER_S, Infinity).filter(({ rttNs: sample }) => sample > 0).map(({ rttNs: sample }) => sample);
    if (rtts.length > 0) {
      const [median, p95] = exactQuantiles(Float64Array.from(rtts), [0.5, 0.95]);
      record.measure('rttMedianNs', median!);
      record.measure('rttP95Ns', p95!);
    }
    if (kind === 'first-seconds') recordFirstSeconds(run, experiment, watch, goodputBps / lineBps);
    if (kind === 'rate-step') recordStep(run, experiment, watch);
    if (kind === 'five-flows') recordShares(run, watch);
    if (replication === 0) recordSeries(run, kind, watch.looks, flows);
  };
}

function recordSeries({ record }: OneRun, kind: Experiment['kind'], looks: readonly Look[], flows: number): void {
  const every = ROW_EVERY[kind];
  const sums = Array.from({ length: flows }, () => 0);
  for (let i = 0; i < looks.length; i++) {
    const { tNs, flow, inflight, rttNs, queue, deliveredBps, phase } = looks[i]!;
    sums[flow]! += deliveredBps;
    if ((Math.floor(i / flows) + 1) % every !== 0) continue;
    record.row('series', { tMs: tNs / NS_PER_MS, flow, inflight, rttMs: rttNs / NS_PER_MS, queue, deliveredMbps: sums[flow]! / every / 1e6, phase });
    sums[flow] = 0;
  }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function recordFirstSeconds({ record, params, arm }: OneRun, experiment: Experiment, watch: Watch, share: number): void {
  const bdp = bdpOf(experiment);
  const first = watch.between(0, NS_PER_S);
  const peak = first.reduce((best, look) => (look.queue > best.queue ? look : best), first[0]!);
  record.measure('peakQueueBdp', peak.queue / bdp);
  record.measure('lateQueueBdp', meanOf(watch.between(0.9 * NS_PER_S, NS_PER_S).map(({ queue }) => queue)) / bdp);
  // until what was there at the peak is a quarter of a BDP; the end of the run where it never is
  const drained = watch.looks.find((look) => look.tNs > peak.tNs && look.queue <= bdp / 4);
  record.measure('drainRounds', ((drained?.tNs ?? FIRST_S * NS_PER_S) - peak.tNs) / experiment.rttNs);
  const steady = watch.between(STEADY_FROM_S * NS_PER_S, Infinity);
  const rtts = Float64Array.from(steady.map(({ rttNs }) => rttNs));
  const fullNs = experiment.rttNs + (bufferOf(experiment, params) + 1) * ((MSS + HEADER_BYTES) * 8e9) / experiment.rateBps;
  record.measure('fullRtt', exactQuantiles(rtts, [0.95])[0]! / fullNs);
  record.row('operating', { sender: arm, inflightBdp: meanOf(steady.map(({ inflight }) => inflight)) / bdp, share, rttMs: meanOf([...rtts]) / NS_PER_MS });
}

/** How many cycles of eight round-trip times until the doubled rate is used to 95 %; the queue half of the time after the way back. */
function recordStep({ record, params }: OneRun, experiment: Experiment, watch: Watch): void {
  const upNs = params.stepS * NS_PER_S;
  const target = 0.95 * 2 * experiment.rateBps * PAYLOAD_SHARE;
  const looks = watch.between(upNs, 2 * upNs);
  // over five looks: a single one holds few packets
  const reached = looks.findIndex((_, i) => i >= 4 && meanOf(looks.slice(i - 4, i + 1).map(({ deliveredBps }) => deliveredBps)) >= target);
  const tookNs = (reached < 0 ? 2 * upNs : looks[reached]!.tNs) - upNs;
  record.measure('upCycles', tookNs / (8 * experiment.rttNs));
  record.measure('downQueueBdp', meanOf(watch.between(2.5 * upNs, Infinity).map(({ queue }) => queue)) / bdpOf(experiment));
}

/** Fairness of the last third, and how much of the time in PROBE_RTT all flows are in it together, over the last half. */
function recordShares({ record, params }: OneRun, watch: Watch): void {
  const endNs = params.shareS * NS_PER_S;
  const flows = Math.max(...watch.looks.map(({ flow }) => flow)) + 1;
  const late = Array.from({ length: flows }, (_, flow) => meanOf(watch.between((2 * endNs) / 3, endNs, flow).map(({ deliveredBps }) => deliveredBps)));
  record.measure('jainLate', jainIndex(late));
  const probing = new Map<number, number>();
  for (const { tNs, phase } of watch.between(endNs / 2, endNs)) if (phase === 'PROBE_RTT') probing.set(tNs, (probing.get(tNs) ?? 0) + 1);
  const counts = [...probing.values()];
  if (counts.length > 0) record.measure('probeTogether', counts.filter((count) => count === flows).length / counts.length);
}

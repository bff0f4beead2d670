/** The laws that the network is held against, each with a system small enough for it to be exact, or nearly so. */
import { Cubic } from '../../sim/network/tcp/controllers/cubic.ts';
import { Paced } from '../../sim/network/tcp/controllers/paced.ts';
import { Reno } from '../../sim/network/tcp/controllers/reno.ts';
import type { Controller } from '../../sim/network/tcp/controller.ts';
import { md1Waiting, mm1kLoss, mm1Waiting, overloadLoss } from '../../sim/network/theory/queue-laws.ts';
import { aimdWindow, CUBIC_BETA, CUBIC_INDEPENDENT_LOSSES, cubicCurveWindow, mathisWindow, pftkRate, RENO_INDEPENDENT_LOSSES, renoSawtooth, startupRounds } from '../../sim/network/theory/tcp-laws.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_S } from '../../sim/time.ts';
import { ClassicReno } from './classic-reno.ts';
import { portQueue } from './port-queues.ts';
import { flowsWithoutBottleneck, meanSlowdown } from './sharing.ts';
import { bdpPackets, startupRoundsTaken, transfer, type TransferAnswer } from './transfers.ts';

export interface Experiment {
  readonly title: string;
  /** What the answer counts. */
  readonly answer: string;
  /** The statement, as a claim. */
  readonly text: string;
  readonly source: string;
  readonly law: number;
  /** `relative` to the law, or the difference where the law says 0. */
  readonly contrast: 'relative' | 'difference';
  /** Room for chance, and for what the law leaves out: choice. */
  readonly margin: number;
  /** What the law leaves out. */
  readonly beside: string;
  /** Schedules the simulation; `length` multiplies its run. */
  readonly simulate: (sim: Simulation, length: number) => () => number;
}

const LOAD = 0.7;
const SHARING_LOAD = 0.5;
/** Waiting places of the loss system; one more is on the line. */
const PLACES = 4;
const PACKETS = 50_000;

function queue(title: string, source: string, law: number, what: Parameters<typeof portQueue>[1], loss = false): Experiment {
  return {
    title, source, law, contrast: 'relative', margin: 0.05,
    answer: loss ? 'share of packets dropped' : 'packets waiting',
    text: `${loss ? 'The share dropped' : 'The mean queue'} at a port is the one of ${title}.`,
    beside: 'Packets are whole bytes and time whole nanoseconds.',
    simulate: (sim, length) => {
      const answer = portQueue(sim, { ...what, packets: Math.round(what.packets * length) });
      return () => (loss ? answer().loss : answer().waiting);
    },
  };
}

/** Reno at a buffer of so many bandwidth-delay products: a path of 66 packets, its cycle some 8 s. */
const SAW = { rateBps: 10_000_000, rttNs: 80 * NS_PER_MS } as const;

function sawtooth(title: string, bufferBdp: number, controller: () => Controller, pick: keyof TransferAnswer, law: number, answer: string, beside: string): Experiment {
  return {
    title, answer, law, beside, contrast: 'relative', margin: 0.05,
    text: `${title}: the ${answer} is the one of the sawtooth.`,
    source: 'Appenzeller, Keslassy and McKeown, SIGCOMM 2004, and Mathis et al. 1997: one flow in avoidance',
    simulate: (sim, length) => {
      const run = transfer(sim, { ...SAW, controller: controller(), bufferPackets: Math.round(bufferBdp * bdpPackets(SAW.rateBps, SAW.rttNs)), measureFromS: 30, durationS: 30 + 120 * length, jitterS: 10 });
      return () => run()[pick];
    },
  };
}

interface LossSystem {
  readonly controller: () => Controller;
  readonly rttNs: number;
  readonly loss: number;
  /** Periodic: every 1/p-th packet, as in the derivations. */
  readonly periodic: boolean;
  /** End of slow start, for a law whose window is far below where the first loss would leave it, and which forgets slowly. */
  readonly ssthresh?: number;
  readonly durationS: number;
}

function lossLaw(title: string, source: string, law: number, margin: number, beside: string, { controller, rttNs, loss, periodic, ssthresh, durationS }: LossSystem): Experiment {
  return {
    title, source, law, margin, beside, contrast: 'relative',
    answer: 'mean window, segments',
    text: `${title}: the mean window is the one of the law.`,
    simulate: (sim, length) => {
      // far from full: no queue, so that the round-trip time is what it is on paper
      const run = transfer(sim, { controller: controller(), rateBps: 1_000_000_000, rttNs, bufferPackets: 10_000, ...(periodic ? { lossEvery: Math.round(1 / loss) } : { loss }), ...(ssthresh === undefined ? {} : { ssthresh }), measureFromS: 20, durationS: 20 + durationS * length, jitterS: 1 });
      return () => run().windowSegments;
    },
  };
}

/** Path of the law with timeouts, and its timeout: the round-trip time and the 200 ms that Linux adds at least (sim/network/tcp/rtt.ts). */
const PFTK_RTT_NS = 100 * NS_PER_MS;
const PFTK_RTO_NS = PFTK_RTT_NS + 200 * NS_PER_MS;
/** Set before the first run: of their own traces Padhye et al. report average errors of some tens of percent. */
const PFTK_MARGIN = 0.3;
const PFTK_FROM_S = 20;

/** Segments sent a second at independent losses, by the transport of sim/network/tcp or by the Reno that the law was made for. */
function pftk(loss: number, stack: 'today' | '1998', beside: string): Experiment {
  const percent = `${100 * loss} %`;
  return {
    title: stack === 'today' ? `Padhye at ${percent}` : `Padhye at ${percent}, Reno of 1998`, answer: 'segments sent a second', beside, contrast: 'relative', margin: PFTK_MARGIN,
    text: stack === 'today' ? `Reno with selective acknowledgements sends as fast as the law with timeouts says, at ${percent} of loss.` : `Reno without selective acknowledgements sends as fast as the law with timeouts says, at ${percent} of loss.`,
    source: 'Padhye, Firoiu, Towsley and Kurose, SIGCOMM 1998, equation 32, b = 2, timeout 300 ms',
    law: pftkRate(loss, PFTK_RTT_NS / NS_PER_S, PFTK_RTO_NS / NS_PER_S),
    simulate: (sim, length) => {
      const durationS = PFTK_FROM_S + 200 * length;
      if (stack === '1998') return classicRate(sim, loss, durationS);
      const run = transfer(sim, { controller: new Reno({ perAck: true }), rateBps: 1_000_000_000, rttNs: PFTK_RTT_NS, bufferPackets: 10_000, loss, measureFromS: PFTK_FROM_S, durationS, jitterS: 1 });
      return () => run().sentPerS;
    },
  };
}

function classicRate(sim: Simulation, loss: number, durationS: number): () => number {
  const sender = new ClassicReno(sim, { rttNs: PFTK_RTT_NS, rtoNs: PFTK_RTO_NS, loss });
  let sentBefore = 0;
  sim.after(0, () => sender.start());
  sim.after(PFTK_FROM_S * NS_PER_S, () => (sentBefore = sender.sent));
  sim.after(Math.round(durationS * NS_PER_S), () => sim.stop());
  return () => (sender.sent - sentBefore) / (durationS - PFTK_FROM_S);
}

const MATHIS = 'Mathis, Semke, Mahdavi and Ott, CCR 27(3), 1997';
const RFC9438 = 'RFC 9438, section 5.1';
const CUBIC_ALPHA = (3 * (1 - CUBIC_BETA)) / (1 + CUBIC_BETA);

export const EXPERIMENTS = {
  mm1: queue('M/M/1', 'Kleinrock 1975, chapter 3', mm1Waiting(LOAD), { load: LOAD, arrivals: 'poisson', sizes: 'exponential', packets: 4 * PACKETS }),
  md1: queue('M/D/1', 'Pollaczek and Khinchin', md1Waiting(LOAD), { load: LOAD, arrivals: 'poisson', sizes: 'equal', packets: 4 * PACKETS }),
  mm1k: queue('M/M/1/5', 'Kleinrock 1975, chapter 3', mm1kLoss(0.9, PLACES + 1), { load: 0.9, arrivals: 'poisson', sizes: 'exponential', bufferPackets: PLACES, packets: 4 * PACKETS }, true),
  overload: queue('D/D/1 in overload', '1 - C / lambda', overloadLoss(1.25), { load: 1.25, arrivals: 'even', sizes: 'equal', bufferPackets: 10, packets: PACKETS }, true),
  little: {
    title: "Little's law at a port", answer: 'ns between area and waits', law: 0, contrast: 'difference', margin: 0,
    text: 'The area under the queue of a port is the sum of all waits, to the nanosecond.',
    source: 'J. D. C. Little, Operations Research 9 (1961), as an identity over a run that begins and ends empty',
    beside: 'Nothing: both sides are whole numbers, counted separately.',
    simulate: (sim, length) => {
      const answer = portQueue(sim, { load: 0.9, arrivals: 'poisson', sizes: 'exponential', bufferPackets: 50, packets: Math.round(PACKETS * length) });
      return () => answer().littleGapNs;
    },
  },
  'reno-no-buffer': { ...sawtooth('One Reno flow without a buffer', 0, () => new Paced(new Reno(), { avoidanceRatio: 1 }), 'utilisation', renoSawtooth(0).utilisation, 'utilisation', 'The flow is paced: bursts of two would be lost at a port that holds nothing. One round in 34 is a recovery, in which the window stands.'), margin: 0.1 },
  'reno-half': sawtooth('One Reno flow, buffer of half a BDP', 0.5, () => new Reno(), 'utilisation', renoSawtooth(0.5).utilisation, 'utilisation', 'A recovery of one round, in which the window stands.'),
  'reno-full': sawtooth('One Reno flow, buffer of one BDP', 1, () => new Reno(), 'utilisation', renoSawtooth(1).utilisation, 'utilisation', 'Nothing: the buffer outlasts the halving.'),
  'reno-queue': { ...sawtooth('One Reno flow, buffer of one BDP', 1, () => new Reno(), 'queueBdp', renoSawtooth(1).meanQueueBdp, 'mean queue in BDP', 'The packet on the line and those of an acknowledgement that is late.'), title: 'One Reno flow, its queue', margin: 0.1 },
  'mathis-periodic': lossLaw('Mathis at 0.1 %, every thousandth packet lost', MATHIS, mathisWindow(1e-3), 0.1, 'One round in 27 is a recovery, in which the window stands; the law does not count it.', { controller: () => new Reno(), rttNs: 50 * NS_PER_MS, loss: 1e-3, periodic: true, durationS: 100 }),
  'mathis-rare': lossLaw('Mathis at 0.02 %, every five thousandth packet lost', MATHIS, mathisWindow(2e-4), 0.1, 'One round in 61 is a recovery.', { controller: () => new Reno(), rttNs: 50 * NS_PER_MS, loss: 2e-4, periodic: true, durationS: 300 }),
  'mathis-random': lossLaw('Mathis at 0.03 %, independent losses', 'Ott, Kemperman and Mathis, 1996', RENO_INDEPENDENT_LOSSES * mathisWindow(3e-4), 0.1, 'Independent losses, with their factor; one round in 50 is a recovery.', { controller: () => new Reno(), rttNs: 50 * NS_PER_MS, loss: 3e-4, periodic: false, durationS: 800 }),
  'mathis-delayed': lossLaw('Mathis with delayed acknowledgements, 0.1 %', MATHIS, mathisWindow(1e-3, 2), 0.1, 'Growth counts acknowledgements here, each of two segments; a few come for one.', { controller: () => new Reno({ perAck: true }), rttNs: 50 * NS_PER_MS, loss: 1e-3, periodic: true, durationS: 100 }),
  'mathis-delayed-rare': lossLaw('Mathis with delayed acknowledgements, 0.02 %', MATHIS, mathisWindow(2e-4, 2), 0.1, 'Growth counts acknowledgements here, each of two segments; a few come for one.', { controller: () => new Reno({ perAck: true }), rttNs: 50 * NS_PER_MS, loss: 2e-4, periodic: true, durationS: 300 }),
  'pftk-rare': pftk(3e-3, 'today', 'A delayed acknowledgement lengthens some rounds by 40 ms. Timeouts are a fiftieth of the law here, and none happens.'),
  'pftk-moderate': pftk(1e-2, 'today', 'Losses are independent, where the law has all lost that follow one in its round: of some recoveries it would make timeouts.'),
  'pftk-frequent': pftk(3e-2, 'today', 'Selective acknowledgements and RACK repair several losses of one round, and lost retransmissions too, where the law has a timeout in 45 of 100.'),
  'pftk-heavy': pftk(1e-1, 'today', "The law has a timeout for four of five losses, and half of its time goes by in them. The transport finds nearly all losses by selective acknowledgements and RACK, and its timeouts are 3 in 100 of its repairs: it sends about twice as fast, near what Mathis' term alone says (27 a second). `pftk-classic` takes these repairs away: then the law holds."),
  'pftk-classic': pftk(1e-1, '1998', 'No selective acknowledgements, no RACK, no probes: the Reno that the law describes. Its slow start after a timeout is not in the law.'),
  'cubic-curve': lossLaw('CUBIC on its curve, 500 ms and 0.05 %', RFC9438, CUBIC_INDEPENDENT_LOSSES * cubicCurveWindow(5e-4, 0.5), 0.1, 'Independent losses, with their factor; the window moves by whole segments and is a round late.', { controller: () => new Cubic(), rttNs: 500 * NS_PER_MS, loss: 5e-4, periodic: false, ssthresh: 100, durationS: 2000 }),
  'cubic-friendly': lossLaw("CUBIC in Reno's region, 20 ms and 0.01 %", 'RFC 9438, section 4.3', aimdWindow(1e-4, CUBIC_ALPHA, CUBIC_BETA), 0.1, 'Reno is followed one or two segments behind, and a recovery takes a round.', { controller: () => new Cubic(), rttNs: 20 * NS_PER_MS, loss: 1e-4, periodic: true, durationS: 40 }),
  'bbr-startup': {
    title: 'BBR finds the bandwidth, path of 64 initial windows', answer: 'rounds of STARTUP after the first acknowledgement', law: startupRounds(640, 10), contrast: 'relative', margin: 0.15,
    text: 'STARTUP takes log2(BDP / initial window) rounds, and three more to be sure.',
    source: 'Cardwell et al., ACM Queue 14(5), 2016',
    beside: 'Rounds are whole, and what the first flight shows is known a round later.',
    simulate: (sim) => startupRoundsTaken(sim, 640),
  },
  'max-min': {
    title: 'Max-min fairness of the flow level', answer: 'flows without a bottleneck', law: 0, contrast: 'difference', margin: 0,
    text: 'Every flow of a random network has a bottleneck of its own, so the rates are max-min fair.',
    source: 'Bertsekas and Gallager, Data Networks, section 6.5.2',
    beside: 'Nothing but rounding of 1e-9.',
    simulate: (sim, length) => flowsWithoutBottleneck(sim, Math.max(10, Math.round(40 * length))),
  },
  sharing: {
    title: 'Processor sharing at flow level', answer: 'slowdown', law: 1 / (1 - SHARING_LOAD), contrast: 'relative', margin: 0.05,
    text: 'Messages over one line of the flow level take 1 / (1 - load) times as long as alone.',
    source: 'Kleinrock 1967: M/M/1 under processor sharing',
    beside: 'Sizes are whole bytes, and arrivals are reported at whole nanoseconds.',
    simulate: (sim, length) => meanSlowdown(sim, SHARING_LOAD, Math.round(80_000 * length)),
  },
} as const satisfies Readonly<Record<string, Experiment>>;

export type ExperimentId = keyof typeof EXPERIMENTS;
export const EXPERIMENT_IDS = Object.keys(EXPERIMENTS) as [ExperimentId, ...ExperimentId[]];

export const experiment = (id: ExperimentId): Experiment => EXPERIMENTS[id];

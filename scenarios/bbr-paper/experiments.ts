/**
 * The experiments behind the figures of Cardwell et al. 2016 that one bottleneck can show. Rates, round-trip times, flows and losses are the
 * paper's. Not said there, hence a choice: buffers of figures 1 to 4 (a parameter), 5 (8 BDP) and 6 (1 BDP), 2 s between starts in figure 5.
 */
import { z } from 'zod';

export const LOSSES = [0.001, 0.01, 0.1, 1, 2, 5, 10, 12.5, 15, 17.5, 20, 30, 50] as const;
export const QUICK_LOSSES = [0.1, 1, 5, 15, 25] as const;
export const BUFFERS = [50, 100, 200, 400] as const;

export type Kind = 'first-seconds' | 'rate-step' | 'five-flows' | 'loss' | 'buffer';

export interface Experiment {
  readonly id: string;
  readonly kind: Kind;
  /** Figures of the paper that it stands behind. */
  readonly place: string;
  readonly rateBps: number;
  readonly rttNs: number;
  readonly flows: number;
  /** Percent of the packets behind the queue. */
  readonly lossPercent: number;
  /** Packets; 0: from the parameter `bufferBdp`. */
  readonly bufferPackets: number;
}

const WIRE_BITS = 1502 * 8;

export function bdpOf({ rateBps, rttNs }: { readonly rateBps: number; readonly rttNs: number }): number {
  return (rateBps * rttNs) / (1e9 * WIRE_BITS);
}

const small = { rateBps: 10e6, rttNs: 40e6, flows: 1, lossPercent: 0, bufferPackets: 0 };
const wide = { rateBps: 100e6, rttNs: 100e6, flows: 1 };
const shared = { rateBps: 100e6, rttNs: 10e6 };

export const lossId = (lossPercent: number): string => `loss-${lossPercent}`;
export const bufferId = (packets: number): string => `buffer-${packets}`;

function lossExperiment(lossPercent: number): Experiment {
  return { id: lossId(lossPercent), kind: 'loss', place: 'figure 6', ...wide, lossPercent, bufferPackets: Math.round(bdpOf(wide)) };
}

function bufferExperiment(bufferPackets: number): Experiment {
  return { id: bufferId(bufferPackets), kind: 'buffer', place: 'figure 7', rateBps: 128e3, rttNs: 40e6, flows: 8, lossPercent: 0, bufferPackets };
}

export const EXPERIMENTS: readonly Experiment[] = [
  { id: 'first-seconds', kind: 'first-seconds', place: 'figures 1, 2 and 3', ...small },
  { id: 'rate-step', kind: 'rate-step', place: 'figure 4', ...small },
  { id: 'five-flows', kind: 'five-flows', place: 'figure 5', ...shared, flows: 5, lossPercent: 0, bufferPackets: Math.round(8 * bdpOf(shared)) },
  ...[...new Set([...LOSSES, ...QUICK_LOSSES])].sort((a, b) => a - b).map(lossExperiment),
  ...BUFFERS.map(bufferExperiment),
];

export const experimentOf = (id: string): Experiment => EXPERIMENTS.find((experiment) => experiment.id === id)!;

/** Spacing of the starts in `five-flows`. */
export const START_SPACING_S = 2;

export const parameters = z.object({
  experiment: z.enum(EXPERIMENTS.map(({ id }) => id) as [string, ...string[]]).default('first-seconds').meta({ title: 'Experiment', unit: '', group: 'Experiment', description: 'Which figure of the paper; loss in percent, buffers in packets.' }),
  bufferBdp: z.number().min(0.5).max(20).default(5).meta({ title: 'Buffer of figures 1 to 4', unit: 'BDP', group: 'Experiment', description: 'In bandwidth-delay products of 10 Mbit/s and 40 ms; the paper does not say it.' }),
  stepS: z.number().min(4).max(120).default(20).meta({ title: 'Time at each rate', unit: 's', group: 'Duration', description: 'Figure 4 goes from 10 to 20 Mbit/s after so long, and back after as long again; 20 s in the paper.' }),
  shareS: z.number().min(15).max(300).default(60).meta({ title: 'Duration of five flows', unit: 's', group: 'Duration', description: 'Figure 5; BBR only.' }),
  lossS: z.number().min(10).max(600).default(60).meta({ title: 'Duration under loss', unit: 's', group: 'Duration', description: 'Figure 6; 60 s in the paper. The first 5 s are not counted.' }),
  slowS: z.number().min(60).max(7200).default(1800).meta({ title: 'Duration at 128 kbit/s', unit: 's', group: 'Duration', description: 'Figure 7; measured over the second half.' }),
});

export const ARMS = {
  path: { title: 'Path', description: 'What the path allows, evaluated: the line full, no queue, loss costs what it takes. For figure 1, fixed windows over the path.', set: {} },
  bbr: { title: 'BBR', description: 'Version 1, the one of the paper, as in Linux 6.1 and 6.12.', set: {} },
  cubic: { title: 'CUBIC', description: 'As in Linux, with HyStart.', set: {} },
  bbr3: { title: 'BBRv3', description: 'Of the IETF draft; not in the paper.', set: {} },
} as const;

export type ArmId = keyof typeof ARMS;
export const SENDERS = ['bbr', 'cubic', 'bbr3'] as const;
export const titleOf = (arm: string): string => ARMS[arm as ArmId].title;

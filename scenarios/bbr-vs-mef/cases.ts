/** The cases: links, flows and whose share is watched. Links are of one rate unless said otherwise; the window begins when the warm-up ends. */
import type { ChainLink } from '../../sim/network/explicit/chain.ts';

export const CASE_IDS = ['one', 'four', 'unequal-rtt', 'parking-lot', 'loss', 'short-flows', 'flash-crowd', 'plain-bottleneck', 'beside-cubic', 'own-queue'] as const;
export type CaseId = (typeof CASE_IDS)[number];

export interface CaseFlow {
  readonly over: readonly number[];
  /** Times the round-trip time of the parameters. */
  readonly rtts: number;
  /** `start`: in the first seconds, one after the other; `window`: when the window begins. */
  readonly joins: 'start' | 'window';
  /** CUBIC, whatever the arm. */
  readonly isCubic?: boolean;
}

export interface Case {
  readonly title: string;
  readonly what: string;
  /** By link: does it speak MEF where the arm does, its rate over that of the parameters, its probability of loss; a queue for MEF alone. */
  readonly links: readonly { readonly isPlain?: boolean; readonly rate?: number; readonly loss?: number; readonly twoQueues?: boolean }[];
  readonly flows: readonly CaseFlow[];
  /** Flow whose share is watched, and the fair one, of the first link. */
  readonly watched: number;
  readonly fairShare: number;
  /** Poisson arrivals of short flows at this load instead of endless flows. */
  readonly load?: number;
}

const flow = (over: readonly number[] = [0], rtts = 1, joins: CaseFlow['joins'] = 'start'): CaseFlow => ({ over, rtts, joins });
const flows = (count: number): CaseFlow[] => Array.from({ length: count }, () => flow());
export const CROWD = 30;
export const LOSS = 0.01;
export const LONG_RTTS = 10;

export const CASES: Readonly<Record<CaseId, Case>> = {
  one: { title: 'one flow', what: 'One endless flow.', links: [{}], flows: flows(1), watched: 0, fairShare: 1 },
  four: { title: 'four flows', what: 'Four endless flows, a second apart.', links: [{}], flows: flows(4), watched: 0, fairShare: 1 / 4 },
  'unequal-rtt': { title: 'round-trip times 1:10', what: 'Two flows, of a quarter of the round-trip time and ten times that.', links: [{}], flows: [flow([0], LONG_RTTS / 4), flow([0], 1 / 4)], watched: 0, fairShare: 1 / 2 },
  'parking-lot': { title: 'parking lot', what: 'One flow over two links, two more on each.', links: [{}, {}], flows: [flow([0, 1], 2), flow([0]), flow([0]), flow([1]), flow([1])], watched: 0, fairShare: 1 / 3 },
  loss: { title: `${100 * LOSS} % loss`, what: 'Two flows; the medium behind the queue loses packets.', links: [{ loss: LOSS }], flows: flows(2), watched: 0, fairShare: 1 / 2 },
  'short-flows': { title: 'short flows', what: 'New connections of heavy-tailed sizes at load 0.5.', links: [{}], flows: [], watched: 0, fairShare: 1, load: 0.5 },
  'flash-crowd': { title: 'flash crowd', what: `One flow, and ${CROWD} at one instant.`, links: [{}], flows: [flow(), ...Array.from({ length: CROWD }, () => flow([0], 1, 'window'))], watched: 0, fairShare: 1 / (CROWD + 1) },
  'plain-bottleneck': { title: 'bottleneck without MEF', what: 'Two flows over a bottleneck that does not speak MEF and a faster link that does.', links: [{ isPlain: true }, { rate: 3 }], flows: [flow([0, 1], 2), flow([0, 1], 2)], watched: 0, fairShare: 1 / 2 },
  'beside-cubic': { title: 'beside CUBIC', what: 'One flow of the arm and one of CUBIC in one queue.', links: [{}], flows: [flow(), { ...flow(), isCubic: true }], watched: 0, fairShare: 1 / 2 },
  'own-queue': { title: 'beside CUBIC, two queues', what: 'The same, with a queue for MEF and one for everything else; nothing changes for the other arms, which all wait in the second.', links: [{ twoQueues: true }], flows: [flow(), { ...flow(), isCubic: true }], watched: 0, fairShare: 1 / 2 },
};

/** Links of a case; `speaksMef` is the arm's. Each link has half of the round-trip time as its delay. */
export function linksOf(id: CaseId, rateBps: number, rttNs: number, bufferBdp: number, speaksMef: boolean): ChainLink[] {
  const bufferPackets = Math.max(1, Math.round((bufferBdp * rateBps * rttNs) / 8e9 / 1502));
  // a quarter of the round-trip time leaves room for the shortest flow of the case
  const delayNs = Math.floor(id === 'unequal-rtt' ? rttNs / 8 : rttNs / 2);
  return CASES[id].links.map(({ isPlain, rate = 1, loss, twoQueues }) => ({
    rateBps: rate * rateBps, delayNs, bufferPackets,
    ...(loss === undefined ? {} : { loss }),
    ...(twoQueues === undefined ? {} : { twoQueues }),
    ...(speaksMef && isPlain !== true ? { mef: 'standard' as const } : {}),
  }));
}

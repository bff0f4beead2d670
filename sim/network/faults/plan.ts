/**
 * What can go wrong on one directed link, as plain data: the stages of pipeline.ts in their order. A stage that is absent does nothing and
 * draws nothing. Probabilities are per packet (or message), times ns.
 */
import type { DelayLaw } from './delay-law.ts';

export interface FaultPlan {
  /** Nothing overtakes on this link: a stream (TCP, QUIC stream) keeps order, datagrams do not. No default: a result has to say it. */
  readonly fifo: boolean;
  /** 1. Link down or nodes parted, in order of time, not overlapping. */
  readonly outages?: readonly Outage[];
  /** 2. Independent loss. */
  readonly loss?: number;
  /** 3. Loss in bursts. */
  readonly bursts?: GilbertElliott;
  /** 4. Delivered twice. */
  readonly duplicate?: number;
  /** 5. Delivered with a wrong checksum. */
  readonly corrupt?: number;
  /** 6. Delay beyond propagation. Without `fifo`, one that varies reorders. */
  readonly delay?: DelayLaw;
  /** 7. Overtaking on purpose. */
  readonly reorder?: Reorder;
  /** 8. Now and then everything takes longer. */
  readonly spikes?: Spikes;
  /** 9. Rates from given instants on; applied to the port (throttle.ts). In order of time. */
  readonly throttle?: readonly RateChange[];
}

/** From `fromNs` until before `toNs`. */
export interface Outage {
  readonly fromNs: number;
  readonly toNs: number;
  readonly reason: 'down' | 'partition';
  /** Hold: what is sent meanwhile goes on at `toNs`, in order. */
  readonly mode: 'drop' | 'hold';
}

/** Two states, a step a packet (Gilbert 1960, Elliott 1963, BSTJ). With loss 1 in the bad state and 0 in the good: bursts of 1 / toGood on average. */
export interface GilbertElliott {
  /** Probability of going from the good state to the bad one, and back. */
  readonly toBad: number;
  readonly toGood: number;
  readonly lossGood: number;
  readonly lossBad: number;
}

/** Share of packets lost in the long run. */
export function stationaryLoss({ toBad, toGood, lossGood, lossBad }: GilbertElliott): number {
  return (toBad * lossBad + toGood * lossGood) / (toBad + toGood);
}

/** As in netem (tc-netem(8)): with `probability`, a packet that is at least the `gap`-th since the last such one skips the delay of stage 6. */
export interface Reorder {
  readonly probability: number;
  readonly gap: number;
}

/** Begin as a Poisson process; one that begins within another prolongs it. */
export interface Spikes {
  readonly perSecond: number;
  readonly durationNs: number;
  readonly addedNs: number;
}

export interface RateChange {
  readonly fromNs: number;
  /** In the unit of the port's rate; 0 stops it. */
  readonly rateBps: number;
}

/** Nodes in different groups cannot reach each other from `fromNs` to `toNs`. A node in no group reaches everybody. */
export interface Partition {
  readonly fromNs: number;
  readonly toNs: number;
  readonly groups: readonly (readonly number[])[];
  readonly mode: 'drop' | 'hold';
}

/** The outages of the directed link between two nodes. */
export function outagesOf(partitions: readonly Partition[], from: number, to: number): Outage[] {
  const outages: Outage[] = [];
  for (const { fromNs, toNs, groups, mode } of partitions) {
    const a = groups.findIndex((group) => group.includes(from));
    const b = groups.findIndex((group) => group.includes(to));
    if (a !== b && a >= 0 && b >= 0) outages.push({ fromNs, toNs, reason: 'partition', mode });
  }
  return outages;
}

/** Refuses a plan that cannot be followed, with the link's name. */
export function checkPlan(link: string, plan: FaultPlan): void {
  const probability = (what: string, value: number | undefined): void => {
    if (value !== undefined && !(value >= 0 && value <= 1)) throw new RangeError(`${link}: ${what} ${value} given; must be a probability, 0 .. 1`);
  };
  const ordered = (what: string, times: readonly number[]): void => {
    if (times.some((timeNs, i) => !(timeNs >= (times[i - 1] ?? 0)))) throw new RangeError(`${link}: ${what} ${times.join(', ')} ns given; must be in order of time, from 0`);
  };
  probability('loss', plan.loss);
  probability('duplicate', plan.duplicate);
  probability('corrupt', plan.corrupt);
  probability('reorder.probability', plan.reorder?.probability);
  const { bursts } = plan;
  if (bursts !== undefined) {
    for (const key of ['toBad', 'toGood', 'lossGood', 'lossBad'] as const) probability(`bursts.${key}`, bursts[key]);
    if (!(bursts.toBad + bursts.toGood > 0)) throw new RangeError(`${link}: bursts.toBad and toGood are both 0; one must be above 0, or use loss`);
  }
  ordered('outages', (plan.outages ?? []).flatMap(({ fromNs, toNs }) => [fromNs, toNs]));
  ordered('throttle', (plan.throttle ?? []).map(({ fromNs }) => fromNs));
  if (plan.reorder !== undefined && plan.fifo) throw new RangeError(`${link}: reorder and fifo given; a link that keeps order cannot reorder, drop one of them`);
  if (plan.reorder !== undefined && plan.delay === undefined) throw new RangeError(`${link}: reorder without delay given; packets overtake by skipping the delay, so give one`);
}

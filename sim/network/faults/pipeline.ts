/**
 * The faults of one directed link, in a fixed order (plan.ts): outage, loss, bursts, duplicate, corrupt, delay, reorder, spikes; throttling
 * is the port's (throttle.ts).
 *
 * Each stage has its own stream, `<link>/<stage>`, and draws for every packet whatever other stages did to it: so its verdict on the n-th
 * packet is a function of seed, link, stage and n, and switching one stage on shifts no other. Copies draw from `<link>/<stage>/copy`.
 * Serves packets (the medium of a Port) and messages (call `judge` when the message has left). Not followed: packets already on the wire
 * when an outage begins; they arrive.
 */
import { exponential, roundNs } from '../../distributions.ts';
import type { RandomStream } from '../../random.ts';
import type { DropReason } from '../link/discipline.ts';
import type { Medium } from '../link/port.ts';
import { DelaySource } from './delay-law.ts';
import { checkPlan, type FaultPlan, type GilbertElliott, type Outage, type Reorder, type Spikes } from './plan.ts';

/** What the pipeline needs of a simulation, or of a node's randomness. */
export interface StreamSource {
  stream(name: string): RandomStream;
}

const MAX_COPIES = 2;

export class FaultPipeline implements Medium {
  readonly link: string;
  readonly fifo: boolean;
  reason: DropReason = 'loss';
  readonly extraNs = new Float64Array(MAX_COPIES);
  readonly corrupt = new Uint8Array(MAX_COPIES);
  /** Cut by hand: drops everything until set back. */
  isCut = false;

  private readonly outages: OutageStage | undefined;
  private readonly loss: Chance | undefined;
  private readonly bursts: BurstStage | undefined;
  private readonly duplicate: Chance | undefined;
  private readonly corruption: readonly Chance[] | undefined;
  private readonly delay: readonly DelaySource[] | undefined;
  private readonly reorder: ReorderStage | undefined;
  private readonly spikes: SpikeStage | undefined;

  constructor(streams: StreamSource, link: string, plan: FaultPlan) {
    checkPlan(link, plan);
    const { outages, loss, bursts, duplicate, corrupt, delay, reorder, spikes } = plan;
    const chance = (stage: string, probability: number): Chance => new Chance(streams.stream(`${link}/${stage}`), probability);
    const copies = duplicate === undefined ? [''] : ['', '/copy'];
    this.link = link;
    this.fifo = plan.fifo;
    this.outages = outages && new OutageStage(outages);
    this.loss = loss === undefined ? undefined : chance('loss', loss);
    this.bursts = bursts && new BurstStage(streams.stream(`${link}/bursts`), bursts);
    this.duplicate = duplicate === undefined ? undefined : chance('duplicate', duplicate);
    this.corruption = corrupt === undefined ? undefined : copies.map((copy) => chance(`corrupt${copy}`, corrupt));
    this.delay = delay && copies.map((copy) => new DelaySource(delay, streams.stream(`${link}/delay${copy}`)));
    this.reorder = reorder && new ReorderStage(streams.stream(`${link}/reorder`), reorder);
    this.spikes = spikes && new SpikeStage(streams.stream(`${link}/spikes`), spikes);
  }

  /** Judges what leaves now: how many copies arrive; each with `extraNs` and `corrupt`. 0: lost, for `reason`. */
  judge(nowNs: number): number {
    const heldNs = this.outages === undefined ? 0 : this.outages.heldNs(nowNs);
    const isLost = this.loss?.next() ?? false;
    const isLostInBurst = this.bursts?.next() ?? false;
    const copies = this.duplicate?.next() ? 2 : 1;
    const skipsDelay = this.reorder?.next() ?? false;
    const spikeNs = this.spikes?.addedNs(nowNs) ?? 0;
    for (let copy = 0; copy < copies; copy++) {
      this.corrupt[copy] = this.corruption?.[copy]!.next() ? 1 : 0;
      const delayNs = this.delay?.[copy]!.nextNs() ?? 0;
      this.extraNs[copy] = heldNs + spikeNs + (skipsDelay && copy === 0 ? 0 : delayNs);
    }
    if (this.isCut) return this.drop('down');
    if (heldNs === Infinity) return this.drop(this.outages!.reason);
    return isLost || isLostInBurst ? this.drop('loss') : copies;
  }

  private drop(reason: DropReason): number {
    this.reason = reason;
    return 0;
  }
}

/** Happens with a probability. One draw. */
class Chance {
  private readonly stream: RandomStream;
  private readonly probability: number;

  constructor(stream: RandomStream, probability: number) {
    this.stream = stream;
    this.probability = probability;
  }

  next(): boolean {
    return this.stream.float() < this.probability;
  }
}

class OutageStage {
  reason: 'down' | 'partition' = 'down';
  private readonly outages: readonly Outage[];
  private position = 0;

  constructor(outages: readonly Outage[]) {
    this.outages = outages;
  }

  /** How long a packet that leaves now is held; Infinity: it is dropped. */
  heldNs(nowNs: number): number {
    let outage = this.outages[this.position];
    while (outage !== undefined && nowNs >= outage.toNs) outage = this.outages[++this.position];
    if (outage === undefined || nowNs < outage.fromNs) return 0;
    this.reason = outage.reason;
    return outage.mode === 'drop' ? Infinity : outage.toNs - nowNs;
  }
}

/** Loses by its state, then steps. It starts in a state drawn with its share of time, so that the law holds from the first packet on. Two draws a packet. */
class BurstStage {
  private readonly stream: RandomStream;
  private readonly chain: GilbertElliott;
  private isBad: boolean;

  constructor(stream: RandomStream, chain: GilbertElliott) {
    this.stream = stream;
    this.chain = chain;
    this.isBad = stream.float() * (chain.toBad + chain.toGood) < chain.toBad;
  }

  next(): boolean {
    const { stream, chain } = this;
    const isLost = stream.float() < (this.isBad ? chain.lossBad : chain.lossGood);
    if (stream.float() < (this.isBad ? chain.toGood : chain.toBad)) this.isBad = !this.isBad;
    return isLost;
  }
}

class ReorderStage {
  private readonly chance: Chance;
  private readonly gap: number;
  private since = 0;

  constructor(stream: RandomStream, { probability, gap }: Reorder) {
    this.chance = new Chance(stream, probability);
    this.gap = gap;
  }

  /** Does this packet skip the delay? */
  next(): boolean {
    const isChosen = this.chance.next();
    if (++this.since < this.gap || !isChosen) return false;
    this.since = 0;
    return true;
  }
}

/** Draws by time and not by packet: one draw a spike. */
class SpikeStage {
  private readonly stream: RandomStream;
  private readonly spikes: Spikes;
  private nextNs: number;
  private untilNs = 0;

  constructor(stream: RandomStream, spikes: Spikes) {
    this.stream = stream;
    this.spikes = spikes;
    this.nextNs = this.gapNs();
  }

  addedNs(nowNs: number): number {
    while (this.nextNs <= nowNs) {
      this.untilNs = this.nextNs + this.spikes.durationNs;
      this.nextNs += this.gapNs();
    }
    return nowNs < this.untilNs ? this.spikes.addedNs : 0;
  }

  private gapNs(): number {
    return this.spikes.perSecond === 0 ? Infinity : roundNs(exponential(this.stream, 1e9 / this.spikes.perSecond));
  }
}

/**
 * The message network a second time, naively: whole fractions in BigInt, sorted lists, no events. Shared with the planted bugs.
 */
import { Simulation } from '../../../simulation.ts';
import { MessageNetwork, type MessageNetworkOptions } from '../message-network.ts';

export interface Sending {
  readonly atNs: number;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

export interface PlainRules {
  readonly nodes: number;
  readonly uplinkBps: readonly number[];
  readonly downlinkBps: readonly number[];
  readonly downlink: 'none' | 'minimum' | 'queue';
  readonly fifo: boolean;
}

/** Delay of the n-th message, whatever its ends: far from constant, so that messages overtake. */
export const delayOf = (index: number): number => 1_000_000 + ((index * 7919) % 13) * 400_000;

export function randomSendings(seed: string, count: number, nodes: number): Sending[] {
  const stream = new Simulation({ seed }).stream('sendings');
  let atNs = 0;
  return Array.from({ length: count }, () => {
    atNs += stream.below(3) === 0 ? 0 : stream.below(900_000);
    const from = stream.below(nodes);
    return { atNs, from, to: (from + 1 + stream.below(nodes - 1)) % nodes, bytes: stream.below(8) === 0 ? 1 + stream.below(3_000_000) : 1 + stream.below(3000) };
  });
}

export function randomRules(seed: string, downlink: PlainRules['downlink'], fifo: boolean): PlainRules {
  const stream = new Simulation({ seed }).stream('rules');
  const rates = (): number[] => Array.from({ length: 5 }, () => (stream.below(4) === 0 ? Infinity : 1_000_003 + stream.below(1e9)));
  return { nodes: 5, uplinkBps: rates(), downlinkBps: rates(), downlink, fifo };
}

/** Delivery of each message, by index. */
export function simulated(sendings: readonly Sending[], rules: PlainRules): number[] {
  const sim = new Simulation({ seed: 'plain network' });
  let launched = 0;
  const { nodes, uplinkBps, downlinkBps, downlink } = rules;
  const options: MessageNetworkOptions = { nodes, uplinkBps, downlinkBps, downlink, delays: { delayNs: () => delayOf(launched++) } };
  const network = new MessageNetwork(sim, rules.fifo ? { ...options, fifo: 'pairs' } : options);
  const deliveredNs: number[] = [];
  network.onMessage((to, from, word) => {
    const sending = sendings[word]!;
    if (sending.to !== to || sending.from !== from || deliveredNs[word] !== undefined) throw new Error('delivered to the wrong node, or twice');
    deliveredNs[word] = sim.now;
  });
  sendings.forEach(({ atNs, from, to, bytes }, index) => void sim.after(atNs, () => network.send(from, to, index, bytes)));
  sim.run();
  if (network.delivered !== network.sent) throw new Error('a message is missing');
  return deliveredNs;
}

const NS_BITS = 1_000_000_000n;

/** A line that serves in order, at one rate: exact end of each message in fractions of a ns of `rate`. */
class PlainLine {
  /** End of the last message, times the rate; valid for one rate. */
  private endUnits = 0n;
  private readonly rate: bigint;

  constructor(rateBps: number) {
    this.rate = BigInt(rateBps);
  }

  serve(bytes: number, nowNs: number): number {
    const now = BigInt(nowNs) * this.rate;
    // a line that is free at the last ns starts at the next event, never in the past
    const ceilEnd = (this.endUnits + this.rate - 1n) / this.rate;
    const start = ceilEnd > BigInt(nowNs) ? this.endUnits : now;
    this.endUnits = start + 8n * BigInt(bytes) * NS_BITS;
    return Number((this.endUnits + this.rate - 1n) / this.rate);
  }
}

export function plainDeliveries(sendings: readonly Sending[], rules: PlainRules): number[] {
  const lines = rules.uplinkBps.map((rate) => (rate === Infinity ? undefined : new PlainLine(rate)));
  const freeNs = rules.uplinkBps.map(() => 0);
  const last = new Map<string, number>();
  const arrivals = sendings.map(({ atNs, from, to, bytes }, index) => {
    let departNs: number;
    if (rules.downlink === 'minimum') {
      const rate = Math.min(rules.uplinkBps[from]!, rules.downlinkBps[to]!);
      // within a ns of the model, which carries fractions only between messages at the sender's own rate
      departNs = rate === Infinity ? atNs : Math.max(atNs, freeNs[from]!) + Math.ceil((8e9 * bytes) / rate);
      if (rate !== Infinity) freeNs[from] = departNs;
    } else departNs = lines[from]?.serve(bytes, atNs) ?? atNs;
    let arrivalNs = departNs + delayOf(index);
    if (rules.fifo) {
      arrivalNs = Math.max(arrivalNs, last.get(`${from} ${to}`) ?? 0);
      last.set(`${from} ${to}`, arrivalNs);
    }
    return arrivalNs;
  });
  if (rules.downlink !== 'queue') return arrivals;
  const down = rules.downlinkBps.map((rate) => (rate === Infinity ? undefined : new PlainLine(rate)));
  const order = sendings.map((_, index) => index).sort((a, b) => arrivals[a]! - arrivals[b]! || a - b);
  const ends: number[] = [];
  for (const index of order) ends[index] = down[sendings[index]!.to]?.serve(sendings[index]!.bytes, arrivals[index]!) ?? arrivals[index]!;
  return ends;
}

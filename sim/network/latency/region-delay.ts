/**
 * One-way delay between regions, with jitter: node -> region -> table. Every law has the table's value as its mean (`pareto`, `uniform`) or
 * as the value itself (`none`).
 *
 *   pareto   SimBlock's: scale m - 5 ms, shape 0.2 m for a table value of m ms; mean m exactly, minimum m - 5 (so long paths get almost
 *            none). Where m <= 5 the law has no mean or no scale: the value itself.
 *   uniform  m (1 - spread) .. m (1 + spread)
 */
import { exp, ln } from '../../dmath.ts';
import type { RandomStream } from '../../random.ts';
import { NS_PER_MS } from '../../time.ts';
import type { DelayLaw } from '../message/message-network.ts';

export type Jitter = { readonly law: 'none' } | { readonly law: 'pareto' } | { readonly law: 'uniform'; readonly spread: number };

/** SimBlock Network.getLatency: 5 ms and 0.2. */
const PARETO_BELOW_MEAN_MS = 5;
const PARETO_SHAPE_PER_MS = 0.2;

export class RegionDelay implements DelayLaw {
  private readonly regionOf: Uint8Array;
  private readonly regions: number;
  /** Smallest delay, and what the draw is scaled by: the width (uniform) or 1 / shape (pareto). */
  private readonly lowNs: Float64Array;
  private readonly scale: Float64Array;
  private readonly law: Jitter['law'];

  /** `tableMs[i][j]`: from region i to region j. */
  constructor(regionOf: Uint8Array, tableMs: readonly (readonly number[])[], jitter: Jitter) {
    this.regionOf = regionOf;
    this.regions = tableMs.length;
    this.law = jitter.law;
    const flat = tableMs.flat();
    if (flat.length !== this.regions * this.regions || regionOf.some((region) => region >= this.regions)) throw new RangeError('region delay: a table that is not square, or a node outside its regions');
    if (jitter.law === 'uniform' && !(jitter.spread >= 0 && jitter.spread <= 1)) throw new RangeError(`jitter: spread ${jitter.spread}; must lie within 0 .. 1`);
    const isFixed = (ms: number): boolean => jitter.law === 'none' || (jitter.law === 'pareto' && ms <= PARETO_BELOW_MEAN_MS);
    this.lowNs = Float64Array.from(flat, (ms) => NS_PER_MS * (isFixed(ms) ? ms : jitter.law === 'uniform' ? ms * (1 - jitter.spread) : ms - PARETO_BELOW_MEAN_MS));
    this.scale = Float64Array.from(flat, (ms) => (isFixed(ms) ? 0 : jitter.law === 'uniform' ? 2 * ms * jitter.spread * NS_PER_MS : 1 / (PARETO_SHAPE_PER_MS * ms)));
  }

  delayNs(from: number, to: number, stream: RandomStream): number {
    const cell = this.regionOf[from]! * this.regions + this.regionOf[to]!;
    const lowNs = this.lowNs[cell]!;
    const scale = this.scale[cell]!;
    if (scale === 0) return Math.round(lowNs);
    // 32 bits of a draw: steps of 1e-10 of a width that is below a second
    if (this.law === 'uniform') return Math.round(lowNs + scale * stream.uint32() * 2.3283064365386963e-10);
    return Math.round(lowNs * exp(-scale * ln(stream.open())));
  }
}

/** The same delay between any two nodes. */
export class FixedDelay implements DelayLaw {
  private readonly fixedNs: number;

  constructor(delayNs: number) {
    this.fixedNs = delayNs;
  }

  delayNs(): number {
    return this.fixedNs;
  }
}

/** Regions in exact proportion to `shares` (the last one takes what rounding leaves), in random order. */
export function regionsByShare(nodes: number, shares: readonly number[], stream: RandomStream): Uint8Array {
  const regions = new Uint8Array(nodes);
  let sum = 0;
  let node = 0;
  shares.forEach((share, region) => {
    sum += share;
    const end = region === shares.length - 1 ? nodes : Math.min(nodes, Math.round(sum * nodes));
    for (; node < end; node++) regions[node] = region;
  });
  for (let last = nodes - 1; last > 0; last--) {
    const other = stream.below(last + 1);
    const region = regions[last]!;
    regions[last] = regions[other]!;
    regions[other] = region;
  }
  return regions;
}

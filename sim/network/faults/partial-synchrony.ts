/**
 * Partial synchrony (Dwork, Lynch, Stockmeyer, JACM 35(2), 1988): a message sent at t arrives by max(t, GST) + delta. Before GST (global
 * stabilization time) an adversary chooses any delay that keeps this; from GST on the network's own delay counts, delta at most.
 *
 *     synchronous   gstNs 0                       asynchronous   gstNs Infinity: no bound, every delay is finite
 *     unknown delta `unknownDelta` draws it; protocols are not told
 *
 * Messages are delayed, never lost: loss below this layer breaks the bound, which checkers/synchrony.ts sees. Times ns.
 */
import { roundNs } from '../../distributions.ts';
import { exp, ln } from '../../dmath.ts';
import type { RandomStream } from '../../random.ts';

export interface SynchronyBound {
  readonly gstNs: number;
  readonly deltaNs: number;
}

/** The last instant at which a message may arrive; Infinity without a bound. */
export function deadlineNs({ gstNs, deltaNs }: SynchronyBound, sentNs: number): number {
  return Math.max(sentNs, gstNs) + deltaNs;
}

/** Chooses the delay of a message before GST; what exceeds the bound is cut to it. `ownNs`: the delay the network would give. Finite. */
export type Adversary = (sentNs: number, from: number, to: number, ownNs: number) => number;

/** Lets the network be. */
export const noAdversary: Adversary = (_sentNs, _from, _to, ownNs) => ownNs;

/** Keeps every message for `forNs`, or as long as the bound lets it. */
export function holdAll(forNs: number): Adversary {
  return () => forNs;
}

/** Keeps messages from and to the victims, e.g. the leader. */
export function holdNodes(victims: ReadonlySet<number>, forNs: number): Adversary {
  return (_sentNs, from, to, ownNs) => (victims.has(from) || victims.has(to) ? forNs : ownNs);
}

/** Any delay up to `maxNs`, each as likely: reorders freely. One draw. */
export function scatter(stream: RandomStream, maxNs: number): Adversary {
  return () => roundNs(stream.float() * maxNs);
}

export class PartialSynchrony implements SynchronyBound {
  readonly gstNs: number;
  readonly deltaNs: number;
  private readonly adversary: Adversary;

  constructor({ gstNs, deltaNs }: SynchronyBound, adversary: Adversary = noAdversary) {
    if (!(gstNs >= 0 && deltaNs >= 0 && Number.isSafeInteger(deltaNs) && (gstNs === Infinity || Number.isSafeInteger(gstNs)))) {
      throw new RangeError(`partial synchrony: gstNs ${gstNs}, deltaNs ${deltaNs} given; must be whole ns from 0 (gstNs may be Infinity: asynchronous)`);
    }
    this.gstNs = gstNs;
    this.deltaNs = deltaNs;
    this.adversary = adversary;
  }

  /** When a message arrives that is sent now and would take `ownNs`. */
  arrivalNs(sentNs: number, from: number, to: number, ownNs: number): number {
    const delayNs = sentNs < this.gstNs ? this.adversary(sentNs, from, to, ownNs) : ownNs;
    if (!(delayNs >= 0 && delayNs < Infinity)) throw new RangeError(`adversary: delay ${delayNs} ns chosen at ${sentNs} ns; must be finite, from 0`);
    return Math.min(sentNs + delayNs, deadlineNs(this, sentNs));
  }
}

/** A delta that protocols do not know: every order of magnitude between low and high is as likely. One draw. */
export function unknownDelta(stream: RandomStream, lowNs: number, highNs: number): number {
  return Math.min(highNs, Math.max(lowNs, Math.round(exp(ln(lowNs) + stream.float() * (ln(highNs) - ln(lowNs))))));
}

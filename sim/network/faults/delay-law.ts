/** Laws of extra delay, each one draw a packet by inversion, in whole ns: `constant` and `trace` draw nothing. */
import { lognormal, normal, pareto, roundNs, uniform } from '../../distributions.ts';
import { ln } from '../../dmath.ts';
import type { RandomStream } from '../../random.ts';

export type DelayLaw =
  | { readonly law: 'constant'; readonly ns: number }
  | { readonly law: 'uniform'; readonly lowNs: number; readonly highNs: number }
  /** Clipped to [lowNs, highNs]: what lies outside takes the nearer end. */
  | { readonly law: 'normal'; readonly meanNs: number; readonly deviationNs: number; readonly lowNs: number; readonly highNs: number }
  /** Median and deviation of the logarithm; clipped above. */
  | { readonly law: 'lognormal'; readonly medianNs: number; readonly logDeviation: number; readonly maxNs: number }
  /** P(X > x) = (minNs / x)^alpha; clipped above. */
  | { readonly law: 'pareto'; readonly minNs: number; readonly alpha: number; readonly maxNs: number }
  /** Measured delays, one after the other, then again from the start. */
  | { readonly law: 'trace'; readonly ns: readonly number[] };

/** The delays of one link. */
export class DelaySource {
  private readonly law: DelayLaw;
  private readonly stream: RandomStream;
  private position = 0;

  constructor(law: DelayLaw, stream: RandomStream) {
    if (law.law === 'trace' && law.ns.length === 0) throw new RangeError('trace of delays: none given; must be at least one');
    this.law = law;
    this.stream = stream;
  }

  nextNs(): number {
    const { law, stream } = this;
    switch (law.law) {
      case 'constant':
        return law.ns;
      case 'uniform':
        return roundNs(uniform(stream, law.lowNs, law.highNs));
      case 'normal':
        return roundNs(Math.min(law.highNs, Math.max(law.lowNs, normal(stream, law.meanNs, law.deviationNs))));
      case 'lognormal':
        return roundNs(Math.min(law.maxNs, lognormal(stream, ln(law.medianNs), law.logDeviation)));
      case 'pareto':
        return roundNs(Math.min(law.maxNs, pareto(stream, law.minNs, law.alpha)));
      case 'trace':
        return law.ns[this.position++ % law.ns.length]!;
    }
  }
}

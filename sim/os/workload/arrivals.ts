/**
 * When open jobs come: instants in ns, as floats, so that rounding does not add up. Each process has the mean rate it is asked for.
 *
 * Sources: Markov-modulated Poisson process of two phases as in Fischer and Meier-Hellstern (Performance Evaluation 18, 1993);
 * thinning after Lewis and Shedler (Naval Research Logistics Quarterly 26, 1979). A number of draws that varies, from a stream of its
 * own: jobs compared on common random numbers take sizes and all else from other streams.
 */
import { exponential } from '../../distributions.ts';
import { sin } from '../../dmath.ts';
import type { RandomStream } from '../../random.ts';

export type ArrivalLaw =
  | { readonly law: 'poisson' }
  /** Bursts at `factor` times the mean rate for `share` of the time, exponential of mean `burstNs`; the rate between makes up for it. */
  | { readonly law: 'mmpp'; readonly factor: number; readonly share: number; readonly burstNs: number }
  /** The rate swings as a sine, by `amplitude` of its mean, over each period. */
  | { readonly law: 'daily'; readonly amplitude: number; readonly periodNs: number };

/** The next instant after the last, each time it is called. */
export type Arrivals = () => number;

/** Rate between the bursts, as a multiple of the mean rate. */
export function quietFactor({ factor, share }: { readonly factor: number; readonly share: number }): number {
  const quiet = (1 - factor * share) / (1 - share);
  if (!(share > 0 && share < 1 && quiet >= 0)) throw new RangeError(`mmpp: bursts at ${factor} times the rate for ${share} of the time; required: share within (0, 1) and factor * share at most 1`);
  return quiet;
}

export function arrivalsOf(law: ArrivalLaw, stream: RandomStream, meanGapNs: number): Arrivals {
  switch (law.law) {
    case 'poisson': {
      let atNs = 0;
      return () => (atNs += exponential(stream, meanGapNs));
    }
    case 'mmpp':
      return modulated(law, stream, meanGapNs);
    case 'daily':
      return thinned(law, stream, meanGapNs);
  }
}

function modulated(law: ArrivalLaw & { law: 'mmpp' }, stream: RandomStream, meanGapNs: number): Arrivals {
  const burstGapNs = meanGapNs / law.factor;
  const quietGapNs = meanGapNs / quietFactor(law);
  const quietNs = (law.burstNs * (1 - law.share)) / law.share;
  let atNs = 0;
  let isBurst = false;
  let phaseEndsNs = exponential(stream, quietNs);
  return () => {
    // Memoryless on both sides: at the end of a phase the gap is drawn anew at the other rate.
    for (;;) {
      const gapNs = exponential(stream, isBurst ? burstGapNs : quietGapNs);
      if (atNs + gapNs <= phaseEndsNs) return (atNs += gapNs);
      atNs = phaseEndsNs;
      isBurst = !isBurst;
      phaseEndsNs += exponential(stream, isBurst ? law.burstNs : quietNs);
    }
  };
}

/** Candidates at the highest rate, each kept with the share that the rate of its instant has of it. */
function thinned({ amplitude, periodNs }: ArrivalLaw & { law: 'daily' }, stream: RandomStream, meanGapNs: number): Arrivals {
  if (!(amplitude >= 0 && amplitude <= 1)) throw new RangeError(`daily: amplitude ${amplitude} given; required: within [0, 1], no rate is negative`);
  let atNs = 0;
  return () => {
    for (;;) {
      atNs += exponential(stream, meanGapNs / (1 + amplitude));
      const rate = 1 + amplitude * sin((2 * Math.PI * (atNs % periodNs)) / periodNs);
      if (stream.float() * (1 + amplitude) < rate) return atNs;
    }
  };
}

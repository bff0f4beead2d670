/**
 * Laws of service demand, in any unit of time: how to draw one, and the moments that closed forms need.
 * Each law takes a fixed number of draws a value, so that systems compared on common random numbers stay in step.
 */
import { boundedPareto, boundedParetoMoment, exponential, hyperExponential } from '../distributions.ts';
import type { RandomStream } from '../random.ts';

export type ServiceLaw =
  | { readonly law: 'exp'; readonly mean: number }
  | { readonly law: 'det'; readonly value: number }
  | { readonly law: 'bounded-pareto'; readonly min: number; readonly max: number; readonly alpha: number }
  /** Two exponential phases with balanced means; scv = squared coefficient of variation, at least 1. */
  | { readonly law: 'hyper-exp'; readonly mean: number; readonly scv: number }
  /** Two sizes; the larger one with probability `pLarge`. */
  | { readonly law: 'bimodal'; readonly small: number; readonly large: number; readonly pLarge: number };

/** One service demand. */
export function drawService(law: ServiceLaw, stream: RandomStream): number {
  switch (law.law) {
    case 'exp':
      return exponential(stream, law.mean);
    case 'det':
      return law.value;
    case 'bounded-pareto':
      return boundedPareto(stream, law.min, law.max, law.alpha);
    case 'hyper-exp':
      return hyperExponential(stream, law.mean, law.scv);
    case 'bimodal':
      return stream.float() < law.pLarge ? law.large : law.small;
  }
}

/** E[S]. */
export function serviceMean(law: ServiceLaw): number {
  switch (law.law) {
    case 'exp':
    case 'hyper-exp':
      return law.mean;
    case 'det':
      return law.value;
    case 'bounded-pareto':
      return boundedParetoMoment(law.min, law.max, law.alpha, 1);
    case 'bimodal':
      return law.pLarge * law.large + (1 - law.pLarge) * law.small;
  }
}

/** E[S^2]. */
export function serviceSecondMoment(law: ServiceLaw): number {
  switch (law.law) {
    case 'exp':
      return 2 * law.mean * law.mean;
    case 'hyper-exp':
      return (1 + law.scv) * law.mean * law.mean;
    case 'det':
      return law.value * law.value;
    case 'bounded-pareto':
      return boundedParetoMoment(law.min, law.max, law.alpha, 2);
    case 'bimodal':
      return law.pLarge * law.large * law.large + (1 - law.pLarge) * law.small * law.small;
  }
}

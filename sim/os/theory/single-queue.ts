/**
 * All classes as one queue: means by class where the size of a customer decides, or its attained service. M/G/1, steady state.
 *
 * Sources: Phipps 1956 (shortest next), Schrage and Miller 1966 (shortest remaining), Schrage 1967 (feedback, FB: who has had least is
 * served, all equals share; also called least attained service, LAS). Equal sizes are served in order of arrival.
 */
import { serviceMean, type ServiceLaw } from '../service-law.ts';
import type { ClassMeans } from './levels.ts';
import { integrateOverSizes, meanOverSizes, partialMoment, tail } from './size-law.ts';

/** Customers of all classes, mixed by their rates. */
class Mixture {
  private readonly lambda: readonly number[];
  private readonly service: readonly ServiceLaw[];

  constructor(lambda: readonly number[], service: readonly ServiceLaw[]) {
    this.lambda = lambda;
    this.service = service;
  }

  /** Sum of lambda times the partial moment. */
  upTo(order: 1 | 2, x: number, below = false): number {
    return this.lambda.reduce((sum, rate, index) => sum + rate * partialMoment(this.service[index]!, order, x, below), 0);
  }

  /** Rate of customers longer than x. */
  beyond(x: number): number {
    return this.lambda.reduce((sum, rate, index) => sum + rate * tail(this.service[index]!, x), 0);
  }

  /** Half of lambda E[min(S, x)^2]. */
  cutResidual(x: number): number {
    return (this.upTo(2, x) + x * x * this.beyond(x)) / 2;
  }

  /** What shorter customers leave, times what is left after those as long as x, too. */
  roomAround(x: number): number {
    return (1 - this.upTo(1, x, true)) * (1 - this.upTo(1, x));
  }
}

/** Mean wait of a customer of size x where the shortest is next and nobody is interrupted. */
export function spnWait(x: number, lambda: readonly number[], service: readonly ServiceLaw[]): number {
  const mixture = new Mixture(lambda, service);
  return mixture.upTo(2, Infinity) / 2 / mixture.roomAround(x);
}

/** Mean response of a customer of size x where the one with the least work left is served. */
export function srptResponse(x: number, lambda: readonly number[], service: readonly ServiceLaw[]): number {
  const mixture = new Mixture(lambda, service);
  return mixture.cutResidual(x) / mixture.roomAround(x) + integrateOverSizes((t) => 1 / (1 - mixture.upTo(1, t)), { law: 'det', value: x }, service);
}

/** Mean response of a customer of size x where the one with the least service so far is served. */
export function feedbackResponse(x: number, lambda: readonly number[], service: readonly ServiceLaw[]): number {
  const mixture = new Mixture(lambda, service);
  const room = 1 - mixture.upTo(1, x) - x * mixture.beyond(x);
  return mixture.cutResidual(x) / (room * room) + x / room;
}

/** Means of each class. */
export function mixedMeans(discipline: 'spn' | 'srpt' | 'fb', lambda: readonly number[], service: readonly ServiceLaw[]): ClassMeans[] {
  const mixture = new Mixture(lambda, service);
  return service.map((law) => {
    const mean = serviceMean(law);
    if (discipline === 'fb') {
      const response = meanOverSizes(law, (x) => feedbackResponse(x, lambda, service), service);
      return { wait: response - mean, response };
    }
    if (discipline === 'spn') {
      const wait = meanOverSizes(law, (x) => mixture.upTo(2, Infinity) / 2 / mixture.roomAround(x), service);
      return { wait, response: wait + mean };
    }
    const wait = meanOverSizes(law, (x) => mixture.cutResidual(x) / mixture.roomAround(x), service);
    return { wait, response: wait + integrateOverSizes((t) => tail(law, t) / (1 - mixture.upTo(1, t)), law, service) };
  });
}

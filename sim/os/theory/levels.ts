/**
 * Mean waits and responses of an M/G/1 queue with classes in order of priority, class 1 first, and a policy inside each class.
 *
 * Sources: Cobham 1954 (non-preemptive), Kleinrock, Queueing Systems II (preemptive resume), Phipps 1956 (shortest next), Schrage and
 * Miller 1966 (shortest remaining). Inside a class the same arguments hold with the load of the classes above added to that of
 * shorter customers. Sizes that many customers share (atoms) are served in order of arrival: then the load of shorter ones and that
 * of ones not longer differ, and both occur. Wait is arrival to first service; for pr-ps it is response less service.
 */
import { serviceMean, serviceSecondMoment, type ServiceLaw } from '../service-law.ts';
import { squaresInRoom } from './overload.ts';
import { integrateOverSizes, meanOverSizes, partialMoment, tail } from './size-law.ts';

export interface ClassMeans {
  /** Infinite for a class that gets less than it asks for. */
  readonly wait: number;
  readonly response: number;
}

export type LevelDiscipline = 'np-fcfs' | 'np-spn' | 'pr-fcfs' | 'pr-spn' | 'pr-srt' | 'pr-ps';

/** One class below others: what the formulas need. */
interface Place {
  readonly law: ServiceLaw;
  readonly rate: number;
  /** Load of the classes above: the formulas' sigma. */
  readonly above: number;
  /** Half of the sum of lambda_i E[S_i^2] over the classes above: the mean residual work in service that they cause. */
  readonly residualAbove: number;
  /** Its own part of that sum. */
  readonly residualOwn: number;
}

/** Means of each class. `pr-ps` below class 1 needs exponential services; any order inside that is blind to sizes has these means. */
export function levelMeans(discipline: LevelDiscipline, lambda: readonly number[], service: readonly ServiceLaw[]): ClassMeans[] {
  let above = 0;
  let residualAbove = 0;
  return service.map((law, index) => {
    const rate = lambda[index]!;
    const place: Place = { law, rate, above, residualAbove, residualOwn: (rate * serviceSecondMoment(law)) / 2 };
    above += rate * serviceMean(law);
    residualAbove += place.residualOwn;
    if (above >= 1) return { wait: Infinity, response: Infinity };
    switch (discipline) {
      case 'np-fcfs':
        return uninterrupted(place, arrivalOrder(place, inServiceResidual(lambda, service, false)));
      case 'np-spn':
        return uninterrupted(place, shortestNext(place, inServiceResidual(lambda, service, true)));
      case 'pr-fcfs':
        return stretched(place, arrivalOrder(place, place.residualAbove + place.residualOwn));
      case 'pr-spn':
        return stretched(place, shortestNext(place, place.residualAbove + place.residualOwn));
      case 'pr-srt':
        return shortestRemaining(place);
      case 'pr-ps':
        return shared(place);
    }
  });
}

function uninterrupted({ law }: Place, wait: number): ClassMeans {
  return { wait, response: wait + serviceMean(law) };
}

/** Once begun, only the classes above interrupt. */
function stretched({ law, above }: Place, wait: number): ClassMeans {
  return { wait, response: wait + serviceMean(law) / (1 - above) };
}

/** Mean wait where the class keeps its order of arrival. */
function arrivalOrder({ law, rate, above }: Place, residual: number): number {
  return residual / ((1 - above) * (1 - above - rate * serviceMean(law)));
}

/** Mean wait where the shortest of the class is next. */
function shortestNext(place: Place, residual: number): number {
  return meanOverSizes(place.law, (x) => residual / roomAround(place, x));
}

/** What the classes above and the shorter customers leave, times what is left after those as long as x, too. */
function roomAround({ law, rate, above }: Place, x: number): number {
  return (1 - above - rate * partialMoment(law, 1, x, true)) * (1 - above - rate * partialMoment(law, 1, x));
}

function shortestRemaining(place: Place): ClassMeans {
  const { law, rate, above, residualAbove } = place;
  // A longer customer is in the way only once no more than x of it is left.
  const wait = meanOverSizes(law, (x) => (residualAbove + (rate * (partialMoment(law, 2, x) + x * x * tail(law, x))) / 2) / roomAround(place, x));
  // With t left it is interrupted by the classes above and by newcomers shorter than t.
  return { wait, response: wait + integrateOverSizes((t) => tail(law, t) / (1 - above - rate * partialMoment(law, 1, t)), law) };
}

function shared(place: Place): ClassMeans {
  const { law, above } = place;
  const mean = serviceMean(law);
  if (above > 0 && law.law !== 'exp') return { wait: NaN, response: NaN };
  // Alone on top it is plain processor sharing, any law. Below, exponential sizes make every order that is blind to them alike.
  const response = above === 0 ? mean / (1 - place.rate * mean) : stretched(place, arrivalOrder(place, place.residualAbove + place.residualOwn)).response;
  return { wait: response - mean, response };
}

/** Mean residual work that an arrival finds in service when nobody is interrupted; in overload one class takes what is left. */
function inServiceResidual(lambda: readonly number[], service: readonly ServiceLaw[], isShortestNext: boolean): number {
  let load = 0;
  let residual = 0;
  for (const [index, law] of service.entries()) {
    const rate = lambda[index]!;
    const own = rate * serviceMean(law);
    if (load + own >= 1) return residual + squaresInRoom(law, rate, 1 - load, isShortestNext) / 2;
    load += own;
    residual += (rate * serviceSecondMoment(law)) / 2;
  }
  return residual;
}

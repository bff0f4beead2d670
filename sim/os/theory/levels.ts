/**
 * Mean waits and responses of an M/G/1 queue with classes in order of priority, class 1 first, and a policy inside each class.
 * sigma_k: load of classes 1 to k. V: half of the sum of lambda_i E[S_i^2], the mean residual work in service.
 *
 * Sources: Cobham 1954 (non-preemptive), Kleinrock, Queueing Systems II (preemptive resume), Phipps 1956 (shortest next), Schrage and
 * Miller 1966 (shortest remaining). Inside a class the same arguments hold with the load of the classes above added to that of
 * shorter customers. Sizes that many customers share (atoms) are served in order of arrival: then the load of shorter ones and that
 * of ones not longer differ, and both occur. Wait is arrival to first service.
 */
import { serviceMean, serviceSecondMoment, type ServiceLaw } from '../service-law.ts';
import { integrateFrom0 } from './integrate.ts';
import { atomsOf, density, partialMoment, tail } from './size-law.ts';

export interface ClassMeans {
  /** Infinite for a class that gets less than it asks for. */
  readonly wait: number;
  readonly response: number;
}

export type LevelDiscipline = 'np-fcfs' | 'np-spn' | 'pr-fcfs' | 'pr-spn' | 'pr-srt' | 'pr-ps';

const SATURATED: ClassMeans = { wait: Infinity, response: Infinity };

/** Means of each class; `pr-ps` for exponential services only (any order that is blind to sizes then has the means of pr-fcfs). */
export function levelMeans(discipline: LevelDiscipline, lambda: readonly number[], service: readonly ServiceLaw[]): ClassMeans[] {
  const loads = lambda.map((rate, index) => rate * serviceMean(service[index]!));
  const residuals = lambda.map((rate, index) => (rate * serviceSecondMoment(service[index]!)) / 2);
  let above = 0;
  let residualToHere = 0;
  return lambda.map((rate, index) => {
    const law = service[index]!;
    const a = above;
    above += loads[index]!;
    residualToHere += residuals[index]!;
    if (above >= 1) return SATURATED;
    if (discipline.startsWith('np')) {
      const residual = nonPreemptiveResidual(lambda, service, discipline === 'np-spn');
      const wait = discipline === 'np-fcfs' ? residual / ((1 - a) * (1 - above)) : meanOverSizes(law, (x) => residual / ((1 - a - rate * partialMoment(law, 1, x, true)) * (1 - a - rate * partialMoment(law, 1, x))));
      return { wait, response: wait + serviceMean(law) };
    }
    const stretched = serviceMean(law) / (1 - a);
    if (discipline === 'pr-fcfs' || discipline === 'pr-ps') {
      const wait = residualToHere / ((1 - a) * (1 - above));
      return { wait, response: wait + stretched };
    }
    if (discipline === 'pr-spn') {
      const wait = meanOverSizes(law, (x) => residualToHere / ((1 - a - rate * partialMoment(law, 1, x, true)) * (1 - a - rate * partialMoment(law, 1, x))));
      return { wait, response: wait + stretched };
    }
    const residualAbove = residualToHere - residuals[index]!;
    return shortestRemaining(law, rate, a, residualAbove);
  });
}

/**
 * Mean residual work that an arrival finds in service when nobody is interrupted. In overload one class takes what is left: it fills
 * all idle time. First come first served, its customers in service are of any size, seen at E[S^2] / (2 E[S]); shortest next, only
 * those short enough to be served at all, up to the size where their load is what is left.
 */
function nonPreemptiveResidual(lambda: readonly number[], service: readonly ServiceLaw[], isShortestNext: boolean): number {
  let load = 0;
  let residual = 0;
  for (const [index, law] of service.entries()) {
    const rate = lambda[index]!;
    const own = rate * serviceMean(law);
    if (load + own >= 1) return residual + (isShortestNext ? shortResidual(law, rate, 1 - load) : ((1 - load) * serviceSecondMoment(law)) / (2 * serviceMean(law)));
    load += own;
    residual += (rate * serviceSecondMoment(law)) / 2;
  }
  return residual;
}

/** Residual work of the shortest customers of a class whose load is `room`. */
function shortResidual(law: ServiceLaw, rate: number, room: number): number {
  let low = 0;
  let high = longestOf(law);
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (rate * partialMoment(law, 1, middle) < room) low = middle;
    else high = middle;
  }
  // What an atom at the boundary has too much is served at its size.
  const atBoundary = room - rate * partialMoment(law, 1, high, true);
  const below = (rate * partialMoment(law, 2, high, true)) / 2;
  return atomsOf(law).length === 0 ? (rate * partialMoment(law, 2, high)) / 2 : below + (atBoundary * high) / 2;
}

/** Shortest remaining time below classes of load `a`, whose residual work is `residualAbove`. */
function shortestRemaining(law: ServiceLaw, rate: number, a: number, residualAbove: number): ClassMeans {
  const wait = meanOverSizes(law, (x) => {
    const residual = residualAbove + (rate * (partialMoment(law, 2, x) + x * x * tail(law, x))) / 2;
    return residual / ((1 - a - rate * partialMoment(law, 1, x, true)) * (1 - a - rate * partialMoment(law, 1, x)));
  });
  // In service with t left, interrupted by the classes above and by newcomers shorter than t; summed over sizes.
  const inService = integrateFrom0((t) => tail(law, t) / (1 - a - rate * partialMoment(law, 1, t)), longestOf(law), shortestOf(law), breaksOf(law));
  return { wait, response: wait + inService };
}

/** E[f(S)]. */
export function meanOverSizes(law: ServiceLaw, f: (x: number) => number): number {
  const atoms = atomsOf(law);
  if (atoms.length > 0) return atoms.reduce((sum, { size, probability }) => sum + probability * f(size), 0);
  return integrateFrom0((x) => f(x) * density(law, x), longestOf(law), shortestOf(law), breaksOf(law));
}

/** Beyond it no size counts. */
function longestOf(law: ServiceLaw): number {
  if (law.law === 'bounded-pareto') return law.max;
  const atoms = atomsOf(law);
  if (atoms.length > 0) return Math.max(...atoms.map(({ size }) => size));
  // 45 mean lengths of the longest phase: a tail of 1e-19
  return 45 * serviceMean(law) * (law.law === 'hyper-exp' ? 1 + law.scv : 1);
}

function shortestOf(law: ServiceLaw): number {
  if (law.law === 'bounded-pareto') return law.min;
  return serviceMean(law) / 64;
}

function breaksOf(law: ServiceLaw): readonly number[] {
  return law.law === 'bounded-pareto' ? [law.min] : atomsOf(law).map(({ size }) => size);
}

/** All classes as one queue under shortest process next (`spn`) or shortest remaining time (`srpt`): means of a class with this law. */
export function mixedMeans(discipline: 'spn' | 'srpt', lambda: readonly number[], service: readonly ServiceLaw[]): ClassMeans[] {
  const upTo = (order: 1 | 2, x: number, below = false): number => lambda.reduce((sum, rate, index) => sum + rate * partialMoment(service[index]!, order, x, below), 0);
  const beyond = (x: number): number => lambda.reduce((sum, rate, index) => sum + rate * tail(service[index]!, x), 0);
  const residual = upTo(2, Infinity) / 2;
  const between = (x: number): number => (1 - upTo(1, x, true)) * (1 - upTo(1, x));
  return service.map((law) => {
    const breaks = service.flatMap(breaksOf);
    const over = (f: (x: number) => number): number => {
      const atoms = atomsOf(law);
      if (atoms.length > 0) return atoms.reduce((sum, { size, probability }) => sum + probability * f(size), 0);
      return integrateFrom0((x) => f(x) * density(law, x), longestOf(law), Math.min(...service.map(shortestOf)), breaks);
    };
    if (discipline === 'spn') {
      const wait = over((x) => residual / between(x));
      return { wait, response: wait + serviceMean(law) };
    }
    const wait = over((x) => (upTo(2, x) + x * x * beyond(x)) / 2 / between(x));
    const inService = integrateFrom0((t) => tail(law, t) / (1 - upTo(1, t)), longestOf(law), Math.min(...service.map(shortestOf)), breaks);
    return { wait, response: wait + inService };
  });
}

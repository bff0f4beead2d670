/**
 * What closed forms of size-based scheduling need of a service law: partial moments, tail, density, atoms, and means over sizes. Any
 * unit of time. A partial moment of order k up to x is the integral of t^k over the law from 0 to x, an atom at x included unless
 * said otherwise.
 */
import { balancedPhase } from '../../distributions.ts';
import { exp, ln, pow } from '../../dmath.ts';
import { serviceMean, type ServiceLaw } from '../service-law.ts';
import { integrateFrom0 } from './integrate.ts';

/** A size that is taken with positive probability. */
export interface Atom {
  readonly size: number;
  readonly probability: number;
}

interface Phase {
  readonly probability: number;
  readonly mean: number;
}

/** Exponential phases of a law, or none. */
function phasesOf(law: ServiceLaw): readonly Phase[] {
  if (law.law === 'exp') return [{ probability: 1, mean: law.mean }];
  if (law.law !== 'hyper-exp') return [];
  const p = balancedPhase(law.scv);
  return [{ probability: p, mean: law.mean / (2 * p) }, { probability: 1 - p, mean: law.mean / (2 * (1 - p)) }];
}

export function atomsOf(law: ServiceLaw): readonly Atom[] {
  if (law.law === 'det') return [{ size: law.value, probability: 1 }];
  if (law.law === 'bimodal') return [{ size: law.small, probability: 1 - law.pLarge }, { size: law.large, probability: law.pLarge }];
  return [];
}

/** P(S > x). */
export function tail(law: ServiceLaw, x: number): number {
  if (law.law === 'bounded-pareto') {
    if (x <= law.min) return 1;
    if (x >= law.max) return 0;
    const cut = pow(law.min / law.max, law.alpha);
    return (pow(law.min / x, law.alpha) - cut) / (1 - cut);
  }
  let sum = 0;
  for (const { probability, mean } of phasesOf(law)) sum += probability * exp(-x / mean);
  for (const { size, probability } of atomsOf(law)) if (size > x) sum += probability;
  return sum;
}

/** Density of the part without atoms. */
export function density(law: ServiceLaw, x: number): number {
  if (law.law === 'bounded-pareto') {
    if (x < law.min || x > law.max) return 0;
    return (law.alpha * pow(law.min / x, law.alpha)) / (x * (1 - pow(law.min / law.max, law.alpha)));
  }
  return phasesOf(law).reduce((sum, { probability, mean }) => sum + (probability * exp(-x / mean)) / mean, 0);
}

/** Partial moment of order 1 or 2 up to x; `below` leaves an atom at x itself out. */
export function partialMoment(law: ServiceLaw, order: 1 | 2, x: number, below = false): number {
  if (law.law === 'bounded-pareto') {
    const { min, max, alpha } = law;
    const to = Math.min(max, x);
    if (to <= min) return 0;
    const scale = (alpha * pow(min, order)) / (1 - pow(min / max, alpha));
    const exponent = order - alpha;
    // the integral of t^(order - alpha - 1) from 1 to to/min
    return scale * (Math.abs(exponent) < 1e-9 ? ln(to / min) : (pow(to / min, exponent) - 1) / exponent);
  }
  let sum = 0;
  for (const { probability, mean } of phasesOf(law)) sum += probability * exponentialMoment(order, x / mean) * (order === 1 ? mean : mean * mean);
  for (const { size, probability } of atomsOf(law)) if (size < x || (size === x && !below)) sum += probability * (order === 1 ? size : size * size);
  return sum;
}

/** Partial moment of the exponential of mean 1 up to y; by its series where the closed form would cancel. */
function exponentialMoment(order: 1 | 2, y: number): number {
  if (y === Infinity) return order;
  if (y < 0.01) return order === 1 ? y * y * (1 / 2 - y / 3 + (y * y) / 8) : y * y * y * (1 / 3 - y / 4 + (y * y) / 10);
  const left = exp(-y);
  return order === 1 ? 1 - left * (1 + y) : 2 - left * (2 + 2 * y + y * y);
}

/** E[f(S)], where f may bend or jump at the sizes `alsoAt`. */
export function meanOverSizes(law: ServiceLaw, f: (x: number) => number, alsoAt: readonly ServiceLaw[] = []): number {
  const atoms = atomsOf(law);
  if (atoms.length > 0) return atoms.reduce((sum, { size, probability }) => sum + probability * f(size), 0);
  return integrateOverSizes((x) => f(x) * density(law, x), law, alsoAt);
}

/** The integral of f from 0 to the longest size of `law`; f may bend or jump where `law` and the laws `alsoAt` do. */
export function integrateOverSizes(f: (x: number) => number, law: ServiceLaw, alsoAt: readonly ServiceLaw[] = []): number {
  const laws = [law, ...alsoAt];
  return integrateFrom0(f, longestSize(law), Math.min(...laws.map(shortestScale)), laws.flatMap(breaksOf));
}

/** Beyond it no size counts. */
export function longestSize(law: ServiceLaw): number {
  if (law.law === 'bounded-pareto') return law.max;
  const atoms = atomsOf(law);
  if (atoms.length > 0) return Math.max(...atoms.map(({ size }) => size));
  // 45 mean lengths of the longest phase: a tail of 1e-19
  return 45 * serviceMean(law) * (law.law === 'hyper-exp' ? 1 + law.scv : 1);
}

/** Below it nothing bends. */
function shortestScale(law: ServiceLaw): number {
  return law.law === 'bounded-pareto' ? law.min : serviceMean(law) / 64;
}

function breaksOf(law: ServiceLaw): readonly number[] {
  return law.law === 'bounded-pareto' ? [law.min, law.max] : atomsOf(law).map(({ size }) => size);
}

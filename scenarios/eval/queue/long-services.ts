/**
 * What is known of the long services, and how many of them a run can meet. Waits rest on squared services (a long one is met with a
 * probability that grows with its length, and delays by its length again), so the sum of squares is the control of the intervals:
 * its expectation follows from rates and laws alone.
 */
import { load } from '../../../sim/os/closed-forms.ts';
import { serviceSecondMoment, type ServiceLaw } from '../../../sim/os/service-law.ts';
import { squaresInRoom } from '../../../sim/os/theory/overload.ts';
import { partialMoment, tail } from '../../../sim/os/theory/size-law.ts';
import type { Question } from './question.ts';

/** How many classes, from the first on, can delay class `index`: under pr none below it, under np with a saturated class that one, too. */
export function classesBefore({ discipline, lambda }: Question, index: number, stable: number): number {
  if (discipline.startsWith('pr-')) return index + 1;
  return Math.min(lambda.length, stable + 1);
}

/** Squared services that each class should get a unit of time; the first saturated one fills the room that is left. */
export function expectedSquares({ discipline, lambda, service, servers }: Question, stable: number): number[] {
  return service.map((law, index) => {
    if (index < stable) return lambda[index]! * serviceSecondMoment(law);
    if (index > stable) return 0;
    return squaresInRoom(law, lambda[index]!, servers * (1 - load(lambda.slice(0, stable), service.slice(0, stable), servers)), discipline.endsWith('spn'));
  });
}

/** Of `customers` of these classes, how many are expected among the long ones that make up half of all squared services. */
export function longOnesMet(lambda: readonly number[], service: readonly ServiceLaw[], customers: number): number {
  const squaresUpTo = (x: number): number => lambda.reduce((sum, rate, index) => sum + rate * partialMoment(service[index]!, 2, x), 0);
  const half = squaresUpTo(Infinity) / 2;
  let low = 0;
  let high = 1;
  while (squaresUpTo(high) < half) high *= 2;
  while (low < (low + high) / 2 && (low + high) / 2 < high) {
    const middle = (low + high) / 2;
    if (squaresUpTo(middle) < half) low = middle;
    else high = middle;
  }
  // `low` is just below the size at which the half is reached, so an atom there counts among the long ones.
  return (customers * lambda.reduce((sum, rate, index) => sum + rate * tail(service[index]!, low), 0)) / lambda.reduce((sum, rate) => sum + rate, 0);
}

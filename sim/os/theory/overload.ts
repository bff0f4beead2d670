/** Who is served in overload: the class that asks for more than the others leave, and, shortest next, which of its sizes. */
import { type ServiceLaw, serviceMean, serviceSecondMoment } from '../service-law.ts';
import { longestSize, partialMoment } from './size-law.ts';

/** How many of the first classes together ask for less than there is: these have a steady state. */
export function stableClasses(lambda: readonly number[], service: readonly ServiceLaw[], servers = 1): number {
  let load = 0;
  let stable = 0;
  while (stable < lambda.length) {
    load += (lambda[stable]! * serviceMean(service[stable]!)) / servers;
    if (load >= 1) break;
    stable += 1;
  }
  return stable;
}

/** The size up to which the customers of a class that asks for at least `room` just fill it, in servers. */
export function fillingSize(law: ServiceLaw, rate: number, room: number): number {
  let low = 0;
  let high = longestSize(law);
  // Doubles are halved to the last bit in fewer steps than this.
  for (let step = 0; step < 1100; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (rate * partialMoment(law, 1, middle) < room) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Sum of squared services that a class gets a unit of time where it fills `room`. First come first served, its customers in service
 * are of any size; shortest next, only those are ever served that fit in, and of an atom at the boundary a part.
 */
export function squaresInRoom(law: ServiceLaw, rate: number, room: number, isShortestNext: boolean): number {
  if (!isShortestNext) return (room * serviceSecondMoment(law)) / serviceMean(law);
  const size = fillingSize(law, rate, room);
  return rate * partialMoment(law, 2, size, true) + (room - rate * partialMoment(law, 1, size, true)) * size;
}

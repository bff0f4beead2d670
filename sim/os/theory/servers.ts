/**
 * Priority classes at several like servers, exponential services of one mean (M/M/c): mean waits and responses. Rates and times in
 * one unit. Sources: Cobham 1954; under pr the first k classes do not notice the others and are an M/M/c queue of their own.
 */
import { erlangC, mmcMeanWait } from '../closed-forms.ts';
import type { ClassMeans } from './levels.ts';

/** Nobody is interrupted. */
export function npServerMeans(lambda: readonly number[], meanService: number, servers: number): ClassMeans[] {
  const offered = lambda.reduce((sum, rate) => sum + rate, 0) * meanService;
  // While all servers work somebody leaves every meanService / servers; in overload they always do.
  const residual = ((offered < servers ? erlangC(servers, offered) : 1) * meanService) / servers;
  let above = 0;
  return lambda.map((rate) => {
    const before = 1 - above;
    above += (rate * meanService) / servers;
    const wait = above < 1 ? residual / (before * (1 - above)) : Infinity;
    return { wait, response: wait + meanService };
  });
}

/** A higher class interrupts; mean responses. */
export function prServerResponses(lambda: readonly number[], meanService: number, servers: number): number[] {
  let rate = 0;
  let presentBefore = 0;
  return lambda.map((own) => {
    rate += own;
    if (rate * meanService >= servers) return Infinity;
    // Little's law on the first k classes together and on the first k - 1.
    const present = rate * (mmcMeanWait(rate, meanService, servers) + meanService);
    const response = (present - presentBefore) / own;
    presentBefore = present;
    return response;
  });
}

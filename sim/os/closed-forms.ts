/**
 * Closed forms of queueing theory that the stations here have to hit (Kleinrock, Queueing Systems I, 1975). Poisson arrivals,
 * first come first served, steady state, load below 1; rates and times in one unit.
 */
import { type ServiceLaw, serviceMean, serviceSecondMoment } from './service-law.ts';

/** Offered load of each server: sum of lambda_k E[S_k] over the number of servers. */
export function load(lambda: readonly number[], service: readonly ServiceLaw[], servers: number): number {
  return lambda.reduce((sum, rate, index) => sum + rate * serviceMean(service[index]!), 0) / servers;
}

/** Squared coefficient of variation of the service demand of an arbitrary customer, all classes mixed. */
export function mixedScv(lambda: readonly number[], service: readonly ServiceLaw[]): number {
  const total = lambda.reduce((sum, rate) => sum + rate, 0);
  const mean = lambda.reduce((sum, rate, index) => sum + (rate / total) * serviceMean(service[index]!), 0);
  const second = lambda.reduce((sum, rate, index) => sum + (rate / total) * serviceSecondMoment(service[index]!), 0);
  return second / (mean * mean) - 1;
}

/**
 * How many customers it takes until the start from empty fades by a factor e: the heavy-traffic relaxation time of a queue with
 * Poisson arrivals, 2 (1 + scv) rho / (1 - rho)^2 customers (for M/M/1 the limit of rho / (1 - sqrt rho)^2), plus a few
 * services for each server to fill. An estimate for choosing warm-ups, not a law.
 */
export function relaxationCustomers(lambda: readonly number[], service: readonly ServiceLaw[], servers: number): number {
  const rho = load(lambda, service, servers);
  return (2 * (1 + mixedScv(lambda, service)) * rho) / ((1 - rho) * (1 - rho)) + 5 * servers;
}

/** Mean wait in M/G/1, whatever the classes: lambda E[S^2] / (2 (1 - rho)) (Pollaczek and Khinchine). */
export function mg1MeanWait(lambda: readonly number[], service: readonly ServiceLaw[]): number {
  const residual = lambda.reduce((sum, rate, index) => sum + rate * serviceSecondMoment(service[index]!), 0) / 2;
  return residual / (1 - load(lambda, service, 1));
}

/** Probability that a customer of M/M/c has to wait, at `offered` = lambda E[S] erlang (Erlang's C), by Erlang B's recursion. */
export function erlangC(servers: number, offered: number): number {
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (offered * blocking) / (k + offered * blocking);
  const utilisation = offered / servers;
  return blocking / (1 - utilisation * (1 - blocking));
}

/** Mean wait in M/M/c. */
export function mmcMeanWait(lambda: number, meanService: number, servers: number): number {
  const offered = lambda * meanService;
  return (erlangC(servers, offered) * meanService) / (servers - offered);
}

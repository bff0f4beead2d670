/** What no order of service can change, and how long to run for a given width. M/G/1 in steady state. */
import { serviceMean, serviceSecondMoment, type ServiceLaw } from '../service-law.ts';

/**
 * Sum over classes of load times mean wait, for every order that is blind to sizes and never interrupts: rho V / (1 - rho) with V half
 * of the sum of lambda_k E[S_k^2] (Kleinrock, Naval Research Logistics Quarterly 12, 1965).
 */
export function conservedWait(lambda: readonly number[], service: readonly ServiceLaw[]): number {
  const load = lambda.reduce((sum, rate, index) => sum + rate * serviceMean(service[index]!), 0);
  const residual = lambda.reduce((sum, rate, index) => sum + (rate * serviceSecondMoment(service[index]!)) / 2, 0);
  return (load * residual) / (1 - load);
}

/** Mean unfinished work, whatever the order of service, interrupted or not: V / (1 - rho). */
export function meanUnfinishedWork(lambda: readonly number[], service: readonly ServiceLaw[]): number {
  const load = lambda.reduce((sum, rate, index) => sum + rate * serviceMean(service[index]!), 0);
  return conservedWait(lambda, service) / load;
}

/**
 * Standard deviation of the mean wait of n successive customers of M/M/1 in steady state, in mean services; waits close to each other
 * are alike, so it falls with 1 / (1 - rho)^2 (Daley, Journal of the Australian Mathematical Society 8, 1968).
 */
export function mm1MeanWaitDeviation(rho: number, customers: number): number {
  const idle = 1 - rho;
  return Math.sqrt((rho * (2 + rho * (5 + rho * (rho - 4)))) / customers) / (idle * idle);
}

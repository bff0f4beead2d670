/**
 * Queues at a port in closed form (Kleinrock, Queueing Systems I, 1975, chapters 3 and 5). `load` is rho, arrivals by service; results count
 * packets, or services. Poisson arrivals unless said otherwise.
 */

/** Waiting, without the one in service: rho^2 / (1 - rho) for exponential services. */
export function mm1Waiting(load: number): number {
  return (load * load) / (1 - load);
}

/** Waiting with packets of one size: half of M/M/1. */
export function md1Waiting(load: number): number {
  return (load * load) / (2 * (1 - load));
}

/** Waiting for any service, by the second moment over the square of the mean (Pollaczek and Khinchin). */
export function mg1Waiting(load: number, secondMoment: number): number {
  return (load * load * secondMoment) / (2 * (1 - load));
}

/** Share of arrivals that find M/M/1/K full; K counts the one in service: a port with room for B waiting has K = B + 1. */
export function mm1kLoss(load: number, places: number): number {
  if (load === 1) return 1 / (places + 1);
  let power = 1;
  for (let i = 0; i < places; i++) power *= load;
  return ((1 - load) * power) / (1 - power * load);
}

/** Share dropped when packets of one size come evenly and faster than they are served. */
export function overloadLoss(load: number): number {
  return Math.max(0, 1 - 1 / load);
}

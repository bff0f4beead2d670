/**
 * Closed forms of the preemptive token. Regulatory work interrupts ordinary work on every core at once, so levels 1 to 3 see
 * the machine as if level 4 did not exist; level 4 has all cores exactly while no other job is in the system. With exponential sizes
 * of one mean that is the empty state of M/M/m, whatever the order among levels 1 to 3.
 */

/** Probability that nobody is in M/M/m at a load of `load` a core (Kleinrock, Queueing Systems I, 3.4), below 1. */
export function emptyShare(cores: number, load: number): number {
  const offered = cores * load;
  let term = 1;
  let sum = 0;
  for (let k = 0; k < cores; k++) {
    sum += term;
    term *= offered / (k + 1);
  }
  return 1 / (sum + term / (1 - load));
}

/** Share of the machine that serves anybody when level 4 always has work, under the preemptive token; `upper` is the load of levels 1 to 3. */
export const tokenCarries = (cores: number, upper: number): number => upper + emptyShare(cores, upper);

/** Largest load that the preemptive token carries without a growing backlog, if levels 1 to 3 are `upperShare` of it. */
export function tokenLimit(cores: number, upperShare: number): number {
  let low = 0;
  let high = 1;
  // What level 4 gets falls with the load, what it asks for grows.
  for (let step = 0; step < 50; step++) {
    const load = (low + high) / 2;
    if (emptyShare(cores, load * upperShare) > load * (1 - upperShare)) low = load;
    else high = load;
  }
  return (low + high) / 2;
}

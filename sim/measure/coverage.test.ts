/**
 * Do the intervals keep their word? M/M/1 on the kernel, 1000 repeats each: a nominal 95 % interval has to cover the exact value
 * in at least 93 % of them. Seeds are fixed, so the verdict never wavers.
 */
import { describe, expect, it } from 'vitest';
import { exponential } from '../distributions.ts';
import { mg1MeanWait } from '../os/closed-forms.ts';
import { OpenQueue } from '../os/open-queue.ts';
import { Streams } from '../random.ts';
import { Simulation } from '../simulation.ts';
import { batchMeans, pairedRatioInterval, quantileInterval, sequentialStopping, tInterval, welchInterval } from './index.ts';

const REPEATS = 1000;
const SERVICE = [{ law: 'exp', mean: 1 }] as const;
const TRUTH = (rho: number): number => mg1MeanWait([rho], SERVICE);

/** Waits of measured customers of one replication on the kernel, in order of departure. */
function kernelWaits(seed: string, replication: number, rho: number, customers: number, warmUp: number): Float64Array {
  const sim = new Simulation({ seed, replication });
  const values = new Float64Array(customers);
  let index = 0;
  const queue = new OpenQueue(sim, { servers: [1], lambda: [rho], service: SERVICE, nsPerUnit: 1e9, customers, warmUp, onMeasured: (_class, _customer, waitNs) => (values[index++] = waitNs / 1e9) });
  sim.run();
  expect(queue.totals[0]!.count).toBe(customers);
  return values;
}

/** The same by Lindley's recursion W' = max(0, W + S - A): many times faster, for the tests of intervals over single waits. */
function waits(seed: string, replication: number, rho: number, customers: number, warmUp: number): Float64Array {
  const streams = new Streams(seed, replication);
  const arrivals = streams.stream('class/0/arrivals');
  const services = streams.stream('class/0/station/0/service');
  const values = new Float64Array(customers);
  let wait = 0;
  exponential(arrivals, 1 / rho);
  for (let customer = 0; customer < warmUp + customers; customer++) {
    if (customer >= warmUp) values[customer - warmUp] = wait;
    wait = Math.max(0, wait + exponential(services, 1) - exponential(arrivals, 1 / rho));
  }
  return values;
}

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

/** Share of repeats whose interval encloses the truth. */
function coverage(truth: number, interval: (repeat: number) => { readonly low: number; readonly high: number }): number {
  let covered = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const { low, high } = interval(repeat);
    if (low <= truth && truth <= high) covered += 1;
  }
  return covered / REPEATS;
}

it('kernel and recursion tell the same story, customer by customer', () => {
  const kernel = kernelWaits('same', 3, 0.8, 500, 50);
  const recursion = waits('same', 3, 0.8, 500, 50);
  kernel.forEach((value, index) => expect(Math.abs(value - recursion[index]!)).toBeLessThan(1e-6));
});

describe('empirical coverage on M/M/1 at nominal 95 %', () => {
  it('t interval over 10 replications', () => {
    const share = coverage(TRUTH(0.5), (repeat) => tInterval(Array.from({ length: 10 }, (_, replication) => meanOf(kernelWaits(`t/${repeat}`, replication, 0.5, 300, 60)))));
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.98);
  });

  it('batch means of one run (a stretch of customers as unit, lag-1 test passed)', () => {
    let valid = 0;
    const share = coverage(TRUTH(0.5), (repeat) => {
      const result = batchMeans(waits(`batch/${repeat}`, 0, 0.5, 6000, 200));
      if (result.valid) valid += 1;
      return result;
    });
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(valid / REPEATS).toBeGreaterThan(0.8);
  });

  it('sequential stopping at 10 % precision', () => {
    const share = coverage(TRUTH(0.5), (repeat) => sequentialStopping((replication) => meanOf(waits(`sequential/${repeat}`, replication, 0.5, 400, 100)), { gamma: 0.1 }));
    expect(share).toBeGreaterThanOrEqual(0.93);
  });

  it('A against A under other seeds: no more alarms than stated, by Welch and by the relative effect; a planted effect is found', () => {
    const replications = (seed: string): number[] => Array.from({ length: 10 }, (_, replication) => meanOf(waits(seed, replication, 0.5, 300, 60)));
    const pairs = Array.from({ length: REPEATS }, (_, repeat) => ({ a: replications(`A/${repeat}`), b: replications(`B/${repeat}`) }));
    expect(coverage(0, (repeat) => welchInterval(pairs[repeat]!.a, pairs[repeat]!.b))).toBeGreaterThanOrEqual(0.935);
    expect(coverage(0, (repeat) => pairedRatioInterval(pairs[repeat]!.a, pairs[repeat]!.b))).toBeGreaterThanOrEqual(0.935);
    expect(coverage(0, (repeat) => pairedRatioInterval(pairs[repeat]!.a.map((value) => 2 * value), pairs[repeat]!.b))).toBeLessThan(0.05);
  });

  it('an interval over raw, correlated waits does not: the reason for all of the above', () => {
    const share = coverage(TRUTH(0.5), (repeat) => tInterval(waits(`raw/${repeat}`, 0, 0.5, 2000, 100)));
    expect(share).toBeLessThan(0.75);
  });

  it('quantile interval on independent values', () => {
    const stream = new Streams('coverage').stream('quantiles');
    const share = coverage(-Math.log(0.1), () => quantileInterval(Float64Array.from({ length: 200 }, () => exponential(stream, 1)).sort((a, b) => a - b), 0.9)!);
    expect(share).toBeGreaterThanOrEqual(0.935);
  });
});

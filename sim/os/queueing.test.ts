import { describe, expect, it } from 'vitest';
import { tInterval } from '../measure/index.ts';
import { Simulation } from '../simulation.ts';
import { erlangC, load, mg1MeanWait, mixedScv, mmcMeanWait, relaxationCustomers } from './closed-forms.ts';
import { OpenQueue, warmUpCustomers } from './open-queue.ts';
import { ARRIVAL_ORDER, QueueingStation } from './queueing-station.ts';
import { type ServiceLaw, serviceMean, serviceSecondMoment } from './service-law.ts';
import { FcfsRoom } from './waiting-room.ts';

const EXP: ServiceLaw = { law: 'exp', mean: 1 };

/** Runs arrivals (time, service) through a station; returns [tag, start, departure] in order of departure. */
function trace(servers: number, arrivals: readonly (readonly [atNs: number, serviceNs: number])[]): number[][] {
  const sim = new Simulation({ seed: 'station' });
  const left: number[][] = [];
  const station = new QueueingStation(sim, { name: 'desk', servers, onDeparture: (_class, tag, _arrivalNs, startNs) => left.push([tag, startNs, sim.now]) });
  arrivals.forEach(([atNs, serviceNs], tag) => sim.after(atNs, () => station.arrive(0, serviceNs, tag), ARRIVAL_ORDER));
  sim.run();
  expect(station.inSystem.integral(sim.now)).toBe(station.sojournNs());
  return left;
}

describe('a station', () => {
  it('serves in order of arrival, one at a time', () => {
    expect(trace(1, [[0, 10], [1, 5], [2, 1], [30, 2]])).toEqual([[0, 0, 10], [1, 10, 15], [2, 15, 16], [3, 30, 32]]);
  });

  it('with two servers lets a short job overtake in service, never in the queue', () => {
    expect(trace(2, [[0, 100], [0, 10], [1, 5], [2, 5]])).toEqual([[1, 0, 10], [2, 10, 15], [3, 15, 20], [0, 0, 100]]);
  });

  it('frees the server before the next customer of the same instant comes', () => {
    expect(trace(1, [[0, 10], [10, 3]])).toEqual([[0, 0, 10], [1, 10, 13]]);
  });

  it('grows without losing anybody', () => {
    const left = trace(1, Array.from({ length: 1000 }, () => [0, 1] as const));
    expect(left.map(([tag]) => tag)).toEqual(Array.from({ length: 1000 }, (_, tag) => tag));
  });

  it('waiting room keeps order across growth and wrap-around', () => {
    const room = new FcfsRoom();
    const out: number[] = [];
    let next = 0;
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 7; i++) room.push(next++);
      for (let i = 0; i < 5; i++) out.push(room.pop());
    }
    while (room.size > 0) out.push(room.pop());
    expect(out).toEqual(Array.from({ length: 350 }, (_, index) => index));
  });
});

describe('closed forms', () => {
  it('Erlang C at published points', () => {
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 14);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 14); // 2 rho^2 / (1 + rho)
    expect(erlangC(10, 8)).toBeCloseTo(0.40918, 5);
    expect(mmcMeanWait(0.8, 1, 1)).toBeCloseTo(mg1MeanWait([0.8], [EXP]), 12);
  });

  it('Pollaczek-Khinchine: deterministic service waits half as long as exponential', () => {
    expect(mg1MeanWait([0.8], [EXP])).toBeCloseTo(4, 12);
    expect(mg1MeanWait([0.8], [{ law: 'det', value: 1 }])).toBeCloseTo(2, 12);
    expect(mg1MeanWait([0.4], [{ law: 'hyper-exp', mean: 2, scv: 1 }])).toBeCloseTo(8, 12);
    expect(mg1MeanWait([0.4, 0.4], [EXP, EXP])).toBeCloseTo(4, 12);
  });

  it('loads, moments and relaxation', () => {
    expect(load([1, 2], [EXP, { law: 'det', value: 0.5 }], 4)).toBeCloseTo(0.5, 14);
    expect(mixedScv([1], [EXP])).toBeCloseTo(1, 14);
    expect(mixedScv([1, 1], [{ law: 'det', value: 1 }, { law: 'det', value: 1 }])).toBeCloseTo(0, 14);
    expect(serviceSecondMoment({ law: 'hyper-exp', mean: 3, scv: 4 })).toBeCloseTo(45, 12);
    expect(serviceMean({ law: 'bounded-pareto', min: 1, max: 100, alpha: 1.5 })).toBeCloseTo(2.7027, 4);
    expect(relaxationCustomers([0.9], [EXP], 1)).toBeGreaterThan(0.9 / (1 - Math.sqrt(0.9)) ** 2);
    expect(warmUpCustomers([0.5], [EXP], 1, 100_000)).toEqual({ warmUp: 20_000, enough: true });
    expect(warmUpCustomers([0.999], [EXP], 1, 1000)).toEqual({ warmUp: 4000, enough: false });
  });
});

describe('an open queue', () => {
  const run = (seed: string, options: Partial<ConstructorParameters<typeof OpenQueue>[1]> = {}): { sim: Simulation; queue: OpenQueue } => {
    const sim = new Simulation({ seed });
    const queue = new OpenQueue(sim, { servers: [1], lambda: [0.7], service: [EXP], nsPerUnit: 1e9, customers: 2000, warmUp: 300, ...options });
    sim.run();
    return { sim, queue };
  };

  it('measures exactly the customers it promises, and everybody leaves', () => {
    const { sim, queue } = run('count', { servers: [3, 1], lambda: [0.4, 0.3], service: [EXP, { law: 'det', value: 1 }] });
    expect(queue.totals.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
    expect([sim.pendingCount, ...queue.stations.map((station) => station.inSystem.value)]).toEqual([0, 0, 0]);
    for (const { waitNs, responseNs } of queue.totals) expect(responseNs).toBeGreaterThan(waitNs);
  });

  it('same seed, same run; the observer of customers disturbs nothing', () => {
    let seen = 0;
    const silent = run('same');
    const watched = run('same', { onMeasured: () => (seen += 1) });
    expect(watched.sim.fingerprint()).toBe(silent.sim.fingerprint());
    expect(seen).toBe(2000);
    expect(run('other').sim.fingerprint()).not.toBe(silent.sim.fingerprint());
  });

  it('common random numbers: another station down the line does not move the first', () => {
    const alone = run('crn', { warmUp: 0 });
    const chained = run('crn', { warmUp: 0, servers: [1, 1] });
    expect(chained.queue.totals[0]!.waitNs).toBeGreaterThan(alone.queue.totals[0]!.waitNs);
    const scaled = run('crn', { warmUp: 0, nsPerUnit: 2e9 });
    // twice the unit, twice the waits, up to rounding to a nanosecond each
    expect(Math.abs(scaled.queue.totals[0]!.waitNs / alone.queue.totals[0]!.waitNs - 2)).toBeLessThan(1e-6);
  });

  it('hits Pollaczek-Khinchine, Erlang C and Burke inside its own 99.9 % interval', () => {
    const hyper: ServiceLaw = { law: 'hyper-exp', mean: 1, scv: 4 };
    const cases = [
      { servers: [1], lambda: [0.7], service: [EXP], truth: mg1MeanWait([0.7], [EXP]) },
      { servers: [1], lambda: [0.7], service: [{ law: 'det', value: 1 } as ServiceLaw], truth: mg1MeanWait([0.7], [{ law: 'det', value: 1 }]) },
      { servers: [1], lambda: [0.6], service: [hyper], truth: mg1MeanWait([0.6], [hyper]) },
      { servers: [4], lambda: [2.8], service: [EXP], truth: mmcMeanWait(2.8, 1, 4) },
      { servers: [1, 1], lambda: [0.6], service: [EXP], truth: 2 * mg1MeanWait([0.6], [EXP]) },
    ];
    for (const { servers, lambda, service, truth } of cases) {
      const means = Array.from({ length: 12 }, (_, replication) => {
        const sim = new Simulation({ seed: 'closed-forms', replication });
        const queue = new OpenQueue(sim, { servers, lambda, service, nsPerUnit: 1e9, customers: 10_000, warmUp: 2000 });
        sim.run();
        return queue.totals[0]!.waitNs / queue.totals[0]!.count / 1e9;
      });
      const { low, high, halfWidth } = tInterval(means, 0.999);
      expect([low < truth, truth < high, halfWidth / truth < 0.25], `${servers} ${lambda} ${low} ${truth} ${high}`).toEqual([true, true, true]);
    }
  });
});

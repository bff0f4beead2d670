/** The simulation's public contract: order, time, cancel, limits, fingerprint, errors. */
import { describe, expect, it } from 'vitest';
import { SimulationError } from './invariant.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';
import { MAX_TIME_NS } from './time.ts';

function simulation(options: Partial<SimulationOptions> = {}): Simulation {
  return new Simulation({ seed: '1', ...options });
}

describe.each(['ladder', 'heap'] as const)('simulation on the %s', (queue) => {
  it('runs by time, then class, then insertion', () => {
    const sim = simulation({ queue });
    const ran: string[] = [];
    const code = sim.register('say', (target) => ran.push(`${sim.now}:${target}`));
    sim.schedule(5, code, 1);
    sim.schedule(5, code, 2, 0, 0, 3);
    sim.schedule(5, code, 3);
    sim.schedule(5, code, 4, 0, 0, 1);
    sim.schedule(2, code, 5);
    sim.run();
    expect(ran).toEqual(['2:5', '5:1', '5:3', '5:4', '5:2']);
  });

  it('cancels once, and never an event that took the same slot later', () => {
    const sim = simulation({ queue });
    const ran: number[] = [];
    const code = sim.register('say', (target) => ran.push(target));
    const first = sim.schedule(1, code, 1);
    expect(sim.cancel(first)).toBe(true);
    expect(sim.cancel(first)).toBe(false);
    sim.run();
    sim.schedule(1, code, 2);
    expect(sim.cancel(first)).toBe(false);
    sim.run();
    expect(ran).toEqual([2]);
    for (const nonsense of [0, -1, NaN, Infinity, 1.5]) expect(sim.cancel(nonsense)).toBe(false);
  });

  it('runs until an instant, inclusive, and leaves the clock there', () => {
    const sim = simulation({ queue });
    const ran: number[] = [];
    for (const timeNs of [1, 10, 11]) sim.after(timeNs, () => ran.push(timeNs));
    expect(sim.run({ untilNs: 10 })).toBe(2);
    expect(sim.now).toBe(10);
    sim.after(0, () => ran.push(0));
    expect(sim.step()).toBe(true);
    sim.run();
    expect(ran).toEqual([1, 10, 0, 11]);
    expect(sim.step()).toBe(false);
  });
});

describe('simulation', () => {
  it('refuses the past, fractions, overflow, foreign codes and payloads that would be cut off', () => {
    const sim = simulation({ scenario: 'demo', replay: 'ledgerlab run demo --seed 1' });
    const code = sim.register('say', () => {});
    sim.run({ untilNs: 7 });
    for (const wrong of [
      () => sim.schedule(-1, code), () => sim.schedule(0.5, code), () => sim.schedule(NaN, code), () => sim.schedule(MAX_TIME_NS, code),
      () => sim.scheduleAt(6, code), () => sim.after(-1, () => {}), () => sim.schedule(1, 9), () => sim.schedule(1, code, 2 ** 31),
      () => sim.schedule(1, code, 0, 0.5), () => sim.schedule(1, code, 0, 0, 0, 16), () => sim.run({ untilNs: 6 }),
    ]) expect(wrong).toThrow(SimulationError);
    expect(sim.pendingCount).toBe(0);
    expect(() => sim.schedule(-3, code)).toThrow('schedule: delay -3 ns at t=7 ns; required: an integer instant from now to 9007199254740991 ns [at t=7 ns, event 0; scenario demo, seed 1, replication 0; replay: ledgerlab run demo --seed 1]');
    expect(() => sim.schedule(MAX_TIME_NS - 7, code)).not.toThrow();
  });

  it('stays consistent when a handler throws', () => {
    const sim = simulation();
    const ran: number[] = [];
    sim.after(1, () => ran.push(1));
    sim.after(1, () => { throw new Error('broken model'); });
    sim.after(2, () => ran.push(2));
    expect(() => sim.run()).toThrow('broken model');
    expect([sim.now, sim.eventCount, sim.pendingCount]).toEqual([1, 2, 1]);
    sim.run();
    expect(ran).toEqual([1, 2]);
  });

  it('stops a loop of zero delays', () => {
    const sim = simulation({ maxEventsPerInstant: 100 });
    const code = sim.register('spin', () => { sim.schedule(0, code); });
    sim.schedule(1, code);
    expect(() => sim.run()).toThrow('more than 100 events at one instant');
  });

  it('stop leaves run after the current event', () => {
    const sim = simulation();
    const code = sim.register('say', (target) => { if (target === 2) sim.stop(); });
    for (const target of [1, 2, 3]) sim.schedule(target, code, target);
    expect(sim.run()).toBe(2);
    expect(sim.run()).toBe(1);
  });
});

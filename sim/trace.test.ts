/** The fingerprint sees everything, disturbs nothing, and two runs that differ are located. */
import { describe, expect, it } from 'vitest';
import { Simulation, type SimulationOptions } from './simulation.ts';
import { BLOCK_EVENTS, firstDifference, locateDifference } from './trace.ts';

/** A chain of events; in `odd`, the event of that number carries another argument. */
function chain(events: number, options: Partial<SimulationOptions> = {}, odd = -1): Simulation {
  const sim = new Simulation({ seed: '1', ...options });
  const tick = sim.register('tick', (target) => {
    if (target + 1 < events) sim.schedule(7, tick, target + 1, target + 1 === odd ? 1 : 0);
  });
  sim.schedule(1, tick);
  sim.run();
  return sim;
}

describe('fingerprint', () => {
  it('is the same for the same run, whichever queue, whole or step by step', () => {
    const whole = chain(1000);
    const stepped = new Simulation({ seed: '1', queue: 'heap' });
    const tick = stepped.register('tick', (target) => {
      if (target < 999) stepped.schedule(7, tick, target + 1);
    });
    stepped.schedule(1, tick);
    while (stepped.step());
    expect(whole.fingerprint()).toMatch(/^[0-9a-f]{32}$/);
    expect(stepped.fingerprint()).toBe(whole.fingerprint());
    expect(chain(1001).fingerprint()).not.toBe(whole.fingerprint());
  });

  it('is pinned: a change here changes every result tree', () => {
    expect(chain(1000).fingerprint()).toMatchInlineSnapshot(`"a352dba4c3ae2f74e69272612abb6364"`);
  });

  it('covers notes by value and place, -0 and 0 alike', () => {
    const noted = (...values: number[]): string => {
      const sim = new Simulation({ seed: '1' });
      for (const value of values) sim.note(value);
      return sim.fingerprint();
    };
    const prints = [noted(), noted(0), noted(1), noted(1, 2), noted(2, 1), noted(0.1), noted(NaN), noted(Infinity)];
    expect(new Set(prints).size).toBe(prints.length);
    expect(noted(-0)).toBe(noted(0));
  });

  it('changes in about half of its bits for a change of one bit', () => {
    const bits = (text: string): number => [...text].reduce((sum, digit) => sum + parseInt(digit, 16).toString(2).replaceAll('0', '').length, 0);
    const xor = (a: string, b: string): string => [...a].map((digit, index) => (parseInt(digit, 16) ^ parseInt(b[index]!, 16)).toString(16)).join('');
    const base = chain(1000).fingerprint();
    const changed = Array.from({ length: 50 }, (_, index) => bits(xor(base, chain(1000, {}, 999 - index).fingerprint())));
    const mean = changed.reduce((a, b) => a + b) / changed.length;
    expect(mean).toBeGreaterThan(58);
    expect(mean).toBeLessThan(70);
    expect(Math.min(...changed)).toBeGreaterThan(30);
  });
});

describe('locating a difference', () => {
  it('names the first block and then the event', () => {
    const events = 2 * BLOCK_EVENTS + 100;
    const odd = BLOCK_EVENTS + 12_345;
    const difference = locateDifference(
      (traceBlock) => chain(events, traceBlock === undefined ? {} : { traceBlock }),
      (traceBlock) => chain(events, traceBlock === undefined ? {} : { traceBlock }, odd),
    );
    expect(difference).toMatchObject({ block: 1, a: { event: odd, name: 'tick', target: odd, a: 0 }, b: { event: odd, a: 1 } });
  });

  it('equal runs have no difference; a longer run differs from its beginning', () => {
    const blocks = chain(BLOCK_EVENTS).blockDigests();
    expect(blocks).toHaveLength(1);
    expect(firstDifference(blocks, chain(BLOCK_EVENTS).blockDigests())).toBeUndefined();
    const longer = chain(BLOCK_EVENTS + 1).blockDigests();
    expect(longer).toHaveLength(2);
    expect(longer[0]).toBe(blocks[0]);
    expect(firstDifference(blocks, longer)).toBe(1);
  });
});

describe('tie-shuffle', () => {
  const order = (tieShuffle?: string): string => {
    const sim = new Simulation({ seed: '1', ...(tieShuffle === undefined ? {} : { tieShuffle }) });
    const ran: number[] = [];
    const say = sim.register('say', (target) => ran.push(target));
    for (let target = 0; target < 12; target++) sim.schedule(target < 6 ? 5 : 9, say, target, 0, 0, target % 6 < 3 ? 0 : 1);
    sim.run();
    return ran.join();
  };

  it('changes only the order of equal time and class, and repeats', () => {
    const orders = new Set(Array.from({ length: 20 }, (_, seed) => order(String(seed))));
    expect(orders.size).toBeGreaterThan(10);
    expect(order('7')).toBe(order('7'));
    for (const each of orders) {
      const groups = each.split(',').map((target) => Math.floor(Number(target) / 3));
      expect(groups).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
    }
    expect(order()).toBe('0,1,2,3,4,5,6,7,8,9,10,11');
  });
});

/** The ladder against the reference heap, and the heap against a plain sort: same order, whatever is thrown at them. */
import { describe, expect, it } from 'vitest';
import { Streams } from './random.ts';
import { Simulation } from './simulation.ts';
import { MAX_TIME_NS } from './time.ts';

/** Delay scales of the fuzz: a few ns to 1000 s, and far beyond; 0 gives zero delays. */
const SCALES_NS = [0, 1, 2, 30, 1_000, 50_000, 1e6, 3e8, 1e9, 1e12, 1e14];

interface Fuzz {
  readonly steps: number;
  readonly seed: string;
}

/** A run full of ties, classes, bursts, cancels, limits and drains to empty, all decided by one stream. */
function fuzz(queue: 'ladder' | 'heap', { steps, seed }: Fuzz): { order: number[]; sim: Simulation } {
  const sim = new Simulation({ seed, queue });
  const draws = new Streams(seed).stream('fuzz');
  const order: number[] = [];
  const handles: number[] = [];
  let serial = 0;
  const say = sim.register('say', (target) => {
    order.push(target);
    // On average less than one follower an event, or the run would never end.
    if (draws.below(2) === 0) add(delay(), draws.below(8) === 0 ? draws.below(16) : 0);
    if (draws.below(4) === 0) cancelSome(3);
  });
  const delay = (): number => {
    const scale = SCALES_NS[draws.below(SCALES_NS.length)]!;
    const delayNs = scale === 0 ? 0 : draws.below(scale) + draws.below(2);
    return sim.now + delayNs > MAX_TIME_NS ? 0 : delayNs;
  };
  const add = (delayNs: number, tieClass: number): void => {
    handles.push(sim.schedule(delayNs, say, serial++, 0, 0, tieClass));
  };
  const cancelSome = (most: number): void => {
    for (let left = draws.below(most); left > 0 && handles.length > 0; left--) sim.cancel(handles[draws.below(handles.length)]!);
  };
  const act = (): void => {
    const kind = draws.below(12);
    if (kind < 7) add(delay(), 0);
    else if (kind === 7) add(delay(), draws.below(16));
    else if (kind === 8) {
      // A burst of ties, some with classes, often long enough for a tie bucket of its own.
      const delayNs = delay();
      for (let left = draws.below(150); left > 0; left--) add(delayNs, draws.below(5) === 0 ? draws.below(4) : 0);
    } else if (kind === 9) {
      const scale = SCALES_NS[draws.below(SCALES_NS.length)]! + 1;
      for (let left = draws.below(300); left > 0; left--) if (sim.now + scale <= MAX_TIME_NS) add(draws.below(scale), 0);
    } else cancelSome(120);
  };
  for (let step = 0; step < steps; step++) {
    act();
    const kind = draws.below(20);
    if (kind === 0) sim.run();
    else if (kind < 4) sim.run({ untilNs: Math.min(MAX_TIME_NS, sim.now + delay()) });
    else sim.run({ maxEvents: draws.below(60) });
    if (draws.below(50) === 0) handles.length = 0;
  }
  sim.run();
  return { order, sim };
}

describe('ladder queue', () => {
  it.each(Array.from({ length: 24 }, (_, index) => `fuzz ${index}`))('pops in the order of the reference heap: %s', (seed) => {
    const ladder = fuzz('ladder', { steps: 300, seed });
    const heap = fuzz('heap', { steps: 300, seed });
    expect(ladder.order.length).toBeGreaterThan(1000);
    expect(ladder.order).toEqual(heap.order);
    expect(ladder.sim.fingerprint()).toBe(heap.sim.fingerprint());
    expect(ladder.sim.pendingCount).toBe(0);
  });

  it.each(['ladder', 'heap'] as const)('%s: agrees with a plain sort by time, class, insertion', (queue) => {
    const draws = new Streams('sort').stream('times');
    const sim = new Simulation({ seed: '1', queue });
    const order: number[] = [];
    const say = sim.register('say', (target) => order.push(target));
    const events = Array.from({ length: 20_000 }, (_, serial) => ({ serial, timeNs: draws.below([50, 1e6, 1e15][serial % 3]!), tieClass: draws.below(3) }));
    for (const { serial, timeNs, tieClass } of events) sim.scheduleAt(timeNs, say, serial, 0, 0, tieClass);
    sim.run();
    const sorted = [...events].sort((x, y) => x.timeNs - y.timeNs || x.tieClass - y.tieClass || x.serial - y.serial);
    expect(order).toEqual(sorted.map(({ serial }) => serial));
  });

  it.each(['ladder', 'heap'] as const)('%s: reaches the last instant of time', (queue) => {
    const sim = new Simulation({ seed: '1', queue });
    const order: number[] = [];
    const say = sim.register('say', (target) => order.push(target));
    for (let back = 200; back >= 0; back--) {
      sim.scheduleAt(MAX_TIME_NS - back, say, back);
      sim.scheduleAt(back * back, say, 1000 + back);
    }
    sim.run();
    expect(order).toEqual([...Array.from({ length: 201 }, (_, i) => 1000 + i), ...Array.from({ length: 201 }, (_, i) => 200 - i)]);
    expect(sim.now).toBe(MAX_TIME_NS);
  });

  it.each(['ladder', 'heap'] as const)('%s: keeps a storm of 100 000 ties in order, zero-delay ones too', (queue) => {
    const sim = new Simulation({ seed: '1', queue });
    let expected = 0;
    let wrong = 0;
    const say = sim.register('say', (target) => {
      if (target !== expected++) wrong++;
    });
    let serial = 0;
    const burst = sim.register('burst', () => {
      for (let left = 50_000; left > 0; left--) sim.schedule(0, say, serial++);
    });
    for (; serial < 100_000; ) sim.schedule(7, say, serial++);
    sim.schedule(7, burst);
    sim.schedule(9, burst);
    sim.schedule(1e12, burst);
    sim.run();
    expect({ expected, wrong }).toEqual({ expected: 250_000, wrong: 0 });
  });

  it.each(['ladder', 'heap'] as const)('%s: forgets cancelled timers of the far future', (queue) => {
    const sim = new Simulation({ seed: '1', queue });
    const timeout = sim.register('timeout', () => {});
    let left = 200_000;
    const tick = sim.register('tick', () => {
      if (left-- > 0) sim.schedule(10, tick);
      sim.cancel(sim.schedule(1e9 + left, timeout));
    });
    sim.schedule(0, tick);
    let recordsMax = 0;
    while (sim.run({ maxEvents: 1000 }) > 0) recordsMax = Math.max(recordsMax, sim.recordCount);
    expect(recordsMax).toBeLessThan(3000);
  });
});

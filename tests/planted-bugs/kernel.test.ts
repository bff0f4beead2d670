/** Each planted kernel bug is caught by its named check; the sound kernel passes every check. */
import { describe, expect, it } from 'vitest';
import * as sound from '../../sim/simulation.ts';
import { KERNEL_BUGS } from './kernel.ts';
import { loadMutant } from './load-mutant.ts';

type Kernel = typeof sound;

/** Small repeatable integers, independent of the kernel under test. */
function lcg(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Each returns what is wrong, or undefined. */
const CHECKS: Readonly<Record<string, (kernel: Kernel) => string | undefined>> = {
  order: ({ Simulation }) => {
    for (const queue of ['ladder', 'heap'] as const) {
      const draw = lcg(1);
      const sim = new Simulation({ seed: '1', queue });
      let last = { timeNs: -1, tieClass: 0, serial: 0 };
      let wrong: string | undefined;
      let serial = 0;
      // a = serial number of the insertion, b = class
      const say = sim.register('say', (_target, a, b) => {
        const now = { timeNs: sim.now, tieClass: b, serial: a };
        const isLater = now.timeNs > last.timeNs || (now.timeNs === last.timeNs && (b > last.tieClass || (b === last.tieClass && a > last.serial)));
        // An event inserted at this instant may be of a lower class than the one that inserted it.
        if (!isLater && b >= last.tieClass) wrong ??= `${queue}: insertion ${a} class ${b} at ${sim.now} after insertion ${last.serial} class ${last.tieClass} at ${last.timeNs}`;
        last = now;
        if (draw(3) === 0 && serial < 40_000) add(draw(60));
      });
      const add = (delayNs: number): void => {
        const tieClass = draw(10) === 0 ? draw(3) : 0;
        sim.schedule(delayNs, say, 0, serial++, tieClass, tieClass);
      };
      // In bursts over several scales, so that buckets, runs of ties and latecomers all occur.
      for (let burst = 0; burst < 100; burst++) {
        const scale = [5, 300, 1_000_000][draw(3)]!;
        for (let left = 1 + draw(400); left > 0; left--) add(draw(scale));
        sim.run({ maxEvents: draw(500) });
      }
      sim.run();
      // Two classes at one instant, the higher inserted first, nothing inserted meanwhile: the lower must run first.
      const ran: number[] = [];
      for (const tieClass of [2, 0, 1]) sim.after(3, () => ran.push(tieClass), tieClass);
      sim.run();
      if (ran.join() !== '0,1,2') wrong ??= `${queue}: classes ran as ${ran.join()}`;
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  },

  'the past is closed': ({ Simulation }) => {
    const sim = new Simulation({ seed: '1' });
    sim.run({ untilNs: 100 });
    try {
      sim.scheduleAt(99, sim.register('late', () => {}));
    } catch {
      return undefined;
    }
    return 'scheduled an event at 99 ns when it was 100 ns';
  },

  cancel: ({ Simulation }) => {
    const sim = new Simulation({ seed: '1' });
    const ran: number[] = [];
    const say = sim.register('say', (target) => ran.push(target));
    const first = sim.schedule(1, say, 1);
    if (!sim.cancel(first)) return 'a pending event could not be cancelled';
    sim.run();
    sim.schedule(1, say, 2);
    if (sim.cancel(first)) return 'a spent handle cancelled another event';
    sim.run();
    return ran.join() === '2' ? undefined : `ran: ${ran.join()}`;
  },

  'nothing is lost': ({ Simulation }) => {
    const sim = new Simulation({ seed: '1' });
    const draw = lcg(2);
    let [scheduled, ran, sum] = [0, 0, 0];
    const say = sim.register('say', (target) => {
      ran++;
      sum += target;
    });
    const burst = sim.register('burst', () => {
      for (let left = 300; left > 0; left--) add(0);
    });
    const add = (delayNs: number): void => {
      sim.schedule(delayNs, say, ++scheduled);
    };
    for (let round = 0; round < 6; round++) {
      for (let left = 3000; left > 0; left--) add(draw(1_000_000));
      const doomed = Array.from({ length: 8000 }, () => sim.schedule(draw(2_000_000), say, 0));
      for (const handle of doomed) sim.cancel(handle);
      sim.schedule(500_000, burst);
      sim.run();
      // A drain that ends in a bucket of nothing but tombstones, then an event before the place where they stood.
      for (let left = 100; left > 0; left--) add(draw(1000));
      for (const handle of Array.from({ length: 60 }, () => sim.schedule(1_000_000 + draw(5000), say, 0))) sim.cancel(handle);
      sim.run();
      add(500_000);
      sim.run();
    }
    const expected = (scheduled * (scheduled + 1)) / 2;
    return ran === scheduled && sum === expected && sim.pendingCount === 0 ? undefined : `${scheduled} scheduled, ${ran} ran, ${sim.pendingCount} pending`;
  },

  fingerprint: ({ Simulation }) => {
    const print = (timeNs: number, payload: readonly number[], tieClass = 0): string => {
      const sim = new Simulation({ seed: '1' });
      sim.schedule(timeNs, sim.register('say', () => {}), payload[0], payload[1], payload[2], tieClass);
      sim.run();
      return sim.fingerprint();
    };
    const variants = [[5, [0, 0, 0]], [5 + 2 ** 32, [0, 0, 0]], [6, [0, 0, 0]], [5, [1, 0, 0]], [5, [0, 1, 0]], [5, [0, 0, 1]]] as const;
    const prints = [...variants.map(([timeNs, payload]) => print(timeNs, payload)), print(5, [0, 0, 0], 1)];
    return new Set(prints).size === prints.length ? undefined : `${prints.length} different events, ${new Set(prints).size} fingerprints`;
  },

  'streams are independent': ({ Simulation }) => {
    const alone = new Simulation({ seed: '1' }).stream('arrivals').uint32();
    const sim = new Simulation({ seed: '1' });
    sim.stream('service').uint32();
    return sim.stream('arrivals').uint32() === alone ? undefined : 'a second component shifted the draws of the first';
  },
};

describe('the sound kernel', () => {
  it.each(Object.keys(CHECKS))('passes: %s', (name) => {
    expect(CHECKS[name]!(sound)).toBeUndefined();
  });
});

describe('planted kernel bugs', () => {
  it.each(KERNEL_BUGS)('$id is caught by "$caughtBy"', async (bug) => {
    const mutant = await loadMutant<Kernel>(bug, 'sim/simulation.ts');
    const verdict = ((): string | undefined => {
      try {
        return CHECKS[bug.caughtBy]!(mutant);
      } catch (error) {
        return `stopped: ${String(error)}`;
      }
    })();
    expect(verdict, bug.what).toBeDefined();
  });

  it('a row whose text is gone fails instead of testing nothing', async () => {
    const stale = { ...KERNEL_BUGS[0]!, text: 'text that stands nowhere' };
    await expect(loadMutant(stale, 'sim/simulation.ts')).rejects.toThrow('occurs 0 times');
  });

  it('a row in a file that the entry does not load fails too', async () => {
    const elsewhere = { ...KERNEL_BUGS[0]!, file: 'sim/process.ts', text: 'export class RunningProcess', replacement: 'class RunningProcess' };
    await expect(loadMutant(elsewhere, 'sim/simulation.ts')).rejects.toThrow('does not load');
  });
});

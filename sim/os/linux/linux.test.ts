import { describe, expect, it } from 'vitest';
import { Simulation } from '../../simulation.ts';
import type { Probe } from '../cpu/probe.ts';
import { Processor, SLEEP } from '../cpu/processor.ts';
import { Cfs } from '../policies/cfs.ts';
import { Eevdf } from '../policies/eevdf.ts';
import { TaskTable } from '../tasks.ts';
import { LinuxClasses, type LinuxOptions } from './classes.ts';
import { IDLE, IDLE_WEIGHT, NICE_WEIGHTS, tunableFactor, virtualNs, weightOfNice } from './load-weight.ts';
import { runFromRandomPhase, type TaskSpec } from './task-spec.ts';

const MS = 1_000_000;
const FOREVER = 2 ** 50;

interface Thread {
  readonly priority?: number;
  readonly weight?: number;
  /** Absent: spins. */
  readonly runNs?: number;
  readonly sleepNs?: number;
  readonly startNs?: number;
}

interface Strip {
  readonly thread: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** Threads on one CPU without costs or timer slack; who ran when. */
function strips(options: Partial<LinuxOptions> & Pick<LinuxOptions, 'policy'>, threads: readonly Thread[], untilNs: number): Strip[] {
  const sim = new Simulation({ seed: 'linux' });
  const tasks = new TaskTable();
  const tickNs = options.tickNs ?? 4 * MS;
  const policy = new LinuxClasses(sim, tasks, { cpus: 1, tickNs, ...options });
  const found: Strip[] = [];
  const probe: Probe = {
    onStop: (_core, task, _cause, ranNs, nowNs) => {
      if (ranNs > 0) found.push({ thread: tasks.tag[task]!, fromNs: nowNs - ranNs, toNs: nowNs });
    },
  };
  const processor = new Processor(sim, tasks, {
    policies: policy, tickNs, probes: [probe],
    onBurstEnd: (task) => {
      const { runNs, sleepNs } = threads[tasks.tag[task]!]!;
      sim.after(sleepNs!, () => processor.wake(task, runNs!));
      return SLEEP;
    },
  });
  threads.forEach(({ priority = 0, weight = 1024, runNs = FOREVER, startNs = 0 }, index) => {
    sim.after(startNs, () => {
      const task = tasks.create(sim.now, 1, runNs);
      tasks.tag[task] = index;
      tasks.priority[task] = priority;
      tasks.weight[task] = weight;
      processor.start(task);
    });
  });
  sim.run({ untilNs });
  const task = processor.taskOn(0);
  const fromNs = found.at(-1)?.toNs ?? 0;
  if (task >= 0 && fromNs < untilNs) found.push({ thread: tasks.tag[task]!, fromNs, toNs: untilNs });
  return found;
}

const shareOf = (found: readonly Strip[], thread: number): number => {
  const total = found.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
  return found.filter((strip) => strip.thread === thread).reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0) / total;
};
const text = (found: readonly Strip[], letters = 'abcdefgh'): string => found.map(({ thread, fromNs, toNs }) => `${letters[thread]}${(toNs - fromNs) / MS}`).join(' ');

describe('load weights', () => {
  it('step by about 1.25 from 88761 to 15, 1024 at nice 0, 3 for idle tasks', () => {
    expect([weightOfNice(-20), weightOfNice(0), weightOfNice(5), weightOfNice(19), IDLE_WEIGHT]).toEqual([88761, 1024, 335, 15, 3]);
    for (let index = 1; index < NICE_WEIGHTS.length; index++) expect(Math.abs(NICE_WEIGHTS[index - 1]! / NICE_WEIGHTS[index]! - 1.25)).toBeLessThan(0.09);
    expect(virtualNs(1000, 1024)).toBe(1000);
    expect(virtualNs(1000, 335)).toBe(3056);
  });

  it('and slices grow with the machine: 1, 2, 3, 4 at 1, 2, 4, 8 CPUs, no further', () => {
    expect([1, 2, 3, 4, 7, 8, 64].map(tunableFactor)).toEqual([1, 2, 2, 3, 3, 4, 4]);
  });
});

describe('CFS', () => {
  it('ends turns at the tick: two equal tasks alternate each 4 ms though their slice is 3 ms', () => {
    expect(text(strips({ policy: 'cfs-6.1' }, [{}, {}], 20 * MS))).toBe('b4 a4 b4 a4 b4');
    expect(text(strips({ policy: 'cfs-6.1', tickNs: 1 * MS }, [{}, {}], 20 * MS))).toBe('b4 a4 b4 a4 b4');
    expect(text(strips({ policy: 'cfs-6.1', tickNs: 10 * MS }, [{}, {}], 40 * MS))).toBe('b10 a10 b10 a10');
  });

  it('lets a sleeper back in at once, half a latency behind, and nobody is interrupted for less than the wake-up granularity', () => {
    // b starts first, with a debit of half the slice that a alone had. It sleeps 10 ms, and its credit of 3 ms covers its 2 ms.
    expect(text(strips({ policy: 'cfs-6.1' }, [{}, { runNs: 2 * MS, sleepNs: 10 * MS }], 40 * MS))).toBe('b2 a10 b2 a10 b2 a10 b2 a2');
    // b, 3 ms ahead at first, may come back at once until it is less than 1 ms ahead. Then it waits for the tick.
    expect(text(strips({ policy: 'cfs-6.1' }, [{}, { runNs: 1 * MS, sleepNs: MS / 2 }], 12 * MS))).toMatch(/^(b1 a0.5 ){3}b1 a6.5/);
  });

  it('never interrupts a normal task for an idle one, and always an idle one for a normal one', () => {
    const found = strips({ policy: 'cfs-6.1' }, [{ priority: IDLE, weight: 3 }, { runNs: 1 * MS, sleepNs: 5 * MS, startNs: 1 * MS }], 30 * MS);
    expect(text(found)).toBe('a4 b1 a5 b1 a5 b1 a5 b1 a5 b1 a1');
    const other = strips({ policy: 'cfs-6.1' }, [{}, { priority: IDLE, weight: 3, runNs: 1 * MS, sleepNs: 5 * MS, startNs: 1 * MS }], 100 * MS);
    expect(other.filter(({ thread }) => thread === 1).every(({ fromNs }) => fromNs % (4 * MS) === 0)).toBe(true);
  });

  it('tends to equal shares between a hog and a task that sleeps half of the time; EEVDF to two thirds and one (patch series of 2023)', () => {
    const threads = [{}, { runNs: 1 * MS, sleepNs: 1 * MS + 7000 }];
    expect(shareOf(strips({ policy: 'cfs-6.1' }, threads, 4000 * MS), 1)).toBeGreaterThan(0.48);
    expect(shareOf(strips({ policy: 'eevdf-6.12' }, threads, 4000 * MS), 1)).toBeLessThan(0.36);
  });

  it('keeps min_vruntime from going back, and takes a task to a sibling with its distance from it', () => {
    const tasks = new TaskTable();
    const from = new Cfs(tasks);
    const to = new Cfs(tasks, {}, from);
    const [a, b] = [tasks.create(0, 1, FOREVER), tasks.create(0, 1, FOREVER)];
    for (const task of [a, b]) {
      tasks.weight[task] = 1024;
      from.enqueue(task, 0, 0);
    }
    // a started 6 ms ahead (a whole slice alone), b 3 ms. While b runs, a holds the queue back; taken away it does no longer.
    expect(from.pick(0, 0)).toBe(b);
    from.charge(b, 50 * MS, 50 * MS);
    from.tick(b, 50 * MS);
    expect(from.minVruntimeNs).toBe(6 * MS);
    from.remove(a, 50 * MS);
    expect(from.minVruntimeNs).toBe(53 * MS);
    to.enqueue(a, 2, 50 * MS);
    expect(to.vruntimeNs(a) - to.minVruntimeNs).toBe(0);
    from.put(b, 1, 50 * MS, 0);
    from.enqueue(b, 1, 90 * MS);
    expect(from.minVruntimeNs).toBe(53 * MS);
    expect(from.vruntimeNs(b)).toBe(53 * MS);
  });
});

describe('EEVDF', () => {
  it('runs two equal tasks in turns of a tick, the slice being shorter, and with a fine tick in turns of the slice, rounded up; a first one is half', () => {
    expect(text(strips({ policy: 'eevdf-6.12' }, [{}, {}], 20 * MS))).toBe('a4 b4 a4 b4 a4');
    expect(text(strips({ policy: 'eevdf-6.12', tickNs: MS / 4 }, [{}, {}], 6 * MS))).toMatch(/^a0.5 b0.5( a0.75 b0.75){3}/);
  });

  it('keeps the sum of lags at zero and each within two turns of a tick', () => {
    const tasks = new TaskTable();
    const queue = new Eevdf(tasks);
    const weights = [1024, 335, 3121, 15];
    const slots = weights.map((weight) => {
      const task = tasks.create(0, 1, FOREVER);
      tasks.weight[task] = weight;
      queue.enqueue(task, 0, 0);
      return task;
    });
    for (let now = 0; now < 400 * MS; now += 4 * MS) {
      const task = queue.pick(0, now);
      queue.charge(task, 4 * MS, now + 4 * MS);
      queue.tick(task, now + 4 * MS);
      const lags = slots.map((slot) => queue.lagOf(slot));
      // V is rounded down to whole ns.
      expect(Math.abs(lags.reduce((sum, lag) => sum + lag, 0))).toBeLessThan(10);
      for (const lag of lags) expect(Math.abs(lag)).toBeLessThan(2 * 4 * MS);
      queue.put(task, 0, now + 4 * MS, 0);
    }
  });

  it('agrees with a search through all tasks: the earliest deadline among those not ahead of V', () => {
    const stream = new Simulation({ seed: 'search' }).stream('steps');
    const tasks = new TaskTable();
    const queue = new Eevdf(tasks, { sliceNsOf: (task) => (task % 3 === 0 ? 3 * MS : undefined) });
    const inside = queue as unknown as Record<'vruntime' | 'deadline' | 'load', { values: Float64Array }>;
    const here = new Set<number>();
    let now = 0;
    for (let step = 0; step < 3000; step++) {
      now += 1000;
      if (here.size < 2 || (here.size < 40 && stream.below(3) === 0)) {
        const task = tasks.create(now, 1, FOREVER);
        tasks.weight[task] = NICE_WEIGHTS[stream.below(40)]!;
        queue.enqueue(task, 0, now);
        here.add(task);
      }
      const list = [...here];
      const [v, d, w] = [inside.vruntime.values, inside.deadline.values, inside.load.values];
      const average = list.reduce((sum, task) => sum + BigInt(v[task]!) * BigInt(w[task]!), 0n);
      const total = list.reduce((sum, task) => sum + BigInt(w[task]!), 0n);
      const eligible = list.filter((task) => BigInt(v[task]!) * total <= average);
      const best = Math.min(...eligible.map((task) => d[task]!));
      const task = queue.pick(1 + (step % 2), now);
      expect(eligible).toContain(task);
      expect(d[task]).toBe(best);
      const ranNs = 1 + stream.below(4 * MS);
      queue.charge(task, ranNs, now);
      const isExit = stream.below(5) === 0;
      queue.put(task, isExit ? 2 : 0, now, 0);
      if (isExit) {
        here.delete(task);
        tasks.free(task);
      }
    }
  });

  it('lets a task with a shorter slice in before the turn of another is over', () => {
    const tasks = new TaskTable();
    const queue = new Eevdf(tasks, { sliceNsOf: (task) => (task === 1 ? 100_000 : 5 * MS) });
    const [long, short] = [tasks.create(0, 1, FOREVER), tasks.create(0, 1, FOREVER)];
    tasks.weight.fill(1024, 0, 2);
    queue.enqueue(long, 0, 0);
    queue.pick(0, 0);
    queue.charge(long, MS, MS);
    queue.enqueue(short, 1, MS);
    expect(queue.preempts(short, long, MS)).toBe(true);
  });
});

describe('real-time', () => {
  it('runs the highest priority, puts an interrupted task before its equals, and gives turns of 100 ms to those that take turns', () => {
    const fifo = strips({ policy: 'cfs-6.1', guard: false }, [{ priority: 10 }, { priority: 10 }, { priority: 20, runNs: 5 * MS, sleepNs: 1000 * MS, startNs: 3 * MS }], 20 * MS);
    expect(text(fifo)).toBe('a3 c5 a12');
    const turns = strips({ policy: 'cfs-6.1', guard: false, isRoundRobin: () => true }, [{ priority: 10 }, { priority: 10 }], 400 * MS);
    expect(text(turns)).toBe('a100 b100 a100 b100');
  });

  it('is throttled in 6.1: all of it stops for 50 ms of each second, the highest too', () => {
    const found = strips({ policy: 'cfs-6.1' }, [{ priority: 99 }, { priority: 1 }, {}], 10_000 * MS);
    expect(shareOf(found, 2)).toBeCloseTo(0.05, 2);
    expect(shareOf(found, 1)).toBe(0);
    // The overrun of a tick is paid back in the next period.
    const blackouts = found.filter(({ thread }) => thread === 2);
    expect(blackouts.length).toBe(10);
    for (const { fromNs, toNs } of blackouts) expect((toNs - fromNs) / MS).toBeGreaterThanOrEqual(46);
  });

  it('is interrupted in 6.12 only if the fair class got less than 50 ms a second by itself, and at the latest moment', () => {
    const starving = strips({ policy: 'eevdf-6.12' }, [{ priority: 50 }, {}], 5000 * MS);
    expect(starving[0]!.toNs).toBe(950 * MS);
    for (const strip of starving.filter(({ thread }) => thread === 1)) expect((strip.toNs - strip.fromNs) / MS).toBeLessThanOrEqual(54);
    expect(shareOf(starving, 1)).toBeGreaterThan(0.048);
    // 10 % of the CPU is left over: the server never acts.
    const content = strips({ policy: 'eevdf-6.12' }, [{ priority: 50, runNs: 90 * MS, sleepNs: 10 * MS }, {}], 5000 * MS);
    expect(content.filter(({ thread }) => thread === 0).every(({ fromNs, toNs }) => toNs - fromNs === 90 * MS)).toBe(true);
  });

  it('leaves nothing pending once all tasks have gone', () => {
    for (const policy of ['cfs-6.1', 'eevdf-6.12'] as const) {
      const sim = new Simulation({ seed: 'end' });
      const tasks = new TaskTable();
      const processor = new Processor(sim, tasks, { policies: new LinuxClasses(sim, tasks, { policy, cpus: 1, tickNs: 4 * MS }), tickNs: 4 * MS, onBurstEnd: () => 0 });
      for (const priority of [50, 0]) {
        const task = tasks.create(0, 1, 1500 * MS);
        tasks.priority[task] = priority;
        tasks.weight[task] = 1024;
        processor.start(task);
      }
      sim.run();
      expect(sim.now).toBeLessThan(6000 * MS);
      expect(tasks.count).toBe(0);
    }
  });
});

describe('several CPUs', () => {
  it.each([[3, 2, 0.011], [5, 4, 0.017], [6, 4, 0.034]] as const)('%i spinning tasks on %i CPUs share them under EEVDF at least as evenly as a real 6.12 (%f)', (count, cpus, measured) => {
    const tasks = Array.from({ length: count }, (_, index): TaskSpec => ({ name: `t${index}`, nice: 0, class: 'normal', behaviour: 'spin' }));
    const run = runFromRandomPhase(new Simulation({ seed: 'cpus' }), { policy: 'eevdf-6.12', hz: 250, cpus, cpuClock: 'polled', windowNs: 20e9 }, tasks);
    const totalNs = run.reduce((sum, { cpuNs }) => sum + cpuNs, 0);
    for (const { cpuNs } of run) expect(Math.abs((cpuNs * count) / totalNs - 1)).toBeLessThan(measured);
  });
});

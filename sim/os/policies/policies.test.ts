/** Policies through a processor on one core, against hand-made schedules and plain second implementations. (FCFS to DPS on job lists: scenarios/eval/schedule.test.ts.) */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../simulation.ts';
import { schedulerCheckers } from '../checkers/scheduler-checkers.ts';
import { ARRIVAL_ORDER, EXIT, Processor, SLEEP } from '../cpu/processor.ts';
import { Regulated } from '../regulated/regulated.ts';
import { type InnerName, innerPolicy } from '../scheduler-spec.ts';
import { TaskTable } from '../tasks.ts';
import { ProcessorSharing } from './processor-sharing.ts';
import { TaskHeap } from './task-heap.ts';

/** Small repeatable integers. */
function lcg(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

interface Thread {
  readonly atNs: number;
  readonly level?: number;
  readonly estimateNs?: number;
  /** CPU time, sleep, CPU time, ... */
  readonly script: readonly number[];
}

/** End of each thread, in the order of the list. */
function ends(threads: readonly Thread[], inner: readonly InnerName[], quantumNs = 10): number[] {
  const sim = new Simulation({ seed: '1' });
  const tasks = new TaskTable();
  const levels = inner.map((name) => innerPolicy(tasks, name, { quantumNs }));
  const regulated = { between: 'pr', rpServes: levels.map((_, index) => index + 1), opServes: [] } as const;
  const checkers = schedulerCheckers(sim, tasks, { inner, quantumNs, ...(levels.length > 1 ? { regulated } : {}) });
  const done = threads.map(() => -1);
  const step = threads.map(() => 0);
  const processor = new Processor(sim, tasks, {
    policies: levels.length === 1 ? levels[0]! : new Regulated(tasks, levels, regulated),
    probes: [checkers],
    onBurstEnd: (task) => {
      const index = tasks.tag[task]!;
      const { script } = threads[index]!;
      step[index]! += 2;
      done[index] = sim.now;
      if (step[index]! >= script.length) return EXIT;
      sim.after(script[step[index]! - 1]!, () => processor.wake(task, script[step[index]!]!), ARRIVAL_ORDER);
      return SLEEP;
    },
  });
  threads.forEach(({ atNs, level = 1, estimateNs, script }, index) => {
    sim.after(atNs, () => {
      const task = tasks.create(atNs, level, script[0]!);
      tasks.tag[task] = index;
      if (estimateNs !== undefined) tasks.estimateNs[task] = estimateNs;
      processor.start(task);
    }, ARRIVAL_ORDER);
  });
  sim.run();
  checkers.finish(processor);
  return done;
}

describe('by hand', () => {
  it('FCFS: who slept goes to the end of the line', () => {
    expect(ends([{ atNs: 0, script: [10, 1, 10] }, { atNs: 5, script: [10] }, { atNs: 15, script: [10] }], ['fcfs'])).toEqual([30, 20, 40]);
  });
  it('SPN: a wrong estimate decides, not the true size', () => {
    expect(ends([{ atNs: 0, script: [1] }, { atNs: 0, script: [50], estimateNs: 5 }, { atNs: 0, script: [10] }], ['spn'])).toEqual([1, 51, 61]);
  });
  it('SRT: a task that ran past its estimate counts as nearly done', () => {
    expect(ends([{ atNs: 0, script: [50], estimateNs: 10 }, { atNs: 20, script: [5] }], ['srt'])).toEqual([50, 55]);
    expect(ends([{ atNs: 0, script: [50] }, { atNs: 20, script: [5] }], ['srt'])).toEqual([55, 25]);
  });
  it('round robin: a newcomer at the end of a quantum goes before the one that used it up', () => {
    expect(ends([{ atNs: 0, script: [20] }, { atNs: 10, script: [10] }], ['rr'])).toEqual([30, 20]);
  });
  it('round robin: interrupted by a higher level, a task keeps its place and the rest of its quantum', () => {
    // b has the core from 10; at 14 the higher level takes it for 3; b goes on with 6 of its 10.
    expect(ends([{ atNs: 0, level: 2, script: [20] }, { atNs: 0, level: 2, script: [15] }, { atNs: 14, level: 1, script: [3] }], ['fcfs', 'rr'])).toEqual([33, 38, 17]);
  });
});

it('round robin agrees with a list that is turned by hand', () => {
  for (let seed = 0; seed < 300; seed++) {
    const draw = lcg(seed + 1);
    const jobs = Array.from({ length: 1 + draw(12) }, () => ({ atNs: draw(60), script: [1 + draw(40)] }));
    const coming = jobs.map(({ atNs, script }, index) => ({ atNs, index, left: script[0]! })).sort((a, b) => a.atNs - b.atNs || a.index - b.index);
    const ring: typeof coming = [];
    const wanted: number[] = [];
    let now = 0;
    const admit = (): void => {
      while (coming.length > 0 && coming[0]!.atNs <= now) ring.push(coming.shift()!);
    };
    while (coming.length > 0 || ring.length > 0) {
      if (ring.length === 0) now = Math.max(now, coming[0]!.atNs);
      admit();
      const job = ring.shift()!;
      const ranNs = Math.min(10, job.left);
      now += ranNs;
      job.left -= ranNs;
      admit();
      if (job.left > 0) ring.push(job);
      else wanted[job.index] = now;
    }
    expect(ends(jobs, ['rr']), `seed ${seed}`).toEqual(wanted);
  }
});

describe('task heap', () => {
  it('agrees with a sorted list while tasks come, go first, and go from the middle', () => {
    for (let seed = 0; seed < 50; seed++) {
      const draw = lcg(seed + 1);
      const tasks = new TaskTable();
      const heap = new TaskHeap(tasks);
      let list: { task: number; key: number; minor: number }[] = [];
      const compare = (a: (typeof list)[number], b: (typeof list)[number]): number => a.key - b.key || a.minor - b.minor || (tasks.isEarlier(a.task, b.task) ? -1 : 1);
      for (let step = 0; step < 400; step++) {
        const what = draw(5);
        if (what < 3) {
          const entry = { task: tasks.create(draw(3), 1, 1), key: draw(8), minor: draw(2) };
          heap.push(entry.task, entry.key, entry.minor);
          list.push(entry);
        } else if (what === 3) {
          list.sort(compare);
          expect(heap.pop()).toBe(list.shift()?.task ?? -1);
        } else if (list.length > 0) {
          const [{ task }] = list.splice(draw(list.length), 1) as [(typeof list)[number]];
          heap.remove(task);
        }
        expect(heap.size).toBe(list.length);
      }
      list = list.sort(compare);
      for (const { task } of list) expect(heap.pop()).toBe(task);
    }
  });
});

it('a fluid is of one core: it refuses to hand its tasks over', () => {
  const tasks = new TaskTable();
  const fluid = new ProcessorSharing(tasks, false);
  fluid.enqueue(tasks.create(0, 1, 10), 0, 0);
  expect(() => fluid.remove(0, 0)).toThrow(/cannot be moved/);
  expect(fluid.stealable(0)).toBe(-1);
});

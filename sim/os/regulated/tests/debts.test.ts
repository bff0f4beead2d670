import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { ARRIVAL_ORDER, EXIT, Processor, SLEEP } from '../../cpu/processor.ts';
import { regulatedPolicy } from '../../scheduler-spec.ts';
import { TaskTable } from '../../tasks.ts';

const MS = 1_000_000;
const FCFS = ['fcfs', 'fcfs', 'fcfs', 'fcfs'] as const;

describe('what a level or a task owes, it still owes after a short absence', () => {
  it('a level that empties and returns at once gets its weight and no more', () => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    const policy = regulatedPolicy(tasks, FCFS, { between: 'pr', shares: { weights: [3, 1, 1, 1], per: 'level', quantumNs: MS } }, {}, sim);
    const processor: Processor = new Processor(sim, tasks, {
      policies: policy,
      onBurstEnd: (task) => {
        if (sim.now > 4000 * MS) return EXIT;
        // Level 2 bursts for 5 ms, is away for 1 us, and bursts again.
        if (tasks.label[task] === 2) sim.after(1000, () => processor.wake(task, 5 * MS), ARRIVAL_ORDER);
        return tasks.label[task] === 2 ? SLEEP : 5 * MS;
      },
    });
    const hog = tasks.create(0, 1, 5 * MS);
    const other = tasks.create(0, 2, 5 * MS);
    sim.after(0, () => {
      processor.start(hog);
      processor.start(other);
    }, ARRIVAL_ORDER);
    sim.run({ untilNs: 2000 * MS });
    processor.settle();
    expect(Math.abs(tasks.cpuNs[other]! / (2000 * MS) - 0.25)).toBeLessThan(0.02);
  });

  it('a promotion by aging ends with the burst: after a sleep the task competes on its own level', () => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    const policy = regulatedPolicy(tasks, FCFS, { between: 'pr', agingNs: [Infinity, 10 * MS, 10 * MS, 10 * MS] }, {}, sim);
    const levelsOnWake: number[] = [];
    let bursts = 0;
    const processor: Processor = new Processor(sim, tasks, {
      policies: policy,
      onBurstEnd: (task) => {
        if (tasks.label[task] !== 4 || ++bursts === 2) return EXIT;
        sim.after(50 * MS, () => {
          processor.wake(task, MS);
          levelsOnWake.push(tasks.level[task]!);
        }, ARRIVAL_ORDER);
        return SLEEP;
      },
    });
    // Level 1 keeps the core for 35 ms, so the job of level 4 is promoted three times before it runs.
    sim.after(0, () => {
      processor.start(tasks.create(0, 1, 35 * MS));
      processor.start(tasks.create(0, 4, MS));
    }, ARRIVAL_ORDER);
    sim.run();
    expect(bursts).toBe(2);
    expect(levelsOnWake).toEqual([4]);
  });
});

import { expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { Fcfs } from '../../policies/fcfs.ts';
import { TaskTable } from '../../tasks.ts';
import { ARRIVAL_ORDER, EXIT, Processor, SLEEP } from '../processor.ts';

it('a task that wakes on an idle machine goes back to the core it ran on, and pays no warm-up', () => {
  const sim = new Simulation({ seed: '1' });
  const tasks = new TaskTable();
  const cores: number[] = [];
  const processor = new Processor(sim, tasks, {
    cores: 3, policies: new Fcfs(tasks), costs: { contextSwitchNs: 0, warmUpNs: 100, classifyNs: 0 },
    onBurstEnd: (task, core) => {
      if (tasks.tag[task] !== 2) return EXIT;
      cores.push(core);
      if (cores.length === 4) return EXIT;
      sim.after(1000, () => processor.wake(task, 10), ARRIVAL_ORDER);
      return SLEEP;
    },
  });
  // Three together: the third starts on core 2, and sleeps and wakes there while the others are long gone.
  sim.after(0, () => {
    for (const tag of [0, 1, 2]) {
      const task = tasks.create(0, 1, 10);
      tasks.tag[task] = tag;
      processor.start(task);
    }
  }, ARRIVAL_ORDER);
  sim.run();
  expect(cores).toEqual([2, 2, 2, 2]);
  expect([...processor.overheadNs]).toEqual([0, 0, 0]);
});

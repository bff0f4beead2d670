import { expect, it } from 'vitest';
import { TaskTable } from '../../tasks.ts';
import { TypeAverages } from '../type-averages.ts';

it('believes the running average of a type, and of a type that nobody has seen what it was told', () => {
  const tasks = new TaskTable();
  const averages = new TypeAverages(tasks, 0.25, 1000);
  const done = (type: number, cpuNs: number): void => {
    const task = tasks.create(0, 1, cpuNs);
    tasks.type[task] = type;
    tasks.serve(task, cpuNs);
    averages.observe(task);
    tasks.free(task);
  };
  expect(averages.of(7)).toBe(1000);
  done(7, 2000);
  expect(averages.of(7)).toBe(1250);
  done(7, 250);
  expect(averages.of(7)).toBe(1000);
  expect(averages.of(0)).toBe(1000);
  done(0, 0);
  expect(averages.of(0)).toBe(750);
  const next = tasks.create(0, 1, 99);
  averages.estimate(next);
  expect([tasks.estimateNs[next], tasks.sizeNs[next]]).toEqual([750, 99]);
});

it('forgets: after n equal sizes what it believed before counts (1 - a)^n', () => {
  const tasks = new TaskTable();
  const averages = new TypeAverages(tasks, 0.5, 1024);
  const task = tasks.create(0, 1, 0);
  for (let n = 1; n <= 10; n++) {
    averages.observe(task);
    expect(averages.of(0)).toBe(1024 / 2 ** n);
  }
  expect(() => new TypeAverages(tasks, 0, 1)).toThrow('above 0, at most 1');
});

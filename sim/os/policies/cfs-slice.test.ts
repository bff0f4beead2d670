import { expect, it } from 'vitest';
import { NEW } from '../policy.ts';
import { weightOfNice } from '../linux/load-weight.ts';
import { TaskTable } from '../tasks.ts';
import { Cfs } from './cfs.ts';

/** May the task of nice -5 go on at a tick after `ranNs`, with so many others of nice 0 beside it? */
function goesOn(others: number, ranNs: number): boolean {
  const tasks = new TaskTable();
  const cfs = new Cfs(tasks);
  const heavy = tasks.create(0, 1, 1e12);
  tasks.weight[heavy] = weightOfNice(-5);
  cfs.enqueue(heavy, NEW, 0);
  cfs.pick(0, 0);
  for (let i = 0; i < others; i++) {
    const task = tasks.create(0, 1, 1e12);
    tasks.weight[task] = weightOfNice(0);
    cfs.enqueue(task, NEW, 0);
  }
  cfs.charge(heavy, ranNs, ranNs);
  return !cfs.tick(heavy, ranNs);
}

it('gives slices of 6 ms shared by weight up to 8 tasks, and of 0.75 ms a task beyond', () => {
  const share = (others: number): number => weightOfNice(-5) / (weightOfNice(-5) + others * weightOfNice(0));
  for (const [others, periodNs] of [[3, 6e6], [7, 6e6], [11, 9e6], [19, 15e6]] as const) {
    const sliceNs = Math.floor(periodNs * share(others));
    expect(goesOn(others, sliceNs - 1000), `${others} others, just below`).toBe(true);
    expect(goesOn(others, sliceNs + 1000), `${others} others, just above`).toBe(false);
  }
});

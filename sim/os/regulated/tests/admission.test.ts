/** Refused work is counted under its label, and nobody who has had service is turned out. */
import { expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { OpenJobs } from '../../open-jobs.ts';
import { regulatedPolicy } from '../../scheduler-spec.ts';
import { TaskTable } from '../../tasks.ts';
import type { JobSource } from '../../workload/job-source.ts';
import { Admission, type AdmissionOptions } from '../admission.ts';
import { type HandJob, randomJobs } from './hand-run.ts';

function run(jobs: readonly HandJob[], options: AdmissionOptions) {
  const sim = new Simulation({ seed: 'admission' });
  const tasks = new TaskTable();
  const policies = regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr' });
  const admission = new Admission(tasks, policies, 4, options);
  let index = 0;
  const source: JobSource = {
    next(into) {
      const job = jobs[index++];
      if (job === undefined) return false;
      into.arrivalNs = job.at;
      into.sizeNs = into.estimateNs = job.size;
      into.level = into.label = job.level;
      into.type = index - 1;
      return true;
    },
  };
  const done: string[] = [];
  const open = new OpenJobs(sim, tasks, { policies, source, levels: 4, warmUpNs: 0, horizonNs: 1e9, drainNs: 0, admission, onMeasured: (task) => done.push(`${jobs[tasks.type[task]!]!.name} ${sim.now}`) });
  sim.run();
  return { done, refused: [...admission.refused], turnedOut: [...admission.turnedOut], accounts: open.accounts, left: tasks.count };
}

const job = (name: string, at: number, size: number, level: number): HandJob => ({ name, at, size, level });

it('drop-tail: a level that is full refuses the newcomer, the other levels have room', () => {
  const jobs = [job('a', 0, 10, 1), job('b', 1, 10, 4), job('c', 2, 10, 4), job('d', 3, 10, 4), job('e', 4, 10, 2)];
  const { done, refused, turnedOut } = run(jobs, { rule: 'drop-tail', cap: 2 });
  expect(done).toEqual(['a 10', 'e 20', 'b 30', 'c 40']);
  expect([refused, turnedOut]).toEqual([[0, 0, 0, 1], [0, 0, 0, 0]]);
});

it('lowest-first: the latest of level 4 makes room, then level 3; equals and betters do not; started work stays', () => {
  const jobs = [
    job('started', 0, 20, 4), job('a', 1, 10, 1), job('b', 2, 10, 4), job('c', 3, 10, 3),
    // Three wait now: started, b, c. The next takes b's place, and the one after it c's; then only the started one and equals are left.
    job('d', 4, 10, 2), job('e', 5, 10, 2), job('f', 6, 10, 2), job('g', 7, 10, 4),
  ];
  const { done, refused, turnedOut } = run(jobs, { rule: 'lowest-first', cap: 3 });
  expect(done).toEqual(['a 11', 'd 21', 'e 31', 'started 50']);
  expect([refused, turnedOut]).toEqual([[0, 1, 0, 1], [0, 0, 1, 1]]);
});

it('loses nothing: what arrived is done or counted as refused, on random jobs in overload', () => {
  for (const rule of ['none', 'drop-tail', 'lowest-first'] as const) {
    const { accounts, refused, turnedOut, left } = run(randomJobs(rule, 2000, 5), { rule, cap: 20 });
    accounts.forEach((account, index) => {
      expect(account.refused).toBe(refused[index]! + turnedOut[index]!);
      expect(account.responseNs.length + account.refused).toBe(account.arrived);
    });
    expect(left).toBe(0);
    const lost = accounts.map((account) => account.refused);
    if (rule === 'none') expect(lost).toEqual([0, 0, 0, 0]);
    else expect(lost[3]).toBeGreaterThan(100);
    // Overload is level 4's problem first: level 1 alone asks for half of the core.
    if (rule === 'lowest-first') expect(lost[0]).toBe(0);
  }
});

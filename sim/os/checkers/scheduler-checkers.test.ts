import { describe, expect, it } from 'vitest';
import { Simulation } from '../../simulation.ts';
import { OpenJobs } from '../open-jobs.ts';
import { Admission } from '../regulated/admission.ts';
import { Locks } from '../regulated/locks.ts';
import { Processor, SLEEP, EXIT, ARRIVAL_ORDER } from '../cpu/processor.ts';
import { regulatedPolicy } from '../scheduler-spec.ts';
import { TaskTable } from '../tasks.ts';
import { schedulerCheckers } from './scheduler-checkers.ts';
import { busyRun } from './tests/busy-run.ts';

describe('checkers', () => {
  const COSTS = { contextSwitchNs: 30, warmUpNs: 70, classifyNs: 20 };
  it.each(['fcfs', 'spn', 'srt', 'rr', 'ps', 'dps'] as const)('are content with %s on one core', (inner) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const threads of [false, true]) {
        busyRun({ seed, inner: [inner], threads });
        busyRun({ seed, inner: [inner], threads, costs: COSTS, noisy: true, load: 0.7 });
      }
    }
  });
  it.each(['np', 'pr', 'poll'] as const)('are content with four levels, %s', (between) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const inner of [['fcfs', 'spn', 'srt', 'rr'], ['srt', 'ps', 'fcfs', 'dps']] as const) {
        const regulated = { between, pollNs: 500, handoverNs: seed % 2 === 0 ? 0 : 40 };
        busyRun({ seed, inner: [...inner], regulated, threads: seed % 3 === 0 });
      }
    }
  });
  it.each(['shared', 'stealing', 'own'] as const)('are content with several cores, queues %s', (queues) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const cores of [2, 3, 8]) {
        for (const inner of ['fcfs', 'spn', 'srt', 'rr'] as const) {
          busyRun({ seed, inner: [inner], cores, queues, costs: COSTS, threads: true });
          for (const between of ['np', 'pr'] as const) busyRun({ seed, inner: [inner, inner, inner, inner], regulated: { between }, cores, queues });
        }
      }
    }
  });
  it.each(['np', 'pr'] as const)('are content with the token, %s', (between) => {
    for (let seed = 0; seed < 12; seed++) busyRun({ seed, inner: ['fcfs', 'fcfs', 'srt', 'fcfs'], regulated: { between, token: true }, cores: 4, load: 2 });
  });
  it.each(['np', 'pr', 'poll'] as const)('are content with bounds against starvation, %s', (between) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const bound of [{ agingNs: [1, 3000, 2000, 4000] }, { boostNs: 10_000 }, { reservation: { budgetNs: 500, periodNs: 5000, fromLevel: 3 } }, { shares: { weights: [8, 4, 2, 1], per: 'level', quantumNs: 200 } }] as const) {
        for (const threads of [false, true]) busyRun({ seed, inner: ['fcfs', 'fcfs', 'fcfs', 'fcfs'], regulated: { between, pollNs: 400, ...bound }, load: threads ? 0.9 : 1.3, threads });
        busyRun({ seed, inner: ['srt', 'spn', 'rr', 'fcfs'], regulated: { between: between === 'np' ? 'pr' : between, pollNs: 400, ...bound }, threads: seed % 2 === 0, cores: 1 + (seed % 3) });
      }
    }
  });
  it('are content whatever the order of events of one instant and class', () => {
    for (let seed = 0; seed < 12; seed++) {
      for (const inner of ['fcfs', 'spn', 'srt', 'rr', 'dps'] as const) busyRun({ seed, inner: [inner], threads: true, isShuffled: true });
      for (const between of ['np', 'pr', 'poll'] as const) busyRun({ seed, inner: ['fcfs', 'spn', 'srt', 'rr'], regulated: { between, pollNs: 500 }, threads: true, costs: COSTS, isShuffled: true });
      busyRun({ seed, inner: ['fcfs', 'fcfs', 'fcfs', 'fcfs'], regulated: { between: 'pr', agingNs: [1, 3000, 2000, 4000] }, isShuffled: true, load: 1.1 });
    }
  });
  it.each(['drop-tail', 'lowest-first'] as const)('are content with refused work, %s', (rule) => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    const inner = ['fcfs', 'spn', 'fcfs', 'fcfs'] as const;
    const policies = regulatedPolicy(tasks, inner, { between: 'pr' });
    const admission = new Admission(tasks, policies, 4, { rule, cap: 6 });
    const checkers = schedulerCheckers(sim, tasks, { inner, regulated: { between: 'pr' } });
    const draws = sim.stream('jobs');
    let [left, atNs] = [3000, 0];
    const jobs = new OpenJobs(sim, tasks, {
      policies, admission, probes: [checkers], levels: 4, warmUpNs: 0, horizonNs: 1e6, drainNs: 1e6,
      source: {
        next: (job) => {
          atNs += draws.below(200);
          const sizeNs = 1 + draws.below(300);
          const level = 1 + draws.below(4);
          Object.assign(job, { arrivalNs: atNs, sizeNs, estimateNs: sizeNs, level, label: level, weight: 1, type: 0 });
          return left-- > 0;
        },
      },
    });
    sim.run();
    checkers.finish(jobs.processor);
    expect([...admission.refused, ...admission.turnedOut].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(500);
  });
  it.each(['none', 'inherit', 'ceiling'] as const)('are content with locks, %s', (protocol) => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    const inner = ['fcfs', 'fcfs', 'fcfs'] as const;
    const regulated = { between: 'pr', rpServes: [1, 2, 3], opServes: [] } as const;
    const policies = regulatedPolicy(tasks, inner, regulated);
    const checkers = schedulerCheckers(sim, tasks, { inner, regulated });
    const draws = sim.stream('jobs');
    // Phase of each task: before its critical section, in it, after it.
    const phase = tasks.column();
    const processor = new Processor(sim, tasks, {
      policies,
      probes: [checkers],
      onBurstEnd: (task) => {
        const now = phase.values[task]!++;
        if (now === 0) return locks.acquire(task, tasks.tag[task]!, sim.now) ? 50 : SLEEP;
        if (now === 1) locks.release(task, tasks.tag[task]!, sim.now);
        return now === 1 ? 10 : EXIT;
      },
    });
    const locks = new Locks(tasks, policies, { protocol, count: 2, ceilings: [1, 1] }, (task) => {
      sim.after(0, () => processor.wake(task, 50), ARRIVAL_ORDER);
    });
    for (let count = 0, atNs = 0; count < 500; count++) {
      atNs += draws.below(200);
      sim.after(atNs, () => {
        const task = tasks.create(sim.now, 1 + draws.below(3), 1 + draws.below(40));
        phase.values[task] = 0;
        tasks.tag[task] = draws.below(2);
        processor.start(task);
      }, ARRIVAL_ORDER);
    }
    sim.run();
    checkers.finish(processor);
    // On one core an immediate ceiling leaves nobody to contend.
    if (protocol === 'ceiling') expect(locks.contentions).toBe(0);
    else expect(locks.contentions).toBeGreaterThan(10);
    expect(tasks.count).toBe(0);
  });
  it('give one path of unfinished work to all policies', () => {
    const paths = (['fcfs', 'spn', 'srt', 'rr', 'ps', 'dps'] as const).map((inner) => busyRun({ seed: 7, inner: [inner] }).checkers.workPath!.path);
    expect(new Set(paths).size).toBe(1);
  });
});

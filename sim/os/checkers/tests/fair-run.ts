/** Threads under CFS or EEVDF and checkers: some spin, some sleep and wake, some come and go. For tests. */
import { Simulation } from '../../../simulation.ts';
import { ARRIVAL_ORDER, EXIT, Processor, SLEEP } from '../../cpu/processor.ts';
import { Cfs } from '../../policies/cfs.ts';
import { Eevdf } from '../../policies/eevdf.ts';
import { TaskTable } from '../../tasks.ts';
import { type SchedulerCheckers, schedulerCheckers } from '../scheduler-checkers.ts';

export interface Thread {
  readonly weight: number;
  /** CPU time of a burst and the sleep after it; a sleep of 0 spins. Drawn between half and one and a half times if `isRandom`. */
  readonly runNs: number;
  readonly sleepNs: number;
  readonly isRandom?: boolean;
}

export interface FairRun {
  readonly policy: 'cfs' | 'eevdf';
  readonly threads: readonly Thread[];
  readonly cores?: number;
  readonly tickNs: number;
  readonly untilNs: number;
  readonly seed?: number;
}

/** CPU time of each thread. */
export function fairRun({ policy, threads, cores = 1, tickNs, untilNs, seed = 0 }: FairRun): { cpuNs: number[]; checkers: SchedulerCheckers } {
  const sim = new Simulation({ seed: `fair ${seed}`, scenario: 'fair run' });
  const draws = sim.stream('threads');
  const tasks = new TaskTable();
  const cfs: Cfs[] = [];
  const eevdf: Eevdf[] = [];
  for (let core = 0; core < cores; core++) {
    if (policy === 'cfs') cfs.push(new Cfs(tasks, { cpus: cores }, cfs[0]));
    else eevdf.push(new Eevdf(tasks, { cpus: cores, tickNs }, eevdf[0]));
  }
  const fair = policy === 'cfs' ? { cfs, tickNs } : { eevdf, tickNs };
  const checkers = schedulerCheckers(sim, tasks, { inner: [policy], cores, queues: 'own', fair });
  const about = (ns: number, thread: Thread): number => (thread.isRandom === true ? Math.max(1, Math.floor(ns / 2) + draws.below(ns)) : ns);
  const processor = new Processor(sim, tasks, {
    cores,
    policies: cores === 1 ? (cfs[0] ?? eevdf[0]!) : policy === 'cfs' ? cfs : eevdf,
    tickNs,
    probes: [checkers],
    onBurstEnd: (task) => {
      const thread = threads[tasks.tag[task]!]!;
      if (thread.runNs === 0) return EXIT;
      if (thread.sleepNs === 0) return about(thread.runNs, thread);
      sim.schedule(about(thread.sleepNs, thread), wake, task, 0, 0, ARRIVAL_ORDER);
      return SLEEP;
    },
  });
  const wake = sim.register('fair/wake', (task) => {
    const thread = threads[tasks.tag[task]!]!;
    processor.wake(task, about(thread.runNs, thread));
  });
  const slots = threads.map((thread, index) => {
    const task = tasks.create(0, 1, about(thread.runNs, thread));
    tasks.weight[task] = thread.weight;
    tasks.tag[task] = index;
    processor.start(task);
    return task;
  });
  sim.run({ untilNs });
  checkers.finish(processor);
  return { cpuNs: slots.map((task) => tasks.cpuNs[task]!), checkers };
}

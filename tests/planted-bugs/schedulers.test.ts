/**
 * Each planted scheduler bug is caught by what its row names: a checker that stops a run (the name stands in its message), or a check
 * below. The sound code passes every run and every check.
 */
import { describe, expect, it } from 'vitest';
import { decimal, toNumber } from '../../sim/os/policies/tests/fraction.ts';
import { exactCompletions } from '../../sim/os/policies/tests/exact-schedule.ts';
import { FAIR_BUGS } from './fair-schedulers.ts';
import { loadMutant } from './load-mutant.ts';
import * as sound from './schedulers-entry.ts';
import { SCHEDULER_BUGS } from './schedulers.ts';

type Schedulers = typeof sound;

const COSTS = { contextSwitchNs: 30, warmUpNs: 70, classifyNs: 20 };
const FCFS = ['fcfs', 'fcfs', 'fcfs', 'fcfs'] as const;
/** Runs under all checkers; small, and together they reach every rule. */
const RUNS: readonly ((seed: number) => sound.BusyRun)[] = [
  ...(['fcfs', 'spn', 'srt', 'rr', 'ps', 'dps'] as const).flatMap((inner) => [
    (seed: number): sound.BusyRun => ({ seed, inner: [inner], threads: true }),
    (seed: number): sound.BusyRun => ({ seed, inner: [inner], costs: COSTS, load: 0.7 }),
  ]),
  ...(['np', 'pr', 'poll'] as const).map((between) => (seed: number): sound.BusyRun => ({ seed, inner: FCFS, regulated: { between, pollNs: 500, handoverNs: 40 } })),
  (seed) => ({ seed, inner: ['spn', 'spn', 'spn', 'spn'], regulated: { between: 'pr' } }),
  (seed) => ({ seed, inner: ['fcfs', 'ps', 'ps', 'ps'], regulated: { between: 'pr' } }),
  ...(['shared', 'stealing', 'own'] as const).map((queues) => (seed: number): sound.BusyRun => ({ seed, inner: FCFS, regulated: { between: 'pr' }, cores: 3, queues, costs: COSTS })),
  ...(['np', 'pr'] as const).map((between) => (seed: number): sound.BusyRun => ({ seed, inner: FCFS, regulated: { between, token: true }, cores: 4, load: 2 })),
  ...[{ agingNs: [1, 3000, 2000, 4000] }, { boostNs: 10_000 }, { reservation: { budgetNs: 500, periodNs: 5000, fromLevel: 3 } }, { shares: { weights: [8, 4, 2, 1], per: 'level', quantumNs: 200 } } as const]
    .map((bound) => (seed: number): sound.BusyRun => ({ seed, inner: FCFS, regulated: { between: 'pr', ...bound }, load: 1.1 })),
];

const MS = 1_000_000;
const hog = (weight: number): sound.Thread => ({ weight, runNs: 50 * MS, sleepNs: 0 });
const THREADS: readonly sound.Thread[] = [
  hog(1024), hog(335), hog(15),
  { weight: 3121, runNs: 2 * MS, sleepNs: 9 * MS, isRandom: true },
  { weight: 1024, runNs: 100_000, sleepNs: 3 * MS, isRandom: true },
  { weight: 1024, runNs: 20 * MS, sleepNs: 200 * MS, isRandom: true },
];

/** Short loads on two cores, far apart in weight, so that an idle core takes tasks from another whose virtual time is elsewhere. */
const MOVERS: readonly sound.Thread[] = [15, 15, 15, 3121, 3121].map((weight) => ({ weight, runNs: 20 * MS, sleepNs: 40 * MS, isRandom: true }));

/** Name of the checker that stops one of the runs, or undefined. */
function stoppedBy({ busyRun, fairRun }: Schedulers, isFair: boolean): string | undefined {
  try {
    if (isFair) {
      for (const policy of ['cfs', 'eevdf'] as const) {
        fairRun({ policy, threads: THREADS, tickNs: MS / 10, untilNs: 2000 * MS });
        fairRun({ policy, threads: MOVERS, cores: 2, tickNs: MS, untilNs: 5000 * MS });
      }
    } else for (let seed = 0; seed < 2; seed++) for (const run of RUNS) busyRun(run(seed));
  } catch (error) {
    return /^checker ([a-z-]+):/.exec(String((error as Error).message))?.[1] ?? `no checker: ${String(error)}`;
  }
  return undefined;
}

/** Small repeatable integers. */
function lcg(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Each returns what is wrong, or undefined. */
const CHECKS: Readonly<Record<string, (schedulers: Schedulers) => string | undefined>> = {
  'exact schedules': ({ schedule }) => {
    const draw = lcg(9);
    for (let count = 0; count < 60; count++) {
      const jobs = Array.from({ length: 2 + draw(7) }, (_, index) => ({ id: `${draw(9)}${index}`, arrivalUs: draw(10), sizeUs: 1 + draw(6), level: 1 + draw(3), weight: [1, 2, 5][draw(3)]! }));
      const exact = jobs.map(({ id, arrivalUs, sizeUs, level, weight }) => ({ id, arrival: decimal(arrivalUs), size: decimal(sizeUs), level, weight: decimal(weight) }));
      for (const [between, inner] of [['none', 'fcfs'], ['np', 'spn'], ['pr', 'srt'], ['none', 'ps'], ['pr', 'dps']] as const) {
        const { completionsUs } = schedule.evaluate(schedule.input.parse({ jobs, between, inner }), { readFile: () => new Uint8Array() }) as { completionsUs: Record<string, number> };
        for (const [id, completion] of exactCompletions(exact, between, inner)) {
          if (Math.abs(completionsUs[id]! - toNumber(completion)) > 1e-6) return `${between} ${inner}: ${id} is done at ${completionsUs[id]} us; required: ${toNumber(completion)} us`;
        }
      }
    }
    return undefined;
  },

  responses: ({ Simulation, TaskTable, OpenJobs, Fcfs }) => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    // Five jobs of 10 ns, one each 4 ns: the k-th waits 6 k ns.
    let count = 0;
    const jobs = new OpenJobs(sim, tasks, {
      policies: new Fcfs(tasks),
      source: { next: (job) => (Object.assign(job, { arrivalNs: 4 * count, sizeNs: 10, estimateNs: 10, level: 1, label: 1, weight: 1, type: 0 }), count++ < 5) },
      levels: 1, warmUpNs: 0, horizonNs: 1000, drainNs: 1000,
    });
    sim.run();
    const [found, waits] = [[...jobs.accounts[0]!.responseNs.values].join(), [...jobs.accounts[0]!.waitNs.values].join()];
    return found === '10,16,22,28,34' && waits === '0,6,12,18,24' ? undefined : `responses ${found}, waits ${waits}`;
  },

  'late newcomer': ({ handRun }) => {
    const flood = Array.from({ length: 10 }, (_, index) => ({ name: `p${index}`, at: 1 + 10 * index, size: 10, level: 1 }));
    const jobs = [{ name: 'early', at: 0, size: 1, level: 4 }, { name: 'report', at: 18, size: 8, level: 4 }, ...flood];
    const { schedule } = handRun(jobs, { between: 'pr', reservation: { budgetNs: 4, periodNs: 20 } });
    return schedule.includes('report 34-38') ? undefined : `a reservation of 4 in 20 serves a newcomer of instant 18 as in ${schedule}; required: from 34 on`;
  },

  'tick grid': ({ Simulation, TaskTable, Processor, Fcfs }) => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    const ticks: number[] = [];
    const policy = Object.assign(new Fcfs(tasks), { tick: (): boolean => (ticks.push(sim.now), false) });
    const processor = new Processor(sim, tasks, { policies: policy, tickNs: 100, tickOffsetNs: 7, onBurstEnd: () => 0 });
    sim.after(50, () => processor.start(tasks.create(50, 1, 300)), 1);
    sim.run();
    return ticks.slice(0, 3).join() === '107,207,307' ? undefined : `ticks at ${ticks.join()}; required: 107, 207, 307`;
  },

  heap: ({ TaskTable, TaskHeap }) => {
    const draw = lcg(4);
    const tasks = new TaskTable();
    const heap = new TaskHeap(tasks);
    const slots = Array.from({ length: 60 }, () => tasks.create(0, 1, 1));
    for (let round = 0; round < 50; round++) {
      for (const slot of slots) heap.push(slot, draw(1000));
      for (const slot of slots.slice(0, 40)) heap.remove(slot);
      let last = -1;
      for (let first = heap.pop(); first >= 0; first = heap.pop()) {
        if (heap.keyOf(first) < last) return `key ${heap.keyOf(first)} after ${last}; required: rising keys`;
        last = heap.keyOf(first);
      }
    }
    return undefined;
  },

  // Short bursts beside hogs. CFS: credit for sleep interrupts at once, so the burst is undisturbed, r / (r + s). EEVDF: no more than
  // a share, r / (r (n + 1) + s), which kept lag brings near.
  'share of a sleeper': ({ fairRun }) => {
    const [runNs, sleepNs, hogs] = [0.2 * MS, MS, 4];
    for (const [policy, share] of [['cfs', runNs / (runNs + sleepNs)], ['eevdf', runNs / (runNs * (hogs + 1) + sleepNs)]] as const) {
      const untilNs = 10_000 * MS;
      const { cpuNs } = fairRun({ policy, threads: [...Array.from({ length: hogs }, () => hog(1024)), { weight: 1024, runNs, sleepNs, isRandom: true }], tickNs: MS, untilNs });
      const found = cpuNs[hogs]! / untilNs;
      if (Math.abs(found / share - 1) > 0.05) return `${policy}: a sleeper gets ${found} of the core; required: near ${share}`;
    }
    return undefined;
  },
};

describe('sound schedulers', () => {
  it('pass all runs under checkers', () => {
    expect(stoppedBy(sound, false)).toBeUndefined();
    expect(stoppedBy(sound, true)).toBeUndefined();
  });
  it.each(Object.keys(CHECKS))('pass: %s', (name) => {
    expect(CHECKS[name]!(sound)).toBeUndefined();
  });
});

describe('planted scheduler bugs', () => {
  it.each([...SCHEDULER_BUGS, ...FAIR_BUGS])('$id is caught by "$caughtBy"', async (bug) => {
    const mutant = await loadMutant<Schedulers>(bug, 'tests/planted-bugs/schedulers-entry.ts');
    const check = CHECKS[bug.caughtBy];
    if (check !== undefined) {
      const verdict = ((): string | undefined => {
        try {
          return check(mutant);
        } catch (error) {
          return `stopped: ${String(error)}`;
        }
      })();
      expect(verdict, bug.what).toBeDefined();
    } else expect(stoppedBy(mutant, FAIR_BUGS.includes(bug)), bug.what).toBe(bug.caughtBy);
  });
});

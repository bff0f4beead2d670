/** Locks across queue levels: priority inversion with exact times, and its two cures. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { ARRIVAL_ORDER, EXIT, Processor, SLEEP } from '../../cpu/processor.ts';
import { regulatedPolicy } from '../../scheduler-spec.ts';
import { TaskTable } from '../../tasks.ts';
import { type LockProtocol, Locks } from '../locks.ts';

/** What a thread does after its first burst: numbers are bursts, `+n` takes lock n and `-n` gives it back. */
type Step = number | `+${number}` | `-${number}`;

interface Thread {
  readonly name: string;
  readonly at: number;
  readonly level: number;
  readonly steps: readonly Step[];
}

function run(threads: readonly Thread[], protocol: LockProtocol, ceilings: readonly number[] = [1, 1]) {
  const sim = new Simulation({ seed: 'locks' });
  const tasks = new TaskTable();
  const policy = regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr' });
  const ends: Record<string, number> = {};
  const levels: string[] = [];
  const labels = new Set<string>();
  const next = tasks.column();
  const threadOf = (task: number): Thread => threads[tasks.tag[task]!]!;
  const locks = new Locks(tasks, policy, { protocol, count: 2, ceilings }, (task) => processor.wake(task, goOn(task)));
  /** Steps on to the next burst, or to a lock that is taken (SLEEP), or to the end. */
  const goOn = (task: number): number => {
    const { steps } = threadOf(task);
    for (;;) {
      const step = steps[next.values[task]!++];
      if (step === undefined) return EXIT;
      if (typeof step === 'number') return step;
      const lock = Number(step.slice(1));
      if (step.startsWith('-')) locks.release(task, lock, sim.now);
      else if (!locks.acquire(task, lock, sim.now)) return SLEEP;
    }
  };
  const processor = new Processor(sim, tasks, {
    policies: policy,
    probes: [{ onLevel: (task, from, nowNs) => levels.push(`${nowNs}: ${threadOf(task).name} ${from} to ${tasks.level[task]}`) }],
    onBurstEnd: (task) => {
      labels.add(`${threadOf(task).name} ${tasks.label[task]}`);
      const answer = goOn(task);
      if (answer === EXIT) ends[threadOf(task).name] = sim.now;
      return answer;
    },
  });
  const arrive = sim.register('arrive', (index) => {
    const { level, steps } = threads[index]!;
    const task = tasks.create(sim.now, level, Number(steps[0]));
    tasks.tag[task] = index;
    next.values[task] = 1;
    processor.start(task);
  });
  threads.forEach(({ at }, index) => sim.scheduleAt(at, arrive, index, 0, 0, ARRIVAL_ORDER));
  sim.run();
  return { ends, levels, labels, contentions: locks.contentions };
}

/** An export holds the ledger's lock for 10; at 5 a payment comes and wants it after 2; at 6 a long alarm that needs no lock. */
const INVERSION: readonly Thread[] = [
  { name: 'export', at: 0, level: 4, steps: [1, '+0', 10, '-0', 3] },
  { name: 'payment', at: 5, level: 1, steps: [2, '+0', 4, '-0'] },
  { name: 'alarm', at: 6, level: 2, steps: [100] },
];

describe('a payment needs a lock that an export holds, and an alarm needs the core', () => {
  it('none: the payment waits for the alarm, which has nothing to do with the lock', () => {
    // export 0-5, payment 5-7, alarm 7-107, export 107-113 lets go, payment 113-117.
    expect(run(INVERSION, 'none').ends).toEqual({ alarm: 107, payment: 117, export: 120 });
  });

  it('inherit: only for what is left of the critical section', () => {
    // export 0-5, payment 5-7, export on level 1 7-13, payment 13-17, alarm 17-117, export 117-120.
    const { ends, levels } = run(INVERSION, 'inherit');
    expect(ends).toEqual({ payment: 17, alarm: 117, export: 120 });
    expect(levels).toEqual(['7: export 4 to 1', '13: export 1 to 4']);
  });

  it('ceiling: the export is on the level of the lock from the start, and the payment never meets it', () => {
    // export 0-11 (on level 1 from 1 on), payment 11-17, alarm 17-117, export 117-120.
    const { ends, levels, contentions } = run(INVERSION, 'ceiling');
    expect(ends).toEqual({ payment: 17, alarm: 117, export: 120 });
    expect(levels).toEqual(['1: export 4 to 1', '11: export 1 to 4']);
    expect(contentions).toBe(0);
  });

  it('the label stays, whatever the level', () => {
    for (const protocol of ['none', 'inherit', 'ceiling'] as const) expect(run(INVERSION, protocol).labels).toEqual(new Set(['export 4', 'payment 1', 'alarm 2']));
  });
});

describe('inheritance', () => {
  it('goes along a chain: the payment waits for the account job, which waits for the export', () => {
    const chain: readonly Thread[] = [
      { name: 'export', at: 0, level: 4, steps: [1, '+0', 10, '-0'] },
      { name: 'account', at: 2, level: 3, steps: [1, '+1', 1, '+0', 5, '-0', 5, '-1', 1] },
      { name: 'payment', at: 6, level: 1, steps: [1, '+1', 1, '-1'] },
      { name: 'alarm', at: 8, level: 2, steps: [50] },
    ];
    // export 0-2, account 2-4 waits for lock 0 (export on level 3), export 4-6, payment 6-7 waits for lock 1: account and export on
    // level 1; export 7-14 lets go of 0; account 14-19 and 19-24 lets go of 1; payment 24-25; alarm 25-75; account 75-76.
    const { ends, levels } = run(chain, 'inherit');
    expect(ends).toEqual({ export: 14, payment: 25, alarm: 75, account: 76 });
    expect(levels).toEqual(['4: export 4 to 3', '7: account 3 to 1', '7: export 3 to 1', '14: export 1 to 4', '24: account 1 to 3']);
    expect(run(chain, 'none').ends['payment']).toBe(75);
  });

  it('gives the lock to the best level that waits, the longest wait first, and keeps a level that another lock still lends', () => {
    const many: readonly Thread[] = [
      { name: 'export', at: 0, level: 4, steps: [1, '+0', 1, '+1', 20, '-0', 10, '-1', 1] },
      { name: 'early', at: 3, level: 3, steps: [1, '+0', 2, '-0'] },
      { name: 'late', at: 5, level: 3, steps: [1, '+0', 2, '-0'] },
      { name: 'alarm', at: 7, level: 2, steps: [1, '+1', 2, '-1'] },
      { name: 'payment', at: 9, level: 1, steps: [1, '+0', 2, '-0'] },
    ];
    const { ends, levels } = run(many, 'inherit');
    // Early, alarm and payment ask at 4, 8 and 10; the late one finds the export on its own level and does not interrupt it. At 25 lock 0
    // goes to the payment, the export keeps level 2, on which the alarm waits for lock 1. Lock 0 is early's from 27 on, the core at 40,
    // after late, which is longer ready, has asked for it in vain.
    expect(levels).toEqual(['4: export 4 to 3', '8: export 3 to 2', '10: export 2 to 1', '25: export 1 to 2', '37: export 2 to 4']);
    expect(ends).toEqual({ payment: 27, alarm: 39, early: 42, late: 44, export: 45 });
  });
});

describe('what is refused', () => {
  it('two tasks that wait for each other', () => {
    const knot: readonly Thread[] = [
      { name: 'a', at: 0, level: 4, steps: [1, '+0', 5, '+1', 1, '-1', '-0'] },
      { name: 'b', at: 2, level: 1, steps: [1, '+1', 2, '+0', 1, '-0', '-1'] },
    ];
    for (const protocol of ['none', 'inherit'] as const) expect(() => run(knot, protocol)).toThrow('deadlock');
    // Under the ceiling the second cannot start while the first holds a lock that it will need.
    expect(run(knot, 'ceiling').ends).toEqual({ a: 7, b: 11 });
  });

  it('levels that change for two reasons, and ceilings that are missing', () => {
    const tasks = new TaskTable();
    const aging = regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr', agingNs: [1, 1, 1, 1] }, {}, new Simulation({ seed: '1' }));
    const plain = regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr' });
    expect(() => new Locks(tasks, aging, { protocol: 'inherit', count: 1 }, () => {})).toThrow('required: locks without them');
    expect(() => new Locks(tasks, plain, { protocol: 'ceiling', count: 2, ceilings: [1] }, () => {})).toThrow('1 ceilings for 2 locks');
  });
});

it('a job that a lock lifted has its old place in the line of its own level afterwards', () => {
  const line: readonly Thread[] = [
    { name: 'export', at: 0, level: 4, steps: [1, '+0', 10, '-0', 20] },
    { name: 'report', at: 1, level: 4, steps: [5] },
    { name: 'payment', at: 5, level: 1, steps: [2, '+0', 4, '-0'] },
  ];
  // The export lets go of the lock at 13 and is interrupted by the payment; it goes on at 17, before the report that came after it.
  expect(run(line, 'inherit').ends).toEqual({ payment: 17, export: 37, report: 42 });
  expect(run(line, 'none').ends).toEqual({ payment: 17, export: 37, report: 42 });
});

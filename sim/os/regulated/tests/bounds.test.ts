/** What bounds the wait of the lower levels: exact on small schedules, and what each promises held on random ones. */
import { describe, expect, it } from 'vitest';
import { tInterval } from '../../../measure/index.ts';
import { exponential } from '../../../distributions.ts';
import { Simulation } from '../../../simulation.ts';
import type { Probe } from '../../cpu/probe.ts';
import { OpenJobs } from '../../open-jobs.ts';
import { regulatedPolicy } from '../../scheduler-spec.ts';
import { TaskTable } from '../../tasks.ts';
import type { Job, JobSource } from '../../workload/job-source.ts';
import type { RegulatedOptions } from '../options.ts';
import { SupplyCheck } from '../supply-check.ts';
import { type HandJob, handRun, randomJobs } from './hand-run.ts';

const job = (name: string, at: number, size: number, level: number): HandJob => ({ name, at, size, level });
/** Level 1 asks for the whole core from 0 to `untilNs`, in jobs of 10. */
const flood = (untilNs: number): HandJob[] => Array.from({ length: untilNs / 10 }, (_, index) => job(`p${index}`, 10 * index, 10, 1));

describe('strict order', () => {
  it('has no bound: an ordinary job waits for as long as the transactions keep coming', () => {
    expect(handRun([job('report', 0, 5, 4), ...flood(1000)], { between: 'pr' }).ends['report']).toBe(1005);
  });
});

describe('aging', () => {
  const agingNs = [Infinity, 20, 30, 40];

  it('lets a job of level 4 compete on level 1 after A4 + A3 + A2, there at the end of the line', () => {
    const { schedule, records } = handRun([job('report', 0, 5, 4), job('first', 0, 10, 1), ...flood(200)], { between: 'pr', agingNs: [Infinity, 20, 30, 43] });
    // At 93 it joins level 1, behind the transaction that has waited since 90.
    expect(schedule).toContain('p8 90-100, p9 100-110, report 110-115, p10 115-125');
    const row = [...Array(records.count).keys()].find((each) => records.get(each, 'id') === 0)!;
    expect([records.get(row, 'label'), records.get(row, 'level')]).toEqual([4, 1]);
  });

  it('does not make regulated work of it', () => {
    const { records } = handRun([job('report', 0, 5, 4), ...flood(200)], { between: 'pr', agingNs });
    expect(records.regulatedCpuNs()).toBe(200);
  });

  it('promotes over a running job of a lower level, in pr at once', () => {
    const jobs = [job('long', 0, 50, 3), job('report', 1, 5, 4)];
    expect(handRun(jobs, { between: 'pr', agingNs: [Infinity, 20, 60, 10] }).schedule).toBe('long 0-50, report 50-55');
    // At 11 it is an equal of the running job and waits on; at 31 it is above it.
    expect(handRun(jobs, { between: 'pr', agingNs: [Infinity, 20, 20, 10] }).schedule).toBe('long 0-31, report 31-36, long 36-55');
    expect(handRun(jobs, { between: 'np', agingNs: [Infinity, 20, 20, 10] }).schedule).toBe('long 0-50, report 50-55');
  });

  it('counts a wait from the last service on', () => {
    const jobs = [job('report', 0, 20, 4), job('a', 15, 10, 1), job('b', 27, 60, 1)];
    // 15 of 20 done; waits 15-25, runs 25-27, waits from 27 on: at 67 on level 3, at 87 it would be on level 1.
    expect(handRun(jobs, { between: 'pr', agingNs }).schedule).toBe('report 0-15, a 15-25, report 25-27, b 27-87, report 87-90');
  });

  it('nobody on a level below the first waits longer than its A_k, on random jobs', () => {
    for (const between of ['np', 'pr', 'poll'] as const) {
      let longest = 0;
      handRun(randomJobs(`aging ${between}`, 500, 8), { between, pollNs: 5, agingNs }, {
        probes: (_sim, tasks) => {
          const since = tasks.column();
          const look = (task: number, level: number, nowNs: number): void => {
            longest = Math.max(longest, nowNs - since.values[task]! - (agingNs[level - 1] ?? Infinity));
            since.values[task] = nowNs;
          };
          return [{
            onReady: (task, _cause, nowNs) => void (since.values[task] = nowNs),
            onStop: (_core, task, _cause, _ranNs, nowNs) => void (since.values[task] = nowNs),
            onDispatch: (_core, task, _overheadNs, nowNs) => look(task, tasks.level[task]!, nowNs),
            onLevel: (task, from, nowNs) => look(task, from, nowNs),
          }];
        },
      });
      expect(longest, between).toBe(0);
    }
  });
});

describe('boost', () => {
  it('lets all ready jobs compete on level 1, by arrival; who comes later starts on its own level', () => {
    const jobs = [job('report', 0, 5, 4), job('alarm', 1, 5, 2), ...flood(100), job('late', 51, 5, 2)];
    // At 45 both join level 1, before the transaction that comes at 50.
    expect(handRun(jobs, { between: 'pr', boostNs: 45 }).schedule).toContain('p4 40-50, report 50-55, alarm 55-60, p5 60-70, p6 70-80, p7 80-90, p8 90-100, late 100-105, p9 105-115');
  });

  it('takes the running job along, which is not displaced by those that it was ahead of', () => {
    expect(handRun([job('report', 0, 60, 4), job('export', 1, 5, 4)], { between: 'pr', boostNs: 20 }).schedule).toBe('report 0-60, export 60-65');
  });
});

describe('reservation', () => {
  const reservation = { budgetNs: 4, periodNs: 20 };

  it('gives a late newcomer no leftover that would be due at once: the levels above had no warning', () => {
    // The period 0 to 20 has 3 of its budget left when the report comes at 18, more than its rest is worth. So a new one begins, 18 to 38.
    const { schedule } = handRun([job('early', 0, 1, 4), job('report', 18, 8, 4), ...flood(100).map((each) => ({ ...each, at: each.at + 1 }))], { between: 'pr', reservation });
    expect(schedule.match(/report \d+-\d+/g)!.slice(0, 2)).toEqual(['report 34-38', 'report 54-58']);
  });

  it('gives the budget as late as possible in each period when the levels above never let go', () => {
    const { schedule } = handRun([job('report', 0, 100, 4), ...flood(80)], { between: 'pr', reservation });
    expect(schedule).toBe('p0 0-10, p1 10-16, report 16-20, p1 20-24, p2 24-34, p3 34-36, report 36-40, p3 40-48, p4 48-56, report 56-60, p4 60-62, p5 62-72, p6 72-76, report 76-80, p6 80-86, p7 86-96, report 96-180');
  });

  it('charges service in idle time, so that nobody above loses what was not needed', () => {
    // The report has had its 4 when the transactions come at 6; in the next period it waits until 36.
    const { schedule } = handRun([job('report', 0, 20, 4), ...flood(50).map((each) => ({ ...each, at: each.at + 6 }))], { between: 'pr', reservation });
    expect(schedule).toContain('report 0-6, p0 6-16, p1 16-26, p2 26-36, report 36-40, p3 40-50');
  });

  it('np: the turn comes at the end of a task and lasts for one; what is owed is paid in one piece', () => {
    const { schedule } = handRun([job('a', 0, 3, 4), job('b', 0, 3, 4), job('c', 0, 3, 4), ...flood(60)], { between: 'np', reservation });
    // b takes 2 of the second period's 4, so that the next turn is due at 38 and comes at 46.
    expect(schedule).toBe('p0 0-10, p1 10-20, a 20-23, b 23-26, p2 26-36, p3 36-46, c 46-49, p4 49-59, p5 59-69');
  });

  it('keeps its promise in every window, on random jobs and in overload of the levels above (pr)', () => {
    for (const [seed, meanGap] of [['light', 14], ['heavy', 8], ['overload', 4], ['deep overload', 2]] as const) {
      for (const [budgetNs, periodNs, fromLevel] of [[1, 10, 4], [4, 20, 4], [15, 20, 4], [5, 50, 3], [20, 20, 2]] as const) {
        const { check } = supply(randomJobs(seed, 600, meanGap), { between: 'pr', reservation: { budgetNs, periodNs, fromLevel } });
        expect(check.shortfallNs, `${seed} ${budgetNs}/${periodNs}`).toBeLessThanOrEqual(1e-9);
        expect(check.blackoutNs, `${seed} ${budgetNs}/${periodNs}`).toBeLessThanOrEqual(2 * (periodNs - budgetNs));
      }
    }
  });

  it('the promise is tight: service early in one period and late in the next is a blackout of 2 (P - Q)', () => {
    const { check } = supply([job('report', 0, 30, 4), ...flood(100).map((each) => ({ ...each, at: each.at + 4 }))], { between: 'pr', reservation });
    expect([check.blackoutNs, check.shortfallNs]).toEqual([32, expect.closeTo(0, 9)]);
  });

  it('costs the levels above at most Q in any time P (pr)', () => {
    for (const meanGap of [14, 8, 4, 2]) {
      const { taken } = supply(randomJobs(`cost ${meanGap}`, 600, meanGap), { between: 'pr', reservation });
      const worst = mostWithin(taken, reservation.periodNs);
      expect(worst).toBeLessThanOrEqual(reservation.budgetNs);
      if (meanGap <= 4) expect(worst).toBe(reservation.budgetNs);
    }
  });

  it('without it the same jobs are far from the promise: the check can tell', () => {
    const { check } = supply(randomJobs('overload', 600, 4), { between: 'pr' });
    expect(check.shortfallNs).toBeGreaterThan(100);
  });

  it('np, poll: the promise holds after one delay of a task, or of a look', () => {
    for (const [between, delayNs] of [['np', 20], ['poll', 3]] as const) {
      for (const meanGap of [14, 8, 4, 2]) {
        const { check } = supply(randomJobs(`late ${meanGap}`, 600, meanGap), { between, pollNs: 3, reservation });
        expect(check.shortfallNs, between).toBeLessThanOrEqual((delayNs * reservation.budgetNs) / reservation.periodNs + 1e-9);
        expect(check.blackoutNs, between).toBeLessThanOrEqual(2 * (reservation.periodNs - reservation.budgetNs) + delayNs);
      }
    }
  });
});

/** Runs the jobs under a check of the reservation 4 in 20, or of the one given, and notes when level 4 was served while others waited. */
function supply(jobs: readonly HandJob[], regulated: RegulatedOptions): { check: SupplyCheck; taken: (readonly [fromNs: number, toNs: number])[] } {
  let check: SupplyCheck | undefined;
  const taken: (readonly [fromNs: number, toNs: number])[] = [];
  const run = handRun(jobs, regulated, {
    probes: (_sim, tasks) => {
      check = new SupplyCheck(tasks, regulated.reservation ?? { budgetNs: 4, periodNs: 20 }, 4);
      let above = 0;
      let serving = false;
      let sinceNs = 0;
      const isReserved = (task: number): boolean => tasks.level[task]! >= (regulated.reservation?.fromLevel ?? 4);
      const turn = (nowNs: number, change: () => void): void => {
        if (serving && above > 0 && nowNs > sinceNs) taken.push([sinceNs, nowNs]);
        change();
        sinceNs = nowNs;
      };
      const cost: Probe = {
        onReady: (task, _cause, nowNs) => turn(nowNs, () => void (above += isReserved(task) ? 0 : 1)),
        onDispatch: (_core, task, _overheadNs, nowNs) => turn(nowNs, () => void (serving = isReserved(task))),
        onStop: (_core, task, cause, _ranNs, nowNs) => turn(nowNs, () => {
          serving = false;
          if (cause !== 0 && !isReserved(task)) above -= 1;
        }),
      };
      return [check, cost];
    },
  });
  check!.finish(run.sim.now);
  return { check: check!, taken };
}

/** Largest part of the intervals within any window of the length: it is taken by a window that ends where one of them does. */
function mostWithin(intervals: readonly (readonly [number, number])[], lengthNs: number): number {
  return Math.max(0, ...intervals.map(([, endNs]) => intervals.reduce((sum, [fromNs, toNs]) => sum + Math.max(0, Math.min(toNs, endNs) - Math.max(fromNs, endNs - lengthNs)), 0)));
}

describe('level weights', () => {
  const shares = { weights: [6, 3, 2, 1], per: 'level', quantumNs: 2 } as const;

  it('share a contested core by weight, to within a quantum, whatever the others ask for', () => {
    const jobs = [1, 2, 3, 4].map((level) => job(`l${level}`, 0, 100_000, level));
    const had = [0, 0, 0, 0];
    handRun(jobs, { between: 'pr', shares }, {
      probes: (_sim, tasks) => [{
        onStop: (_core, task, _cause, ranNs, nowNs) => {
          if (nowNs <= 120_000) had[tasks.level[task]! - 1]! += ranNs;
        },
      }],
    });
    [60_000, 30_000, 20_000, 10_000].forEach((expected, index) => expect(Math.abs(had[index]! - expected)).toBeLessThanOrEqual(4));
  });

  it('a level that was empty has saved nothing up', () => {
    const { schedule } = handRun([job('report', 0, 40, 4), job('payment', 20, 8, 1)], { between: 'pr', shares: { weights: [1, 1, 1, 1], per: 'level', quantumNs: 2 } });
    expect(schedule).toBe('report 0-20, payment 20-22, report 22-24, payment 24-26, report 26-28, payment 28-30, report 30-32, payment 32-34, report 34-48');
  });

  it('once for each task, they are discriminatory processor sharing as the quantum goes to 0: closed form of Fayolle, Mitrani and Iasnogorodski', () => {
    const means = [0, 1].map((level) => tInterval(Array.from({ length: 12 }, (_, replication) => dpsMeans(replication)[level]!)));
    // lambda 0.3 each, exponential sizes of mean 1, weights 1024 to 335 (nice 0 and 5).
    [1.9568, 3.0432].forEach((expected, index) => {
      const { mean, halfWidth } = means[index]!;
      expect(Math.abs(mean - expected), `level ${index + 1}: ${mean} +- ${halfWidth}`).toBeLessThan(1.6 * halfWidth);
      expect(halfWidth / mean).toBeLessThan(0.04);
    });
  });

  it('go alone: whoever has no order of levels cannot promote or reserve', () => {
    expect(() => handRun([], { between: 'pr', shares, boostNs: 5 })).toThrow('required: shares alone');
    expect(() => handRun([], { between: 'pr', token: true, reservation: { budgetNs: 1, periodNs: 2 } })).toThrow('required: one of them');
    expect(() => handRun([], { between: 'pr', reservation: { budgetNs: 3, periodNs: 2 } })).toThrow('a reservation of 3 ns in 2 ns');
    expect(() => handRun([], { between: 'poll' })).toThrow('at least 1 ns');
    expect(() => handRun([], { between: 'pr', agingNs: [1, 2] })).toThrow('required: 4 times above 0 ns');
  });
});

/** Mean responses of two levels in mean sizes. */
function dpsMeans(replication: number): number[] {
  const sim = new Simulation({ seed: 'dps', replication });
  const tasks = new TaskTable();
  const meanNs = 1e6;
  const draws = sim.stream('jobs');
  let atNs = 0;
  const source: JobSource = {
    next(next: Job) {
      atNs += exponential(draws, meanNs / 0.6);
      next.arrivalNs = Math.round(atNs);
      next.level = next.label = 1 + draws.below(2);
      next.sizeNs = next.estimateNs = Math.ceil(exponential(draws, meanNs));
      return true;
    },
  };
  const policies = regulatedPolicy(tasks, ['fcfs', 'fcfs'], { between: 'pr', opServes: [], shares: { weights: [1024, 335], per: 'task', quantumNs: meanNs / 20 } });
  const open = new OpenJobs(sim, tasks, { policies, source, levels: 2, warmUpNs: 200 * meanNs, horizonNs: 15_000 * meanNs, drainNs: 1e4 * meanNs });
  sim.run();
  return open.accounts.map(({ responseNs }) => responseNs.values.reduce((sum, value) => sum + value, 0) / responseNs.length / meanNs);
}

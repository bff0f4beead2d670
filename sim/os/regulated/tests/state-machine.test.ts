/** The regulated scheduler by hand: small schedules whose every instant can be checked on paper. */
import { describe, expect, it } from 'vitest';
import type { RegulatedOptions } from '../options.ts';
import { ORDINARY, REGULATORY } from '../regulated.ts';
import { type HandJob, handRun, randomJobs } from './hand-run.ts';

const job = (name: string, at: number, size: number, level: number): HandJob => ({ name, at, size, level });
/** A long ordinary job, and a transaction that comes while it runs. */
const REPORT_AND_PAYMENT = [job('report', 0, 30, 4), job('payment', 10, 5, 1)];

describe('a transaction comes while an ordinary job runs', () => {
  it('np: it waits for the end of the job', () => {
    expect(handRun(REPORT_AND_PAYMENT, { between: 'np' }).schedule).toBe('report 0-30, payment 30-35');
  });

  it('pr: it takes the core at once, the job goes on where it was', () => {
    expect(handRun(REPORT_AND_PAYMENT, { between: 'pr' }).schedule).toBe('report 0-10, payment 10-15, report 15-35');
  });

  it('poll: it waits for the next look at the queues, every 4 ns of the job', () => {
    expect(handRun(REPORT_AND_PAYMENT, { between: 'poll', pollNs: 4 }).schedule).toBe('report 0-12, payment 12-17, report 17-35');
  });

  it('comes at the instant at which a look is due: the look sees it', () => {
    expect(handRun(REPORT_AND_PAYMENT, { between: 'poll', pollNs: 5 }).schedule).toBe('report 0-10, payment 10-15, report 15-35');
  });

  it('pays the hand-over from program to program each time, also the first, since a core begins with the regulatory one', () => {
    const { schedule, processor } = handRun(REPORT_AND_PAYMENT, { between: 'pr', handoverNs: 2 });
    expect(schedule).toBe('report 2-10, payment 12-17, report 19-41');
    expect([processor.serviceNs[0], processor.overheadNs[0]]).toEqual([35, 6]);
  });

  it('pays for a switch, and once for finding out the level of each', () => {
    const costs = { contextSwitchNs: 1, warmUpNs: 100, classifyNs: 3 };
    expect(handRun(REPORT_AND_PAYMENT, { between: 'pr' }, { costs }).schedule).toBe('report 4-10, payment 14-19, report 20-44');
  });
});

describe('what comes back after an interruption', () => {
  const jobs = [job('first', 0, 10, 2), job('second', 1, 4, 2), job('payment', 5, 1, 1), job('third', 5, 1, 2)];

  it('FCFS: it keeps its place', () => {
    expect(handRun(jobs, { between: 'pr' }).schedule).toBe('first 0-5, payment 5-6, first 6-11, second 11-15, third 15-16');
  });

  it('SPN: it goes on before any that was not started, however short', () => {
    expect(handRun(jobs, { between: 'pr' }, { inner: 'spn' }).schedule).toBe('first 0-5, payment 5-6, first 6-11, third 11-12, second 12-16');
  });

  it('SRT: by what remains; an equal one that has started is not interrupted', () => {
    expect(handRun(jobs, { between: 'pr' }, { inner: 'srt' }).schedule).toBe('first 0-1, second 1-5, payment 5-6, third 6-7, first 7-16');
  });

  it('round robin: it uses up its quantum of 10 first', () => {
    const more = [job('first', 0, 15, 2), job('second', 1, 4, 2), job('payment', 5, 1, 1)];
    expect(handRun(more, { between: 'pr' }, { inner: 'rr' }).schedule).toBe('first 0-5, payment 5-6, first 6-11, second 11-15, first 15-20');
  });
});

describe('ties', () => {
  it('all that come at an instant are known before one is chosen, and the higher level wins', () => {
    expect(handRun([job('d', 3, 1, 4), job('c', 3, 1, 3), job('a', 3, 1, 1), job('b', 3, 1, 2)], { between: 'np' }).schedule).toBe('a 3-4, b 4-5, c 5-6, d 6-7');
  });

  it('a job that ends at the instant another comes is gone before', () => {
    const { schedule, records } = handRun([job('report', 0, 10, 4), job('payment', 10, 5, 1)], { between: 'pr' });
    expect(schedule).toBe('report 0-10, payment 10-15');
    expect(records.get(0, 'preemptions')).toBe(0);
  });
});

describe('which program serves which level', () => {
  const READINGS: readonly RegulatedOptions[] = [
    { between: 'pr' },
    { between: 'pr', rpServes: [1, 3], opServes: [2, 4] },
    { between: 'pr', rpServes: [1, 2, 3, 4], opServes: [4] },
    { between: 'pr', rpServes: [1, 2, 3, 4], opServes: [] },
  ];
  const jobs = randomJobs('programs', 300, 11);

  it('makes no difference on one core while the hand-over is free', () => {
    const ends = READINGS.map((options) => handRun(jobs, options).ends);
    for (const other of ends.slice(1)) expect(other).toEqual(ends[0]);
  });

  it('decides how often a hand-over is paid', () => {
    const overheads = READINGS.map((options) => handRun(jobs, { ...options, handoverNs: 1 }).processor.overheadNs[0]!);
    expect(overheads[1]).toBeGreaterThan(overheads[0]!);
    expect(overheads[2]).toBe(0);
    expect(overheads[3]).toBe(0);
  });

  it('an ordinary program touches no other level than its own', () => {
    for (const [index, options] of READINGS.entries()) {
      const { records } = handRun(jobs, { ...options, handoverNs: 1 });
      for (let row = 0; row < records.count; row++) {
        const served = (records.get(row, 'program') === REGULATORY ? options.rpServes : options.opServes) ?? (records.get(row, 'program') === ORDINARY ? [4] : [1, 2, 3]);
        expect(served, `reading ${index}`).toContain(records.get(row, 'level'));
      }
    }
  });

  it('refuses a level that nobody serves, and a core it was not made for', () => {
    expect(() => handRun([], { between: 'pr', rpServes: [1, 2], opServes: [4] })).toThrow('level 3 is served by no program');
    expect(() => handRun([], { between: 'pr' }).policy.pick(1, 0)).toThrow('core 1, but it was made for 1');
  });
});

describe('several cores under one token', () => {
  const jobs = [job('report', 0, 20, 4), job('export', 0, 20, 4), job('payment', 5, 4, 1)];
  const shared: RegulatedOptions = { between: 'np', cores: 2 };

  it('np: the transaction waits until no ordinary job is in service any more, the other core idles beside it', () => {
    const later = [job('report', 0, 20, 4), job('export', 0, 10, 4), job('payment', 5, 4, 1), job('archive', 6, 5, 4)];
    expect(handRun(later, { ...shared, token: true }).schedule).toBe('1:export 0-10, 0:report 0-20, 0:payment 20-24, 0:archive 24-29');
    expect(handRun(later, shared).schedule).toBe('1:export 0-10, 1:payment 10-14, 1:archive 14-19, 0:report 0-20');
  });

  it('pr: the transaction stops every ordinary job, has the machine alone, and all go on after it', () => {
    const { schedule, ends } = handRun(jobs, { ...shared, between: 'pr', token: true });
    expect(schedule).toBe('1:export 0-5, 0:report 0-5, 0:payment 5-9, 0:report 9-24, 1:export 9-24');
    expect(ends).toEqual({ payment: 9, report: 24, export: 24 });
  });

  it('regulated jobs share the cores among themselves, and ordinary ones among themselves', () => {
    const { ends } = handRun([job('a', 0, 10, 1), job('b', 0, 6, 3), job('c', 0, 5, 4), job('d', 0, 7, 4)], { ...shared, token: true });
    expect(ends).toEqual({ b: 6, a: 10, c: 15, d: 17 });
  });

  it('never has both programs in service, in any mode, and gets all work done', () => {
    for (const between of ['np', 'pr', 'poll'] as const) {
      for (const cores of [2, 3, 8]) {
        const many = randomJobs(`token ${between} ${cores}`, 400, 8);
        const inService = [0, 0];
        const { ends } = handRun(many, { between, pollNs: 3, cores, token: true }, {
          probes: (sim, tasks) => [{
            onDispatch: (_core, task) => {
              inService[tasks.level[task] === 4 ? 1 : 0]! += 1;
              if (inService[0]! > 0 && inService[1]! > 0) sim.after(0, () => expect(inService[0]! * inService[1]!, `both at ${sim.now}`).toBe(0), 3);
            },
            onStop: (_core, task) => {
              inService[tasks.level[task] === 4 ? 1 : 0]! -= 1;
            },
          }],
        });
        expect(Object.keys(ends)).toHaveLength(400);
      }
    }
  });
});

describe('data turns out to be regulated while it is processed', () => {
  const reopening = (jobs: readonly HandJob[], between: 'np' | 'pr') => handRun(jobs.map((each) => ({ ...each })), { between }, {
    onBurstEnd: (name, task, policy) => (name.startsWith('opens') && policy.reclassify(task, 0) ? 10 : 0),
  });

  it('4 becomes 3 and 2 becomes 1, at once and for good', () => {
    const { schedule, records } = reopening([job('opens', 0, 5, 4), job('live', 6, 2, 4), job('account', 6, 2, 3), job('alarm', 7, 2, 2)], 'pr');
    // The running job is on level 3 now: the account job waits behind it, the alarm interrupts it, and level 4 comes last.
    expect(schedule).toBe('opens 0-7, alarm 7-9, account 9-11, opens 11-19, live 19-21');
    expect([...Array(records.count).keys()].map((row) => [records.get(row, 'id'), records.get(row, 'label'), records.get(row, 'level')])).toContainEqual([0, 3, 3]);
    const second = reopening([job('opens', 0, 5, 2), job('payment', 6, 2, 1)], 'pr');
    expect(second.schedule).toBe('opens 0-15, payment 15-17');
    expect(second.records.get(0, 'label')).toBe(1);
  });

  it('never leads down, and leaves regulated work alone', () => {
    for (const level of [1, 3]) expect(reopening([job('opens', 0, 5, level)], 'np').records.get(0, 'label')).toBe(level);
  });
});

describe('whatever the options', () => {
  it('all work is done, and the core is never idle beside it: the time of a busy period is its work', () => {
    const jobs = randomJobs('work', 400, 9);
    const work = jobs.reduce((sum, { size }) => sum + size, 0);
    const OPTIONS: readonly RegulatedOptions[] = [
      { between: 'np' },
      { between: 'poll', pollNs: 3 },
      { between: 'pr', agingNs: [Infinity, 40, 50, 60] },
      { between: 'np', agingNs: [Infinity, 40, 50, 60], boostNs: 200 },
      { between: 'pr', boostNs: 100 },
      { between: 'pr', reservation: { budgetNs: 5, periodNs: 20 } },
      { between: 'np', reservation: { budgetNs: 5, periodNs: 20, fromLevel: 3 }, agingNs: [Infinity, 40, 50, 60] },
      { between: 'poll', pollNs: 4, reservation: { budgetNs: 5, periodNs: 20 }, boostNs: 90 },
      { between: 'pr', shares: { weights: [8, 4, 2, 1], per: 'level', quantumNs: 7 } },
      { between: 'np', shares: { weights: [8, 4, 2, 1], per: 'task', quantumNs: 7 } },
      { between: 'poll', pollNs: 3, shares: { weights: [1, 1, 1, 1], per: 'level', quantumNs: 7 } },
    ];
    const plain = handRun(jobs, { between: 'pr' });
    const lastEnd = Math.max(...Object.values(plain.ends));
    for (const options of OPTIONS) {
      for (const inner of ['fcfs', 'spn', 'srt', 'rr', 'cfs', 'eevdf', 'ps', 'dps'] as const) {
        if ((inner === 'ps' || inner === 'dps') && (options.agingNs ?? options.boostNs) !== undefined) {
          expect(() => handRun(jobs, options, { inner })).toThrow('required: another policy inside');
          continue;
        }
        const { ends, processor, sim } = handRun(jobs, options, { inner });
        const what = `${inner} ${JSON.stringify(options)}`;
        expect(Object.keys(ends), what).toHaveLength(jobs.length);
        expect(processor.serviceNs[0], what).toBe(work);
        // No timer outlives the work.
        expect([Math.max(...Object.values(ends)), sim.now], what).toEqual([lastEnd, lastEnd]);
      }
    }
  });
});

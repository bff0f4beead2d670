import { describe, expect, it } from 'vitest';
import { ConfigError } from '../testbed/config-error.ts';
import taskTrace from './task-trace.ts';

interface Answer {
  readonly jobs: number;
  readonly schedulers: readonly { readonly scheduler: string; readonly makespanUs: number; readonly levels: readonly { readonly level: number; readonly jobs: number; readonly preemptions: number; readonly responseUs: Readonly<Record<string, number>>; readonly longestWaitUs: number }[] }[];
}
const FILES = { readFile: (path: string): Uint8Array => new TextEncoder().encode(path === 'mine.csv' ? 'level,arrival_us,size_us\n4,0,30000\n1,1000,500\n' : '') };
const ask = (input: object): Answer => taskTrace.evaluate(taskTrace.input.parse(input), FILES) as Answer;
const refusal = (input: object): string => {
  try {
    ask(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('task-trace', () => {
  it('replays a trace by hand: a report of 30 ms, a payment of 0.5 ms one ms later', () => {
    const { schedulers } = ask({ file: 'mine.csv', schedulers: ['np-fcfs', 'pr-fcfs', 'fcfs'] });
    const response = (scheduler: string, level: number): number => schedulers.find((each) => each.scheduler === scheduler)!.levels.find((each) => each.level === level)!.responseUs['max']!;
    expect([response('np-fcfs', 1), response('np-fcfs', 4)]).toEqual([29_500, 30_000]);
    expect([response('pr-fcfs', 1), response('pr-fcfs', 4)]).toEqual([500, 30_500]);
    expect(response('fcfs', 1)).toBe(29_500);
    for (const { makespanUs } of schedulers) expect(makespanUs).toBe(30_500);
  });

  it('lets CFS interrupt nothing before its tick allows it', () => {
    const [cfs] = ask({ file: 'mine.csv', schedulers: ['cfs'] }).schedulers;
    // A newcomer starts behind by its slice (3 ms of two); the tick at 4 ms finds the report's turn over.
    expect(cfs!.levels[0]!.responseUs['max']).toBeGreaterThan(500);
    expect(cfs!.levels[0]!.responseUs['max']).toBeLessThan(8000);
  });

  it('counts every job, in any order of rows', () => {
    const rows = Array.from({ length: 500 }, (_, index) => `${(index * 7919) % 100_000},${50 + (index % 13) * 40},${1 + (index % 4)}`);
    const { jobs, schedulers } = ask({ csv: `arrival_us,size_us,level\n${rows.join('\n')}`, schedulers: ['cfs', 'pr-srt', 'eevdf', 'fifo-fair', 'srt'] });
    expect(jobs).toBe(500);
    for (const { levels } of schedulers) expect(levels.map((level) => level.jobs)).toEqual([125, 125, 125, 125]);
    expect(new Set(schedulers.map(({ makespanUs }) => makespanUs)).size).toBe(1);
  });

  it.each([
    [{}, 'neither file nor csv given'],
    [{ file: 'mine.csv', csv: 'x' }, 'both file and csv given'],
    [{ csv: '' }, 'csv: is empty'],
    [{ csv: 'arrival_us,size_us\n' }, 'has a header and no job'],
    [{ csv: 'arival_us,size_us\n1,2' }, "'arival_us' is not a column of a task trace; did you mean 'arrival_us'?"],
    [{ csv: 'arrival_us\n1' }, "column 'size_us' is missing"],
    [{ csv: 'arrival_us,size_us,size_us\n1,2,3' }, "'size_us' stands there twice"],
    [{ csv: 'arrival_us,size_us,level\n0,5,5\n1,-2,1' }, "line 2, column level: '5' is not allowed; allowed is an integer from 1 to 4"],
    [{ csv: 'arrival_us,size_us\n0,5\n1,0x10' }, "line 3, column size_us: '0x10' is not allowed; allowed is a number from 0.001"],
    [{ csv: 'arrival_us,size_us\n0,4e12\n0,1e12\n' }, 'the end of the clock'],
    [{ csv: 'arrival_us,size_us\n\n\n0,0' }, 'line 4, column size_us'],
    [{ csv: 'arrival_us,size_us\n0' }, 'line 2: 1 cells where the header has 2'],
    [{ csv: 'arrival_us,size_us\n0,"5' }, 'is no CSV'],
  ])('refuses %j', (input, words) => {
    expect(refusal(input)).toContain(words);
  });
});

import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { Processor, SLEEP } from '../../cpu/processor.ts';
import { TaskTable } from '../../tasks.ts';
import { Mlfq, type MlfqOptions } from '../mlfq.ts';

/** In units of 1 ms; jobs {at, burst, then sleep for ever or between bursts}. */
function gantt(options: MlfqOptions, jobs: readonly { at: number; run: number; sleep?: number }[], until: number): string {
  const MS = 1_000_000;
  const sim = new Simulation({ seed: 'mlfq' });
  const tasks = new TaskTable();
  let found = '';
  const processor = new Processor(sim, tasks, {
    policies: new Mlfq(tasks, options),
    probes: [{ onStop: (_core, task, _cause, ranNs) => { if (ranNs > 0) found += `${'abc'[tasks.tag[task]!]}${ranNs / MS} `; } }],
    onBurstEnd: (task) => {
      const { run, sleep } = jobs[tasks.tag[task]!]!;
      if (sleep === undefined) return 0;
      sim.after(sleep * MS, () => processor.wake(task, run * MS));
      return SLEEP;
    },
  });
  jobs.forEach(({ at, run }, index) => sim.after(at * MS, () => {
    const task = tasks.create(sim.now, 1, run * MS);
    tasks.tag[task] = index;
    processor.start(task);
  }));
  sim.run({ untilNs: until * MS });
  return found.trim();
}

const MS = 1_000_000;
const TEN: MlfqOptions = { quantaNs: [10 * MS, 10 * MS, 10 * MS], boostNs: 1e15 };

describe('mlfq, as in the chapter', () => {
  it('a short job that comes late is served at the top and is done before the long one goes on (figure 8.3)', () => {
    expect(gantt(TEN, [{ at: 0, run: 200 }, { at: 100, run: 20 }], 300)).toBe('a100 b20 a100');
  });

  it('two long jobs sink together and take turns at the bottom', () => {
    expect(gantt(TEN, [{ at: 0, run: 40 }, { at: 0, run: 40 }], 100)).toBe('a10 b10 a10 b10 a10 b10 a10 b10');
  });

  it('giving the core up before the turn is over does not keep a job at the top (rule 4)', () => {
    // b uses 4 ms at a time: in its third burst it goes down one, after its fifth another, and then has to wait for the end of a's turn.
    expect(gantt(TEN, [{ at: 0, run: 200 }, { at: 20, run: 4, sleep: 1 }], 60)).toBe('a20 b4 a1 b4 a1 b4 a1 b4 a1 b4 a6 b4');
  });

  it('a boost takes all back to the top, those first that waited (rule 5)', () => {
    const jobs = [{ at: 0, run: 200 }, { at: 90, run: 100 }];
    expect(gantt(TEN, jobs, 145)).toBe('a90 b20 a10 b10 a10');
    expect(gantt({ ...TEN, boostNs: 100 * MS }, jobs, 145)).toBe('a90 b10 a10 b10 a10 b10');
  });
});

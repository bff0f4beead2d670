import { expect, it } from 'vitest';
import benchmark from './link.ts';

const work = <T>(run: () => T): T => run();
const run = (flags: Partial<{ packets: number; discipline: string; faults: string; checkers: string }>) => benchmark.run({ ...benchmark.flags, packets: 10_000, ...flags }, work);

it('takes one event a packet sent and two a packet served, at any size, and repeats itself', () => {
  // 8000 are served while 10 000 are sent at 125 % of the rate, then what waits: 200 and the one on the line
  expect(run({}).events).toBe(10_000 + 2 * 8_200);
  expect(run({ packets: 40_000 }).events).toBe(40_000 + 2 * 32_200);
  expect(run({}).checksum).toBe(run({}).checksum);
  expect(run({ checkers: 'on' })).toEqual(run({}));
});

it('serves what the discipline lets through, and no event more', () => {
  for (const discipline of ['red', 'codel', 'fq-codel', 'pie']) {
    const { events, remark } = run({ discipline });
    const delivered = Number(remark!.split(' ')[0]);
    expect(events).toBe(10_000 + 2 * delivered);
    expect(delivered).toBeGreaterThan(7500);
  }
  expect(run({ faults: 'all' }).events).toBeLessThan(10_000 + 2 * 8_200);
});

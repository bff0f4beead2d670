import { expect, it } from 'vitest';
import benchmark from './multicore.ts';

const work = <T>(run: () => T): T => run();

it('serves the same jobs on a queue each and on a shared one, with about three to four events a job', () => {
  const flags = { cores: 8, loadPercent: 80 };
  const own = [1000, 10_000].map((jobs) => benchmark.run({ ...flags, jobs, queues: 'own' }, work));
  const shared = benchmark.run({ ...flags, jobs: 10_000, queues: 'shared' }, work);
  expect(own[1]!.events / own[0]!.events).toBeCloseTo(10, 0);
  for (const { events } of [own[1]!, shared]) {
    // Arrival, end and decision each, and a decision more for some; anything above is a timer that should not run.
    expect(events).toBeGreaterThan(30_000);
    expect(events).toBeLessThan(42_000);
  }
  expect(benchmark.run({ ...flags, jobs: 10_000, queues: 'own' }, work).checksum).toBe(own[1]!.checksum);
});

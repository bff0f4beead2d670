import { expect, it } from 'vitest';
import benchmark from './regulated.ts';

const work = <T>(run: () => T): T => run();

it('serves a small and a larger number of jobs with three events each, and one more where a job meets an idle core', () => {
  const flags = { loadPercent: 80, between: 'np', bound: 'none' };
  const small = benchmark.run({ ...flags, jobs: 1000 }, work);
  const large = benchmark.run({ ...flags, jobs: 10_000 }, work);
  // Arrival, end of burst, decision after the end; one job in five arrives at an idle core (load 0.8), which then decides too.
  expect([small.events, large.events]).toEqual([3146, 31_969]);
  expect(benchmark.run({ ...flags, jobs: 10_000, between: 'pr' }, work).events).toBeGreaterThan(large.events);
});

it('does the same work under every bound, only in another order', () => {
  const events = ['none', 'aging', 'reservation', 'shares', 'boost'].map((bound) => benchmark.run({ jobs: 10_000, loadPercent: 80, between: 'pr', bound }, work));
  expect(new Set(events.map(({ checksum }) => checksum)).size).toBe(5);
});

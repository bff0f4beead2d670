/** The cancel-heavy timers at their small size. */
import { expect, it } from 'vitest';
import timers from './timers.ts';

const once = <T>(work: () => T): T => work();

it('does the same work with the same checksum on both queues, and cancels nine timers of ten', () => {
  const flags = { ...timers.flags, flows: 100, operations: 100_000 };
  const ladder = timers.run({ ...flags, queue: 'ladder' }, once);
  expect(ladder).toEqual(timers.run({ ...flags, queue: 'heap' }, once));
  expect(ladder).toMatchInlineSnapshot(`
    {
      "checksum": "cf811f55c366ac4883276cbf5b79ce82",
      "events": 101873,
      "remark": "28637 of 31818 timers cancelled (90.00 %)",
    }
  `);
  const [cancelled, replaced] = ladder.remark!.match(/[0-9]+/g)!.map(Number);
  expect(cancelled).toBe(replaced! - Math.floor(replaced! / 10));
});

/** The cancel-heavy timers at their small size. */
import { expect, it } from 'vitest';
import timers from './timers.ts';

const once = <T>(work: () => T): T => work();

it('does the same work with the same checksum on both queues', () => {
  const flags = { ...timers.flags, flows: 100, operations: 20_000 };
  const ladder = timers.run({ ...flags, queue: 'ladder' }, once);
  expect(ladder).toEqual(timers.run({ ...flags, queue: 'heap' }, once));
  expect(ladder).toMatchInlineSnapshot(`
    {
      "checksum": "cf244776e6fc957aa4dee4721ec61285",
      "events": 23400,
    }
  `);
});

import { expect, it } from 'vitest';
import benchmark from './mm1.ts';

it('ladder and heap serve the same customers in the same order', () => {
  const flags = { customers: 10_000, load: 0.9 };
  const work = <T>(run: () => T): T => run();
  const ladder = benchmark.run({ ...flags, queue: 'ladder' }, work);
  expect(benchmark.run({ ...flags, queue: 'heap' }, work)).toEqual(ladder);
  expect(ladder).toMatchInlineSnapshot(`
    {
      "checksum": "17e6a59bb3dea131ed86519982974525",
      "events": 20053,
    }
  `);
});

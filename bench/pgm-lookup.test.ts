import { expect, it } from 'vitest';
import benchmark from './pgm-lookup.ts';

it('index and binary search find the same ranks', () => {
  const flags = { keys: 20_000, epsilon: 16, epsilonRecursive: 4, lookups: 5000 };
  const work = <T>(run: () => T): T => run();
  const index = benchmark.run({ ...flags, structure: 'pgm' }, work);
  expect(index).toEqual(benchmark.run({ ...flags, structure: 'binary-search' }, work));
  expect(index).toEqual({ events: 5000, checksum: '49644811' });
});

import { expect, it } from 'vitest';
import benchmark from './lsm-mechanics.ts';

it('small size: the events and bytes of the real program', () => {
  const result = benchmark.run({ puts: 20_000, valueBytes: 4096, gets: 5000, bloomBitsPerKey: 0, keys: 'sha256' }, (work) => work());
  expect(result).toEqual({ events: 25_000, checksum: '50:80039698:331993953' });
});

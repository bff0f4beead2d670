import { expect, it } from 'vitest';
import benchmark from './evidence-chain.ts';

const work = <T>(run: () => T): T => run();

it('appends and audits every record, and its roots depend on the records and on the batch', () => {
  const [first, again, more, wider] = [{ records: 200, batch: 16 }, { records: 200, batch: 16 }, { records: 216, batch: 16 }, { records: 200, batch: 32 }].map((flags) => benchmark.run(flags, work));
  expect(first!.events).toBe(200);
  expect(again).toEqual(first);
  expect(new Set([first!, more!, wider!].map(({ checksum }) => checksum)).size).toBe(3);
});

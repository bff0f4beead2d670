import { expect, it } from 'vitest';
import benchmark from './pbft.ts';

const work = <T>(run: () => T): T => run();

it('sends 2 n (n - 1) messages a decision and the checkpoints, at two sizes', () => {
  for (const n of [4, 16]) {
    const messages = benchmark.run({ n, decisions: 200 }, work).counts!['messages']!;
    const checkpoints = Math.floor(200 / 128) * n * (n - 1);
    // The commits of the last decision may not all have been asked for when its answer comes.
    expect(messages).toBeGreaterThan(199 * 2 * n * (n - 1) + checkpoints - 1);
    expect(messages).toBeLessThanOrEqual(200 * 2 * n * (n - 1) + checkpoints);
  }
  expect(benchmark.run({ n: 4, decisions: 50 }, work).checksum).toBe(benchmark.run({ n: 4, decisions: 50 }, work).checksum);
});

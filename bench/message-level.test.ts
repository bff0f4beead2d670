import { expect, it } from 'vitest';
import benchmark from './message-level.ts';

const work = <T>(run: () => T): T => run();

it('delivers per block n - 1 bodies, n - 1 requests and n (8 x 2 - 1) + 1 announcements, however blocks overlap', () => {
  const perBlock = 100 * 15 + 1 + 2 * 99;
  for (const jitter of ['none', 'uniform', 'pareto']) {
    for (const overlap of [1, 4]) {
      const flags = { nodes: 100, blocks: 8, overlap, jitter };
      const first = benchmark.run(flags, work);
      expect(first.events).toBe(8 * perBlock);
      expect(benchmark.run(flags, work).checksum).toBe(first.checksum);
    }
  }
});

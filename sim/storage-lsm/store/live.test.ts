import { describe, expect, it } from 'vitest';
import { DEFAULT_OPTIONS } from '../leveldb/options.ts';
import { LiveStore } from './live.ts';
import { PAPER_NVM_V1 } from './options.ts';

const options = { ...PAPER_NVM_V1, leveldb: { ...DEFAULT_OPTIONS, writeBufferBytes: 256 * 1024, maxFileBytes: 128 * 1024 } };

describe('live store', () => {
  it('shows the tree as it grows, and the walk of a read', () => {
    const live = new LiveStore(options, 1000, 'picture');
    live.put(1200);
    live.advance(50_000_000);
    live.get(3);
    const picture = live.picture();
    const level0 = picture.levels[0]!;
    expect(level0.length).toBeGreaterThan(1);
    for (const file of level0) {
      expect(file.tier).toBe('nvm');
      expect(file.segments.length).toBeGreaterThan(0);
      expect(file.segments[0]).toBeCloseTo(file.smallest, 6);
      expect(file.smallest).toBeLessThan(file.largest);
      expect(file.largest).toBeLessThanOrEqual(1);
    }
    // The first records were pushed down past an empty level 0, so the walk ends below it.
    expect(picture.lastRead.at(-1)).toMatchObject({ found: true, tier: 'ssd' });
    expect(picture.lastRead.filter(({ found }) => found)).toHaveLength(1);
    const cost = picture.lastRead.reduce((sum, step) => sum + step.costNs, 0);
    const get = live.takeEvents().findLast(({ event }) => event === 'get')!;
    expect(get).toMatchObject({ isFound: true, latencyNs: cost });
    expect(live.takeEvents()).toEqual([]);
  });

  it('runs on to the next background event and to the next stall', () => {
    const live = new LiveStore({ ...options, leveldb: { ...options.leveldb, l0CompactionTriggerFiles: 2, l0SlowdownFiles: 2, l0StopFiles: 3 } }, 1000, 'stall');
    live.putUntilBackground(10_000);
    expect(live.takeEvents().some(({ event }) => event === 'flush')).toBe(true);
    live.putUntilStall(10_000);
    const slow = live.takeEvents().at(-1)!;
    expect(slow).toMatchObject({ event: 'put' });
    expect('latencyNs' in slow && slow.latencyNs).toBeGreaterThan(100_000);
  });

  it('is a function of seed and calls', () => {
    const runs = [0, 1].map(() => {
      const live = new LiveStore(options, 1000, 'same');
      live.put(1000);
      for (let read = 0; read < 50; read += 1) live.get();
      return [live.sim.fingerprint(), JSON.stringify(live.picture())];
    });
    expect(runs[0]).toEqual(runs[1]);
  });
});

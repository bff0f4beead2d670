import { describe, expect, it } from 'vitest';
import { clockWindow } from './clock-drawing.ts';
import { DEFAULT_LIVE, LiveStore, replay } from './live-store.ts';
import { liveOptions } from './live-picture.ts';
import { billLines, billSentence } from './tree-state.ts';

const options = { ...DEFAULT_LIVE, records: 20_000 };

describe('the live store', () => {
  it('goes back exactly: a replay to the same event has the same fingerprint and tree', () => {
    const live = new LiveStore(options);
    for (let n = 0; n < 12; n++) live.step();
    live.readKey();
    live.step();
    const again = replay(options, live.reads, live.events);
    expect(again.fingerprint()).toBe(live.fingerprint());
    expect(again.state().levels).toEqual(live.state().levels);
    expect(again.bill).toEqual(live.bill);
  });

  it('draws files where their keys are: level 0 newest first, deeper levels disjoint and in order', () => {
    const live = new LiveStore(options);
    for (let n = 0; n < 30; n++) live.step();
    const { levels } = live.state();
    const ids = levels[0]!.files.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    for (const { files } of levels.slice(1)) for (let at = 1; at < files.length; at++) expect(files[at]!.from).toBeGreaterThanOrEqual(files[at - 1]!.to);
    expect(live.state().writeAmplification).toBeGreaterThan(1.5);
  });

  it('stalls only where the line of level 0 stands at its limit or memory is full', () => {
    const live = new LiveStore(options);
    for (let n = 0; n < 5; n++) live.nextStall();
    const { stalls, l0, limits } = live.clock();
    expect(stalls.length).toBeGreaterThan(0);
    for (const stall of stalls.filter(({ reason }) => reason === 'slowdown')) {
      const files = l0.findLast(([timeNs]) => timeNs <= stall.startNs)![1];
      expect(files).toBeGreaterThanOrEqual(limits.slowdown);
    }
  });

  it('asks every file of level 0 that covers the key, and prices a walk on NVM by the SSD’s profile', () => {
    const live = new LiveStore({ ...options, arm: 'paper' });
    for (let n = 0; n < 30 && live.state().levels[0]!.files.length < 4; n++) live.step();
    for (let n = 0; n < 20; n++) {
      live.readKey();
      const line = live.bill!.lines.find(({ level }) => level === 0);
      if (line === undefined || line.tier !== 'nvm') continue;
      expect(live.bill!.onSsd!.searches).toBe(line.files.length);
      expect(live.bill!.onSsd!.costNs / line.files.length).toBeGreaterThan(10_000);
      expect(live.bill!.lines.at(-1)!.soFarNs).toBeLessThanOrEqual(live.bill!.totalNs);
    }
    expect(live.reads).toHaveLength(20);
  });
});

describe('sentences and windows', () => {
  const step = (level: number, file: number, found: boolean): Parameters<typeof billLines>[0][number] => ({ level, file, tier: 'ssd', found, costNs: 10 });
  const bill = (steps: Parameters<typeof billLines>[0]): Parameters<typeof billSentence>[0] => ({ key: 'ab', at: 0.5, timeNs: 0, totalNs: 1, lines: billLines(steps), onSsd: undefined });
  it('say what a read did', () => {
    expect(billSentence(bill([step(0, 3, false), step(0, 2, false), step(2, 1, true)]))).toBe('A get asks 2 files in level 0 before it finds its key in level 2.');
    expect(billSentence(bill([step(1, 3, true)]))).toBe('A get finds its key in level 1; level 0 costs it nothing.');
    expect(billSentence(bill([step(0, 3, false)]))).toBe('A get asks 1 file in level 0 and finds nothing.');
    expect(billLines([step(0, 3, false), step(0, 2, true)])[0]).toMatchObject({ found: true, costNs: 20, soFarNs: 20 });
  });

  it('refuse odd options of a link', () => {
    expect(liveOptions({ arm: 'nobody', valueBytes: '-1', records: '1e99', seed: '\u0000' })).toEqual(DEFAULT_LIVE);
    expect(liveOptions({ arm: 'paper', bloomBitsPerKey: '10' })).toMatchObject({ arm: 'paper', bloomBitsPerKey: 10 });
  });

  it('follow the playhead once there is too much history', () => {
    const span = (at: number): { name: string; isFlush: boolean; startNs: number; endNs: number } => ({ name: 'flush', isFlush: true, startNs: at * 1e6, endNs: at * 1e6 + 5e5 });
    const clock = { spans: Array.from({ length: 100 }, (_, at) => span(at)), stalls: [], l0: [[0, 0]] as const, limits: { trigger: 4, slowdown: 8, stop: 12 } };
    const [from, to] = clockWindow(clock, 100e6);
    expect(from).toBe(64e6);
    expect(to).toBeGreaterThan(100e6);
  });
});

import { describe, expect, it } from 'vitest';
import { busyRun } from './tests/busy-run.ts';

describe('checkers', () => {
  const COSTS = { contextSwitchNs: 30, warmUpNs: 70, classifyNs: 20 };
  it.each(['fcfs', 'spn', 'srt', 'rr', 'ps', 'dps'] as const)('are content with %s on one core', (inner) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const threads of [false, true]) {
        busyRun({ seed, inner: [inner], threads });
        busyRun({ seed, inner: [inner], threads, costs: COSTS, noisy: true, load: 0.7 });
      }
    }
  });
  it.each(['np', 'pr', 'poll'] as const)('are content with four levels, %s', (between) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const inner of [['fcfs', 'spn', 'srt', 'rr'], ['srt', 'ps', 'fcfs', 'dps']] as const) {
        const regulated = { between, pollNs: 500, handoverNs: seed % 2 === 0 ? 0 : 40 };
        busyRun({ seed, inner: [...inner], regulated, threads: seed % 3 === 0 });
      }
    }
  });
  it.each(['shared', 'stealing', 'own'] as const)('are content with several cores, queues %s', (queues) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const cores of [2, 3, 8]) {
        for (const inner of ['fcfs', 'spn', 'srt', 'rr'] as const) {
          busyRun({ seed, inner: [inner], cores, queues, costs: COSTS, threads: true });
          for (const between of ['np', 'pr'] as const) busyRun({ seed, inner: [inner, inner, inner, inner], regulated: { between }, cores, queues });
        }
      }
    }
  });
  it.each(['np', 'pr'] as const)('are content with the token, %s', (between) => {
    for (let seed = 0; seed < 12; seed++) busyRun({ seed, inner: ['fcfs', 'fcfs', 'srt', 'fcfs'], regulated: { between, token: true }, cores: 4, load: 2 });
  });
  it.each(['np', 'pr', 'poll'] as const)('are content with bounds against starvation, %s', (between) => {
    for (let seed = 0; seed < 12; seed++) {
      for (const bound of [{ agingNs: [1, 3000, 2000, 4000] }, { boostNs: 10_000 }, { reservation: { budgetNs: 500, periodNs: 5000, fromLevel: 3 } }, { shares: { weights: [8, 4, 2, 1], per: 'level', quantumNs: 200 } }] as const) {
        for (const threads of [false, true]) busyRun({ seed, inner: ['fcfs', 'fcfs', 'fcfs', 'fcfs'], regulated: { between, pollNs: 400, ...bound }, load: threads ? 0.9 : 1.3, threads });
        busyRun({ seed, inner: ['srt', 'spn', 'rr', 'fcfs'], regulated: { between: between === 'np' ? 'pr' : between, pollNs: 400, ...bound }, threads: seed % 2 === 0, cores: 1 + (seed % 3) });
      }
    }
  });
  it('give one path of unfinished work to all policies', () => {
    const paths = (['fcfs', 'spn', 'srt', 'rr', 'ps', 'dps'] as const).map((inner) => busyRun({ seed: 7, inner: [inner] }).checkers.workPath!.path);
    expect(new Set(paths).size).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { plainCompletions, type PlainRules } from './plain-cores.ts';
import { randomJobs, simulated } from './plain-run.ts';

const SYSTEMS: readonly (readonly [PlainRules['between'], PlainRules['inner']])[] = [
  ['none', 'fcfs'], ['none', 'spn'], ['none', 'srt'], ['none', 'rr'], ['np', 'fcfs'], ['np', 'spn'], ['pr', 'fcfs'], ['pr', 'spn'], ['pr', 'srt'], ['pr', 'rr'],
];

describe.each(SYSTEMS)('%s %s against plain lists', (between, inner) => {
  it.each([1, 2, 3, 4])('on %i shared cores, to the ns', (cores) => {
    for (let set = 0; set < 12; set++) {
      const jobs = randomJobs(`${between} ${inner} ${cores} ${set}`, 120, cores, 1);
      const rules = { cores, between, inner, quantumNs: inner === 'rr' ? 400_003 : Infinity };
      expect(simulated(jobs, rules)).toEqual(plainCompletions(jobs, rules));
    }
  });

  it('with costs, on one core', () => {
    for (let set = 0; set < 12; set++) {
      const jobs = randomJobs(`costs ${between} ${inner} ${set}`, 80, 2, 1);
      const rules = { cores: 1, between, inner, quantumNs: inner === 'rr' ? 400_003 : Infinity, switchNs: 90_001 };
      expect(simulated(jobs, rules)).toEqual(plainCompletions(jobs, rules));
    }
  });
});

describe.each([['none', 'fcfs'], ['np', 'fcfs'], ['pr', 'fcfs']] as const)('%s %s where much happens at one instant', (between, inner) => {
  it.each([1, 2, 3, 4])('on %i cores: the same, in whatever order equal events come', (cores) => {
    for (let set = 0; set < 12; set++) {
      const jobs = randomJobs(`ties ${between} ${inner} ${cores} ${set}`, 120, cores, 500_000);
      const rules = { cores, between, inner };
      const plain = plainCompletions(jobs, rules);
      expect(simulated(jobs, rules)).toEqual(plain);
      for (const shuffle of ['a', 'b']) expect(simulated(jobs, rules, shuffle)).toEqual(plain);
    }
  });
});

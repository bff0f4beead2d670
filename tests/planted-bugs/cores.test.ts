/** Each bug planted in the processor gives some job another completion than plain lists do; the sound processor gives none. */
import { describe, expect, it } from 'vitest';
import { plainCompletions, type PlainRules } from '../../sim/os/cpu/tests/plain-cores.ts';
import { CORE_BUGS } from './cores.ts';
import * as sound from './cores-entry.ts';
import { loadMutant } from './load-mutant.ts';

const SYSTEMS: readonly PlainRules[] = [
  { cores: 3, between: 'pr', inner: 'fcfs' },
  { cores: 3, between: 'none', inner: 'srt' },
  { cores: 2, between: 'none', inner: 'rr', quantumNs: 400_003 },
  { cores: 1, between: 'pr', inner: 'fcfs', switchNs: 90_001 },
];

/** Does any job end at another instant than it should, or the run break? */
function differs({ simulated, randomJobs }: typeof sound): boolean {
  return SYSTEMS.some((rules, index) => {
    for (let set = 0; set < 3; set++) {
      const jobs = randomJobs(`planted ${index} ${set}`, 80, rules.switchNs === undefined ? rules.cores : 2, 1);
      const plain = plainCompletions(jobs, rules);
      try {
        if (simulated(jobs, rules).some((endNs, job) => endNs !== plain[job]!)) return true;
      } catch {
        return true;
      }
    }
    return false;
  });
}

describe('bugs planted in the processor', () => {
  it('the sound processor agrees with plain lists', () => expect(differs(sound)).toBe(false));

  it.each(CORE_BUGS)('$id: $what', async (bug) => {
    expect(differs(await loadMutant<typeof sound>(bug, 'tests/planted-bugs/cores-entry.ts'))).toBe(true);
  });
});

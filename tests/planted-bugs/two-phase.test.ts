/** Three hundred runs find each bug planted in two-phase commit, and nothing in the sound code. */
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { TWO_PHASE_BUGS } from './two-phase.ts';
import * as sound from './two-phase-entry.ts';

const RUNS = 300;

function broken({ brokenIn }: typeof sound): string[] {
  return Array.from({ length: RUNS }, (_, run) => brokenIn(run)).filter((each) => each !== undefined);
}

describe('two-phase commit', () => {
  it('breaks nothing', () => {
    expect(broken(sound)).toEqual([]);
  });

  it.each(TWO_PHASE_BUGS)('$id is found', async (bug) => {
    expect(broken(await loadMutant<typeof sound>(bug, 'tests/planted-bugs/two-phase-entry.ts')).length, bug.what).toBeGreaterThan(0);
  });
});

/** The swarm finds each planted PBFT bug within 1000 runs, and nothing in the sound code. */
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { PBFT_BUGS } from './pbft.ts';
import * as sound from './pbft-entry.ts';

type Pbft = typeof sound;
const RUNS = 1000;

/** Number of the first run that breaks, and what breaks. */
function firstBroken({ drawCase, runCase }: Pbft, runs: number): { run: number; broken: string } | undefined {
  for (let run = 0; run < runs; run++) {
    const { broken } = runCase(drawCase(`planted/${run}`));
    if (broken !== undefined) return { run, broken };
  }
  return undefined;
}

describe('sound PBFT', () => {
  it('breaks nothing', () => {
    expect(firstBroken(sound, 200)).toBeUndefined();
  });
});

describe('planted PBFT bugs', () => {
  it.each(PBFT_BUGS)('$id is found', async (bug) => {
    const mutant = await loadMutant<Pbft>(bug, 'tests/planted-bugs/pbft-entry.ts');
    const found = firstBroken(mutant, RUNS);
    expect(found, bug.what).toBeDefined();
  });
});

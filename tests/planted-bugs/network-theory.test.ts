/** The claims of `network-theory` notice bugs beneath them: the answer leaves the margin of its law, or a checker stops the run before there is one. */
import { describe, expect, it } from 'vitest';
import type { ExperimentId } from '../../scenarios/network-theory/experiments.ts';
import { loadMutant } from './load-mutant.ts';
import * as sound from './network-theory-entry.ts';
import { LAW_BUGS } from './network-theory.ts';

/** Half the run of the scenario's quick preset, one replication. */
const LENGTH = 0.5;

function holds({ Simulation, experiment }: typeof sound, id: ExperimentId): boolean {
  const { law, contrast, margin, simulate } = experiment(id);
  const sim = new Simulation({ seed: 'planted laws' });
  const answer = simulate(sim, LENGTH);
  try {
    sim.run();
  } catch {
    return false;
  }
  return Math.abs(contrast === 'relative' ? answer() / law - 1 : answer() - law) <= margin;
}

describe('bugs planted beneath the laws of the network', () => {
  it.each([...new Set(LAW_BUGS.map(({ law }) => law))])('%s holds when nothing is planted', (law) => expect(holds(sound, law)).toBe(true));

  it.each(LAW_BUGS)('$id: $what', async (bug) => {
    expect(holds(await loadMutant<typeof sound>(bug, 'tests/planted-bugs/network-theory-entry.ts'), bug.law)).toBe(false);
  });
});

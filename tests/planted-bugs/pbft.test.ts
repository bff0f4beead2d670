/** The swarm finds each planted PBFT bug within 1000 runs, and nothing in the sound code. */
import { describe, expect, it } from 'vitest';
import { PBFT_PROFILES, type PbftConfig, quorum } from '../../sim/consensus/pbft/config.ts';
import { type PlaceInView, signViewChange, type ViewChange } from '../../sim/consensus/pbft/messages.ts';
import { initialState } from '../../sim/consensus/pbft/state.ts';
import type { RandomStream } from '../../sim/random.ts';
import { Simulation } from '../../sim/simulation.ts';
import { loadMutant } from './load-mutant.ts';
import { ENTRIES_TO_COME, PBFT_BUGS, PBFT_IMPLIED } from './pbft.ts';
import * as sound from './pbft-entry.ts';

type Pbft = typeof sound;
const RUNS = 1000;
const ENTRY = 'tests/planted-bugs/pbft-entry.ts';

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
    const mutant = await loadMutant<Pbft>(bug, ENTRY);
    const found = firstBroken(mutant, RUNS);
    expect(found, bug.what).toBeDefined();
  });
});

const config: PbftConfig = { ...PBFT_PROFILES['castro-liskov'], n: 4, checkpointEvery: 1, logMultiplier: 2 };

/** VIEW-CHANGEs of so many replicas, anything that few numbers allow. */
function anyViewChanges(stream: RandomStream, replicas: number): ViewChange[] {
  return Array.from({ length: replicas }, (_, replica) => {
    const low = stream.below(3);
    const entries = (): PlaceInView[] => [1, 2].flatMap((above) => (stream.below(2) === 0 ? [{ seq: low + above, digest: 1 + stream.below(2), view: stream.below(2) }] : []));
    const checkpoints = [0, 1, 2].slice(0, 1 + stream.below(3)).map((above) => ({ seq: low + above, digest: 7 + low + above }));
    return signViewChange({ kind: 'view-change', view: 2, low, checkpoints, prepared: entries(), prePrepared: entries(), replica });
  });
}

describe('checks that others imply', () => {
  const lists = (replicas: number): ViewChange[][] => {
    const stream = new Simulation({ seed: 'lists', scenario: 'view changes' }).stream('lists');
    return Array.from({ length: 20_000 }, () => anyViewChanges(stream, replicas));
  };

  it('fewer VIEW-CHANGEs than a quorum decide nothing, whatever they say; so a NEW-VIEW of f + 1 is refused anyway', async () => {
    for (const list of lists(quorum(config.n) - 1)) expect(sound.choose(list, config)).toBeUndefined();
    const mutant = await loadMutant<Pbft>(PBFT_IMPLIED.weakProof, ENTRY);
    const cases = Array.from({ length: 600 }, (_, run) => sound.drawCase(`implied/${run}`)).filter(({ plan }) => plan.some((fault) => fault.kind === 'byzantine' && fault.behaviour === 'forged-new-view'));
    expect(cases.length).toBeGreaterThan(10);
    for (const each of cases) expect(mutant.runCase(each).fingerprint).toBe(sound.runCase(each).fingerprint);
  });

  it('whether a quorum has gone beyond a checkpoint is asked again at the first number above it', async () => {
    const mutant = await loadMutant<Pbft>(PBFT_IMPLIED.beyond, ENTRY);
    let decided = 0;
    let undecided = 0;
    for (const list of [...lists(3), ...lists(4)]) {
      const ours = sound.choose(list, config);
      expect(mutant.choose(list, config)).toEqual(ours);
      if (ours === undefined) undecided += 1;
      else decided += 1;
    }
    expect(Math.min(decided, undecided)).toBeGreaterThan(1000);
  });
});

describe('entries of views to come', () => {
  /** Why replica 1 does not act on a VIEW-CHANGE for view 1 that lists something of `view`. */
  const refusal = ({ pbft }: Pbft, set: 'prepared' | 'prePrepared', view: number): string[] => {
    const why: string[] = [];
    const nothing = (): void => {};
    const message = signViewChange({ kind: 'view-change', view: 1, low: 0, checkpoints: [{ seq: 0, digest: 1 }], prepared: [], prePrepared: [], replica: 2, [set]: [{ seq: 1, digest: 9, view }] });
    pbft.onMessage(initialState(1, config), 2, message, { send: nothing, broadcast: nothing, setTimer: nothing, clearTimer: nothing, persist: nothing, compute: nothing, observe: nothing, ignore: (text) => why.push(text) });
    return why;
  };

  it.each(['prepared', 'prePrepared'] as const)('a VIEW-CHANGE whose %s names the view it asks for, or a later one, counts for nothing (TOCS 3.2.4)', async (set) => {
    const mutant = await loadMutant<Pbft>(ENTRIES_TO_COME, ENTRY);
    for (const view of [1, 2]) {
      expect(refusal(sound, set, view)).toEqual(['view-change: entries that no correct replica would list']);
      expect(refusal(mutant, set, view)).toEqual([]);
    }
    expect(refusal(sound, set, 0)).toEqual([]);
  });
});

/** What the PBFT checkers make of VIEW-CHANGEs, told to them by hand. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../simulation.ts';
import { ACCEPTED, PREPARED, STABLE, VIEW_CHANGE } from '../observations.ts';
import { PBFT_PROFILES, type PbftConfig } from '../pbft/config.ts';
import { type PlaceInView, signNewView, signViewChange, type ViewChange } from '../pbft/messages.ts';
import { PbftCheckers } from './pbft-checkers.ts';

const config: PbftConfig = { ...PBFT_PROFILES['castro-liskov'], n: 4, checkpointEvery: 2 };
const fresh = (faulty = -1): PbftCheckers => new PbftCheckers(new Simulation({ seed: 'checkers', scenario: 'checkers' }), { config, isFaulty: (replica) => replica === faulty });
const viewChange = (replica: number, change: Partial<Omit<ViewChange, 'signature'>> = {}): ViewChange => signViewChange({ kind: 'view-change', view: 1, low: 0, checkpoints: [], prepared: [], prePrepared: [], replica, ...change });

describe('checkpoints in VIEW-CHANGEs that only a NEW-VIEW carries', () => {
  /** Replicas 0 and 2 have sent their checkpoints, replica 3 has told only the primary of view 1, which has passed it on; then 0 finds it stable. */
  const stable = (carried: ViewChange): void => {
    const checkers = fresh(3);
    for (const replica of [0, 2]) checkers.onSend(replica, -1, { kind: 'checkpoint', seq: 2, digest: 5, replica });
    checkers.onSend(1, -1, signNewView({ kind: 'new-view', view: 1, viewChanges: [carried], checkpoint: { seq: 0, digest: 1 }, choices: [], replica: 1 }));
    checkers.onObserve(0, STABLE, 0, 2, 5);
  };
  const told = viewChange(3, { checkpoints: [{ seq: 2, digest: 5 }] });

  it('count where their sender has signed them', () => {
    expect(() => stable(told)).not.toThrow();
  });

  it('and not where it has not', () => {
    expect(() => stable({ ...told, low: 1 })).toThrow(/checker certificate: is stable .* 2 replicas voted; required: 3/);
    expect(() => stable(viewChange(3))).toThrow(/checker certificate/);
  });
});

describe('carried', () => {
  const at = (seq: number, digest: number, view: number): PlaceInView => ({ seq, digest, view });
  /** Replica 2 accepts 7 and then 8 at number 3, prepares both, accepts 9 at number 4, and asks for view 3. */
  const asks = (change: Partial<Omit<ViewChange, 'signature'>>, faulty = -1): PbftCheckers => {
    const checkers = fresh(faulty);
    for (const [view, digest] of [[0, 7], [2, 8]] as const) {
      checkers.onSend(view, -1, { kind: 'prepare', view, seq: 3, digest, replica: view });
      for (const replica of [1, 3]) checkers.onSend(replica, -1, { kind: 'prepare', view, seq: 3, digest, replica });
      checkers.onObserve(2, ACCEPTED, view, 3, digest);
      checkers.onObserve(2, PREPARED, view, 3, digest);
    }
    checkers.onObserve(2, ACCEPTED, 2, 4, 9);
    checkers.onObserve(2, VIEW_CHANGE, 3, 0, 0);
    checkers.onSend(2, -1, viewChange(2, { view: 3, ...change }));
    return checkers;
  };
  const prepared = [at(3, 8, 2)];
  const prePrepared = [at(3, 7, 0), at(3, 8, 2), at(4, 9, 2)];

  it('lets pass what lists all of it, in any order, and again when the log has moved on', () => {
    const checkers = asks({ prepared, prePrepared: prePrepared.toReversed() });
    for (const replica of [0, 1, 3]) checkers.onSend(replica, -1, { kind: 'checkpoint', seq: 4, digest: 5, replica });
    checkers.onObserve(2, STABLE, 3, 4, 5);
    expect(() => checkers.onSend(2, -1, viewChange(2, { view: 3, prepared, prePrepared }))).not.toThrow();
  });

  it.each([
    ['P without an entry', { prepared: [], prePrepared }, /does not list 8 at number 3 in view 2 in P/],
    ['P with an earlier view', { prepared: [at(3, 7, 0)], prePrepared }, /lists 7 at number 3 in view 0 in P/],
    ['P with an entry twice', { prepared: [...prepared, ...prepared], prePrepared }, /lists 8 at number 3 in view 2 in P/],
    ['Q without an earlier digest', { prepared, prePrepared: prePrepared.slice(1) }, /does not list 7 at number 3 in view 0 in Q/],
    ['Q with what was never accepted', { prepared, prePrepared: [...prePrepared, at(5, 9, 2)] }, /lists 9 at number 5 in view 2 in Q/],
  ])('stops %s', (_name, change, what) => {
    expect(() => asks(change)).toThrow(what);
    // A liar may list what it likes.
    expect(() => asks(change, 2)).not.toThrow();
  });
});

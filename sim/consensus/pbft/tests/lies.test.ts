/** What liars can and cannot do: they change what they are there to change, and sign for nobody else. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { PBFT_PROFILES, type PbftConfig } from '../config.ts';
import { type Liar, LIES, type Lie } from '../lies.ts';
import { isSigned, isSignedNewView, isSignedRequest, makeBatch, type PbftMessage, type PlaceInView, signNewView, signRequest, signViewChange, type ViewChange } from '../messages.ts';

const LIAR = 1;
const config: PbftConfig = { ...PBFT_PROFILES['castro-liskov'], n: 4, checkpointEvery: 2 };
const request = (timestamp: number, client = 4) => signRequest({ kind: 'request', client, timestamp, bytes: 10 });
const batch = makeBatch([request(1), request(1, 5)]);
const entry: PlaceInView = { seq: 3, digest: batch.digest, view: 0 };
const viewChange = (replica: number): ViewChange => signViewChange({ kind: 'view-change', view: 1, low: 2, checkpoints: [{ seq: 2, digest: 12 }], prepared: [entry], prePrepared: [entry], replica });
const newView = (replica: number) => signNewView({ kind: 'new-view', view: 1, viewChanges: [0, 1, 2].map(viewChange), checkpoint: { seq: 2, digest: 12 }, choices: [{ seq: 3, digest: batch.digest }], replica });

/** One of each kind that a replica sends, and what it passes on for others. */
const SENT: readonly PbftMessage[] = [
  request(1),
  { kind: 'reply', view: 1, client: 4, timestamp: 1, replica: LIAR, result: 9 },
  { kind: 'pre-prepare', view: 1, seq: 3, digest: batch.digest, replica: LIAR, batch },
  { kind: 'prepare', view: 1, seq: 8, digest: batch.digest, replica: LIAR },
  { kind: 'commit', view: 1, seq: 8, digest: batch.digest, replica: LIAR },
  { kind: 'checkpoint', seq: 8, digest: 13, replica: LIAR },
  viewChange(LIAR), newView(LIAR), newView(0),
  { kind: 'fetch-batch', digest: batch.digest, replica: LIAR },
  { kind: 'return-batch', batch, replica: LIAR },
  { kind: 'fetch-state', seq: 8, replica: LIAR },
  { kind: 'return-state', seq: 8, snapshot: { state: 7, clients: [] }, replica: LIAR },
];

/** All that a lie makes of these, told to everybody several times over. */
function told(lie: Lie): { readonly changed: Set<string>; readonly said: PbftMessage[] } {
  const liar: Liar = { id: LIAR, config, stream: new Simulation({ seed: 'lies', scenario: 'lies' }).stream('lies'), told: new Map() };
  const changed = new Set<string>();
  const said: PbftMessage[] = [];
  for (let round = 0; round < 20; round++) {
    for (const message of SENT) {
      for (const to of [0, 2, 3, 4]) {
        const instead = lie(message, to, liar);
        if (instead.length !== 1 || instead[0] !== message) changed.add(message.kind);
        said.push(...instead);
      }
    }
  }
  return { changed, said };
}

const CHANGED: Readonly<Record<keyof typeof LIES, readonly string[]>> = {
  silent: [...new Set(SENT.map(({ kind }) => kind))], withhold: [...new Set(SENT.map(({ kind }) => kind))],
  'wrong-digest': ['pre-prepare', 'prepare', 'commit', 'checkpoint'], 'stale-view': ['prepare', 'commit'], censor: ['pre-prepare'], impersonate: ['prepare', 'commit', 'view-change'],
  'double-proposal': ['pre-prepare'], 'far-ahead': ['pre-prepare'], 'wrong-reply': ['reply'], 'empty-view-change': ['view-change'], 'high-checkpoint': ['view-change'], 'lying-new-view': ['new-view'],
  'invented-request': ['request', 'pre-prepare'], usurp: ['prepare'], 'false-state': ['checkpoint', 'return-state'], 'false-batch': ['pre-prepare', 'prepare', 'return-batch'],
  'forged-new-view': ['new-view'], 'lying-entries': ['view-change'], 'other-prepared': ['pre-prepare', 'checkpoint', 'view-change'], 'old-place': ['pre-prepare', 'checkpoint', 'view-change', 'new-view'],
};

describe.each(Object.entries(LIES) as [keyof typeof LIES, Lie][])('%s', (name, lie) => {
  const { changed, said } = told(lie);

  it('changes what it is there to change, and nothing else', () => {
    expect([...changed].sort()).toEqual([...CHANGED[name]].sort());
  });

  it('signs for nobody else', () => {
    const honest = new Set(SENT.flatMap((message) => ('signature' in message ? [message.signature] : [])));
    for (const each of [0, 1, 2]) honest.add(viewChange(each).signature);
    const requests = new Set(batch.requests.map(({ signature }) => signature));
    for (const message of said) {
      if (message.kind === 'new-view' && message.replica !== LIAR && isSignedNewView(message)) expect(honest).toContain(message.signature);
      const viewChanges = message.kind === 'new-view' ? message.viewChanges : message.kind === 'view-change' ? [message] : [];
      for (const each of viewChanges) if (each.replica !== LIAR && isSigned(each)) expect(honest).toContain(each.signature);
      const asked = message.kind === 'request' ? [message] : message.kind === 'pre-prepare' ? message.batch.requests : [];
      for (const each of asked) if (isSignedRequest(each)) expect(requests).toContain(each.signature);
    }
  });
});

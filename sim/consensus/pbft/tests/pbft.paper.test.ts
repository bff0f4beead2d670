/**
 * One test a rule of Castro and Liskov, "Practical Byzantine fault tolerance" (OSDI 1999), sections 4.1 to 4.4, and of TOCS 20(4), 2002,
 * section 3.2.4, where it differs. Titles are the rules in our words. Everything is delivered by hand; the checkers watch.
 */
import { describe, expect, it } from 'vitest';
import { NO_DIGEST } from '../../digest.ts';
import { choose } from '../choices.ts';
import { PBFT_PROFILES, type PbftConfig } from '../config.ts';
import { digestOfSnapshot, makeBatch, type NewView, NULL_BATCH, type PbftMessage, type PrePrepare, signNewView, signRequest, signViewChange, type ViewChange } from '../messages.ts';
import { NOTHING } from '../state.ts';
import { NEW_VIEW_TIMER, NULL_REQUEST_TIMER, REQUEST_TIMER, RESEND_TIMER } from '../timers.ts';
import { RETRY_TIMER } from '../client.ts';
import { ByHand, type Sent } from './by-hand.ts';

type Kind = PbftMessage['kind'];
const kind = (...kinds: Kind[]) => ({ message }: Sent): boolean => kinds.includes(message.kind);
const to = (...nodes: number[]) => (sent: Sent): boolean => nodes.includes(sent.to);
const from = (...nodes: number[]) => (sent: Sent): boolean => nodes.includes(sent.from);
const all = (...tests: ((sent: Sent) => boolean)[]) => (sent: Sent): boolean => tests.every((test) => test(sent));
const count = (cluster: ByHand, what: string, node?: number): number => cluster.observed.filter((each) => each.what === what && (node === undefined || each.node === node)).length;
const inAir = (cluster: ByHand, ...kinds: Kind[]): Sent[] => cluster.air.filter(kind(...kinds));
const why = (cluster: ByHand): string | undefined => cluster.ignored.at(-1)?.why;

function proposal(view: number, seq: number, replica: number, timestamp = 1, client = 4): PrePrepare {
  const batch = makeBatch([signRequest({ kind: 'request', client, timestamp, bytes: 100 })]);
  return { kind: 'pre-prepare', view, seq, digest: batch.digest, replica, batch };
}

/** Up to and including the proposal at all backups. */
function proposed(n: number, config: Partial<PbftConfig> = {}, faulty: readonly number[] = []): ByHand {
  const cluster = new ByHand({ n, ...config }, 1, faulty);
  cluster.request(n);
  cluster.deliver(kind('request'));
  cluster.deliver(kind('pre-prepare'));
  return cluster;
}

/** All backups wait for a request that the primary does not propose. */
function waiting(n: number, faulty: readonly number[] = []): ByHand {
  const cluster = new ByHand({ n }, 1, faulty);
  cluster.request(n);
  cluster.timeout(n, RETRY_TIMER);
  cluster.take(to(0));
  cluster.deliver(kind('request'));
  cluster.take(to(0));
  return cluster;
}

/** Replica 3 has missed two batches, and a checkpoint after the second, which is as far as its log reaches; the others have prepared a third, go to view 1 and take it along. */
function behind(requests = 2): ByHand {
  const cluster = new ByHand({ n: 4, checkpointEvery: 2, logMultiplier: 1 }, 1);
  for (let request = 0; request < requests; request++) {
    cluster.request(4);
    cluster.settle(all(kind('request', 'pre-prepare', 'prepare', 'checkpoint', 'reply'), to(0, 1, 2, 4)));
    if (request < 2) cluster.settle(all(kind('commit', 'checkpoint', 'reply'), to(0, 1, 2, 4)));
    cluster.take(to(3));
  }
  cluster.take(() => true);
  for (const replica of [1, 2, 3]) cluster.startViewChange(replica, 1);
  cluster.settle(all(kind('view-change'), to(1)));
  cluster.deliver(all(kind('new-view'), to(2, 3)));
  return cluster;
}

describe('4.1 the client', () => {
  it('sends to the primary it knows of, and after a timeout to all', () => {
    const cluster = new ByHand({ n: 4 });
    cluster.request(4);
    expect(cluster.air.map((sent) => sent.to)).toEqual([0]);
    cluster.take(() => true);
    cluster.timeout(4, RETRY_TIMER);
    expect(cluster.air.map((sent) => sent.to)).toEqual([0, 1, 2, 3]);
  });

  it.each([[4, 2], [6, 2], [7, 3]])('n = %i: takes a result that f + 1 = %i replicas give, each in its own name', (n, needed) => {
    const cluster = new ByHand({ n });
    cluster.request(n);
    const answer = (sender: number, named: number, result: number): unknown => cluster.receive({ from: sender, to: n, message: { kind: 'reply', view: 0, client: n, timestamp: 1, replica: named, result } });
    // One replica in the names of all, a replica with another result, and the same replica twice.
    for (let named = 1; named < n; named++) answer(0, named, 7);
    answer(n - 1, n - 1, 8);
    for (let time = 0; time < n; time++) answer(0, 0, 7);
    for (let replica = 1; replica < needed - 1; replica++) answer(replica, replica, 7);
    expect(cluster.clients[0]!.accepted).toEqual([]);
    // Nobody executed it, which the checkers know and the client cannot.
    expect(() => answer(needed - 1, needed - 1, 7)).toThrow('checker linearizable');
    expect(cluster.clients[0]!.accepted).toEqual([{ timestamp: 1, result: 7 }]);
  });

  it('learns the view from replies', () => {
    const cluster = waiting(4);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.settle(all(to(1, 2, 3, 4), from(1, 2, 3)));
    cluster.request(4);
    expect(inAir(cluster, 'request').map((sent) => sent.to)).toEqual([1]);
  });

  it('the view that it learns is one that a correct replica has been in', () => {
    const cluster = new ByHand({ n: 4 }, 1, [3]);
    cluster.request(4);
    cluster.settle(all(kind('request', 'pre-prepare', 'prepare', 'commit'), to(0, 1, 2, 3)));
    const { message } = inAir(cluster, 'reply')[0]!;
    if (message.kind !== 'reply') throw new Error('expected a reply');
    cluster.deliver(all(kind('reply'), from(1)));
    cluster.receive({ from: 3, to: 4, message: { ...message, replica: 3, view: 7 } });
    expect([cluster.clients[0]!.accepted.length, cluster.clients[0]!.view]).toEqual([1, 0]);
  });

  it('a backup relays a request to the primary whoever brought it, once', () => {
    const cluster = new ByHand({ n: 4 }, 1, [3]);
    cluster.request(4);
    const { message } = cluster.take(kind('request'))[0]!;
    for (let time = 0; time < 2; time++) cluster.receive({ from: 3, to: 1, message });
    expect(inAir(cluster, 'request').map((sent) => [sent.from, sent.to])).toEqual([[1, 0]]);
  });

  it('a timestamp that could be taken for another client\'s is refused', () => {
    const cluster = new ByHand({ n: 4 }, 2);
    for (const timestamp of [2 ** 32, 2 ** 32 + 1, 0, -1]) {
      cluster.receive({ from: 4, to: 0, message: signRequest({ kind: 'request', client: 4, timestamp, bytes: 100 }) });
      expect([why(cluster), cluster.replicas[0]!.pending.size]).toEqual(['request: not signed by its client', 0]);
    }
  });

  it('a replica takes no request that the client has not signed, whoever passes it on', () => {
    const cluster = new ByHand({ n: 4 });
    for (const sender of [4, 2]) {
      cluster.receive({ from: sender, to: 0, message: { ...signRequest({ kind: 'request', client: 4, timestamp: 1, bytes: 100 }), timestamp: 9 } });
      expect([why(cluster), cluster.replicas[0]!.pending.size]).toEqual(['request: not signed by its client', 0]);
    }
  });

  it('a request that was executed is answered again, and not executed again', () => {
    const cluster = new ByHand({ n: 4 });
    cluster.request(4);
    cluster.settle(kind('request', 'pre-prepare', 'prepare', 'commit'));
    cluster.take(() => true);
    cluster.timeout(4, RETRY_TIMER);
    cluster.deliver(kind('request'));
    expect(inAir(cluster, 'reply')).toHaveLength(4);
    expect(count(cluster, 'delivered')).toBe(4);
  });
});

describe('4.2 pre-prepare', () => {
  it('the primary gives requests numbers without a gap, in the order in which they come', () => {
    const cluster = new ByHand({ n: 4 }, 3);
    for (const client of [6, 4, 5]) cluster.request(client);
    cluster.deliver(kind('request'));
    expect(inAir(cluster, 'pre-prepare').filter(to(1)).map(({ message }) => [(message as PrePrepare).seq, (message as PrePrepare).batch.requests[0]!.client])).toEqual([[1, 6], [2, 4], [3, 5]]);
  });

  it.each<[string, Partial<PrePrepare>, number, string]>([
    ['from another than the primary', { replica: 2 }, 2, 'not from the primary of its view'],
    ['in the name of another', { replica: 0 }, 2, 'names another sender'],
    ['whose digest is not the one of its batch', { digest: 5 }, 0, 'the digest is not the one of the batch'],
    ['at the low watermark', { seq: 0 }, 0, 'outside the log'],
    ['above the high watermark', { seq: 257 }, 0, 'outside the log'],
  ])('a backup refuses one %s', (_what, change, sender, reason) => {
    const cluster = new ByHand({ n: 4 }, 1, [0, 2]);
    cluster.receive({ from: sender, to: 1, message: { ...proposal(0, 1, 0), ...change } });
    expect(why(cluster)).toContain(reason);
    expect([count(cluster, 'accepted'), cluster.air.length]).toEqual([0, 0]);
  });

  it('a backup refuses one with a request that its client has not signed', () => {
    const cluster = new ByHand({ n: 4 }, 1, [0]);
    const batch = makeBatch([{ ...signRequest({ kind: 'request', client: 4, timestamp: 1, bytes: 100 }), signature: 1 }]);
    cluster.receive({ from: 0, to: 1, message: { ...proposal(0, 1, 0), batch, digest: batch.digest } });
    expect([why(cluster), cluster.air.length]).toEqual(['pre-prepare: a request that its client has not signed', 0]);
  });

  it('it accepts one at the high watermark', () => {
    const cluster = new ByHand({ n: 4 });
    cluster.receive({ from: 0, to: 1, message: proposal(0, 256, 0) });
    expect(inAir(cluster, 'prepare')).toHaveLength(3);
  });

  it('it accepts no second digest for a view and number, and promises nothing more', () => {
    const cluster = new ByHand({ n: 4 });
    cluster.receive({ from: 0, to: 1, message: proposal(0, 1, 0, 1) });
    cluster.receive({ from: 0, to: 1, message: proposal(0, 1, 0, 2) });
    expect(why(cluster)).toContain('another one was accepted');
    expect(inAir(cluster, 'prepare')).toHaveLength(3);
  });

  it('one of an earlier view is void', () => {
    const cluster = waiting(4);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.settle(all(to(1, 2, 3), from(1, 2, 3), kind('view-change', 'new-view')));
    cluster.receive({ from: 0, to: 2, message: proposal(0, 1, 0) });
    expect(why(cluster)).toContain('of an earlier view');
  });
});

describe('4.2 prepare and commit', () => {
  it('the primary sends no PREPARE, and one from it does not count', () => {
    const cluster = proposed(4, {}, [0]);
    expect(inAir(cluster, 'prepare').some(from(0))).toBe(false);
    const { digest } = cluster.replicas[1]!.slots.get(1)!;
    cluster.receive({ from: 0, to: 1, message: { kind: 'prepare', view: 0, seq: 1, digest, replica: 0 } });
    expect(cluster.replicas[1]!.slots.get(1)!.isPrepared).toBe(false);
  });

  // A quorum of promises, the primary's PRE-PREPARE among them. With 2f + 1 = 3 at n = 6, two groups of three need not meet.
  it.each([[4, 3], [6, 4], [7, 5], [10, 7]])('n = %i: prepared with the PRE-PREPARE and matching PREPAREs that make %i replicas', (n, quorum) => {
    const cluster = proposed(n);
    for (let backup = 2; backup < quorum - 1; backup++) cluster.deliver(all(kind('prepare'), from(backup), to(1)));
    expect(cluster.replicas[1]!.slots.get(1)!.isPrepared).toBe(false);
    cluster.deliver(all(kind('prepare'), from(quorum - 1), to(1)));
    expect(cluster.replicas[1]!.slots.get(1)!.isPrepared).toBe(true);
    expect(inAir(cluster, 'commit').filter(from(1)).map((sent) => sent.to)).toEqual(Array.from({ length: n }, (_, node) => node).filter((node) => node !== 1));
  });

  it('PREPAREs without the PRE-PREPARE prepare nothing', () => {
    const cluster = new ByHand({ n: 4 });
    const { digest } = proposal(0, 1, 0);
    for (const replica of [2, 3]) cluster.receive({ from: replica, to: 1, message: { kind: 'prepare', view: 0, seq: 1, digest, replica } });
    expect([count(cluster, 'prepared', 1), cluster.replicas[1]!.slots.get(1)!.digest]).toEqual([0, NO_DIGEST]);
  });

  it('a PREPARE for another digest does not count, nor does a second one of a replica', () => {
    const cluster = proposed(4, {}, [2]);
    const { digest } = cluster.replicas[1]!.slots.get(1)!;
    for (const each of [digest + 1, digest, digest]) cluster.receive({ from: 2, to: 1, message: { kind: 'prepare', view: 0, seq: 1, digest: each, replica: 2 } });
    expect(cluster.replicas[1]!.slots.get(1)!.prepareCount).toBe(1);
  });

  it.each([[4, 3], [6, 4], [7, 5]])('n = %i: committed when prepared, with matching COMMITs of %i replicas, the own one among them', (n, quorum) => {
    const cluster = proposed(n);
    cluster.deliver(kind('prepare'));
    for (let replica = 2; replica < quorum; replica++) cluster.deliver(all(kind('commit'), from(replica), to(1)));
    expect(count(cluster, 'committed', 1)).toBe(0);
    cluster.deliver(all(kind('commit'), from(0), to(1)));
    expect(count(cluster, 'committed', 1)).toBe(1);
  });

  it('COMMITs and PREPAREs that came before the PRE-PREPARE count where they name its digest only', () => {
    const cluster = new ByHand({ n: 4 }, 1, [2]);
    const { digest } = proposal(0, 1, 0);
    for (const [replica, named] of [[2, digest + 1], [3, digest]] as const) for (const each of ['prepare', 'commit'] as const) cluster.inject([{ from: replica, to: 1, message: { kind: each, view: 0, seq: 1, digest: named, replica } }]);
    cluster.inject([{ from: 0, to: 1, message: proposal(0, 1, 0) }]);
    cluster.deliver(to(1));
    const { prepareCount, commitCount } = cluster.replicas[1]!.slots.get(1)!;
    // the own PREPARE and COMMIT, and those of replica 3
    expect([prepareCount, commitCount]).toEqual([2, 2]);
  });

  it('a COMMIT that comes again does not count again', () => {
    const cluster = proposed(4);
    cluster.deliver(kind('prepare'));
    const commit = inAir(cluster, 'commit').find(all(from(2), to(1)))!;
    for (let time = 0; time < 3; time++) cluster.receive(commit);
    expect([cluster.replicas[1]!.slots.get(1)!.commitCount, count(cluster, 'committed', 1)]).toEqual([2, 0]);
  });

  it('COMMITs of all others commit nothing where it is not prepared', () => {
    const cluster = proposed(4);
    cluster.deliver(all(kind('prepare'), to(0, 2, 3)));
    cluster.deliver(all(kind('commit'), to(1)));
    expect([count(cluster, 'committed', 1), cluster.replicas[1]!.slots.get(1)!.commitCount]).toEqual([0, 3]);
  });

  it('a request that is given two numbers runs once', () => {
    const cluster = proposed(4, {}, [0]);
    for (const replica of [1, 2, 3]) cluster.receive({ from: 0, to: replica, message: proposal(0, 2, 0) });
    cluster.settle(to(1, 2, 3));
    expect([count(cluster, 'executed', 1), count(cluster, 'delivered', 1)]).toEqual([2, 1]);
  });

  it('a replica runs what is committed in the order of the numbers, whatever commits first', () => {
    const cluster = new ByHand({ n: 4 }, 2);
    cluster.request(4);
    cluster.request(5);
    cluster.deliver(kind('request'));
    const only = (seq: number) => ({ message }: Sent): boolean => 'seq' in message && message.seq === seq;
    cluster.settle(only(2));
    expect([count(cluster, 'committed'), count(cluster, 'executed')]).toEqual([4, 0]);
    cluster.settle(only(1));
    expect(cluster.observed.filter(({ what, node }) => what === 'executed' && node === 3).map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

describe('4.3 checkpoints', () => {
  const run = (cluster: ByHand, requests: number): void => {
    for (let request = 0; request < requests; request++) {
      cluster.request(cluster.config.n);
      cluster.settle(kind('request', 'pre-prepare', 'prepare', 'commit', 'reply'));
    }
  };

  it('are taken where the number is a multiple of K', () => {
    const cluster = new ByHand({ n: 4, checkpointEvery: 3 });
    run(cluster, 7);
    expect(cluster.observed.filter(({ what, node }) => what === 'checkpointed' && node === 1).map(({ seq }) => seq)).toEqual([3, 6]);
  });

  it.each([[4, 3], [6, 4]])('n = %i: stable with equal ones of %i replicas, and not before; then h and H move and the log below goes', (n, quorum) => {
    const cluster = new ByHand({ n, checkpointEvery: 2 });
    run(cluster, 2);
    for (let replica = 2; replica < quorum; replica++) cluster.deliver(all(kind('checkpoint'), from(replica), to(1)));
    expect([cluster.replicas[1]!.low, cluster.replicas[1]!.slots.size]).toEqual([0, 2]);
    cluster.deliver(all(kind('checkpoint'), from(0), to(1)));
    expect([cluster.replicas[1]!.low, cluster.replicas[1]!.slots.size, [...cluster.replicas[1]!.snapshots.keys()]]).toEqual([2, 0, [2]]);
    cluster.receive({ from: 0, to: 1, message: proposal(0, 7, 0, 9, n) });
    expect(why(cluster)).toContain('outside the log');
  });

  it('a checkpoint with another digest does not help to a stable one', () => {
    const cluster = new ByHand({ n: 4, checkpointEvery: 2 }, 1, [2, 3]);
    run(cluster, 2);
    for (const replica of [2, 3]) cluster.receive({ from: replica, to: 1, message: { kind: 'checkpoint', seq: 2, digest: 99, replica } });
    cluster.deliver(all(kind('checkpoint'), from(0), to(1)));
    expect(cluster.replicas[1]!.low).toBe(0);
  });
});

describe('4.4 view changes', () => {
  it('a backup starts a timer when it waits for a request, and stops it when it waits for none', () => {
    const cluster = proposed(4);
    expect(cluster.timers[1]!.has(REQUEST_TIMER)).toBe(true);
    cluster.settle();
    expect(cluster.timers[1]!.has(REQUEST_TIMER)).toBe(false);
  });

  it('whoever gives up a view accepts nothing but CHECKPOINT, VIEW-CHANGE and NEW-VIEW', () => {
    const cluster = waiting(4);
    cluster.timeout(1, REQUEST_TIMER);
    cluster.take(() => true);
    for (const message of [proposal(0, 1, 0), { kind: 'commit', view: 0, seq: 1, digest: 1, replica: 0 } as const]) cluster.receive({ from: 0, to: 1, message });
    expect([count(cluster, 'accepted', 1), cluster.air.length]).toEqual([0, 0]);
  });

  it('it has no vote in the view that it asks for before the NEW-VIEW says what that begins with', () => {
    const cluster = waiting(4, [1]);
    cluster.timeout(2, REQUEST_TIMER);
    cluster.take(() => true);
    cluster.receive({ from: 1, to: 2, message: proposal(1, 1, 1) });
    expect([count(cluster, 'accepted', 2), cluster.air.length]).toEqual([0, 0]);
  });

  it('VIEW-CHANGE lists what is prepared above the stable checkpoint, and what is pre-prepared (TOCS: P and Q)', () => {
    const cluster = new ByHand({ n: 4 }, 2);
    cluster.request(4);
    cluster.request(5);
    cluster.deliver(kind('request'));
    cluster.deliver(kind('pre-prepare'));
    cluster.deliver(all(kind('prepare'), ({ message }) => 'seq' in message && message.seq === 2));
    cluster.timeout(1, REQUEST_TIMER);
    const { view, low, prepared, prePrepared } = inAir(cluster, 'view-change')[0]!.message as ViewChange;
    expect([view, low, prepared.map(({ seq }) => seq), prePrepared.map(({ seq }) => seq)]).toEqual([1, 0, [2], [1, 2]]);
  });

  it.each([[4, 2], [6, 2], [7, 3]])('n = %i: f + 1 = %i replicas that ask for later views take a replica along, to the least of them (4.5.2)', (n, needed) => {
    const cluster = new ByHand({ n });
    const ask = (replica: number, view: number): unknown => cluster.receive({ from: replica, to: n - 1, message: signViewChange({ kind: 'view-change', view, low: 0, checkpoints: [], prepared: [], prePrepared: [], replica }) });
    for (let replica = 0; replica < needed - 1; replica++) ask(replica, 5);
    expect(cluster.replicas[n - 1]!.view).toBe(0);
    ask(needed - 1, 3);
    expect([cluster.replicas[n - 1]!.view, cluster.replicas[n - 1]!.isActive]).toEqual([3, false]);
  });

  // n - f where n is not 3f + 1: as many as can be counted on, as in Fabric v0.6.
  it.each([[4, 3], [6, 5], [7, 5]])('n = %i: the primary of view v + 1 is replica v + 1 mod n, and begins with VIEW-CHANGEs of %i replicas, its own among them', (n, needed) => {
    const cluster = waiting(n);
    for (let replica = 1; replica < n; replica++) cluster.timeout(replica, REQUEST_TIMER);
    for (let replica = 2; replica < needed; replica++) cluster.deliver(all(kind('view-change'), from(replica), to(1)));
    expect(inAir(cluster, 'new-view')).toHaveLength(0);
    cluster.deliver(all(kind('view-change'), from(needed), to(1)));
    expect(inAir(cluster, 'new-view').map((sent) => [sent.from, sent.to])).toEqual([0, 2, 3, 4, 5, 6].filter((node) => node < n).map((node) => [1, node]));
  });

  it('a VIEW-CHANGE that its sender did not sign counts for nothing', () => {
    const cluster = waiting(4);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.deliver(all(kind('view-change'), from(2), to(1)));
    const true3 = inAir(cluster, 'view-change').find(from(3))!;
    cluster.receive({ ...true3, to: 1, message: { ...(true3.message as ViewChange), low: 4 } });
    cluster.receive({ ...true3, from: 0, to: 1 });
    expect(inAir(cluster, 'new-view')).toHaveLength(0);
  });

  it('it is not kept either', () => {
    const cluster = waiting(4);
    cluster.timeout(3, REQUEST_TIMER);
    const { message, ...sent } = inAir(cluster, 'view-change').find(all(from(3), to(1)))!;
    cluster.receive({ ...sent, message: { ...(message as ViewChange), low: 0, prepared: [], prePrepared: [], signature: 1 } });
    expect([why(cluster), cluster.replicas[1]!.viewChanges[3]]).toEqual(['view-change: not signed by its sender', undefined]);
  });

  it('one may list a state that its sender took over beyond its log, but no checkpoint that is none', () => {
    const cluster = new ByHand({ n: 4, checkpointEvery: 2, logMultiplier: 2 }, 1, [2]);
    const ask = (view: number, seq: number): unknown => cluster.receive({ from: 2, to: 1, message: signViewChange({ kind: 'view-change', view, low: 0, checkpoints: [{ seq: 0, digest: 1 }, { seq, digest: 2 }], prepared: [], prePrepared: [], replica: 2 }) });
    ask(1, 7);
    expect([why(cluster), cluster.replicas[1]!.viewChanges[2]]).toEqual(['view-change: entries that no correct replica would list', undefined]);
    ask(1, 6);
    expect(cluster.replicas[1]!.viewChanges[2]?.view).toBe(1);
  });

  it('VIEW-CHANGEs for another view prove nothing for this one', () => {
    const cluster = waiting(4);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.deliver(all(kind('view-change'), to(1)));
    const { message } = inAir(cluster, 'new-view').find(to(3))!;
    if (message.kind !== 'new-view') throw new Error('expected a new-view');
    cluster.startViewChange(3, 2);
    cluster.receive({ from: 2, to: 3, message: signNewView({ ...message, view: 2, replica: 2 }) });
    expect([cluster.replicas[3]!.view, cluster.replicas[3]!.isActive]).toEqual([3, false]);
  });

  it('who asks for a view that has begun is sent its NEW-VIEW', () => {
    const cluster = waiting(4);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.settle(all(kind('view-change', 'new-view'), to(1, 2)));
    cluster.take(() => true);
    cluster.timeout(3, RESEND_TIMER);
    cluster.deliver(all(kind('view-change'), to(2)));
    expect(inAir(cluster, 'new-view').map((sent) => [sent.from, sent.to])).toEqual([[2, 3]]);
    cluster.deliver(kind('new-view'));
    expect([cluster.replicas[3]!.view, cluster.replicas[3]!.isActive]).toEqual([1, true]);
  });

  it('a NEW-VIEW that the view\'s primary has not signed is refused, and moves nobody; one that another replica passes on is good', () => {
    const cluster = waiting(4);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.deliver(all(kind('view-change'), to(1)));
    const sent = inAir(cluster, 'new-view').find(to(3))!;
    cluster.receive({ ...sent, from: 2, message: signNewView({ ...(sent.message as NewView), replica: 2 }) });
    cluster.receive({ ...sent, message: { ...(sent.message as NewView), signature: 1 } });
    expect([why(cluster), cluster.replicas[3]!.isActive]).toEqual(['new-view: not signed by the primary of its view', false]);
    cluster.receive({ ...sent, from: 2 });
    expect(cluster.replicas[3]!.isActive).toBe(true);
  });

  it('one that does not follow from its VIEW-CHANGEs is refused, and the next view asked for', () => {
    const cluster = waiting(4);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.deliver(all(kind('view-change'), to(1)));
    const { message, ...sent } = inAir(cluster, 'new-view').find(to(3))!;
    if (message.kind !== 'new-view') throw new Error('expected a new-view');
    cluster.receive({ ...sent, message: signNewView({ ...message, choices: [{ seq: 1, digest: 77 }] }) });
    expect([cluster.replicas[3]!.view, cluster.replicas[3]!.isActive]).toEqual([2, false]);
  });

  it('with fewer VIEW-CHANGEs than a quorum, or one of them twice, it proves nothing', () => {
    for (const choose3 of [[0, 1], [0, 1, 1]]) {
      const cluster = waiting(4);
      for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
      cluster.deliver(all(kind('view-change'), to(1)));
      const { message, ...sent } = inAir(cluster, 'new-view').find(to(3))!;
      if (message.kind !== 'new-view') throw new Error('expected a new-view');
      cluster.receive({ ...sent, message: signNewView({ ...message, viewChanges: choose3.map((index) => message.viewChanges[index]!) }) });
      expect([cluster.replicas[3]!.view, cluster.replicas[3]!.isActive]).toEqual([2, false]);
    }
  });

  it('the wait doubles with each view in a row that brings nothing (4.5.2), and is back when something runs', () => {
    const cluster = waiting(4);
    const waits: number[] = [];
    // Replica 0, which leads view 4, is silent; what the others say as primaries gets lost.
    for (let view = 1; view <= 4; view++) {
      for (const replica of [1, 2, 3]) cluster.timeout(replica, cluster.replicas[replica]!.isActive ? REQUEST_TIMER : NEW_VIEW_TIMER);
      cluster.settle(all(kind('view-change'), to(1, 2, 3)));
      cluster.take(() => true);
      for (const replica of [1, 2, 3]) if (replica !== view) waits.push(cluster.timers[replica]!.get(NEW_VIEW_TIMER)! / cluster.config.viewChangeTimeoutNs);
    }
    expect(waits).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 8]);
    for (const replica of [1, 2, 3]) cluster.timeout(replica, NEW_VIEW_TIMER);
    cluster.settle(from(1, 2, 3));
    expect([count(cluster, 'executed', 2), cluster.replicas[2]!.attempts]).toEqual([1, 0]);
  });

  it('the timer waits for one request, the oldest, and is not moved when another is executed; then it waits for the next one', () => {
    const cluster = new ByHand({ n: 4 }, 2);
    const { awaited } = cluster.replicas[1]!;
    // The primary never hears client 4, and serves client 5.
    cluster.request(4);
    cluster.take(() => true);
    cluster.timeout(4, RETRY_TIMER);
    cluster.take(to(0));
    cluster.deliver(kind('request'));
    cluster.take(to(0));
    const waitsFor4 = cluster.replicas[1]!.awaited;
    const sets = (): string[] => cluster.settleTexts(to(0, 1, 2, 3, 5)).filter((text) => text.includes('request timer'));
    for (let round = 0; round < 3; round++) {
      cluster.request(5);
      expect(sets().filter((text) => !text.startsWith('0'))).toEqual([]);
    }
    expect([count(cluster, 'delivered', 1), cluster.replicas[1]!.awaited, awaited]).toEqual([3, waitsFor4, NOTHING]);
    cluster.request(5);
    cluster.deliver(kind('request', 'pre-prepare'));
    cluster.receive({ from: 4, to: 0, message: signRequest({ kind: 'request', client: 4, timestamp: 1, bytes: 100 }) });
    cluster.deliver(all(kind('pre-prepare'), to(1, 2, 3)));
    cluster.settle(to(1, 2, 3));
    expect([count(cluster, 'delivered', 1), cluster.timers[1]!.has(REQUEST_TIMER)]).toEqual([5, false]);
  });

  it('it does not wait for a request that its client has had a later answer than', () => {
    const cluster = new ByHand({ n: 4 }, 1, [0]);
    cluster.request(4);
    cluster.take(() => true);
    cluster.receive({ from: 4, to: 1, message: signRequest({ kind: 'request', client: 4, timestamp: 1, bytes: 100 }) });
    expect(cluster.timers[1]!.has(REQUEST_TIMER)).toBe(true);
    cluster.request(4);
    cluster.take(() => true);
    for (const replica of [1, 2, 3]) cluster.receive({ from: 0, to: replica, message: proposal(0, 1, 0, 2) });
    cluster.settle(from(1, 2, 3));
    expect([count(cluster, 'delivered', 1), cluster.timers[1]!.has(REQUEST_TIMER), cluster.replicas[1]!.pending.size]).toEqual([1, false, 0]);
  });

  it('a NEW-VIEW settles what is agreed on up to its last choice, also where a replica has not got so far: a primary cannot propose there again', () => {
    const cluster = behind(3);
    const { executed, low, view, isActive } = cluster.replicas[3]!;
    expect([executed, low, view, isActive]).toEqual([0, 0, 1, true]);
    for (const seq of [1, 2]) {
      cluster.receive({ from: 1, to: 3, message: proposal(1, seq, 1, 7) });
      expect(why(cluster)).toBe('pre-prepare: the NEW-VIEW has settled what is agreed on here');
    }
    expect(inAir(cluster, 'fetch-state').filter(from(3)).map(({ message }) => 'seq' in message && message.seq)).toEqual([2, 2, 2]);
  });

  it('such a replica takes the state, reports it like its own, and then has a vote on choices that were beyond its log', () => {
    const cluster = behind(3);
    expect(inAir(cluster, 'prepare').filter(from(3))).toEqual([]);
    cluster.deliver(all(kind('fetch-state'), to(0, 1, 2)));
    cluster.deliver(kind('return-state'));
    expect([cluster.replicas[3]!.executed, cluster.replicas[3]!.fetching.seq]).toEqual([2, 0]);
    expect(inAir(cluster, 'checkpoint').filter(from(3)).map(({ message }) => 'seq' in message && message.seq)).toEqual([2, 2, 2]);
    expect([cluster.replicas[3]!.low, inAir(cluster, 'prepare').filter(all(from(3), to(2))).map(({ message }) => 'seq' in message && message.seq)]).toEqual([2, [3]]);
  });

  it('h moves on the word of a quorum only: a view that only one replica has heard of, or a state taken on f + 1 reports, stops no later view', () => {
    const cluster = new ByHand({ n: 4, checkpointEvery: 2, logMultiplier: 2 }, 1, [3]);
    for (let request = 0; request < 2; request++) {
      cluster.request(4);
      cluster.deliver(all(kind('request'), to(0)));
      cluster.deliver(all(kind('pre-prepare'), to(1, 2, 3)));
      cluster.deliver(kind('prepare'));
      cluster.deliver(all(kind('commit'), to(0, 3)));
      cluster.take(kind('commit'));
      cluster.settle(kind('reply'));
    }
    cluster.take(() => true);
    // 0 alone knows the state at 2; the liar vouches for it, to 0 only, and falls silent. The NEW-VIEW is lost.
    for (const replica of [0, 1, 3]) cluster.startViewChange(replica, 4);
    cluster.deliver(all(kind('view-change'), to(0)));
    expect([(inAir(cluster, 'new-view')[0]!.message as NewView).checkpoint.seq, cluster.replicas[0]!.low]).toEqual([2, 0]);
    cluster.take(() => true);
    for (const replica of [0, 1, 2]) cluster.startViewChange(replica, 5);
    cluster.settle(all(from(0, 1, 2), to(0, 1, 2)));
    expect(cluster.replicas.slice(0, 3).map(({ view, isActive }) => [view, isActive])).toEqual([[5, true], [5, true], [5, true]]);
  });

  it('VIEW-CHANGE lists all own checkpoints from h on (TOCS: C)', () => {
    const cluster = new ByHand({ n: 4, checkpointEvery: 1, logMultiplier: 4 });
    for (let request = 0; request < 3; request++) {
      cluster.request(4);
      cluster.settle(kind('request', 'pre-prepare', 'prepare', 'commit', 'reply'));
    }
    cluster.startViewChange(2, 1);
    const { low, checkpoints } = inAir(cluster, 'view-change')[0]!.message as ViewChange;
    expect([low, checkpoints.map(({ seq }) => seq)]).toEqual([0, [0, 1, 2, 3]]);
    expect(new Set(checkpoints.map(({ digest }) => digest)).size).toBe(4);
  });

  it('in the new view backups promise again what is carried over, its primary does not, and nobody runs it twice', () => {
    const cluster = proposed(4);
    cluster.settle(all(kind('prepare', 'commit'), to(1, 2, 3)));
    cluster.take(() => true);
    cluster.request(4);
    cluster.timeout(4, RETRY_TIMER);
    cluster.take(to(0));
    cluster.deliver(kind('request'));
    cluster.take(to(0));
    for (const replica of [1, 2, 3]) cluster.timeout(replica, REQUEST_TIMER);
    cluster.settle(all(kind('view-change', 'new-view'), to(1, 2, 3)));
    expect(inAir(cluster, 'prepare').filter(to(0)).map((sent) => [sent.from, 'seq' in sent.message && sent.message.seq])).toEqual([[2, 1], [3, 1]]);
    cluster.settle(to(1, 2, 3));
    expect(cluster.observed.filter(({ what, node }) => what === 'delivered' && node === 2).map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

describe('choices where the paper is silent', () => {
  it('a primary has no more batches under way than its pipeline holds', () => {
    const cluster = new ByHand({ n: 4, pipelineDepth: 2 }, 4);
    for (const client of [4, 5, 6, 7]) cluster.request(client);
    cluster.deliver(kind('request'));
    expect(inAir(cluster, 'pre-prepare').filter(to(1)).map(({ message }) => (message as PrePrepare).seq)).toEqual([1, 2]);
    cluster.settle();
    expect(cluster.replicas[0]!.executed).toBe(4);
  });

  it('the digest of a state covers its clients\' last replies', () => {
    const clients = [{ client: 4, timestamp: 2, result: 9 }];
    const digests = [clients, [], [{ ...clients[0]!, timestamp: 3 }], [{ ...clients[0]!, result: 8 }], [{ ...clients[0]!, client: 5 }]].map((each) => digestOfSnapshot({ state: 1, clients: each }));
    expect(new Set(digests).size).toBe(5);
  });

  it('an idle primary sends a null request; one that works does not; backups wait longer for it, and then ask for another primary', () => {
    const cluster = new ByHand({ n: 4, nullRequestNs: 1e9, requestTimeoutNs: 2e8 });
    for (const replica of [0, 1, 2, 3]) cluster.restart(replica);
    expect([0, 1, 2, 3].map((replica) => cluster.timers[replica]!.get(NULL_REQUEST_TIMER))).toEqual([1e9, 1.2e9, 1.2e9, 1.2e9]);
    cluster.request(4);
    cluster.deliver(kind('request'));
    cluster.deliver(kind('pre-prepare'));
    expect([0, 1, 2, 3].map((replica) => cluster.timers[replica]!.has(NULL_REQUEST_TIMER))).toEqual([false, false, false, false]);
    cluster.settle();
    expect([0, 1].map((replica) => cluster.timers[replica]!.get(NULL_REQUEST_TIMER))).toEqual([1e9, 1.2e9]);
    cluster.timeout(0, NULL_REQUEST_TIMER);
    expect(inAir(cluster, 'pre-prepare').map(({ message }) => (message as PrePrepare).digest)).toEqual([0, 0, 0]);
    cluster.settle();
    expect([count(cluster, 'executed', 2), cluster.timers[0]!.has(NULL_REQUEST_TIMER)]).toEqual([2, true]);
    cluster.timeout(1, NULL_REQUEST_TIMER);
    expect(inAir(cluster, 'view-change')).toHaveLength(3);
    cluster.startViewChange(2, 1);
    expect([1, 2, 3].map((replica) => cluster.timers[replica]!.has(NULL_REQUEST_TIMER))).toEqual([false, false, true]);
  });

  it('votes of a view to come are kept by sender: one that sends many takes no place from others', () => {
    const cluster = new ByHand({ n: 4 }, 1, [2]);
    const vote = (sender: number, view: number, seq: number): unknown => cluster.receive({ from: sender, to: 1, message: { kind: 'prepare', view, seq, digest: 5, replica: sender } });
    for (let seq = 1; seq <= 3 * 256 + 1; seq++) vote(2, 9, seq);
    expect(why(cluster)).toBe('vote: of a later view, and too many wait already');
    vote(3, 1, 1);
    expect(cluster.replicas[1]!.early.map(({ length }) => length)).toEqual([0, 0, 768, 1]);
    // Who votes in a later view has left the earlier one.
    vote(3, 2, 1);
    vote(3, 1, 2);
    expect([why(cluster), cluster.replicas[1]!.early[3]!.map(({ view }) => view)]).toEqual(['vote: its sender has voted in a later view since', [2]]);
  });
});

/** TOCS 2002, section 3.2.4: what a new view begins with. `P` and `Q` as sequence number, batch, view. */
describe('TOCS 3.2.4 the decision procedure', () => {
  const config: PbftConfig = { ...PBFT_PROFILES['castro-liskov'], n: 4, checkpointEvery: 2, logMultiplier: 2 };
  type Entry = readonly [seq: number, digest: number, view: number];
  const entry = ([seq, digest, view]: Entry) => ({ seq, digest, view });
  const viewChange = (replica: number, P: readonly Entry[], Q: readonly Entry[], low = 0, checkpoints = [{ seq: 0, digest: 1 }]): ViewChange =>
    signViewChange({ kind: 'view-change', view: 5, low, checkpoints, prepared: P.map(entry), prePrepared: Q.map(entry), replica });
  const digests = (list: readonly ViewChange[], settings = config): readonly number[] | undefined => choose(list, settings)?.choices.map(({ digest }) => digest);

  it('what one replica prepared, and f + 1 pre-prepared, keeps its number', () => {
    expect(digests([viewChange(0, [[1, 9, 0]], [[1, 9, 0]]), viewChange(1, [], [[1, 9, 0]]), viewChange(2, [], [])])).toEqual([9]);
  });

  it('A2: on the word of one replica nothing is carried over, and more messages are awaited', () => {
    const liar = viewChange(0, [[1, 9, 0]], [[1, 9, 0]]);
    expect(digests([liar, viewChange(1, [], []), viewChange(2, [], [])])).toBeUndefined();
    // The fourth shows that a quorum prepared nothing there.
    expect(digests([liar, viewChange(1, [], []), viewChange(2, [], []), viewChange(3, [], [])])).toEqual([]);
  });

  it('A1: of two batches prepared at a number in different views the later one keeps it', () => {
    const early = viewChange(0, [[1, 8, 1]], [[1, 8, 1]]);
    const late = [1, 2].map((replica) => viewChange(replica, [[1, 9, 3]], [[1, 9, 3], [1, 8, 1]]));
    expect(digests([early, ...late])).toEqual([9]);
    expect(digests([...late, early])).toEqual([9]);
  });

  it('A2 asks for a pre-prepare in the view of the prepare, or later', () => {
    expect(digests([viewChange(0, [[1, 9, 3]], [[1, 9, 3]]), viewChange(1, [], [[1, 9, 2]]), viewChange(2, [], [])])).toBeUndefined();
    expect(digests([viewChange(0, [[1, 9, 3]], [[1, 9, 3]]), viewChange(1, [], [[1, 9, 4]]), viewChange(2, [], [])])).toEqual([9]);
  });

  it('B: a number at which a quorum prepared nothing gets the null request, below the last that matters; none beyond', () => {
    const both = [0, 1, 2].map((replica) => viewChange(replica, [[3, 9, 0]], [[3, 9, 0]]));
    expect(digests(both)).toEqual([NULL_BATCH.digest, NULL_BATCH.digest, 9]);
  });

  it('a null request that may have been committed keeps its number like any other batch, at the end, too', () => {
    const null1 = [0, 1, 2].map((replica) => viewChange(replica, [[1, 0, 1]], [[1, 0, 1]]));
    expect(digests(null1)).toEqual([NULL_BATCH.digest]);
    expect(digests([0, 1, 2].map((replica) => viewChange(replica, [], [[1, 0, 1]])))).toEqual([]);
  });

  it('A1 and B: who is beyond a number says nothing about it', () => {
    // Replica 2 has thrown away what it prepared at 1.
    const beyond = viewChange(2, [], [], 2, [{ seq: 2, digest: 12 }]);
    expect(digests([viewChange(0, [], []), viewChange(1, [], []), beyond])).toBeUndefined();
    expect(digests([viewChange(0, [[1, 9, 0]], [[1, 9, 0]]), viewChange(1, [], [[1, 9, 0]]), beyond])).toBeUndefined();
    expect(digests([viewChange(0, [[1, 9, 0]], [[1, 9, 0]]), viewChange(1, [], [[1, 9, 0]]), viewChange(3, [], []), beyond])).toEqual([9]);
  });

  it('begins at the highest checkpoint that f + 1 replicas have and a quorum is not beyond', () => {
    const at = (replica: number, low: number, ...seqs: number[]): ViewChange => viewChange(replica, [], [], low, seqs.map((seq) => ({ seq, digest: 10 + seq })));
    expect(choose([at(0, 0, 0, 2), at(1, 0, 0, 2), at(2, 0, 0)], config)?.checkpoint.seq).toBe(2);
    expect(choose([at(0, 0, 0, 2), at(1, 0, 0), at(2, 0, 0)], config)?.checkpoint.seq).toBe(0);
    expect(choose([at(0, 2, 2), at(1, 2, 2), at(2, 0, 0)], config)?.checkpoint.seq).toBe(2);
    // Replica 2 is beyond 2, and 4 has one voucher: nothing to begin at, more are needed.
    expect(choose([at(0, 2, 2), at(1, 2, 2), at(2, 4, 4)], config)).toBeUndefined();
  });

  it('n = 6: three that prepared nothing do not make a null request, four do', () => {
    const six = { ...config, n: 6 };
    const one = viewChange(0, [[1, 9, 0]], [[1, 9, 0]]);
    const none = [1, 2, 3, 4].map((replica) => viewChange(replica, [], []));
    expect(digests([one, ...none.slice(0, 3)], six)).toBeUndefined();
    expect(digests([one, ...none], six)).toEqual([]);
  });

  it('the order of the VIEW-CHANGEs does not matter', () => {
    const list = [viewChange(0, [[1, 8, 1], [2, 7, 0]], [[1, 8, 1], [2, 7, 0]]), viewChange(1, [[1, 9, 3]], [[1, 9, 3], [2, 7, 0]]), viewChange(2, [], [[1, 9, 3]]), viewChange(3, [], [])];
    const orders = list.flatMap((first) => list.filter((each) => each !== first).flatMap((second) => list.filter((each) => each !== first && each !== second).map((third) => [first, second, third, list.find((each) => ![first, second, third].includes(each))!])));
    expect(orders).toHaveLength(24);
    for (const order of orders) expect(choose(order, config)).toEqual(choose(list, config));
    expect(digests(list)).toEqual([9, 7]);
  });
});

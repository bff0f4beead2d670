import { describe, expect, it } from 'vitest';
import { faultsTolerated, primaryOf, quorum, weakQuorum } from '../config.ts';
import { Cluster, MS } from './cluster.ts';

describe('quorums', () => {
  it('two quorums always meet in a correct replica, and the correct ones are a quorum', () => {
    for (let n = 1; n <= 200; n++) {
      const f = faultsTolerated(n);
      expect(2 * quorum(n) - n).toBeGreaterThanOrEqual(f + 1);
      expect(2 * (quorum(n) - 1) - n).toBeLessThan(f + 1);
      expect(n - f).toBeGreaterThanOrEqual(quorum(n));
      expect(weakQuorum(n)).toBe(f + 1);
    }
    expect([4, 6, 7, 64, 100].map(quorum)).toEqual([3, 4, 5, 43, 67]);
    expect([3, 6, 9].map(faultsTolerated)).toEqual([0, 1, 2]);
  });
});

describe('the three phases', () => {
  it.each([4, 7, 16, 31])('n = %i: 2 n (n - 1) messages for a batch, and 5 delays from request to reply', (n) => {
    const cluster = new Cluster({ n }).run(100);
    const [prePrepares, prepares, commits] = ['pre-prepare', 'prepare', 'commit'].map((kind) => cluster.sent.get(kind)!);
    expect([prePrepares, prepares, commits]).toEqual([n - 1, (n - 1) * (n - 1), n * (n - 1)]);
    expect([...cluster.sent.values()].reduce((sum, count) => sum + count, 0)).toBe(2 * n * (n - 1));
    const executed = cluster.observed.filter(({ what }) => what === 'executed');
    expect(executed.map(({ timeNs }) => timeNs)).toEqual(Array.from({ length: n }, () => 4 * MS));
    expect(cluster.clients[0]!.accepted).toHaveLength(1);
  });

  it('many clients, many requests, random delays: the same at every replica, each once', () => {
    const cluster = new Cluster({ n: 4, clients: 20, requests: 50, delayNs: (_from, _to, draw) => draw(3 * MS), config: { batchSize: 7 } }).run(20_000);
    const executed = cluster.executed();
    const shortest = Math.min(...executed.map(({ length }) => length));
    expect(shortest).toBeGreaterThan(100);
    for (const each of executed) expect(each.slice(0, shortest)).toEqual(executed[0]!.slice(0, shortest));
    for (const { accepted } of cluster.clients) expect(accepted.map(({ timestamp }) => timestamp)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    // The log was cut all along.
    for (const { low, slots } of cluster.replicas) {
      expect(low).toBeGreaterThan(0);
      expect(slots.size).toBeLessThanOrEqual(256);
    }
  });
});

describe('view changes', () => {
  it('a silent primary is replaced, and the request executed', () => {
    const cluster = new Cluster({ n: 4, lose: (from) => from === 0 }).run(5000);
    expect(cluster.clients[0]!.accepted).toHaveLength(1);
    expect(cluster.replicas.slice(1).map(({ view }) => view)).toEqual([1, 1, 1]);
    expect(primaryOf(1, 4)).toBe(1);
  });

  it('what was committed by one replica survives the view in which it was', () => {
    // Only replica 1 hears enough commits, then the primary falls silent.
    const cluster = new Cluster({
      n: 4, requests: 3,
      lose: (from, to, message, nowNs) => (message.kind === 'commit' && to !== 1 && nowNs < 100 * MS) || (from === 0 && nowNs > 3 * MS) || (message.kind === 'reply' && nowNs < 100 * MS),
    }).run(20_000);
    const executed = cluster.executed();
    expect(executed[1]!.length).toBeGreaterThanOrEqual(3);
    for (const replica of [2, 3]) expect(executed[replica]!.filter((digest) => digest !== 0)).toEqual(executed[1]!.filter((digest) => digest !== 0));
    expect(cluster.clients[0]!.accepted).toHaveLength(3);
  });

  it('goes on through primaries that fall silent one after the other, f of them at a time', () => {
    const cluster = new Cluster({ n: 7, requests: 40, clients: 3, client: { thinkNs: 40 * MS }, lose: (from, _to, _message, nowNs) => from === Math.floor(nowNs / (1000 * MS)) % 7 }).run(60_000);
    for (const { accepted } of cluster.clients) expect(accepted).toHaveLength(40);
    const executed = cluster.executed().map((each) => each.filter((digest) => digest !== 0).join());
    const longest = executed.reduce((a, b) => (a.length > b.length ? a : b));
    for (const each of executed) if (each.length > 0) expect(longest.includes(each.slice(0, 400))).toBe(true);
  });
});

describe('state transfer', () => {
  it('a replica that heard nothing for long takes over the state and goes on', () => {
    const cluster = new Cluster({ n: 4, requests: 400, config: { checkpointEvery: 10, logMultiplier: 4, proposeAhead: 40 }, lose: (from, to, _message, nowNs) => (from === 3 || to === 3) && nowNs < 800 * MS }).run(20_000);
    expect(cluster.clients[0]!.accepted).toHaveLength(400);
    expect(cluster.observed.some(({ node, what }) => node === 3 && what === 'state-taken')).toBe(true);
    expect(cluster.replicas[3]!.executed).toBeGreaterThan(380);
    expect(cluster.replicas[3]!.service).toBe(cluster.replicas.find(({ id, executed }) => id !== 3 && executed === cluster.replicas[3]!.executed)?.service ?? cluster.replicas[3]!.service);
  });
});

import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FixedDelay, RegionDelay } from '../../latency/region-delay.ts';
import { MessageNetwork, type MessageNetworkOptions } from '../../message/message-network.ts';
import { distancesFrom, type Graph } from '../../overlay/graph.ts';
import { bitcoinOverlay } from '../../overlay/outbound.ts';
import { randomRegular } from '../../overlay/random-regular.ts';
import { AnnounceRelay, type AnnounceOptions } from '../announce.ts';

const DELAY_NS = 1_000_000;

function spread(graph: Graph, options: Partial<AnnounceOptions> = {}, network: Partial<MessageNetworkOptions> = {}, origin = 0) {
  const sim = new Simulation({ seed: 'announce' });
  const net = new MessageNetwork(sim, { nodes: graph.nodes, delays: new FixedDelay(DELAY_NS), ...network });
  const gotNs = new Float64Array(graph.nodes).fill(-1);
  const relay = new AnnounceRelay(sim, net, { graph, ...options, onItem: (node) => void (gotNs[node] = sim.now) });
  relay.publish(origin, 0, 1000);
  sim.run();
  return { relay, gotNs, net, sim };
}

/** Announce, request, body as a sorted list of objects. Lines of 8 Mbit/s: a byte takes 1000 ns, so that nothing is rounded. */
function plainRelay(graph: Graph, delayNs: (from: number, to: number) => number, items: readonly (readonly [origin: number, bytes: number])[]): string[] {
  interface Message { readonly atNs: number; readonly order: number; readonly from: number; readonly to: number; readonly kind: 'announce' | 'request' | 'body'; readonly item: number }
  const under: Message[] = [];
  const freeNs = new Map<number, number>();
  const known = new Map<string, 'asked' | 'has'>();
  const got: string[] = [];
  let order = 0;
  const send = (nowNs: number, from: number, to: number, kind: Message['kind'], item: number): void => {
    const departNs = Math.max(nowNs, freeNs.get(from) ?? 0) + 1000 * (kind === 'body' ? items[item]![1] : 61);
    freeNs.set(from, departNs);
    under.push({ atNs: departNs + delayNs(from, to), order: order++, from, to, kind, item });
  };
  const take = (nowNs: number, node: number, from: number, item: number): void => {
    known.set(`${node} ${item}`, 'has');
    got.push(`${nowNs} ${node} ${item}`);
    for (const to of graph.targets.subarray(graph.offsets[node], graph.offsets[node + 1])) if (to !== from) send(nowNs, node, to, 'announce', item);
  };
  items.forEach(([origin], item) => take(0, origin, -1, item));
  while (under.length > 0) {
    under.sort((a, b) => b.atNs - a.atNs || b.order - a.order);
    const { atNs, from, to, kind, item } = under.pop()!;
    const state = known.get(`${to} ${item}`);
    if (kind === 'request') send(atNs, to, from, 'body', item);
    else if (kind === 'body') {
      if (state !== 'has') take(atNs, to, from, item);
    } else if (state === undefined) {
      known.set(`${to} ${item}`, 'asked');
      send(atNs, to, from, 'request', item);
    }
  }
  return got;
}

describe('announce, request, body', () => {
  it('on a regular graph: one body and one request a node, n (d - 1) + 1 announcements', () => {
    for (const [nodes, degree] of [[100, 3], [500, 8], [300, 16]] as const) {
      const { relay, gotNs } = spread(randomRegular(nodes, degree, new Simulation({ seed: 'graph' }).stream('graph')));
      expect(gotNs.every((ns) => ns >= 0)).toBe(true);
      expect(relay.bodies).toBe(nodes - 1);
      expect(relay.requests).toBe(nodes - 1);
      expect(relay.announcements).toBe(nodes * (degree - 1) + 1);
      expect(relay.repeatedBodies).toBe(0);
    }
  });

  it('takes three delays a hop, and the validation at each hop', () => {
    const { graph } = bitcoinOverlay(400, new Simulation({ seed: 'hops' }).stream('graph'));
    const distances = new Int32Array(400);
    distancesFrom(graph, 7, distances, new Int32Array(400));
    const validationNs = 250_000;
    const plain = spread(graph, {}, {}, 7).gotNs;
    const validated = spread(graph, { validationNs }, {}, 7).gotNs;
    distances.forEach((hops, node) => {
      expect(plain[node]).toBe(3 * DELAY_NS * hops);
      expect(validated[node]).toBe(3 * DELAY_NS * hops + Math.max(0, hops - 1) * validationNs);
    });
  });

  it('is the same as a plain list of messages, with items that overlap on slow lines over regions', () => {
    const nodes = 60;
    const delaysMs = [[7, 31, 90], [31, 5, 60], [90, 60, 11]];
    for (let seed = 0; seed < 4; seed++) {
      const graph = randomRegular(nodes, 6, new Simulation({ seed: `plain ${seed}` }).stream('graph'));
      const regionOf = Uint8Array.from({ length: nodes }, (_, node) => (node * 7 + seed) % 3);
      const items = [[3, 40_000], [17, 250_000], [3, 900], [44, 61_003]] as const;
      const sim = new Simulation({ seed: 'plain' });
      const net = new MessageNetwork(sim, { nodes, delays: new RegionDelay(regionOf, delaysMs, { law: 'none' }), uplinkBps: 8_000_000 });
      const got: string[] = [];
      const relay = new AnnounceRelay(sim, net, { graph, onItem: (node, item) => void got.push(`${sim.now} ${node} ${item}`) });
      items.forEach(([origin, bytes], item) => relay.publish(origin, item, bytes));
      sim.run();
      expect(got).toEqual(plainRelay(graph, (from, to) => 1e6 * delaysMs[regionOf[from]!]![regionOf[to]!]!, items));
    }
  });

  it('pushed to the square root of the neighbours: four of sixteen, the others told, and sooner than by asking', () => {
    const graph = randomRegular(400, 16, new Simulation({ seed: 'root' }).stream('graph'));
    const asked = spread(graph).gotNs;
    const { relay, gotNs } = spread(graph, { pushToRoot: new Simulation({ seed: 'root' }).stream('choose') });
    expect(gotNs.every((ns) => ns >= 0)).toBe(true);
    expect(relay.pushes).toBe(4 * 400);
    expect(relay.announcements).toBe(11 * 400 + 1);
    expect(relay.bodies - relay.repeatedBodies).toBe(399);
    expect(Math.max(...gotNs)).toBeLessThan(Math.max(...asked));
  });

  it('under loss a retry brings the item to everybody; without one it does not', () => {
    const graph = randomRegular(200, 6, new Simulation({ seed: 'loss' }).stream('graph'));
    const lossy = (): Partial<MessageNetworkOptions> => {
      const draws = new Simulation({ seed: 'loss' }).stream('draws');
      return {
        faults: (_from, _to, _bytes, _departNs, extraNs) => {
          extraNs[0] = 0;
          return draws.below(10) < 2 ? 0 : 1;
        },
      };
    };
    expect(spread(graph, { retryNs: 10 * DELAY_NS }, lossy()).gotNs.every((ns) => ns >= 0)).toBe(true);
    expect(spread(graph, {}, lossy()).gotNs.some((ns) => ns < 0)).toBe(true);
  });

  it('carries several items at once, and takes a number again that has settled', () => {
    const graph = randomRegular(64, 4, new Simulation({ seed: 'items' }).stream('graph'));
    const sim = new Simulation({ seed: 'items' });
    const net = new MessageNetwork(sim, { nodes: 64, delays: new FixedDelay(DELAY_NS), uplinkBps: 1e6 });
    const got = new Map<number, number>();
    const relay = new AnnounceRelay(sim, net, { graph, onItem: (_node, item) => void got.set(item, (got.get(item) ?? 0) + 1) });
    for (let item = 0; item < 9; item++) relay.publish(item, item, 5000);
    sim.run();
    relay.publish(3, 4, 10);
    sim.run();
    expect([...got].sort(([a], [b]) => a - b).map(([, count]) => count)).toEqual([64, 64, 64, 64, 128, 64, 64, 64, 64]);
  });
});

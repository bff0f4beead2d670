import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FixedDelay } from '../../latency/region-delay.ts';
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

import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FixedDelay } from '../../latency/region-delay.ts';
import { type MessageFaults, MessageNetwork } from '../../message/message-network.ts';
import { GOSSIPSUB, Gossipsub, type GossipsubParameters } from '../gossipsub.ts';
import { graphOf } from '../graph.ts';
import { randomRegular } from '../random-regular.ts';

const S = 1e9;

function start(connections: number, parameters: GossipsubParameters = GOSSIPSUB, faults?: MessageFaults, untilNs = 40 * S) {
  const sim = new Simulation({ seed: `gossipsub ${connections}` });
  const graph = randomRegular(200, connections, sim.stream('graph'));
  const network = new MessageNetwork(sim, { nodes: 200, delays: new FixedDelay(20e6), ...(faults === undefined ? {} : { faults }) });
  const reached = new Map<number, number>();
  const mesh = new Gossipsub(sim, network, graph, 1000, sim.stream('choose'), (_node, message) => void reached.set(message, (reached.get(message) ?? 0) + 1), parameters);
  mesh.start(untilNs);
  return { sim, mesh, graph, reached };
}

describe('gossipsub', () => {
  it('the mesh settles between D_low and D_high and is the same from both ends', () => {
    const { sim, mesh, graph } = start(40);
    sim.run({ untilNs: 20 * S });
    for (let node = 0; node < 200; node++) {
      expect(mesh.meshDegree(node)).toBeGreaterThanOrEqual(GOSSIPSUB.degreeLow);
      expect(mesh.meshDegree(node)).toBeLessThanOrEqual(GOSSIPSUB.degreeHigh);
      for (let at = graph.offsets[node]!; at < graph.offsets[node + 1]!; at++) expect(mesh.inMesh(node, graph.targets[at]!)).toBe(mesh.inMesh(graph.targets[at]!, node));
    }
    // settled: nothing is grafted or pruned any more
    const changes = mesh.grafts + mesh.prunes;
    sim.run({ untilNs: 30 * S });
    expect(mesh.grafts + mesh.prunes).toBe(changes);
  });

  it('prunes where more than D_high come', () => {
    // whoever has fewer than 11 grafts up to 12: above D_high = 12 soon
    const { sim, mesh } = start(40, { ...GOSSIPSUB, degree: 9, degreeLow: 9, degreeHigh: 10 });
    sim.run({ untilNs: 30 * S });
    expect(mesh.prunes).toBeGreaterThan(20);
  });

  it('prunes down to D, and not only to D_high', () => {
    // a hub and thirty who know only it: each grafts it at its heartbeat
    const sim = new Simulation({ seed: 'hub' });
    const leaves = Array.from({ length: 30 }, (_, leaf) => leaf + 1);
    const network = new MessageNetwork(sim, { nodes: 31, delays: new FixedDelay(20e6) });
    const mesh = new Gossipsub(sim, network, graphOf(31, leaves.map(() => 0), leaves), 1000, sim.stream('choose'), () => {});
    mesh.start(40 * S);
    const pruned: number[][] = [];
    while (pruned.length < 5) {
      const [before, prunes] = [mesh.meshDegree(0), mesh.prunes];
      if (!sim.step()) break;
      if (mesh.prunes > prunes) pruned.push([before - (mesh.prunes - prunes), mesh.meshDegree(0)]);
    }
    expect(pruned).toEqual(Array.from({ length: 5 }, () => [GOSSIPSUB.degree, GOSSIPSUB.degree]));
  });

  it('brings a message to everybody along the mesh: copies are those of a flood of the mesh', () => {
    const { sim, mesh, reached } = start(40);
    sim.run({ untilNs: 20 * S });
    const meshEnds = Array.from({ length: 200 }, (_, node) => mesh.meshDegree(node)).reduce((sum, degree) => sum + degree, 0);
    mesh.publish(5, 0);
    sim.run({ untilNs: 20.6 * S });
    expect(reached.get(0)).toBe(200);
    // each node sends to its mesh less the one it came from; the publisher to all
    expect(mesh.messages).toBe(meshEnds - 199);
    expect(mesh.repeated).toBe(mesh.messages - 199);
  });

  it('gossip brings what loss took from the mesh, and only gossip does', () => {
    const lossy = (): MessageFaults => {
      const draws = new Simulation({ seed: 'loss' }).stream('draws');
      return (_from, _to, _bytes, _departNs, extraNs) => {
        extraNs[0] = 0;
        return draws.below(10) < 4 ? 0 : 1;
      };
    };
    const missed = (degreeLazy: number): number => {
      const { sim, mesh, reached } = start(30, { ...GOSSIPSUB, degreeLazy }, lossy());
      sim.run({ untilNs: 20 * S });
      for (let message = 0; message < 40; message++) mesh.publish(message * 5, message);
      sim.run();
      return Array.from({ length: 40 }, (_, message) => 200 - reached.get(message)!).reduce((sum, count) => sum + count, 0);
    };
    const alone = missed(0);
    expect(alone).toBeGreaterThan(30);
    // a request a heartbeat, answered with 0.6^2, three heartbeats: 0.64^3 = 26 % stay without
    expect(missed(6)).toBeLessThan(alone / 2);
  });
});

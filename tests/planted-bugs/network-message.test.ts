/** Each bug planted in the message level breaks a law or differs from a naive second implementation; the sound code does not. */
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { MESSAGE_BUGS, type MessageBug, WATCHED_BUGS } from './network-message.ts';
import * as sound from './network-message-entry.ts';

type Modules = typeof sound;

/** True where something is wrong. */
const CHECKS: Readonly<Record<MessageBug['check'], (modules: Modules) => boolean>> = {
  deliveries: ({ simulated, plainDeliveries, randomRules, randomSendings, Uplinks }) => {
    const line = new Uplinks(1, 10_000_001);
    for (let message = 0; message < 10_000; message++) line.depart(0, 61, 0);
    if (line.freeNs[0] !== Number((8n * 61n * 10_000n * 1_000_000_000n + 10_000_000n) / 10_000_001n)) return true;
    return (['none', 'queue'] as const).some((downlink) =>
      [0, 1, 2, 3].some((seed) => {
        const rules = randomRules(`planted ${seed}`, downlink, seed % 2 === 0);
        const sendings = randomSendings(`planted ${seed}`, 300, rules.nodes);
        const plain = plainDeliveries(sendings, rules);
        return simulated(sendings, rules).some((ns, index) => ns !== plain[index]);
      }),
    );
  },
  overlays: ({ Simulation, randomRegular, degrees, outboundGraph, simblockDegrees, SIMBLOCK_DEGREE_CDF }) => {
    const sim = new Simulation({ seed: 'overlays' });
    if (degrees(randomRegular(300, 8, sim.stream('regular'))).some((degree) => degree !== 8)) return true;
    const tight = outboundGraph(new Int32Array(100).fill(5), 5, sim.stream('tight'));
    if (degrees(tight.graph).some((degree, node) => degree - tight.opened[node]! > 5)) return true;
    const wanted = simblockDegrees(2000, sim.stream('simblock'));
    return SIMBLOCK_DEGREE_CDF.some((share, index) => wanted.filter((degree) => degree <= index + 1).length !== Math.round(share * 2000));
  },
  spread: ({ Simulation, MessageNetwork, FixedDelay, randomRegular, AnnounceRelay, Push, RoundGossip, CompactBlockRelay }) => {
    const [nodes, degree] = [200, 6];
    const make = () => {
      const sim = new Simulation({ seed: 'spread' });
      return { sim, network: new MessageNetwork(sim, { nodes, delays: new FixedDelay(1000) }), graph: randomRegular(nodes, degree, sim.stream('graph')) };
    };
    const announce = make();
    const relay = new AnnounceRelay(announce.sim, announce.network, { graph: announce.graph });
    relay.publish(0, 0, 100);
    announce.sim.run();
    if (relay.bodies !== nodes - 1 || relay.requests !== nodes - 1 || relay.announcements !== nodes * (degree - 1) + 1) return true;
    const flood = make();
    const push = new Push(flood.network, { flood: flood.graph }, 100);
    push.publish(0);
    flood.sim.run();
    if (push.copies !== nodes * (degree - 1) + 1) return true;
    // everybody but the origin is a target: who chooses distinct ones reaches all in one step
    const whole = make();
    const all = new Push(whole.network, { fanout: nodes - 1, choose: whole.sim.stream('choose') }, 100);
    all.publish(0);
    whole.sim.run({ untilNs: 1000 });
    if (all.reached !== nodes) return true;
    // push-pull at most triples what is known: a node that knew calls one and is called by one on average
    const sim = new Simulation({ seed: 'rounds' });
    const gossip = new RoundGossip(sim, new MessageNetwork(sim, { nodes: 20_000, delays: new FixedDelay(1000) }), { mode: 'push-pull', fanout: 1, periodNs: 3000, bytes: 100, choose: sim.stream('choose') });
    gossip.publish(0);
    sim.run();
    const middle = gossip.known.findIndex((count) => count > 300);
    if (gossip.known[middle + 1]! > 3.05 * gossip.known[middle]!) return true;
    const blocks = make();
    const compact = new CompactBlockRelay(blocks.sim, blocks.network, { graph: blocks.graph, transactions: 100, transactionBytes: 250, missing: () => 3, highBandwidthPeers: degree, onBlock: () => {} }, blocks.sim.stream('peers'));
    compact.publish(0);
    blocks.sim.run();
    return compact.refetches !== nodes - 1;
  },
  gossipsub: ({ Simulation, MessageNetwork, FixedDelay, randomRegular, Gossipsub, GOSSIPSUB }) => {
    const sim = new Simulation({ seed: 'gossipsub' });
    const graph = randomRegular(100, 30, sim.stream('graph'));
    const network = new MessageNetwork(sim, { nodes: 100, delays: new FixedDelay(10e6) });
    const mesh = new Gossipsub(sim, network, graph, 100, sim.stream('choose'), () => {}, { ...GOSSIPSUB, degree: 8, degreeLow: 8, degreeHigh: 10 });
    mesh.start(30e9);
    sim.run({ untilNs: 30e9 - 1 });
    for (let node = 0; node < 100; node++) for (let at = graph.offsets[node]!; at < graph.offsets[node + 1]!; at++) if (mesh.inMesh(node, graph.targets[at]!) !== mesh.inMesh(graph.targets[at]!, node)) return true;
    return false;
  },
  pruning: ({ Simulation, MessageNetwork, FixedDelay, graphOf, Gossipsub, GOSSIPSUB }) => {
    const sim = new Simulation({ seed: 'hub' });
    const leaves = Array.from({ length: 30 }, (_, leaf) => leaf + 1);
    const mesh = new Gossipsub(sim, new MessageNetwork(sim, { nodes: 31, delays: new FixedDelay(20e6) }), graphOf(31, leaves.map(() => 0), leaves), 100, sim.stream('choose'), () => {});
    mesh.start(10e9);
    while (mesh.prunes === 0) if (!sim.step()) return true;
    return mesh.meshDegree(0) !== GOSSIPSUB.degree;
  },
  pulls: ({ Simulation, MessageNetwork, FixedDelay, FabricGossip }) => {
    const sim = new Simulation({ seed: 'pulls' });
    let pushed = 0;
    // pushes are lost: the second of two peers hears of blocks by pulling alone
    const faults: sound.MessageFaults = (_from, _to, _bytes, _departNs, extraNs) => {
      extraNs[0] = 0;
      return gossip.pushed > pushed && (pushed = gossip.pushed) > 0 ? 0 : 1;
    };
    const arrivedNs: number[] = [];
    const gossip = new FabricGossip(sim, new MessageNetwork(sim, { nodes: 2, delays: new FixedDelay(1e6), faults }), 1000, sim.stream('choose'), (node, block) => void (node === 1 && (arrivedNs[block] = sim.now)));
    gossip.start(40e9);
    for (let block = 0; block < 300; block++) sim.after(block * 1e8, () => gossip.publish(0, block));
    sim.run();
    const pulls = [...new Set(arrivedNs)];
    const ages = arrivedNs.map((ns, block) => ns - block * 1e8);
    return pulls.some((ns, i) => i > 0 && ns - pulls[i - 1]! !== 4e9) || Math.min(...ages) < 1e9 || Math.min(...ages) > 1.102e9;
  },
  tables: ({ Simulation, Identifiers, RoutingTable }) => {
    const ids = new Identifiers(200, new Simulation({ seed: 'tables' }).stream('ids'));
    const whole = (node: number): bigint => [...ids.words.subarray(5 * node, 5 * node + 5)].reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
    for (let a = 0; a < 60; a++) for (let b = 0; b < 60; b++) {
      const nearer = (whole(a) ^ whole(0)) < (whole(b) ^ whole(0));
      if (nearer !== ids.compare(0, a, b) < 0) return true;
    }
    const table = new RoutingTable(ids, 0, 4);
    const far = Array.from({ length: 199 }, (_, index) => index + 1).filter((node) => ids.commonPrefix(0, node) === 0);
    far.slice(0, 4).forEach((node) => table.see(node, () => true));
    let asked = -1;
    table.see(far[4]!, (oldest) => (asked = oldest) >= 0);
    return asked !== far[0];
  },
};

/** What stopped a watched run: the name of the checker. */
function stoppedBy({ WATCHED_RUNS, watchedRun }: Modules): string[] {
  return Object.keys(WATCHED_RUNS).flatMap((name) => {
    try {
      watchedRun(name);
      return [];
    } catch (error) {
      return /^checker ([a-z]+)/.exec((error as Error).message)?.[1] ?? [];
    }
  });
}

/** A run that breaks, and one that loops, are told as well. */
function tells(check: MessageBug['check'], modules: Modules): boolean {
  try {
    return CHECKS[check](modules);
  } catch {
    return true;
  }
}

describe('bugs planted in the message level', () => {
  it.each(Object.keys(CHECKS) as MessageBug['check'][])('the sound code passes the check of %s', (check) => expect(CHECKS[check](sound)).toBe(false));

  it.each(MESSAGE_BUGS)('$id: $what', async (bug) => {
    expect(tells(bug.check, await loadMutant<Modules>(bug, 'tests/planted-bugs/network-message-entry.ts'))).toBe(true);
  });
});

describe('bugs planted in the message level, told by its checkers while it runs', () => {
  it('sound runs are stopped by none', () => expect(stoppedBy(sound)).toEqual([]));

  it.each(WATCHED_BUGS)('$id: $what', async (bug) => {
    expect(stoppedBy(await loadMutant<Modules>(bug, 'tests/planted-bugs/network-message-entry.ts'))).toContain(bug.checker);
  });
});

import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FixedDelay } from '../../latency/region-delay.ts';
import { type MessageNetworkOptions, MessageNetwork } from '../../message/message-network.ts';
import { randomRegular } from '../../overlay/random-regular.ts';
import { FabricGossip } from '../fabric-gossip.ts';
import { compactBytes, CompactBlockRelay } from '../compact-blocks.ts';
import { Push } from '../push.ts';
import { RoundGossip, type RoundOptions } from '../rounds.ts';

const DELAY_NS = 1_000_000;

function net(seed: string, nodes: number, options: Partial<MessageNetworkOptions> = {}) {
  const sim = new Simulation({ seed });
  return { sim, network: new MessageNetwork(sim, { nodes, delays: new FixedDelay(DELAY_NS), ...options }) };
}

/** Root of z = 1 - exp(-f z) above 0. */
function coverage(f: number): number {
  let z = 1;
  for (let step = 0; step < 200; step++) z = 1 - Math.exp(-f * z);
  return z;
}

describe('laws of gossip', () => {
  it.each([[3, 0.9405], [4, 0.9802], [5, 0.993]])('push with fanout %d covers %d of the nodes', (fanout, published) => {
    expect(coverage(fanout)).toBeCloseTo(published, 4);
    const { sim, network } = net(`push ${fanout}`, 5000);
    const push = new Push(network, { fanout, choose: sim.stream('choose') }, 100);
    const shares = Array.from({ length: 12 }, (_, origin) => {
      push.publish(origin);
      sim.run();
      return push.reached / 5000;
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / 12;
    // deviation of one run below sqrt(z (1 - z) / n) (1 + f) or so: four of them over 12 runs
    expect(Math.abs(mean - coverage(fanout))).toBeLessThan((4 * Math.sqrt((published * (1 - published)) / 5000) * 2) / Math.sqrt(12));
    expect(push.copies % fanout).toBe(0);
  });

  it('everybody is reached with fanout ln n + c as often as exp(-exp(-c)) says', () => {
    const nodes = 1000;
    const { sim, network } = net('atomic', nodes);
    for (const [fanout, runs] of [[7, 60], [9, 60]] as const) {
      const push = new Push(network, { fanout, choose: sim.stream(`choose ${fanout}`) }, 100);
      let whole = 0;
      for (let run = 0; run < runs; run++) {
        push.publish(run);
        sim.run();
        if (push.reached === nodes) whole++;
      }
      const expected = Math.exp(-Math.exp(Math.log(nodes) - fanout));
      expect(Math.abs(whole / runs - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / runs));
    }
  });

  it('a flood sends n (d - 1) + 1 copies', () => {
    for (const [nodes, degree] of [[100, 3], [400, 8], [300, 15]] as const) {
      const { sim, network } = net('flood', nodes);
      const push = new Push(network, { flood: randomRegular(nodes, degree, sim.stream('graph')) }, 100);
      push.publish(1);
      sim.run();
      expect(push.reached).toBe(nodes);
      expect(push.copies).toBe(nodes * (degree - 1) + 1);
    }
  });

  function rounds(mode: RoundOptions['mode'], fanout: number, nodes: number, runs: number): { mean: number; known: number[]; copies: number } {
    const { sim, network } = net(`${mode} ${fanout} ${nodes}`, nodes);
    const gossip = new RoundGossip(sim, network, { mode, fanout, periodNs: 3 * DELAY_NS, bytes: 100, choose: sim.stream('choose') });
    let sum = 0;
    for (let run = 0; run < runs; run++) {
      gossip.publish(run);
      sim.run();
      expect(gossip.reached).toBe(nodes);
      sum += gossip.rounds;
    }
    return { mean: sum / runs, known: [...gossip.known], copies: gossip.copies };
  }

  it('push in rounds: log_(f+1) n + ln n / f, within two rounds', () => {
    for (const [fanout, nodes] of [[1, 1024], [1, 4096], [2, 2000], [4, 2000]] as const) {
      const law = Math.log(nodes) / Math.log(fanout + 1) + Math.log(nodes) / fanout;
      expect(Math.abs(rounds('push', fanout, nodes, 10).mean - law)).toBeLessThan(2);
    }
  });

  it('push-pull: log_3 n and some rounds more, faster than push and pull', () => {
    for (const nodes of [1000, 8000]) {
      const mean = rounds('push-pull', 1, nodes, 10).mean;
      const law = Math.log(nodes) / Math.log(3);
      expect(mean).toBeGreaterThan(law);
      expect(mean).toBeLessThan(law + 2 * Math.log2(Math.log2(nodes)));
      expect(mean).toBeLessThan(rounds('pull', 1, nodes, 5).mean);
      expect(mean).toBeLessThan(rounds('push', 1, nodes, 5).mean);
    }
  });

  it('push-pull triples at first, as both ends of a call spread it', () => {
    const { known } = rounds('push-pull', 1, 20_000, 1);
    const middle = known.findIndex((count) => count > 100);
    expect(known[middle + 1]! / known[middle]!).toBeGreaterThan(2.5);
    expect(known[middle + 1]! / known[middle]!).toBeLessThan(3.05);
  });

  it('pull: at the end the share that lacks it is squared each round', () => {
    const nodes = 20_000;
    const { known } = rounds('pull', 1, nodes, 1);
    for (let round = 1; round < known.length; round++) {
      const before = 1 - known[round - 1]! / nodes;
      if (before > 0.6 || before < 0.02) continue;
      const expected = before * before;
      expect(Math.abs(1 - known[round]! / nodes - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - before)) / nodes));
    }
  });
});

describe('compact blocks', () => {
  function relay(missing: number, highBandwidthPeers: number, validationNs = 0) {
    const { sim, network } = net('compact', 200);
    const graph = randomRegular(200, 8, sim.stream('graph'));
    const gotNs = new Float64Array(200).fill(-1);
    const compact = new CompactBlockRelay(sim, network, { graph, transactions: 2000, transactionBytes: 250, missing: () => missing, highBandwidthPeers, validationNs, onBlock: (node) => void (gotNs[node] = sim.now) }, sim.stream('peers'));
    compact.publish(0);
    sim.run();
    expect(gotNs.every((ns) => ns >= 0)).toBe(true);
    return { compact, gotNs, network, lastNs: gotNs.reduce((a, b) => Math.max(a, b)) };
  }

  it('sizes are those of BIP 152', () => expect(compactBytes(2001)).toBe(80 + 8 + 6 * 2000 + 250));

  it('low bandwidth: three delays a hop; high bandwidth: one; missing transactions: two more', () => {
    const low = relay(0, 0);
    expect(new Set(low.gotNs)).toEqual(new Set([0, 3, 6, 9, 12].map((hops) => hops * DELAY_NS)));
    expect(low.compact.pushes).toBe(0);
    expect(low.compact.requests).toBe(199);
    // all eight neighbours push: a flood
    const high = relay(0, 8, 50 * DELAY_NS);
    expect(new Set(high.gotNs)).toEqual(new Set([0, 1, 2, 3, 4].map((hops) => hops * DELAY_NS)));
    expect(high.compact.pushes).toBe(200 * 7 + 1);
    expect(high.compact.announcements).toBe(0);
    const missing = relay(3, 8);
    expect(missing.lastNs).toBe(3 * high.lastNs);
    expect(missing.compact.refetches).toBe(199);
  });

  it('pushes go to at most as many as asked, and save time', () => {
    const three = relay(0, 3);
    expect(three.compact.pushes).toBeLessThanOrEqual(3 * 200);
    expect(three.compact.pushes).toBeGreaterThan(2 * 200);
    expect(three.lastNs).toBeLessThan(relay(0, 0).lastNs);
  });
});

describe('Fabric gossip', () => {
  it('push covers 94 %, pull brings the rest', () => {
    const nodes = 400;
    const { sim, network } = net('fabric', nodes);
    const pushed = new Map<number, number>();
    const all = new Map<number, number>();
    const gossip = new FabricGossip(sim, network, 10_000, sim.stream('choose'), (_node, block, wasPulled) => {
      all.set(block, (all.get(block) ?? 0) + 1);
      // once a block was pulled, pushes that start from there are not the first wave
      if (!wasPulled && sim.now < 1e9 * (block + 1) - 5e8) pushed.set(block, (pushed.get(block) ?? 0) + 1);
    });
    gossip.start(40e9);
    for (let block = 0; block < 20; block++) sim.after(1e9 * block + 1, () => gossip.publish(block % nodes, block));
    sim.run();
    expect([...all.values()]).toEqual(Array.from({ length: 20 }, () => nodes));
    const mean = [...pushed.values()].reduce((sum, count) => sum + count, 0) / 20 / nodes;
    // the first wave is over within 300 ms; pulls of that time may add a little
    expect(mean).toBeGreaterThan(0.925);
    expect(mean).toBeLessThan(0.97);
    expect(gossip.pulled).toBeGreaterThan(20);
  });

  it('sends ten blocks at once without waiting, and fewer after 10 ms', () => {
    const { sim, network } = net('burst', 5);
    const gotNs: number[] = [];
    const gossip = new FabricGossip(sim, network, 1000, sim.stream('choose'), (node) => void (node !== 0 && gotNs.push(sim.now)));
    for (let block = 0; block < 9; block++) gossip.publish(0, block);
    sim.run({ untilNs: 10e6 + DELAY_NS - 1 });
    expect(gotNs.length).toBe(0);
    sim.run({ untilNs: 10e6 + DELAY_NS });
    expect(gotNs.length).toBe(27);
    const second = net('burst', 5);
    const early: number[] = [];
    const full = new FabricGossip(second.sim, second.network, 1000, second.sim.stream('choose'), (node) => void (node !== 0 && early.push(second.sim.now)));
    for (let block = 0; block < 10; block++) full.publish(0, block);
    second.sim.run({ untilNs: DELAY_NS });
    expect(early.length).toBe(30);
  });
});

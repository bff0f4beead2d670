/** Pulls of Fabric's gossip, with the defaults of sampleconfig/core.yaml: pullInterval 4s, digestWaitTime 1000ms, pullPeerNum 3. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FixedDelay } from '../../latency/region-delay.ts';
import { type MessageFaults, MessageNetwork } from '../../message/message-network.ts';
import { FabricGossip } from '../fabric-gossip.ts';

const S = 1e9;
const DELAY_NS = 1e6;
const GAP_NS = 0.1 * S;
const BLOCK_BYTES = 1000;

describe('pulls of Fabric', () => {
  it('bring every 4 s what was there a second before, where pushes are lost', () => {
    const sim = new Simulation({ seed: 'pulls' });
    let pushed = 0;
    const faults: MessageFaults = (_from, _to, _bytes, _departNs, extraNs) => {
      extraNs[0] = 0;
      if (gossip.pushed === pushed) return 1;
      pushed = gossip.pushed;
      return 0;
    };
    const network = new MessageNetwork(sim, { nodes: 2, delays: new FixedDelay(DELAY_NS), faults });
    const arrivedNs: number[] = [];
    const gossip = new FabricGossip(sim, network, BLOCK_BYTES, sim.stream('choose'), (node, block) => void (node === 1 && (arrivedNs[block] = sim.now)));
    gossip.start(60 * S);
    for (let block = 0; block < 400; block++) sim.after(block * GAP_NS, () => gossip.publish(0, block));
    sim.run();
    const pulls = [...new Set(arrivedNs)];
    expect(pulls.length).toBeGreaterThanOrEqual(10);
    expect(pulls.slice(1).map((ns, i) => ns - pulls[i]!)).toEqual(Array.from({ length: pulls.length - 1 }, () => 4 * S));
    // the digest is made a delay after the greeting, the blocks leave a second and a delay after it
    const agesNs = arrivedNs.map((ns, block) => ns - block * GAP_NS);
    expect(Math.min(...agesNs)).toBeGreaterThanOrEqual(1 * S + DELAY_NS);
    expect(Math.min(...agesNs)).toBeLessThan(1 * S + DELAY_NS + GAP_NS);
    expect(Math.max(...agesNs)).toBeGreaterThan(5 * S + DELAY_NS - GAP_NS);
    expect(Math.max(...agesNs)).toBeLessThanOrEqual(5 * S + DELAY_NS);
  });

  it('greet three peers each', () => {
    const sim = new Simulation({ seed: 'greetings' });
    const greetings: number[] = [];
    // everything is lost: greetings are all that is ever sent
    const faults: MessageFaults = (from, _to, _bytes, _departNs, extraNs) => {
      extraNs[0] = 0;
      if (from === 0) greetings.push(sim.now);
      return 0;
    };
    const gossip = new FabricGossip(sim, new MessageNetwork(sim, { nodes: 20, delays: new FixedDelay(DELAY_NS), faults }), BLOCK_BYTES, sim.stream('choose'), () => {});
    gossip.start(40 * S);
    sim.run();
    expect(greetings).toHaveLength(30);
    expect(new Set(greetings).size).toBe(10);
  });
});

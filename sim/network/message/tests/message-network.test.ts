import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { FixedDelay, RegionDelay } from '../../latency/region-delay.ts';
import { MessageNetwork } from '../message-network.ts';
import { MessageTransports } from '../transport.ts';
import { Uplinks } from '../uplinks.ts';
import { plainDeliveries, randomRules, randomSendings, simulated } from './plain-network.ts';

describe('message network', () => {
  it.each(['none', 'queue'] as const)('delivers each message when exact fractions say, receiving side %s, with and without FIFO', (downlink) => {
    for (let seed = 0; seed < 12; seed++) {
      const rules = randomRules(`rules ${seed}`, downlink, seed % 2 === 0);
      const sendings = randomSendings(`sendings ${seed}`, 300, rules.nodes);
      expect(simulated(sendings, rules)).toEqual(plainDeliveries(sendings, rules));
    }
  });

  it('with the slower of both ends, within a ns a message of exact fractions', () => {
    for (let seed = 0; seed < 6; seed++) {
      const rules = randomRules(`minimum ${seed}`, 'minimum', false);
      const sendings = randomSendings(`sendings ${seed}`, 300, rules.nodes);
      const plain = plainDeliveries(sendings, rules);
      simulated(sendings, rules).forEach((ns, index) => expect(Math.abs(ns - plain[index]!)).toBeLessThanOrEqual(300));
    }
  });

  it('a million messages of 61 bytes at 10 Mbit/s end where the sum says', () => {
    const line = new Uplinks(1, 10_000_001);
    let endNs = 0;
    for (let message = 0; message < 1_000_000; message++) endNs = line.depart(0, 61, 0);
    expect(endNs).toBe(Number((8n * 61n * 1_000_000n * 1_000_000_000n + 10_000_000n) / 10_000_001n));
  });

  it('keeps the order of a pair where that is promised, and breaks it where it is not', () => {
    const rules = { ...randomRules('order', 'none', true), uplinkBps: [1e9, 1e9, 1e9, 1e9, 1e9] };
    const sendings = randomSendings('order', 600, rules.nodes);
    const overtakings = (deliveredNs: readonly number[]): number =>
      sendings.filter((late, index) => sendings.some((early, before) => before < index && early.from === late.from && early.to === late.to && deliveredNs[before]! > deliveredNs[index]!)).length;
    expect(overtakings(simulated(sendings, rules))).toBe(0);
    expect(overtakings(simulated(sendings, { ...rules, fifo: false }))).toBeGreaterThan(10);
  });

  it('draws the jitter of a sender from its own stream: traffic of others does not move it', () => {
    const arrivals = (others: boolean, jitter: 'sender' | 'pair'): number[] => {
      const sim = new Simulation({ seed: 'jitter' });
      const network = new MessageNetwork(sim, { nodes: 3, delays: new RegionDelay(new Uint8Array(3), [[50]], { law: 'pareto' }), jitter });
      const found: number[] = [];
      network.onMessage((_to, from) => void (from === 0 && found.push(sim.now)));
      for (let message = 0; message < 20; message++) {
        if (others) network.send(1, 2, 0, 100);
        network.send(0, 2, 0, 100);
      }
      sim.run();
      return found;
    };
    for (const jitter of ['sender', 'pair'] as const) {
      expect(arrivals(true, jitter)).toEqual(arrivals(false, jitter));
      expect(new Set(arrivals(true, jitter)).size).toBe(20);
    }
  });

  it('counts every message once: handed over + doubled = delivered + lost', () => {
    const sim = new Simulation({ seed: 'faults' });
    const draws = sim.stream('faults');
    const network = new MessageNetwork(sim, {
      nodes: 4, delays: new FixedDelay(1000),
      faults: (_from, _to, _bytes, _departNs, extraNs) => {
        extraNs[0] = draws.below(100);
        extraNs[1] = 500;
        return draws.below(3);
      },
    });
    const transports = new MessageTransports<{ readonly n: number }>(sim, network);
    const got = new Map<number, number>();
    const nodes = [0, 1, 2, 3].map((node) => transports.attach(node));
    nodes.forEach((node) => node.onMessage((_from, { n }) => void got.set(n, (got.get(n) ?? 0) + 1)));
    for (let n = 0; n < 900; n++) nodes[n % 4]!.send((n + 1) % 4, { n }, 10);
    sim.run();
    expect(network.sent + network.doubled).toBe(network.delivered + network.lost);
    expect(network.lost).toBeGreaterThan(200);
    expect(network.doubled).toBeGreaterThan(200);
    expect([...got.values()].reduce((sum, count) => sum + count, 0)).toBe(network.delivered);
    expect(transports.pendingCount).toBe(0);
  });

  it('refuses what it cannot hold', () => {
    const sim = new Simulation({ seed: 'refusals' });
    expect(() => new MessageNetwork(sim, { nodes: 3000, delays: new FixedDelay(1), fifo: 'pairs' })).toThrow(/at most 2048/);
    expect(() => new Uplinks(2, [1e6])).toThrow(/one for each of 2/);
    expect(() => new Uplinks(1, 0.5)).toThrow(/1e15/);
    const network = new MessageNetwork(sim, { nodes: 2, delays: new FixedDelay(1) });
    for (const [from, to, bytes] of [[0, 2, 1], [-1, 0, 1], [0, 1, -1], [0, 1, 1.5], [0, 0.5, 1], [0, 1, NaN]] as const) {
      expect(() => network.send(from, to, 0, bytes), `${from} ${to} ${bytes}`).toThrow(from === 0 && to === 0.5 ? /32-bit/ : /nodes 0 \.\. 1, an integer of bytes/);
    }
    network.send(0, 1, 7, 1);
    expect(() => sim.run()).toThrow(/node 1; required: a receiver/);
    const transports = new MessageTransports(sim, network);
    transports.attach(0).send(1, 'unheard', 1);
    expect(() => sim.run()).toThrow(/node 1; required: a node that listens/);
  });
});

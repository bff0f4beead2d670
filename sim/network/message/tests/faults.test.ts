import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { deadlineNs, holdNodes, PartialSynchrony, scatter } from '../../faults/partial-synchrony.ts';
import type { FaultPlan } from '../../faults/plan.ts';
import { FixedDelay } from '../../latency/region-delay.ts';
import { pipelineFaults } from '../faults.ts';
import { MessageNetwork } from '../message-network.ts';

const DELAY_NS = 1_000_000;

/** Numbers of the messages that came from 0 to 1 and from 1 to 0, with the instant of each; one message each way every 100 us. */
function run(planOf: (from: number, to: number) => FaultPlan | undefined, messages = 4000) {
  const sim = new Simulation({ seed: 'faults' });
  const network = new MessageNetwork(sim, { nodes: 3, delays: new FixedDelay(DELAY_NS), faults: pipelineFaults(sim, planOf, false) });
  const got: { from: number; word: number; atNs: number }[] = [];
  network.onMessage((_to, from, word) => void got.push({ from, word, atNs: sim.now }));
  for (let word = 0; word < messages; word++) {
    sim.after(word * 100_000, () => {
      network.send(0, 1, word, 100);
      network.send(1, 0, word, 100);
    });
  }
  sim.run();
  return { got, network, of: (from: number) => got.filter((each) => each.from === from) };
}

describe('faults on the message level', () => {
  it('act on their directed pair alone, at the rate of the plan, and count corrupted messages as lost', () => {
    const { network, of } = run((from) => (from === 0 ? { fifo: false, loss: 0.2, corrupt: 0.1 } : undefined));
    expect(of(1).length).toBe(4000);
    // 0.8 x 0.9 of them, 4 deviations
    expect(Math.abs(of(0).length / 4000 - 0.72)).toBeLessThan(4 * Math.sqrt((0.72 * 0.28) / 4000));
    expect(network.sent + network.doubled).toBe(network.delivered + network.lost);
  });

  it('a stage that is switched on moves no verdict of another, nor of another pair', () => {
    const lost = (plan: FaultPlan, from: number): number[] => {
      const words = new Set(run((source) => (source === from ? plan : { fifo: false, loss: 0.1 })).of(0).map(({ word }) => word));
      return Array.from({ length: 4000 }, (_, word) => word).filter((word) => !words.has(word));
    };
    const alone = lost({ fifo: false, loss: 0.1 }, 0);
    expect(lost({ fifo: false, loss: 0.1, duplicate: 0.3, spikes: { perSecond: 100, durationNs: 1e6, addedNs: 1e6 } }, 0)).toEqual(alone);
    expect(lost({ fifo: false, loss: 0.5 }, 1)).toEqual(alone);
    expect(alone.length).toBeGreaterThan(300);
  });

  it('an outage holds or drops what leaves in it', () => {
    const outage = (mode: 'hold' | 'drop') => run((from) => (from === 0 ? { fifo: false, outages: [{ fromNs: 10e6, toNs: 20e6, reason: 'partition', mode }] } : undefined), 300).of(0);
    expect(outage('drop').map(({ word }) => word)).toEqual(Array.from({ length: 300 }, (_, word) => word).filter((word) => word < 100 || word >= 200));
    for (const { word, atNs } of outage('hold')) expect(atNs).toBe((word >= 100 && word < 200 ? 20e6 : word * 100_000) + DELAY_NS);
  });

  it('refuses a plan whose order is not that of the network', () => expect(() => run(() => ({ fifo: true }))).toThrow(/link 0-1: fifo true in the plan, false in the network/));
});

describe('partial synchrony on the message level', () => {
  it('no arrival is later than max(sent, GST) + delta, whatever line, jitter and adversary do', () => {
    for (const adversaryOf of [(sim: Simulation) => scatter(sim.stream('adversary'), 500e6), () => holdNodes(new Set([0]), 1e9)]) {
      const sim = new Simulation({ seed: 'synchrony' });
      const bound = { gstNs: 50e6, deltaNs: 3e6 };
      const network = new MessageNetwork(sim, { nodes: 3, delays: new FixedDelay(DELAY_NS), uplinkBps: 1e7, fifo: 'pairs', synchrony: new PartialSynchrony(bound, adversaryOf(sim)) });
      const sentNs: number[] = [];
      let late = 0;
      let held = 0;
      network.onMessage((_to, _from, word) => {
        if (sim.now > deadlineNs(bound, sentNs[word]!)) late++;
        if (sim.now > sentNs[word]! + bound.deltaNs) held++;
      });
      for (let word = 0; word < 1000; word++) {
        sim.after(word * 100_000, () => {
          sentNs[word] = sim.now;
          network.send(word % 3, (word + 1) % 3, word, 600);
        });
      }
      sim.run();
      expect(network.delivered).toBe(1000);
      expect(late).toBe(0);
      // before GST the adversary did hold messages beyond delta
      expect(held).toBeGreaterThan(100);
    }
  });

  it('is refused beside receiving lines that queue', () => {
    expect(() => new MessageNetwork(new Simulation({ seed: 'x' }), { nodes: 2, delays: new FixedDelay(1), downlink: 'queue', synchrony: new PartialSynchrony({ gstNs: 0, deltaNs: 1 }) })).toThrow(/one of both/);
  });
});

/** BBR, both versions, over the real transport: handshake, SACK, loss detection, pacing timer, queue. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../../simulation.ts';
import type { Medium } from '../../../link/port.ts';
import { Dumbbell, type DumbbellOptions } from '../../dumbbell.ts';
import { Bbr } from '../bbr.ts';
import { Bbr3 } from '../bbr3.ts';

const RTT_NS = 40e6;
const PAYLOAD_SHARE = 1448 / 1502;
const bdpOf = (rateBps: number): number => (rateBps * RTT_NS) / (1502 * 8e9);

function network(rateBps: number, buffers: number, rest: Partial<DumbbellOptions> = {}): { sim: Simulation; dumbbell: Dumbbell } {
  const sim = new Simulation({ seed: 'bbr over tcp' });
  return { sim, dumbbell: new Dumbbell(sim, { rateBps, rttNs: RTT_NS, bufferPackets: Math.round(buffers * bdpOf(rateBps)), ...rest }) };
}

function share({ sim, dumbbell }: { sim: Simulation; dumbbell: Dumbbell }, fromS: number, toS: number): number {
  sim.run({ untilNs: fromS * 1e9 });
  const before = dumbbell.connections[0]!.receiver.deliveredBytes;
  sim.run({ untilNs: toS * 1e9 });
  return ((dumbbell.connections[0]!.receiver.deliveredBytes - before) * 8) / (toS - fromS) / (dumbbell.bottleneck.rateBps * PAYLOAD_SHARE);
}

describe('version 1', () => {
  it.each([0.5, 2, 8])('with a buffer of %d BDP fills 0.96 of the line, probes of the round-trip time included', (buffers) => {
    const net = network(50e6, buffers);
    const { sender } = net.dumbbell.add({ controller: new Bbr(net.sim.stream('bbr')), startNs: 0 });
    expect(share(net, 5, 25)).toBeGreaterThan(0.96);
    expect(sender.srttNs).toBeLessThan(1.45 * RTT_NS);
  });

  it('goes through its states at the times of the paper, with four in flight in PROBE_RTT', () => {
    const net = network(50e6, 4);
    const flow = new Bbr(net.sim.stream('bbr'));
    const { sender } = net.dumbbell.add({ controller: flow, startNs: 0 });
    const spans: { mode: string; fromNs: number; least: number }[] = [];
    for (let t = 0; t < 21e9; t += 1e6) {
      net.sim.run({ untilNs: t });
      if (spans[spans.length - 1]?.mode !== flow.mode) spans.push({ mode: flow.mode, fromNs: t, least: Infinity });
      spans[spans.length - 1]!.least = Math.min(spans[spans.length - 1]!.least, sender.inflight);
    }
    expect(spans.map(({ mode }) => mode)).toEqual(['STARTUP', 'DRAIN', 'PROBE_BW', 'PROBE_RTT', 'PROBE_BW', 'PROBE_RTT', 'PROBE_BW']);
    // handshake, log2(166 / 10) rounds, and the last ones up to 2.9 round-trip times long, by the queue of STARTUP
    expect(spans[1]!.fromNs).toBeGreaterThan(8 * RTT_NS);
    expect(spans[1]!.fromNs).toBeLessThan(20 * RTT_NS);
    expect(spans[2]!.fromNs - spans[1]!.fromNs).toBeLessThan(3.2 * RTT_NS);
    for (const at of [3, 5]) {
      expect(spans[at]!.least).toBeLessThanOrEqual(4);
      expect(spans[at + 1]!.fromNs - spans[at]!.fromNs).toBeGreaterThan(200e6);
      expect(spans[at + 1]!.fromNs - spans[at]!.fromNs).toBeLessThan(200e6 + 3 * RTT_NS);
    }
    expect(spans[5]!.fromNs - spans[4]!.fromNs).toBeGreaterThan(10e9 - 1e6);
    expect(spans[5]!.fromNs - spans[4]!.fromNs).toBeLessThan(10e9 + 2 * RTT_NS);
  });

  it('keeps within 7 % of what 5 % random loss leaves', () => {
    const net = network(50e6, 1, { loss: 0.05 });
    net.dumbbell.add({ controller: new Bbr(net.sim.stream('bbr')), startNs: 0 });
    expect(share(net, 3, 15) / 0.95).toBeGreaterThan(0.93);
  });
});

describe('version 3', () => {
  it.each([1, 4])('with a buffer of %d BDP fills 0.94 of the line, and keeps the least round-trip time in sight', (buffers) => {
    const net = network(50e6, buffers);
    const { sender } = net.dumbbell.add({ controller: new Bbr3(net.sim.stream('bbr3')), startNs: 0 });
    expect(share(net, 5, 20)).toBeGreaterThan(0.94);
    expect(sender.minRttNs).toBeLessThan(1.01 * RTT_NS);
  });

  it('gives way at 5 % random loss and not at 0.1 %', () => {
    const shares = [0.001, 0.05].map((loss) => {
      const net = network(50e6, 1, { loss });
      net.dumbbell.add({ controller: new Bbr3(net.sim.stream('bbr3')), startNs: 0 });
      return share(net, 3, 15);
    });
    expect(shares[0]).toBeGreaterThan(0.88);
    expect(shares[1]).toBeLessThan(0.3);
  });

  it('takes back what reordering made it believe', () => {
    // once, in PROBE_UP, 30 packets are held up for 12 ms: losses, as far as anybody can tell, until their acknowledgements come
    let held = 0;
    const medium: Medium = {
      reason: 'loss', extraNs: new Float64Array(2), corrupt: new Uint8Array(2), fifo: false,
      judge() {
        this.extraNs[0] = held-- > 0 ? 12e6 : 0;
        return 1;
      },
    };
    const net = network(50e6, 4, { medium: () => medium });
    const flow = new Bbr3(net.sim.stream('bbr3'));
    const { sender } = net.dumbbell.add({ controller: flow, startNs: 0 });
    const until = (condition: () => boolean): boolean => {
      for (let t = net.sim.now; t < net.sim.now + 10e9; t += 1e6) {
        net.sim.run({ untilNs: Math.max(t, net.sim.now) });
        if (condition()) return true;
      }
      return false;
    };
    expect(until(() => flow.state === 'PROBE_UP')).toBe(true);
    net.sim.run({ untilNs: net.sim.now + 15e6 });
    held = 30;
    expect(until(() => sender.state === 'recovery')).toBe(true);
    expect(until(() => sender.recovery.undone > 0)).toBe(true);
    expect(flow.model.inflightLong).toBe(Infinity);
    expect(flow.model.inflightShort).toBe(Infinity);
    expect(flow.state).toMatch(/PROBE_(REFILL|UP)/);
  });
});

/** MEF (reconstruction) under TCP: rates of connections, and what is left where routers, receivers or middleboxes do not know it. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { Chain, type ChainFlow, type ChainLink } from '../../explicit/chain.ts';
import { jainIndex } from '../../explicit/topology.ts';
import { between } from '../../link/queue-gauge.ts';
import { MEF, type PacketStore } from '../../packets.ts';
import type { Controller } from '../../tcp/controller.ts';
import { Bbr } from '../../tcp/controllers/bbr.ts';
import { Cubic } from '../../tcp/controllers/cubic.ts';
import { Mef, type MefOptions, type TrafficClass } from '../../tcp/controllers/mef.ts';
import { BAD_CHECK, mefHeaders } from '../header.ts';
import { buffer, MBIT, MS, SECOND } from './harness.ts';

const ETA = 0.97;
const mef = (options: MefOptions = {}) => (packets: PacketStore): Controller => new Mef(packets, new Cubic(), options);
const cubic = (): Controller => new Cubic();
const plainLink = (rateBps: number, rttNs: number): ChainLink => ({ rateBps, delayNs: rttNs / 2, bufferPackets: buffer(rateBps, rttNs) });
const link = (rateBps: number, rttNs: number, more: Partial<ChainLink> = {}): ChainLink => ({ ...plainLink(rateBps, rttNs), mef: 'standard', ...more });

/** Goodput of each flow in bit/s, and what the links did, between two instants. */
function run(chain: Chain, sim: Simulation, fromNs: number, untilNs: number) {
  sim.run({ untilNs: fromNs });
  const bytes = chain.connections.map(({ receiver }) => receiver.deliveredBytes);
  const served = chain.ports.map(({ counters }) => counters.bytesServed);
  const queues = chain.ports.map(({ queue }) => queue.read(sim.now));
  sim.run({ untilNs });
  const seconds = (untilNs - fromNs) / SECOND;
  return {
    goodputBps: chain.connections.map(({ receiver }, flow) => ((receiver.deliveredBytes - bytes[flow]!) * 8) / seconds),
    utilisation: chain.ports.map((port, index) => ((port.counters.bytesServed - served[index]!) * 8) / seconds / port.rateBps),
    queue: chain.ports.map(({ queue }, index) => between(queues[index]!, queue.read(sim.now)).mean),
    drops: chain.ports.map(({ counters }) => counters.queueDrops),
  };
}

function chainOf(links: readonly ChainLink[], flows: readonly (Partial<ChainFlow> & Pick<ChainFlow, 'controller'>)[], rttNs = 40 * MS) {
  const sim = new Simulation({ seed: 'mef-tcp' });
  const chain = new Chain(sim, links);
  for (const flow of flows) chain.add({ over: [0], rttNs, startNs: 0, bytes: Infinity, ...flow });
  return { sim, chain };
}

const modeOf = (chain: Chain, flow: number): string => (chain.connections[flow]!.sender.controller as Mef).mode;

describe('MEF (reconstruction) under TCP', () => {
  for (const [rateBps, rttNs, flows] of [[10 * MBIT, 10 * MS, 1], [10 * MBIT, 100 * MS, 4], [100 * MBIT, 40 * MS, 4], [20 * MBIT, 40 * MS, 50]] as const) {
    it(`${flows} flows, ${rateBps / MBIT} Mbit/s, ${rttNs / MS} ms: utilisation eta within 0.5 %, Jain 0.999, no drop`, () => {
      const { sim, chain } = chainOf([link(rateBps, rttNs)], Array.from({ length: flows }, (_, i) => ({ controller: mef(), startNs: i * 100 * MS })), rttNs);
      const { goodputBps, utilisation, queue, drops } = run(chain, sim, 8 * SECOND, 16 * SECOND);
      expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
      expect(jainIndex(goodputBps)).toBeGreaterThan(0.999);
      expect(queue[0]!).toBeLessThan(1);
      expect(drops[0]!).toBe(0);
      expect(modeOf(chain, 0)).toBe('explicit');
    });
  }

  // 2 SRTT are less than a delayed acknowledgement takes here, and over a microsecond less than a packet takes on the line
  for (const [rateBps, rttNs, flows, seconds] of [[1000 * MBIT, 1000, 1, 1], [1000 * MBIT, 0.2 * MS, 5, 1], [100 * MBIT, 0.2 * MS, 50, 6], [10 * MBIT, MS, 20, 16], [10 * MBIT, 0.5 * MS, 1, 16], [20 * MBIT, 0.2 * MS, 1, 10]] as const) {
    it(`short path: ${flows} flows, ${rateBps / MBIT} Mbit/s, ${rttNs / 1000} us, room for 20 packets: utilisation eta within 0.5 %, Jain 0.999`, () => {
      const room = { bufferPackets: 20, delayNs: rttNs / 2 };
      const { sim, chain } = chainOf([link(rateBps, rttNs, room)], Array.from({ length: flows }, (_, i) => ({ controller: mef(), startNs: Math.floor((i * seconds * SECOND) / 3 / flows) })), rttNs);
      const { goodputBps, utilisation, queue } = run(chain, sim, (seconds * SECOND) / 2, seconds * SECOND);
      expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
      expect(jainIndex(goodputBps)).toBeGreaterThan(0.999);
      expect(queue[0]!).toBeLessThan(1);
    });
  }

  it('round-trip times 1:10 get equal rates; four classes get 4:3:2:1', () => {
    const unequal = chainOf([link(20 * MBIT, 10 * MS)], [{ controller: mef(), rttNs: 10 * MS }, { controller: mef(), rttNs: 100 * MS }]);
    expect(jainIndex(run(unequal.chain, unequal.sim, 8 * SECOND, 16 * SECOND).goodputBps)).toBeGreaterThan(0.9995);
    const classes = chainOf([link(40 * MBIT, 40 * MS)], ([0, 1, 2, 3] as TrafficClass[]).map((trafficClass) => ({ controller: mef({ trafficClass }) })));
    const { goodputBps, utilisation } = run(classes.chain, classes.sim, 8 * SECOND, 16 * SECOND);
    [4, 3, 2].forEach((weight, flow) => expect(goodputBps[flow]! / goodputBps[3]!).toBeCloseTo(weight, 1));
    expect(Math.abs(utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
  });

  it('parking lot: eta C / 3 for the long flow and the short ones', () => {
    const flows = [[0, 1], [0], [0], [1], [1]].map((over, i) => ({ controller: mef(), over, startNs: i * 100 * MS }));
    const { sim, chain } = chainOf([link(30 * MBIT, 20 * MS), link(30 * MBIT, 20 * MS)], flows);
    for (const rate of run(chain, sim, 8 * SECOND, 16 * SECOND).goodputBps) expect(rate / ((ETA * 30 * MBIT * 1448) / 1502 / 3)).toBeCloseTo(1, 2);
  });

  it('with beta 0 it is calm at alpha 1.2 and loses utilisation to a limit cycle at 1.7', () => {
    const [calm, swinging] = [1.2, 1.7].map((alpha) => {
      const { sim, chain } = chainOf([link(20 * MBIT, 40 * MS, { mef: { alpha, beta: 0, eta: ETA } })], Array.from({ length: 4 }, (_, i) => ({ controller: mef(), startNs: i * 250 * MS })));
      return run(chain, sim, 8 * SECOND, 16 * SECOND);
    });
    expect(Math.abs(calm!.utilisation[0]! / ETA - 1)).toBeLessThan(0.005);
    expect(calm!.queue[0]!).toBeLessThan(1);
    expect(swinging!.utilisation[0]!).toBeLessThan(0.95);
    expect(swinging!.queue[0]!).toBeGreaterThan(20);
  });

  it('knows its rate when the handshake ends: a lone flow on a line known to be idle sends at once at full rate', () => {
    const { sim, chain } = chainOf([link(10 * MBIT, 40 * MS)], [{ controller: mef(), bytes: 14_480 }, { controller: mef(), startNs: 10 * SECOND }]);
    sim.run({ untilNs: 10 * SECOND + 45 * MS });
    const newcomer = chain.connections[1]!;
    expect(newcomer.sender.pacingBps / ((ETA * 10 * MBIT * 1448) / 1502)).toBeCloseTo(1, 2);
    sim.run({ untilNs: 10 * SECOND + 240 * MS });
    // five round-trip times after the start: one for the handshake, half of one on the way
    expect((newcomer.receiver.deliveredBytes * 8) / (newcomer.sender.pacingBps * 0.18)).toBeGreaterThan(0.97);
  });

  it('does not reduce for losses of the medium; CUBIC beside the same losses does', () => {
    const goodput = [mef(), cubic].map((controller) => {
      const { sim, chain } = chainOf([link(20 * MBIT, 40 * MS, { loss: 0.02 })], [{ controller }]);
      return run(chain, sim, 5 * SECOND, 20 * SECOND).goodputBps[0]! / ((20 * MBIT * 1448) / 1502);
    });
    expect(goodput[0]!).toBeGreaterThan(ETA * 0.98 - 0.02);
    expect(goodput[1]!).toBeLessThan(0.4);
  });

  it('a bottleneck without MEF in front of a faster link with it: hybrid, no faster than CUBIC and no slower by a tenth', () => {
    const goodput = [mef(), cubic].map((controller) => {
      const { sim, chain } = chainOf([plainLink(10 * MBIT, 20 * MS), link(50 * MBIT, 20 * MS)], [{ controller, over: [0, 1] }]);
      const { goodputBps, drops } = run(chain, sim, 5 * SECOND, 30 * SECOND);
      expect(drops[0]!).toBeGreaterThan(0);
      return { rate: goodputBps[0]!, chain };
    });
    expect(modeOf(goodput[0]!.chain, 0)).toBe('hybrid');
    expect(goodput[0]!.rate / goodput[1]!.rate).toBeGreaterThan(0.9);
    expect(goodput[0]!.rate / goodput[1]!.rate).toBeLessThan(1.05);
  });

  it('a MEF bottleneck behind a faster link without it: the lesser of both is the routers\' rate, and the queue stays short', () => {
    const { sim, chain } = chainOf([plainLink(50 * MBIT, 20 * MS), link(10 * MBIT, 20 * MS)], [{ controller: mef(), over: [0, 1] }, { controller: mef(), over: [0, 1] }]);
    const { utilisation, queue, goodputBps } = run(chain, sim, 5 * SECOND, 15 * SECOND);
    expect(modeOf(chain, 0)).toBe('hybrid');
    expect(Math.abs(utilisation[1]! / ETA - 1)).toBeLessThan(0.01);
    expect(queue[1]!).toBeLessThan(3);
    expect(jainIndex(goodputBps)).toBeGreaterThan(0.999);
  });

  it('a receiver without MEF gets the ordinary controller, packet for packet', () => {
    const [fallback, ordinary] = [mef(), cubic].map((controller) => {
      const { sim, chain } = chainOf([link(10 * MBIT, 40 * MS, { loss: 0.001 })], [{ controller, echoes: false }]);
      sim.run({ untilNs: 20 * SECOND });
      const { sender, receiver } = chain.connections[0]!;
      return { mode: (sender.controller as Mef).mode, sent: sender.sentSegments, again: sender.retransmits, delivered: receiver.deliveredBytes, drops: chain.ports[0]!.counters.queueDrops };
    });
    expect(fallback).toEqual({ ...ordinary, mode: 'plain' });
    expect(fallback!.again).toBeGreaterThan(10);
  });

  it('BBR may be the ordinary controller: alone it is itself, packet for packet; in the shadow it fills a bottleneck without MEF', () => {
    const bbr = (): Controller => new Bbr(new Simulation({ seed: 'bbr' }).stream('bbr'));
    const [fallback, ordinary] = [(packets: PacketStore): Controller => new Mef(packets, bbr()), bbr].map((controller) => {
      const { sim, chain } = chainOf([link(10 * MBIT, 40 * MS, { loss: 0.005 })], [{ controller, echoes: false }]);
      sim.run({ untilNs: 15 * SECOND });
      const { sender, receiver } = chain.connections[0]!;
      return [sender.sentSegments, sender.retransmits, receiver.deliveredBytes];
    });
    expect(fallback![1]).toBeGreaterThan(10);
    expect(fallback).toEqual(ordinary);
    const { sim, chain } = chainOf([plainLink(10 * MBIT, 20 * MS), link(50 * MBIT, 20 * MS)], [{ controller: (packets) => new Mef(packets, bbr()), over: [0, 1] }]);
    const { goodputBps } = run(chain, sim, 3 * SECOND, 13 * SECOND);
    expect(modeOf(chain, 0)).toBe('hybrid');
    expect(goodputBps[0]! / ((10 * MBIT * 1448) / 1502)).toBeGreaterThan(0.9);
  });

  it('a middlebox that swallows the header costs two SYNs, then the connection is an ordinary one', () => {
    const { sim, chain } = chainOf([link(10 * MBIT, 40 * MS)], [{ controller: mef() }]);
    const connection = chain.connections[0]!;
    const enter = chain.ports[0]!.enter.bind(chain.ports[0]!);
    chain.ports[0]!.enter = (packet) => ((chain.packets.flags[packet]! & MEF) !== 0 ? chain.packets.free(packet) : enter(packet));
    sim.run({ untilNs: 10 * SECOND });
    expect(connection.synCount).toBe(3);
    expect(modeOf(chain, 0)).toBe('plain');
    expect((connection.receiver.deliveredBytes * 8) / (7 * 10 * MBIT * 0.964)).toBeGreaterThan(0.8);
  });

  it('a hop that rewrites headers without the check is not trusted', () => {
    const { sim, chain } = chainOf([link(10 * MBIT, 40 * MS)], [{ controller: mef() }]);
    sim.run({ untilNs: SECOND });
    expect(modeOf(chain, 0)).toBe('explicit');
    const enter = chain.ports[0]!.enter.bind(chain.ports[0]!);
    chain.ports[0]!.enter = (packet) => {
      mefHeaders(chain.packets).setFlag(packet, BAD_CHECK);
      enter(packet);
    };
    sim.run({ untilNs: 2 * SECOND });
    expect(modeOf(chain, 0)).toBe('hybrid');
  });
});

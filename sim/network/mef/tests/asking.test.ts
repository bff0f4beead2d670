/** MEF (reconstruction), asking again after lost SYNs: a crowd, or lost answers, are no middlebox; a middlebox costs little, and a bounded number of packets. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { jainIndex } from '../../explicit/topology.ts';
import { between } from '../../link/queue-gauge.ts';
import { DATA, MEF, PacketStore, SYN } from '../../packets.ts';
import type { Controller } from '../../tcp/controller.ts';
import { Bbr } from '../../tcp/controllers/bbr.ts';
import { Cubic } from '../../tcp/controllers/cubic.ts';
import { Mef } from '../../tcp/controllers/mef.ts';
import { type FakeTcp, fakeTcp } from '../../tcp/controllers/tests/fake-tcp.ts';
import { Dumbbell } from '../../tcp/dumbbell.ts';
import { mefHeaders } from '../header.ts';
import { mefReceiver } from '../receiver-hooks.ts';
import { MefRouter } from '../router.ts';
import { MBIT, MS, SECOND } from './harness.ts';

const ETA = 0.97;
/** Application bytes over bytes on the wire. */
const PAYLOAD = 1448 / 1502;

function dumbbell(rateBps: number, rttNs: number, bufferPackets: number, { isPlain = false } = {}) {
  const sim = new Simulation({ seed: 'mef-asking' });
  const net = new Dumbbell(sim, { rateBps, rttNs, bufferPackets });
  if (!isPlain) net.bottleneck.stamper = new MefRouter(net.bottleneck, net.packets, sim.now);
  const add = (controller: Controller = new Mef(net.packets, new Cubic()), bytes = Infinity, onDelivered = (_: number): void => {}) =>
    net.add({ controller, startNs: 0, bytes, options: { ...mefReceiver(net.network), onDelivered } });
  return { sim, net, add };
}

const modes = (net: Dumbbell): string[] => net.connections.map(({ sender }) => (sender.controller as Mef).mode);

/** The rule of a middlebox in front of the bottleneck: true lets a packet pass. */
function filter(net: Dumbbell, passes: (flags: number) => boolean): void {
  const enter = net.bottleneck.enter.bind(net.bottleneck);
  net.bottleneck.enter = (packet) => (passes(net.packets.flags[packet]!) ? enter(packet) : net.packets.free(packet));
}

describe('MEF (reconstruction) asks again', () => {
  for (const [rateBps, rttNs, bufferPackets, flows] of [[10 * MBIT, 10 * MS, 17, 50], [10 * MBIT, 100 * MS, 21, 50], [50 * MBIT, 0.2 * MS, 10, 50], [10 * MBIT, MS, 10, 20]] as const) {
    it(`${flows} connections of one instant, ${rateBps / MBIT} Mbit/s, ${rttNs / MS} ms, room for ${bufferPackets} packets: some lose their SYNs, all share equally in the end`, () => {
      const { sim, net, add } = dumbbell(rateBps, rttNs, bufferPackets);
      for (let flow = 0; flow < flows; flow++) add();
      sim.run({ untilNs: 30 * SECOND });
      if (flows === 50) expect(net.connections.filter(({ synCount }) => synCount > 2).length).toBeGreaterThan(5);
      expect(modes(net)).toEqual(net.connections.map(() => 'explicit'));
      const bytes = net.connections.map(({ receiver }) => receiver.deliveredBytes);
      const { queueDrops } = net.bottleneck.counters;
      const queue = net.bottleneck.queue.read(sim.now);
      sim.run({ untilNs: 45 * SECOND });
      const goodput = net.connections.map(({ receiver }, flow) => ((receiver.deliveredBytes - bytes[flow]!) * 8) / 15);
      expect(jainIndex(goodput)).toBeGreaterThan(0.999);
      expect(Math.abs(goodput.reduce((sum, bps) => sum + bps, 0) / (ETA * rateBps * PAYLOAD) - 1)).toBeLessThan(0.005);
      expect(net.bottleneck.counters.queueDrops).toBe(queueDrops);
      expect(between(queue, net.bottleneck.queue.read(sim.now)).mean).toBeLessThan(1);
    });
  }

  it('a connection whose answers were lost finds MEF with its first data, one that lost a single SYN or answer has it at once', () => {
    for (const [lost, syns, before] of [[1, 2, 'explicit'], [2, 3, 'plain']] as const) {
      const { sim, net, add } = dumbbell(10 * MBIT, 40 * MS, 33);
      const connection = add();
      const { atSender } = connection;
      let answers = 0;
      connection.atSender = (packet) => ((net.packets.flags[packet]! & SYN) !== 0 && ++answers <= lost ? net.packets.free(packet) : atSender.call(connection, packet));
      sim.run({ untilNs: (lost === 1 ? 1 : 3) * SECOND + 50 * MS });
      expect([connection.isConnected, connection.synCount, ...modes(net)]).toEqual([true, syns, before]);
      sim.run({ untilNs: sim.now + 150 * MS });
      expect(modes(net)).toEqual(['explicit']);
      sim.run({ untilNs: 10 * SECOND });
      const { deliveredBytes } = connection.receiver;
      sim.run({ untilNs: 15 * SECOND });
      expect(((connection.receiver.deliveredBytes - deliveredBytes) * 8) / 5 / (ETA * 10 * MBIT * PAYLOAD)).toBeCloseTo(1, 2);
    }
  });

  it('turns hybrid where a router on the way does not speak MEF, with the window that it had', () => {
    // the routers that speak stand before a faster link: here none does, so the echo names no rate
    const { sim, net, add } = dumbbell(10 * MBIT, 40 * MS, 33, { isPlain: true });
    let syns = 0;
    filter(net, (flags) => (flags & SYN) === 0 || ++syns > 2);
    const { sender, receiver } = add();
    sim.run({ untilNs: 3 * SECOND + 83 * MS });
    expect(modes(net)).toEqual(['plain']);
    sim.run({ untilNs: 3 * SECOND + 140 * MS });
    expect(modes(net)).toEqual(['hybrid']);
    expect(sender.cwnd).toBeLessThan(5);
    sim.run({ untilNs: 15 * SECOND });
    expect((receiver.deliveredBytes * 8) / (12 * 10 * MBIT * PAYLOAD)).toBeGreaterThan(0.85);
  });

  interface Outcome {
    readonly doneS: number;
    readonly delivered: number;
    /** Packets with a header that came to the middlebox. */
    readonly swallowed: number;
    readonly syns: number;
    readonly mode: string | undefined;
  }

  /** One connection through a middlebox that swallows headers, and CUBIC that loses its first two SYNs without a reason. */
  function beside(rateBps: number, rttNs: number, bufferPackets: number, bytes: number, untilNs: number): Outcome[] {
    return [true, false].map((isMef) => {
      const { sim, net, add } = dumbbell(rateBps, rttNs, bufferPackets);
      let swallowed = 0;
      let syns = 0;
      filter(net, (flags) => {
        if ((flags & MEF) !== 0) swallowed++;
        return isMef ? (flags & MEF) === 0 : (flags & SYN) === 0 || ++syns > 2;
      });
      let doneNs = Infinity;
      const connection = add(isMef ? undefined : new Cubic(), bytes, (total) => {
        if (total === bytes) doneNs = sim.now;
      });
      sim.run({ untilNs });
      return { doneS: doneNs / SECOND, delivered: connection.receiver.deliveredBytes, swallowed, syns: connection.synCount, mode: isMef ? modes(net)[0] : '' };
    });
  }

  for (const [rateBps, rttNs, bufferPackets, bytes] of [[10 * MBIT, 40 * MS, 33, 14_480], [10 * MBIT, 40 * MS, 33, 1e6], [100 * MBIT, 100 * MS, 400, 10e6], [MBIT, 40 * MS, 10, 1e6]] as const) {
    it(`behind a middlebox that swallows headers ${bytes / 1000} kB over ${rateBps / MBIT} Mbit/s take a tenth of CUBIC's time more at most, a few round-trip times for short ones`, () => {
      const [mef, cubic] = beside(rateBps, rttNs, bufferPackets, bytes, 60 * SECOND) as [Outcome, Outcome];
      expect(mef.syns).toBe(3);
      expect(mef.delivered).toBe(bytes);
      // of both, three seconds are those of the two SYNs
      expect(mef.doneS - 3).toBeLessThan(1.1 * (cubic.doneS - 3) + (3 * rttNs) / SECOND);
    });
  }

  it('a path that comes to swallow headers costs two timeouts, one that lets them pass again soon gets MEF back', () => {
    const { sim, net, add } = dumbbell(10 * MBIT, 40 * MS, 33);
    const { receiver } = add();
    let swallowed = 0;
    filter(net, (flags) => {
      const passes = (flags & MEF) === 0 || sim.now < 5 * SECOND || sim.now > 20 * SECOND;
      if (!passes && sim.now > 10 * SECOND) swallowed++;
      return passes;
    });
    sim.run({ untilNs: 5 * SECOND });
    expect(modes(net)).toEqual(['explicit']);
    sim.run({ untilNs: 10 * SECOND });
    expect(modes(net)).toEqual(['plain']);
    const { deliveredBytes } = receiver;
    sim.run({ untilNs: 20 * SECOND });
    expect(((receiver.deliveredBytes - deliveredBytes) * 8) / (10 * 10 * MBIT * PAYLOAD)).toBeGreaterThan(0.9);
    expect(swallowed).toBeLessThan(8);
    sim.run({ untilNs: 60 * SECOND });
    expect(modes(net)).toEqual(['explicit']);
  });

  it('behind such a middlebox an endless connection keeps asking for no longer than eight packets', () => {
    const [mef, cubic] = beside(10 * MBIT, 40 * MS, 33, Infinity, 70 * SECOND) as [Outcome, Outcome];
    expect([mef.swallowed, mef.syns, mef.mode]).toEqual([2 + 8, 3, 'plain']);
    expect(mef.delivered / cubic.delivered).toBeGreaterThan(0.985);
  });
});

/** A connection in mode plain, two SYNs unanswered, and the segments that it sends. */
function plain(given: Partial<FakeTcp> = {}, fallback: Controller = new Cubic()) {
  const packets = new PacketStore();
  const headers = mefHeaders(packets);
  const mef = new Mef(packets, fallback);
  const tcp = fakeTcp({ srttNs: 10 * MS, ...given });
  for (let syn = 0; syn < 3; syn++) mef.onSend(tcp, packets.make(0, 0, SYN, 74));
  mef.start(tcp);
  const asks = (segment: number): boolean => {
    const packet = packets.make(0, 0, DATA, 1502);
    packets.sequence[packet] = segment;
    mef.onSend(tcp, packet);
    return headers.isOpen(packet);
  };
  const set = (more: Partial<FakeTcp> & { readonly delivered?: number; readonly lost?: number }): void => void Object.assign(tcp, more);
  return { mef, tcp, asks, set };
}

describe('MEF (reconstruction), the asking packets', () => {
  it('come after the first acknowledgement, in calm, once the one before is acknowledged, and after pauses that double', () => {
    const { asks, set } = plain();
    expect(asks(0)).toBe(false);
    set({ delivered: 1, firstUnacked: 1, state: 'recovery' });
    expect(asks(1)).toBe(false);
    set({ state: 'open' });
    expect([asks(2), asks(3)]).toEqual([true, false]);
    set({ nowNs: 100 * MS, firstUnacked: 2 });
    expect(asks(4)).toBe(false);
    set({ firstUnacked: 3 });
    expect([asks(5), asks(6)]).toEqual([true, false]);
    const askedAt: number[] = [];
    for (let ms = 100; ms < 60_000; ms += 50) {
      set({ nowNs: ms * MS, firstUnacked: ms });
      if (asks(ms)) askedAt.push(ms);
    }
    expect(askedAt).toEqual([300, 700, 1500, 3100, 6300, 12_700]);
  });

  it('wait four round-trip times on a long path', () => {
    const { asks, set } = plain({ srttNs: 250 * MS });
    set({ delivered: 1, firstUnacked: 1 });
    expect(asks(1)).toBe(true);
    set({ nowNs: 999 * MS, firstUnacked: 9 });
    expect(asks(9)).toBe(false);
    set({ nowNs: 1000 * MS });
    expect(asks(10)).toBe(true);
  });

  it('cost no window when one of them alone is lost, and slow start goes on; with others beside it CUBIC reduces', () => {
    const alone = plain({ cwnd: 100 });
    alone.set({ delivered: 5, firstUnacked: 5, lost: 3 });
    expect(alone.asks(5)).toBe(true);
    alone.set({ lost: 4 });
    expect(alone.mef.onCongestion(alone.tcp)).toBe(100);
    alone.set({ ssthresh: 100, state: 'recovery' });
    const acked = { acked: 1, lost: 0, delivered: 0, intervalNs: 0, priorDelivered: -1, txInflight: 0, priorLost: 0, lostSince: 0, isAppLimited: false, rttNs: -1, priorInflight: 0, isAckDelayed: false, marked: 0 };
    alone.mef.onAck(alone.tcp, acked);
    expect(alone.tcp.ssthresh).toBe(100);
    alone.set({ state: 'open' });
    alone.mef.onAck(alone.tcp, acked);
    expect(alone.tcp.ssthresh).toBe(Infinity);

    for (const more of [{ lost: 5 }, { lost: 3 }, { lost: 4, firstUnacked: 4 }]) {
      const beside = plain({ cwnd: 100 });
      beside.set({ delivered: 5, firstUnacked: 5, lost: 3 });
      expect(beside.asks(5)).toBe(true);
      beside.set(more);
      expect(beside.mef.onCongestion(beside.tcp), JSON.stringify(more)).toBe(70);
    }
  });

  it('leave BBR, which answers losses itself, to it', () => {
    const { mef, tcp, asks, set } = plain({}, new Bbr(new Simulation({ seed: 'bbr' }).stream('bbr')));
    set({ delivered: 5, firstUnacked: 5 });
    expect(asks(5)).toBe(true);
    set({ lost: 1, cwnd: 40, ssthresh: 77 });
    expect(mef.onCongestion(tcp)).toBe(77);
  });
});

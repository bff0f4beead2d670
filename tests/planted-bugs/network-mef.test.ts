/** Each planted bug of MEF (reconstruction) is caught by a named check that the sound code passes. */
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { MEF_BUGS, type MefCheck } from './network-mef.ts';
import * as sound from './network-mef-entry.ts';

type Net = typeof sound;

const MS = 1e6;
const SECOND = 1e9;
const MBIT = 1e6;
const ETA = 0.97;
/** Of a packet of 1600 bytes: round gaps. */
const FULL_BITS = 12_800;

const first = (...complaints: (string | undefined)[]): string | undefined => complaints.find((complaint) => complaint !== undefined);
const differs = (found: unknown, required: unknown, what: string): string | undefined => (JSON.stringify(found) === JSON.stringify(required) ? undefined : `${what}: ${JSON.stringify(found)}, required ${JSON.stringify(required)}`);
const outside = (value: number, low: number, high: number, what: string): string | undefined => (value >= low && value <= high ? undefined : `${what}: ${value}, required ${low} to ${high}`);

/** One link, paced flows of the given weights in eighths. */
function paced(net: Net, rateBps: number, rttNs: number, weights: readonly number[]) {
  const sim = new net.Simulation({ seed: 'mef' });
  const topology = new net.FeedbackTopology(
    sim,
    [{ rateBps, delayNs: rttNs / 2, bufferPackets: Math.ceil((2 * rateBps * rttNs) / 8e9 / 1502) }],
    (port, packets, nowNs) => void new net.MefRouter(port, packets, nowNs),
    (packets, routersPassed, index) => new net.MefFeedback(packets, routersPassed, { weightEighths: weights[index]! }),
  );
  weights.forEach((_, index) => topology.add({ over: [0], rttNs, startNs: Math.round((index * SECOND) / weights.length) }));
  return { sim, topology };
}

/** A TCP flow over links of 10 and 50 Mbit/s; which of them speak MEF is said. */
function connection(net: Net, speaks: readonly boolean[], echoes = true) {
  const sim = new net.Simulation({ seed: 'mef' });
  const rates = [10 * MBIT, 50 * MBIT];
  const chain = new net.Chain(sim, speaks.map((mef, index) => ({ rateBps: rates[index]!, delayNs: 10 * MS, bufferPackets: 66, ...(mef ? { mef: 'standard' as const } : {}) })));
  const { sender, receiver } = chain.add({ over: speaks.map((_, index) => index), rttNs: 40 * MS, startNs: 0, bytes: Infinity, controller: (packets) => new net.Mef(packets, new net.Cubic()), echoes });
  sim.run({ untilNs: 5 * SECOND });
  return { mode: (sender.controller as sound.Mef).mode, share: (receiver.deliveredBytes * 8) / (5 * 10 * MBIT), lost: sender.retransmits / sender.sentSegments };
}

/** Connections that all begin at 0 over 10 Mbit/s, 10 ms and room for 17 packets; after 40 s, with the bytes of the last 15. */
function crowdOf(net: Net, flows: number) {
  const sim = new net.Simulation({ seed: 'mef' });
  const dumbbell = new net.Dumbbell(sim, { rateBps: 10 * MBIT, rttNs: 10 * MS, bufferPackets: 17 });
  dumbbell.bottleneck.stamper = new net.MefRouter(dumbbell.bottleneck, dumbbell.packets, sim.now);
  for (let flow = 0; flow < flows; flow++) dumbbell.add({ controller: new net.Mef(dumbbell.packets, new net.Cubic()), startNs: 0, options: net.mefReceiver(dumbbell.network) });
  sim.run({ untilNs: 25 * SECOND });
  const before = dumbbell.connections.map(({ receiver }) => receiver.deliveredBytes);
  sim.run({ untilNs: 40 * SECOND });
  const bytes = dumbbell.connections.map(({ receiver }, flow) => receiver.deliveredBytes - before[flow]!);
  return { connections: dumbbell.connections, bytes };
}

/**
 * A connection through a middlebox that drops headers from an instant on, or CUBIC that loses its first two SYNs: bytes of the first ten seconds,
 * packets swallowed in a minute.
 */
function behindMiddlebox(net: Net, isMef: boolean, fromNs = 0) {
  const sim = new net.Simulation({ seed: 'mef' });
  const dumbbell = new net.Dumbbell(sim, { rateBps: 10 * MBIT, rttNs: 40 * MS, bufferPackets: 33 });
  dumbbell.bottleneck.stamper = new net.MefRouter(dumbbell.bottleneck, dumbbell.packets, sim.now);
  const flow = dumbbell.add({ controller: isMef ? new net.Mef(dumbbell.packets, new net.Cubic()) : new net.Cubic(), startNs: 0, options: net.mefReceiver(dumbbell.network) });
  const enter = dumbbell.bottleneck.enter.bind(dumbbell.bottleneck);
  let swallowed = 0;
  let syns = 0;
  dumbbell.bottleneck.enter = (packet) => {
    const flags = dumbbell.packets.flags[packet]!;
    const isSwallowed = isMef ? sim.now >= fromNs && (flags & net.MEF) !== 0 : (flags & net.SYN) !== 0 && ++syns <= 2;
    if (!isSwallowed) return enter(packet);
    swallowed++;
    dumbbell.packets.free(packet);
  };
  sim.run({ untilNs: 10 * SECOND });
  const early = flow.receiver.deliveredBytes;
  const swallowedEarly = swallowed;
  sim.run({ untilNs: 60 * SECOND });
  return { early, swallowedEarly, swallowed, share: (flow.receiver.deliveredBytes - early) / ((50 * 10 * MBIT) / 8) };
}

function form(net: Net, hops: readonly (readonly [number, number, number])[]) {
  const packets = new net.PacketStore();
  const headers = net.mefHeaders(packets);
  const packet = packets.make(0, 0, net.DATA, 1502);
  headers.request(packet, 2, 12, 40 * MS);
  for (const [rate, load, delay] of hops) headers.aggregate(packet, rate, load, delay);
  return { packets, headers, packet };
}

function heard(net: Net, rate: number) {
  const { headers, packet } = form(net, [[rate, 2048, 0]]);
  const law = new net.MefSender();
  law.onEcho(headers, packet, 0, 40 * MS, 0);
  return law;
}

/** Each returns a complaint, or undefined when all is well. */
const CHECKS: Readonly<Record<MefCheck, (net: Net) => string | undefined>> = {
  bytes: (net) => first(differs(net.crc16(new TextEncoder().encode('123456789')), 0x29b1, 'published vector'), differs(net.encodeHeader(form(net, []).headers, 0).length, 16, 'length')),
  aggregation: (net) => {
    const hops = [[700, 900, 3], [1000, 100, 4], [800, 2000, 5]] as const;
    const read = (order: readonly number[]): unknown => {
      const { headers, packet } = form(net, order.map((index) => hops[index]!));
      return [headers.rate.values[packet], headers.load.values[packet], headers.delay.values[packet], headers.hops.values[packet]];
    };
    return first(...[[0, 1, 2], [2, 1, 0], [1, 0, 2]].map((order) => differs(read(order), [700, 2000, 12, 3], `hops in order ${order.join()}`)));
  },
  law: (net) => {
    const law = new net.RateLaw(net.STANDARD_LAW, 10 * MBIT);
    const before = law.rateBps;
    law.update(10 * MS, (ETA * 10 * MBIT * 0.01) / 8, 10 * 1502, 10 * MBIT);
    return outside(law.rateBps / before, 0.9, 0.9999, 'change of the rate at full load with a standing queue');
  },
  utilisation: (net) => outside(paced(net, 20 * MBIT, 40 * MS, [8, 8]).topology.measure(5 * SECOND, 9 * SECOND).utilisation[0]! / ETA, 0.995, 1.005, 'utilisation over eta'),
  bursts: (net) => {
    // intervals of 10 ms; twenty packets at 20 Mbit/s take 12 ms, so the second interval begins and ends with packets waiting, but had none in between
    const sim = new net.Simulation({ seed: 'mef' });
    const chain = new net.Chain(sim, [{ rateBps: 20 * MBIT, delayNs: 0, bufferPackets: 100, mef: 'standard' }]);
    const path = chain.network.addPath([0], (packet) => chain.packets.free(packet));
    const burst = (packets: number): void => {
      for (let i = 0; i < packets; i++) chain.network.send(chain.packets.make(9, path, net.DATA, 1502));
    };
    burst(20);
    sim.after(19.5 * MS, () => burst(5));
    sim.run({ untilNs: 20 * MS });
    const router = chain.routers[0]!;
    router.catchUp(sim.now);
    return differs(router.law.load, (5 * 1502 * 8 * 100) / (20 * MBIT), 'load of bursts that drain');
  },
  'cross-traffic': (net) => {
    const { sim, topology } = paced(net, 50 * MBIT, 40 * MS, [8]);
    let marked = 0;
    const path = topology.network.addPath([0], (packet) => {
      if ((topology.packets.flags[packet]! & net.CE) !== 0) marked++;
      topology.packets.free(packet);
    });
    for (let n = 0; n < 10_000; n++) sim.after(n * 600_000, () => topology.network.send(topology.packets.make(9, path, net.DATA | net.ECN_CAPABLE, 1500)));
    const { packetsPerS } = topology.measure(3 * SECOND, 6 * SECOND);
    return first(outside((packetsPerS[0]! * 1502 * 8) / ((ETA * 50 - 20) * MBIT), 0.98, 1.02, 'share beside 20 Mbit/s without a header'), differs(marked, 0, 'marks below load 1'));
  },
  weights: (net) => {
    const { packetsPerS } = paced(net, 20 * MBIT, 40 * MS, [8, 24]).topology.measure(4 * SECOND, 8 * SECOND);
    return outside(packetsPerS[1]! / packetsPerS[0]!, 2.9, 3.1, 'ratio of weights 3:1');
  },
  echo: (net) => {
    const { packets, headers, packet } = form(net, [[700, 900, 3]]);
    const echo = new net.MefEcho(headers, () => 1);
    const later = packets.make(0, 0, net.DATA, 1502);
    headers.request(later, 2, 12, 40 * MS);
    headers.aggregate(later, 900, 100, 1);
    echo.onData(packet);
    echo.onData(later);
    const ack = packets.make(0, 0, net.ACK, 60);
    echo.onAck(ack);
    return first(differs([headers.rate.values[ack], headers.load.values[ack], headers.delay.values[ack]], [700, 900, 1], 'answer to two packets'), differs(headers.isOpen(ack), false, 'an echo is open to routers'));
  },
  coverage: (net) => first(differs(connection(net, [true, true]).mode, 'explicit', 'both routers speak MEF'), differs(connection(net, [true, false]).mode, 'hybrid', 'the second router does not')),
  silence: (net) => {
    const law = heard(net, 100_000);
    const pair = (sender: sound.MefSender, nowNs: number, srttNs: number): number => {
      for (let packet = 0; packet < 2; packet++) sender.onSend(nowNs, srttNs, FULL_BITS);
      return sender.rateBps / 12.8e6;
    };
    const rates = [0, 1.9, 2.5, 3.5].map((rtts) => pair(law, rtts * 40 * MS, 40 * MS));
    const idle = heard(net, 100_000);
    const afterPause = [50, 51].map((rtts) => pair(idle, rtts * 40 * MS, 40 * MS));
    return first(differs(rates, [1, 1, 0.5, 0.25], 'rates in silence'), differs(afterPause, [1, 1], 'rates after a pause'));
  },
  patience: (net) => {
    // a packet in 30 ms over 1 ms: two gaps, and the receiver's 40 ms with a lone one; 2 SRTT are over ten times before
    const slow = heard(net, Math.round(FULL_BITS / 0.03 / 128));
    const told = slow.rateBps;
    const slowRates = [0, 30, 60, 90].map((ms) => {
      slow.onSend(ms * MS, MS, FULL_BITS);
      return slow.rateBps / told;
    });
    const lone = heard(net, 100_000);
    for (const ms of [0, 59]) lone.onSend(ms * MS, MS, FULL_BITS, false);
    const near = heard(net, 7_500_000);
    const nearTold = near.rateBps;
    for (const ns of [0, 0, 15_000_000]) near.onSend(ns, 1000, FULL_BITS);
    const gone = heard(net, 100_000);
    for (const ms of [0, 0, 60_000]) gone.onSend(ms * MS, 40 * MS, FULL_BITS);
    return first(
      differs(slowRates, [1, 1, 1, 1], 'rates at one packet in 30 ms'),
      differs(lone.rateBps, 12.8e6, 'rate while short packets are not answered'),
      differs(near.rateBps, nearTold, 'rate on a path of a microsecond'),
      differs(gone.rateBps, FULL_BITS, 'rate after a minute of silence'),
    );
  },
  interval: (net) => {
    // steps on a free line of a path of 64 us: over 1 Gbit/s by the interval of 1 ms, over 10 Mbit/s by ten packets, 12 ms
    const step = (rateBps: number): number => {
      const law = new net.RateLaw(net.STANDARD_LAW, rateBps);
      law.observeRtt(0.064 * MS, 10 * MS);
      const before = law.rateBps;
      law.update(MS, 0, 0, rateBps);
      return law.rateBps / before;
    };
    return first(outside(step(1000 * MBIT), 1.399, 1.401, 'step over a fast line'), outside(step(10 * MBIT), 1.033, 1.034, 'step over a slow line'));
  },
  crowd: (net) => {
    const { connections, bytes } = crowdOf(net, 50);
    const plain = connections.filter(({ sender }) => (sender.controller as sound.Mef).mode === 'plain').length;
    const late = connections.filter(({ synCount }) => synCount > 2).length;
    return first(outside(late, 5, 50, 'connections that lost two SYNs'), differs(plain, 0, 'connections of a crowd that stay without MEF'), outside(Math.min(...bytes) / Math.max(...bytes), 0.95, 1, 'least share over the largest'));
  },
  swallowed: (net) => {
    const [ordinary, behind] = [false, true].map((isMef) => behindMiddlebox(net, isMef));
    return first(
      outside(behind!.swallowed, 3, 10, 'packets swallowed in a minute'),
      outside(behind!.swallowedEarly, 3, 9, 'of those in the first ten seconds'),
      outside(behind!.early / ordinary!.early, 0.97, 1.01, 'bytes of ten seconds, over those of CUBIC'),
    );
  },
  later: (net) => outside(behindMiddlebox(net, true, 9 * SECOND).share, 0.85, 1, 'share of the line after a path that swallows headers was taken'),
  loss: (net) => {
    const law = heard(net, 100_000);
    for (let i = 0; i < 5; i++) law.onLoss();
    return differs([law.rateBps, law.window(40 * MS, 40 * MS, 12_800)], [12.8e6, 50], 'rate and window after losses at load 0.5');
  },
  hybrid: (net) => {
    const { share, lost } = connection(net, [false, true]);
    return first(outside(share, 0.85, 1, 'share of a plain bottleneck'), outside(lost, 0, 0.05, 'share of segments sent again'));
  },
  plain: (net) => outside(connection(net, [true], false).share, 0.85, 1, 'share with a receiver without MEF'),
  many: (net) => {
    const { topology } = paced(net, 10 * MBIT, 10 * MS, Array.from({ length: 50 }, () => 8));
    const { utilisation } = topology.measure(8 * SECOND, 14 * SECOND);
    return outside(utilisation[0]! / ETA, 0.995, 1.005, 'utilisation over eta with fifty flows of a sixth of a packet a round-trip time');
  },
  phases: (net) => outside(paced(net, 50 * MBIT, 40 * MS, Array.from({ length: 50 }, () => 8)).topology.measure(6 * SECOND, 9 * SECOND).queue[0]!.mean, 0, 1, 'packets waiting of fifty equal flows'),
  'two-queues': (net) => {
    // three flows of MEF and one of CUBIC; each a quarter, and no packet of MEF dropped
    const sim = new net.Simulation({ seed: 'mef' });
    const chain = new net.Chain(sim, [{ rateBps: 20 * MBIT, delayNs: 20 * MS, bufferPackets: 66, mef: 'standard', twoQueues: true }]);
    for (let flow = 0; flow < 4; flow++) chain.add({ over: [0], rttNs: 40 * MS, startNs: 0, bytes: Infinity, controller: (packets) => (flow < 3 ? new net.Mef(packets, new net.Cubic()) : new net.Cubic()) });
    sim.run({ untilNs: 4 * SECOND });
    const before = chain.connections.map(({ receiver, sender }) => ({ bytes: receiver.deliveredBytes, again: sender.retransmits }));
    sim.run({ untilNs: 9 * SECOND });
    const shares = chain.connections.map(({ receiver }, flow) => ((receiver.deliveredBytes - before[flow]!.bytes) * 8) / (5 * 20 * MBIT * (1448 / 1502)));
    return first(...shares.map((share, flow) => outside(share, 0.21, 0.29, `share of flow ${flow}`)), differs(chain.connections[0]!.sender.retransmits - before[0]!.again, 0, 'segments of MEF sent again'));
  },
};

describe('planted bugs: MEF (reconstruction)', () => {
  it.each(Object.keys(CHECKS) as MefCheck[])('the sound code passes check %s', (check) => {
    expect(CHECKS[check](sound)).toBeUndefined();
  });

  it.each(MEF_BUGS)('$id is caught by check $caughtBy', async (bug) => {
    const mutant = await loadMutant<Net>(bug, 'tests/planted-bugs/network-mef-entry.ts');
    expect(CHECKS[bug.caughtBy](mutant), bug.what).toBeDefined();
  });
});

/** Each planted bug of ports, queues and faults is caught by a named check that the sound code passes. */
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import * as sound from './network-links-entry.ts';
import { LINKS_BUGS, type LinksCheck } from './network-links.ts';

type Links = typeof sound;

/** The message of the error that a run stops with. */
function stoppedBy(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const first = (...complaints: (string | undefined)[]): string | undefined => complaints.find((complaint) => complaint !== undefined);
const differs = (found: unknown, required: unknown, what: string): string | undefined => (JSON.stringify(found) === JSON.stringify(required) ? undefined : `${what}: ${JSON.stringify(found)}, required ${JSON.stringify(required)}`);

/** Busy ports under every discipline and fault, until the named checker stops one. */
function runs(links: Links, word: string, isUnwatched = false): string | undefined {
  for (const discipline of links.DISCIPLINE_NAMES) {
    for (const faults of links.FAULTS) {
      for (const changingRate of [false, true]) {
        const message = stoppedBy(() => links.busyLink({ discipline, faults, changingRate, isUnwatched, packets: 1200 }));
        if (message?.startsWith(`${word}:`)) return message;
      }
    }
  }
  return undefined;
}

const drain = (links: Links, faults: sound.FaultPipeline, n: number) => Array.from({ length: n }, (_, i) => faults.judge(i * 1000));

/** Each returns a complaint, or undefined when all is well. */
const CHECKS: Readonly<Record<LinksCheck, (links: Links) => string | undefined>> = {
  conservation: (links) => runs(links, 'conservation'),
  order: (links) => runs(links, 'order'),
  line: (links) => runs(links, 'line'),
  capacity: (links) => runs(links, 'capacity'),
  slots: (links) => runs(links, 'slots'),
  balance: (links) => runs(links, 'balance', true),
  synchrony: (links) => {
    const sim = new links.Simulation({ seed: 'synchrony' });
    const bound = { gstNs: 1000, deltaNs: 100 };
    const network = new links.PartialSynchrony(bound, links.holdAll(1e9));
    const checker = new links.SynchronyChecker(sim, bound);
    return stoppedBy(() => {
      for (let i = 0; i < 3000; i += 10) {
        checker.send(i, i);
        const arrivalNs = network.arrivalNs(i, 0, 1, 50);
        checker.deliver(i, arrivalNs);
        if (i < 1000 && arrivalNs !== 1100) throw new Error(`synchrony: a held message arrives at ${arrivalNs}, required GST + delta`);
        if (i >= 1000 && arrivalNs !== i + 50) throw new Error(`synchrony: a message after GST takes ${arrivalNs - i} ns, required its own 50`);
      }
    });
  },
  'exact-end': (links) => {
    const line = new links.Line(7_000_001);
    let nowNs = 0;
    for (let i = 0; i < 10_000; i++) nowNs = line.start(1501, nowNs, i > 0);
    const exactNs = Math.ceil((10_000 * 1501 * 8e9) / 7_000_001);
    const idle = new links.Line(3_000_000_000);
    return first(differs(nowNs, exactNs, 'end of 10 000 packets'), differs([idle.start(1, 0, false), idle.start(1, 100, false), idle.start(1, 200, false)], [3, 103, 203], 'ends on an idle line'));
  },
  gauge: (links) => {
    const gauge = new links.QueueGauge();
    for (const [atNs, packets] of [[0, 2], [300, 5], [400, 0]] as const) gauge.level(atNs, packets);
    return differs(Array.from(gauge.read(1000).nsAt.slice(0, 6)), [600, 0, 300, 0, 0, 100], 'time at each length');
  },
  medium: (links) => {
    const one = new links.OnePort({
      rateBps: 8e6, propagationNs: 0, discipline: (packets) => new links.DropTail(packets, {}),
      medium: { judge: () => 0, reason: 'loss', extraNs: new Float64Array(2), corrupt: new Uint8Array(2), fifo: true },
    });
    for (let i = 0; i < 5; i++) one.send(1000);
    one.sim.run();
    return differs([one.port.counters.packetsServed, one.sim.now], [5, 5e6], 'lost packets served, and until when');
  },
  doubles: (links) => {
    const packets = new links.PacketStore();
    const fq = new links.FqCoDel(packets, { limitPackets: 150, queues: 8 }, links.stream('hash'));
    const [pieDraws, redDraws] = [links.stream('pie'), links.stream('red')];
    const pie = new links.NaivePie(300, () => pieDraws.float());
    const red = new links.Red(packets, { limitPackets: 60, minPackets: 5, maxPackets: 15 }, links.stream('red'));
    red.onRate(4e6);
    const load = { ...links.OVERLOAD, operations: 20_000 };
    return first(
      links.compare(packets, new links.CoDel(packets, { limitPackets: 200 }), new links.NaiveCoDel(5e6, 100e6, 200), load).complaint,
      // one small packet a time, each waiting long
      links.compare(packets, new links.CoDel(packets, { limitPackets: 1 }), new links.NaiveCoDel(5e6, 100e6, 1), { ...load, gapNs: 4e6, serviceNs: 20e6 }).complaint,
      links.compare(packets, fq, new links.NaiveFqCoDel(150, 1514, (flow) => fq.bucket(flow)), load).complaint,
      links.compare(packets, new links.Pie(packets, { limitPackets: 300 }, links.stream('pie')), pie, load, { everyNs: 15e6, run: () => pie.tick() }).complaint,
      links.compare(packets, red, new links.NaiveRed(5, 15, 60, 1e6, () => redDraws.float()), { ...load, serviceNs: 1_200_000 }).complaint,
    );
  },
  streams: (links) => {
    const bursts = { toBad: 0.05, toGood: 0.3, lossGood: 0, lossBad: 1 };
    const lost = (plan: object) => drain(links, new links.FaultPipeline(new links.Streams('seed'), 'link', { fifo: true, ...plan }), 1000);
    const [loss, burst, both] = [lost({ loss: 0.1 }), lost({ bursts }), lost({ loss: 0.1, bursts })];
    return differs(both, both.map((_, i) => Math.min(loss[i]!, burst[i]!)), 'what both stages lose');
  },
  bursts: (links) => {
    const n = 50_000;
    const judged = drain(links, new links.FaultPipeline(new links.Streams('seed'), 'link', { fifo: true, bursts: { toBad: 0.02, toGood: 0.2, lossGood: 0, lossBad: 1 } }), n);
    const lost = judged.filter((copies) => copies === 0).length;
    const length = lost / judged.filter((copies, i) => copies === 0 && judged[i - 1] !== 0).length;
    // about 900 bursts: standard error sqrt(1 - 0.2) / 0.2 / 30 = 0.15
    return Math.abs(length - 5) < 0.6 ? undefined : `mean burst ${length}, required 1 / toGood = 5`;
  },
  spikes: (links) => {
    // a packet a second and spikes of 100 ms, one a second on average: 1 - exp(-0.1) of the packets meet one
    const faults = new links.FaultPipeline(new links.Streams('seed'), 'link', { fifo: true, spikes: { perSecond: 1, durationNs: 100e6, addedNs: 1 } });
    let met = 0;
    for (let second = 0; second < 1000; second++) met += faults.judge(second * 1e9) === 1 ? faults.extraNs[0]! : 0;
    return Math.abs(met / 1000 - 0.095) < 0.04 ? undefined : `${met} of 1000 packets met a spike, required 95`;
  },
  copies: (links) => {
    const faults = new links.FaultPipeline(new links.Streams('seed'), 'link', { fifo: false, duplicate: 1, delay: { law: 'constant', ns: 7 }, reorder: { probability: 1, gap: 1 } });
    return differs([faults.judge(0), ...faults.extraNs], [2, 0, 7], 'copies, and delay of an overtaking packet and its copy');
  },
  outage: (links) => {
    const faults = new links.FaultPipeline(new links.Streams('seed'), 'link', { fifo: true, outages: [{ fromNs: 1000, toNs: 3000, reason: 'down', mode: 'drop' }] });
    return differs(drain(links, faults, 5), [1, 0, 0, 1, 1], 'packets at 0 .. 4 us');
  },
  'step-cap': (links) => {
    const packets = new links.PacketStore();
    const pie = new links.Pie(packets, {}, links.stream('pie'));
    const arrive = (nowNs: number): boolean => pie.enqueue(packets.make(0, 0, links.DATA, 40), nowNs, false);
    arrive(0);
    let most = 0;
    for (let nowNs = 1e9; nowNs < 1.6e9; nowNs += 15e6) {
      const before = pie.probability;
      arrive(nowNs);
      if (before >= 0.1) most = Math.max(most, pie.probability - before);
      // says that it waited since 0
      packets.free(pie.dequeue(nowNs));
    }
    return first(differs(pie.probability > 0.2, true, 'a tenth passed'), differs(most.toFixed(9), '0.020000000', 'largest rise of the probability in one update'));
  },
};

describe('planted bugs in links and faults', () => {
  it('sound code passes every check', () => {
    for (const check of Object.values(CHECKS)) expect(check(sound)).toBeUndefined();
  });

  it.each(LINKS_BUGS)('$id: $what; caught by $caughtBy', async (bug) => {
    const mutant = await loadMutant<Links>(bug, 'tests/planted-bugs/network-links-entry.ts');
    expect(CHECKS[bug.caughtBy](mutant)).toBeTypeOf('string');
  });
});

/** Each bug planted in BBR makes the check it names fail; sound BBR passes all of them. The checks say in short what bbr*.test.ts say at length. */
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { BBR_BUGS } from './network-bbr.ts';
import * as sound from './network-bbr-entry.ts';

type Modules = typeof sound;
const MSS_BITS = 1448 * 8;

function v1({ Bbr, ModelPath, Streams }: Modules, rateBps: number, buffers = 3): { flow: sound.Bbr; tcp: sound.ModelPath } {
  const flow = new Bbr(new Streams('planted').stream('bbr'));
  return { flow, tcp: new ModelPath(flow, rateBps, 40e6, Math.ceil((buffers * rateBps * 40e6) / (1e9 * MSS_BITS))) };
}

function v3({ Bbr3, ModelPath, Streams }: Modules, rateBps: number, buffers = 3): { flow: sound.Bbr3; tcp: sound.ModelPath } {
  const flow = new Bbr3(new Streams('planted').stream('bbr3'));
  return { flow, tcp: new ModelPath(flow, rateBps, 40e6, Math.ceil((buffers * rateBps * 40e6) / (1e9 * MSS_BITS))) };
}

function reach(flow: sound.Bbr3, tcp: sound.ModelPath, state: string, seconds = 10): boolean {
  let before = flow.state;
  return tcp.runUntil(() => {
    const isNew = flow.state === state && before !== state;
    before = flow.state;
    return isNew;
  }, tcp.nowNs + seconds * 1e9);
}

const mbps = (rate: number): number => rate * 1e3 * MSS_BITS;

/** On a line where a segment takes 116 ms: PROBE_RTT ends when the first segment that left after the flight was small is acknowledged. */
function endsWithItsRound(tcp: sound.ModelPath, isProbing: () => boolean): boolean {
  let few = -1;
  tcp.watch = () => {
    if (few < 0 && isProbing() && tcp.inflight <= 4) few = tcp.nextSegment;
  };
  return tcp.runUntil(isProbing, 20e9) && tcp.runUntil(() => !isProbing(), 40e9) && tcp.firstUnacked === few + 1;
}

/** True: as it should be. */
const CHECKS: Readonly<Record<string, (modules: Modules) => boolean>> = {
  startup: (modules) => {
    const { flow, tcp } = v1(modules, 100e6);
    tcp.runUntil(() => mbps(flow.rate) > 98, 5e9);
    const fullAt = flow.rounds;
    tcp.runUntil(() => flow.mode !== 'STARTUP', 5e9);
    return flow.mode === 'DRAIN' && flow.rounds - fullAt === 3;
  },
  cycle: (modules) => {
    const { flow, tcp } = v1(modules, 100e6);
    tcp.run(3e9);
    const gains: string[] = [];
    tcp.watch = () => {
      const gain = (tcp.pacingBps / (flow.rate * 8e9 * 1448)).toFixed(2);
      if (gains[gains.length - 1] !== gain) gains.push(gain);
    };
    tcp.run(6e9);
    const perCycle = gains.filter((gain) => gain === '1.24').length;
    return new Set(gains).size === 3 && gains.includes('0.74') && gains.includes('0.99') && perCycle >= 8 && perCycle <= 9;
  },
  'down-step': (modules) => {
    const { flow, tcp } = v1(modules, 20e6, 8);
    tcp.run(3e9);
    const round = flow.rounds;
    tcp.setRate(10e6);
    return tcp.runUntil(() => mbps(flow.rate) < 10.5, 12e9) && flow.rounds - round >= 10 && flow.rounds - round <= 14;
  },
  'probe-rtt': (modules) => {
    const { flow, tcp } = v1(modules, 50e6);
    if (!tcp.runUntil(() => flow.mode === 'PROBE_RTT', 15e9)) return false;
    const fromNs = tcp.nowNs;
    tcp.runUntil(() => flow.mode !== 'PROBE_RTT', 20e9);
    return tcp.nowNs - fromNs > 200e6 && tcp.nowNs - fromNs < 350e6 && tcp.cwnd > 300;
  },
  'probe-rtt-round': (modules) => {
    const { flow, tcp } = v1(modules, 100e3, 20);
    return endsWithItsRound(tcp, () => flow.mode === 'PROBE_RTT');
  },
  'v3-probe-rtt-round': (modules) => {
    const { flow, tcp } = v3(modules, 100e3, 20);
    return endsWithItsRound(tcp, () => flow.state === 'PROBE_RTT');
  },
  'v3-wait': (modules) => {
    const { flow, tcp } = v3(modules, 5e6);
    const waits: number[] = [];
    tcp.watch = () => {
      if (flow.waitNs > 0 && waits[waits.length - 1] !== flow.waitNs) waits.push(flow.waitNs);
    };
    tcp.run(60e9);
    return Math.min(...waits) >= 2e9 && Math.max(...waits) < 3e9 && Math.max(...waits) - Math.min(...waits) > 0.5e9;
  },
  'startup-probe': (modules) => {
    const { flow, tcp } = v1(modules, 50e6);
    tcp.run(9.5e9);
    // several times in a row: a filter of samples from PROBE_RTT alone would know nothing else
    let least = Infinity;
    tcp.watch = () => (least = Math.min(least, flow.rate));
    for (let i = 0; i < 20; i++) tcp.runUntil(() => flow.mode === 'PROBE_RTT', tcp.nowNs + 1e9);
    const before = flow.rounds;
    tcp.rttNs = 10e6;
    tcp.run(12e9);
    return flow.rounds > before && mbps(least) > 49;
  },
  'app-limited': (modules) => {
    const { flow, tcp } = v1(modules, 20e6);
    tcp.run(3e9);
    tcp.appBps = 2e6;
    tcp.run(9e9);
    return mbps(flow.rate) > 19;
  },
  recovery: (modules) => {
    const { tcp } = v1(modules, 50e6);
    tcp.run(3e9);
    const { cwnd, nextSegment } = tcp;
    tcp.drops = (n) => n >= nextSegment && n < nextSegment + 30;
    if (!tcp.runUntil(() => tcp.state === 'recovery', 4e9) || tcp.cwnd > cwnd / 1.3) return false;
    tcp.runUntil(() => tcp.state === 'open', 5e9);
    return tcp.cwnd >= 0.95 * cwnd;
  },
  'random-loss': (modules) => {
    const { flow, tcp } = v1(modules, 50e6);
    const random = new modules.Streams('loss').stream('x');
    tcp.drops = () => random.float() < 0.05;
    return !tcp.runUntil(() => flow.describe()['policed'] === 1, 10e9);
  },
  clumps: (modules) => {
    const { tcp } = v1(modules, 20e6);
    tcp.clumpNs = 30e6;
    tcp.run(4e9);
    const clumped = tcp.cwnd;
    tcp.clumpNs = 0;
    tcp.appBps = 15e6;
    tcp.run(8e9);
    tcp.appBps = Infinity;
    tcp.run(9e9);
    return clumped - tcp.cwnd > 20;
  },
  filter: ({ MaxFilter }) => {
    const filter = new MaxFilter();
    filter.reset(0, 100);
    for (let time = 1; time <= 11; time++) filter.update(10, time, 50 - time);
    return filter.best === 47;
  },
  'v3-cycle': (modules) => {
    const { flow, tcp } = v3(modules, 50e6);
    reach(flow, tcp, 'PROBE_UP');
    tcp.setRate(25e6);
    reach(flow, tcp, 'PROBE_DOWN');
    tcp.run(tcp.nowNs + 0.5e9);
    // the cycle of the change is over, the one before it still counts
    return mbps(flow.model.maxRate) > 40;
  },
  'v3-probe-loss': (modules) => {
    const { flow, tcp } = v3(modules, 50e6, 0.3);
    reach(flow, tcp, 'PROBE_UP');
    reach(flow, tcp, 'PROBE_CRUISE');
    return flow.probeTooHigh;
  },
  'v3-headroom': (modules) => {
    const { flow, tcp } = v3(modules, 50e6, 0.5);
    reach(flow, tcp, 'PROBE_UP');
    reach(flow, tcp, 'PROBE_CRUISE');
    tcp.run(tcp.nowNs + 0.3e9);
    return tcp.cwnd <= 0.86 * flow.model.inflightLong;
  },
  'v3-short-term': (modules) => {
    const { flow, tcp } = v3(modules, 50e6);
    reach(flow, tcp, 'PROBE_CRUISE');
    tcp.run(tcp.nowNs + 0.2e9);
    const from = tcp.nextSegment;
    tcp.drops = (n) => n >= from && n % 2 === 0;
    let least = 1;
    let last = flow.model.maxRate;
    let lowest = last;
    tcp.watch = () => {
      const rate = Math.min(flow.model.maxRate, flow.model.rateShort);
      least = Math.min(least, rate / last);
      lowest = Math.min(lowest, rate);
      last = rate;
    };
    tcp.run(tcp.nowNs + 0.5e9);
    tcp.drops = () => false;
    return least > 0.69 && lowest < 0.5 * flow.model.maxRate && reach(flow, tcp, 'PROBE_UP') && flow.model.rateShort === Infinity;
  },
  'v3-undo': (modules) => {
    const { flow, tcp } = v3(modules, 50e6);
    reach(flow, tcp, 'PROBE_UP');
    tcp.run(tcp.nowNs + 20e6);
    const from = tcp.nextSegment;
    tcp.drops = (n) => n >= from && n < from + 20;
    tcp.runUntil(() => tcp.state === 'recovery', tcp.nowNs + 2e9);
    tcp.undo();
    return flow.model.inflightLong === Infinity && flow.state === 'PROBE_REFILL';
  },
  'v3-probe-rtt': (modules) => {
    const { flow, tcp } = v3(modules, 50e6);
    let least = Infinity;
    tcp.watch = () => {
      if (flow.state === 'PROBE_RTT') least = Math.min(least, tcp.inflight);
    };
    return reach(flow, tcp, 'PROBE_RTT') && reach(flow, tcp, 'PROBE_CRUISE') && least > 70 && least < 100;
  },
  'v3-slope': (modules) => {
    const { flow, tcp } = v3(modules, 10e6, 0.5);
    reach(flow, tcp, 'PROBE_UP');
    reach(flow, tcp, 'PROBE_DOWN');
    reach(flow, tcp, 'PROBE_CRUISE');
    tcp.setRate(100e6);
    tcp.bufferPackets *= 30;
    return tcp.runUntil(() => mbps(flow.model.maxRate) > 95, tcp.nowNs + 15e9);
  },
};

describe('bugs planted in BBR', () => {
  it.each(Object.keys(CHECKS))('sound BBR passes the check %s', (check) => expect(CHECKS[check]!(sound)).toBe(true));

  it.each(BBR_BUGS)('$id fails the check $check: $what', async (bug) => {
    const modules = await loadMutant<Modules>(bug, 'tests/planted-bugs/network-bbr-entry.ts');
    expect(CHECKS[bug.check]!(modules)).toBe(false);
  });
});

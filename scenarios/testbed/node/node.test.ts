import { describe, expect, it } from 'vitest';
import { PBFT_PROFILES } from '../../../sim/consensus/pbft/config.ts';
import { ANSWERED } from '../../../sim/consensus/observations.ts';
import { IdealTimers } from '../../../sim/ideal.ts';
import { Simulation } from '../../../sim/simulation.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../../../sim/time.ts';
import { Causes, type Envelope, PART_NAMES, type Parts } from './causes.ts';
import { createStar } from './transport.ts';
import { startPbftNodes } from './pbft-nodes.ts';
import { CPU_PARTS, type NodeSpec, STORE_PARTS, TRANSPORT_PARTS } from './spec.ts';

const LINKS = { rateBps: 50_000_000, delayNs: 2 * NS_PER_MS, bufferBdp: 4 };
const LOAD = { cpuShare: 0.5, jobNs: 2 * NS_PER_MS, writesPerS: 200, writeBytes: 16_000, lineShare: 0.3, transferBytes: 50_000 };

interface Outcome {
  readonly blocks: { readonly latencyNs: number; readonly parts: Parts }[];
  readonly answers: number;
}

function run(spec: NodeSpec, isLoaded: boolean, requests = 5): Outcome {
  const sim = new Simulation({ seed: 'node' });
  const blocks: Outcome['blocks'] = [];
  let answers = 0;
  const config = { ...PBFT_PROFILES['castro-liskov'], n: 4, requestTimeoutNs: 20 * NS_PER_S };
  const finish = startPbftNodes(sim, {
    spec, links: LINKS, config, clients: 3, handleNs: 5 * NS_PER_US,
    client: { n: 4, requestBytes: 500, retryNs: 20 * NS_PER_S, thinkNs: NS_PER_MS, requests, isBroadcasting: false },
    ...(isLoaded ? { load: LOAD } : {}),
    onBlock: (_seq, latencyNs, parts) => void blocks.push({ latencyNs, parts }),
    onObserve: (_node, what) => {
      if (what === ANSWERED) answers += 1;
    },
  });
  sim.run({ untilNs: NS_PER_S });
  finish();
  return { blocks, answers };
}

describe('PBFT on whole nodes', () => {
  it('answers everything on every processor, store and transport, and every block is explained to the nanosecond', () => {
    const specs: NodeSpec[] = [
      ...CPU_PARTS.map((cpu): NodeSpec => ({ cpu, store: 'ssd', transport: 'message' })),
      ...STORE_PARTS.map((store): NodeSpec => ({ cpu: 'cfs', store, transport: 'message' })),
      ...TRANSPORT_PARTS.map((transport): NodeSpec => ({ cpu: 'regulated-np', store: 'nvm-lsm', transport })),
    ];
    for (const spec of specs) {
      const { blocks, answers } = run(spec, true);
      expect(answers, JSON.stringify(spec)).toBe(15);
      expect(blocks.length, JSON.stringify(spec)).toBeGreaterThan(0);
      for (const { latencyNs, parts } of blocks) {
        expect(PART_NAMES.reduce((sum, name) => sum + parts[name], 0), JSON.stringify(spec)).toBe(latencyNs);
        for (const name of PART_NAMES) expect(parts[name], `${name} ${JSON.stringify(spec)}`).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it('takes no time at all on ideal parts, and three delays where only links are real', () => {
    for (const { latencyNs } of run({ cpu: 'ideal', store: 'ideal', transport: 'ideal' }, false).blocks) expect(latencyNs).toBe(0);
    const { blocks } = run({ cpu: 'ideal', store: 'ideal', transport: 'message' }, false);
    for (const { latencyNs, parts } of blocks) {
      // Pre-prepare, prepare, commit.
      expect(parts.propagationNs).toBe(3 * LINKS.delayNs);
      expect(parts.networkQueueNs).toBe(latencyNs - 3 * LINKS.delayNs);
      expect(parts.cpuWaitNs + parts.cpuWorkNs + parts.diskNs + parts.protocolWaitNs).toBe(0);
    }
  });

  it('finds each real part, and only those, in the latency', () => {
    const disk = run({ cpu: 'ideal', store: 'ssd', transport: 'ideal' }, false).blocks;
    for (const { latencyNs, parts } of disk) expect([parts.diskNs + parts.protocolWaitNs, parts.cpuWorkNs]).toEqual([latencyNs, 0]);
    expect(disk[0]!.parts.diskNs).toBeGreaterThan(900 * NS_PER_US);
    const cpu = run({ cpu: 'regulated-np', store: 'ideal', transport: 'ideal' }, false).blocks;
    for (const { latencyNs, parts } of cpu) expect([parts.cpuWaitNs + parts.cpuWorkNs + parts.protocolWaitNs, parts.diskNs]).toEqual([latencyNs, 0]);
    expect(cpu[0]!.parts.cpuWorkNs).toBeGreaterThan(0);
  });
});

describe('chains of causes', () => {
  it('adds up waits of all kinds, cuts the first at the start, and puts work and propagation last', () => {
    const sim = new Simulation({ seed: 'chain' });
    const causes = new Causes(sim);
    // Waits 5 ns for the core, then works.
    const cpu = causes.cpu({ run: (costNs, _class, then) => void sim.after(costNs + 5, then) });
    const timers = causes.timers(new IdealTimers(sim));
    const star = createStar<Envelope<string>>(sim, 'message', 2, { rateBps: 8e9, delayNs: 100, bufferBdp: 1 });
    const [a, b] = [causes.transport(star.attach(0), star.propagationNs), causes.transport(star.attach(1), star.propagationNs)];
    const seen: Parts[] = [];
    a.onMessage(() => {});
    timers.onTimer(() => cpu.run(20, 0, () => a.send(1, 'hello', 10)));
    b.onMessage(() => {
      for (const startNs of [0, 30, 40, 60]) seen.push(causes.partsOf(causes.current, startNs, sim.now));
      expect(() => causes.partsOf(causes.current, 0, sim.now + 1)).toThrow(/required: a wait that ends then/);
      expect(() => causes.partsOf(causes.current, -1, sim.now)).toThrow(/chain of causes: ends/);
    });
    timers.set(0, 30);
    sim.run();
    const brief = ({ cpuWaitNs, cpuWorkNs, networkQueueNs, propagationNs, protocolWaitNs }: Parts): number[] => [protocolWaitNs, cpuWaitNs, cpuWorkNs, networkQueueNs, propagationNs];
    // 30 ns timer, 25 ns core, two lines of 10 ns and 100 ns.
    expect(seen.map(brief)).toEqual([[30, 5, 20, 20, 100], [0, 5, 20, 20, 100], [0, 0, 15, 20, 100], [0, 0, 0, 15, 100]]);
  });
});

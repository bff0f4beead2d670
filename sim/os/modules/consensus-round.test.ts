import { describe, expect, it } from 'vitest';
import { ProcessorCpu } from '../cpu/cpu-port.ts';
import { innerPolicy, regulatedPolicy } from '../scheduler-spec.ts';
import { TaskTable } from '../tasks.ts';
import type { Cpu } from '../../ports.ts';
import { Streams } from '../../random.ts';
import { Simulation } from '../../simulation.ts';
import { type Calls, priceOf, type Residence } from './calls.ts';
import { type Attribution, ConsensusRounds } from './consensus-round.ts';

const COSTS = { signNs: 32_000, verifyNs: 101_000, hashNs: 1000, sendNs: 3000, receiveNs: 3000, accessNs: 300, evidenceNs: 2000, bookNs: 1000 };
const USER: Residence = { place: 'user', crossingNs: 700, callsPerCrossing: 1, deliveriesPerCrossing: 1 };
const KERNEL: Residence = { ...USER, place: 'kernel' };
const TRANSACTIONS = 10;

/** A processor with a core for everybody: takes the cost and nothing else. */
const uncontended = (sim: Simulation): Cpu => ({ run: (costNs, _level, then) => void sim.after(costNs, then) });
/** One that has died. */
const dead: Cpu = { run: () => {} };

interface Setting {
  readonly replicas?: number;
  readonly residence?: Residence;
  readonly cpu?: (sim: Simulation, replica: number) => Cpu;
  readonly linkNs?: (from: number, to: number) => number;
  readonly blocks?: number;
}

function run({ replicas = 4, residence = USER, cpu = uncontended, linkNs = () => 200_000, blocks = 1 }: Setting): { rounds: ConsensusRounds; done: { block: number; replica: number; latency: Attribution; atNs: number }[] } {
  const sim = new Simulation({ seed: 'round' });
  const done: { block: number; replica: number; latency: Attribution; atNs: number }[] = [];
  const cpus = Array.from({ length: replicas }, (_, replica) => cpu(sim, replica));
  const rounds = new ConsensusRounds(sim, { replicas, transactions: TRANSACTIONS, costs: COSTS, residence, cpus, cpuLevel: 1, linkNs, onCommitted: (block, replica, latency) => done.push({ block, replica, latency, atNs: sim.now }) });
  for (let block = 0; block < blocks; block++) sim.after(block * 5_000_000, () => rounds.propose());
  sim.run();
  return { rounds, done };
}

describe('calls and crossings', () => {
  it('user space crosses with its calls, batched by kind; the kernel with what it hands up', () => {
    const calls: Calls[] = [{ module: 'crypto', count: 10, eachNs: 100 }, { module: 'network', count: 3, eachNs: 7 }, { module: 'consensus', count: 5, eachNs: 1 }];
    expect(priceOf(calls, USER)).toEqual({ costNs: 1026 + 13 * 700, crossings: 13, crossingNs: 13 * 700, moduleNs: [1000, 21, 0, 0, 5] });
    expect(priceOf(calls, { ...USER, callsPerCrossing: 4 }).crossings).toBe(3 + 1);
    expect(priceOf(calls, KERNEL).crossings).toBe(0);
    expect(priceOf(calls, KERNEL, 10).crossings).toBe(10);
    expect(priceOf(calls, { ...KERNEL, deliveriesPerCrossing: 4 }, 10).crossings).toBe(3);
    expect(priceOf(calls, USER, 10).crossings).toBe(13);
  });
});

describe('rounds of consensus', () => {
  it('on uncontended processors take what a walk along the phases says, crossing by crossing', () => {
    const b = TRANSACTIONS;
    // Proposal: 3b checks, a signature, 3 sends. Backup: receive, check it, 3b checks; sign and send. Prepare: receive, check; sign and
    // send. Commit: receive, check. Evidence: b records.
    const crossings = (3 * b + 4) + (2 + 3 * b) + 4 + 2 + 4 + 2 + b;
    const { signNs, verifyNs, hashNs, sendNs, receiveNs, accessNs, evidenceNs, bookNs } = COSTS;
    const validation = b * (verifyNs + hashNs + accessNs);
    const work = 2 * validation + 3 * signNs + 9 * sendNs + 3 * (receiveNs + verifyNs) + 7 * bookNs + b * evidenceNs;
    const [user, kernel] = [run({}), run({ residence: KERNEL })];
    // A backup: the primary is ahead of it by nothing, since it waits for the others' prepares as well.
    for (const { latency } of user.done.filter(({ replica }) => replica !== 0)) expect(latency).toMatchObject({ totalNs: work + 3 * 200_000 + crossings * 700, crossings, waitingNs: 0, linksNs: 600_000 });
    for (const { latency } of kernel.done.filter(({ replica }) => replica !== 0)) expect(latency).toMatchObject({ totalNs: work + 3 * 200_000 + b * 700, crossings: b, waitingNs: 0 });
  });

  it('every latency is the sum of its parts to the ns, whatever stands behind the Cpu port', () => {
    const withQueue = (kind: 'fcfs' | 'np' | 'pr') => (sim: Simulation, replica: number): Cpu => {
      const tasks = new TaskTable();
      const cpu = new ProcessorCpu(sim, tasks, { policies: kind === 'fcfs' ? innerPolicy(tasks, 'fcfs') : regulatedPolicy(tasks, ['fcfs', 'fcfs'], { between: kind, rpServes: [1], opServes: [2] }) });
      const stream = new Streams(`other ${replica}`).stream('work');
      for (let job = 0; job < 60; job++) sim.after(stream.below(20_000_000), () => cpu.run(1 + stream.below(400_000), kind === 'fcfs' ? 1 : 2, () => {}));
      return cpu;
    };
    const waited: number[] = [];
    for (const kind of ['fcfs', 'np', 'pr'] as const) {
      const jitter = new Streams('jitter').stream('links');
      const { done } = run({ cpu: withQueue(kind), linkNs: () => 1 + jitter.below(400_000), blocks: 4 });
      expect(done.length).toBe(16);
      for (const { block, latency, atNs } of done) {
        const { totalNs, moduleNs, crossingNs, waitingNs, linksNs } = latency;
        expect(moduleNs.reduce((sum, each) => sum + each, 0) + crossingNs + waitingNs + linksNs).toBe(totalNs);
        expect(waitingNs).toBeGreaterThanOrEqual(0);
        expect(totalNs, 'chain reaches back to the proposal').toBe(atNs - block * 5_000_000);
      }
      waited.push(done.reduce((sum, { latency }) => sum + latency.waitingNs, 0));
    }
    // Level 1 before everything else, at once or after the running job: less waiting than in one queue.
    expect(waited[2]!).toBeLessThan(waited[1]!);
    expect(waited[1]!).toBeLessThan(waited[0]!);
  });

  it('commit every block everywhere, with up to f replicas dead, and nothing with one more', () => {
    for (const replicas of [4, 7, 10]) {
      const faults = (replicas - 1) / 3;
      for (const silent of [0, faults, faults + 1]) {
        const stream = new Streams(`links ${replicas} ${silent}`).stream('links');
        const { done } = run({ replicas, blocks: 3, linkNs: () => 1 + stream.below(3_000_000), cpu: (sim, replica) => (replica >= replicas - silent ? dead : uncontended(sim)) });
        const living = replicas - silent;
        expect(done.length, `${replicas} replicas, ${silent} dead`).toBe(silent > faults ? 0 : 3 * living);
        expect(new Set(done.map(({ block, replica }) => `${block}/${replica}`)).size).toBe(done.length);
      }
    }
  });

  it('counts all work, that behind the quorum too', () => {
    const { rounds } = run({});
    // The last of the prepares and commits of each replica comes too late on these links and is received only, or is checked in time.
    const least = 4 * (3 * TRANSACTIONS) + 4 * TRANSACTIONS;
    expect(rounds.crossings).toBeGreaterThan(least);
    expect(rounds.cpuNs).toBeGreaterThan(rounds.crossings * USER.crossingNs);
  });
});

import { expect, it } from 'vitest';
import { type RandomStream, Streams } from '../../random.ts';
import { Simulation } from '../../simulation.ts';
import { LINUX_POLICIES } from './classes.ts';
import { CPU_CLOCKS } from './task-scripts.ts';
import { runFromRandomPhase, type TaskSpec, WARM_UP_NS } from './task-spec.ts';

const SETS = Number(process.env['LINUX_SETS'] ?? 60);
const MS = 1_000_000;

function anyTask(stream: RandomStream, index: number): TaskSpec {
  const pick = <T>(list: readonly T[]): T => list[stream.below(list.length)]!;
  const runUs = pick([1, 37, 100, 700, 2000, 4000, 15_000]);
  const kind = pick(['normal', 'normal', 'normal', 'normal', 'idle', 'fifo'] as const);
  const behaviour = pick(['spin', { runUs, sleepUs: pick([1, 60, 1000, 7000, 30_000]) }, { runUs, periodUs: pick([500, 4000, 10_000, 33_000]) }] as const);
  return { name: `t${index}`, nice: stream.below(40) - 20, class: kind, ...(kind === 'fifo' && { priority: 1 + stream.below(99) }), behaviour };
}

it('keeps its books for any tasks, on one CPU and on several, whatever the tick and the clock', () => {
  const stream = new Streams('any tasks', 0).stream('sets');
  for (let set = 0; set < SETS; set++) {
    const tasks = Array.from({ length: 1 + stream.below(12) }, (_, index) => anyTask(stream, index));
    const cpus = 1 + stream.below(4);
    const hz = [100, 250, 1000][stream.below(3)]!;
    const cpuClock = CPU_CLOCKS[stream.below(3)]!;
    const policy = LINUX_POLICIES[stream.below(2)]!;
    const windowNs = 300 * MS;
    const sim = new Simulation({ seed: `${set}` });
    const results = runFromRandomPhase(sim, { policy, hz, cpus, cpuClock, windowNs }, tasks);
    const label = JSON.stringify({ policy, cpus, hz, cpuClock, tasks });
    expect(sim.now, label).toBe(WARM_UP_NS + windowNs);
    const totalNs = results.reduce((sum, { cpuNs }) => sum + cpuNs, 0);
    expect(totalNs, label).toBeLessThanOrEqual(cpus * windowNs);
    // With as many spinning tasks of the fair class as CPUs, all the time not lost to switches is given away.
    const spinning = tasks.filter(({ behaviour, class: kind }) => behaviour === 'spin' && kind !== 'fifo').length;
    if (spinning >= cpus) expect(totalNs, label).toBeGreaterThan(0.5 * cpus * windowNs);
    results.forEach(({ cpuNs, wakeNs, responseNs }, index) => {
      expect(cpuNs, label).toBeLessThanOrEqual(windowNs);
      expect(wakeNs.length).toBe(responseNs.length);
      const { behaviour } = tasks[index]!;
      if (behaviour === 'spin') expect(wakeNs.length).toBe(0);
      else for (let wake = 0; wake < wakeNs.length; wake++) expect(responseNs.values[wake]! - wakeNs.values[wake]!, label).toBeGreaterThanOrEqual(behaviour.runUs * 1000);
      for (const wait of wakeNs.values) expect(wait, label).toBeGreaterThanOrEqual(0);
    });
    expect(sim.eventCount, label).toBeLessThan(2_000_000);
  }
});

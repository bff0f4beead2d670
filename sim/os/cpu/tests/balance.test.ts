import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../simulation.ts';
import { NS_PER_MS } from '../../../time.ts';
import { Fcfs } from '../../policies/fcfs.ts';
import { RoundRobin } from '../../policies/round-robin.ts';
import type { Policy } from '../../policy.ts';
import { regulatedPolicy } from '../../scheduler-spec.ts';
import { TaskTable } from '../../tasks.ts';
import type { PlacementOptions } from '../per-core-queues.ts';
import { EXIT, Processor } from '../processor.ts';

/** Rounded down to ms: a core goes idle some ns after the start. */
interface Move {
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

const ENDLESS_NS = 1e14;

interface Given {
  readonly policy?: (tasks: TaskTable) => Policy;
  readonly placement?: PlacementOptions;
  readonly levelOf?: (index: number) => number;
  readonly untilMs?: number;
}

/** Leaves two cores with `mine` and `yours` endless tasks and lets them balance; tells who was moved when. */
function moves(mine: number, yours: number, { policy = (tasks) => new Fcfs(tasks), placement = {}, levelOf = () => 1, untilMs = 1000 }: Given): Move[] {
  const sim = new Simulation({ seed: '1' });
  const tasks = new TaskTable();
  const seen: Move[] = [];
  const processor = new Processor(sim, tasks, {
    cores: 2, policies: [policy(tasks), policy(tasks)], placement: { stealing: false, ...placement }, onBurstEnd: () => EXIT,
    probes: [{ onMove: (task, from, to, nowNs) => seen.push({ atMs: Math.floor(nowNs / NS_PER_MS), from, to, level: tasks.level[task]! }) }],
  });
  // Placement puts them on the cores in turn; where a core is to have fewer, it gets short ones, gone within 1 us.
  for (let index = 0; index < mine; index++) {
    processor.start(tasks.create(0, levelOf(index), ENDLESS_NS));
    processor.start(tasks.create(0, levelOf(index), mine - index <= yours ? ENDLESS_NS : 1));
  }
  sim.run({ untilNs: untilMs * NS_PER_MS });
  return seen;
}

describe('periodic balancing of two cores', () => {
  it('an idle core looks after 2 ms and takes half', () => {
    expect(moves(10, 0, {})).toEqual(Array.from({ length: 5 }, () => ({ atMs: 2, from: 0, to: 1, level: 1 })));
  });

  it('a busy core moves nothing for 17 % or less, and after 32 ms what evens out for more', () => {
    expect(moves(7, 6, {})).toEqual([]);
    expect(moves(8, 6, {})).toEqual([{ atMs: 32, from: 0, to: 1, level: 1 }]);
  });

  it('moves 32 tasks in one pass, the others a busy interval later', () => {
    const found = moves(100, 0, {});
    expect(found.filter(({ atMs }) => atMs === 2)).toHaveLength(32);
    // 68 against 32: eighteen more, a busy interval of 16 times 2 ms later.
    expect(found.filter(({ atMs }) => atMs === 34)).toHaveLength(18);
    expect(found).toHaveLength(50);
  });

  it('leaves a task where its cache is warm for two looks, and takes it at the third', () => {
    const [first] = moves(2, 0, { policy: (tasks) => new RoundRobin(tasks, 400_000), untilMs: 20 });
    expect(first).toMatchObject({ atMs: 6, from: 0, to: 1 });
    const [cold] = moves(2, 0, { policy: (tasks) => new RoundRobin(tasks, 1_300_000), untilMs: 20 });
    expect(cold).toMatchObject({ atMs: 2, from: 0, to: 1 });
  });

  it('two against one: nobody moves at first, then the difference of one goes back and forth', () => {
    const found = moves(2, 1, { policy: (tasks) => new RoundRobin(tasks, 1_300_000), untilMs: 10_000 });
    expect(found.length).toBeGreaterThan(20);
    expect(found.every(({ from }, index) => index === 0 || from !== found[index - 1]!.from)).toBe(true);
  });

  it('does nothing when it is switched off', () => expect(moves(10, 0, { placement: { balancing: false } })).toEqual([]));
});

it('a core without work takes at once what waits elsewhere, the highest level first', () => {
  const policy = (tasks: TaskTable): Policy => regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'np', cores: 2 });
  const found = moves(3, 0, { policy, placement: { stealing: true, balancing: false }, levelOf: (index) => [4, 3, 1][index]! });
  // L4 is not waiting when core 1 has done its short ones: it came first and runs.
  expect(found).toEqual([{ atMs: 0, from: 0, to: 1, level: 3 }]);
});

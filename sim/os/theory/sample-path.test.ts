/** What holds on every single path, not only on average: the same jobs through the processor under many policies. */
import { describe, expect, it } from 'vitest';
import { hyperExponential, exponential, roundNs } from '../../distributions.ts';
import { TimeWeightedGauge } from '../../measure/index.ts';
import { Streams } from '../../random.ts';
import { Simulation } from '../../simulation.ts';
import { ARRIVAL_ORDER, EXIT, Processor } from '../cpu/processor.ts';
import type { Policy } from '../policy.ts';
import { INNER_POLICIES, innerPolicy, regulatedPolicy } from '../scheduler-spec.ts';
import { TaskTable } from '../tasks.ts';

interface PathJob {
  readonly arrivalNs: number;
  readonly sizeNs: number;
  readonly level: number;
}

interface Path {
  /** Completion of each job. */
  readonly endNs: readonly number[];
  /** Time-weighted number in system, by level, times the length of the run. */
  readonly presentNs: readonly number[];
  /** Unfinished work at each arrival, the new job not counted. */
  readonly workNs: readonly number[];
}

const LEVELS = [1, 2, 3, 4];
const SIZE_NS = 1_000_000;

/** One busy stretch after another at load 0.9. */
function randomPath(seed: string, count: number): PathJob[] {
  const streams = new Streams(seed);
  const arrivals = streams.stream('arrivals');
  const sizes = streams.stream('sizes');
  const levels = streams.stream('levels');
  let atNs = 0;
  return Array.from({ length: count }, () => {
    atNs += roundNs(exponential(arrivals, SIZE_NS / 0.9));
    return { arrivalNs: atNs, sizeNs: Math.max(1, roundNs(hyperExponential(sizes, SIZE_NS, 4))), level: 1 + levels.below(4) };
  });
}

function run(jobs: readonly PathJob[], policyOf: (tasks: TaskTable) => Policy): Path {
  const sim = new Simulation({ seed: '1' });
  const tasks = new TaskTable();
  const endNs: number[] = [];
  const workNs: number[] = [];
  const present = LEVELS.map(() => new TimeWeightedGauge());
  let offeredNs = 0;
  const processor = new Processor(sim, tasks, {
    policies: policyOf(tasks), tickNs: 4 * SIZE_NS,
    onBurstEnd: (task) => {
      endNs[tasks.tag[task]!] = sim.now;
      present[tasks.level[task]! - 1]!.add(sim.now, -1);
      return EXIT;
    },
  });
  jobs.forEach(({ arrivalNs, sizeNs, level }, index) => {
    sim.after(arrivalNs, () => {
      processor.settle();
      workNs.push(offeredNs - processor.serviceNs[0]!);
      offeredNs += sizeNs;
      const task = tasks.create(sim.now, level, sizeNs);
      tasks.tag[task] = index;
      present[level - 1]!.add(sim.now, 1);
      processor.start(task);
    }, ARRIVAL_ORDER);
  });
  sim.run();
  return { endNs, workNs, presentNs: present.map((gauge) => gauge.mean(sim.now) * sim.now) };
}

const totalResponse = (jobs: readonly PathJob[], { endNs }: Path): number => jobs.reduce((sum, { arrivalNs }, index) => sum + endNs[index]! - arrivalNs, 0);

const POLICIES: readonly (readonly [string, (tasks: TaskTable) => Policy])[] = [
  ...INNER_POLICIES.map((name) => [name, (tasks: TaskTable) => innerPolicy(tasks, name)] as const),
  ...(['np', 'pr'] as const).flatMap((between) => (['fcfs', 'spn', 'srt'] as const).flatMap((inner) =>
    between === 'np' && inner === 'srt' ? [] : [[`${between}-${inner}`, (tasks: TaskTable) => regulatedPolicy(tasks, LEVELS.map(() => inner), { between })] as const])),
];
const PATHS = Array.from({ length: 12 }, (_, index) => randomPath(`path/${index}`, 150));
/** A fluid ends its tasks between two ns. */
const roundingNs = (name: string): number => (name === 'ps' || name === 'dps' ? 150 : 0);

describe('shortest remaining time', () => {
  const best = PATHS.map((jobs) => totalResponse(jobs, run(jobs, (tasks) => innerPolicy(tasks, 'srt'))));

  it.each(POLICIES.filter(([name]) => name !== 'srt'))('has at most the total response of %s on every path (Schrage 1968)', (_, policyOf) => {
    const others = PATHS.map((jobs) => totalResponse(jobs, run(jobs, policyOf)));
    others.forEach((total, index) => expect(total).toBeGreaterThanOrEqual(best[index]!));
    expect(others.some((total, index) => total > best[index]!)).toBe(true);
  });
});

describe('unfinished work', () => {
  /** Lindley's recursion: what was left and came, less the time that passed. */
  function lindley(jobs: readonly PathJob[]): number[] {
    let left = 0;
    return jobs.map(({ arrivalNs, sizeNs }, index) => {
      const before = Math.max(0, left - (arrivalNs - (jobs[index - 1]?.arrivalNs ?? 0)));
      left = before + sizeNs;
      return before;
    });
  }

  it.each(POLICIES)('under %s it is the one of the recursion, at every arrival, to the ns', (name, policyOf) => {
    for (const jobs of PATHS.slice(0, 4)) {
      const expected = lindley(jobs);
      run(jobs, policyOf).workNs.forEach((work, index) => expect(Math.abs(work - expected[index]!)).toBeLessThanOrEqual(roundingNs(name)));
    }
  });
});

describe('levels', () => {
  it.each(['fcfs', 'spn', 'srt', 'ps', 'rr'] as const)('pr with %s inside: levels 1 to k do not notice those below', (inner) => {
    for (const jobs of PATHS.slice(0, 4)) {
      const policyOf = (tasks: TaskTable): Policy => regulatedPolicy(tasks, LEVELS.map(() => inner), { between: 'pr' });
      const all = run(jobs, policyOf).endNs;
      for (const k of [1, 2, 3]) {
        const upper = jobs.flatMap((job, index) => (job.level <= k ? [index] : []));
        const alone = run(upper.map((index) => jobs[index]!), policyOf).endNs;
        upper.forEach((index, position) => expect(all[index]).toBe(alone[position]));
      }
    }
  });

  it('np: level 1 does notice', () => {
    const policyOf = (tasks: TaskTable): Policy => regulatedPolicy(tasks, LEVELS.map(() => 'fcfs' as const), { between: 'np' });
    const upper = PATHS[0]!.flatMap((job, index) => (job.level === 1 ? [index] : []));
    const all = run(PATHS[0]!, policyOf).endNs;
    const alone = run(upper.map((index) => PATHS[0]![index]!), policyOf).endNs;
    expect(upper.some((index, position) => all[index]! > alone[position]!)).toBe(true);
  });

  it.each(POLICIES)("Little's law on each level under %s: time in system, summed over jobs and over time", (_, policyOf) => {
    const jobs = PATHS[0]!;
    const path = run(jobs, policyOf);
    for (const level of LEVELS) {
      const stays = jobs.reduce((sum, job, index) => sum + (job.level === level ? path.endNs[index]! - job.arrivalNs : 0), 0);
      expect(path.presentNs[level - 1]! / stays).toBeCloseTo(1, 12);
    }
  });
});

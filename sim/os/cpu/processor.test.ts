import { describe, expect, it } from 'vitest';
import { tInterval } from '../../measure/index.ts';
import { exponential, roundNs } from '../../distributions.ts';
import { Simulation } from '../../simulation.ts';
import { drive, type StepMachine } from '../../step-machine.ts';
import { IdealCpu, IdealNetwork, IdealTimers } from '../../ideal.ts';
import type { Cpu } from '../../ports.ts';
import { mmcMeanWait } from '../closed-forms.ts';
import { Fcfs } from '../policies/fcfs.ts';
import { Cfs } from '../policies/cfs.ts';
import { RoundRobin } from '../policies/round-robin.ts';
import type { Policy } from '../policy.ts';
import { regulatedPolicy } from '../scheduler-spec.ts';
import { TaskTable } from '../tasks.ts';
import { ProcessorCpu } from './cpu-port.ts';
import { ARRIVAL_ORDER, EXIT, Processor, type ProcessorOptions, SLEEP } from './processor.ts';

interface Given {
  readonly atNs: number;
  readonly sizeNs: number;
  readonly level?: number;
}

/** Runs jobs to their end: [completion times in order of the jobs, processor, tasks]. */
function run(jobs: readonly Given[], policies: (tasks: TaskTable) => ProcessorOptions['policies'], options: Partial<ProcessorOptions> = {}): { ends: number[]; processor: Processor; sim: Simulation } {
  const sim = new Simulation({ seed: '1' });
  const tasks = new TaskTable();
  const ends: number[] = [];
  const processor = new Processor(sim, tasks, {
    policies: policies(tasks),
    ...options,
    onBurstEnd: (task) => {
      ends[tasks.tag[task]!] = sim.now;
      return EXIT;
    },
  });
  jobs.forEach(({ atNs, sizeNs, level = 1 }, index) => {
    sim.after(atNs, () => {
      const task = tasks.create(sim.now, level, sizeNs);
      tasks.tag[task] = index;
      processor.start(task);
    }, ARRIVAL_ORDER);
  });
  sim.run();
  return { ends, processor, sim };
}

const fcfs = (tasks: TaskTable): Policy => new Fcfs(tasks);
const strict = (between: 'np' | 'pr', cores = 1) => (tasks: TaskTable): Policy => regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between, handoverNs: 7, cores });

describe('one core, costs by hand', () => {
  it('pays for each switch before the service it is for', () => {
    const { ends, processor } = run([{ atNs: 0, sizeNs: 10 }, { atNs: 0, sizeNs: 10 }], fcfs, { costs: { contextSwitchNs: 3, warmUpNs: 100, classifyNs: 2 } });
    expect(ends).toEqual([15, 30]);
    expect([processor.serviceNs[0], processor.overheadNs[0], processor.switches[0]]).toEqual([20, 10, 2]);
  });

  it('hands over between the programs, and back: L4, then L1 interrupts, then L4 again', () => {
    const { ends, processor } = run([{ atNs: 0, sizeNs: 100, level: 4 }, { atNs: 50, sizeNs: 10, level: 1 }], strict('pr'), { costs: { contextSwitchNs: 1, warmUpNs: 0, classifyNs: 0 } });
    // 8 of costs, 42 of L4's service, 8, L1's 10, 8, the other 58 of L4.
    expect(ends).toEqual([8 + 42 + 8 + 10 + 8 + 58, 8 + 42 + 8 + 10]);
    expect(processor.overheadNs[0]).toBe(24);
    expect(processor.serviceNs[0]).toBe(110);
  });

  it('a cost that is cut short is paid only so far, and serves nobody', () => {
    const { ends, processor } = run([{ atNs: 0, sizeNs: 100, level: 4 }, { atNs: 3, sizeNs: 10, level: 1 }], strict('pr'), { costs: { contextSwitchNs: 5, warmUpNs: 0, classifyNs: 0 } });
    // L4's 12 are cut at 3; L1 pays 12 and runs 10; L4 pays 12 once more and runs whole.
    expect(ends[1]).toBe(3 + 12 + 10);
    expect(ends[0]).toBe(3 + 12 + 10 + 12 + 100);
    expect(processor.overheadNs[0]).toBe(3 + 12 + 12);
  });

  it('knows all who come at an instant before it chooses, and lets those go who end in it', () => {
    const jobs = [{ atNs: 0, sizeNs: 10, level: 3 }, { atNs: 10, sizeNs: 5, level: 4 }, { atNs: 10, sizeNs: 5, level: 1 }];
    expect(run(jobs, (tasks) => regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'np' })).ends).toEqual([10, 20, 15]);
  });
});

describe('what breaks the contract stops the run', () => {
  const built = (sizeNs: number, more: Partial<ProcessorOptions> = {}, twice = false): (() => void) => () => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    const processor = new Processor(sim, tasks, { policies: new Fcfs(tasks), onBurstEnd: () => EXIT, ...more });
    const task = tasks.create(0, 1, sizeNs);
    processor.start(task);
    if (twice) processor.start(task);
    sim.run();
  };

  it('a burst of nothing, of a fraction, or of no number', () => {
    for (const sizeNs of [0, -1, 0.5, NaN]) expect(built(sizeNs), String(sizeNs)).toThrow(/burst of .* required: a whole number from 1/);
    expect(built(1)).not.toThrow();
  });

  it('a task made ready twice, an owner who answers nonsense, a policy that picks who runs', () => {
    expect(built(10, {}, true)).toThrow(/made ready, which waits already/);
    expect(built(10, { onBurstEnd: () => NaN })).toThrow(/onBurstEnd answered NaN/);
    expect(built(10, { onBurstEnd: () => 2.5 })).toThrow(/burst of 2.5 ns/);
    const tasks = new TaskTable();
    class Twice extends Fcfs {
      override pick(): number {
        return 0;
      }
    }
    const sim = new Simulation({ seed: '1' });
    const processor = new Processor(sim, tasks, { cores: 2, policies: new Twice(tasks), onBurstEnd: () => EXIT });
    for (let count = 0; count < 2; count++) processor.start(tasks.create(0, 1, 10));
    expect(() => sim.run()).toThrow(/picked task 0 for core 1, which runs/);
  });

  it('a processor that cannot be', () => {
    const tasks = new TaskTable();
    const own = new Fcfs(tasks);
    for (const more of [{ cores: 0 }, { cores: 1.5 }, { cores: 3, policies: [own, new Fcfs(tasks)] }, { cores: 2, policies: [own, own] }, { tickNs: 0.5 }, { tickNs: -1 }]) expect(built(10, more), JSON.stringify(more)).toThrow(/processor: .* required: /);
  });
});

describe('several cores', () => {
  it('share one queue: the newcomer replaces whoever is served last', () => {
    const jobs = [{ atNs: 0, sizeNs: 100, level: 2 }, { atNs: 0, sizeNs: 100, level: 4 }, { atNs: 10, sizeNs: 20, level: 3 }, { atNs: 12, sizeNs: 5, level: 1 }];
    const { ends } = run(jobs, (tasks) => regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr', cores: 2 }), { cores: 2 });
    // Core 1 has L4 until 10, L3 until 12, L1 until 17, L3 again until 35, then L4's other 90 (core 0 is busy with L2 until 100).
    expect(ends).toEqual([100, 125, 35, 17]);
  });

  it('account for every nanosecond: service, costs and idle time are cores times time', () => {
    const sim = new Simulation({ seed: 'account' });
    const tasks = new TaskTable();
    let idleNs = 0;
    const idleSince = [0, 0, 0];
    const busy = [false, false, false];
    let demandNs = 0;
    const processor = new Processor(sim, tasks, {
      cores: 3, policies: strict('pr', 3)(tasks), costs: { contextSwitchNs: 5, warmUpNs: 9, classifyNs: 2 }, onBurstEnd: () => EXIT,
      probes: [{
        onDispatch: (core, _task, _overhead, nowNs) => {
          if (!busy[core]) idleNs += nowNs - idleSince[core]!;
          busy[core] = true;
        },
        onIdle: (core, nowNs) => {
          if (busy[core]) idleSince[core] = nowNs;
          busy[core] = false;
        },
      }],
    });
    const stream = sim.stream('jobs');
    let left = 3000;
    const arrive = (): void => {
      const sizeNs = 1 + roundNs(exponential(stream, 300));
      demandNs += sizeNs;
      processor.start(tasks.create(sim.now, 1 + stream.below(4), sizeNs));
      if (--left > 0) sim.after(roundNs(exponential(stream, 140)), arrive, ARRIVAL_ORDER);
    };
    sim.after(0, arrive, ARRIVAL_ORDER);
    sim.run();
    for (const core of [0, 1, 2]) idleNs += busy[core] ? 0 : sim.now - idleSince[core]!;
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    expect(sum(processor.serviceNs)).toBe(demandNs);
    expect(sum(processor.serviceNs) + sum(processor.overheadNs) + idleNs).toBe(3 * sim.now);
    expect(tasks.count).toBe(0);
  });

  it('M/M/2 at 1.2: one queue waits as Erlang says; a queue each waits longer, less so with stealing', () => {
    const mean = (queues: 'shared' | 'stealing' | 'own'): number[] =>
      Array.from({ length: 8 }, (_, replication) => {
        const sim = new Simulation({ seed: 'mm2', replication });
        const tasks = new TaskTable();
        let waited = 0;
        let count = 0;
        const policies = queues === 'shared' ? fcfs(tasks) : [fcfs(tasks), fcfs(tasks)];
        const processor = new Processor(sim, tasks, {
          cores: 2, policies, placement: { stealing: queues === 'stealing', balancing: false },
          onBurstEnd: (task) => {
            waited += tasks.firstStartNs[task]! - tasks.arrivalNs[task]!;
            count += 1;
            return EXIT;
          },
        });
        const gaps = sim.stream('gaps');
        const sizes = sim.stream('sizes');
        let left = 20_000;
        const arrive = (): void => {
          processor.start(tasks.create(sim.now, 1, Math.max(1, roundNs(exponential(sizes, 1e6)))));
          if (--left > 0) sim.after(roundNs(exponential(gaps, 1e6 / 1.2)), arrive, ARRIVAL_ORDER);
        };
        sim.after(0, arrive, ARRIVAL_ORDER);
        sim.run();
        return waited / count / 1e6;
      });
    const shared = tInterval(mean('shared'));
    expect(Math.abs(shared.mean - mmcMeanWait(1.2, 1, 2))).toBeLessThan(1.5 * shared.halfWidth);
    const [stealing, own] = [tInterval(mean('stealing')), tInterval(mean('own'))];
    expect(own.low).toBeGreaterThan(stealing.high);
    expect(stealing.mean / shared.mean).toBeLessThan(1.02);
  });

  it('three equal spinners on two cores: two thirds each in the long run, unequal in the short run, with periodic balancing', () => {
    const shares = (untilNs: number): number[] => {
      const sim = new Simulation({ seed: 'hogs' });
      const tasks = new TaskTable();
      const first = new Cfs(tasks, { cpus: 2 });
      const processor = new Processor(sim, tasks, { cores: 2, policies: [first, new Cfs(tasks, { cpus: 2 }, first)], tickNs: 4_000_000, onBurstEnd: () => EXIT });
      const hogs = [0, 1, 2].map(() => tasks.create(0, 1, 1e15));
      hogs.forEach((task) => {
        tasks.weight[task] = 1024;
        processor.start(task);
      });
      sim.run({ untilNs });
      processor.settle();
      return hogs.map((task) => tasks.cpuNs[task]! / untilNs).sort((a, b) => a - b);
    };
    const short = shares(30_000_000);
    expect(short[2]!).toBeGreaterThan(0.9);
    expect(short[0]!).toBeLessThan(0.6);
    for (const share of shares(60_000_000_000)) expect(Math.abs(share - 2 / 3)).toBeLessThan(0.03);
  });

  it('a task that wakes goes where it ran if that is idle, else to an idle core, else back where it ran or to the least loaded', () => {
    const placed = (others: readonly number[], wakeToBusy?: 'previous' | 'least-loaded'): number => {
      const sim = new Simulation({ seed: '1' });
      const tasks = new TaskTable();
      const queues: number[] = [];
      const processor = new Processor(sim, tasks, {
        cores: 3, policies: [0, 1, 2].map(() => new Fcfs(tasks)), placement: { stealing: false, balancing: false, ...(wakeToBusy === undefined ? {} : { wakeToBusy }) },
        onBurstEnd: (task) => (tasks.tag[task] === 1 ? SLEEP : EXIT),
        probes: [{ onReady: (_task, _cause, _nowNs, core) => queues.push(core) }],
      });
      // Cores 0 and 1 are taken when the sleeper comes, so it runs on core 2, from 1 to 11.
      for (const sizeNs of [5, 5]) processor.start(tasks.create(0, 1, sizeNs));
      const sleeper = tasks.create(0, 1, 10);
      tasks.tag[sleeper] = 1;
      sim.after(1, () => processor.start(sleeper), ARRIVAL_ORDER);
      // While it sleeps these come, each to the core with the least load.
      others.forEach((sizeNs, index) => sim.after(20 + index, () => processor.start(tasks.create(sim.now, 1, sizeNs)), ARRIVAL_ORDER));
      sim.after(50, () => processor.wake(sleeper, 10), ARRIVAL_ORDER);
      sim.run();
      return queues.at(-1)!;
    };
    expect(placed([])).toBe(2);
    expect(placed([100, 100])).toBe(2);
    // Core 1 is idle again by then, the others are not.
    expect(placed([100, 5, 100])).toBe(1);
    // Two, one and two tasks on the cores.
    expect(placed([100, 5, 100, 100, 100, 100])).toBe(2);
    expect(placed([100, 5, 100, 100, 100, 100], 'least-loaded')).toBe(1);
  });

  it('round robin on two cores of their own evens out by moves', () => {
    const jobs = Array.from({ length: 8 }, () => ({ atNs: 0, sizeNs: 50_000_000 }));
    const { ends } = run(jobs, (tasks) => [new RoundRobin(tasks, 1_000_000), new RoundRobin(tasks, 1_000_000)], { cores: 2 });
    expect(Math.max(...ends)).toBe(200_000_000);
  });
});

describe('the Cpu port', () => {
  /** Computes twice, then answers. */
  const machine: StepMachine<undefined, string> = {
    start: () => {},
    onMessage: (_state, from, _message, out) => {
      out.compute(100);
      out.compute(50);
      out.send(from, 'done');
    },
    onTimer: () => {},
  };

  function answeredAt(cpuOf: (sim: Simulation) => Cpu): number[] {
    const sim = new Simulation({ seed: '1' });
    const times: number[] = [];
    const network = new IdealNetwork<string>(sim);
    const cpu = cpuOf(sim);
    drive(machine, undefined, { node: 0, peers: 1, transport: network.attach(0), timers: new IdealTimers(sim), cpu, bytesOf: () => 10 }).start();
    network.attach(1).onMessage(() => times.push(sim.now));
    for (const at of [0, 10]) sim.after(at, () => network.attach(1).send(0, 'go', 10));
    sim.run();
    return times;
  }

  it('runs a protocol unchanged: free on the ideal one, one job after the other on a core', () => {
    expect(answeredAt((sim) => new IdealCpu(sim))).toEqual([0, 10]);
    const real = answeredAt((sim) => {
      const tasks = new TaskTable();
      return new ProcessorCpu(sim, tasks, { policies: new Fcfs(tasks) });
    });
    // A node sends in the order in which it was asked: 0-100 and 100-150 the first, then the second.
    expect(real).toEqual([150, 300]);
  });

  it('calls back at once, and in an event, for what costs nothing', () => {
    const sim = new Simulation({ seed: '1' });
    const tasks = new TaskTable();
    const cpu = new ProcessorCpu(sim, tasks, { policies: new Fcfs(tasks) });
    const order: string[] = [];
    sim.after(5, () => {
      cpu.run(0, 1, () => order.push(`free ${sim.now}`));
      order.push('asked');
    });
    sim.run();
    expect(order).toEqual(['asked', 'free 5']);
  });
});

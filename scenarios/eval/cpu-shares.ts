/**
 * Who gets how much of a Linux machine, and how late a sleeper wakes up: CFS of 6.1 or EEVDF of 6.12, with the real-time class and
 * what keeps it in bounds. Model, sources, what is left out: sim/os/linux/README.md.
 *
 * Results depend on how tasks and tick fall together, so several runs start at phases of their own (named streams of `seed`) and are
 * pooled: shares over the CPU time of all, percentiles by nearest rank over all wake-ups programmed inside the windows. Each run is
 * measured for durationMs, after 500 ms.
 */
import { z } from 'zod';
import { LINUX_POLICIES } from '../../sim/os/linux/classes.ts';
import { CPU_CLOCKS } from '../../sim/os/linux/task-scripts.ts';
import { runFromRandomPhase, type TaskSpec } from '../../sim/os/linux/task-spec.ts';
import { Simulation } from '../../sim/simulation.ts';
import { NS_PER_MS } from '../../sim/time.ts';
import { ConfigError, type Problem } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const micros = (title: string): z.ZodNumber => z.number().min(1).max(1e8).meta({ title, unit: 'us' });

const behaviour = z.union([
  z.literal('spin'),
  z.strictObject({ runUs: micros('CPU time of a burst'), sleepUs: micros('Sleep after each burst') }),
  z.strictObject({ periodUs: micros('Period of an absolute timer'), runUs: micros('CPU time of a burst') }),
]);

const task = z.strictObject({
  name: z.string().min(1).max(200).meta({ title: 'Name', unit: '' }),
  nice: z.number().int().min(-20).max(19).default(0).meta({ title: 'Nice value, for class normal', unit: '' }),
  class: z.enum(['normal', 'idle', 'fifo']).default('normal').meta({ title: 'Scheduling class', unit: '', description: 'SCHED_OTHER, SCHED_IDLE, SCHED_FIFO' }),
  priority: z.number().int().min(0).max(99).nullish().meta({ title: 'Real-time priority 1 to 99, for class fifo; 1 if not given, 0 or null for the other classes', unit: '' }),
  behaviour: behaviour.meta({ title: 'What it does', unit: '' }),
});

const input = z.strictObject({
  policy: z.enum(LINUX_POLICIES).meta({ title: 'Kernel', unit: '' }),
  hz: z.number().int().min(24).max(10_000).default(250).meta({ title: 'Tick rate', unit: '1/s' }),
  cpus: z.number().int().min(1).max(64).default(1).meta({ title: 'CPUs', unit: 'CPUs' }),
  durationMs: z.number().min(1).max(3_600_000).default(10_000).meta({ title: 'Measured time of each run', unit: 'ms' }),
  tasks: z.array(task).min(1).max(1000).meta({ title: 'Tasks', unit: '' }),
  cpuClock: z.enum(CPU_CLOCKS).default('polled').meta({ title: 'How a burst measures its CPU time', unit: '', description: 'polled: by reading its CPU clock all the time; sparse: now and then; none: it computes and does not look. A read lets EEVDF end a slice.' }),
  seed: z.union([z.string(), z.number()]).default('1').meta({ title: 'Seed of the start phases', unit: '' }),
});

type Input = z.output<typeof input>;

/** choice: runs that are pooled; fewer, down to the least, where one is long. */
const MOST_RUNS = 8;
const LEAST_RUNS = 2;
/**
 * choice: short windows are pooled until they make up this time. Tasks that only spin show much the same in every run, so each run
 * is measured where the one before ends; otherwise a task whose turn comes rarely would be cut at the same place each time.
 */
const POOLED_MS = 10_000;
const MOST_SHORT_RUNS = 50;
/** Estimated events of a whole question: some seconds, and the most that is accepted, some minutes. */
const USUAL_EVENTS = 5e6;
const MOST_EVENTS = 1e9;

function problems({ tasks }: Input): Problem[] {
  const found: Problem[] = [];
  const seen = new Set<string>();
  tasks.forEach(({ name, class: kind, priority }, index) => {
    if (seen.has(name)) found.push({ path: `tasks[${index}].name`, message: `'${name}' is taken by an earlier task; each task needs a name of its own` });
    seen.add(name);
    if (kind === 'fifo' && priority === 0) found.push({ path: `tasks[${index}].priority`, message: "0 given for class 'fifo'; must be 1 to 99" });
    if ((priority ?? 0) > 0 && kind !== 'fifo') found.push({ path: `tasks[${index}].priority`, message: `${priority} given for class '${kind}'; only class 'fifo' has a priority (leave it out, or take class 'fifo'; weights of normal tasks come from nice)` });
  });
  return found;
}

/** Ticks and bursts of one run, with what comes with them. */
function eventsOf({ durationMs, hz, cpus, tasks, cpuClock }: Input): number {
  const ticks = (durationMs / 1000) * hz * cpus;
  const cycles = tasks.map(({ behaviour: spec }) => {
    if (spec === 'spin') return 0;
    const cycleUs = 'sleepUs' in spec ? spec.runUs + spec.sleepUs : Math.max(spec.periodUs, spec.runUs);
    return ((durationMs * 1000) / cycleUs) * (6 + (cpuClock === 'polled' ? spec.runUs / 200 : 0));
  });
  return 2 * ticks + cycles.reduce((sum, count) => sum + count, 0);
}

function percentiles(sorted: Float64Array): { p50: number; p90: number; p99: number } | null {
  if (sorted.length === 0) return null;
  const rank = (share: number): number => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!) / 1000;
  return { p50: rank(0.5), p90: rank(0.9), p99: rank(0.99) };
}

function pooled(samples: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(samples.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of samples) {
    all.set(values, at);
    at += values.length;
  }
  return all.sort((a, b) => a - b);
}

export default defineEval({
  id: 'cpu-shares',
  title: 'CPU shares and wake-ups under Linux',
  description: 'Share of the CPU and percentiles of wake-up and response times of tasks that spin, run and sleep, or run periodically, under CFS (Linux 6.1) or EEVDF (6.12).',
  input,
  example: {
    policy: 'eevdf-6.12', hz: 250, cpus: 1, durationMs: 5000,
    tasks: [
      { name: 'sleeper', nice: 0, class: 'normal', behaviour: { runUs: 5000, sleepUs: 5000 } },
      { name: 'hog', nice: 0, class: 'normal', behaviour: 'spin' },
    ],
  },
  evaluate: (options) => {
    const refused = problems(options);
    if (refused.length > 0) throw new ConfigError(refused);
    const { policy, hz, cpus, cpuClock, durationMs, seed } = options;
    const tasks: readonly TaskSpec[] = options.tasks.map(({ priority, ...rest }) => ({ ...rest, ...(priority === undefined || priority === null || priority === 0 ? {} : { priority }) }));
    const events = eventsOf(options);
    if (LEAST_RUNS * events > MOST_EVENTS) throw new ConfigError([{ path: 'durationMs', message: `${durationMs} ms of these tasks are about ${Number(events.toPrecision(2))} events; must be at most ${MOST_EVENTS / LEAST_RUNS} (shorten the time, or lengthen the shortest cycles)` }]);
    const isShort = durationMs < POOLED_MS;
    const wanted = isShort ? Math.min(MOST_SHORT_RUNS, Math.max(MOST_RUNS, Math.ceil((2 * POOLED_MS) / durationMs))) : MOST_RUNS;
    const runs = Math.min(wanted, Math.max(LEAST_RUNS, Math.floor(USUAL_EVENTS / events)));
    const machine = { policy, hz, cpus, cpuClock, windowNs: Math.round(durationMs * NS_PER_MS) };
    const later = (replication: number): number => (isShort ? replication * machine.windowNs : 0);
    const results = Array.from({ length: runs }, (_, replication) => runFromRandomPhase(new Simulation({ seed: `${seed}`, replication, scenario: 'cpu-shares' }), { ...machine, laterNs: later(replication) }, tasks));
    const cpuNs = tasks.map((_, index) => results.reduce((sum, run) => sum + run[index]!.cpuNs, 0));
    const totalNs = cpuNs.reduce((sum, value) => sum + value, 0);
    const byName = <T>(value: (index: number) => T): Record<string, T> => Object.fromEntries(tasks.map(({ name }, index) => [name, value(index)]));
    return {
      shares: byName((index) => (totalNs === 0 ? 0 : cpuNs[index]! / totalNs)),
      wakeUs: byName((index) => percentiles(pooled(results.map((run) => run[index]!.wakeNs.values)))),
      responseUs: byName((index) => percentiles(pooled(results.map((run) => run[index]!.responseNs.values)))),
    };
  },
});

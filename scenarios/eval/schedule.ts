/**
 * One core, a given list of jobs, no costs: when is each job done? For checking a schedule by hand, or against another program.
 *
 * Order among equals: policy key, arrival, then id by code units. Jobs that end at an instant are gone before jobs that arrive in
 * it, and all that arrive in it are known before one is chosen. Sizes are known exactly; numbers are read as decimals, so that a job
 * of 0.2 us after one of 0.1 us is done at 0.3 us. The simulator's clock gets steps that hold every given time as a whole number
 * (see stepsPerUs); ps and dps are fluids whose progress is never rounded.
 */
import { z } from 'zod';
import { schedulerCheckers } from '../../sim/os/checkers/scheduler-checkers.ts';
import { ARRIVAL_ORDER, EXIT, Processor } from '../../sim/os/cpu/processor.ts';
import { ProcessorSharing } from '../../sim/os/policies/processor-sharing.ts';
import { Regulated } from '../../sim/os/regulated/regulated.ts';
import { innerPolicy } from '../../sim/os/scheduler-spec.ts';
import { TaskTable } from '../../sim/os/tasks.ts';
import { Simulation } from '../../sim/simulation.ts';
import { ConfigError, type Problem } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const job = z.strictObject({
  id: z.string().min(1).max(200).meta({ title: 'Name', unit: '' }),
  arrivalUs: z.number().min(0).max(1e12).meta({ title: 'Arrival', unit: 'us' }),
  sizeUs: z.number().min(1e-6).max(1e12).meta({ title: 'CPU time needed', unit: 'us' }),
  level: z.number().int().min(1).max(1e6).default(1).meta({ title: 'Queue level, 1 is served first', unit: '' }),
  weight: z.number().min(1e-6).max(1e9).default(1).meta({ title: 'Weight, for dps', unit: '' }),
});

const input = z.strictObject({
  jobs: z.array(job).max(200_000).meta({ title: 'Jobs', unit: '' }),
  between: z.enum(['none', 'np', 'pr']).meta({ title: 'Between levels', unit: '', description: 'none: one queue; np: a running job is never interrupted; pr: a higher level interrupts it, it goes on later' }),
  inner: z.enum(['fcfs', 'spn', 'srt', 'ps', 'dps']).meta({ title: 'Inside a level', unit: '' }),
});

type Input = z.output<typeof input>;

/** A task's level is a byte. */
const MOST_LEVELS = 250;

function problems({ jobs, between, inner }: Input): Problem[] {
  const found: Problem[] = [];
  if (between === 'np' && inner !== 'fcfs' && inner !== 'spn') {
    found.push({ path: 'inner', message: `'${inner}' interrupts running jobs, 'np' never does; with between 'np' inner must be 'fcfs' or 'spn' (or take between 'pr')` });
  }
  const levels = new Set(jobs.map(({ level }) => level)).size;
  if (levels > MOST_LEVELS) found.push({ path: 'jobs', message: `${levels} different levels; must be at most ${MOST_LEVELS}` });
  const seen = new Set<string>();
  jobs.forEach(({ id }, index) => {
    if (seen.has(id)) found.push({ path: `jobs[${index}].id`, message: `'${id}' is taken by an earlier job; each job needs a name of its own` });
    seen.add(id);
  });
  return found;
}

/** Above this a product of two doubles can no longer be told from its neighbours with certainty. */
const MOST_STEPS = 2 ** 50;

/**
 * Steps of the clock in 1 us: a power of ten that makes every given time a whole number of steps, else 2520 (which 1 to 10 divide)
 * times one, so that thirds and sevenths meet exactly too; of these the finest that the clock holds, at most 1 fs. Where times have
 * more digits than that they are rounded to the finest power of ten.
 */
function stepsPerUs(jobs: Input['jobs']): number {
  const horizonUs = jobs.reduce((sum, { sizeUs }) => sum + sizeUs, 0) + jobs.reduce((latest, { arrivalUs }) => Math.max(latest, arrivalUs), 0);
  const finest = (base: number): number => {
    let steps = base;
    while (steps < 1e9 && 10 * steps * horizonUs <= MOST_STEPS) steps *= 10;
    return steps;
  };
  const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) <= value * 2 ** -51;
  const isExact = (steps: number): boolean => steps * horizonUs <= MOST_STEPS && jobs.every(({ arrivalUs, sizeUs }) => isWhole(arrivalUs * steps) && isWhole(sizeUs * steps));
  const exact = [finest(1), finest(2520)].find(isExact);
  if (exact !== undefined) return exact;
  const steps = finest(1);
  const horizon = `a schedule of up to ${Number(horizonUs.toPrecision(3))} us is told in steps of ${1 / steps} us`;
  if (steps < 1000) throw new ConfigError([{ path: 'jobs', message: `${horizon}; must be at most 1e12 us long, so that 1 ns can be told, or have whole us throughout` }]);
  const lost = jobs.findIndex(({ sizeUs }) => sizeUs * steps < 100);
  if (lost >= 0) throw new ConfigError([{ path: `jobs[${lost}].sizeUs`, message: `${jobs[lost]!.sizeUs} us, where ${horizon}; must be at least 100 steps, or all times whole numbers of steps (round them, or split the list)` }]);
  return steps;
}

export default defineEval({
  id: 'schedule',
  title: 'Schedule of given jobs',
  description: 'Completion time of each job on one core without costs, for queue levels served in order and a policy inside each.',
  input,
  example: {
    jobs: [
      { id: 'report', arrivalUs: 0, sizeUs: 30, level: 4, weight: 1 },
      { id: 'payment', arrivalUs: 10, sizeUs: 5, level: 1, weight: 1 },
    ],
    between: 'pr',
    inner: 'fcfs',
  },
  evaluate: (options) => {
    const refused = problems(options);
    if (refused.length > 0) throw new ConfigError(refused);
    const { jobs, between, inner } = options;
    const steps = stepsPerUs(jobs);
    const sim = new Simulation({ seed: 'schedule', scenario: 'schedule' });
    const tasks = new TaskTable();
    const levels = [...new Set(jobs.map(({ level }) => level))].sort((a, b) => a - b);
    const indexOf = new Map(levels.map((level, index) => [level, index + 1]));
    const queues = (between === 'none' || levels.length === 0 ? [1] : levels).map(() => innerPolicy(tasks, inner));
    const regulated = { between: between === 'none' ? 'np' : between, rpServes: queues.map((_, index) => index + 1), opServes: [] } as const;
    const policy = between === 'none' ? queues[0]! : new Regulated(tasks, queues, regulated);
    const checkers = schedulerCheckers(sim, tasks, { inner: queues.map(() => inner), fluids: queues.map((queue) => (queue instanceof ProcessorSharing ? queue : undefined)), ...(between === 'none' ? {} : { regulated }) });
    const completionsUs = new Map<string, number>();
    const processor = new Processor(sim, tasks, {
      policies: policy,
      probes: [checkers],
      onBurstEnd: (task) => {
        const queue = queues[between === 'none' ? 0 : tasks.level[task]! - 1];
        completionsUs.set(jobs[tasks.tag[task]!]!.id, (queue instanceof ProcessorSharing ? queue.endNs(task) : sim.now) / steps);
        return EXIT;
      },
    });
    const byId = jobs.map((_, index) => index).sort((a, b) => (jobs[a]!.id < jobs[b]!.id ? -1 : 1));
    const rank = new Map(byId.map((index, place) => [index, place]));
    const arrive = sim.register('schedule/arrival', (index) => {
      const { sizeUs, level, weight } = jobs[index]!;
      const task = tasks.create(sim.now, indexOf.get(level)!, Math.round(sizeUs * steps));
      tasks.tag[task] = index;
      tasks.serial[task] = rank.get(index)!;
      tasks.weight[task] = weight;
      processor.start(task);
    });
    jobs.forEach(({ arrivalUs }, index) => sim.scheduleAt(Math.round(arrivalUs * steps), arrive, index, 0, 0, ARRIVAL_ORDER));
    sim.run();
    checkers.finish(processor);
    return { completionsUs: Object.fromEntries(jobs.map(({ id }) => [id, completionsUs.get(id)!])) };
  },
});

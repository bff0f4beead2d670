/**
 * Open jobs on several cores under the regulated scheduler, a queue each with stealing and periodic balancing, or one shared queue.
 * The same jobs a core as bench/regulated.ts has. Set-up is not timed.
 */
import { exponential } from '../sim/distributions.ts';
import { OpenJobs } from '../sim/os/open-jobs.ts';
import { regulatedPolicy } from '../sim/os/scheduler-spec.ts';
import { TaskTable } from '../sim/os/tasks.ts';
import { Simulation } from '../sim/simulation.ts';
import { defineBenchmark } from './benchmark.ts';

const MEAN_NS = 1e6;

export default defineBenchmark({
  name: 'multicore',
  about: 'regulated scheduler on several cores: a queue each, with stealing and balancing, or shared',
  flags: { jobs: 1_000_000, cores: 8, loadPercent: 80, queues: 'own' },
  choices: { queues: ['own', 'shared'] },
  max: { jobs: 10_000_000, cores: 64, loadPercent: 99 },
  compare: { sizes: [{ jobs: 10_000 }, { jobs: 1_000_000 }], versions: [{ queues: 'own' }, { queues: 'shared' }] },
  run({ jobs, cores, loadPercent, queues }, timed) {
    const sim = new Simulation({ seed: 'multicore', scenario: 'multicore' });
    const tasks = new TaskTable();
    const policy = () => regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: 'pr', cores }, {}, sim);
    const arrivals = sim.stream('arrivals');
    const sizes = sim.stream('sizes');
    const gapNs = (MEAN_NS * 100) / (loadPercent * cores);
    let left = jobs;
    let atNs = 0;
    const open = new OpenJobs(sim, tasks, {
      cores, levels: 4, warmUpNs: 0, horizonNs: 2 * Math.ceil(jobs * gapNs), drainNs: 0,
      policies: queues === 'own' ? Array.from({ length: cores }, policy) : policy(),
      source: {
        next: (job) => {
          if (left-- <= 0) return false;
          atNs += exponential(arrivals, gapNs);
          job.arrivalNs = Math.round(atNs);
          job.level = job.label = 1 + arrivals.below(4);
          job.sizeNs = job.estimateNs = Math.ceil(exponential(sizes, MEAN_NS));
          return true;
        },
      },
    });
    const events = timed(() => sim.run());
    sim.note(open.accounts.reduce((sum, { responseNs }) => sum + responseNs.length, 0));
    return { events, checksum: sim.fingerprint() };
  },
});

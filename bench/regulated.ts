/**
 * Open jobs through the regulated scheduler on one core: Poisson arrivals on four levels, exponential sizes, FCFS inside, and the
 * measurement of every job as a scenario would have it. Set-up is not timed.
 */
import { exponential } from '../sim/distributions.ts';
import { OpenJobs } from '../sim/os/open-jobs.ts';
import type { Between } from '../sim/os/regulated/options.ts';
import { regulatedPolicy } from '../sim/os/scheduler-spec.ts';
import { TaskTable } from '../sim/os/tasks.ts';
import type { Job, JobSource } from '../sim/os/workload/job-source.ts';
import { Simulation } from '../sim/simulation.ts';
import { defineBenchmark } from './benchmark.ts';

const MEAN_NS = 1e6;

/** `count` jobs, each level a quarter of the load. */
class FourLevels implements JobSource {
  private readonly gapNs: number;
  private readonly arrivals: ReturnType<Simulation['stream']>;
  private readonly sizes: ReturnType<Simulation['stream']>;
  private left: number;
  private atNs = 0;

  constructor(sim: Simulation, count: number, load: number) {
    this.left = count;
    this.gapNs = MEAN_NS / load;
    this.arrivals = sim.stream('arrivals');
    this.sizes = sim.stream('sizes');
  }

  next(job: Job): boolean {
    if (this.left === 0) return false;
    this.left -= 1;
    this.atNs += exponential(this.arrivals, this.gapNs);
    const level = 1 + this.arrivals.below(4);
    const sizeNs = Math.ceil(exponential(this.sizes, MEAN_NS));
    job.arrivalNs = Math.round(this.atNs);
    job.sizeNs = sizeNs;
    job.estimateNs = sizeNs;
    job.level = level;
    job.label = level;
    return true;
  }
}

export default defineBenchmark({
  name: 'regulated',
  about: 'regulated scheduler, four levels: three or four events a job',
  flags: { jobs: 1_000_000, loadPercent: 80, between: 'pr', bound: 'none' },
  choices: { between: ['np', 'pr', 'poll'], bound: ['none', 'aging', 'reservation', 'shares', 'boost'] },
  max: { loadPercent: 99, jobs: 10_000_000 },
  compare: { sizes: [{ jobs: 10_000 }, { jobs: 1_000_000 }], versions: [{ between: 'np' }, { between: 'pr' }] },
  run({ jobs, loadPercent, between, bound }, timed) {
    const sim = new Simulation({ seed: 'regulated', scenario: 'regulated' });
    const tasks = new TaskTable();
    const bounds = {
      none: {},
      aging: { agingNs: [Infinity, 20 * MEAN_NS, 20 * MEAN_NS, 20 * MEAN_NS] },
      reservation: { reservation: { budgetNs: MEAN_NS, periodNs: 20 * MEAN_NS } },
      shares: { shares: { weights: [8, 4, 2, 1], per: 'level' as const, quantumNs: MEAN_NS } },
      boost: { boostNs: 100 * MEAN_NS },
    }[bound as 'none'];
    const policy = regulatedPolicy(tasks, ['fcfs', 'fcfs', 'fcfs', 'fcfs'], { between: between as Between, pollNs: MEAN_NS / 10, ...bounds }, {}, sim);
    const load = loadPercent / 100;
    const horizonNs = 2 * Math.ceil((jobs * MEAN_NS) / load);
    const open = new OpenJobs(sim, tasks, { policies: policy, source: new FourLevels(sim, jobs, load), levels: 4, warmUpNs: 0, horizonNs, drainNs: 0 });
    const events = timed(() => sim.run());
    for (const { responseNs } of open.accounts) sim.note(responseNs.values.reduce((sum, value) => sum + value, 0));
    return { events, checksum: sim.fingerprint() };
  },
});
